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

/// @notice One storage slot for the terms: `obligor 32 | currency 24 | face 64 | maturity 24 | noteCount 24 | ruleSet 16 |
/// maxTier 8 | maxChildren 16 | offerWindowDays 8 | minNote 32 | status 8`.
library TermsSlot {
    uint256 private constant NOTE_COUNT_SHIFT = 88;
    uint256 private constant NOTE_COUNT_MASK = uint256(type(uint24).max) << NOTE_COUNT_SHIFT;
    uint256 private constant STATUS_MASK = 0xff;

    function pack(Terms memory t) internal pure returns (uint256) {
        return uint256(PartyId.unwrap(t.obligor)) << 224 | uint256(uint24(t.currency)) << 200 | uint256(t.face) << 136
            | uint256(Day.unwrap(t.maturity)) << 112 | uint256(t.noteCount) << NOTE_COUNT_SHIFT | uint256(t.ruleSet) << 72
            | uint256(t.maxTier) << 64 | uint256(t.maxChildren) << 48 | uint256(t.offerWindowDays) << 40
            | uint256(t.minNote) << 8 | uint256(t.status);
    }

    function unpack(uint256 slot) internal pure returns (Terms memory t) {
        t.obligor = PartyId.wrap(uint32(slot >> 224));
        t.currency = bytes3(uint24(slot >> 200));
        t.face = uint64(slot >> 136);
        t.maturity = Day.wrap(uint24(slot >> 112));
        t.noteCount = uint24(slot >> NOTE_COUNT_SHIFT);
        t.ruleSet = uint16(slot >> 72);
        t.maxTier = uint8(slot >> 64);
        t.maxChildren = uint16(slot >> 48);
        t.offerWindowDays = uint8(slot >> 40);
        t.minNote = uint32(slot >> 8);
        t.status = PayableStatus(uint8(slot));
    }

    function withNoteCount(uint256 slot, uint24 count) internal pure returns (uint256) {
        return slot & ~NOTE_COUNT_MASK | uint256(count) << NOTE_COUNT_SHIFT;
    }

    function withStatus(uint256 slot, PayableStatus status) internal pure returns (uint256) {
        return slot & ~STATUS_MASK | uint256(status);
    }
}
