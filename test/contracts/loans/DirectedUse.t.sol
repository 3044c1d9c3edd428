// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPledgedLoans, Loan, LoanStatus} from "../../../contracts/loans/IPledgedLoans.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {SettlementCash} from "../../../contracts/settlement/SettlementCash.sol";
import {LoanFixture} from "./LoanFixture.sol";

/// @dev 80,000 for supplier 2 and supplier 3 to be paid with, within thirty days.
contract DirectedUseTest is LoanFixture {
    function setUp() public override {
        super.setUp();
        o.payees = [supplier2, supplier3];
        o.drawDays = 30;
    }

    function _draw(uint64 loan, PartyId payee, uint64 amount) private {
        vm.prank(keyOf(supplier1));
        loans.draw(loan, payee, amount, "invoice");
    }

    function _end(PartyId by, uint64 loan) private {
        vm.prank(keyOf(by));
        loans.endDrawing(loan);
    }

    function _drawRefused(PartyId by, uint64 loan, PartyId payee, uint64 amount, bytes memory reason) private {
        assertRefusedLoan(by, abi.encodeCall(loans.draw, (loan, payee, amount, bytes32(0))), reason, "draw");
    }

    function _reserved() private view returns (uint256) {
        return cash.reservedOf(financier.account());
    }

    function test_TheMoneyWaitsInTheLendersAccount() public {
        uint64 loan = lend();
        vm.assertEq(balanceOf(supplier1), 0, "nothing reaches the borrower");
        vm.assertEq(balanceOf(financier), CASH, "the lender still has it");
        vm.assertEq(_reserved(), 80_000, "set aside");
        vm.assertEq(owed(loan), 0, "nothing is owed yet");
        vm.assertEq(counted(), 80_000, "and all of it is at stake");
        vm.assertEq(loans.payeesOf(loan).length, 2, "for whom it names");
        vm.assertTrue(ledger.note(n1).underHold, "the note is pledged");
        assertRefused(
            financier,
            address(cashBook),
            abi.encodeCall(cashBook.pay, (CNY, bank, CASH - 79_999, "")),
            abi.encodeWithSelector(
                SettlementCash.CashIsReserved.selector,
                financier,
                CNY,
                CASH - 80_000,
                CASH - 79_999
            ),
            "spent otherwise"
        );
    }

    function test_ADrawGoesStraightToThePayeeAndBearsInterestFromThen() public {
        uint64 loan = lend();
        warpTo(plus(issueDay, 30));
        _draw(loan, supplier2, 60_000);
        vm.assertEq(balanceOf(supplier2), 60_000, "to the payee");
        vm.assertEq(balanceOf(financier), CASH - 60_000, "out of the lender's account");
        vm.assertEq(_reserved(), 20_000, "the rest waits");
        vm.assertEq(owed(loan), 60_000, "no interest before it was drawn");
        warpTo(plus(issueDay, 60));
        vm.assertEq(owed(loan), 60_300, "then by the day");
    }

    function test_WhatIsNotSpentReturns() public {
        uint64 loan = lend();
        _draw(loan, supplier3, 50_000);
        _end(supplier1, loan);
        vm.assertEq(_reserved(), 0, "free again");
        vm.assertEq(counted(), 50_000, "only what was drawn is at stake");
        vm.assertEq(owed(loan), 50_000, "and owed");
        _drawRefused(
            supplier1,
            loan,
            supplier3,
            1,
            abi.encodeWithSelector(IPledgedLoans.DrawExceedsLoan.selector, loan, 0, 1)
        );
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.endDrawing, (loan)),
            abi.encodeWithSelector(IPledgedLoans.NothingUndrawn.selector, loan),
            "twice"
        );
    }

    function test_ALoanThatWasNotDrawnClosesAndReleases() public {
        uint64 loan = lend();
        _end(supplier1, loan);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Closed, "closed");
        vm.assertTrue(!ledger.note(n1).underHold, "released");
        vm.assertEq(counted(), 0, "nothing is at stake");
        bytes memory reason = abi.encodeWithSelector(IPledgedLoans.LoanIsClosed.selector, loan);
        _drawRefused(supplier1, loan, supplier2, 1, reason);
        assertRefusedLoan(supplier1, abi.encodeCall(loans.endDrawing, (loan)), reason, "twice");
    }

    function test_AfterTheLastDayAnyoneEndsTheDrawing() public {
        uint64 loan = lend();
        PartyId[2] memory others = [financier, supplier4];
        for (uint256 i = 0; i < others.length; ++i) {
            assertRefusedLoan(
                others[i],
                abi.encodeCall(loans.endDrawing, (loan)),
                abi.encodeWithSelector(IPledgedLoans.NotTheBorrower.selector, loan, supplier1, others[i]),
                "before"
            );
        }
        warpTo(plus(issueDay, 30));
        _draw(loan, supplier2, 1_000); // on the last day
        warpTo(plus(issueDay, 31));
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            1,
            abi.encodeWithSelector(IPledgedLoans.DrawingIsOver.selector, loan, plus(issueDay, 30), plus(issueDay, 31))
        );
        _end(supplier4, loan);
        vm.assertEq(_reserved(), 0, "returned");
    }

    function test_NothingIsDrawnAfterTheDueDate() public {
        o.drawDays = 365;
        vm.assertTrue(loans.loan(lend()).drawUntil == due, "the due date comes first");
    }

    function test_OnlyNamedPayeesInGoodStandingArePaid() public {
        uint64 loan = lend();
        PartyId[3] memory others = [supplier1, supplier4, financier];
        for (uint256 i = 0; i < others.length; ++i) {
            _drawRefused(
                supplier1,
                loan,
                others[i],
                1,
                abi.encodeWithSelector(IPledgedLoans.PayeeNotNamed.selector, loan, others[i])
            );
        }
        suspend(supplier3);
        _drawRefused(
            supplier1,
            loan,
            supplier3,
            1,
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier3)
        );
        succeed(supplier2, supplier4);
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            1,
            abi.encodeWithSelector(IPartyRegistry.PartyIsSucceeded.selector, supplier2, supplier4)
        );
        _draw(loan, supplier4, 1);
        vm.assertEq(balanceOf(supplier4), 1, "who stands in a payee's place");
    }

    function test_OnlyTheBorrowerDraws() public {
        uint64 loan = lend();
        PartyId[3] memory others = [financier, supplier2, operator];
        for (uint256 i = 0; i < others.length; ++i) {
            _drawRefused(
                others[i],
                loan,
                supplier2,
                1,
                abi.encodeWithSelector(IPledgedLoans.NotTheBorrower.selector, loan, supplier1, others[i])
            );
        }
        _drawRefused(supplier1, loan, supplier2, 0, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector));
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            80_001,
            abi.encodeWithSelector(IPledgedLoans.DrawExceedsLoan.selector, loan, 80_000, 80_001)
        );
        suspend(supplier1);
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            1,
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1)
        );
        _end(supplier1, loan); // it may still give up
    }

    function test_AFreeLoanHasNothingToDraw() public {
        o.payees = new PartyId[](0);
        o.drawDays = 0;
        uint64 loan = lend();
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            1,
            abi.encodeWithSelector(IPledgedLoans.DrawExceedsLoan.selector, loan, 0, 1)
        );
    }

    function test_FeesAreDrawnAtOnce() public {
        (o.flatFee, o.feeTo) = (500, supplier4);
        uint64 loan = lend();
        vm.assertEq(balanceOf(supplier4), 500, "paid");
        vm.assertEq(_reserved(), 79_500, "the rest waits");
        vm.assertEq(owed(loan), 500, "and they are owed");
        _end(supplier1, loan);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Open, "until they are repaid");
        mint(supplier1, 500);
        repay(supplier1, loan, 500);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Closed, "closed");
    }

    function test_WhatIsRepaidIsNotDrawnAgain() public {
        uint64 loan = lend();
        _draw(loan, supplier2, 30_000);
        mint(supplier1, 30_000);
        repay(supplier1, loan, 30_000);
        vm.assertTrue(loans.loan(loan).status == LoanStatus.Open, "the rest can still be drawn");
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            50_001,
            abi.encodeWithSelector(IPledgedLoans.DrawExceedsLoan.selector, loan, 50_000, 50_001)
        );
        _draw(loan, supplier2, 50_000);
        vm.assertEq(_reserved(), 0, "all of it");
    }

    function test_WhatMayBeDrawnNeedsItsCollateral() public {
        uint64 loan = lend();
        _draw(loan, supplier2, 30_000);
        bytes memory reason = abi.encodeWithSelector(IPledgedLoans.CollateralTooLow.selector, loan, 0, 80_000);
        assertCollateralKept(supplier1, abi.encodeCall(collateral.release, (loan, list(n1))), reason, "released");
        release(financier, loan, list(n1));
        _drawRefused(
            supplier1,
            loan,
            supplier2,
            1,
            abi.encodeWithSelector(IPledgedLoans.CollateralTooLow.selector, loan, 0, 30_001)
        );
    }

    function test_TheMoneyStaysWhereItIsWhenTheLenderIsSucceeded() public {
        uint64 loan = lend();
        succeed(financier, otherFinancier);
        vm.prank(keyOf(otherFinancier));
        cashBook.inherit(CNY, financier);
        vm.assertEq(balanceOf(financier), 80_000, "what is reserved");
        _draw(loan, supplier2, 50_000);
        _end(supplier1, loan);
        vm.prank(keyOf(otherFinancier));
        cashBook.inherit(CNY, financier);
        vm.assertEq(balanceOf(otherFinancier), 2 * CASH - 50_000, "and the rest once it is free");
    }

    function test_SeizureEndsTheDrawing() public {
        uint64 loan = lend();
        _draw(loan, supplier2, 10_000);
        warpTo(plus(due, 6));
        seize(loan, n1);
        vm.assertEq(_reserved(), 0, "what was not drawn returned");
        vm.assertEq(loans.loan(loan).undrawn, 0, "for good");
    }

    function test_ALoanNeverDrawnHasNothingToTake() public {
        uint64 loan = lend();
        warpTo(plus(due, 6));
        assertCollateralKept(
            financier,
            abi.encodeCall(collateral.seize, (loan, list(n1))),
            abi.encodeWithSelector(IPledgedLoans.LoanIsClosed.selector, loan),
            "nothing is owed"
        );
    }

    function testFuzz_DrawnReservedAndReturnedAddUp(uint64[5] memory amounts, uint8[5] memory gaps) public {
        uint64 loan = lend();
        uint256 drawn;
        uint24 day;
        for (uint256 i = 0; i < 5; ++i) {
            day += gaps[i] % 10;
            warpTo(plus(issueDay, day));
            PartyId payee = i % 2 == 0 ? supplier2 : supplier3;
            vm.prank(keyOf(supplier1));
            (bool done, ) = address(loans).call(
                abi.encodeCall(loans.draw, (loan, payee, amounts[i] % 40_000, bytes32(0)))
            );
            bool may = day <= 30 && amounts[i] % 40_000 > 0 && drawn + (amounts[i] % 40_000) <= 80_000;
            vm.assertEq(done, may, "drawn exactly where it may be");
            if (done) drawn += amounts[i] % 40_000;
            Loan memory l = loans.loan(loan);
            vm.assertEq(l.principal, drawn, "what is owed");
            vm.assertEq(_reserved(), 80_000 - drawn, "what waits");
            vm.assertEq(balanceOf(supplier2) + balanceOf(supplier3), drawn, "what the payees have");
            vm.assertEq(balanceOf(financier), CASH - drawn, "out = in");
        }
    }
}
