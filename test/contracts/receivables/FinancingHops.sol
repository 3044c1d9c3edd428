// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

/// @title What financing does to notes, without the financing: the ledger's side of it, called as one of its contracts
abstract contract FinancingHops is LedgerFixture {
    bytes32 internal constant LOAN = "loan 7";

    function assign(NoteId note, uint64 units, PartyId to) internal returns (NoteId) {
        vm.prank(address(discounting));
        return ledger.assign(note, units, to);
    }

    function pledge(NoteId note, uint64 units, PartyId to) internal returns (NoteId) {
        vm.prank(address(discounting));
        return ledger.pledge(note, units, to, LOAN);
    }

    function unpledge(NoteId note) internal {
        vm.prank(address(discounting));
        ledger.unpledge(note);
    }
}
