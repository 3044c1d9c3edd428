// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "./IPartyRegistry.sol";
import {PartyId} from "./PartyId.sol";

/// @title Who is whom: a party may be named by its own number, or by that of one in whose place it stands
library Succession {
    /// @notice Whether `caller` is the party, or stands in its place today.
    function isParty(IPartyRegistry registry, PartyId party, PartyId caller) internal view returns (bool) {
        return party == caller || registry.resolve(party) == caller;
    }

    /// @notice The numbers of whoever stands in the party's place today: its own first, then those it succeeded.
    function numbersOf(IPartyRegistry registry, PartyId party) internal view returns (PartyId[] memory numbers) {
        party = registry.resolve(party);
        PartyId[] memory predecessors = registry.predecessorsOf(party);
        numbers = new PartyId[](predecessors.length + 1);
        numbers[0] = party;
        for (uint256 i = 0; i < predecessors.length; ++i) numbers[i + 1] = predecessors[i];
    }

    /// @notice Whether a list names the party by its own number, or by another of whoever stands in its place today.
    function isNamedIn(IPartyRegistry registry, PartyId party, PartyId[] calldata list) internal view returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) if (list[i] == party) return true;
        return list.length > 0 && namesAny(list, numbersOf(registry, party));
    }

    /// @notice Whether a list names a party by any of its numbers.
    function namesAny(PartyId[] calldata list, PartyId[] memory numbers) internal pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            for (uint256 j = 0; j < numbers.length; ++j) if (list[i] == numbers[j]) return true;
        }
        return false;
    }
}
