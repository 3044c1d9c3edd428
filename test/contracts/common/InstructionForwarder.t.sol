// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {InstructionForwarder} from "../../../contracts/common/InstructionForwarder.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {LedgerFixture} from "../LedgerFixture.sol";
import {Vm} from "./Test.sol";

contract InstructionForwarderTest is LedgerFixture {
    bytes32 private constant DOMAIN = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant REQUEST = keccak256(
        "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)"
    );
    uint256 private constant GAS = 2_000_000;

    /// @dev Who relays; without it a batch is all or nothing.
    address payable internal constant RELAYER = payable(address(0x4e1a7));

    NoteId internal first;

    function setUp() public override {
        super.setUp();
        first = held(100_000);
        acceptFromAnyone(supplier2);
    }

    //------------------------------------------------------------------ signing

    function _signed(
        PartyId by,
        address to,
        bytes memory data,
        uint256 nonce,
        uint48 deadline
    ) private view returns (ERC2771Forwarder.ForwardRequestData memory) {
        address from = keyOf(by);
        bytes32 digest = keccak256(
            abi.encodePacked(
                "\x19\x01",
                _domain(),
                keccak256(abi.encode(REQUEST, from, to, 0, GAS, nonce, deadline, keccak256(data)))
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf[by], digest);
        return ERC2771Forwarder.ForwardRequestData(from, to, 0, GAS, deadline, data, abi.encodePacked(r, s, v));
    }

    function _domain() private view returns (bytes32) {
        return keccak256(abi.encode(DOMAIN, keccak256("Deeptier"), keccak256("1"), block.chainid, address(forwarder)));
    }

    function _deadline() private view returns (uint48) {
        return uint48(block.timestamp + 1 hours);
    }

    /// @dev An instruction to transfer, with the signer's nonce plus `ahead`.
    function _transfer(
        PartyId by,
        uint64 amount,
        uint256 ahead
    ) private view returns (ERC2771Forwarder.ForwardRequestData memory) {
        bytes memory data = abi.encodeCall(ledger.transfer, (first, "", share(supplier2, amount)));
        return _signed(by, address(ledger), data, forwarder.nonces(keyOf(by)) + ahead, _deadline());
    }

    function _refusals() private returns (uint256 count, Vm.Log memory last) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != InstructionForwarder.InstructionRefused.selector) continue;
            (count, last) = (count + 1, logs[i]);
        }
    }

    //------------------------------------------------------------------ one instruction

    function test_AnInstructionActsForItsSignerWhoeverRelaysIt() public {
        vm.prank(RELAYER);
        forwarder.execute(_transfer(supplier1, 10_000, 0));
        vm.assertEq(unitsOf(first), 90_000, "transferred");
    }

    function test_AnotherPartysSignatureInstructsNothing() public {
        ERC2771Forwarder.ForwardRequestData memory request = _transfer(supplier3, 10_000, 0);
        request.from = keyOf(supplier1);
        vm.assertTrue(!forwarder.verify(request), "it does not verify");
        vm.prank(RELAYER);
        (bool done, ) = address(forwarder).call(abi.encodeCall(forwarder.execute, (request)));
        vm.assertTrue(!done, "refused");
        vm.assertEq(unitsOf(first), 100_000, "nothing moved");
    }

    function test_AChangedInstructionIsNoLongerSigned() public view {
        ERC2771Forwarder.ForwardRequestData memory request = _transfer(supplier1, 10_000, 0);
        request.data = abi.encodeCall(ledger.transfer, (first, "", share(supplier2, 20_000)));
        vm.assertTrue(!forwarder.verify(request), "another amount");
        request = _transfer(supplier1, 10_000, 0);
        request.to = address(settlement);
        vm.assertTrue(!forwarder.verify(request), "another contract");
    }

    function test_AnInstructionRunsOnce() public {
        ERC2771Forwarder.ForwardRequestData memory request = _transfer(supplier1, 10_000, 0);
        forwarder.execute(request);
        (bool done, ) = address(forwarder).call(abi.encodeCall(forwarder.execute, (request)));
        vm.assertTrue(!done, "a replay is refused");
        vm.assertEq(unitsOf(first), 90_000, "transferred once");
    }

    function test_AnInstructionIsVoidAfterItsDeadline() public {
        ERC2771Forwarder.ForwardRequestData memory request = _transfer(supplier1, 10_000, 0);
        vm.warp(request.deadline + 1);
        assertRefused(
            RELAYER,
            address(forwarder),
            abi.encodeCall(forwarder.execute, (request)),
            abi.encodeWithSelector(ERC2771Forwarder.ERC2771ForwarderExpiredRequest.selector, request.deadline),
            "too late"
        );
    }

    function test_NobodyButTheForwarderSpeaksForAnother() public {
        bytes memory data = abi.encodeCall(ledger.transfer, (first, "", share(supplier2, 10_000)));
        vm.prank(keyOf(supplier3));
        (bool done, ) = address(ledger).call(abi.encodePacked(data, keyOf(supplier1)));
        vm.assertTrue(!done, "an appended address means nothing from anyone else");
    }

    //------------------------------------------------------------------ batches

    function test_ARefusedInstructionLeavesItsNeighboursDoneAndItsReasonOnRecord() public {
        ERC2771Forwarder.ForwardRequestData[] memory batch = new ERC2771Forwarder.ForwardRequestData[](3);
        batch[0] = _transfer(supplier1, 10_000, 0);
        batch[1] = _transfer(supplier1, 500_000, 1); // more than there is
        batch[2] = _transfer(supplier1, 20_000, 2);
        vm.recordLogs();
        vm.prank(RELAYER);
        forwarder.executeBatch(batch, RELAYER);
        (uint256 count, Vm.Log memory refusal) = _refusals();

        vm.assertEq(unitsOf(first), 70_000, "the first and the third are done");
        vm.assertEq(count, 1, "one was refused");
        vm.assertEq(refusal.topics[1], bytes32(uint256(uint160(keyOf(supplier1)))), "its signer");
        (uint256 nonce, bytes memory reason) = abi.decode(refusal.data, (uint256, bytes));
        vm.assertEq(nonce, 1, "its nonce");
        vm.assertEq(
            reason,
            abi.encodeWithSelector(
                IReceivableLedger.AmountExceedsNote.selector,
                first,
                uint64(90_000),
                uint64(500_000)
            ),
            "its reason"
        );
        vm.assertEq(forwarder.nonces(keyOf(supplier1)), 3, "its nonce is spent");
    }

    function test_ABadlySignedInstructionInABatchIsSkippedAndSpendsNoNonce() public {
        ERC2771Forwarder.ForwardRequestData[] memory batch = new ERC2771Forwarder.ForwardRequestData[](3);
        batch[0] = _transfer(supplier1, 10_000, 0);
        batch[1] = _transfer(supplier3, 10_000, 0);
        batch[1].from = keyOf(supplier4);
        batch[2] = _transfer(supplier1, 20_000, 0); // a nonce that the first has spent by then
        vm.recordLogs();
        vm.prank(RELAYER);
        forwarder.executeBatch(batch, RELAYER);
        (uint256 count, ) = _refusals();
        vm.assertEq(unitsOf(first), 90_000, "the first is done");
        vm.assertEq(count, 0, "what never ran has no reason");
        vm.assertEq(forwarder.nonces(keyOf(supplier4)), 0, "and spends no nonce");
    }

    function test_AReasonNeverBloatsTheLog() public {
        LongWinded target = new LongWinded(address(forwarder));
        ERC2771Forwarder.ForwardRequestData[] memory batch = new ERC2771Forwarder.ForwardRequestData[](1);
        batch[0] = _signed(supplier1, address(target), abi.encodeCall(target.refuse, ()), 0, _deadline());
        vm.recordLogs();
        forwarder.executeBatch(batch, RELAYER);
        (uint256 count, Vm.Log memory refusal) = _refusals();
        (, bytes memory reason) = abi.decode(refusal.data, (uint256, bytes));
        vm.assertEq(count, 1, "refused");
        vm.assertEq(reason.length, 1_024, "cut short");
    }
}

/// @notice Refuses at length.
contract LongWinded {
    address private immutable _forwarder;

    constructor(address forwarder) {
        _forwarder = forwarder;
    }

    function isTrustedForwarder(address forwarder) external view returns (bool) {
        return forwarder == _forwarder;
    }

    function refuse() external pure {
        assembly ("memory-safe") {
            revert(0x80, 5000)
        }
    }
}
