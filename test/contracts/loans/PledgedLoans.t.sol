// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILoanCollateral} from "../../../contracts/loans/ILoanCollateral.sol";
import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {loanKey} from "../../../contracts/exposure/IConcentration.sol";
import {IPledgedLoans, Loan, LoanStatus} from "../../../contracts/loans/IPledgedLoans.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LoanFixture} from "./LoanFixture.sol";

/// @dev 80,000 for 90 days at 6 % on ACT/360: 13 1/3 of interest a day, 1,200 in all.
contract PledgedLoansTest is LoanFixture {
    //------------------------------------------------------------------ borrowing

    function test_CashComesAndTheNoteIsPledgedInOneStep() public {
        uint64 loan = lend();
        vm.assertEq(balanceOf(supplier1), 80_000, "the borrower has the cash");
        vm.assertEq(balanceOf(financier), CASH - 80_000, "out of the lender's account");
        vm.assertEq(cash.balanceOf(address(loans)), 0, "none stays in between");
        Note memory n = ledger.note(n1);
        vm.assertTrue(n.holder == supplier1 && n.status == NoteStatus.Held, "the note is still the borrower's");
        vm.assertEq(ledger.holdOn(n1).order, bytes32(uint256(loan)), "under the loan's hold");
        vm.assertEq(ledger.holdOn(n1).beneficiary, PartyId.unwrap(financier), "for the lender");
        vm.assertEq(collateral.collateralOf(loan).length, 1, "it secures the loan");
        vm.assertEq(secures(n1), loan, "as the note says");
        vm.assertEq(counted(), 80_000, "the lender is exposed to the borrower");
    }

    function test_TheLoanKeepsItsTerms() public {
        Loan memory l = loans.loan(lend());
        vm.assertTrue(l.lender == financier && l.borrower == supplier1, "between whom");
        vm.assertTrue(l.status == LoanStatus.Open && l.dueDate == due && l.accruedOn == issueDay, "when");
        vm.assertTrue(l.rate == 60_000 && l.advanceRate == 800_000 && l.graceDays == 5, "how");
        vm.assertTrue(l.principal == 80_000 && l.lent == 80_000 && l.interest == 0 && l.undrawn == 0, "how much");
        vm.assertEq(l.offer, loanOffers.hashOf(o), "under which offer");
        vm.assertEq(loans.payeesOf(1).length, 0, "free to use");
        vm.assertEq(loans.loanCount(), 1, "the first");
    }

    function test_PartOfANoteIsPledgedAsANoteBesideIt() public {
        publish(o);
        uint64 loan = borrow(supplier1, o, lot(n1, 40_000), 32_000);
        NoteId pledged = newest(id);
        vm.assertEq(unitsOf(n1), 60_000, "the rest");
        vm.assertTrue(!ledger.note(n1).underHold, "is free");
        vm.assertEq(unitsOf(pledged), 40_000, "what is pledged");
        vm.assertEq(secures(pledged), loan, "secures the loan");
        vm.assertEq(ledger.note(pledged).tier, 1, "where the note was on the walk");
    }

    function test_APledgedNoteMovesNowhere() public {
        lend();
        bytes memory held_ = abi.encodeWithSelector(
            IReceivableLedger.NoteUnderHold.selector,
            n1,
            FACE,
            type(uint40).max,
            bytes32(uint256(1))
        );
        assertRefused(
            supplier1,
            address(ledger),
            abi.encodeCall(ledger.transfer, (n1, "pay", share(supplier2, 100))),
            held_,
            "passed on"
        );
        assertRefused(
            supplier1,
            address(ledger),
            abi.encodeCall(ledger.returnToObligor, (n1, 100, "")),
            held_,
            "returned"
        );
    }

    function test_FeesComeOutOfThePrincipal() public {
        (o.flatFee, o.feeRate, o.feeTo) = (100, 5_000, otherFinancier);
        lend();
        vm.assertEq(balanceOf(supplier1), 79_500, "less 100 and 0.5 %");
        vm.assertEq(balanceOf(otherFinancier), CASH + 500, "which the arranger has");
        vm.assertEq(balanceOf(financier), CASH - 80_000, "out of the lender = into the borrower + fees");
        vm.assertEq(owed(1), 80_000, "all of it is owed");
    }

    function test_FeesOfNobodyStayWithTheLender() public {
        (o.flatFee, o.feeRate) = (100, 5_000);
        lend();
        vm.assertEq(balanceOf(supplier1), 79_500, "the borrower bears them");
        vm.assertEq(balanceOf(financier), CASH - 79_500, "the lender keeps them");
    }

    function test_AFinancierPledgesWhatItBought() public {
        NoteId bought = sellTo(otherFinancier, false, supplier1, n1, FACE);
        publish(o);
        uint256 before = balanceOf(otherFinancier);
        uint64 loan = borrow(otherFinancier, o, lot(bought, FACE), 80_000);
        vm.assertEq(balanceOf(otherFinancier), before + 80_000, "rediscounted");
        vm.assertEq(secures(bought), loan, "against the note it bought");
    }

    function test_ASuccessorPledgesWhatItInherited() public {
        succeed(supplier1, supplier2);
        publish(o);
        borrow(supplier2, o, lot(n1, FACE), 80_000);
        vm.assertEq(balanceOf(supplier2), 80_000, "in its own name");
    }

    //------------------------------------------------------------------ interest and repayment

    function test_InterestRunsByTheDayCountUntilItIsRepaid() public {
        uint64 loan = lend();
        vm.assertEq(owed(loan), 80_000, "none on the first day");
        warpTo(plus(issueDay, 1));
        vm.assertEq(owed(loan), 80_013, "13 1/3 a day");
        warpTo(due);
        vm.assertEq(owed(loan), 81_200, "ninety days");
        warpTo(plus(due, 90));
        vm.assertEq(owed(loan), 82_400, "and on after the due date");
    }

    function test_ARepaymentGoesToInterestFirst() public {
        uint64 loan = lend();
        warpTo(plus(issueDay, 30));
        repay(supplier1, loan, 100); // of 400
        (uint64 principal, uint64 interest) = loans.owed(loan);
        vm.assertTrue(principal == 80_000 && interest == 300, "interest first");
        repay(supplier1, loan, 40_300);
        (principal, interest) = loans.owed(loan);
        vm.assertTrue(principal == 40_000 && interest == 0, "then principal");
        vm.assertEq(counted(), 40_000, "the exposure falls with it");
        warpTo(plus(issueDay, 60));
        vm.assertEq(owed(loan), 40_200, "interest on what is left");
        vm.assertEq(balanceOf(financier), CASH - 80_000 + 40_400, "straight to the lender");
    }

    function test_ALoanRepaidEarlyReleasesItsCollateral() public {
        uint64 loan = lend();
        mint(supplier1, 400);
        warpTo(plus(issueDay, 30));
        repay(supplier1, loan, 80_400);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Closed, "closed");
        vm.assertTrue(!ledger.note(n1).underHold, "the hold is gone");
        vm.assertEq(secures(n1), 0, "it secures nothing");
        vm.assertEq(collateral.collateralOf(loan).length, 0, "nothing secures the loan");
        vm.assertEq(counted(), 0, "nothing is at stake");
        vm.prank(keyOf(supplier1));
        ledger.transfer(n1, "free", share(supplier2, 100));
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.repay, (loan, 1)),
            abi.encodeWithSelector(IPledgedLoans.LoanIsClosed.selector, loan),
            "once more"
        );
    }

    function test_AnyoneRepaysForTheBorrowerAndASuspendedOneItself() public {
        uint64 loan = lend();
        mint(supplier2, 1_000);
        suspend(supplier2);
        suspend(supplier1);
        repay(supplier2, loan, 1_000);
        repay(supplier1, loan, 79_000);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Closed, "paid together");
    }

    function test_MoreThanIsOwedIsRefused() public {
        uint64 loan = lend();
        mint(supplier1, 10_000);
        warpTo(plus(issueDay, 30));
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.repay, (loan, 80_401)),
            abi.encodeWithSelector(IPledgedLoans.RepaymentExceedsLoan.selector, loan, 80_400, 80_401),
            "a fen too much"
        );
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.repay, (loan, 0)),
            abi.encodeWithSelector(IReceivableLedger.AmountZero.selector),
            "nothing"
        );
        bytes memory unknown = abi.encodeWithSelector(IPledgedLoans.LoanUnknown.selector, 2);
        assertRefusedLoan(supplier1, abi.encodeCall(loans.repay, (2, 1)), unknown, "another loan");
        assertRefusedLoan(supplier1, abi.encodeCall(loans.owed, (2)), unknown, "looked at");
    }

    function test_SuccessorsRepayAndAreRepaid() public {
        uint64 loan = lend();
        succeed(financier, otherFinancier);
        succeed(supplier1, supplier2);
        mint(supplier2, 80_000);
        repay(supplier2, loan, 80_000);
        vm.assertEq(balanceOf(otherFinancier), CASH + 80_000, "whoever stands in the lender's place");
    }

    //------------------------------------------------------------------ release

    function test_TheLenderReleasesAtAnyTime() public {
        uint64 loan = lend();
        release(financier, loan, list(n1));
        vm.assertTrue(!ledger.note(n1).underHold, "free");
        vm.assertEq(owed(loan), 80_000, "the loan is owed all the same");
    }

    function test_TheBorrowerReleasesWhatTheLoanDoesNotNeed() public {
        publish(o);
        NoteId n2 = held(FACE);
        uint64 loan = borrow(supplier1, o, lots2(n1, FACE, n2, FACE), 80_001);
        bytes memory data = abi.encodeCall(collateral.release, (loan, list(n2)));
        assertCollateralKept(
            supplier1,
            data,
            abi.encodeWithSelector(IPledgedLoans.CollateralTooLow.selector, loan, 80_000, 80_001),
            "a fen short"
        );
        repay(supplier1, loan, 1);
        release(supplier1, loan, list(n2));
        vm.assertTrue(!ledger.note(n2).underHold && ledger.note(n1).underHold, "one of two");
        warpTo(plus(issueDay, 1));
        assertCollateralKept(
            supplier1,
            abi.encodeCall(collateral.release, (loan, list(n1))),
            abi.encodeWithSelector(IPledgedLoans.CollateralTooLow.selector, loan, 0, 80_013),
            "the last one"
        );
    }

    function test_NobodyElseReleases() public {
        uint64 loan = lend();
        PartyId[3] memory others = [supplier2, otherFinancier, obligor];
        for (uint256 i = 0; i < others.length; ++i) {
            assertCollateralKept(
                others[i],
                abi.encodeCall(collateral.release, (loan, list(n1))),
                abi.encodeWithSelector(IPledgedLoans.NotTheBorrower.selector, loan, supplier1, others[i]),
                "another's loan"
            );
        }
        NoteId n2 = held(FACE);
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.release, (loan, list(n2))),
            abi.encodeWithSelector(ILoanCollateral.NotCollateral.selector, loan, n2),
            "another note"
        );
        suspend(financier);
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.release, (loan, list(n1))),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier),
            "suspended"
        );
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.release, (9, list(n1))),
            abi.encodeWithSelector(IPledgedLoans.LoanUnknown.selector, 9),
            "no such loan"
        );
    }

    //------------------------------------------------------------------ seizure

    function test_UnpaidAfterItsGraceTheLenderTakesTheCollateral() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        Note memory n = ledger.note(taken);
        vm.assertTrue(n.holder == financier, "the lender's note");
        vm.assertEq(n.tier, 1, "on the same tier");
        vm.assertEq(n.financings, 1, "by a financing hop");
        vm.assertTrue(n.underHold, "not to be passed on");
        (uint64 secured, bool seized) = collateral.loanOn(taken);
        vm.assertTrue(secured == loan && seized, "it still secures the loan");
        vm.assertEq(secures(n1), 0, "in place of the one it came from");
        vm.assertEq(owed(loan), 81_280, "which is still owed");
        assertRefused(
            financier,
            address(ledger),
            abi.encodeCall(ledger.transfer, (taken, "", share(supplier2, 100))),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                taken,
                FACE,
                type(uint40).max,
                bytes32(uint256(loan))
            ),
            "passed on"
        );
    }

    function test_NothingIsTakenWithinTheDaysOfGrace() public {
        uint64 loan = lend();
        warpTo(plus(due, 5));
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.seize, (loan, list(n1))),
            abi.encodeWithSelector(ILoanCollateral.SeizureTooEarly.selector, loan, plus(due, 6), plus(due, 5)),
            "the last day of grace"
        );
    }

    function test_OnlyTheLenderTakesAndOnlyWhatSecuresTheLoanOnce() public {
        uint64 loan = lend();
        NoteId n2 = held(FACE);
        warpTo(plus(due, 6));
        PartyId[3] memory others = [supplier1, otherFinancier, operator];
        for (uint256 i = 0; i < others.length; ++i) {
            assertCollateralKept(
                others[i],
                abi.encodeCall(collateral.seize, (loan, list(n1))),
                abi.encodeWithSelector(IPledgedLoans.NotTheLender.selector, loan, financier, others[i]),
                "not the lender"
            );
        }
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.seize, (loan, list(n2))),
            abi.encodeWithSelector(ILoanCollateral.NotCollateral.selector, loan, n2),
            "another note"
        );
        NoteId taken = seize(loan, n1);
        bytes memory reason = abi.encodeWithSelector(ILoanCollateral.CollateralIsSeized.selector, loan, taken);
        assertCollateralKept(financier, abi.encodeCall(collateral.seize, (loan, list(taken))), reason, "twice");
        assertCollateralKept(supplier1, abi.encodeCall(collateral.release, (loan, list(taken))), reason, "asked back");
        suspend(financier);
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.seize, (loan, list(n1))),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier),
            "suspended"
        );
    }

    function test_AFrozenNoteIsNotTaken() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        freeze(n1, 1);
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.seize, (loan, list(n1))),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                n1,
                1,
                uint40(block.timestamp + 30 days),
                bytes32("court order")
            ),
            "frozen"
        );
    }

    function test_ALoanPaidAfterAllGivesTheNoteBack() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        mint(supplier1, 1_280);
        repay(supplier1, loan, 81_280);
        NoteId back = newest(id);
        vm.assertTrue(ledger.note(taken).status == NoteStatus.Spent, "the lender has it no more");
        vm.assertTrue(ledger.note(back).holder == supplier1, "the borrower's again");
        vm.assertTrue(!ledger.note(back).underHold, "and free");
        vm.assertEq(ledger.note(back).tier, 1, "on the same tier");
    }

    function test_ALenderGivesBackWhatItTook() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        release(financier, loan, list(seize(loan, n1)));
        vm.assertTrue(ledger.note(newest(id)).holder == supplier1, "the borrower's again");
        vm.assertEq(owed(loan), 81_280, "the loan is owed all the same");
    }

    function test_AFrozenNoteComesBackWhenItIsFree() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        NoteId taken = seize(loan, n1);
        freeze(taken, 10);
        mint(supplier1, 1_280);
        repay(supplier1, loan, 81_280);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Closed, "the loan is paid");
        vm.assertTrue(ledger.note(taken).holder == financier, "the note waits");
        vm.assertTrue(ledger.holdOn(taken).beneficiary == PartyId.unwrap(financier), "under its hold");
        vm.prank(keyOf(regulator));
        ledger.release(taken);
        release(supplier4, loan, list(taken)); // whoever asks
        vm.assertTrue(ledger.note(newest(id)).holder == supplier1, "the borrower's again");
        vm.assertEq(collateral.collateralOf(loan).length, 0, "and nothing is left");
    }

    //------------------------------------------------------------------ any amounts

    /// @dev Whatever is repaid when, the lender has all of the principal and the interest that was owed each time.
    function testFuzz_TheLenderGetsPrincipalAndInterestAndNoMore(
        uint64 principal,
        uint32 rate,
        uint8 convention,
        uint16[4] memory days_,
        uint64[4] memory amounts
    ) public {
        o.dayCount = DayCount(convention % 6);
        o.rate = rate % 1_000_001;
        publish(o);
        principal = uint64(bound(principal, 1, 80_000));
        uint64 loan = borrow(supplier1, o, lot(n1, FACE), principal);
        mint(supplier1, 10 * FACE);
        uint256 interestPaid;
        Day day = issueDay;
        for (uint256 i = 0; i < 4; ++i) {
            day = plus(day, days_[i] % 200);
            warpTo(day);
            (uint64 left, uint64 interest) = loans.owed(loan);
            if (left + interest == 0) break;
            uint64 amount = uint64(bound(amounts[i], 1, left + interest));
            repay(supplier1, loan, amount);
            interestPaid += amount < interest ? amount : interest;
            vm.assertEq(owed(loan), left + interest - amount, "what is left");
        }
        (uint64 principalLeft, uint64 interestLeft) = loans.owed(loan);
        if (principalLeft + interestLeft > 0) repay(supplier1, loan, principalLeft + interestLeft);
        interestPaid += interestLeft;
        vm.assertEq(balanceOf(financier), CASH + interestPaid, "in = principal + interest");
        vm.assertEq(counted(), 0, "nothing is at stake");
        vm.assertEq(cash.balanceOf(address(loans)), 0, "the contract has nothing");
        vm.assertTrue(!ledger.note(n1).underHold, "the collateral is free");
    }

    function testFuzz_OutOfTheLenderIsIntoTheBorrowerAndFees(uint64 principal, uint32 feeRate, uint16 flat) public {
        principal = uint64(bound(principal, 1, 80_000));
        (o.feeRate, o.flatFee, o.feeTo) = (feeRate % 1_000_001, flat, supplier3);
        publish(o);
        vm.prank(keyOf(supplier1));
        (bool done, ) = address(loans).call(
            abi.encodeCall(loans.borrow, (o, PUBLISHED, lot(n1, FACE), principal, due, ANY_COST, bytes32("loan")))
        );
        if (!done) {
            vm.assertEq(balanceOf(financier), CASH, "nothing moved");
            vm.assertTrue(!ledger.note(n1).underHold, "in either direction");
            return;
        }
        vm.assertEq(CASH - balanceOf(financier), principal, "out");
        vm.assertEq(balanceOf(supplier1) + balanceOf(supplier3), principal, "in");
    }
}
