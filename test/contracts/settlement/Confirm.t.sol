// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {ISettlement, PaymentOrder} from "../../../contracts/settlement/ISettlement.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract ConfirmTest is LedgerFixture {
    uint64 internal constant FACE = 100_000;

    PayableId internal id;
    NoteId internal n1;
    NoteId internal n2;

    function setUp() public override {
        super.setUp();
        n1 = held(FACE);
        id = n1.payableOf();
        n2 = give(supplier1, n1, supplier2, 30_000);
        warpTo(maturity);
    }

    function _confirm(uint64 amount, bytes32 ref, NoteId[] memory notes) private returns (uint64) {
        PaymentOrder memory o = paymentOf(id, amount);
        o.ref = ref;
        vm.prank(keyOf(bank));
        return settlement.confirm(o, notes);
    }

    function _refuses(PartyId by, PaymentOrder memory o, bytes memory reason, string memory message) private {
        bytes memory data = abi.encodeCall(settlement.confirm, (o, list(n1, n2)));
        assertRefused(by, address(settlement), data, reason, message);
    }

    function test_APaymentOutsideSettlesNotesAndMovesNoCash() public {
        uint64 payment = _confirm(FACE, "bank ref", list(n1, n2));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "settled");
        vm.assertEq(cash.totalSupply(), 0, "no cash here");
        vm.assertTrue(settlement.payment(payment).outside, "outside");
        vm.assertTrue(settlement.payment(payment).by == bank, "confirmed by the bank");
    }

    function test_AReferenceConfirmsOnePayment() public {
        uint64 payment = _confirm(70_000, "bank ref", new NoteId[](0));
        PaymentOrder memory o = paymentOf(id, 30_000);
        o.ref = "bank ref";
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.ReferenceTaken.selector, bytes32("bank ref"), payment),
            "again"
        );
        o.ref = "other ref";
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.PaymentUnderWay.selector, id, payment),
            "another while it is under way"
        );
    }

    function test_EachBankKeepsItsOwnReferences() public {
        _confirm(70_000, "bank ref", list(n1, n2));
        PartyId other = admit("other bank", Roles.SETTLEMENT_BANK);
        PaymentOrder memory o = paymentOf(id, 30_000);
        o.ref = "bank ref";
        vm.prank(keyOf(other));
        uint64 second = settlement.confirm(o, list(n1, n2));
        vm.assertTrue(settlement.payment(second).by == other, "confirmed by the other bank");
        vm.assertEq(ledger.liveUnits(id), 0, "and all is settled");
    }

    function test_AConfirmationIsBoundLikeAPayment() public {
        PaymentOrder memory o = paymentOf(id, FACE + 1);
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.PaymentExceedsDebt.selector, id, FACE, FACE + 1),
            "more than is owed"
        );
        o = paymentOf(id, FACE);
        o.currency = USD;
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.PaymentCurrencyDiffers.selector, id, CNY, USD),
            "in another currency"
        );
        o = paymentOf(PayableId.wrap(77), FACE);
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(IReceivableLedger.PayableUnknown.selector, PayableId.wrap(77)),
            "of no payable"
        );
        o = paymentOf(id, 0);
        _refuses(bank, o, abi.encodeWithSelector(ISettlement.PaymentZero.selector), "of nothing");
        warpTo(minus(maturity, 1));
        o = paymentOf(id, FACE);
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.NotYetDue.selector, id, maturity, minus(maturity, 1)),
            "before maturity"
        );
    }

    function test_APaymentThatDidNotGoThroughLeavesItsReferenceFree() public {
        PaymentOrder memory o = paymentOf(id, FACE + 1);
        o.ref = "bank ref";
        _refuses(
            bank,
            o,
            abi.encodeWithSelector(ISettlement.PaymentExceedsDebt.selector, id, FACE, FACE + 1),
            "more than is owed"
        );
        _confirm(FACE, "bank ref", list(n1, n2));
    }

    function test_TheBankGoesOnWithWhatItConfirmedAndTheObligorDoesNot() public {
        uint64 payment = _confirm(FACE, "bank ref", list(n1));
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(n2))),
            abi.encodeWithSelector(ISettlement.NotThePayer.selector, payment, bank, obligor),
            "the obligor"
        );
        vm.prank(keyOf(bank));
        settlement.proceed(id, list(n2));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "settled");
    }
}
