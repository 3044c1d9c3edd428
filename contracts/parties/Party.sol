// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "./PartyId.sol";

enum PartyStatus {
    None,
    Active,
    Suspended,
    Succeeded
}

/// @param key the address whose signature speaks for the party
/// @param roles bits of {Roles}
/// @param validUntil last day of its admission
/// @param status where it stands
/// @param acceptsFromAnyone a standing acceptance of every transfer
/// @param successor the party that stepped into its place, once `Succeeded`
/// @param standsIn whether it stepped into another's place itself
struct Party {
    address key;
    uint16 roles;
    Day validUntil;
    PartyStatus status;
    bool acceptsFromAnyone;
    PartyId successor;
    bool standsIn;
}

/// @notice A party as it is stored, in one slot:
/// `standsIn 8 | successor 32 | acceptsFromAnyone 8 | status 8 | validUntil 24 | roles 16 | key 160`, the layout of {Party} itself.
/// @dev Every act on the ledger reads at least one: a single read answers all there is to ask.
type PackedParty is uint256;

using {key, roles, validUntil, status, acceptsFromAnyone, successor, standsIn, isActive, unpack} for PackedParty global;

function packParty(Party memory p) pure returns (PackedParty) {
    return
        PackedParty.wrap(
            (p.standsIn ? 1 << 248 : 0) |
                (uint256(PartyId.unwrap(p.successor)) << 216) |
                (p.acceptsFromAnyone ? 1 << 208 : 0) |
                (uint256(p.status) << 200) |
                (uint256(Day.unwrap(p.validUntil)) << 176) |
                (uint256(p.roles) << 160) |
                uint160(p.key)
        );
}

function key(PackedParty p) pure returns (address) {
    return address(uint160(PackedParty.unwrap(p)));
}

function roles(PackedParty p) pure returns (uint16) {
    return uint16(PackedParty.unwrap(p) >> 160);
}

function validUntil(PackedParty p) pure returns (Day) {
    return Day.wrap(uint24(PackedParty.unwrap(p) >> 176));
}

function status(PackedParty p) pure returns (PartyStatus) {
    return PartyStatus(uint8(PackedParty.unwrap(p) >> 200));
}

function isActive(PackedParty p) pure returns (bool) {
    return uint8(PackedParty.unwrap(p) >> 200) == uint8(PartyStatus.Active);
}

function acceptsFromAnyone(PackedParty p) pure returns (bool) {
    return PackedParty.unwrap(p) & (1 << 208) != 0;
}

function successor(PackedParty p) pure returns (PartyId) {
    return PartyId.wrap(uint32(PackedParty.unwrap(p) >> 216));
}

function standsIn(PackedParty p) pure returns (bool) {
    return PackedParty.unwrap(p) & (1 << 248) != 0;
}

function unpack(PackedParty p) pure returns (Party memory) {
    return Party(key(p), roles(p), validUntil(p), status(p), acceptsFromAnyone(p), successor(p), standsIn(p));
}
