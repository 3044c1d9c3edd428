// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {CashPurpose, ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {Vm} from "../common/Test.sol";
import {CoverFixture} from "../covers/CoverFixture.sol";
import {LoanFixture} from "../loans/LoanFixture.sol";

/// @dev Reads the movements that the cash book announced in a record of logs.
abstract contract Movements {
    struct Movement {
        PartyId from;
        PartyId to;
        uint256 amount;
        CashPurpose purpose;
        uint64 subject;
        NoteId note;
        bytes32 ref;
    }

    Movement[] internal moved;

    function read(Vm.Log[] memory logs, address book) internal {
        delete moved;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != book || logs[i].topics[0] != ICashBook.CashMoved.selector) continue;
            Movement memory m;
            m.from = PartyId.wrap(uint32(uint256(logs[i].topics[2])));
            m.to = PartyId.wrap(uint32(uint256(logs[i].topics[3])));
            (m.amount, m.purpose, m.subject, m.note, m.ref) = abi.decode(
                logs[i].data,
                (uint256, CashPurpose, uint64, NoteId, bytes32)
            );
            moved.push(m);
        }
    }
}

/// @title Every movement of cash says once what it is for: of parties, of sales and of loans
contract CashReasonsTest is LoanFixture, Movements {
    function _require(uint256 i, PartyId from, PartyId to, uint256 amount, string memory what) private view {
        vm.assertTrue(i < moved.length, string.concat(what, " is announced"));
        vm.assertTrue(moved[i].from == from && moved[i].to == to, string.concat(what, ": from whom to whom"));
        vm.assertEq(moved[i].amount, amount, string.concat(what, ": how much"));
    }

    function _require(
        uint256 i,
        CashPurpose purpose,
        uint64 subject,
        NoteId note,
        bytes32 ref,
        string memory what
    ) private view {
        vm.assertEq(uint256(moved[i].purpose), uint256(purpose), string.concat(what, ": purpose"));
        vm.assertEq(moved[i].subject, subject, string.concat(what, ": subject"));
        vm.assertTrue(moved[i].note == note, string.concat(what, ": note"));
        vm.assertEq(moved[i].ref, ref, string.concat(what, ": reference"));
    }

    function _read(uint256 count, string memory what) private {
        read(vm.getRecordedLogs(), address(cashBook));
        vm.assertEq(moved.length, count, string.concat(what, ": each movement once"));
    }

    function test_WhatTheBankAndThePartiesMove() public {
        NoteId none = NoteId.wrap(0);
        vm.recordLogs();
        vm.prank(keyOf(bank));
        cashBook.mint(CNY, supplier2, 900, "deposit");
        vm.prank(keyOf(supplier2));
        cashBook.pay(CNY, supplier3, 100, "debt");
        vm.prank(keyOf(supplier2));
        cash.transfer(supplier3.account(), 200);
        vm.prank(keyOf(supplier2));
        cash.approve(supplier4.account(), 300);
        vm.prank(keyOf(supplier4));
        cash.transferFrom(supplier2.account(), bank.account(), 300);
        vm.prank(keyOf(bank));
        cashBook.redeem(CNY, 300, "payout");
        _read(5, "cash");
        _require(0, NOBODY, supplier2, 900, "issue");
        _require(0, CashPurpose.Issue, 0, none, "deposit", "issue");
        _require(1, supplier2, supplier3, 100, "payment");
        _require(1, CashPurpose.Payment, 0, none, "debt", "payment");
        _require(2, supplier2, supplier3, 200, "transfer");
        _require(2, CashPurpose.Transfer, 0, none, 0, "transfer");
        _require(3, supplier2, bank, 300, "allowed transfer");
        _require(3, CashPurpose.AllowedTransfer, PartyId.unwrap(supplier4), none, 0, "allowed transfer");
        _require(4, bank, NOBODY, 300, "redemption");
        _require(4, CashPurpose.Redemption, 0, none, "payout", "redemption");
    }

    function test_WhatASuccessorInherits() public {
        mint(supplier2, 900);
        succeed(supplier2, supplier3);
        vm.recordLogs();
        vm.prank(keyOf(supplier3));
        cashBook.inherit(CNY, supplier2);
        _read(1, "inheritance");
        _require(0, supplier2, supplier3, 900, "inheritance");
        _require(0, CashPurpose.Inheritance, 0, NoteId.wrap(0), 0, "inheritance");
    }

    function test_ThePriceOfNotesAndTheFees() public {
        Quote memory q = quoteOf(financier);
        (q.flatFee, q.feeTo) = (100, guarantor);
        publish(q);
        Lot[] memory lots = lot(n1, FACE);
        uint256 received = discounting.appraise(q, PUBLISHED, supplier1, lots).received;
        vm.recordLogs();
        vm.prank(keyOf(supplier1));
        uint64 sale = discounting.sell(q, PUBLISHED, lots, ANY_COST, "order 7");
        _read(2, "a sale");
        _require(0, financier, supplier1, received, "price");
        _require(0, CashPurpose.Sale, sale, NoteId.wrap(0), "order 7", "price");
        _require(1, financier, guarantor, 100, "fee");
        _require(1, CashPurpose.SaleFee, sale, NoteId.wrap(0), "order 7", "fee");
    }

    function test_TheCashOfALoan() public {
        (o.flatFee, o.feeTo) = (100, guarantor);
        vm.recordLogs();
        uint64 loan = lend();
        vm.prank(keyOf(supplier1));
        loans.repay(loan, 5_000);
        _read(3, "a loan");
        _require(0, financier, guarantor, 100, "fee");
        _require(0, CashPurpose.LoanFee, loan, NoteId.wrap(0), "loan", "fee");
        _require(1, financier, supplier1, 79_900, "advance");
        _require(1, CashPurpose.LoanAdvance, loan, NoteId.wrap(0), "loan", "advance");
        _require(2, supplier1, financier, 5_000, "repayment");
        _require(2, CashPurpose.LoanRepayment, loan, NoteId.wrap(0), "loan", "repayment");
    }

    function test_ADrawOfALoanForADirectedUse() public {
        o.payees = only(supplier2);
        o.drawDays = 10;
        vm.recordLogs();
        uint64 loan = lend();
        vm.prank(keyOf(supplier1));
        loans.draw(loan, supplier2, 4_000, "invoice 9");
        _read(1, "a draw");
        _require(0, financier, supplier2, 4_000, "draw");
        _require(0, CashPurpose.LoanDraw, loan, NoteId.wrap(0), "invoice 9", "draw");
    }

    function test_ASettledPledgedNotePaysTheLenderThenTheHolder() public {
        uint64 loan = lend();
        mint(obligor, FACE);
        warpTo(maturity);
        uint64 lent = owed(loan);
        vm.recordLogs();
        vm.prank(keyOf(obligor));
        uint64 payment = settlement.pay(paymentOf(id, FACE), list(n1));
        _read(2, "a settlement");
        _require(0, obligor, financier, lent, "the lender");
        _require(0, CashPurpose.PriorClaim, payment, n1, paymentOf(id, FACE).ref, "the lender");
        _require(1, obligor, supplier1, FACE - lent, "the holder");
        _require(1, CashPurpose.Settlement, payment, n1, paymentOf(id, FACE).ref, "the holder");
    }

    function test_WhatIsPaidOutsideMovesNoCash() public {
        warpTo(maturity);
        vm.recordLogs();
        confirm(FACE, list(n1));
        _read(0, "a payment in the banking system");
    }
}

