// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Part of an asset that may not move: who put the hold, for whom, why, how much and until when.
/// @param executor who may release the hold or carry it out
/// @param beneficiary who receives the asset when the hold is carried out; 0 for nobody
/// @param purpose one of the capability's purposes
/// @param expiresAt Unix seconds; the hold is void from then on
/// @param units how much of the asset is held
/// @param order the order or agreement behind it
struct Hold {
    uint32 executor;
    uint32 beneficiary;
    uint8 purpose;
    uint40 expiresAt;
    uint64 units;
    bytes32 order;
}

/// @notice One hold an asset; the asset still belongs to its holder.
library Holds {
    /// @notice The units under a hold that is in force at this block.
    function heldUnits(mapping(uint256 asset => Hold) storage holds, uint256 asset) internal view returns (uint64) {
        Hold storage hold = holds[asset];
        return block.timestamp < hold.expiresAt ? hold.units : 0;
    }
}
