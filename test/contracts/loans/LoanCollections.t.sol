// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {LoanStatus} from "../../../contracts/loans/IPledgedLoans.sol";
import {IPriorClaims, Payout} from "../../../contracts/settlement/IPriorClaims.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LoanFixture} from "./LoanFixture.sol";

/// @dev At maturity, 179 days on, 80,000 at 6 % on ACT/360 bear 2,387: 82,387 is owed.
contract LoanCollectionsTest is LoanFixture {
    uint64 private constant OWED = 82_387;
    NoteId private constant NONE = NoteId.wrap(0);

    function setUp() public override {
        super.setUp();
        mint(obligor, 10 * FACE);
    }

    /// @dev What is paid first when `amount` comes in from another than the obligor.
    function _collect(address by, NoteId note, uint64 amount) private returns (Payout[] memory) {
        vm.prank(by);
        return collateral.collect(note, NONE, amount);
    }

    function _status(uint64 loan) private view returns (LoanStatus) {
        return loans.loan(loan).status;
    }

    //------------------------------------------------------------------ at maturity

    function test_APaymentGoesToTheLoanFirstAndTheRestToTheHolder() public {
        uint64 loan = lend();
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertEq(balanceOf(financier), CASH - 80_000 + OWED, "the lender, principal and interest");
        vm.assertEq(balanceOf(supplier1), 80_000 + FACE - OWED, "the holder, the rest");
        vm.assertEq(balanceOf(obligor), 9 * FACE, "out = in");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
        vm.assertEq(counted(), 0, "nothing is at stake");
        vm.assertEq(secures(n1), 0, "the note is done");
    }

    function test_APartPaymentPaysInterestFirstAndTheRestStaysPledged() public {
        uint64 loan = lend();
        warpTo(maturity);
        pay(50_000, list(n1));
        (uint64 principal, uint64 interest) = loans.owed(loan);
        vm.assertTrue(principal == OWED - 50_000 && interest == 0, "interest first");
        vm.assertEq(balanceOf(supplier1), 80_000, "nothing for the holder");
        vm.assertEq(counted(), principal, "the exposure falls");
        vm.assertTrue(ledger.note(n1).underHold, "what is left of the note is pledged");
        vm.assertEq(secures(n1), loan, "for the same loan");
        pay(50_000, list(n1));
        vm.assertEq(balanceOf(supplier1), 80_000 + FACE - OWED, "the second part pays both");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
    }

    function test_ALoanThatIsPaidReleasesItsOtherNotes() public {
        publish(o);
        NoteId n2 = held(FACE);
        uint64 loan = borrow(supplier1, o, lots2(n1, FACE, n2, FACE), 80_000);
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertTrue(!ledger.note(n2).underHold, "free");
        vm.assertEq(collateral.collateralOf(loan).length, 0, "nothing secures the loan");
    }

    function test_ALoanThatIsDueLaterIsRepaidAllTheSame() public {
        due = plus(maturity, 60);
        uint64 loan = lend();
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "by the payment of its collateral");
    }

    function test_SuccessorsArePaid() public {
        lend();
        succeed(financier, otherFinancier);
        succeed(supplier1, supplier2);
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertEq(balanceOf(otherFinancier), CASH + OWED, "in the lender's place");
        vm.assertEq(balanceOf(supplier2), FACE - OWED, "in the holder's place");
    }

    function test_APaymentOutsideTheLedgerIsCountedTheSame() public {
        uint64 loan = lend();
        warpTo(maturity);
        confirm(FACE, list(n1));
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "paid");
        vm.assertEq(balanceOf(financier), CASH - 80_000, "no cash of the ledger moved");
    }

    function test_WhatWasNotDrawnIsNotOwed() public {
        o.payees = [supplier2];
        o.drawDays = 365;
        due = plus(maturity, 30);
        uint64 loan = lend();
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertEq(balanceOf(supplier1), FACE, "all of it is the holder's");
        vm.assertTrue(_status(loan) == LoanStatus.Open, "it could still be drawn");
        vm.assertEq(collateral.collateralOf(loan).length, 0, "against nothing");
    }

    //------------------------------------------------------------------ taken by the lender

    function test_TheSurplusOfATakenNoteGoesBackToTheBorrower() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        warpTo(maturity);
        pay(FACE, list(taken));
        vm.assertEq(balanceOf(financier), CASH - 80_000 + OWED, "what is owed, and no more");
        vm.assertEq(balanceOf(supplier1), 80_000 + FACE - OWED, "the surplus");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
    }

    function test_ATakenNoteThatIsNotNeededWaitsToGoBack() public {
        publish(o);
        NoteId n2 = held(FACE);
        uint64 loan = borrow(supplier1, o, lots2(n1, FACE, n2, FACE), 80_000);
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n2);
        warpTo(maturity);
        pay(FACE, list(n1));
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
        vm.assertTrue(ledger.note(taken).underHold, "the lender passes it on to nobody");
        release(supplier1, loan, list(taken));
        Note memory back = ledger.note(newest(n2.payableOf()));
        vm.assertTrue(back.holder == supplier1 && !back.underHold, "the borrower's again");
        vm.assertTrue(ledger.note(taken).status == NoteStatus.Spent, "and the lender's no more");
    }

    function test_OnePaymentPaysAllNotesThatWereTaken() public {
        publish(o);
        NoteId n2 = give(supplier1, n1, supplier2, 50_000);
        n2 = sellTo(otherFinancier, false, supplier2, n2, 50_000);
        n2 = sellTo(supplier1Financier(), false, otherFinancier, n2, 50_000);
        uint64 loan = borrow(supplier1, o, lots2(n1, 50_000, n2, 50_000), 20_000);
        warpTo(plus(due, 6));
        (NoteId first, NoteId second) = (seize(loan, n1), seize(loan, n2));
        warpTo(maturity);
        uint256 before = balanceOf(supplier1);
        pay(FACE, list(first, second)); // the first pays the loan
        vm.assertEq(balanceOf(supplier1), before + FACE - 20_597, "the rest of both");
    }

    /// @dev Supplier 1, which may buy from now on.
    function supplier1Financier() private returns (PartyId) {
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier1, Roles.SUPPLIER | Roles.FINANCIER);
        fund(supplier1);
        return supplier1;
    }

    function test_ATakenNoteThatCouldNotGoBackStillPaysTheBorrower() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        freeze(taken, 1);
        mint(supplier1, 2_000);
        repay(supplier1, loan, owed(loan));
        uint256 before = balanceOf(supplier1);
        warpTo(maturity);
        confirm(FACE, list(taken));
        returnPayment(list(taken));
        pay(FACE, list(taken));
        vm.assertEq(balanceOf(supplier1), before + FACE, "all of it");
    }

    function test_ANoteCanBeTakenAfterItsMaturity() public {
        uint64 loan = lend();
        warpTo(plus(maturity, 40));
        NoteId taken = seize(loan, n1);
        pay(FACE, list(taken));
        vm.assertEq(balanceOf(financier), CASH - 80_000 + 82_920, "219 days");
    }

    //------------------------------------------------------------------ returned payments

    function test_AReturnedPaymentIsOwedAgain() public {
        uint64 loan = lend();
        warpTo(maturity);
        confirm(FACE, list(n1));
        returnPayment(list(n1));
        (uint64 principal, uint64 interest) = loans.owed(loan);
        vm.assertTrue(principal == 80_000 && interest == 2_387, "principal and interest");
        vm.assertTrue(_status(loan) == LoanStatus.Open, "the loan is open again");
        vm.assertEq(secures(n1), loan, "and the note secures it");
        vm.assertTrue(ledger.note(n1).underHold, "under its hold");
        vm.assertEq(counted(), 80_000, "at stake again");
        pay(FACE, list(n1));
        vm.assertEq(balanceOf(financier), CASH - 80_000 + OWED, "paid after all");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "for good");
    }

    function test_InterestRunsOnFromTheReturn() public {
        uint64 loan = lend();
        warpTo(maturity);
        confirm(FACE, list(n1));
        warpTo(plus(maturity, 10));
        returnPayment(list(n1));
        vm.assertEq(owed(loan), OWED, "none for the days when it was thought paid");
        warpTo(plus(maturity, 40));
        vm.assertEq(owed(loan), OWED + 400, "thirty days on");
    }

    function test_TheReturnOfAPartIsOwedAgain() public {
        uint64 loan = lend();
        warpTo(maturity);
        confirm(50_000, list(n1));
        NoteId settled = newest(id);
        returnPayment(list(settled));
        vm.assertEq(owed(loan), OWED, "all of it");
        vm.assertTrue(secures(n1) == loan && secures(settled) == loan, "both pieces secure it");
        vm.assertTrue(ledger.note(settled).underHold, "under a hold of its own");
        pay(FACE, list(n1, settled));
        vm.assertEq(balanceOf(supplier1), 80_000 + FACE - OWED, "paid after all");
    }

    function test_TheReturnAfterTheRestWasRepaidOpensTheLoanAgain() public {
        uint64 loan = lend();
        warpTo(maturity);
        confirm(50_000, list(n1));
        NoteId settled = newest(id);
        repay(supplier1, loan, OWED - 50_000);
        vm.assertTrue(!ledger.note(n1).underHold, "repaid and released");
        returnPayment(list(settled));
        vm.assertEq(owed(loan), 50_000, "what the payment had paid");
        vm.assertEq(secures(settled), loan, "secured by what it had paid for");
        vm.assertEq(secures(n1), 0, "and by nothing else");
    }

    function test_AReturnOfWhatALoanHadNothingOfConcernsItNoMore() public {
        o.payees = [supplier2];
        o.drawDays = 365;
        due = plus(maturity, 30);
        uint64 loan = lend();
        warpTo(maturity);
        confirm(FACE, list(n1));
        vm.prank(keyOf(supplier1));
        loans.endDrawing(loan);
        returnPayment(list(n1));
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "it stays closed");
        vm.assertTrue(!ledger.note(n1).underHold, "and the note is free");
    }

    function test_AReturnWhileALoanCanBeDrawnSecuresItAgain() public {
        o.payees = [supplier2];
        o.drawDays = 365;
        due = plus(maturity, 30);
        uint64 loan = lend();
        warpTo(maturity);
        confirm(FACE, list(n1));
        returnPayment(list(n1));
        vm.assertEq(secures(n1), loan, "the note secures it again");
        vm.prank(keyOf(supplier1));
        loans.draw(loan, supplier2, 80_000, "");
        vm.assertEq(owed(loan), 80_000, "which can be drawn against it");
    }

    function test_AReturnedTakenNoteIsTheLendersAgain() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        warpTo(maturity);
        confirm(90_000, list(taken));
        NoteId settled = newest(id);
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
        returnPayment(list(settled));
        vm.assertEq(owed(loan), OWED, "owed again");
        (uint64 secured, bool seized) = collateral.loanOn(settled);
        vm.assertTrue(secured == loan && seized, "the lender has taken the piece");
        vm.assertTrue(ledger.note(settled).holder == financier, "and holds it");
        pay(FACE, list(taken, settled));
        vm.assertEq(balanceOf(supplier1), 80_000 + FACE - OWED, "the surplus of both is the borrower's");
    }

    //------------------------------------------------------------------ payments by others than the obligor

    function test_WhoPaysTheHoldersClaimStepsIntoAFreeNote() public {
        publish(o);
        NoteId n2 = held(FACE);
        uint64 loan = borrow(supplier1, o, lots2(n1, FACE, n2, FACE), 160_000);
        Payout[] memory prior = _collect(claims, n1, FACE);
        vm.assertEq(prior.length, 1, "one comes before the holder");
        vm.assertTrue(prior[0].payee == financier && prior[0].amount == FACE, "the lender, with all of it");
        vm.assertEq(owed(loan), 60_000, "less is owed");
        vm.assertTrue(!ledger.note(n1).underHold, "the note is free to go");
        vm.assertTrue(secures(n1) == 0 && secures(n2) == loan, "the other stays");
    }

    function test_AnEndorserPaysTheLoanOnTheNoteItTakesBack() public {
        NoteId sold = sellTo(otherFinancier, true, supplier1, n1, FACE);
        publish(o);
        uint64 loan = borrow(otherFinancier, o, lot(sold, FACE), 80_000);
        warpTo(plus(ledger.progress(id).dueDate, 31)); // in default; 210 days of interest: 2,800
        vm.prank(keyOf(otherFinancier));
        recourse.claim(sold, "not paid");
        mint(supplier1, FACE);
        (uint256 lent, uint256 held_) = (balanceOf(financier), balanceOf(otherFinancier));
        vm.prank(keyOf(supplier1));
        NoteId taken = recourse.honour(sold, "claimed");
        vm.assertEq(balanceOf(financier), lent + 82_800, "the lender, principal and interest");
        vm.assertEq(balanceOf(otherFinancier), held_ + FACE - 82_800, "the holder, the rest");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "the loan is paid");
        Note memory n = ledger.note(taken);
        vm.assertTrue(n.holder == supplier1 && !n.underHold, "the endorser has the note, and it is free");
    }

    function test_WhatAGuarantorPaysLeavesTheNotePledged() public {
        uint64 loan = lend();
        Payout[] memory prior = _collect(address(losses), n1, 30_000);
        vm.assertTrue(prior[0].payee == financier && prior[0].amount == 30_000, "the lender's");
        vm.assertEq(owed(loan), 50_000, "less is owed");
        vm.assertEq(secures(n1), loan, "the note stays");
        prior = _collect(address(losses), n1, 70_000);
        vm.assertEq(prior[0].amount, 50_000, "no more than is owed");
        vm.assertTrue(!ledger.note(n1).underHold, "then it is free");
    }

    function test_ATakenNotesSurplusIsTheBorrowersWhoeverPays() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        Payout[] memory prior = _collect(claims, taken, FACE);
        vm.assertTrue(prior[0].payee == financier && prior[0].amount == 81_280, "the lender's");
        vm.assertTrue(prior[1].payee == supplier1 && prior[1].amount == FACE - 81_280, "the borrower's");
    }

    function test_NothingComesBeforeTheHolderOfAFreeNote() public {
        vm.assertEq(_collect(claims, n1, FACE).length, 0, "nobody");
        vm.prank(claims);
        collateral.restore(n1); // and nothing is undone
    }

    function test_ANotePaidToOthersFirstSecuresNothingMore() public {
        uint64 loan = lend();
        vm.prank(claims);
        vm.assertEq(collateral.collect(n1, n1, 0).length, 0, "nothing is left for the loan");
        vm.assertEq(collateral.collateralOf(loan).length, 0, "the note is done all the same");
        vm.assertEq(owed(loan), 80_000, "and the loan is owed");
    }

    function test_OnlyTheContractsThatTakeMoneyInTellTheLoans() public {
        lend();
        address[3] memory others = [keyOf(financier), address(settlement), address(ledger)];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IPriorClaims.NotACollector.selector, others[i]);
            assertRefused(
                others[i],
                address(collateral),
                abi.encodeCall(collateral.collect, (n1, n1, 1)),
                reason,
                "collect"
            );
            assertRefused(others[i], address(collateral), abi.encodeCall(collateral.restore, (n1)), reason, "restore");
        }
    }

    //------------------------------------------------------------------ any amounts

    /// @dev Part payments, repayments and a seizure in any order: the lender has its principal and its interest in the end,
    /// and the borrower all the rest.
    function testFuzz_LenderAndBorrowerTogetherHaveTheFace(
        uint64[3] memory parts,
        uint64 repaid,
        bool taken,
        uint8 wait
    ) public {
        uint64 loan = lend();
        warpTo(plus(maturity, wait % 60));
        mint(supplier1, 20_000);
        NoteId note = taken ? seize(loan, n1) : n1;
        uint64 interest = owed(loan) - 80_000;
        if (repaid % 90_000 > 0) {
            uint64 early = repaid % 90_000;
            repay(supplier1, loan, early < owed(loan) ? early : owed(loan));
        }
        for (uint256 i = 0; i < 4; ++i) {
            uint64 left = ledger.liveUnits(id);
            if (left == 0) break;
            note = _live(note);
            uint64 amount = i == 3 ? left : uint64(bound(parts[i], 1, left));
            pay(amount, list(note));
            vm.assertLe(balanceOf(financier), CASH + interest, "never more than is owed");
        }
        vm.assertEq(owed(loan), 0, "nothing is owed");
        vm.assertTrue(_status(loan) == LoanStatus.Closed, "closed");
        vm.assertEq(balanceOf(financier), CASH + interest, "principal and interest");
        vm.assertEq(balanceOf(supplier1), 20_000 + FACE - interest, "the rest");
        vm.assertEq(cash.balanceOf(address(loans)), 0, "the contract has nothing");
        vm.assertEq(counted(), 0, "nothing is at stake");
    }

    /// @dev The payable's live note: there is one.
    function _live(NoteId note) private view returns (NoteId) {
        uint24 last = ledger.terms(id).noteCount;
        for (uint24 i = 1; i <= last; ++i) {
            NoteId candidate = NoteId.wrap(uint64(NoteId.unwrap(n1)) - 1 + i);
            if (ledger.note(candidate).status == NoteStatus.Held) return candidate;
        }
        return note;
    }
}
