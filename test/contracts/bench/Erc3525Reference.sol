// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC3525Mintable} from "@solvprotocol/erc-3525/ERC3525Mintable.sol";

/// @title The reference implementation of ERC-3525, to weigh a hop against; no part of the ledger
contract Erc3525Reference is ERC3525Mintable {
    constructor() ERC3525Mintable("Reference", "REF", 2) {}

    /// @notice The same value to each recipient, each as a token of its own, in one transaction.
    function transferToMany(uint256 fromTokenId, address[] calldata recipients, uint256 value) external {
        for (uint256 i = 0; i < recipients.length; ++i) {
            transferFrom(fromTokenId, recipients[i], value);
        }
    }
}
