// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Hold} from "../../../contracts/common/Holds.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger, Share} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract FreezeTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    NoteId internal first;
    uint40 internal until;

    function setUp() public override {
        super.setUp();
        first = held(FACE);
        until = uint40(block.timestamp + 30 days);
    }

    function _refuses(uint64 units, uint40 expiresAt, bytes memory reason, string memory message) private {
        bytes memory data = abi.encodeCall(ledger.freeze, (first, units, expiresAt, "court order"));
        assertRefused(regulator, address(ledger), data, reason, message);
    }

    function _underHold(uint64 units) private view returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                first,
                units,
                until,
                bytes32("court order")
            );
    }

    function _transferring(uint64 amount) private view returns (bytes memory) {
        return abi.encodeCall(ledger.transfer, (first, "", share(supplier2, amount)));
    }

    function test_FrozenUnitsStayAndFreeOnesMove() public {
        freeze(first, 60_000_00);
        Hold memory hold = ledger.holdOn(first);
        vm.assertEq(hold.units, 60_000_00, "the units");
        vm.assertEq(hold.expiresAt, until, "the end");
        vm.assertEq(hold.executor, 2, "the regulator");
        vm.assertEq(hold.order, "court order", "the order");
        assertRefused(supplier1, address(ledger), _transferring(40_000_01), _underHold(60_000_00), "a frozen fen");
        give(supplier1, first, supplier2, 40_000_00);
        vm.assertEq(unitsOf(first), 60_000_00, "the frozen units stay");
    }

    function test_SharesThatEachFitDoNotPassAFreezeTogether() public {
        freeze(first, 60_000_00);
        Share[] memory shares = new Share[](2);
        shares[0] = Share(supplier2, 30_000_00);
        shares[1] = Share(supplier2, 30_000_00); // the same recipient twice is no way around
        assertRefused(
            supplier1,
            address(ledger),
            abi.encodeCall(ledger.transfer, (first, "", shares)),
            _underHold(60_000_00),
            "30,000 twice out of 40,000 free"
        );
    }

    function test_AReleaseFreesTheUnits() public {
        freeze(first, FACE);
        vm.prank(keyOf(regulator));
        ledger.release(first);
        give(supplier1, first, supplier2, FACE);
    }

    function test_AFreezeEndsByItself() public {
        freeze(first, FACE);
        vm.warp(until - 1);
        assertRefused(supplier1, address(ledger), _transferring(100), _underHold(FACE), "a second before its end");
        vm.warp(until);
        give(supplier1, first, supplier2, FACE);
    }

    function test_AnExpiredFreezeMayBeReplacedAndAStandingOneNot() public {
        freeze(first, 1_000);
        _refuses(2_000, until, _underHold(1_000), "a second freeze on top");
        vm.warp(until);
        freeze(first, 2_000);
        vm.assertEq(ledger.holdOn(first).units, 2_000, "replaced");
    }

    function test_AFreezeNeverHoldsMoreThanTheNoteHas() public {
        _refuses(
            FACE + 1,
            until,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, first, FACE, FACE + 1),
            "more than there is"
        );
        _refuses(0, until, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector), "nothing");
    }

    function test_AFreezeEndsInTheFuture() public {
        uint40 now_ = uint40(block.timestamp);
        _refuses(
            1,
            now_,
            abi.encodeWithSelector(IReceivableLedger.HoldAlreadyExpired.selector, now_),
            "it ends right now"
        );
    }

    function test_FrozenUnitsAreStillPaidToTheirHolder() public {
        vm.prank(keyOf(regulator));
        ledger.freeze(first, FACE, type(uint40).max, "court order");
        warpTo(maturity);
        mint(obligor, FACE);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(first.payableOf(), 40_000_00), list(first));
        vm.assertEq(unitsOf(first), 60_000_00, "a part of the frozen units is paid: fewer are left than are frozen");
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(first.payableOf(), 60_000_00), list(first));
        vm.assertTrue(ledger.note(first).status == NoteStatus.Settled, "and the rest too");
        vm.prank(keyOf(regulator));
        ledger.release(first);
    }

    function test_AnOfferedNoteMayBeFrozenAndComesBackFrozen() public {
        NoteId offered = offer(supplier1, first, supplier2, 1_000);
        freeze(offered, 1_000);
        vm.prank(keyOf(supplier1));
        ledger.withdraw(offered);
        assertRefused(
            supplier1,
            address(ledger),
            abi.encodeCall(ledger.transfer, (offered, "", share(supplier2, 100))),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                offered,
                uint64(1_000),
                until,
                bytes32("court order")
            ),
            "the freeze came back with it"
        );
    }

    function test_OnlyALiveNoteIsFrozen() public {
        give(supplier1, first, supplier2, FACE);
        _refuses(
            1,
            until,
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, first, NoteStatus.Spent),
            "a spent note"
        );
    }

    function test_OnlyAHoldThatExistsIsReleased() public {
        assertRefused(
            regulator,
            address(ledger),
            abi.encodeCall(ledger.release, (first)),
            abi.encodeWithSelector(IReceivableLedger.NoteNotUnderHold.selector, first),
            "no hold"
        );
        NoteId none = noteId(PayableId.wrap(5), 1);
        assertRefused(
            regulator,
            address(ledger),
            abi.encodeCall(ledger.release, (none)),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none),
            "no note"
        );
    }

    function test_ATransferDoesNotCarryTheFreezeAlong() public {
        freeze(first, 1_000);
        NoteId child = give(supplier1, first, supplier2, 10_000);
        vm.assertTrue(!ledger.note(child).underHold, "a freeze is on one note");
        vm.assertTrue(ledger.note(first).underHold, "and stays on it");
    }
}
