// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";

enum NoteStatus {
    None,
    Offered, // the holder offers it to another party, which has yet to accept
    Held,
    Spent, // fully cut: it has no units left
    Settled, // its units are paid
    Void // its units are extinguished: never accepted, or returned to the obligor
}

/// @notice A stretch `[start, end)` of a payable's units with one holder.
/// @param holder whose it is; while offered, still the party that offers it
/// @param parent index of the note it was transferred from, in the same payable; 0 for the promise itself
/// @param start first unit
/// @param end the unit after the last
/// @param since when its holder took title, in Unix seconds
/// @param tier commercial hops from the obligor, which is also the number of notes on the walk over `parent`
/// @param children how many notes were cut from it
/// @param status where it stands
/// @param underHold whether a hold was put on it; the hold itself says whether it is in force
struct Note {
    PartyId holder;
    uint24 parent;
    uint64 start;
    uint64 end;
    uint40 since;
    uint8 tier;
    uint16 children;
    NoteStatus status;
    bool underHold;
}

/// @notice One storage slot per note:
/// `holder 32 | parent 24 | start 64 | end 64 | since 40 | tier 8 | children 16 | underHold 1 | status 7`.
/// @dev By hand, because a struct in storage is written field by field: a note must cost one write.
library NoteSlot {
    function pack(Note memory n) internal pure returns (uint256) {
        return uint256(PartyId.unwrap(n.holder)) << 224 | uint256(n.parent) << 200 | uint256(n.start) << 136
            | uint256(n.end) << 72 | uint256(n.since) << 32 | uint256(n.tier) << 24 | uint256(n.children) << 8
            | (n.underHold ? 0x80 : 0) | uint256(n.status);
    }

    function unpack(uint256 slot) internal pure returns (Note memory n) {
        n.holder = PartyId.wrap(uint32(slot >> 224));
        n.parent = uint24(slot >> 200);
        n.start = uint64(slot >> 136);
        n.end = uint64(slot >> 72);
        n.since = uint40(slot >> 32);
        n.tier = uint8(slot >> 24);
        n.children = uint16(slot >> 8);
        n.underHold = slot & 0x80 != 0;
        n.status = NoteStatus(uint8(slot & 0x7f));
    }
}