/// @title The same, of recourse and covers
contract CashReasonsInDefaultTest is CoverFixture, Movements {
    function test_WhatCarriersAndEndorsersPay() public {
        NoteId bought = sellTo(financier, true, supplier1, n1, FACE);
        uint64 cover = inForce(termsFor(financier));
        warpTo(defaultDate);
        claim(financier, bought);
        vm.recordLogs();
        claimLoss(financier, cover, bought);
        mint(supplier1, FACE);
        honour(supplier1, bought);
        read(vm.getRecordedLogs(), address(cashBook));
        // 30,000 and 20,000 of the first layer, 24,000 of the second; a deposit; then each back, and the rest.
        vm.assertEq(moved.length, 8, "each movement once");
        uint256 fromCarriers;
        uint256 fromEndorser;
        for (uint256 i = 0; i < moved.length; ++i) {
            Movement memory m = moved[i];
            if (i == 3) continue; // the deposit
            bool covered = m.to == financier && m.from != supplier1;
            vm.assertEq(
                uint256(m.purpose),
                uint256(covered ? CashPurpose.CoverShare : CashPurpose.Recourse),
                "its purpose"
            );
            vm.assertEq(m.subject, covered ? cover : 0, "under which cover");
            vm.assertTrue(m.note == bought, "for which note");
            vm.assertEq(m.ref, covered ? bytes32("policy") : bytes32(0), "the policy's number");
            if (covered) fromCarriers += m.amount;
            else fromEndorser += m.amount;
        }
        vm.assertEq(fromCarriers, 74_000, "what carriers bear");
        vm.assertEq(fromEndorser, FACE, "what the endorser pays");
    }
}
