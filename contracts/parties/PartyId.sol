// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A legal entity, by its number in the registry. Keys rotate; the number stays.
type PartyId is uint32;

using {equals as ==, differs as !=, account} for PartyId global;

PartyId constant NOBODY = PartyId.wrap(0);

function equals(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) == PartyId.unwrap(b);
}

function differs(PartyId a, PartyId b) pure returns (bool) {
    return PartyId.unwrap(a) != PartyId.unwrap(b);
}

/// @dev `0xDEE971E2…`, followed by the party's number: nobody holds a key to it, and it never changes.
uint160 constant ACCOUNT_PREFIX = uint160(0xDeE971e200000000000000000000000000000000);

/// @notice The address a party has in ERC-20 and ERC-721: the same for ever, whichever key it signs with.
function account(PartyId party) pure returns (address) {
    return address(ACCOUNT_PREFIX | uint160(PartyId.unwrap(party)));
}

/// @notice The party behind an account address; `NOBODY` where it is no such address.
function partyOfAccount(address account_) pure returns (PartyId) {
    uint160 bits = uint160(account_);
    return (bits & ~uint160(type(uint32).max)) == ACCOUNT_PREFIX ? PartyId.wrap(uint32(bits)) : NOBODY;
}
