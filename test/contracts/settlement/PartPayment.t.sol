// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Share} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {Cut, ISettlement, PaymentOrder, PaymentStage} from "../../../contracts/settlement/ISettlement.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {LedgerFixture} from "../LedgerFixture.sol";
import {LargestRemainder} from "./LargestRemainder.sol";

contract PartPaymentTest is LedgerFixture {
    PayableId internal id;
    NoteId[] internal notes;

    function genesis() internal view override returns (RuleSet memory r) {
        r = super.genesis();
        (r.minNote, r.maxChildren) = (1, 100);
    }

    function setUp() public override {
        super.setUp();
        acceptFromAnyone(supplier2);
        acceptFromAnyone(supplier3);
    }

    /// @dev A matured payable whose live notes have these units, in the order of their indices.
    function _matured(uint64[] memory units) private {
        uint64 face;
        for (uint256 i = 0; i < units.length; ++i) face += units[i];
        NoteId first = held(face);
        id = first.payableOf();
        Share[] memory shares = new Share[](units.length - 1);
        for (uint256 i = 1; i < units.length; ++i) shares[i - 1] = Share(i % 2 == 0 ? supplier2 : supplier3, units[i]);
        if (shares.length > 0) {
            vm.prank(keyOf(supplier1));
            ledger.transfer(first, "", shares);
        }
        delete notes;
        for (uint24 i = 1; i <= units.length; ++i) notes.push(noteId(id, i));
        warpTo(maturity);
        mint(obligor, face);
    }

    function _three(uint64 a, uint64 b, uint64 c) private {
        uint64[] memory units = new uint64[](3);
        (units[0], units[1], units[2]) = (a, b, c);
        _matured(units);
    }

    function _shares(uint64 amount) private view returns (uint64[] memory shares, Cut memory cut) {
        uint64[] memory units = new uint64[](notes.length);
        uint24[] memory indices = new uint24[](notes.length);
        for (uint256 i = 0; i < notes.length; ++i) (units[i], indices[i]) = (unitsOf(notes[i]), notes[i].indexOf());
        return LargestRemainder.share(units, indices, amount);
    }

    function _order(uint64 amount, Cut memory cut) private view returns (PaymentOrder memory) {
        return PaymentOrder(id, CNY, amount, "part", cut);
    }

    function _pay(PaymentOrder memory o, NoteId[] memory list_) private returns (uint64) {
        vm.prank(keyOf(obligor));
        return settlement.pay(o, list_);
    }

    function _refuses(PaymentOrder memory o, bytes memory reason, string memory message) private {
        assertRefused(obligor, address(settlement), abi.encodeCall(settlement.pay, (o, notes)), reason, message);
    }

    //------------------------------------------------------------------ shares

    function test_TheOddFenGoesToTheLargestRemainder() public {
        _three(100, 200, 400); // of 10: 1.43, 2.86, 5.71
        (, Cut memory cut) = _shares(10);
        _pay(_order(10, cut), notes);
        vm.assertEq(unitsOf(notes[0]), 99, "1");
        vm.assertEq(unitsOf(notes[1]), 197, "3");
        vm.assertEq(unitsOf(notes[2]), 394, "6");
        vm.assertEq(balanceOf(supplier1), 1, "paid to tier one");
        vm.assertEq(balanceOf(supplier3), 3, "to the second");
        vm.assertEq(balanceOf(supplier2), 6, "to the third");
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Active, "the rest is owed");
    }

    function test_OfEqualRemaindersTheLowerIndexComesFirst() public {
        _three(100, 100, 100);
        (uint64[] memory shares, Cut memory cut) = _shares(4);
        vm.assertEq(shares[0], 2, "the oracle agrees");
        _pay(_order(4, cut), notes);
        vm.assertEq(unitsOf(notes[0]), 98, "2");
        vm.assertEq(unitsOf(notes[1]), 99, "1");
        vm.assertEq(unitsOf(notes[2]), 99, "1");
    }

    function test_ANoteMayGetNothingOfASmallPayment() public {
        _three(1, 1, 998);
        (, Cut memory cut) = _shares(1);
        _pay(_order(1, cut), notes);
        vm.assertEq(unitsOf(notes[0]), 1, "nothing");
        vm.assertEq(unitsOf(notes[2]), 997, "the fen");
    }

    function testFuzz_PartPaymentsShareByLargestRemainder(uint256 seed, uint8 count, uint64 amount) public {
        uint64[] memory units = new uint64[](bound(count, 2, 12));
        uint64 face;
        for (uint256 i = 0; i < units.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            units[i] = uint64(bound(seed, 1, (seed >> 128) % 3 == 0 ? 9 : 1_000_000));
            face += units[i];
        }
        _matured(units);
        amount = uint64(bound(amount, 1, face - 1));
        (uint64[] memory shares, Cut memory cut) = _shares(amount);
        _pay(_order(amount, cut), notes);
        uint256 paid;
        for (uint256 i = 0; i < units.length; ++i) {
            bool whole = shares[i] == units[i];
            vm.assertEq(whole ? units[i] : units[i] - unitsOf(notes[i]), shares[i], "its share to the fen");
            if (whole) vm.assertTrue(ledger.note(notes[i]).status == NoteStatus.Settled, "paid off");
            paid += shares[i];
        }
        vm.assertEq(paid, amount, "all of the payment");
        vm.assertEq(balanceOf(obligor), face - amount, "and no more");
        vm.assertEq(ledger.liveUnits(id), face - amount, "the rest is owed");
    }

    function testFuzz_NoOtherCutAddsUpToOtherShares(uint64 remainder, uint24 lastIndex) public {
        _three(100, 200, 400);
        (uint64[] memory shares, ) = _shares(10);
        remainder = uint64(bound(remainder, 0, 800));
        lastIndex = uint24(bound(lastIndex, 0, 5));
        PaymentOrder memory o = _order(10, Cut(remainder, lastIndex));
        vm.prank(keyOf(obligor));
        (bool done, ) = address(settlement).call(abi.encodeCall(settlement.pay, (o, notes)));
        if (!done) return; // it did not add up
        vm.assertEq(balanceOf(supplier1), shares[0], "the same shares");
        vm.assertEq(balanceOf(supplier3), shares[1], "the same shares");
        vm.assertEq(balanceOf(supplier2), shares[2], "the same shares");
    }

    //------------------------------------------------------------------ in several transactions

    function test_APartPaymentInManySteps() public {
        _three(100, 200, 400);
        (, Cut memory cut) = _shares(10);
        uint64 payment = _pay(_order(10, cut), new NoteId[](0));
        _proceed(list(notes[0]));
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Measuring, "not all measured");
        vm.assertEq(balanceOf(supplier1), 0, "nothing is paid before all is measured");
        _proceed(list(notes[1], notes[2]));
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Paying, "measured");
        vm.assertEq(balanceOf(supplier1), 0, "still nothing");
        _proceed(list(notes[1]));
        _proceed(list(notes[0], notes[2]));
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Completed, "completed");
        vm.assertEq(balanceOf(supplier3), 3, "to the fen");
    }

    function test_ANoteGetsItsShareOnceInAPartPayment() public {
        _three(100, 200, 400);
        (, Cut memory cut) = _shares(10);
        uint64 payment = _pay(_order(10, cut), new NoteId[](0));
        _proceed(notes); // measured
        _proceed(list(notes[2]));
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(notes[2]))),
            abi.encodeWithSelector(ISettlement.NoteNotInPayment.selector, payment, notes[2]),
            "though it is still live"
        );
    }

    function test_PartPaymentsFollowOneAnotherToTheEnd() public {
        _three(100, 200, 400);
        for (uint64 part = 0; part < 7; ++part) {
            (, Cut memory cut) = _shares(100);
            _pay(_order(100, cut), notes);
        }
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Settled, "paid off in seven parts");
        vm.assertEq(balanceOf(supplier1), 100, "in full");
        vm.assertEq(balanceOf(supplier3), 200, "in full");
        vm.assertEq(balanceOf(supplier2), 400, "in full");
    }

    function _proceed(NoteId[] memory list_) private {
        vm.prank(keyOf(obligor));
        settlement.proceed(id, list_);
    }

    //------------------------------------------------------------------ refusals

    function test_ACutThatDoesNotAddUpPaysNobody() public {
        _three(100, 200, 400);
        _refuses(
            _order(10, Cut(0, 0)),
            abi.encodeWithSelector(ISettlement.CutDoesNotAddUp.selector, uint64(1), uint64(10), uint64(11)),
            "too much"
        );
        _refuses(
            _order(10, Cut(700, 3)),
            abi.encodeWithSelector(ISettlement.CutDoesNotAddUp.selector, uint64(1), uint64(10), uint64(8)),
            "too little"
        );
    }

    function test_NotesAreMeasuredInAscendingOrderEachOnce() public {
        _three(100, 200, 400);
        (, Cut memory cut) = _shares(10);
        NoteId second = notes[1];
        notes[1] = notes[0];
        _refuses(_order(10, cut), abi.encodeWithSelector(ISettlement.NotesOutOfOrder.selector, notes[0]), "twice");
        (notes[0], notes[1]) = (second, notes[0]);
        _refuses(_order(10, cut), abi.encodeWithSelector(ISettlement.NotesOutOfOrder.selector, notes[1]), "backwards");
    }

    function test_AHolderLeftOutStopsThePayment() public {
        _three(100, 200, 400);
        (, Cut memory cut) = _shares(10);
        uint64 payment = _pay(_order(10, cut), list(notes[1], notes[2])); // not the first
        vm.assertTrue(settlement.payment(payment).stage == PaymentStage.Measuring, "it cannot go on to pay");
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.proceed, (id, list(notes[0]))),
            abi.encodeWithSelector(ISettlement.NotesOutOfOrder.selector, notes[0]),
            "too late to bring it in"
        );
        vm.assertEq(balanceOf(supplier2), 0, "nobody was paid");
    }
}
