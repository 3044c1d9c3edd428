// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A payable, numbered from 1.
type PayableId is uint40;

/// @notice A note: its payable's number followed by its own, `payable << 24 | index`; the first of a payable is index 1.
type NoteId is uint64;

using {payableOf, indexOf, sameNote as ==} for NoteId global;

function noteId(PayableId payable_, uint24 index) pure returns (NoteId) {
    return NoteId.wrap((uint64(PayableId.unwrap(payable_)) << 24) | index);
}

function payableOf(NoteId id) pure returns (PayableId) {
    return PayableId.wrap(uint40(NoteId.unwrap(id) >> 24));
}

function indexOf(NoteId id) pure returns (uint24) {
    return uint24(NoteId.unwrap(id));
}

function sameNote(NoteId a, NoteId b) pure returns (bool) {
    return NoteId.unwrap(a) == NoteId.unwrap(b);
}
