// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {InstructionRehearsal} from "../../../contracts/common/InstructionRehearsal.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract InstructionRehearsalTest is LedgerFixture {
    InstructionRehearsal internal stage;
    NoteId internal first;

    function setUp() public override {
        super.setUp();
        first = held(100_000);
        acceptFromAnyone(supplier2);
        vm.etch(address(forwarder), address(new InstructionRehearsal()).code);
        stage = InstructionRehearsal(address(forwarder));
    }

    function _step(PartyId by, uint64 amount) private view returns (InstructionRehearsal.Step memory) {
        bytes memory data = abi.encodeCall(ledger.transfer, (first, "", share(supplier2, amount)));
        return InstructionRehearsal.Step(address(ledger), abi.encodePacked(data, keyOf(by)));
    }

    function test_EachStepRunsOnWhatTheOnesBeforeItLeft() public {
        InstructionRehearsal.Step[] memory steps = new InstructionRehearsal.Step[](2);
        (steps[0], steps[1]) = (_step(supplier1, 60_000), _step(supplier1, 40_000));
        (uint256[] memory gasUsed, bytes memory reason, bool refused) = stage.rehearse(steps);
        vm.assertTrue(!refused, "both go through");
        vm.assertEq(reason.length, 0, "no reason");
        vm.assertEq(gasUsed.length, 2, "two measurements");
        vm.assertGe(gasUsed[1], 21_000, "of real calls");
    }

    function test_TheFirstRefusalEndsARehearsalWithItsReason() public {
        InstructionRehearsal.Step[] memory steps = new InstructionRehearsal.Step[](3);
        (steps[0], steps[1], steps[2]) = (_step(supplier1, 60_000), _step(supplier1, 60_000), _step(supplier1, 10_000));
        (uint256[] memory gasUsed, bytes memory reason, bool refused) = stage.rehearse(steps);
        vm.assertTrue(refused, "the second is refused");
        vm.assertEq(gasUsed.length, 1, "one went through");
        vm.assertEq(
            reason,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, first, uint64(40_000), uint64(60_000)),
            "on what the first left"
        );
    }
}
