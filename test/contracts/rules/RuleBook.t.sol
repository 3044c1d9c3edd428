// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "../../../contracts/common/Calendar.sol";
import {DayKind, IRuleBook, RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract RuleBookTest is LedgerFixture {
    function _refuses(RuleSet memory r, bytes memory reason, string memory message) private {
        assertRefused(operator, address(rules), abi.encodeCall(rules.publish, (r)), reason, message);
    }

    function _publish(Day from, uint8 term) private returns (uint16) {
        RuleSet memory r = genesis();
        (r.effectiveFrom, r.maxTermMonths) = (from, term);
        vm.prank(keyOf(operator));
        return rules.publish(r);
    }

    function _set(Day day, DayKind kind) private {
        Day[] memory dates = new Day[](1);
        dates[0] = day;
        vm.prank(keyOf(operator));
        rules.setCalendarDays(dates, kind);
    }

    function _inForceOn(Day day) private view returns (uint16 number) {
        (number, ) = rules.ruleSetOn(day);
    }

    //------------------------------------------------------------------ rule sets

    function test_ARuleSetGovernsFromItsDayOn() public {
        Day later = plus(issueDay, 10);
        vm.assertEq(_publish(later, 3), 2, "the second rule set");
        vm.assertEq(_inForceOn(issueDay), 1, "today");
        vm.assertEq(_inForceOn(minus(later, 1)), 1, "the day before");
        vm.assertEq(_inForceOn(later), 2, "on its day");
        vm.assertEq(rules.ruleSet(2).maxTermMonths, 3, "as published");
        vm.assertEq(rules.ruleSetCount(), 2, "two of them");
    }

    function test_OfTwoRuleSetsOfOneDayTheLaterPublishedGoverns() public {
        _publish(plus(issueDay, 10), 3);
        _publish(plus(issueDay, 10), 4);
        vm.assertEq(_inForceOn(plus(issueDay, 10)), 3, "the correction");
    }

    function test_ARuleSetIsPublishedAheadAndInOrder() public {
        RuleSet memory r = genesis();
        _refuses(
            r,
            abi.encodeWithSelector(IRuleBook.RuleSetNotAhead.selector, issueDay, issueDay, issueDay),
            "for today"
        );
        _publish(plus(issueDay, 10), 3);
        r.effectiveFrom = plus(issueDay, 9);
        _refuses(
            r,
            abi.encodeWithSelector(IRuleBook.RuleSetNotAhead.selector, r.effectiveFrom, issueDay, plus(issueDay, 10)),
            "before the last one"
        );
    }

    function test_ARuleSetIsComplete() public {
        RuleSet memory r;
        r.effectiveFrom = plus(issueDay, 1);
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "maxTermMonths"), "no term");
        r.maxTermMonths = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "maxTier"), "no tier");
        r.maxTier = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "maxChildren"), "no children");
        r.maxChildren = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "offerWindowDays"), "no window");
        r.offerWindowDays = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "minNote"), "no smallest note");
        r.minNote = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "maxDebtorShare"), "no debtor");
        r.maxDebtorShare = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "maxAffiliateShare"), "no affiliate");
        r.maxAffiliateShare = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "defaultDays"), "no day of grace");
        r.defaultDays = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "recourseMonths"), "no recourse");
        r.recourseMonths = 1;
        _refuses(
            r,
            abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "reRecourseMonths"),
            "no recourse again"
        );
        r.reRecourseMonths = 1;
        _refuses(r, abi.encodeWithSelector(IRuleBook.RuleSetIncomplete.selector, "limitationMonths"), "no suit");
        r.limitationMonths = 1;
        vm.prank(keyOf(operator));
        rules.publish(r);
        vm.assertTrue(!rules.ruleSet(2).recourseAllowed, "that recourse is not allowed is an answer");
    }

    function test_AShareIsAtMostTheWhole() public {
        RuleSet memory r = genesis();
        r.effectiveFrom = plus(issueDay, 1);
        r.maxDebtorShare = 10_001;
        _refuses(
            r,
            abi.encodeWithSelector(IRuleBook.ShareAboveWhole.selector, "maxDebtorShare", uint16(10_001)),
            "more than all with one debtor"
        );
        (r.maxDebtorShare, r.maxAffiliateShare) = (10_000, type(uint16).max);
        _refuses(
            r,
            abi.encodeWithSelector(IRuleBook.ShareAboveWhole.selector, "maxAffiliateShare", type(uint16).max),
            "more than all with affiliates"
        );
        r.maxAffiliateShare = 10_000;
        vm.prank(keyOf(operator));
        vm.assertEq(rules.publish(r), 2, "the whole");
    }

    function test_ARuleSetIsKeptAndAnnouncedAsOneThing() public {
        RuleSet memory r = RuleSet({
            effectiveFrom: plus(issueDay, 1),
            maxTermMonths: 2,
            maxTier: 3,
            maxChildren: 4,
            offerWindowDays: 5,
            minNote: 6,
            recourseAllowed: true,
            maxDebtorShare: 7,
            maxAffiliateShare: 8,
            defaultDays: 9,
            recourseMonths: 10,
            reRecourseMonths: 11,
            limitationMonths: 12
        });
        vm.expectEmit(true, true, true, true, address(rules));
        emit IRuleBook.RuleSetPublished(2, r);
        vm.prank(keyOf(operator));
        rules.publish(r);
        vm.assertEq(keccak256(abi.encode(rules.ruleSet(2))), keccak256(abi.encode(r)), "every rule as published");
    }

    function test_BeforeTheFirstRuleSetThereIsNone() public {
        Day before = minus(issueDay, 1);
        assertRefused(
            operator,
            address(rules),
            abi.encodeCall(rules.ruleSetOn, (before)),
            abi.encodeWithSelector(IRuleBook.NoRuleSet.selector, before),
            "the day before the first"
        );
    }

    //------------------------------------------------------------------ calendar

    function test_TodayTurnsAtMidnightInTheLedgersZone() public {
        uint256 midnight = uint256(Day.unwrap(issueDay)) * 1 days - 8 hours;
        vm.warp(midnight - 1);
        vm.assertTrue(rules.today() == minus(issueDay, 1), "a second before midnight in Beijing");
        vm.warp(midnight);
        vm.assertTrue(rules.today() == issueDay, "midnight in Beijing");
        vm.assertTrue(rules.utcOffset() == UTC_OFFSET, "eight hours");
    }

    function test_AMaturityRollsOverWeekendsAndHolidays() public {
        Day friday = Calendar.fromCivil(2026, 10, 2);
        vm.assertTrue(rules.isBusinessDay(friday), "a plain Friday");
        _set(friday, DayKind.Holiday);
        vm.assertTrue(rules.roll(friday) == plus(friday, 3), "over the weekend to Monday");
        _set(plus(friday, 3), DayKind.Holiday);
        vm.assertTrue(rules.roll(friday) == plus(friday, 4), "to Tuesday");
        _set(plus(friday, 1), DayKind.WorkingDay);
        vm.assertTrue(rules.roll(friday) == plus(friday, 1), "a Saturday on which people work");
        _set(plus(friday, 1), DayKind.ByWeekday);
        vm.assertTrue(!rules.isBusinessDay(plus(friday, 1)), "an ordinary Saturday again");
    }

    function test_TheCalendarOfTodayAndOfThePastIsClosed() public {
        Day[] memory dates = new Day[](2);
        (dates[0], dates[1]) = (plus(issueDay, 1), issueDay);
        assertRefused(
            operator,
            address(rules),
            abi.encodeCall(rules.setCalendarDays, (dates, DayKind.Holiday)),
            abi.encodeWithSelector(IRuleBook.CalendarClosed.selector, issueDay, issueDay),
            "today"
        );
        vm.assertTrue(rules.isBusinessDay(plus(issueDay, 1)), "and nothing of the list was set");
    }

    function test_AnEndlessHolidayIsRefusedWhenAMaturityRollsOverIt() public {
        Day[] memory dates = new Day[](40);
        Day start = plus(issueDay, 20);
        for (uint24 i = 0; i < 40; ++i) dates[i] = plus(start, i);
        vm.prank(keyOf(operator));
        rules.setCalendarDays(dates, DayKind.Holiday);
        assertRefused(
            operator,
            address(rules),
            abi.encodeCall(rules.roll, (start)),
            abi.encodeWithSelector(IRuleBook.NoBusinessDay.selector, start),
            "forty days"
        );
        vm.assertTrue(rules.roll(plus(start, 15)) == rules.roll(plus(start, 39)), "within thirty days it is found");
    }
}
