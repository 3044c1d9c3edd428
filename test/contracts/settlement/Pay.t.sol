// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {ISettlement, PaymentOrder, PaymentStage} from "../../../contracts/settlement/ISettlement.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract PayTest is LedgerFixture {
    uint64 internal constant FACE = 100_000;

    PayableId internal id;
    NoteId internal n1;
    NoteId internal n2;
    NoteId internal n3;

    function setUp() public override {
        super.setUp();
        n1 = held(FACE);
        id = n1.payableOf();
        n2 = give(supplier1, n1, supplier2, 30_000);
        n3 = give(supplier2, n2, supplier3, 10_000);
        mint(obligor, FACE);
        warpTo(maturity);
    }

    function _pay(PaymentOrder memory o, NoteId[] memory notes) private returns (uint64) {
        vm.prank(keyOf(obligor));
        return settlement.pay(o, notes);
    }

    function _refuses(PartyId by, PaymentOrder memory o, NoteId[] memory notes, bytes memory reason) private {
        assertRefused(by, address(settlement), abi.encodeCall(settlement.pay, (o, notes)), reason, "pay");
    }

    function _none() private pure returns (NoteId[] memory) {
        return new NoteId[](0);
    }

    //------------------------------------------------------------------ in full

    function test_EveryHolderIsPaidStraightFromTheObligor() public {
        uint64 payment = _pay(paymentOf(id, FACE), list(n1, n2, n3));
        vm.assertEq(balanceOf(obligor), 0, "the obligor paid");
        vm.assertEq(balanceOf(supplier1), 70_000, "tier one");
        vm.assertEq(balanceOf(supplier2), 20_000, "tier two");
        vm.assertEq(balanceOf(supplier3), 10_000, "tier three");
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "settled");
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Completed, "completed");
        vm.assertEq(settlement.settledBy(n2), payment, "on record");
        vm.assertEq(outstanding(obligor), 0, "nothing is owed");
        vm.assertEq(settlement.underWay(id), 0, "nothing is under way");
    }

    function test_APaymentInSeveralTransactionsIsOnePayment() public {
        uint64 payment = _pay(paymentOf(id, FACE), _none());
        vm.assertEq(settlement.underWay(id), payment, "under way");
        vm.prank(keyOf(obligor));
        settlement.proceed(id, list(n3, n1)); // in whatever order
        vm.assertEq(balanceOf(supplier2), 0, "not yet");
        vm.prank(keyOf(obligor));
        settlement.proceed(id, list(n2));
        vm.assertEq(balanceOf(supplier2), 20_000, "now");
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Completed, "completed");
    }

    function test_AnOfferThatMaturedPaysWhoMadeIt() public {
        warpTo(minus(maturity, 1));
        NoteId offered = offer(supplier1, n1, supplier4, 5_000);
        warpTo(maturity);
        _pay(paymentOf(id, FACE), list(n1, n2, n3));
        vm.assertEq(balanceOf(supplier1), 65_000, "not the offered one, which was not named");
        vm.assertEq(ledger.liveUnits(id), 5_000, "it is still owed");
        vm.prank(keyOf(obligor));
        settlement.proceed(id, list(offered));
        vm.assertEq(balanceOf(supplier1), 70_000, "the party that offered it");
        vm.assertEq(balanceOf(supplier4), 0, "not the party that never accepted");
    }

    function test_ASuspendedHolderIsPaidAndASuspendedObligorPays() public {
        suspend(supplier2);
        suspend(obligor);
        _pay(paymentOf(id, FACE), list(n1, n2, n3));
        vm.assertEq(balanceOf(supplier2), 20_000, "paid all the same");
    }

    function test_SuccessorsPayAndArePaid() public {
        succeed(supplier3, supplier4);
        succeed(obligor, otherObligor);
        vm.prank(keyOf(otherObligor));
        cashBook.inherit(CNY, obligor);
        vm.prank(keyOf(otherObligor));
        settlement.pay(paymentOf(id, FACE), list(n1, n2, n3));
        vm.assertEq(balanceOf(supplier4), 10_000, "the successor of the holder");
    }

    //------------------------------------------------------------------ refusals

    function test_OnlyTheObligorPays() public {
        PartyId[5] memory others = [otherObligor, supplier1, operator, regulator, bank];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuses(
                others[i],
                paymentOf(id, FACE),
                _none(),
                abi.encodeWithSelector(ISettlement.NotTheObligor.selector, id, obligor, others[i])
            );
        }
    }

    function test_NothingIsPaidBeforeMaturity() public {
        warpTo(minus(maturity, 1));
        _refuses(
            obligor,
            paymentOf(id, FACE),
            _none(),
            abi.encodeWithSelector(ISettlement.NotYetDue.selector, id, maturity, minus(maturity, 1))
        );
    }

    function test_APaymentIsOfSomethingInTheCurrencyAndNoMoreThanIsOwed() public {
        mint(obligor, 1);
        PaymentOrder memory o = paymentOf(id, 0);
        _refuses(obligor, o, _none(), abi.encodeWithSelector(ISettlement.PaymentZero.selector));
        o.amount = FACE + 1;
        _refuses(
            obligor,
            o,
            _none(),
            abi.encodeWithSelector(ISettlement.PaymentExceedsDebt.selector, id, FACE, FACE + 1)
        );
        o.currency = USD;
        _refuses(obligor, o, _none(), abi.encodeWithSelector(ICashBook.CashUnknown.selector, USD));
        vm.prank(keyOf(bank));
        cashBook.open(USD, 2);
        vm.prank(keyOf(bank));
        cashBook.mint(USD, obligor, FACE + 1, "");
        _refuses(
            obligor,
            o,
            _none(),
            abi.encodeWithSelector(ISettlement.PaymentCurrencyDiffers.selector, id, CNY, USD)
        );
    }

    function test_OnlyAnActivePayableIsPaid() public {
        PayableId none = PayableId.wrap(77);
        _refuses(
            obligor,
            paymentOf(none, 1),
            _none(),
            abi.encodeWithSelector(ISettlement.NotTheObligor.selector, none, PartyId.wrap(0), obligor)
        );
        warpTo(minus(maturity, 1));
        PayableId unaccepted = issue(obligor, supplier1, FACE);
        warpTo(maturity);
        _refuses(
            obligor,
            paymentOf(unaccepted, FACE),
            _none(),
            abi.encodeWithSelector(IReceivableLedger.PayableNotActive.selector, unaccepted, PayableStatus.Offered)
        );
        _pay(paymentOf(id, FACE), list(n1, n2, n3));
        mint(obligor, 1);
        _refuses(
            obligor,
            paymentOf(id, 1),
            _none(),
            abi.encodeWithSelector(IReceivableLedger.PayableNotActive.selector, id, PayableStatus.Settled)
        );
    }

    function test_ANoteIsPaidOnceInAPaymentAndNeverAgain() public {
        _refuses(
            obligor,
            paymentOf(id, FACE),
            list(n1, n1),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, uint64(1), n1)
        );
        uint64 payment = _pay(paymentOf(id, FACE), list(n1));
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(n1))),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, payment, n1),
            "a settled note"
        );
    }

    function test_ANoteOfAnotherPayableIsNotPaid() public {
        warpTo(minus(maturity, 1));
        NoteId other = held(FACE);
        warpTo(maturity);
        _refuses(
            obligor,
            paymentOf(id, FACE),
            list(other),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, uint64(1), other)
        );
    }

    function test_ASpentNoteIsNotPaid() public {
        warpTo(minus(maturity, 1));
        give(supplier3, n3, supplier4, 10_000);
        warpTo(maturity);
        _refuses(
            obligor,
            paymentOf(id, FACE),
            list(n3),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, uint64(1), n3)
        );
    }

    function test_WithoutTheMoneyNothingIsSettled() public {
        vm.prank(keyOf(obligor));
        cashBook.pay(CNY, bank, 1, "");
        _refuses(
            obligor,
            paymentOf(id, FACE),
            list(n1, n2, n3),
            abi.encodeWithSelector(ISettlement.PaymentExceedsBalance.selector, CNY, uint256(FACE - 1), FACE)
        );
    }

    function test_AnObligorThatSpendsItsMoneyHalfWaySettlesOnlyWhatItPaid() public {
        _pay(paymentOf(id, FACE), list(n1));
        vm.prank(keyOf(obligor));
        cashBook.pay(CNY, bank, 10_001, "");
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(n2))),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, obligor.account(), 19_999, 20_000),
            "one fen short"
        );
        vm.assertEq(balanceOf(supplier2), 0, "not paid");
        vm.assertTrue(ledger.note(n2).status == NoteStatus.Held, "not settled");
    }

    //------------------------------------------------------------------ under way

    function test_OfOnePayableOnePaymentIsUnderWay() public {
        uint64 payment = _pay(paymentOf(id, FACE), _none());
        _refuses(
            obligor,
            paymentOf(id, FACE),
            _none(),
            abi.encodeWithSelector(ISettlement.PaymentUnderWay.selector, id, payment)
        );
    }

    function test_OnlyWhoOrderedAPaymentGoesOnWithItOrGivesItUp() public {
        uint64 payment = _pay(paymentOf(id, FACE), _none());
        PartyId[3] memory others = [otherObligor, supplier1, bank];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(ISettlement.NotThePayer.selector, payment, obligor, others[i]);
            assertRefused(
                others[i],
                address(settlement),
                abi.encodeCall(settlement.proceed, (id, list(n1))),
                reason,
                "proceed"
            );
            assertRefused(others[i], address(settlement), abi.encodeCall(settlement.abandon, (id)), reason, "abandon");
        }
        succeed(obligor, otherObligor);
        vm.prank(keyOf(otherObligor));
        settlement.abandon(id);
    }

    function test_WhatIsGivenUpStaysOwed() public {
        uint64 payment = _pay(paymentOf(id, FACE), list(n1));
        vm.prank(keyOf(obligor));
        settlement.abandon(id);
        vm.assertEq(ledger.liveUnits(id), 30_000, "the rest");
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Abandoned, "abandoned");
        bytes memory reason = abi.encodeWithSelector(ISettlement.NothingUnderWay.selector, id);
        assertRefused(obligor, address(settlement), abi.encodeCall(settlement.abandon, (id)), reason, "given up twice");
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(n2))),
            reason,
            "gone on with"
        );
        _pay(paymentOf(id, 30_000), list(n2, n3));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "paid by another payment");
    }

    function test_WhereNothingIsUnderWayThereIsNothingToGoOnWith() public {
        bytes memory reason = abi.encodeWithSelector(ISettlement.NothingUnderWay.selector, id);
        assertRefused(obligor, address(settlement), abi.encodeCall(settlement.proceed, (id, _none())), reason, "go on");
        assertRefused(obligor, address(settlement), abi.encodeCall(settlement.abandon, (id)), reason, "give up");
    }

    function test_OnlyTheSettlementSaysThatNotesArePaidOrOwedAgain() public {
        PartyId[4] memory others = [operator, obligor, bank, regulator];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IReceivableLedger.NotTheSettlement.selector, keyOf(others[i]));
            assertRefused(others[i], address(ledger), abi.encodeCall(ledger.settle, (n1, 1)), reason, "settle");
            assertRefused(others[i], address(ledger), abi.encodeCall(ledger.reopen, (n1)), reason, "reopen");
        }
    }

    function test_TheLedgerItselfRefusesWhatTheSettlementMustNotDo() public {
        address s = address(settlement);
        NoteId none = noteId(id, 99);
        _settles(s, none, 1, abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none));
        _settles(s, n1, 0, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector));
        _settles(
            s,
            n1,
            70_001,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, n1, uint64(70_000), uint64(70_001))
        );
        assertRefused(
            s,
            address(ledger),
            abi.encodeCall(ledger.reopen, (n1)),
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, n1, NoteStatus.Held),
            "an unpaid note"
        );
        assertRefused(
            s,
            address(ledger),
            abi.encodeCall(ledger.reopen, (none)),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none),
            "no note"
        );
        vm.prank(s);
        ledger.settle(n1, 70_000);
        _settles(s, n1, 1, abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, n1, NoteStatus.Settled));
    }

    function _settles(address s, NoteId note, uint64 units, bytes memory reason) private {
        assertRefused(s, address(ledger), abi.encodeCall(ledger.settle, (note, units)), reason, "settle");
    }
}
