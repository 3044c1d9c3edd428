// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";

/// @notice What a quote and a loan offer have in common. Amounts in minor units.
/// @param hash the EIP-712 `hashStruct` of the whole of its terms, by which the book knows it
/// @param by the financier that publishes or signs it
/// @param currency ISO 4217 code of the paper and of the cash
/// @param obligors whose promises it takes; with `group`, those beside it; without either, anyone's
/// @param group one of the financier's own groups of obligors, or 0
/// @param takers to whom it is open; empty for everyone
/// @param feeTo who receives the fees; nobody, where the financier keeps them
/// @param capacity how much may be taken under it in all
/// @param expiresAt Unix seconds; from then on it stands no more
/// @param lots {hashLots} of the lots it is for, or 0 for any
struct Offering {
    bytes32 hash;
    PartyId by;
    bytes3 currency;
    PartyId[] obligors;
    bytes32 group;
    PartyId[] takers;
    PartyId feeTo;
    uint64 capacity;
    uint40 expiresAt;
    bytes32 lots;
}

/// @notice What a lot is cut from, as far as an offer's terms depend on it.
/// @param obligor whose promise it is, by the number it was issued under
/// @param debtor who stands in the obligor's place today
/// @param dueDate the last day on which it is paid in time
/// @param ruleSet of the issue date
struct Paper {
    PartyId obligor;
    PartyId debtor;
    Day dueDate;
    uint16 ruleSet;
}

/// @dev EIP-712's hash of a `uint32[]`.
function hashParties(PartyId[] memory parties) pure returns (bytes32) {
    bytes32[] memory words = new bytes32[](parties.length);
    for (uint256 i = 0; i < parties.length; ++i) words[i] = bytes32(uint256(PartyId.unwrap(parties[i])));
    return keccak256(abi.encodePacked(words));
}
