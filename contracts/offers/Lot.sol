// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NoteId} from "../receivables/Ids.sol";

/// @notice Units of a note that an offer is for: they are sold or pledged.
/// @param note whose they are cut from; its last ones
/// @param units minor units; all of the note's make the note itself the lot
struct Lot {
    NoteId note;
    uint64 units;
}

/// @notice By which an offer names the lots it is for.
function hashLots(Lot[] memory lots) pure returns (bytes32) {
    return keccak256(abi.encode(lots));
}
