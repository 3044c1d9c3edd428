// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ISaleRounds, SellRequest, SellRequestStatus} from "../../../contracts/rounds/ISaleRounds.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {RoundsFixture} from "./RoundsFixture.sol";

contract SellRequestsTest is RoundsFixture {
    NoteId internal n1;

    function setUp() public override {
        super.setUp();
        n1 = held(FACE);
    }

    function genesis() internal view override returns (RuleSet memory r) {
        r = super.genesis();
        r.maxChildren = 100;
    }

    function _asking(NoteId note, uint64 units) private view returns (bytes memory) {
        return
            abi.encodeCall(
                rounds.placeRequest,
                (Lot(note, units), 50_000, false, uint40(block.timestamp + 1), bytes32(0))
            );
    }

    function _assertNoAsk(
        PartyId seller,
        NoteId note,
        uint64 units,
        bytes memory reason,
        string memory message
    ) private {
        assertRefused(seller, address(rounds), _asking(note, units), reason, message);
    }

    function _assertNotOpen(PartyId by, uint64 id, string memory message) private {
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.SellRequestNotOpen.selector, id);
        assertRefused(by, address(rounds), abi.encodeCall(rounds.withdraw, (id)), reason, message);
    }

    //------------------------------------------------------------------ placing

    function test_ARequestStandsInTheBookOfItsObligorInOrderOfTime() public {
        uint40 expiresAt = uint40(block.timestamp + 2 days);
        vm.expectEmit(true, true, true, true, address(rounds));
        emit ISaleRounds.SellRequestPlaced(1, supplier1, obligor, n1, 40_000, CNY, 50_000, true, expiresAt, "request");
        uint64 first = asking(supplier1, n1, 40_000, 50_000, true);
        uint64 second = asking(supplier2, FACE);

        SellRequest memory a = rounds.requestOf(first);
        vm.assertTrue(a.note == n1 && a.units == 40_000 && a.seller == supplier1, "what and whose");
        vm.assertTrue(a.maxCost == 50_000 && a.recourse && a.expiresAt == expiresAt, "on which terms");
        vm.assertTrue(a.status == SellRequestStatus.Open && a.ref == "request", "open, under the seller's reference");
        uint64[] memory open = rounds.openRequests(obligor, CNY);
        vm.assertTrue(open.length == 2 && open[0] == first && open[1] == second, "in order of time");
        vm.assertEq(rounds.openRequests(otherObligor, CNY).length, 0, "not in another's book");
        vm.assertEq(rounds.openRequests(obligor, USD).length, 0, "nor in another currency");
        vm.assertEq(unitsOf(n1), FACE, "nothing is held back of the note");
    }

    function test_OnlyWhatTheSellerCouldSellNowIsAskedFor() public {
        _assertNoAsk(
            supplier2,
            n1,
            FACE,
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, n1, supplier1, supplier2),
            "another's note"
        );
        _assertNoAsk(
            supplier1,
            n1,
            FACE + 1,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, n1, FACE, FACE + 1),
            "more than there is"
        );
        _assertNoAsk(
            auditor,
            n1,
            FACE,
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, auditor, Roles.AUDITOR, Roles.HOLDERS),
            "no holder"
        );
        freeze(n1, 60_000);
        asking(supplier1, n1, 40_000, ANY_COST, false);
        vm.prank(keyOf(supplier1));
        (bool done, ) = address(rounds).call(_asking(n1, 40_001));
        vm.assertTrue(!done, "no more than is free");
        warpTo(maturity);
        _assertNoAsk(
            supplier1,
            n1,
            40_000,
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, n1.payableOf(), maturity),
            "matured"
        );
    }

    function test_ARequestEndsInTheFuture() public {
        uint40 now_ = uint40(block.timestamp);
        assertRefused(
            supplier1,
            address(rounds),
            abi.encodeCall(rounds.placeRequest, (Lot(n1, FACE), 50_000, false, now_, bytes32(0))),
            abi.encodeWithSelector(ISaleRounds.SellRequestAlreadyExpired.selector, now_),
            "until now"
        );
    }

    function test_ASellerHasEightPlacesInABookAndTheBookThirtyTwo() public {
        for (uint64 i = 0; i < 8; ++i) asking(supplier1, n1, 1_000 + i, ANY_COST, false);
        _assertNoAsk(
            supplier1,
            n1,
            1_000,
            abi.encodeWithSelector(ISaleRounds.TooManySellRequests.selector, supplier1, 8),
            "a ninth"
        );
        PartyId[3] memory others = [supplier2, supplier3, supplier4];
        for (uint256 s = 0; s < 3; ++s) {
            NoteId note = give(supplier1, n1, others[s], 10_000);
            for (uint64 i = 0; i < 8; ++i) asking(others[s], note, 10_000 - 100 * i, ANY_COST, false);
        }
        PartyId more = admit("one more supplier", Roles.SUPPLIER);
        NoteId its = give(supplier1, n1, more, 10_000);
        _assertNoAsk(
            more,
            its,
            10_000,
            abi.encodeWithSelector(ISaleRounds.BookFull.selector, obligor, CNY, 32),
            "a thirty-third"
        );
        vm.prank(keyOf(supplier1));
        rounds.withdraw(3);
        asking(more, its, 10_000, ANY_COST, false); // its place is another's
        vm.assertEq(inBook(), 32, "full again");
    }

    //------------------------------------------------------------------ withdrawing

    function test_ARequestIsTakenBackByItsSeller() public {
        uint64 first = asking(supplier1, n1, 1_000, ANY_COST, false);
        uint64 second = asking(supplier1, n1, 2_000, ANY_COST, false);
        uint64 third = asking(supplier1, n1, 3_000, ANY_COST, false);
        assertRefused(
            supplier2,
            address(rounds),
            abi.encodeCall(rounds.withdraw, (second)),
            abi.encodeWithSelector(ISaleRounds.NotTheSeller.selector, second, supplier1, supplier2),
            "another's"
        );
        suspend(supplier1);
        vm.expectEmit(true, true, true, true, address(rounds));
        emit ISaleRounds.SellRequestEnded(second, SellRequestStatus.Withdrawn);
        vm.prank(keyOf(supplier1));
        rounds.withdraw(second);
        uint64[] memory open = rounds.openRequests(obligor, CNY);
        vm.assertTrue(open.length == 2 && open[0] == first && open[1] == third, "the others keep their order");
        _assertNotOpen(supplier1, second, "twice");
        _assertNotOpen(supplier1, 99, "one that never was");
    }

    function test_ASuccessorTakesItsPredecessorsRequestBack() public {
        uint64 id = asking(supplier1, n1, FACE, ANY_COST, false);
        succeed(supplier1, supplier2);
        vm.prank(keyOf(supplier2));
        rounds.withdraw(id);
        assertStatus(id, SellRequestStatus.Withdrawn, "by the successor");
    }

    //------------------------------------------------------------------ sweeping

    function test_WhatHasExpiredOrCanNeverBeFilledIsSwept() public {
        uint64 stays = asking(supplier1, n1, 1_000, ANY_COST, false);
        uint64 sold = asking(supplier1, FACE);
        give(supplier1, rounds.requestOf(sold).note, supplier2, FACE);
        uint64 tooMuch = asking(supplier1, FACE);
        give(supplier1, rounds.requestOf(tooMuch).note, supplier2, 1_000);
        uint64 succeeded = asking(supplier3, FACE);
        succeed(supplier3, supplier4);
        uint64 returned = asking(supplier1, FACE);
        NoteId back = rounds.requestOf(returned).note;
        vm.prank(keyOf(supplier1));
        ledger.returnToObligor(back, FACE, "return");
        uint64 frozen = asking(supplier1, FACE);
        freeze(rounds.requestOf(frozen).note, FACE);

        rounds.sweep(obligor, CNY);
        assertStatus(sold, SellRequestStatus.Void, "sold");
        assertStatus(tooMuch, SellRequestStatus.Void, "cut");
        assertStatus(succeeded, SellRequestStatus.Void, "its seller was succeeded");
        assertStatus(returned, SellRequestStatus.Void, "no longer owed");
        assertStatus(frozen, SellRequestStatus.Open, "a freeze may end");
        assertStatus(stays, SellRequestStatus.Open, "nothing against it");
        vm.assertEq(inBook(), 2, "the others are out of the book");

        vm.warp(rounds.requestOf(stays).expiresAt);
        rounds.sweep(obligor, CNY);
        assertStatus(stays, SellRequestStatus.Expired, "expired");
        vm.assertEq(inBook(), 0, "empty");
        rounds.sweep(obligor, CNY); // of nothing
    }

    function test_RequestsEndWithTheMaturity() public {
        vm.prank(keyOf(supplier1));
        uint64 id = rounds.placeRequest(Lot(n1, FACE), ANY_COST, false, uint40(block.timestamp + 365 days), "");
        warpTo(minus(maturity, 1));
        rounds.sweep(obligor, CNY);
        assertStatus(id, SellRequestStatus.Open, "the day before");
        warpTo(maturity);
        rounds.sweep(obligor, CNY);
        assertStatus(id, SellRequestStatus.Void, "matured");
    }

    function test_PlacesSweptAreTheSellersAgain() public {
        for (uint64 i = 0; i < 8; ++i) asking(supplier1, n1, 1_000 + i, ANY_COST, false);
        vm.warp(block.timestamp + 3 days);
        rounds.sweep(obligor, CNY);
        for (uint64 i = 0; i < 8; ++i) asking(supplier1, n1, 1_000 + i, ANY_COST, false);
        vm.assertEq(inBook(), 8, "as many again");
        vm.assertTrue(ledger.note(n1).status == NoteStatus.Held, "the note is where it was");
    }
}
