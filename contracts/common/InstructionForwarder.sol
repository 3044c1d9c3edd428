// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";

/// @title Carries signed instructions to the ledger, many in one transaction
/// @notice OpenZeppelin's forwarder, which also says why an instruction was refused: its neighbours in a batch go
/// through, and its reason is on record beside it. Anyone may relay; only the signer's key can instruct.
contract InstructionForwarder is ERC2771Forwarder {
    /// @notice The instruction of `signer` with this `nonce` ran and was refused; `reason` is the error, ABI-encoded.
    event InstructionRefused(address indexed signer, uint256 nonce, bytes reason);

    constructor() ERC2771Forwarder("Deeptier") {}

    /// @dev The reason is what the refused call returned: the parent makes no other call after it. An instruction that
    /// never ran (bad signature, wrong nonce, past its deadline) leaves the nonce as it was and records nothing.
    function _execute(
        ForwardRequestData calldata request,
        bool requireValidRequest
    ) internal override returns (bool success) {
        uint256 nonce = nonces(request.from);
        success = super._execute(request, requireValidRequest);
        if (!success) {
            bytes memory reason;
            assembly ("memory-safe") {
                reason := mload(0x40)
                let size := returndatasize()
                if gt(size, 0x400) {
                    size := 0x400
                } // a reason is an error and its values; never let one bloat the log
                mstore(reason, size)
                returndatacopy(add(reason, 0x20), 0, size)
                mstore(0x40, add(reason, and(add(size, 0x3f), not(0x1f))))
            }
            if (nonces(request.from) != nonce) emit InstructionRefused(request.from, nonce, reason);
        }
    }
}
