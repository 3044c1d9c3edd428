// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Hold} from "../../../contracts/common/Holds.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus, PackedNote, packNote} from "../../../contracts/receivables/Note.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ISettlement} from "../../../contracts/settlement/ISettlement.sol";
import {FinancingHops} from "./FinancingHops.sol";

contract FinancedTest is FinancingHops {
    uint64 internal constant FACE = 100_000_00;

    NoteId internal first;

    function setUp() public override {
        super.setUp();
        first = held(FACE);
    }

    //------------------------------------------------------------------ helpers

    function _assigning(NoteId note, uint64 units, PartyId to) private view returns (bytes memory) {
        return abi.encodeCall(ledger.assign, (note, units, to));
    }

    function _pledging(NoteId note, uint64 units) private view returns (bytes memory) {
        return abi.encodeCall(ledger.pledge, (note, units, financier, LOAN));
    }

    /// @dev Neither is assigned nor pledged, for the same reason.
    function _refusesToFinance(NoteId note, uint64 units, bytes memory reason, string memory message) private {
        assertRefused(address(discounting), address(ledger), _assigning(note, units, financier), reason, message);
        assertRefused(address(discounting), address(ledger), _pledging(note, units), reason, message);
    }

    function _refusesToUnpledge(NoteId note) private {
        assertRefused(
            address(discounting),
            address(ledger),
            abi.encodeCall(ledger.unpledge, (note)),
            abi.encodeWithSelector(IReceivableLedger.NoteNotUnderHold.selector, note),
            "no pledge"
        );
    }

    function _underPledge(NoteId note, uint64 units) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReceivableLedger.NoteUnderHold.selector, note, units, type(uint40).max, LOAN);
    }

    function _underFreeze(NoteId note, uint64 units, uint40 until) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                note,
                units,
                until,
                bytes32("court order")
            );
    }

    function _notHeld(NoteId note, NoteStatus status) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, note, status);
    }

    function _tooSmall(uint64 amount) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, uint16(1), amount, uint32(100));
    }

    function _release(NoteId note) private {
        vm.prank(keyOf(regulator));
        ledger.release(note);
    }

    function _freezeRefused(NoteId note, uint64 units, bytes memory reason) private {
        bytes memory data = abi.encodeCall(ledger.freeze, (note, units, type(uint40).max, "court order"));
        assertRefused(regulator, address(ledger), data, reason, "a freeze");
    }

    /// @dev Its holder can do nothing with it: neither pass it on nor give it back.
    function _staysPut(PartyId holder, NoteId note, uint64 units, bytes memory reason) private {
        bytes memory transfer = abi.encodeCall(ledger.transfer, (note, "", share(supplier4, units)));
        assertRefused(holder, address(ledger), transfer, reason, "a transfer");
        bytes memory giveBack = abi.encodeCall(ledger.returnToObligor, (note, units, ""));
        assertRefused(holder, address(ledger), giveBack, reason, "a return");
        _refusesToFinance(note, units, reason, "financing");
    }

    function _isUnder(NoteId note, PartyId beneficiary, uint64 units) private view {
        Hold memory hold = ledger.holdOn(note);
        vm.assertTrue(ledger.note(note).underHold, "marked");
        vm.assertTrue(PartyId.wrap(hold.beneficiary) == beneficiary, "for whom");
        vm.assertTrue(PartyId.wrap(hold.executor) == beneficiary, "who carries it out");
        vm.assertEq(hold.purpose, 2, "a pledge");
        vm.assertEq(hold.units, units, "its units");
        vm.assertEq(hold.expiresAt, type(uint40).max, "until it is released");
        vm.assertEq(hold.order, LOAN, "the loan behind it");
    }

    function _pay(uint64 amount, NoteId[] memory notes) private {
        mint(obligor, amount);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(first.payableOf(), amount), notes);
    }

    //------------------------------------------------------------------ who may

    function test_OnlyTheContractsOfFinancingAssignPledgeAndRelease() public {
        NoteId pledged = pledge(first, 1_000, financier);
        address[6] memory others = [
            keyOf(supplier1),
            keyOf(financier),
            keyOf(operator),
            keyOf(regulator),
            address(settlement),
            address(cashBook)
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IReceivableLedger.NotFinancing.selector, others[i]);
            assertRefused(others[i], address(ledger), _assigning(first, 1_000, financier), reason, "assign");
            assertRefused(others[i], address(ledger), _pledging(first, 1_000), reason, "pledge");
            assertRefused(others[i], address(ledger), abi.encodeCall(ledger.unpledge, (pledged)), reason, "unpledge");
        }
    }

    function test_EachContractOfFinancingMay() public {
        address[3] memory financing = [address(discounting), address(collateral), address(recourse)];
        for (uint256 i = 0; i < financing.length; ++i) {
            vm.prank(financing[i]);
            ledger.assign(first, 1_000, financier);
            vm.prank(financing[i]);
            NoteId pledged = ledger.pledge(first, 1_000, financier, LOAN);
            vm.prank(financing[i]);
            ledger.unpledge(pledged);
        }
    }

    //------------------------------------------------------------------ assign

    function test_AWholeNoteIsAssignedOnTheSameTier() public {
        vm.warp(block.timestamp + 1 hours);
        NoteId child = assign(first, FACE, financier);
        vm.assertTrue(child == newest(first.payableOf()), "the payable's next note");
        Note memory n = ledger.note(child);
        vm.assertTrue(n.holder == financier, "its new holder");
        vm.assertTrue(n.status == NoteStatus.Held, "held at once: it was paid for");
        vm.assertEq(n.parent, first.indexOf(), "the child of the note it was");
        vm.assertTrue(n.start == 0 && n.end == FACE, "all its units");
        vm.assertEq(n.since, block.timestamp, "from now on");
        vm.assertEq(n.tier, 1, "on the tier of who sold it");
        vm.assertEq(n.financings, 1, "one financing hop further");
        vm.assertTrue(n.children == 0 && !n.underHold, "with nothing cut from it and no hold");
        vm.assertTrue(ledger.note(first).status == NoteStatus.Spent, "nothing is left of the note");
        vm.assertEq(ledger.note(first).children, 0, "and nothing was cut from what it kept");
        vm.assertEq(IERC721(address(ledger)).ownerOf(NoteId.unwrap(child)), financier.account(), "also as a token");
        vm.assertEq(IERC721(address(ledger)).balanceOf(supplier1.account()), 0, "and the old one is none any more");
    }

    function test_APartIsAssignedFromTheNotesEnd() public {
        NoteId child = assign(first, 30_000_00, financier);
        Note memory n = ledger.note(child);
        vm.assertTrue(n.start == 70_000_00 && n.end == FACE, "the last units");
        Note memory rest = ledger.note(first);
        vm.assertTrue(rest.start == 0 && rest.end == 70_000_00, "the first stay");
        vm.assertTrue(rest.status == NoteStatus.Held && rest.holder == supplier1, "where they were");
        vm.assertEq(rest.children, 1, "one note was cut from it");
        vm.assertEq(rest.financings, 0, "what is left of it was not financed");
        give(supplier1, first, supplier2, 70_000_00);
    }

    function test_AnAssignmentIsAnnouncedLikeATransfer() public {
        PackedNote packed = packNote(
            financier,
            first.indexOf(),
            70_000_00,
            FACE,
            uint40(block.timestamp),
            1,
            NoteStatus.Held
        ).withFinancings(1);
        NoteId child = noteId(first.payableOf(), 2);
        vm.expectEmit(true, true, true, true, address(ledger));
        emit IERC721.Transfer(address(0), financier.account(), NoteId.unwrap(child));
        vm.expectEmit(true, true, true, true, address(ledger));
        emit IReceivableLedger.NoteTransferred(child, packed);
        assign(first, 30_000_00, financier);
    }

    function test_OnlyFreeUnitsAreFinanced() public {
        freeze(first, 60_000_00);
        uint40 until = ledger.holdOn(first).expiresAt;
        _refusesToFinance(first, 40_000_01, _underFreeze(first, 60_000_00, until), "a frozen fen");
        pledge(first, 10_000_00, financier);
        assign(first, 30_000_00, financier);
        vm.assertEq(unitsOf(first), 60_000_00, "the frozen units stay");
        vm.assertTrue(ledger.note(first).underHold, "under their freeze");
        vm.warp(until);
        assign(first, 60_000_00, financier);
    }

    function test_NoMoreIsFinancedThanThereIsAndNotNothing() public {
        bytes memory tooMuch = abi.encodeWithSelector(
            IReceivableLedger.AmountExceedsNote.selector,
            first,
            FACE,
            FACE + 1
        );
        _refusesToFinance(first, FACE + 1, tooMuch, "more than there is");
        _refusesToFinance(first, 0, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector), "nothing");
    }

    function test_PieceAndRestAreWholeNotes() public {
        _refusesToFinance(first, 99, _tooSmall(99), "a piece below the smallest note");
        _refusesToFinance(first, FACE - 99, _tooSmall(99), "a rest below the smallest note");
        assign(first, FACE - 200, financier);
        pledge(first, 100, financier);
        vm.assertEq(unitsOf(first), 100, "the smallest of each is enough");
    }

    function test_ANoteBelowTheSmallestIsStillFinancedWhole() public {
        NoteId small = give(supplier1, first, supplier2, 150);
        warpTo(maturity);
        _pay(FACE / 2, list(first, small)); // a part payment knows no smallest note
        vm.assertEq(unitsOf(small), 75, "left of it");
        NoteId child = assign(small, 75, financier);
        pledge(child, 75, otherFinancier);
    }

    function test_APartCountsAmongTheChildrenAndAWholeNoteDoesNot() public {
        for (uint256 i = 0; i < 10; ++i) assign(first, 1_000, financier);
        vm.assertEq(ledger.note(first).children, 10, "as many as the rules allow");
        assertRefused(
            address(discounting),
            address(ledger),
            _assigning(first, 1_000, financier),
            abi.encodeWithSelector(IReceivableLedger.TooManyChildren.selector, uint16(1), uint256(11), uint16(10)),
            "an eleventh"
        );
        pledge(first, 1_000, financier); // a piece beside it is no child
        assign(first, unitsOf(first), financier);
        vm.assertTrue(ledger.note(first).status == NoteStatus.Spent, "the rest of it can always be sold");
    }

    function test_ANoteNeverGoesBackToItsObligorByFinancing() public {
        bytes memory loop = abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, first, obligor);
        assertRefused(address(discounting), address(ledger), _assigning(first, 1_000, obligor), loop, "to the obligor");
        succeed(obligor, otherObligor);
        loop = abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, first, otherObligor);
        assertRefused(
            address(discounting),
            address(ledger),
            _assigning(first, 1_000, otherObligor),
            loop,
            "to who owes it now"
        );
    }

    function test_ANoteIsFinancedFifteenTimesAtMost() public {
        NoteId note = first;
        for (uint256 i = 0; i < 15; ++i) note = assign(note, unitsOf(note), i % 2 == 0 ? financier : otherFinancier);
        vm.assertEq(ledger.note(note).financings, 15, "fifteen times");
        vm.assertEq(ledger.note(note).tier, 1, "and still of tier 1");
        bytes memory reason = abi.encodeWithSelector(IReceivableLedger.TooManyFinancings.selector, note, uint8(15));
        assertRefused(
            address(discounting),
            address(ledger),
            _assigning(note, FACE, otherFinancier),
            reason,
            "once more"
        );
        unpledge(pledge(note, FACE, otherFinancier)); // a pledge is no hop
        note = give(financier, note, supplier2, FACE);
        vm.assertTrue(ledger.note(note).tier == 2 && ledger.note(note).financings == 15, "it is still passed on");
        (NoteId[] memory ids, ) = paths.path(note);
        vm.assertEq(ids.length, 17, "seventeen notes back to the promise");
        warpTo(maturity);
        _pay(FACE, list(note));
        vm.assertEq(balanceOf(supplier2), FACE, "and paid");
    }

    function test_OnlyAHeldNoteIsFinanced() public {
        NoteId offered = offer(supplier1, first, supplier2, 1_000);
        _refusesToFinance(offered, 1_000, _notHeld(offered, NoteStatus.Offered), "an offered note");
        vm.prank(keyOf(supplier1));
        ledger.returnToObligor(first, 1_000, "");
        NoteId returned = newest(first.payableOf());
        _refusesToFinance(returned, 1_000, _notHeld(returned, NoteStatus.Void), "a void note");
        accept(supplier2, offered);
        give(supplier2, offered, supplier3, 1_000);
        _refusesToFinance(offered, 1, _notHeld(offered, NoteStatus.Spent), "a spent note");
        NoteId issued = noteId(issue(obligor, supplier1, 1_000), 1);
        _refusesToFinance(issued, 1_000, _notHeld(issued, NoteStatus.Offered), "an issue that waits");
        NoteId none = noteId(PayableId.wrap(9), 1);
        _refusesToFinance(none, 1, abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none), "no note");
    }

    function test_APaidNoteIsFinancedNoMore() public {
        warpTo(maturity);
        _pay(FACE, list(first));
        _refusesToFinance(first, FACE, _notHeld(first, NoteStatus.Settled), "a settled note");
    }

    //------------------------------------------------------------------ financings stay with the note

    function test_LaterTransfersKeepTheFinancings() public {
        NoteId bought = assign(first, 50_000_00, financier);
        NoteId offered = offer(financier, bought, supplier2, 10_000_00);
        Note memory n = ledger.note(offered);
        vm.assertTrue(n.tier == 1 && n.financings == 1, "an offer stands where its note stands");
        accept(supplier2, offered);
        n = ledger.note(offered);
        vm.assertTrue(n.tier == 2 && n.financings == 1, "an acceptance is a commercial hop");
        acceptFromAnyone(supplier3);
        vm.prank(keyOf(supplier2));
        ledger.transfer(offered, "", share(supplier3, 5_000_00));
        n = ledger.note(newest(first.payableOf()));
        vm.assertTrue(n.tier == 3 && n.financings == 1, "and so is a transfer that was accepted beforehand");
        NoteId again = assign(newest(first.payableOf()), 1_000_00, otherFinancier);
        n = ledger.note(again);
        vm.assertTrue(n.tier == 3 && n.financings == 2, "a second financing");
    }

    function test_AnOfferThatComesToNothingKeepsThem() public {
        NoteId bought = assign(first, FACE, financier);
        NoteId offered = offer(financier, bought, supplier2, 10_000_00);
        vm.prank(keyOf(supplier2));
        ledger.reject(offered);
        Note memory n = ledger.note(offered);
        vm.assertTrue(n.holder == financier && n.tier == 1 && n.financings == 1, "as it was");
        assign(offered, 10_000_00, otherFinancier);
        vm.assertEq(ledger.note(newest(first.payableOf())).financings, 2, "one more");
    }

    function test_APaymentThatIsReturnedLeavesTheNoteFinanced() public {
        NoteId bought = assign(first, FACE, financier);
        warpTo(maturity);
        vm.prank(keyOf(bank));
        settlement.confirm(paymentOf(first.payableOf(), 40_000_00), list(bought));
        NoteId paid = newest(first.payableOf());
        vm.prank(keyOf(bank));
        settlement.returnPayment(bank, "payment", "AC04", list(paid));
        NoteId[2] memory both = [bought, paid];
        for (uint256 i = 0; i < both.length; ++i) {
            Note memory n = ledger.note(both[i]);
            vm.assertTrue(n.status == NoteStatus.Held && n.holder == financier, "owed to its holder");
            vm.assertTrue(n.tier == 1 && n.financings == 1 && n.parent == first.indexOf(), "where it stood");
        }
        assign(paid, 40_000_00, otherFinancier);
    }

    //------------------------------------------------------------------ pledge

    function test_AWholeNoteIsPledgedWhereItIs() public {
        vm.expectEmit(true, true, true, true, address(ledger));
        emit IReceivableLedger.NotePledged(first, first, financier, 0, FACE, LOAN);
        vm.assertTrue(pledge(first, FACE, financier) == first, "the note itself");
        _isUnder(first, financier, FACE);
        Note memory n = ledger.note(first);
        vm.assertTrue(n.holder == supplier1 && n.status == NoteStatus.Held, "still its holder's");
        vm.assertEq(ledger.terms(first.payableOf()).noteCount, 1, "no other note came about");
        _staysPut(supplier1, first, 1_000, _underPledge(first, FACE));
        warpTo(plus(maturity, 3_650));
        _isUnder(first, financier, FACE);
    }

    function test_APartIsPledgedBesideTheNote() public {
        NoteId second = give(supplier1, first, supplier2, 50_000_00);
        NoteId bought = assign(second, 40_000_00, supplier3);
        Note memory before = ledger.note(bought);
        vm.warp(block.timestamp + 1 days);
        NoteId pledged = pledge(bought, 15_000_00, financier);
        Note memory n = ledger.note(pledged);
        vm.assertTrue(n.start == before.end - 15_000_00 && n.end == before.end, "the last units");
        vm.assertTrue(n.holder == supplier3 && n.parent == before.parent, "beside it, and its holder's");
        vm.assertTrue(n.tier == 2 && n.financings == 1 && n.since == before.since, "where it stands on the walk");
        _isUnder(pledged, financier, 15_000_00);
        _staysPut(supplier3, pledged, 1_000, _underPledge(pledged, 15_000_00));
        n = ledger.note(bought);
        vm.assertTrue(!n.underHold && n.children == 0 && unitsOf(bought) == 25_000_00, "the rest is free");
        (NoteId[] memory ids, ) = paths.path(pledged);
        vm.assertTrue(ids.length == 3 && ids[1] == second, "the piece has the walk of the note");
        give(supplier3, bought, supplier4, 25_000_00);
    }

    function test_ANoteIsReleasedFromItsPledgeAndMovesAgain() public {
        pledge(first, FACE, financier);
        vm.expectEmit(true, true, true, true, address(ledger));
        emit IReceivableLedger.NoteUnpledged(first);
        unpledge(first);
        vm.assertTrue(!ledger.note(first).underHold, "no hold");
        vm.assertEq(ledger.holdOn(first).units, 0, "nor a trace of one");
        _refusesToUnpledge(first);
        give(supplier1, first, supplier2, FACE);
    }

    function test_ThePledgedNoteGoesToItsBeneficiaryOnExecution() public {
        pledge(first, FACE, financier);
        unpledge(first);
        NoteId taken = assign(first, 80_000_00, financier);
        vm.assertTrue(ledger.note(taken).holder == financier, "as much as the loan needs");
        vm.assertTrue(ledger.note(first).holder == supplier1 && unitsOf(first) == 20_000_00, "the surplus stays");
    }

    function test_OnlyAPledgeIsUnpledged() public {
        _refusesToUnpledge(first);
        freeze(first, FACE);
        _refusesToUnpledge(first);
        _refusesToUnpledge(noteId(PayableId.wrap(9), 1));
    }

    //------------------------------------------------------------------ pledge and freeze together

    function test_AFreezeAndThenAPledgeHoldIndependently() public {
        freeze(first, 60_000_00);
        uint40 until = ledger.holdOn(first).expiresAt;
        NoteId pledged = pledge(first, 40_000_00, financier); // what the freeze leaves free
        vm.assertEq(ledger.holdOn(pledged).purpose, 2, "the piece is pledged and not frozen");
        vm.assertEq(ledger.holdOn(first).purpose, 1, "the rest is frozen and not pledged");
        unpledge(pledged);
        _staysPut(supplier1, first, 1_000, _underFreeze(first, 60_000_00, until));
        give(supplier1, pledged, supplier2, 40_000_00);
    }

    function test_APledgedNoteMayBeFrozenAndTheReleaseLeavesThePledge() public {
        pledge(first, FACE, financier);
        freeze(first, 1_000);
        _isUnder(first, financier, FACE);
        _freezeRefused(first, 1, _underFreeze(first, 1_000, uint40(block.timestamp + 30 days)));
        _release(first);
        _isUnder(first, financier, FACE);
        _staysPut(supplier1, first, 1_000, _underPledge(first, FACE));
        unpledge(first);
        give(supplier1, first, supplier2, FACE);
    }

    function test_APledgedNoteMayBeFrozenAndTheEndOfThePledgeLeavesTheFreeze() public {
        pledge(first, FACE, financier);
        freeze(first, 60_000_00);
        unpledge(first);
        vm.assertTrue(ledger.note(first).underHold, "still marked");
        vm.assertEq(ledger.holdOn(first).purpose, 1, "now for the freeze");
        bytes memory frozen = _underFreeze(first, 60_000_00, ledger.holdOn(first).expiresAt);
        assertRefused(
            address(discounting),
            address(ledger),
            _assigning(first, FACE, financier),
            frozen,
            "on execution"
        );
        give(supplier1, first, supplier2, 40_000_00);
        _release(first);
        vm.assertTrue(!ledger.note(first).underHold, "both are gone");
        give(supplier1, first, supplier2, 60_000_00);
    }

    function test_AFreezeThatExpiresOnAPledgedNoteLeavesThePledge() public {
        pledge(first, FACE, financier);
        freeze(first, FACE);
        vm.warp(block.timestamp + 31 days);
        _isUnder(first, financier, FACE);
        freeze(first, 1_000); // another one in its place
        _release(first);
        _isUnder(first, financier, FACE);
    }

    function test_ANoteWhoseFreezeExpiredMayBePledgedAndReleasedInAnyOrder() public {
        freeze(first, FACE);
        vm.warp(block.timestamp + 30 days);
        pledge(first, FACE, financier);
        _isUnder(first, financier, FACE);
        _release(first); // the court's order is cleared away
        _isUnder(first, financier, FACE);
        unpledge(first);
        vm.assertTrue(!ledger.note(first).underHold, "no hold");
    }

    function test_OnlyAFreezeIsReleasedByARegulator() public {
        pledge(first, FACE, financier);
        assertRefused(
            regulator,
            address(ledger),
            abi.encodeCall(ledger.release, (first)),
            abi.encodeWithSelector(IReceivableLedger.NoteNotUnderHold.selector, first),
            "a pledge is no regulator's to lift"
        );
    }

    //------------------------------------------------------------------ maturity

    function test_APledgedNoteIsPaidAtMaturityAndItsRestStaysPledged() public {
        NoteId pledged = pledge(first, FACE / 2, financier);
        warpTo(maturity);
        _pay(FACE / 2, list(first, pledged));
        vm.assertEq(balanceOf(supplier1), FACE / 2, "its holder is paid");
        vm.assertEq(unitsOf(pledged), FACE / 4, "half of it is owed still");
        _isUnder(pledged, financier, FACE / 2);
        NoteId settled = newest(first.payableOf());
        vm.assertTrue(ledger.note(settled).status == NoteStatus.Settled, "the other half is paid");
        vm.assertTrue(!ledger.note(settled).underHold, "and free of the hold");
        _refusesToFinance(pledged, FACE / 4, _underPledge(pledged, FACE / 2), "the unpaid rest");
        _pay(FACE / 2, list(first, pledged));
        vm.assertTrue(ledger.note(pledged).status == NoteStatus.Settled, "paid in full");
        unpledge(pledged);
        vm.assertTrue(!ledger.note(pledged).underHold, "a paid note is released too");
    }

    function _proceed(NoteId[] memory notes) private {
        vm.prank(keyOf(obligor));
        settlement.proceed(first.payableOf(), notes);
    }

    function test_APieceCutDuringAPartPaymentHasNoShareInIt() public {
        NoteId second = give(supplier1, first, supplier2, FACE / 2);
        warpTo(maturity);
        _pay(FACE / 2, new NoteId[](0));
        _proceed(list(first, second)); // measured: a quarter of the face for each
        _proceed(list(first));
        NoteId piece = assign(first, FACE / 4, financier); // what is left of a note that had its share
        NoteId other = pledge(second, FACE / 4, financier);
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (first.payableOf(), list(piece))),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, uint64(1), piece),
            "a second share"
        );
        _proceed(list(second));
        vm.assertEq(balanceOf(supplier2), FACE / 8, "what is left of a note has its part of the share");
        vm.prank(keyOf(obligor));
        settlement.abandon(first.payableOf()); // the rest of it finds nobody any more
        vm.assertEq(balanceOf(obligor), FACE / 8, "and stays the obligor's");
        mint(obligor, FACE);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(first.payableOf(), (FACE * 5) / 8), list(piece, second, other));
        vm.assertEq(ledger.liveUnits(first.payableOf()), 0, "the next payment reaches all");
        vm.assertEq(balanceOf(supplier1) + balanceOf(supplier2) + balanceOf(financier), FACE, "each unit once");
    }

    function test_APieceCutDuringAFullPaymentIsPaidWithTheRest() public {
        NoteId second = give(supplier1, first, supplier2, FACE / 2);
        warpTo(maturity);
        _pay(FACE, list(first));
        NoteId piece = assign(second, FACE / 4, financier);
        _proceed(list(piece, second));
        vm.assertEq(balanceOf(supplier2), FACE / 4, "its units are all it is paid for");
        vm.assertEq(balanceOf(financier), FACE / 4, "and so are the buyer's");
        vm.assertEq(ledger.liveUnits(first.payableOf()), 0, "nothing is left");
    }

    function test_APledgedNoteWhosePaymentIsReturnedIsStillPledged() public {
        pledge(first, FACE, financier);
        warpTo(maturity);
        vm.prank(keyOf(bank));
        settlement.confirm(paymentOf(first.payableOf(), FACE), list(first));
        vm.prank(keyOf(bank));
        settlement.returnPayment(bank, "payment", "AC04", list(first));
        vm.assertTrue(ledger.note(first).status == NoteStatus.Held, "owed again");
        _isUnder(first, financier, FACE);
        unpledge(first);
        vm.assertTrue(!ledger.note(first).underHold, "until it is released");
    }
}
