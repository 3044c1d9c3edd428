// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {IConcentration, countedOn, loanKey, noteKey} from "../../../contracts/exposure/IConcentration.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract ConcentrationTest is LedgerFixture {
    uint128 private constant ASSETS = 10_000_00;
    uint64 private constant DEBTOR_LIMIT = 5_000_00; // 50 %
    uint64 private constant AFFILIATE_LIMIT = 4_000_00; // 40 %

    function setUp() public override {
        super.setUp();
        _declare(financier, ASSETS);
    }

    //------------------------------------------------------------------ helpers

    function _declare(PartyId by, uint128 amount) private {
        vm.prank(keyOf(by));
        concentration.declareRiskAssets(CNY, amount);
    }

    function _affiliate(PartyId by, PartyId party, bool affiliate) private {
        vm.prank(keyOf(by));
        concentration.setAffiliates(_parties(party), affiliate);
    }

    function _parties(PartyId party) private pure returns (PartyId[] memory all) {
        all = new PartyId[](1);
        all[0] = party;
    }

    function _key(uint64 number) private pure returns (bytes32) {
        return noteKey(NoteId.wrap(number));
    }

    function _count(bytes32 key, PartyId debtor, uint64 units) private {
        vm.prank(address(discounting));
        concentration.count(key, financier, debtor, CNY, units);
    }

    function _uncount(bytes32 key, uint64 units) private {
        vm.prank(address(discounting));
        concentration.uncount(key, units);
    }

    function _settle(NoteId note, NoteId settled, uint64 units) private {
        vm.prank(address(discounting));
        concentration.settle(note, settled, units);
    }

    function _restore(NoteId settled) private {
        vm.prank(address(discounting));
        concentration.restore(settled);
    }

    function _stake(PartyId debtor) private view returns (uint128) {
        return concentration.exposure(financier, debtor, CNY);
    }

    function _on(bytes32 key) private view returns (uint64 units) {
        (, , , units) = concentration.counted(key);
    }

    function _assertRefused(PartyId debtor, uint64 units, bytes memory reason, string memory message) private {
        bytes memory counting = abi.encodeCall(concentration.count, (_key(99), financier, debtor, CNY, units));
        assertRefused(address(discounting), address(concentration), counting, reason, message);
        bytes memory asking = abi.encodeCall(concentration.requireRoom, (financier, debtor, CNY, units));
        assertRefused(financier, address(concentration), asking, reason, message);
    }

    function _debtorShareExceeded(PartyId debtor, uint128 stake, uint64 wanted) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IConcentration.DebtorShareExceeded.selector,
                financier,
                debtor,
                CNY,
                DEBTOR_LIMIT,
                stake,
                wanted
            );
    }

    /// @dev A note of `obligor` that `financier` bought, counted.
    function _bought(uint64 units) private returns (NoteId note) {
        NoteId from = held(units);
        vm.prank(address(discounting));
        note = ledger.assign(from, units, financier);
        _count(noteKey(note), obligor, units);
    }

    //------------------------------------------------------------------ limits

    function test_NothingIsTakenOnBeforeRiskAssetsAreDeclared() public {
        _declare(financier, 0);
        _assertRefused(
            obligor,
            1,
            abi.encodeWithSelector(IConcentration.RiskAssetsUndeclared.selector, financier, CNY),
            "risk assets taken back"
        );
        bytes memory inDollars = abi.encodeCall(concentration.requireRoom, (financier, obligor, USD, 1));
        assertRefused(
            financier,
            address(concentration),
            inDollars,
            abi.encodeWithSelector(IConcentration.RiskAssetsUndeclared.selector, financier, USD),
            "declared in another currency only"
        );
    }

    function test_OneDebtorTakesUpItsShareAndNotAUnitMore() public {
        _count(_key(1), obligor, DEBTOR_LIMIT - 1);
        _count(_key(2), obligor, 1);
        vm.assertEq(_stake(obligor), DEBTOR_LIMIT, "counted");
        _assertRefused(obligor, 1, _debtorShareExceeded(obligor, DEBTOR_LIMIT, 1), "above the limit");
        _count(_key(3), otherObligor, DEBTOR_LIMIT); // each debtor by itself
        _declare(financier, ASSETS + 2);
        _count(_key(4), obligor, 1);
        vm.assertEq(concentration.affiliateExposure(financier, CNY), 0, "neither is an affiliate");
    }

    function test_TheWidestUnitsOverflowNothing() public {
        _count(_key(1), obligor, 1);
        uint64 most = type(uint64).max;
        _assertRefused(obligor, most, _debtorShareExceeded(obligor, 1, most), "the widest units");
        _declare(financier, type(uint128).max);
        _count(_key(2), obligor, most);
        vm.assertEq(_stake(obligor), uint256(most) + 1, "beyond 64 bits");
    }

    function test_TheLimitIsTheOneOfToday() public {
        RuleSet memory stricter = genesis();
        stricter.effectiveFrom = plus(issueDay, 1);
        stricter.maxDebtorShare = 1_000;
        vm.prank(keyOf(operator));
        rules.publish(stricter);
        _count(_key(1), obligor, 1_000_00);
        warpTo(plus(issueDay, 1));
        _assertRefused(
            obligor,
            1,
            abi.encodeWithSelector(
                IConcentration.DebtorShareExceeded.selector,
                financier,
                obligor,
                CNY,
                1_000_00,
                1_000_00,
                1
            ),
            "the new rule set"
        );
    }

    function test_AffiliatesTogetherTakeUpTheirShare() public {
        _affiliate(financier, obligor, true);
        _affiliate(financier, otherObligor, true);
        _count(_key(1), obligor, AFFILIATE_LIMIT - 10);
        _count(loanKey(1), otherObligor, 10);
        vm.assertEq(concentration.affiliateExposure(financier, CNY), AFFILIATE_LIMIT, "both");
        _assertRefused(
            otherObligor,
            1,
            abi.encodeWithSelector(
                IConcentration.AffiliateShareExceeded.selector,
                financier,
                CNY,
                AFFILIATE_LIMIT,
                AFFILIATE_LIMIT,
                1
            ),
            "the affiliates' share"
        );
        _count(_key(2), supplier1, DEBTOR_LIMIT); // no affiliate
    }

    function test_WhatWasCountedAsAnAffiliatesIsTakenOffAsSuch() public {
        _affiliate(financier, obligor, true);
        _count(_key(1), obligor, 100);
        _affiliate(financier, obligor, false);
        _count(_key(2), obligor, 50);
        _count(_key(1), obligor, 7); // beside the first, as the first
        vm.assertEq(concentration.affiliateExposure(financier, CNY), 107, "as it was when counted");
        _uncount(_key(2), 50);
        vm.assertEq(concentration.affiliateExposure(financier, CNY), 107, "the other key is not an affiliate's");
        _uncount(_key(1), 107);
        vm.assertEq(concentration.affiliateExposure(financier, CNY), 0, "all of it");
        vm.assertEq(_stake(obligor), 0, "and of the debtor");
    }

    function test_WhatAFinancierDidNotChooseToTakeOnPassesTheLimits() public {
        _declare(financier, 0);
        vm.prank(address(discounting));
        concentration.countAgain(_key(1), financier, obligor, CNY, DEBTOR_LIMIT + 1);
        vm.assertEq(_stake(obligor), DEBTOR_LIMIT + 1, "counted");
        _declare(financier, ASSETS);
        _assertRefused(obligor, 1, _debtorShareExceeded(obligor, DEBTOR_LIMIT + 1, 1), "and stands in the way of more");
    }

    //------------------------------------------------------------------ keys

    function test_NoMoreComesOffAKeyThanIsOnIt() public {
        _count(_key(1), obligor, 100);
        _count(loanKey(1), obligor, 10);
        _uncount(_key(2), 5);
        _uncount(_key(1), 30);
        vm.assertEq(_on(_key(1)), 70, "a part");
        _uncount(_key(1), type(uint64).max);
        vm.assertEq(_on(_key(1)), 0, "the rest");
        vm.assertEq(_stake(obligor), 10, "a loan of the same number is another key");
        _uncount(_key(1), 1);
        vm.assertEq(_stake(obligor), 10, "nothing is left to take off");
    }

    function test_AKeyIsOnePartys() public {
        _declare(otherFinancier, ASSETS);
        _count(_key(1), obligor, 100);
        vm.prank(address(discounting));
        concentration.count(_key(1), otherFinancier, obligor, CNY, 60);
        (PartyId by, PartyId debtor, bytes3 currency, uint64 units) = concentration.counted(_key(1));
        vm.assertTrue(by == otherFinancier && debtor == obligor && currency == CNY && units == 60, "the newer one's");
        vm.assertEq(_stake(obligor), 0, "taken off");
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), 60, "put on");
    }

    function test_EachChangeIsAnnounced() public {
        _affiliate(financier, obligor, true);
        vm.expectEmit(true, true, true, true, address(concentration));
        emit IConcentration.ExposureChanged(financier, obligor, CNY, NoteId.wrap(1), 0, 100, 100, 100);
        _count(_key(1), obligor, 100);
        vm.expectEmit(true, true, true, true, address(concentration));
        emit IConcentration.ExposureChanged(financier, otherObligor, CNY, NoteId.wrap(0), 1, 5, 5, 100);
        _count(loanKey(1), otherObligor, 5);
        vm.expectEmit(true, true, true, true, address(concentration));
        emit IConcentration.ExposureChanged(financier, obligor, CNY, NoteId.wrap(1), 0, 60, 60, 60);
        _uncount(_key(1), 40);
    }

    function testFuzz_AKeyIsANotesOrALoans(uint64 number) public pure {
        (NoteId note, uint64 loan) = countedOn(noteKey(NoteId.wrap(number)));
        vm.assertTrue(note == NoteId.wrap(number) && loan == 0, "a note's");
        (note, loan) = countedOn(loanKey(number));
        vm.assertTrue(note == NoteId.wrap(0) && loan == number, "a loan's");
    }

    function test_OnlyTheContractsOfFinancingCount() public {
        PartyId[3] memory others = [financier, operator, regulator];
        NoteId note = NoteId.wrap(1);
        bytes[5] memory calls = [
            abi.encodeCall(concentration.count, (_key(1), financier, obligor, CNY, 1)),
            abi.encodeCall(concentration.countAgain, (_key(1), financier, obligor, CNY, 1)),
            abi.encodeCall(concentration.uncount, (_key(1), 1)),
            abi.encodeCall(concentration.settle, (note, note, 1)),
            abi.encodeCall(concentration.restore, (note))
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IConcentration.NotACounter.selector, keyOf(others[i]));
            for (uint256 j = 0; j < calls.length; ++j) {
                assertRefused(others[i], address(concentration), calls[j], reason, "no contract of financing");
            }
        }
    }

    //------------------------------------------------------------------ payments

    function test_APaidPartIsNoLongerAtStakeUntilItsPaymentIsReturned() public {
        NoteId note = NoteId.wrap(1);
        NoteId settled = NoteId.wrap(2);
        _affiliate(financier, obligor, true);
        _count(noteKey(note), obligor, 100);
        _settle(note, settled, 30);
        vm.assertEq(_on(noteKey(note)), 70, "the rest of the note");
        _affiliate(financier, obligor, false);
        _declare(financier, 0); // no limit stands in the way
        _restore(settled);
        vm.assertEq(_on(noteKey(settled)), 30, "on the note that is owed again");
        vm.assertEq(_stake(obligor), 100, "all of it");
        vm.assertEq(concentration.affiliateExposure(financier, CNY), 100, "as it was counted");
        _restore(settled);
        vm.assertEq(_stake(obligor), 100, "once");
        _settle(settled, settled, 30);
        vm.assertEq(_stake(obligor), 70, "paid again");
    }

    function test_ANotePaidInFullStandsForItself() public {
        NoteId note = NoteId.wrap(1);
        _count(noteKey(note), obligor, 100);
        _settle(note, note, 100);
        vm.assertEq(_stake(obligor), 0, "paid");
        _restore(note);
        vm.assertEq(_on(noteKey(note)), 100, "owed again");
    }

    function test_APaymentOfAnUncountedNoteChangesNothing() public {
        NoteId note = NoteId.wrap(1);
        _settle(note, note, 100);
        _restore(note);
        vm.assertEq(_stake(obligor), 0, "nothing was counted");
    }

    //------------------------------------------------------------------ recounts

    function test_ANotePassedOnIsNoLongerAtStake() public {
        NoteId note = _bought(1_000);
        concentration.recount(list(note));
        vm.assertEq(_stake(obligor), 1_000, "still held");

        offer(financier, note, supplier2, 300);
        concentration.recount(list(note));
        vm.assertEq(_stake(obligor), 700, "the piece it offers is another note");
        give(financier, note, supplier2, 700);
        vm.prank(keyOf(supplier4));
        concentration.recount(list(note));
        vm.assertEq(_stake(obligor), 0, "passed on");
        vm.assertEq(_on(noteKey(note)), 0, "nothing is counted on it");
    }

    function test_ASettledNoteIsNoLongerAtStake() public {
        NoteId note = _bought(1_000);
        vm.prank(address(settlement));
        ledger.settle(note, 1_000);
        concentration.recount(list(note));
        vm.assertEq(_stake(obligor), 0, "paid");
    }

    function test_WhatTheSuccessorHoldsIsStillAtStake() public {
        NoteId note = _bought(1_000);
        succeed(financier, otherFinancier);
        concentration.recount(list(note));
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), 1_000, "held by who stands in its place");
    }

    function test_ARecountIsOfAHundredNotesAtMost() public {
        bytes memory data = abi.encodeCall(concentration.recount, (new NoteId[](101)));
        bytes memory reason = abi.encodeWithSelector(IReceivableLedger.TooManyEntries.selector, 101, 100);
        assertRefused(supplier1, address(concentration), data, reason, "too many");
        concentration.recount(new NoteId[](100)); // of nothing
    }

    //------------------------------------------------------------------ succession

    function test_ASuccessorHasTheExposureAndTheAffiliatesButDeclaresItsOwnRiskAssets() public {
        _affiliate(financier, otherObligor, true);
        _count(_key(1), obligor, 300);
        _count(_key(2), otherObligor, 200);
        succeed(financier, otherFinancier);
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), 300, "exposure");
        vm.assertEq(concentration.affiliateExposure(otherFinancier, CNY), 200, "with affiliates");
        vm.assertTrue(concentration.isAffiliate(otherFinancier, otherObligor), "which are its affiliates");
        vm.assertEq(concentration.riskAssets(otherFinancier, CNY), 0, "risk assets are its own to declare");

        _declare(otherFinancier, 1_000);
        bytes memory asking = abi.encodeCall(concentration.requireRoom, (financier, obligor, CNY, 201));
        assertRefused(
            supplier1,
            address(concentration),
            asking,
            abi.encodeWithSelector(
                IConcentration.DebtorShareExceeded.selector,
                otherFinancier,
                obligor,
                CNY,
                500,
                300,
                201
            ),
            "above its own limit"
        );
        vm.prank(address(discounting));
        concentration.count(_key(1), otherFinancier, obligor, CNY, 200); // the same parties, under their new numbers
        vm.assertEq(_on(_key(1)), 500, "on the same key");
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), 500, "counted once");

        _affiliate(otherFinancier, otherObligor, false);
        vm.assertTrue(!concentration.isAffiliate(otherFinancier, otherObligor), "no longer, whoever named it");
    }

    function test_ADebtorsSuccessorIsOneDebtor() public {
        _affiliate(financier, obligor, true);
        _count(_key(1), obligor, 300);
        _count(_key(2), otherObligor, 200);
        succeed(obligor, otherObligor);
        vm.assertEq(_stake(otherObligor), 500, "together");
        vm.assertEq(_stake(obligor), 500, "whichever number is asked for");
        vm.assertTrue(concentration.isAffiliate(financier, otherObligor), "an affiliate by what it succeeded");
        _affiliate(financier, otherObligor, false);
        vm.assertTrue(!concentration.isAffiliate(financier, obligor), "under both numbers");
        _uncount(_key(1), 300);
        vm.assertEq(_stake(otherObligor), 200, "taken off where it was put on");
    }

    //------------------------------------------------------------------ what a financier says of itself

    function test_AGroupIsItsFinanciers() public {
        bytes32 group = "carmakers";
        vm.prank(keyOf(financier));
        concentration.setGroup(group, _parties(obligor), true);
        vm.assertTrue(concentration.isMember(financier, group, obligor), "in it");
        vm.assertTrue(!concentration.isMember(financier, "others", obligor), "in this one");
        vm.assertTrue(!concentration.isMember(otherFinancier, group, obligor), "of this financier");
        succeed(obligor, otherObligor);
        vm.assertTrue(concentration.isMember(financier, group, otherObligor), "and who stands in its place");
        vm.prank(keyOf(financier));
        concentration.setGroup(group, _parties(obligor), false);
        vm.assertTrue(!concentration.isMember(financier, group, otherObligor), "out of it");
    }

    function test_OnlyAFinancierInGoodStandingDeclares() public {
        bytes[3] memory calls = [
            abi.encodeCall(concentration.declareRiskAssets, (CNY, 1)),
            abi.encodeCall(concentration.setAffiliates, (_parties(obligor), true)),
            abi.encodeCall(concentration.setGroup, ("group", _parties(obligor), true))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                IPartyRegistry.RoleMissing.selector,
                supplier1,
                Roles.SUPPLIER,
                Roles.FINANCIER
            );
            assertRefused(supplier1, address(concentration), calls[i], reason, "no financier");
        }
        suspend(financier);
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier);
            assertRefused(financier, address(concentration), calls[i], reason, "suspended");
        }
    }

    function test_APartyNamedMustExistAndBeAnother() public {
        bytes memory unknown = abi.encodeWithSelector(IPartyRegistry.PartyUnknown.selector, PartyId.wrap(999));
        PartyId[] memory nobody = _parties(PartyId.wrap(999));
        bytes memory affiliates = abi.encodeCall(concentration.setAffiliates, (nobody, true));
        assertRefused(financier, address(concentration), affiliates, unknown, "an unknown affiliate");
        bytes memory group = abi.encodeCall(concentration.setGroup, ("group", nobody, true));
        assertRefused(financier, address(concentration), group, unknown, "an unknown member");
        affiliates = abi.encodeCall(concentration.setAffiliates, (_parties(financier), true));
        bytes memory self = abi.encodeWithSelector(IPartyRegistry.SelfReference.selector, financier);
        assertRefused(financier, address(concentration), affiliates, self, "its own affiliate");
    }

    function test_AHundredPartiesAreNamedAtOnce() public {
        PartyId[] memory many = new PartyId[](101);
        bytes memory reason = abi.encodeWithSelector(IConcentration.TooManyParties.selector, 101, 100);
        bytes memory affiliates = abi.encodeCall(concentration.setAffiliates, (many, true));
        assertRefused(financier, address(concentration), affiliates, reason, "affiliates");
        bytes memory group = abi.encodeCall(concentration.setGroup, ("group", many, true));
        assertRefused(financier, address(concentration), group, reason, "members");
    }

    //------------------------------------------------------------------ whatever happens

    uint64 private constant KEYS = 5;

    /// @dev Exposure is the sum of what is counted, whatever is counted, taken off, paid and returned.
    function testFuzz_ExposureIsTheSumOfWhatIsCounted(uint256 seed) public {
        _declare(otherFinancier, ASSETS);
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _act(seed);
            _assertSums();
        }
    }

    function _act(uint256 seed) private {
        NoteId note = NoteId.wrap(uint64(1 + (seed % KEYS)));
        NoteId other = NoteId.wrap(uint64(1 + ((seed >> 8) % KEYS)));
        PartyId by = (seed >> 16) % 2 == 0 ? financier : otherFinancier;
        PartyId debtor = (seed >> 17) % 2 == 0 ? obligor : otherObligor;
        uint64 units = uint64((seed >> 32) % 1_000);
        uint256 what = (seed >> 24) % 6;
        if (what == 5) return _affiliate(by, debtor, (seed >> 40) % 2 == 0);
        vm.prank(address(discounting));
        if (what == 0) concentration.count(noteKey(note), by, debtor, CNY, units);
        if (what == 1) concentration.countAgain(noteKey(note), by, debtor, CNY, units);
        if (what == 2) concentration.uncount(noteKey(note), units);
        if (what == 3) concentration.settle(note, other, units);
        if (what == 4) concentration.restore(note);
    }

    function _assertSums() private view {
        PartyId[2] memory financiers = [financier, otherFinancier];
        PartyId[2] memory debtors = [obligor, otherObligor];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 all;
            for (uint256 j = 0; j < 2; ++j) {
                uint256 sum;
                for (uint64 k = 1; k <= KEYS; ++k) {
                    (PartyId by, PartyId debtor, , uint64 units) = concentration.counted(_key(k));
                    if (by == financiers[i] && debtor == debtors[j]) sum += units;
                }
                vm.assertEq(concentration.exposure(financiers[i], debtors[j], CNY), sum, "the sum of what is counted");
                all += sum;
            }
            vm.assertLe(concentration.affiliateExposure(financiers[i], CNY), all, "affiliates are among the debtors");
        }
    }
}
