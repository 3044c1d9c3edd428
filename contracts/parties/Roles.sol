// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a party may be, as bits of one mask.
library Roles {
    uint16 internal constant OPERATOR = 1 << 0;
    uint16 internal constant REGULATOR = 1 << 1;
    uint16 internal constant AUDITOR = 1 << 2;
    uint16 internal constant OBLIGOR = 1 << 3;
    uint16 internal constant SUPPLIER = 1 << 4;
    uint16 internal constant FINANCIER = 1 << 5;
    uint16 internal constant SETTLEMENT_BANK = 1 << 6;
    uint16 internal constant WAREHOUSE_OPERATOR = 1 << 7;
    uint16 internal constant INSPECTOR = 1 << 8;
    uint16 internal constant GUARANTOR = 1 << 9;
    uint16 internal constant INSURER = 1 << 10;

    uint16 internal constant ALL = (1 << 11) - 1;

    /// @notice Roles that govern or make money: the operator proposes them, a regulator confirms them.
    uint16 internal constant CONFIRMED = OPERATOR | REGULATOR | SETTLEMENT_BANK;

    /// @notice Roles that a party has alone, or not at all.
    uint16 internal constant ALONE = OPERATOR | REGULATOR | AUDITOR;

    /// @notice Roles that may hold a note.
    uint16 internal constant HOLDERS = OBLIGOR | SUPPLIER | FINANCIER;
}
