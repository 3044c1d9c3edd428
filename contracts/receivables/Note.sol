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
/// @param tier commercial hops from the obligor
/// @param children how many notes were cut from it; one that a financier took whole is not counted
/// @param status where it stands
/// @param underHold whether a hold was put on it; the hold itself says whether it is in force
/// @param financings hops on its walk by which a financier took it, or a party it had been taken from got it back: they move
/// no tier, and with the tier they are the number of notes on the walk over `parent`
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
    uint8 financings;
}

/// @dev As many financing hops as the slot has room for.
uint8 constant MOST_FINANCINGS = 15;

/// @notice A note as it is stored, in one slot:
/// `holder 32 | parent 24 | start 64 | end 64 | since 40 | tier 8 | children 16 | underHold 1 | financings 4 | status 3`.
/// @dev Read and written as one word: a struct in storage is written field by field, and a note must cost one write.
type PackedNote is uint256;

using {
    holder,
    parent,
    start,
    end,
    units,
    since,
    tier,
    children,
    underHold,
    financings,
    status,
    isLive,
    withUnits,
    withEnd,
    beside,
    childOf,
    withFinancings,
    withTitle,
    withChildren,
    withHold,
    withStatus,
    unpack
} for PackedNote global;

function packNote(
    PartyId holder_,
    uint24 parent_,
    uint64 start_,
    uint64 end_,
    uint40 since_,
    uint8 tier_,
    NoteStatus status_
) pure returns (PackedNote) {
    return
        PackedNote.wrap(
            (uint256(PartyId.unwrap(holder_)) << 224) |
                (uint256(parent_) << 200) |
                (uint256(start_) << 136) |
                (uint256(end_) << 72) |
                (uint256(since_) << 32) |
                (uint256(tier_) << 24) |
                uint256(status_)
        );
}

function holder(PackedNote n) pure returns (PartyId) {
    return PartyId.wrap(uint32(PackedNote.unwrap(n) >> 224));
}

function parent(PackedNote n) pure returns (uint24) {
    return uint24(PackedNote.unwrap(n) >> 200);
}

function start(PackedNote n) pure returns (uint64) {
    return uint64(PackedNote.unwrap(n) >> 136);
}

function end(PackedNote n) pure returns (uint64) {
    return uint64(PackedNote.unwrap(n) >> 72);
}

/// @notice How many units the note has, which is its amount in minor units.
function units(PackedNote n) pure returns (uint64) {
    unchecked {
        return end(n) - start(n); // a note never ends before it starts
    }
}

function since(PackedNote n) pure returns (uint40) {
    return uint40(PackedNote.unwrap(n) >> 32);
}

function tier(PackedNote n) pure returns (uint8) {
    return uint8(PackedNote.unwrap(n) >> 24);
}

function children(PackedNote n) pure returns (uint16) {
    return uint16(PackedNote.unwrap(n) >> 8);
}

function underHold(PackedNote n) pure returns (bool) {
    return PackedNote.unwrap(n) & 0x80 != 0;
}

function financings(PackedNote n) pure returns (uint8) {
    return uint8(PackedNote.unwrap(n) >> 3) & MOST_FINANCINGS;
}

function status(PackedNote n) pure returns (NoteStatus) {
    return NoteStatus(uint8(PackedNote.unwrap(n) & 0x07));
}

/// @notice Whether its units are still owed.
function isLive(PackedNote n) pure returns (bool) {
    return status(n) == NoteStatus.Held || status(n) == NoteStatus.Offered;
}

/// @dev All but holder, start and end.
uint256 constant OTHER_FIELDS = (uint256(type(uint24).max) << 200) | type(uint72).max;

/// @notice Another holder and other units: siblings differ in nothing else.
function withUnits(PackedNote n, PartyId holder_, uint64 start_, uint64 end_) pure returns (PackedNote) {
    return
        PackedNote.wrap(
            (PackedNote.unwrap(n) & OTHER_FIELDS) |
                (uint256(PartyId.unwrap(holder_)) << 224) |
                (uint256(start_) << 136) |
                (uint256(end_) << 72)
        );
}

function withEnd(PackedNote n, uint64 end_) pure returns (PackedNote) {
    return PackedNote.wrap((PackedNote.unwrap(n) & ~(uint256(type(uint64).max) << 72)) | (uint256(end_) << 72));
}

/// @dev Holder, parent, since, tier and financings.
uint256 constant TITLE =
    (type(uint256).max << 200) |
        (uint256(type(uint40).max) << 32) |
        (uint256(type(uint8).max) << 24) |
        (uint256(MOST_FINANCINGS) << 3);

/// @notice A piece of the note that is nobody else's: it stands beside the note, where the note stands on the walk.
function beside(PackedNote n, uint64 start_, uint64 end_, NoteStatus status_) pure returns (PackedNote) {
    return
        PackedNote.wrap(
            (PackedNote.unwrap(n) & TITLE) | (uint256(start_) << 136) | (uint256(end_) << 72) | uint256(status_)
        );
}

/// @notice What held notes cut from `n` by a transfer have in common: all but holder and units.
function childOf(PackedNote n, uint24 parent_, uint40 since_) pure returns (PackedNote) {
    return
        PackedNote.wrap(
            (uint256(parent_) << 200) |
                (uint256(since_) << 32) |
                ((uint256(tier(n)) + 1) << 24) |
                (PackedNote.unwrap(n) & (uint256(MOST_FINANCINGS) << 3)) |
                uint256(NoteStatus.Held)
        );
}

function withFinancings(PackedNote n, uint8 financings_) pure returns (PackedNote) {
    return PackedNote.wrap((PackedNote.unwrap(n) & ~(uint256(MOST_FINANCINGS) << 3)) | (uint256(financings_) << 3));
}

/// @notice A new holder took title, as the child of `parent_`.
function withTitle(PackedNote n, PartyId holder_, uint24 parent_, uint40 since_) pure returns (PackedNote) {
    PackedNote titled = n.childOf(parent_, since_).withUnits(holder_, start(n), end(n));
    return titled.withChildren(children(n)).withHold(underHold(n));
}

function withChildren(PackedNote n, uint16 children_) pure returns (PackedNote) {
    return PackedNote.wrap((PackedNote.unwrap(n) & ~(uint256(type(uint16).max) << 8)) | (uint256(children_) << 8));
}

function withHold(PackedNote n, bool underHold_) pure returns (PackedNote) {
    return PackedNote.wrap((PackedNote.unwrap(n) & ~uint256(0x80)) | (underHold_ ? 0x80 : 0));
}

function withStatus(PackedNote n, NoteStatus status_) pure returns (PackedNote) {
    return PackedNote.wrap((PackedNote.unwrap(n) & ~uint256(0x07)) | uint256(status_));
}

function unpack(PackedNote n) pure returns (Note memory) {
    return
        Note(
            holder(n),
            parent(n),
            start(n),
            end(n),
            since(n),
            tier(n),
            children(n),
            status(n),
            underHold(n),
            financings(n)
        );
}
