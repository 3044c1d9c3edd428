// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";

enum PayableStatus {
    None,
    Offered, // waits for the first supplier
    Active,
    Settled, // nothing of it is owed any more, and some of it was paid
    Void // nothing of it is owed any more, and none of it was paid
}

/// @notice The promise's terms, fixed at issue, with the rule set of the issue date written out: a transfer reads one slot.
/// @param obligor whose promise it is
/// @param currency ISO 4217 code
/// @param face units `[0, face)`, each one minor unit
/// @param maturity the date promised, as written
/// @param noteCount notes so far; also the index of the newest
/// @param ruleSet number of the rule set of the issue date
/// @param maxTier, maxChildren, offerWindowDays, minNote that rule set's limits
/// @param status where it stands; *overdue* is `Active` after the due date, and needs nobody to say so
struct Terms {
    PartyId obligor;
    bytes3 currency;
    uint64 face;
    Day maturity;
    uint24 noteCount;
    uint16 ruleSet;
    uint8 maxTier;
    uint16 maxChildren;
    uint8 offerWindowDays;
    uint32 minNote;
    PayableStatus status;
}

/// @notice What becomes of the promise.
/// @param firstSupplier to whom it was issued
/// @param issueDate the ledger's date of issue
/// @param dueDate the maturity, rolled to a business day
/// @param settled units paid
/// @param voided units extinguished without payment
struct Progress {
    PartyId firstSupplier;
    Day issueDate;
    Day dueDate;
    uint64 settled;
    uint64 voided;
}

/// @notice The terms as they are stored, in one slot: `obligor 32 | currency 24 | face 64 | maturity 24 | noteCount 24 |
/// ruleSet 16 | maxTier 8 | maxChildren 16 | offerWindowDays 8 | minNote 32 | status 8`.
type PackedTerms is uint256;

using {
    obligor,
    currency,
    face,
    maturity,
    noteCount,
    ruleSet,
    maxTier,
    maxChildren,
    offerWindowDays,
    minNote,
    status,
    withNoteCount,
    withStatus,
    unpack
} for PackedTerms global;

function packTerms(Terms memory t) pure returns (PackedTerms) {
    return
        PackedTerms.wrap(
            (uint256(PartyId.unwrap(t.obligor)) << 224) |
                (uint256(uint24(t.currency)) << 200) |
                (uint256(t.face) << 136) |
                (uint256(Day.unwrap(t.maturity)) << 112) |
                (uint256(t.noteCount) << 88) |
                (uint256(t.ruleSet) << 72) |
                (uint256(t.maxTier) << 64) |
                (uint256(t.maxChildren) << 48) |
                (uint256(t.offerWindowDays) << 40) |
                (uint256(t.minNote) << 8) |
                uint256(t.status)
        );
}

function obligor(PackedTerms t) pure returns (PartyId) {
    return PartyId.wrap(uint32(PackedTerms.unwrap(t) >> 224));
}

function currency(PackedTerms t) pure returns (bytes3) {
    return bytes3(uint24(PackedTerms.unwrap(t) >> 200));
}

function face(PackedTerms t) pure returns (uint64) {
    return uint64(PackedTerms.unwrap(t) >> 136);
}

function maturity(PackedTerms t) pure returns (Day) {
    return Day.wrap(uint24(PackedTerms.unwrap(t) >> 112));
}

function noteCount(PackedTerms t) pure returns (uint24) {
    return uint24(PackedTerms.unwrap(t) >> 88);
}

function ruleSet(PackedTerms t) pure returns (uint16) {
    return uint16(PackedTerms.unwrap(t) >> 72);
}

function maxTier(PackedTerms t) pure returns (uint8) {
    return uint8(PackedTerms.unwrap(t) >> 64);
}

function maxChildren(PackedTerms t) pure returns (uint16) {
    return uint16(PackedTerms.unwrap(t) >> 48);
}

function offerWindowDays(PackedTerms t) pure returns (uint8) {
    return uint8(PackedTerms.unwrap(t) >> 40);
}

function minNote(PackedTerms t) pure returns (uint32) {
    return uint32(PackedTerms.unwrap(t) >> 8);
}

function status(PackedTerms t) pure returns (PayableStatus) {
    return PayableStatus(uint8(PackedTerms.unwrap(t)));
}

function withNoteCount(PackedTerms t, uint24 count) pure returns (PackedTerms) {
    return PackedTerms.wrap((PackedTerms.unwrap(t) & ~(uint256(type(uint24).max) << 88)) | (uint256(count) << 88));
}

function withStatus(PackedTerms t, PayableStatus status_) pure returns (PackedTerms) {
    return PackedTerms.wrap((PackedTerms.unwrap(t) & ~uint256(type(uint8).max)) | uint256(status_));
}

function unpack(PackedTerms t) pure returns (Terms memory) {
    return
        Terms(
            obligor(t),
            currency(t),
            face(t),
            maturity(t),
            noteCount(t),
            ruleSet(t),
            maxTier(t),
            maxChildren(t),
            offerWindowDays(t),
            minNote(t),
            status(t)
        );
}
