// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOfferBook} from "../../../contracts/offers/IOfferBook.sol";
import {IConcentration} from "../../../contracts/exposure/IConcentration.sol";
import {IDiscounting, Price} from "../../../contracts/discounting/IDiscounting.sol";
import {SellRequestStatus, ISaleRounds, Outcome} from "../../../contracts/rounds/ISaleRounds.sol";
import {DiscountAboveFace} from "../../../contracts/pricing/Pricing.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot, hashLots} from "../../../contracts/offers/Lot.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {RoundsFixture} from "./RoundsFixture.sol";

contract SaleRoundsTest is RoundsFixture {
    uint64 private constant PLENTY = 10_000_000;

    function genesis() internal view override returns (RuleSet memory r) {
        r = super.genesis();
        r.maxChildren = 100;
    }

    function _capacityExceeded(bytes32 quote, uint64 left, uint256 wanted) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IOfferBook.OfferCapacityExceeded.selector, quote, left, wanted);
    }

    function _costOf(Quote memory q, uint64 id) private view returns (Price memory) {
        return
            discounting.appraise(
                q,
                PUBLISHED,
                rounds.requestOf(id).seller,
                lot(rounds.requestOf(id).note, rounds.requestOf(id).units)
            );
    }

    //------------------------------------------------------------------ best cost first, then time

    function test_TheLowestCostIsFilledFirst() public {
        open(financier, 50_000, PLENTY);
        bytes32 best = open(otherFinancier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        uint256 before = balanceOf(supplier1);
        uint256 received = _costOf(published[1], id).received;
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], id, best, "the cheaper quote");
        vm.assertEq(balanceOf(supplier1) - before, received, "at its price");
        vm.assertEq(inBook(), 0, "out of the book");
        vm.assertEq(rounds.roundCount(), 1, "counted");
    }

    function test_FeesCountInTheCost() public {
        Quote memory cheapRate = quoteAt(financier, 30_000, PLENTY);
        cheapRate.flatFee = 2_000;
        open(cheapRate);
        bytes32 best = open(otherFinancier, 35_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        assertFilled(round()[0], id, best, "the dearer rate without a fee");
    }

    function test_OfEqualCostsTheEarlierRequestIsFilled() public {
        bytes32 quote = open(financier, 30_000, FACE);
        uint64 first = asking(supplier2, FACE);
        uint64 second = asking(supplier1, FACE);
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], first, quote, "the earlier");
        assertUnfilled(outcomes[1], second, _capacityExceeded(quote, 0, FACE), "the later");
        assertStatus(second, SellRequestStatus.Open, "and stays in the book");
    }

    function test_OfEqualCostsTheEarlierQuoteIsFilled() public {
        bytes32 first = open(otherFinancier, 30_000, PLENTY);
        open(financier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        assertFilled(round()[0], id, first, "the earlier");
    }

    function test_TheDearerRequestComesAfterTheCheaperOne() public {
        Quote memory q = quoteAt(financier, 30_000, 3_000);
        q.flatFee = 10; // weighs more on the smaller
        bytes32 quote = open(q);
        uint64 small = asking(supplier1, 1_000);
        uint64 large = asking(supplier1, 2_500);
        Outcome[] memory outcomes = round();
        assertUnfilled(outcomes[0], small, _capacityExceeded(quote, 500, 1_000), "dearer, though earlier");
        assertFilled(outcomes[1], large, quote, "cheaper");
    }

    //------------------------------------------------------------------ capacity, cash and room

    /// @dev On multiples of 12,000, 3 % for 179 days come out even: the costs are equal.
    function test_NoQuoteBuysMoreThanItsCapacity() public {
        bytes32 cheap = open(financier, 30_000, 250_000);
        bytes32 dear = open(otherFinancier, 40_000, 120_000);
        uint64 a = asking(supplier1, 96_000);
        uint64 b = asking(supplier1, 204_000);
        uint64 c = asking(supplier2, 108_000);
        uint64 d = asking(supplier1, 120_000);
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], a, cheap, "within the capacity");
        assertUnfilled(outcomes[1], b, _capacityExceeded(cheap, 46_000, 204_000), "more than is left");
        assertFilled(outcomes[2], c, cheap, "fits in what is left");
        assertFilled(outcomes[3], d, dear, "all the other buys");
    }

    function test_NoBuyerSpendsMoreThanItHas() public {
        PartyId poor = admit("a poor financier", Roles.FINANCIER);
        mint(poor, 120_000);
        vm.prank(keyOf(poor));
        concentration.declareRiskAssets(CNY, uint128(CASH));
        bytes32 quote = open(poor, 30_000, PLENTY);
        uint64 first = asking(supplier1, 100_000);
        uint64 second = asking(supplier1, 50_000);
        uint64 price = _costOf(published[0], second).received;
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], first, quote, "paid for");
        bytes memory reason = abi.encodeWithSelector(IOfferBook.CashTooLow.selector, poor, CNY, balanceOf(poor), price);
        assertUnfilled(outcomes[1], second, reason, "not enough is left");
    }

    function test_NoBuyerPassesItsLimitWithTheDebtor() public {
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 300_000);
        open(financier, 30_000, PLENTY);
        bytes32 dear = open(otherFinancier, 90_000, FACE);
        uint64 first = asking(supplier1, FACE);
        uint64 second = asking(supplier1, FACE);
        uint64 third = asking(supplier1, FACE);
        Outcome[] memory outcomes = round();
        vm.assertEq(outcomes[0].request, first, "the first");
        vm.assertTrue(outcomes[0].quote != dear, "by the cheaper");
        assertFilled(outcomes[1], second, dear, "by another financier");
        bytes memory reason = abi.encodeWithSelector(
            IConcentration.DebtorShareExceeded.selector,
            financier,
            obligor,
            CNY,
            150_000,
            FACE,
            FACE
        );
        assertUnfilled(outcomes[2], third, reason, "the cheaper quote's reason");
    }

    function test_WhatABuyerIsPaidInTheRoundItSpendsInTheRound() public {
        PartyId poor = admit("a poor financier", Roles.FINANCIER);
        vm.prank(keyOf(poor));
        concentration.declareRiskAssets(CNY, uint128(CASH));
        bytes32 its = open(poor, 10_000, 50_000); // the cheapest, and it has no cash
        Quote memory q = quoteAt(financier, 30_000, FACE);
        q.sellers = only(poor);
        bytes32 rich = open(q);
        uint64 first = asking(supplier2, 50_000);
        uint64 second = asking(poor, _standingWith(poor, FACE), FACE, ANY_COST, false);
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[1], second, rich, "it sells");
        assertFilled(outcomes[0], first, its, "and buys with the proceeds");
    }

    /// @dev A note that the party took from the first supplier.
    function _standingWith(PartyId party, uint64 units) private returns (NoteId) {
        vm.prank(keyOf(party));
        parties.setStandingAcceptance(supplier1, true);
        return offer(supplier1, held(units), party, units);
    }

    //------------------------------------------------------------------ the seller's terms

    function test_NothingIsFilledAboveTheSellersLimit() public {
        bytes32 cheap = open(financier, 50_000, FACE);
        open(otherFinancier, 60_000, PLENTY);
        NoteId note = held(2 * FACE);
        uint64 atLimit = asking(supplier1, note, FACE, 0, false);
        uint256 cost = _costOf(published[0], atLimit).cost;
        bytes memory reason = abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, uint32(0));
        assertUnfilled(round()[0], atLimit, reason, "for nothing, nobody buys");
        vm.prank(keyOf(supplier1));
        rounds.withdraw(atLimit);

        uint64 below = asking(supplier1, note, FACE, uint32(cost) - 1, false);
        atLimit = asking(supplier1, note, FACE, uint32(cost), false);
        Outcome[] memory outcomes = round();
        reason = abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, uint32(cost) - 1);
        assertFilled(outcomes[1], atLimit, cheap, "exactly at the limit");
        assertUnfilled(outcomes[0], below, reason, "a ppm above it is not");
    }

    function test_TheCheapestQuoteAboveTheLimitIsTheReason() public {
        open(financier, 60_000, PLENTY);
        open(otherFinancier, 50_000, PLENTY);
        uint64 id = asking(supplier1, held(FACE), FACE, 40_000, false);
        uint256 cost = _costOf(published[1], id).cost;
        bytes memory reason = abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, uint32(40_000));
        assertUnfilled(round()[0], id, reason, "too dear");
    }

    function test_RecourseIsForThoseWhoTakeIt() public {
        Quote memory q = quoteAt(financier, 20_000, PLENTY);
        q.recourse = true;
        bytes32 withRecourse = open(q);
        uint64 without = asking(supplier1, held(FACE), FACE, ANY_COST, false);
        uint64 either = asking(supplier1, held(FACE), FACE, ANY_COST, true);
        Outcome[] memory outcomes = round();
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.RecourseNotTaken.selector, withRecourse);
        assertUnfilled(outcomes[0], without, reason, "takes none");
        assertFilled(outcomes[1], either, withRecourse, "takes it");
        bytes32 dearer = open(otherFinancier, 80_000, PLENTY);
        assertFilled(round()[0], without, dearer, "a dearer one without");
    }

    function test_QuotesForOthersDoNotSuit() public {
        Quote memory q = quoteAt(financier, 20_000, PLENTY);
        q.sellers = only(supplier2);
        bytes32 named = open(q);
        uint64 id = asking(supplier1, FACE);
        assertUnfilled(
            round()[0],
            id,
            abi.encodeWithSelector(IOfferBook.TakerNotNamed.selector, named, supplier1),
            "another seller's"
        );
        q = quoteAt(financier, 15_000, PLENTY);
        q.minUnits = FACE + 1;
        bytes32 large = open(q);
        assertUnfilled(
            round()[0],
            id,
            abi.encodeWithSelector(IDiscounting.BelowQuotedMinimum.selector, large, FACE + 1, FACE),
            "too small"
        );
        q = quoteAt(financier, 10_000, PLENTY);
        q.maxDays = 30;
        open(q);
        bytes memory reason = abi.encodeWithSelector(
            IDiscounting.TenorOutOfRange.selector,
            rounds.requestOf(id).note.payableOf(),
            179,
            0,
            30
        );
        assertUnfilled(round()[0], id, reason, "too long");
        q = quoteAt(financier, 5_000, PLENTY);
        q.lots = hashLots(lot(rounds.requestOf(id).note, FACE - 1));
        bytes32 otherLot = open(q);
        assertUnfilled(round()[0], id, abi.encodeWithSelector(IOfferBook.LotsDiffer.selector, otherLot), "another lot");
        q = quoteAt(financier, 90_000, PLENTY);
        q.lots = hashLots(lot(rounds.requestOf(id).note, FACE));
        bytes32 thisLot = open(q);
        assertFilled(round()[0], id, thisLot, "this very lot");
    }

    function test_AnImpossiblePriceIsNoPrice() public {
        open(financier, 1_000_000, PLENTY);
        bytes memory reason;
        uint64 id = asking(supplier1, FACE);
        vm.assertTrue(bytes4(round()[0].reason) == 0, "a discount of 179/360 of the face is one");
        assertStatus(id, SellRequestStatus.Filled, "filled");
        Quote memory q = quoteAt(financier, 30_000, PLENTY);
        q.flatFee = FACE;
        open(q);
        id = asking(supplier2, FACE);
        vm.prank(keyOf(financier));
        discounting.withdraw(published[0]);
        published[0] = published[1];
        published.pop();
        reason = abi.encodeWithSelector(IDiscounting.FeesAboveProceeds.selector, FACE, FACE - 1_492);
        assertUnfilled(round()[0], id, reason, "fees above the proceeds");
    }

    //------------------------------------------------------------------ what kept a request out

    function test_WithoutAQuoteForTheObligorThereIsNoSale() public {
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.NoQuoteBuys.selector, obligor, CNY);
        uint64 id = asking(supplier1, FACE);
        assertUnfilled(round()[0], id, reason, "no quote at all");
        Quote memory q = quoteAt(financier, 30_000, PLENTY);
        q.obligors = only(otherObligor);
        open(q);
        q = quoteAt(otherFinancier, 30_000, PLENTY);
        q.expiresAt = uint40(block.timestamp + 10);
        open(q);
        vm.warp(block.timestamp + 10);
        assertUnfilled(round()[0], id, reason, "one for another obligor, one expired");
    }

    function test_QuotesOfASuspendedFinancierTakeNoPart() public {
        open(financier, 20_000, PLENTY);
        bytes32 dear = open(otherFinancier, 40_000, PLENTY);
        suspend(financier);
        uint64 id = asking(supplier1, FACE);
        assertFilled(round()[0], id, dear, "the other's");
    }

    function test_QuotesWhoseFeesGoToASuspendedPartyTakeNoPart() public {
        Quote memory q = quoteAt(financier, 20_000, PLENTY);
        (q.flatFee, q.feeTo) = (10, guarantor);
        open(q);
        bytes32 dear = open(otherFinancier, 40_000, PLENTY);
        suspend(guarantor);
        uint64 id = asking(supplier1, FACE);
        assertFilled(round()[0], id, dear, "the other's");
    }

    function test_AFinancierDoesNotBuyFromItself() public {
        NoteId note = _standingWith(financier, FACE);
        open(financier, 20_000, PLENTY);
        uint64 id = asking(financier, note, FACE, ANY_COST, false);
        assertUnfilled(round()[0], id, abi.encodeWithSelector(IOfferBook.OfferToSelf.selector, financier), "its own");
    }

    function test_ANoteSoldMeanwhileEndsItsRequest() public {
        open(financier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        NoteId note = rounds.requestOf(id).note;
        give(supplier1, note, supplier2, FACE);
        Outcome[] memory outcomes = round();
        vm.assertTrue(bytes4(outcomes[0].reason) == IReceivableLedger.NoteNotHeld.selector, "spent");
        assertStatus(id, SellRequestStatus.Void, "ended");
        vm.assertEq(inBook(), 0, "out of the book");
    }

    function test_AnExpiredRequestEnds() public {
        open(financier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        uint40 expiresAt = rounds.requestOf(id).expiresAt;
        vm.warp(expiresAt);
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.SellRequestExpired.selector, id, expiresAt);
        vm.expectEmit(true, true, true, true, address(rounds));
        emit ISaleRounds.SellRequestEnded(id, SellRequestStatus.Expired);
        assertUnfilled(round()[0], id, reason, "expired");
        vm.assertEq(inBook(), 0, "out of the book");
    }

    function test_AFrozenNoteWaits() public {
        bytes32 quote = open(financier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        NoteId note = rounds.requestOf(id).note;
        freeze(note, 1);
        Outcome[] memory outcomes = round();
        vm.assertTrue(bytes4(outcomes[0].reason) == IReceivableLedger.NoteUnderHold.selector, "frozen");
        assertStatus(id, SellRequestStatus.Open, "and stays in the book");
        vm.prank(keyOf(regulator));
        ledger.release(note);
        assertFilled(round()[0], id, quote, "released");
    }

    function test_ASuspendedSellersRequestWaits() public {
        open(financier, 30_000, PLENTY);
        uint64 id = asking(supplier1, FACE);
        suspend(supplier1);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1);
        assertUnfilled(round()[0], id, reason, "suspended");
        assertStatus(id, SellRequestStatus.Open, "and stays in the book");
    }

    function test_TwoRequestsForTheSameUnitsAreFilledOnce() public {
        bytes32 quote = open(financier, 30_000, PLENTY);
        open(otherFinancier, 40_000, PLENTY);
        NoteId note = held(FACE);
        uint64 first = asking(supplier1, note, 60_000, ANY_COST, false);
        uint64 second = asking(supplier1, note, 60_000, ANY_COST, false);
        uint64 third = asking(supplier1, note, 40_000, ANY_COST, false);
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], first, quote, "the first");
        bytes memory reason = abi.encodeWithSelector(
            IReceivableLedger.AmountExceedsNote.selector,
            note,
            40_000,
            60_000
        );
        assertUnfilled(outcomes[1], second, reason, "not as much is left");
        assertFilled(outcomes[2], third, quote, "but this is");
    }

    //------------------------------------------------------------------ which quotes

    function _assertIncomplete(Quote[] memory quotes, uint256 count, string memory message) private {
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.QuotesIncomplete.selector, CNY, count);
        assertRefused(
            supplier4,
            address(rounds),
            abi.encodeCall(rounds.matchRound, (obligor, CNY, quotes)),
            reason,
            message
        );
    }

    function test_ARoundTakesAllPublishedQuotesAsTheyAre() public {
        open(financier, 30_000, PLENTY);
        open(otherFinancier, 40_000, PLENTY);
        asking(supplier1, FACE);
        Quote[] memory quotes = published;
        (quotes[0], quotes[1]) = (published[1], published[0]);
        _assertIncomplete(quotes, 2, "in another order");
        quotes = published;
        quotes[1].rate = 39_999;
        _assertIncomplete(quotes, 2, "altered");
        quotes = published;
        quotes[1] = quotes[0];
        _assertIncomplete(quotes, 2, "one twice");
        _assertIncomplete(new Quote[](0), 2, "none");
        quotes = new Quote[](1);
        quotes[0] = published[1];
        _assertIncomplete(quotes, 2, "one left out");
        quotes = new Quote[](3);
        (quotes[0], quotes[1], quotes[2]) = (published[0], published[1], published[1]);
        _assertIncomplete(quotes, 2, "one too many");
        vm.prank(keyOf(financier));
        discounting.withdraw(published[0]);
        quotes = published;
        _assertIncomplete(quotes, 1, "one withdrawn");
    }

    function test_ABookNeedsARequest() public {
        open(financier, 30_000, PLENTY);
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.BookEmpty.selector, obligor, CNY);
        assertRefused(supplier4, address(rounds), roundCall(), reason, "empty");
    }

    //------------------------------------------------------------------ whoever calls, whatever the gas

    function test_WhoCallsHasNoSay() public {
        open(financier, 30_000, 150_000);
        open(otherFinancier, 40_000, 150_000);
        for (uint64 i = 1; i <= 5; ++i) asking(i % 2 == 0 ? supplier1 : supplier2, i * 20_000);
        PartyId[5] memory callers = [supplier1, supplier4, obligor, financier, otherFinancier];
        bytes32 first;
        for (uint256 i = 0; i < callers.length; ++i) {
            uint256 before = vm.snapshotState();
            bytes32 outcomes = keccak256(abi.encode(roundBy(callers[i])));
            if (i == 0) first = outcomes;
            vm.assertEq(outcomes, first, "the same book, the same fills");
            vm.revertToState(before);
        }
    }

    function test_ARoundIsForPartiesThatMayHoldNotes() public {
        asking(supplier1, FACE);
        PartyId[3] memory others = [operator, regulator, bank];
        uint16[3] memory held_ = [Roles.OPERATOR, Roles.REGULATOR, Roles.SETTLEMENT_BANK];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                IPartyRegistry.RoleMissing.selector,
                others[i],
                held_[i],
                Roles.HOLDERS
            );
            assertRefused(others[i], address(rounds), roundCall(), reason, "no holder");
        }
    }

    function test_TheGasGivenChangesNothing() public {
        open(financier, 30_000, 150_000);
        open(otherFinancier, 40_000, 150_000);
        for (uint64 i = 1; i <= 3; ++i) asking(supplier1, i * 40_000);
        bytes memory data = roundCall();
        uint256 before = vm.snapshotState();
        vm.prank(keyOf(supplier4));
        uint256 gas_ = gasleft();
        (, bytes memory full) = address(rounds).call(data);
        gas_ -= gasleft();
        vm.revertToState(before);
        uint256 cutShort;
        for (uint256 g = gas_ + 100_000; g > 100_000; g -= gas_ / 60) {
            vm.prank(keyOf(supplier4));
            (bool done, bytes memory returned) = address(rounds).call{gas: g}(data);
            if (done) vm.assertEq(returned, full, "all of it, or nothing");
            else ++cutShort;
            vm.revertToState(before);
            before = vm.snapshotState();
        }
        vm.assertGe(cutShort, 30, "most were cut short");
    }

    //------------------------------------------------------------------ many

    /// @dev 300,000 + 20 x (30,000 + 45,000) + 27 x (100,000 + 310,000 + 20 x 5,000) are within 15,800,000, and no more requests are.
    function test_WithManyQuotesTheLatestRequestsWait() public {
        for (uint32 i = 0; i < 20; ++i) open(i % 2 == 0 ? financier : otherFinancier, 30_000 + i, PLENTY);
        _fillBook();
        Outcome[] memory outcomes = round();
        for (uint256 i = 0; i < 27; ++i)
            assertStatus(outcomes[i].request, SellRequestStatus.Filled, "the first of the book");
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.RoundFull.selector, 27, 20);
        for (uint256 i = 27; i < 32; ++i) assertUnfilled(outcomes[i], outcomes[i].request, reason, "waits");
        outcomes = round();
        vm.assertEq(outcomes.length, 5, "the next round is theirs");
        for (uint256 i = 0; i < 5; ++i) assertStatus(outcomes[i].request, SellRequestStatus.Filled, "filled");
    }

    function test_RequestsThatCannotBeSoldTakeNobodysPlace() public {
        for (uint32 i = 0; i < 20; ++i) open(financier, 30_000 + i, PLENTY);
        _fillBook();
        uint64[] memory ids = rounds.openRequests(obligor, CNY);
        for (uint256 i = 0; i < 10; ++i) freeze(rounds.requestOf(ids[i]).note, 1);
        Outcome[] memory outcomes = round();
        for (uint256 i = 10; i < 32; ++i)
            assertStatus(outcomes[i].request, SellRequestStatus.Filled, "there was room for all others");
    }

    function test_QuotesBeyondWhatARoundHasRoomForStopIt() public {
        PartyId[] memory names = new PartyId[](100);
        for (uint256 i = 0; i < 100; ++i) names[i] = supplier1;
        PartyId third = admit("third financier", Roles.FINANCIER);
        fund(third);
        for (uint256 i = 0; i < 68; ++i) {
            PartyId by =
                i >= 64
                    ? third
                    : i % 2 == 0
                        ? financier
                        : otherFinancier; // 32 a financier
            Quote memory q = quoteAt(by, 30_000, PLENTY);
            (q.obligors, q.sellers) = (names, names);
            open(q);
        }
        asking(supplier1, FACE);
        bytes memory reason = abi.encodeWithSelector(ISaleRounds.RoundTooLarge.selector, CNY, 68);
        assertRefused(supplier4, address(rounds), roundCall(), reason, "too many names");
    }

    /// @dev Eight requests of each of four suppliers, each for a note of its own.
    function _fillBook() private {
        PartyId[4] memory sellers = [supplier1, supplier2, supplier3, supplier4];
        for (uint64 i = 0; i < 32; ++i) asking(sellers[i % 4], 1_000 + i);
    }
}
