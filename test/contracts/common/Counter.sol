// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";

/// @notice Counts per sender; what the platform's own tests instruct.
contract Counter is ERC2771Context {
    event Counted(address indexed who, uint256 total, string note);

    /// @notice `total` of `who` would pass `limit`.
    error CountTooHigh(address who, uint256 total, uint256 limit);

    uint256 public constant LIMIT = 1_000_000;

    /// @notice Another contract, named at deployment though it may be deployed later.
    address public immutable neighbour;

    mapping(address who => uint256) public counts;

    constructor(address forwarder, address neighbour_) ERC2771Context(forwarder) {
        neighbour = neighbour_;
    }

    function add(uint256 amount, string calldata note) external {
        address who = _msgSender();
        uint256 total = counts[who] + amount;
        if (total > LIMIT) revert CountTooHigh(who, total, LIMIT);
        counts[who] = total;
        emit Counted(who, total, note);
    }

    /// @notice Sets the count of the sender to the time of the block.
    function stamp() external {
        counts[_msgSender()] = block.timestamp;
        emit Counted(_msgSender(), block.timestamp, "");
    }

    function burn(uint256 rounds) external {
        uint256 seed;
        for (uint256 i; i < rounds; ++i) seed = uint256(keccak256(abi.encode(seed)));
        counts[_msgSender()] = seed % LIMIT;
        emit Counted(_msgSender(), seed % LIMIT, "burnt");
    }
}
