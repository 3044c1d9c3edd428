// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {Roles} from "../parties/Roles.sol";
import {DayKind, IRuleBook, RuleSet} from "./IRuleBook.sol";

/// @title Rule sets with effective dates, and the ledger's calendar; see {IRuleBook}
contract RuleBook is IRuleBook, ERC2771Context {
    uint256 private constant MAX_ROLL = 30;
    uint16 private constant WHOLE = 10_000; // basis points

    IPartyRegistry private immutable _parties;

    /// @inheritdoc IRuleBook
    int256 public immutable utcOffset;

    RuleSet[] private _ruleSets; // in order of their effective dates
    mapping(Day => DayKind) private _calendar;

    /// @param genesis the first rule set; it may be effective at once
    constructor(
        address forwarder,
        IPartyRegistry parties,
        int256 utcOffset_,
        RuleSet memory genesis
    ) ERC2771Context(forwarder) {
        _parties = parties;
        utcOffset = utcOffset_;
        _publish(genesis);
    }

    //------------------------------------------------------------------ the operator

    /// @inheritdoc IRuleBook
    function publish(RuleSet calldata rules) external returns (uint16) {
        _parties.actingParty(_msgSender(), Roles.OPERATOR);
        Day earliest = _ruleSets[_ruleSets.length - 1].effectiveFrom;
        if (rules.effectiveFrom <= today() || rules.effectiveFrom < earliest) {
            revert RuleSetNotAhead(rules.effectiveFrom, today(), earliest);
        }
        return _publish(rules);
    }

    /// @inheritdoc IRuleBook
    function setCalendarDays(Day[] calldata dates, DayKind kind) external {
        _parties.actingParty(_msgSender(), Roles.OPERATOR);
        Day now_ = today();
        for (uint256 i = 0; i < dates.length; ++i) {
            if (dates[i] <= now_) revert CalendarClosed(dates[i], now_);
            _calendar[dates[i]] = kind;
            emit CalendarDaySet(dates[i], kind);
        }
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IRuleBook
    function ruleSetOn(Day day) external view returns (uint16, RuleSet memory) {
        for (uint256 i = _ruleSets.length; i > 0; --i) {
            if (_ruleSets[i - 1].effectiveFrom <= day) return (uint16(i), _ruleSets[i - 1]);
        }
        revert NoRuleSet(day);
    }

    /// @inheritdoc IRuleBook
    function ruleSet(uint16 number) external view returns (RuleSet memory) {
        return _ruleSets[number - 1];
    }

    /// @inheritdoc IRuleBook
    function ruleSetCount() external view returns (uint16) {
        return uint16(_ruleSets.length);
    }

    /// @inheritdoc IRuleBook
    function today() public view returns (Day) {
        return Calendar.dayAt(block.timestamp, utcOffset);
    }

    /// @inheritdoc IRuleBook
    function isBusinessDay(Day day) public view returns (bool) {
        DayKind kind = _calendar[day];
        return kind == DayKind.ByWeekday ? !Calendar.isWeekend(day) : kind == DayKind.WorkingDay;
    }

    /// @inheritdoc IRuleBook
    function roll(Day day) external view returns (Day) {
        Day rolled = day;
        for (uint256 i = 0; i <= MAX_ROLL; ++i) {
            if (isBusinessDay(rolled)) return rolled;
            rolled = Calendar.next(rolled);
        }
        revert NoBusinessDay(day);
    }

    //------------------------------------------------------------------ internals

    function _publish(RuleSet memory r) private returns (uint16 number) {
        _requireSome("maxTermMonths", r.maxTermMonths);
        _requireSome("maxTier", r.maxTier);
        _requireSome("maxChildren", r.maxChildren);
        _requireSome("offerWindowDays", r.offerWindowDays);
        _requireSome("minNote", r.minNote);
        _requireShare("maxDebtorShare", r.maxDebtorShare);
        _requireShare("maxAffiliateShare", r.maxAffiliateShare);
        _requireSome("defaultDays", r.defaultDays);
        _requireSome("recourseMonths", r.recourseMonths);
        _requireSome("reRecourseMonths", r.reRecourseMonths);
        _requireSome("limitationMonths", r.limitationMonths);
        _ruleSets.push(r);
        number = uint16(_ruleSets.length);
        emit RuleSetPublished(number, r);
    }

    function _requireSome(string memory field, uint256 value) private pure {
        if (value == 0) revert RuleSetIncomplete(field);
    }

    function _requireShare(string memory field, uint16 share) private pure {
        _requireSome(field, share);
        if (share > WHOLE) revert ShareAboveWhole(field, share);
    }
}
