// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {IDiscounting} from "../discounting/IDiscounting.sol";
import {Quote} from "../discounting/Quote.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IOfferBook, OfferKind} from "../offers/IOfferBook.sol";
import {Lot} from "../offers/Lot.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Succession} from "../parties/Succession.sol";
import {PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {ISaleRounds, Outcome, SellRequest, SellRequestStatus} from "./ISaleRounds.sol";
import {ABOVE_LIMIT, Bid, Buyer, Match, NO_PAIR, Request, RoundPairs, UNKNOWN, asLots} from "./RoundPairs.sol";
import {SellRequests} from "./SellRequests.sol";

/// @title Matching rounds; see {ISaleRounds} for the rule
/// @notice A pair of request and quote is priced by the library that prices the sale, and tried only when it fits what its buyer
/// has left; but it is {IDiscounting-fill} that sells or refuses.
contract SaleRounds is SellRequests {
    using RoundPairs for Match;
    using Succession for IPartyRegistry;

    /// @dev What a round may take on, and what its parts take, in gas as measured and more: with the forwarder, a round stays
    /// below the 16,777,216 of a transaction. One of 32 requests and 10 quotes of as many financiers, all of it filled, takes
    /// 15,800,000; `npm run bench` measures it.
    uint256 private constant ROUND_WORK = 16_300_000;
    uint256 private constant FIXED_WORK = 300_000;
    uint256 private constant CHECK_WORK = 80_000; // whether a request could be sold
    uint256 private constant SALE_WORK = 325_000;
    uint256 private constant DOCUMENT_WORK = 20_000; // each document of a request's payable
    uint256 private constant QUOTE_WORK = 30_000;
    uint256 private constant NAME_WORK = 1_000; // each party a quote names
    uint256 private constant BID_WORK = 45_000; // a quote that takes part
    uint256 private constant PAIR_WORK = 5_000;
    uint256 private constant PAIR_NAME_WORK = 250; // each seller a quote names

    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    IDiscounting private immutable _discounting;

    uint64 private _roundCount;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IConcentration concentration,
        IOfferBook offers,
        IDiscounting discounting
    ) SellRequests(forwarder, parties, rules, ledger, offers) {
        _cashBook = cashBook;
        _concentration = concentration;
        _discounting = discounting;
    }

    //------------------------------------------------------------------ rounds

    /// @inheritdoc ISaleRounds
    function matchRound(
        PartyId obligor,
        bytes3 currency,
        Quote[] calldata quotes
    ) external returns (uint64, Outcome[] memory) {
        Match memory m = _open(obligor, currency);
        _takeQuotes(m, quotes);
        _takeRequests(m);
        m.price(quotes);
        while (true) {
            (uint256 best, bool found) = m.bestPair();
            if (!found) break;
            _try(m, quotes, best);
        }
        _giveReasons(m, quotes);
        _conclude(m);
        return (m.round, m.outcomes);
    }

    /// @inheritdoc ISaleRounds
    function roundCount() external view returns (uint64) {
        return _roundCount;
    }

    //------------------------------------------------------------------ internals: who takes part

    function _open(PartyId obligor, bytes3 currency) private returns (Match memory m) {
        m.by = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        m.book = _bookOf(obligor, currency);
        uint256 count = _books[m.book].length;
        if (count == 0) revert BookEmpty(obligor, currency);
        m.round = ++_roundCount;
        (m.obligor, m.currency, m.today) = (obligor, currency, _rules.today());
        m.outcomes = new Outcome[](count);
        m.work = FIXED_WORK;
    }

    function _takeQuotes(Match memory m, Quote[] calldata quotes) private view {
        bytes32[] memory open = _offers.openOffers(OfferKind.Quote, m.currency);
        if (quotes.length != open.length) revert QuotesIncomplete(m.currency, open.length);
        (m.bids, m.buyers) = (new Bid[](open.length), new Buyer[](open.length));
        uint256 count;
        for (uint256 i = 0; i < open.length; ++i) {
            m.work += QUOTE_WORK + (quotes[i].obligors.length + quotes[i].sellers.length) * NAME_WORK;
            (bytes32 hash, bool takesPart, uint64 left, PartyId feeTo) = _discounting.bidOf(quotes[i], m.obligor);
            if (hash != open[i]) revert QuotesIncomplete(m.currency, open.length);
            if (takesPart) m.bids[count++] = _takeQuote(m, quotes[i], Bid(i, hash, left, 0, feeTo));
        }
        if (m.work + m.pairWork + CHECK_WORK + SALE_WORK > ROUND_WORK) revert RoundTooLarge(m.currency, open.length);
        Bid[] memory bids = m.bids;
        assembly ("memory-safe") {
            mstore(bids, count)
        }
    }

    function _takeQuote(Match memory m, Quote calldata q, Bid memory bid) private view returns (Bid memory) {
        m.work += BID_WORK;
        m.pairWork += PAIR_WORK + q.sellers.length * PAIR_NAME_WORK;
        while (m.buyers[bid.buyer].party != q.financier && m.buyers[bid.buyer].party != NOBODY) ++bid.buyer;
        Buyer memory buyer = m.buyers[bid.buyer];
        if (buyer.party != NOBODY) return bid;
        buyer.party = q.financier;
        _lookUp(m, buyer);
        return bid;
    }

    /// @dev Requests that could be sold, until the round has no room for the next one; the others have their reason at once.
    function _takeRequests(Match memory m) private {
        uint64[] memory ids = _books[m.book];
        m.requests = new Request[](ids.length);
        uint256 count;
        bool full;
        for (uint256 i = 0; i < ids.length; ++i) {
            Outcome memory outcome = m.outcomes[i];
            outcome.request = ids[i];
            SellRequest memory a = _requests[ids[i]];
            if (_hasExpired(a)) {
                outcome.reason = abi.encodeWithSelector(SellRequestExpired.selector, ids[i], a.expiresAt);
                _drop(m.book, ids[i], SellRequestStatus.Expired);
                continue;
            }
            full = full || !_takeOn(m, a);
            if (full) {
                outcome.reason = abi.encodeWithSelector(RoundFull.selector, count, m.bids.length);
                continue;
            }
            outcome.reason = _unsellable(a);
            if (outcome.reason.length == 0) _takeRequest(m, m.requests[count++], i, a);
            else if (_isVoid(a)) _drop(m.book, ids[i], SellRequestStatus.Void);
        }
        Request[] memory requests = m.requests;
        assembly ("memory-safe") {
            mstore(requests, count)
        }
    }

    /// @return whether the round has room for the request
    function _takeOn(Match memory m, SellRequest memory a) private view returns (bool) {
        m.work += CHECK_WORK + _ledger.documentsOf(a.note.payableOf()).length * DOCUMENT_WORK;
        return m.work + SALE_WORK + m.pairWork <= ROUND_WORK;
    }

    function _takeRequest(Match memory m, Request memory r, uint256 place, SellRequest memory a) private view {
        PayableId payableId = a.note.payableOf();
        m.work += SALE_WORK + m.pairWork;
        r.place = place;
        r.lot = Lot(a.note, a.units);
        (r.seller, r.maxCost) = (a.seller, a.maxCost);
        r.numbers = _parties.numbersOf(a.seller);
        r.recourse = a.recourse && _rules.ruleSet(_ledger.terms(payableId).ruleSet).recourseAllowed;
        r.dueDate = _ledger.progress(payableId).dueDate;
        r.daysLeft = Day.unwrap(r.dueDate) - Day.unwrap(m.today); // it can be sold, so it is not due
        (r.nearest, r.candidate) = (type(uint256).max, UNKNOWN);
    }

    /// @return reason why nobody could buy it now; empty if somebody could
    function _unsellable(SellRequest memory a) private view returns (bytes memory reason) {
        try _offers.requireFree(a.seller, Lot(a.note, a.units), HOPS) {} catch (bytes memory refusal) {
            _requireGas(refusal);
            reason = refusal;
        }
    }

    //------------------------------------------------------------------ internals: sales

    /// @dev A pair that fits and is refused is not tried again; nor is its request, where an earlier fill left nothing to sell.
    function _try(Match memory m, Quote[] calldata quotes, uint256 index) private {
        uint256 pair = m.pairs[index];
        Request memory r = m.requests[uint64(pair >> 64)];
        Bid memory bid = m.bids[uint64(pair)];
        Quote calldata q = quotes[bid.index];
        if (_fill(m, q, r, bid).length == 0) return _settleUp(m, r, bid, m.prices[index]);
        (m.pairs[index], r.candidate) = (NO_PAIR, UNKNOWN);
        bytes memory reason = _unsellable(_requests[m.outcomes[r.place].request]);
        if (reason.length == 0) return;
        m.outcomes[r.place].reason = reason;
        r.done = true;
    }

    /// @return reason why not; empty if it was filled
    function _fill(
        Match memory m,
        Quote calldata q,
        Request memory r,
        Bid memory bid
    ) private returns (bytes memory reason) {
        Outcome memory outcome = m.outcomes[r.place];
        try _discounting.fill(q, r.seller, asLots(r.lot), r.maxCost, _requests[outcome.request].ref) returns (
            uint64 sale
        ) {
            (outcome.sale, outcome.quote, r.done) = (sale, bid.hash, true);
            outcome.buyer = q.financier;
            m.fills += 1;
        } catch (bytes memory refusal) {
            _requireGas(refusal);
            reason = refusal;
        }
    }

    /// @dev What the sale left the buyer; and whoever was paid may have come by what its own quotes wanted.
    function _settleUp(Match memory m, Request memory r, Bid memory bid, uint256 price) private view {
        uint256 units = r.lot.units;
        bid.left -= units;
        Buyer memory buyer = m.buyers[bid.buyer];
        (buyer.cash, buyer.room) = (buyer.cash - price, buyer.room - units);
        for (uint256 i = 0; i < m.buyers.length; ++i) {
            PartyId party = m.buyers[i].party;
            if (party == NOBODY) return;
            if (party != r.seller && (party != bid.feeTo || party == buyer.party)) continue;
            _lookUp(m, m.buyers[i]);
            for (uint256 j = 0; j < m.requests.length; ++j) m.requests[j].candidate = UNKNOWN;
        }
    }

    function _lookUp(Match memory m, Buyer memory buyer) private view {
        buyer.cash = _cashBook.cashOf(m.currency).availableOf(buyer.party.account());
        buyer.room = _concentration.room(buyer.party, m.obligor, m.currency);
    }

    function _giveReasons(Match memory m, Quote[] calldata quotes) private {
        for (uint256 i = 0; i < m.requests.length; ++i) {
            Request memory r = m.requests[i];
            if (r.done) continue;
            m.outcomes[r.place].reason =
                m.bids.length == 0
                    ? abi.encodeWithSelector(NoQuoteBuys.selector, m.obligor, m.currency)
                    : _reasonOf(m, quotes[m.bids[uint64(r.nearest)].index], r);
        }
    }

    /// @dev The quote that came nearest says why not; but for what only the request says.
    function _reasonOf(Match memory m, Quote calldata q, Request memory r) private returns (bytes memory) {
        Bid memory bid = m.bids[uint64(r.nearest)];
        if (q.recourse && !_requests[m.outcomes[r.place].request].recourse) {
            return abi.encodeWithSelector(RecourseNotTaken.selector, bid.hash);
        }
        if (r.nearest >> 192 == ABOVE_LIMIT) {
            (uint256 cost, , ) = RoundPairs.priceOf(q, r, bid, m.today);
            return abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, r.maxCost);
        }
        return _fill(m, q, r, bid);
    }

    /// @dev Announces what became of each request; what was filled leaves the book.
    function _conclude(Match memory m) private {
        for (uint256 i = 0; i < m.outcomes.length; ++i) {
            Outcome memory outcome = m.outcomes[i];
            if (outcome.sale == 0) {
                emit SellRequestUnfilled(m.round, outcome.request, outcome.reason);
            } else {
                _end(m.book, outcome.request, SellRequestStatus.Filled);
                emit SellRequestFilled(m.round, outcome.request, outcome.quote, outcome.sale, outcome.buyer);
            }
        }
        _closeUp(m.book);
        emit RoundMatched(m.round, m.obligor, m.currency, m.by, m.outcomes.length, m.bids.length, m.fills);
    }

    //------------------------------------------------------------------ internals: small things

    /// @dev An empty refusal is one for want of gas. What a round finds may not depend on how much gas it was given.
    function _requireGas(bytes memory refusal) private pure {
        if (refusal.length == 0) revert RoundCutShort();
    }
}
