// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {IIssuance, IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {ISettlement, PaymentOrder, PaymentStage} from "../../../contracts/settlement/ISettlement.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract ReturnPaymentTest is LedgerFixture {
    uint64 internal constant FACE = 100_000;
    bytes32 internal constant REF = "bank ref";

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

    function _return(NoteId[] memory notes) private {
        vm.prank(keyOf(bank));
        settlement.returnPayment(bank, REF, "AC04", notes);
    }

    function _refuses(PartyId by, bytes32 ref, NoteId[] memory notes, bytes memory reason) private {
        assertRefused(
            by,
            address(settlement),
            abi.encodeCall(settlement.returnPayment, (bank, ref, "AC04", notes)),
            reason,
            "return"
        );
    }

    function test_AReturnedPaymentIsOwedAgain() public {
        uint64 payment = _confirm(FACE, REF, list(n1, n2));
        _return(list(n1, n2));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Active, "active again");
        vm.assertTrue(ledger.note(n1).status == NoteStatus.Held, "held again");
        vm.assertEq(ledger.liveUnits(id), FACE, "all of it");
        vm.assertEq(outstanding(obligor), FACE, "the limit is used again");
        vm.assertEq(settlement.payment(payment).returned, FACE, "on record");
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Returned, "returned");
        _confirm(FACE, "second ref", list(n1, n2));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "paid after all");
    }

    function test_AReturnedPaymentMakesItsObligorOverdue() public {
        _confirm(FACE, REF, list(n1, n2));
        Day due = ledger.progress(id).dueDate;
        warpTo(plus(due, 1));
        issueDay = plus(due, 1);
        maturity = plus(due, 30);
        issue(obligor, supplier1, 1_000); // nothing is overdue
        _return(list(n1, n2));
        vm.assertTrue(ledger.isOverdue(id), "overdue");
        IssueOrder memory o = order(supplier1, 1_000, register(obligor, 1_000));
        assertRefused(
            obligor,
            address(issuance),
            abi.encodeCall(issuance.issue, (o)),
            abi.encodeWithSelector(IIssuance.ObligorOverdue.selector, obligor, due),
            "nothing new"
        );
    }

    function test_APaymentIsReturnedNoteByNote() public {
        uint64 payment = _confirm(FACE, REF, list(n1, n2));
        _return(list(n2));
        vm.assertEq(ledger.liveUnits(id), 30_000, "one of them");
        _refuses(bank, REF, list(n2), abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, payment, n2));
        _return(list(n1));
        vm.assertEq(settlement.payment(payment).returned, FACE, "all of it");
    }

    function test_APartThatIsReturnedStandsBesideTheNoteItWasCutFrom() public {
        PaymentOrder memory o = paymentOf(id, 10_000); // 7,000 and 3,000 exactly
        o.ref = REF;
        vm.prank(keyOf(bank));
        settlement.confirm(o, list(n1, n2));
        NoteId piece = newest(id);
        vm.assertTrue(ledger.note(piece).status == NoteStatus.Settled, "the paid piece of the second note");
        _return(list(piece));
        vm.assertTrue(ledger.note(piece).status == NoteStatus.Held, "held again");
        vm.assertTrue(ledger.note(piece).holder == supplier2, "by the same holder");
        vm.assertEq(ledger.note(piece).tier, 2, "at the same tier");
        vm.assertEq(ledger.liveUnits(id), 93_000, "and owed");
    }

    function test_AReturnedPaymentGoesNoFurther() public {
        _confirm(FACE, REF, list(n1));
        _return(list(n1));
        assertRefused(
            bank,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(n2))),
            abi.encodeWithSelector(ISettlement.NothingUnderWay.selector, id),
            "gone on with"
        );
        vm.assertEq(settlement.underWay(id), 0, "nothing is under way");
        _confirm(FACE, "second ref", list(n1, n2));
    }

    function test_NothingIsReturnedWhileAnotherPaymentIsUnderWay() public {
        _confirm(70_000, REF, list(n1, n2)); // 49,000 and 21,000
        uint64 second = _confirm(30_000, "second ref", new NoteId[](0));
        NoteId piece = newest(id);
        _refuses(bank, REF, list(piece), abi.encodeWithSelector(ISettlement.PaymentUnderWay.selector, id, second));
    }

    function test_OnlyTheBankThatConfirmedItReturnsIt() public {
        uint64 payment = _confirm(FACE, REF, list(n1, n2));
        PartyId other = admit("other bank", Roles.SETTLEMENT_BANK);
        _refuses(other, REF, list(n1), abi.encodeWithSelector(ISettlement.NotThePayer.selector, payment, bank, other));
        _refuses(
            bank,
            "unheard of",
            list(n1),
            abi.encodeWithSelector(ISettlement.ReferenceUnknown.selector, bytes32("unheard of"))
        );
    }

    function test_APaymentInCashIsFinal() public {
        mint(obligor, FACE);
        PaymentOrder memory o = paymentOf(id, FACE);
        o.ref = REF;
        vm.prank(keyOf(obligor));
        settlement.pay(o, list(n1, n2));
        _refuses(bank, REF, list(n1), abi.encodeWithSelector(ISettlement.ReferenceUnknown.selector, REF));
    }
}
