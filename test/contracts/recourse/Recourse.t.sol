// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Calendar, Day} from "../../../contracts/common/Calendar.sol";
import {Answer, Claim, ClaimStage, IRecourse, DueState, DueStatus} from "../../../contracts/recourse/IRecourse.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {DefaultFixture} from "./DefaultFixture.sol";

contract RecourseTest is DefaultFixture {
    function _refuses(PartyId by, bytes memory call, bytes memory reason, string memory message) private {
        assertRefused(by, address(recourse), call, reason, message);
    }

    function _nobody(NoteId note) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IRecourse.NoEndorser.selector, note);
    }

    /// @dev Everything is sold on: to the financier, to the other, to the third; with recourse or not.
    function _ladder(bool first, bool second, bool third) private returns (NoteId note) {
        note = sellTo(financier, first, supplier1, n1, FACE);
        note = sellTo(otherFinancier, second, financier, note, FACE);
        note = sellTo(thirdFinancier, third, otherFinancier, note, FACE);
    }

    function _assertAnswers(NoteId note, PartyId endorser, string memory message) private view {
        Answer memory next = recourse.endorserOf(note);
        vm.assertTrue(next.found, message);
        vm.assertEq(PartyId.unwrap(next.endorser), PartyId.unwrap(endorser), message);
    }

    //------------------------------------------------------------------ standing

    function test_APayableIsOverdueAndInDefaultByTheDateAlone() public {
        warpTo(maturity);
        vm.assertTrue(recourse.dueStateOf(id).status == DueStatus.Current, "on the due date it can be paid");
        warpTo(plus(maturity, 1));
        vm.assertTrue(recourse.dueStateOf(id).status == DueStatus.Overdue, "the day after");
        warpTo(minus(defaultDate, 1));
        vm.assertTrue(recourse.dueStateOf(id).status == DueStatus.Overdue, "thirty days after");
        warpTo(defaultDate);
        DueState memory s = recourse.dueStateOf(id);
        vm.assertTrue(s.status == DueStatus.Defaulted, "thirty-one days after");
        vm.assertTrue(s.dueDate == maturity, "due");
        vm.assertTrue(s.defaultDate == Calendar.fromCivil(2027, 3, 29), "in default");
        vm.assertTrue(s.recourseUntil == Calendar.fromCivil(2027, 8, 26), "six months");
        vm.assertTrue(s.limitationUntil == Calendar.fromCivil(2030, 2, 26), "three years");
        payLate(FACE, n1);
        vm.assertTrue(recourse.dueStateOf(id).status == DueStatus.Current, "paid after all");
    }

    function test_ThereIsNoStandingOfAPayableThatIsNotThere() public {
        PayableId none = PayableId.wrap(99);
        _refuses(
            supplier1,
            abi.encodeCall(recourse.dueStateOf, (none)),
            abi.encodeWithSelector(IReceivableLedger.PayableUnknown.selector, none),
            "unknown"
        );
        bytes memory unknown = abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, noteId(none, 1));
        _refuses(supplier1, claimCall(noteId(none, 1)), unknown, "claim");
        _refuses(supplier1, abi.encodeCall(recourse.endorserOf, (noteId(none, 1))), unknown, "endorser");
        _refuses(supplier1, abi.encodeCall(recourse.limitationOf, (noteId(none, 1))), unknown, "limitation");
    }

    //------------------------------------------------------------------ who answers

    function test_TheNearestThatSoldWithRecourseAnswers() public {
        NoteId note = _ladder(true, true, false);
        _assertAnswers(note, financier, "the last sale was without");
        Answer memory next = recourse.endorserOf(note);
        vm.assertTrue(next.until == Calendar.fromCivil(2027, 8, 26), "until");
        vm.assertEq(Day.unwrap(next.steppedInOn), 0, "nobody has stepped in");
    }

    function test_NobodyAnswersWhereNobodySoldWithRecourse() public {
        NoteId note = _ladder(false, false, false);
        vm.assertTrue(!recourse.endorserOf(note).found, "nobody");
        warpTo(defaultDate);
        _refuses(thirdFinancier, claimCall(note), _nobody(note), "claim");
        _refuses(
            thirdFinancier,
            abi.encodeCall(recourse.waive, (note, CAUSE)),
            _nobody(note),
            "there is nothing to waive"
        );
        _refuses(financier, claimCall(noteId(id, 2)), _notHeld(noteId(id, 2)), "the note it sold");
    }

    function _notHeld(NoteId note) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, note, NoteStatus.Spent);
    }

    /// @dev A transfer pays a debt, and its sender does not answer for the obligor; a sale before it still does.
    function test_ATransferIsNoEndorsementButLeavesTheOneBehindIt() public {
        NoteId bought = sellTo(financier, true, supplier1, n1, FACE);
        NoteId given = give(financier, bought, supplier2, FACE);
        _assertAnswers(given, supplier1, "past the transfer");
        warpTo(defaultDate);
        claim(supplier2, given);
        mint(supplier1, FACE);
        NoteId taken = honour(supplier1, given);
        vm.assertEq(balanceOf(supplier2), FACE, "the recipient of the transfer is paid");
        vm.assertTrue(!recourse.endorserOf(taken).found, "nobody is before the first supplier");
    }

    function test_AHolderDoesNotAnswerToItself() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        note = sellTo(otherFinancier, true, financier, note, FACE);
        note = sellTo(financier, false, otherFinancier, note, FACE);
        _assertAnswers(note, supplier1, "past the financier's own sale");
    }

    /// @dev A buyer offers 30,000 of what it bought with recourse to somebody, who declines: the piece is its own note.
    function test_APieceOfASoldNoteIsSoldWithRecourseToo() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        NoteId piece = _declined(financier, note, 30_000);
        vm.assertTrue(!recourse.endorserOf(piece).found, "nobody has traced it");
        _trace(piece, note);
        _assertAnswers(piece, supplier1, "the piece beside it");
        NoteId plain = sellTo(otherFinancier, false, financier, note, 70_000);
        NoteId other = _declined(otherFinancier, plain, 10_000);
        _assertAnswers(other, supplier1, "past a sale without");
        _refusesToTrace(other, plain, "of a sale without");
        mint(supplier1, FACE);
        warpTo(defaultDate);
        claim(financier, piece);
        honour(supplier1, piece);
    }

    /// @dev A part is paid and the payment returned: the note that stands for it is the holder's, with the same recourse.
    function test_WhatIsOwedAgainIsOwedWithRecourse() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        warpTo(defaultDate);
        confirmLate(40_000, note, "ref");
        NoteId settled = newest(id);
        returnLate(settled, "ref");
        _trace(settled, note);
        vm.assertEq(NoteId.unwrap(recourse.originOf(settled)), NoteId.unwrap(note), "on record");
        claim(financier, settled);
    }

    function test_NothingIsAPieceOfWhatItWasNotCutFrom() public {
        NoteId note = sellTo(financier, true, supplier1, n1, 60_000);
        NoteId piece = _declined(financier, note, 30_000);
        NoteId suppliers = _declined(supplier1, n1, 10_000);
        _refusesToTrace(suppliers, note, "the seller's own");
        _refusesToTrace(note, piece, "the other way round");
        _refusesToTrace(note, note, "itself");
        vm.warp(block.timestamp + 1);
        NoteId later = sellTo(financier, true, supplier1, n1, 10_000);
        _refusesToTrace(piece, later, "of another sale");
        _refusesToTrace(later, note, "what was sold itself");
        _refusesToTrace(noteId(PayableId.wrap(99), 1), note, "of another payable");
    }

    function _declined(PartyId from, NoteId note, uint64 units) private returns (NoteId piece) {
        piece = offer(from, note, supplier2, units);
        vm.prank(keyOf(supplier2));
        ledger.reject(piece);
    }

    function _trace(NoteId piece, NoteId origin) private {
        vm.prank(keyOf(supplier4));
        recourse.recordLineage(piece, origin);
    }

    function _refusesToTrace(NoteId piece, NoteId origin, string memory message) private {
        _refuses(
            financier,
            abi.encodeCall(recourse.recordLineage, (piece, origin)),
            abi.encodeWithSelector(IRecourse.NotOfLineage.selector, piece, origin),
            message
        );
    }

    //------------------------------------------------------------------ claim and payment

    function test_TheEndorserPaysTheHolderAndHoldsTheNoteInOneStep() public {
        NoteId note = sellTo(financier, true, supplier1, n1, 60_000);
        mint(supplier1, 10_000);
        uint256 had = balanceOf(supplier1);
        uint256 financierHad = balanceOf(financier);
        warpTo(defaultDate);
        claim(financier, note);
        Claim memory made = recourse.claimOn(note);
        vm.assertEq(made.units, 60_000, "all its units");
        vm.assertEq(NoteId.unwrap(made.hop), NoteId.unwrap(note), "by the sale");
        vm.assertTrue(made.stage == ClaimStage.Open && made.madeOn == defaultDate, "open since today");

        NoteId taken = honour(supplier1, note);
        vm.assertEq(balanceOf(supplier1), had - 60_000, "the endorser paid the face");
        vm.assertEq(balanceOf(financier), financierHad + 60_000, "and the holder has it");
        vm.assertTrue(ledger.note(note).status == NoteStatus.Spent, "the holder has no note");
        vm.assertEq(unitsOf(taken), 60_000, "the endorser has it");
        vm.assertEq(PartyId.unwrap(ledger.note(taken).holder), PartyId.unwrap(supplier1), "it");
        vm.assertEq(NoteId.unwrap(recourse.resumesFrom(taken)), NoteId.unwrap(n1), "the walk goes on from what it had");
        vm.assertTrue(recourse.claimOn(note).stage == ClaimStage.Honoured, "honoured");
        _refuses(supplier1, honourCall(note), abi.encodeWithSelector(IRecourse.ClaimNotOpen.selector, note), "once");
    }

    /// @dev Three sales with recourse, unwound to the first seller, which then has the obligor alone.
    function test_RecourseGoesUpThePathAndNeverRound() public {
        NoteId note = _ladder(true, true, true);
        mint(supplier1, FACE);
        uint256[4] memory had = _balances();
        warpTo(defaultDate);

        claim(thirdFinancier, note);
        NoteId second = honour(otherFinancier, note);
        vm.assertEq(
            Day.unwrap(recourse.endorserOf(second).until),
            Day.unwrap(Calendar.fromCivil(2027, 6, 29)),
            "3 months"
        );
        claim(otherFinancier, second);
        NoteId third = honour(financier, second);
        claim(financier, third);
        NoteId last = honour(supplier1, third);

        uint256[4] memory has = _balances();
        vm.assertEq(has[0], had[0] - FACE, "the first seller has paid");
        vm.assertEq(has[1], had[1], "the first buyer is even");
        vm.assertEq(has[2], had[2], "so is the second");
        vm.assertEq(has[3], had[3] + FACE, "the last one is paid");
        vm.assertTrue(!recourse.endorserOf(last).found, "nobody is left to claim on");
        _refuses(supplier1, claimCall(last), _nobody(last), "up, never round");
        vm.assertEq(ledger.note(last).financings, 6, "three sales and three steps back");
        payLate(FACE, last);
        vm.assertEq(balanceOf(supplier1), had[0], "the obligor's money is the first seller's");
    }

    function _balances() private view returns (uint256[4] memory) {
        return [balanceOf(supplier1), balanceOf(financier), balanceOf(otherFinancier), balanceOf(thirdFinancier)];
    }

    function test_WhatTheObligorPaidMeanwhileIsNotClaimed() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        warpTo(defaultDate);
        claim(financier, note);
        payLate(30_000, note);
        uint256 had = balanceOf(financier);
        NoteId taken = honour(supplier1, note);
        vm.assertEq(balanceOf(financier), had + 70_000, "the rest");
        vm.assertEq(unitsOf(taken), 70_000, "of the units");
    }

    function test_ANoteThatTheObligorPaidIsHonouredByNobody() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        warpTo(defaultDate);
        claim(financier, note);
        payLate(FACE, note);
        bytes memory settled = abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, note, NoteStatus.Settled);
        _refuses(supplier1, honourCall(note), settled, "honour");
        _refuses(financier, claimCall(note), settled, "claim");
    }

    function test_ExposureFollowsTheNoteBackToTheEndorserPastItsLimit() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        note = sellTo(otherFinancier, true, financier, note, FACE);
        vm.assertEq(concentration.exposure(financier, obligor, CNY), 0, "sold on");
        warpTo(defaultDate);
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 1);
        claim(otherFinancier, note);
        honour(financier, note);
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), 0, "nothing at stake any more");
        vm.assertEq(concentration.exposure(financier, obligor, CNY), FACE, "its endorser has");
    }

    //------------------------------------------------------------------ refusals

    function test_EveryStepStatesItsCause() public {
        bytes memory missing = abi.encodeWithSelector(IRecourse.CauseMissing.selector);
        _refuses(supplier1, abi.encodeCall(recourse.claim, (n1, 0)), missing, "claim");
        _refuses(supplier1, abi.encodeCall(recourse.waive, (n1, 0)), missing, "waive");
        _refuses(supplier1, abi.encodeCall(recourse.honour, (n1, 0)), missing, "honour");
        _refuses(supplier1, abi.encodeCall(recourse.demand, (n1, 0)), missing, "demand");
    }

    function test_ThereIsNoRecourseBeforeDefault() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        bytes memory early = abi.encodeWithSelector(IRecourse.NotInDefault.selector, id, defaultDate);
        warpTo(minus(defaultDate, 1));
        _refuses(financier, claimCall(note), early, "claim");
        _refuses(financier, abi.encodeCall(recourse.waive, (note, CAUSE)), early, "waive");
    }

    function test_OnlyTheHolderClaimsAndOnce() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        warpTo(defaultDate);
        bytes memory stranger = abi.encodeWithSelector(
            IReceivableLedger.NotTheHolder.selector,
            note,
            financier,
            otherFinancier
        );
        _refuses(otherFinancier, claimCall(note), stranger, "claim");
        _refuses(otherFinancier, abi.encodeCall(recourse.waive, (note, CAUSE)), stranger, "waive");
        _refuses(otherFinancier, abi.encodeCall(recourse.demand, (note, CAUSE)), stranger, "demand");
        claim(financier, note);
        _refuses(
            financier,
            claimCall(note),
            abi.encodeWithSelector(IRecourse.ClaimAlreadyOpen.selector, note, supplier1),
            "twice"
        );
    }

    function test_OnlyTheEndorserPaysWhatIsClaimedOnItAndWithItsOwnMoney() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        warpTo(defaultDate);
        _refuses(
            supplier1,
            honourCall(note),
            abi.encodeWithSelector(IRecourse.ClaimNotOpen.selector, note),
            "not claimed yet"
        );
        claim(financier, note);
        _refuses(
            otherFinancier,
            honourCall(note),
            abi.encodeWithSelector(IRecourse.NotTheEndorser.selector, note, supplier1, otherFinancier),
            "another"
        );
        uint256 has = balanceOf(supplier1);
        vm.assertTrue(has < FACE, "it sold at a discount");
        _refuses(
            supplier1,
            honourCall(note),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, supplier1.account(), has, FACE),
            "without the cash"
        );
        vm.assertTrue(recourse.claimOn(note).stage == ClaimStage.Open, "nothing has happened");
    }

    function test_AWaiverIsForGoodAndForEveryoneBefore() public {
        NoteId note = _ladder(true, true, true);
        warpTo(defaultDate);
        claim(thirdFinancier, note);
        vm.prank(keyOf(thirdFinancier));
        recourse.waive(note, CAUSE);
        bytes memory waived = abi.encodeWithSelector(IRecourse.RecourseIsWaived.selector, note);
        _refuses(thirdFinancier, claimCall(note), waived, "claim");
        _refuses(thirdFinancier, abi.encodeCall(recourse.waive, (note, CAUSE)), waived, "again");
        _refuses(
            otherFinancier,
            honourCall(note),
            abi.encodeWithSelector(IRecourse.ClaimNotOpen.selector, note),
            "honour"
        );
        vm.assertTrue(!recourse.endorserOf(note).found, "nobody answers");
    }

    function test_AFrozenNoteIsClaimedButNeitherPaidForNorWaived() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        mint(supplier1, FACE);
        warpTo(defaultDate);
        freeze(note, 1);
        claim(financier, note);
        bytes memory frozen = abi.encodeWithSelector(
            IReceivableLedger.NoteUnderHold.selector,
            note,
            1,
            uint40(block.timestamp + 30 days),
            bytes32("court order")
        );
        _refuses(financier, abi.encodeCall(recourse.waive, (note, CAUSE)), frozen, "waive");
        _refuses(supplier1, honourCall(note), frozen, "honour");
        vm.prank(keyOf(regulator));
        ledger.release(note);
        honour(supplier1, note);
    }

    //------------------------------------------------------------------ in time

    function test_TheFirstClaimIsMadeWithinSixMonthsOfTheDueDate() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        mint(supplier1, FACE);
        Day last = Calendar.fromCivil(2027, 8, 26);
        warpTo(plus(last, 1));
        _refuses(
            financier,
            claimCall(note),
            abi.encodeWithSelector(IRecourse.RecourseTimeBarred.selector, note, last),
            "late"
        );
        warpTo(last);
        claim(financier, note);
        warpTo(plus(last, 400));
        honour(supplier1, note); // made in time, it stays good
    }

    function test_WhoSteppedInClaimsWithinThreeMonthsOfPaying() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        note = sellTo(otherFinancier, true, financier, note, FACE);
        mint(supplier1, FACE);
        warpTo(Calendar.fromCivil(2027, 8, 26));
        claim(otherFinancier, note);
        warpTo(Calendar.fromCivil(2027, 11, 30));
        NoteId taken = honour(financier, note);
        Day last = Calendar.fromCivil(2028, 2, 29); // November has thirty days, this February twenty-nine
        vm.assertTrue(recourse.endorserOf(taken).steppedInOn == Calendar.fromCivil(2027, 11, 30), "paid on");
        warpTo(plus(last, 1));
        _refuses(
            financier,
            claimCall(taken),
            abi.encodeWithSelector(IRecourse.RecourseTimeBarred.selector, taken, last),
            "late"
        );
        warpTo(last);
        claim(financier, taken);
    }

    function test_ADemandStartsTheLimitationAnewAndFollowsTheNote() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        mint(supplier1, FACE);
        Day end = Calendar.fromCivil(2030, 2, 26);
        vm.assertTrue(recourse.limitationOf(note) == end, "from the due date");
        warpTo(maturity);
        _refuses(
            financier,
            abi.encodeCall(recourse.demand, (note, CAUSE)),
            abi.encodeWithSelector(IRecourse.NotOverdue.selector, id),
            "before it is overdue"
        );
        warpTo(defaultDate);
        claim(financier, note);
        vm.prank(keyOf(financier));
        recourse.demand(note, CAUSE);
        vm.assertTrue(recourse.limitationOf(note) == Calendar.fromCivil(2030, 3, 29), "from the demand");
        vm.assertTrue(recourse.limitationOf(n1) == end, "of no other note");
        warpTo(plus(defaultDate, 10));
        NoteId taken = honour(supplier1, note);
        vm.assertTrue(recourse.limitationOf(taken) == Calendar.fromCivil(2030, 3, 29), "the endorser's too");
        warpTo(plus(Calendar.fromCivil(2030, 3, 29), 1));
        _refuses(
            supplier1,
            abi.encodeCall(recourse.demand, (taken, CAUSE)),
            abi.encodeWithSelector(IRecourse.LimitationPassed.selector, taken, Calendar.fromCivil(2030, 3, 29)),
            "a demand does not bring back what has passed"
        );
    }

    //------------------------------------------------------------------ parties that change

    function test_SuspendedPartiesClaimAndPay() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        mint(supplier1, FACE);
        warpTo(defaultDate);
        suspend(financier);
        suspend(supplier1);
        claim(financier, note);
        honour(supplier1, note);
    }

    function test_SuccessorsClaimAndPayInTheirPredecessorsPlace() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        mint(supplier2, FACE);
        succeed(financier, otherFinancier);
        succeed(supplier1, supplier2);
        warpTo(defaultDate);
        claim(otherFinancier, note);
        _refuses(
            supplier3,
            honourCall(note),
            abi.encodeWithSelector(IRecourse.NotTheEndorser.selector, note, supplier2, supplier3),
            "another"
        );
        uint256 had = balanceOf(otherFinancier);
        NoteId taken = honour(supplier2, note);
        vm.assertEq(balanceOf(otherFinancier), had + FACE, "the successor is paid");
        vm.assertEq(
            PartyId.unwrap(ledger.note(taken).holder),
            PartyId.unwrap(supplier2),
            "and the other's has the note"
        );
    }

    /// @dev The third claims on the second, and then takes it over: the claim would be on itself.
    function test_AClaimOnOneselfGivesWayToTheNext() public {
        NoteId note = _ladder(true, true, true);
        warpTo(defaultDate);
        claim(thirdFinancier, note);
        succeed(otherFinancier, thirdFinancier);
        claim(thirdFinancier, note);
        vm.assertEq(PartyId.unwrap(recourse.claimOn(note).endorser), PartyId.unwrap(financier), "on the one before it");
        honour(financier, note);
    }

    //------------------------------------------------------------------ any ladder

    /// @dev Up to six sales among three financiers, with recourse or without. Each claim goes to the nearest before the
    /// step of the last one that is not the holder itself; in the end the first of them all has paid the last holder.
    function testFuzz_EveryLadderIsUnwoundToItsTop(uint256 seed) public {
        PartyId[3] memory buyers = [financier, otherFinancier, thirdFinancier];
        PartyId[] memory sellers = new PartyId[](7); // sellers[i] sold in step i
        bool[] memory with = new bool[](7);
        uint256 steps = bound(seed, 1, 6);
        NoteId note = n1;
        sellers[0] = supplier1;
        for (uint256 i = 0; i < steps; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            PartyId buyer = buyers[seed % 3];
            if (buyer == sellers[i]) buyer = buyers[(seed + 1) % 3];
            with[i] = (seed >> 64) % 3 != 0;
            note = sellTo(buyer, with[i], sellers[i], note, FACE);
            sellers[i + 1] = buyer;
        }
        mint(supplier1, FACE);
        warpTo(defaultDate);
        uint256 all = cash.totalSupply();
        uint256 from = steps;
        PartyId holder = sellers[steps];
        PartyId lastPaid = NOBODY;
        while (true) {
            uint256 step = _nearest(sellers, with, from, holder);
            if (step == from) break;
            _assertAnswers(note, sellers[step], "the nearest");
            claim(holder, note);
            note = honour(sellers[step], note);
            (holder, from, lastPaid) = (sellers[step], step, sellers[step]);
        }
        vm.assertTrue(!recourse.endorserOf(note).found, "nobody is left");
        vm.assertEq(PartyId.unwrap(ledger.note(note).holder), PartyId.unwrap(holder), "who paid last has the note");
        vm.assertEq(cash.totalSupply(), all, "no money came or went");
        vm.assertEq(unitsOf(note), FACE, "no unit either");
    }

    /// @return step below `from`, of the nearest sale with recourse by another than the holder; `from` where there is none
    function _nearest(
        PartyId[] memory sellers,
        bool[] memory with,
        uint256 from,
        PartyId holder
    ) private pure returns (uint256 step) {
        for (step = from; step > 0;) {
            --step;
            if (with[step] && sellers[step] != holder) return step;
        }
        return from;
    }
}
