// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Runs instructions without leaving a trace
/// @notice Never deployed: for one `eth_call` its code stands in the place of the forwarder, so that the ledger sees the
/// calls coming from there, each with its signer appended (ERC-2771).
contract InstructionRehearsal {
    struct Step {
        address target;
        bytes data;
    }

    /// @notice Runs the steps in order, each on what the ones before it left, up to the first that is refused.
    /// @return gasUsed what each step that went through took
    /// @return reason the error of the step after those, ABI-encoded; empty when all went through
    /// @return refused whether there was such a step
    function rehearse(
        Step[] calldata steps
    ) external returns (uint256[] memory gasUsed, bytes memory reason, bool refused) {
        gasUsed = new uint256[](steps.length);
        for (uint256 i; i < steps.length; ++i) {
            bytes memory data = steps[i].data;
            uint256 gasBefore = gasleft();
            // The steps are calls that the platform's contracts are to be asked; this code holds nothing.
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, bytes memory returned) = steps[i].target.call(data);
            gasUsed[i] = gasBefore - gasleft();
            if (!success) {
                assembly ("memory-safe") {
                    mstore(gasUsed, i)
                }
                return (gasUsed, returned, true);
            }
        }
    }
}
