// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SellRequestStatus, Outcome} from "../../../contracts/rounds/ISaleRounds.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {SaleFixture} from "../discounting/SaleFixture.sol";

/// @title A ledger with money in it, where notes are asked for and rounds are held
abstract contract RoundsFixture is SaleFixture {
    uint64 internal constant FACE = 100_000;

    Quote[] internal published;

    //------------------------------------------------------------------ quotes

    /// @dev A quote at a rate, for so much face.
    function quoteAt(PartyId by, uint32 rate, uint64 capacity) internal view returns (Quote memory q) {
        q = quoteOf(by);
        (q.rate, q.capacity, q.salt) = (rate, capacity, uint64(published.length + 1));
    }

    function open(Quote memory q) internal returns (bytes32 hash) {
        hash = publish(q);
        published.push(q);
    }

    function open(PartyId by, uint32 rate, uint64 capacity) internal returns (bytes32) {
        return open(quoteAt(by, rate, capacity));
    }

    //------------------------------------------------------------------ requests

    function asking(
        PartyId seller,
        NoteId note,
        uint64 units,
        uint32 maxCost,
        bool recourse_
    ) internal returns (uint64 id) {
        vm.prank(keyOf(seller));
        id = rounds.placeRequest(Lot(note, units), maxCost, recourse_, uint40(block.timestamp + 2 days), "request");
    }

    /// @dev `units` of a note of their own, at any cost, without recourse.
    function asking(PartyId seller, uint64 units) internal returns (uint64) {
        NoteId note = held(units);
        if (seller != supplier1) note = give(supplier1, note, seller, units);
        return asking(seller, note, units, ANY_COST, false);
    }

    //------------------------------------------------------------------ rounds

    function round() internal returns (Outcome[] memory outcomes) {
        return roundBy(supplier4);
    }

    function roundBy(PartyId caller) internal returns (Outcome[] memory outcomes) {
        Quote[] memory quotes = published;
        vm.prank(keyOf(caller));
        (, outcomes) = rounds.matchRound(obligor, CNY, quotes);
    }

    function roundCall() internal view returns (bytes memory) {
        Quote[] memory quotes = published;
        return abi.encodeCall(rounds.matchRound, (obligor, CNY, quotes));
    }

    //------------------------------------------------------------------ outcomes

    function assertFilled(Outcome memory outcome, uint64 id, bytes32 quote, string memory message) internal view {
        vm.assertEq(outcome.request, id, string.concat(message, ": which request"));
        vm.assertEq(outcome.reason, "", string.concat(message, ": it was not filled"));
        vm.assertEq(outcome.quote, quote, string.concat(message, ": by another quote"));
        vm.assertTrue(discounting.sale(outcome.sale).quote == quote, string.concat(message, ": which sale"));
        assertStatus(id, SellRequestStatus.Filled, message);
    }

    function assertUnfilled(
        Outcome memory outcome,
        uint64 id,
        bytes memory reason,
        string memory message
    ) internal view {
        vm.assertEq(outcome.request, id, string.concat(message, ": which request"));
        vm.assertEq(outcome.sale, 0, string.concat(message, ": it was filled"));
        vm.assertEq(outcome.reason, reason, string.concat(message, ": another reason"));
    }

    function assertStatus(uint64 id, SellRequestStatus status, string memory message) internal view {
        vm.assertEq(uint256(rounds.requestOf(id).status), uint256(status), string.concat(message, ": its status"));
    }

    function inBook() internal view returns (uint256) {
        return rounds.openRequests(obligor, CNY).length;
    }
}
