// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IDiscounting} from "../discounting/IDiscounting.sol";
import {Ask, AskStatus, ISaleRounds, Outcome} from "./ISaleRounds.sol";
import {DiscountMethod, INFINITE_COST, Pricing} from "../pricing/Pricing.sol";
import {Lot, Quote, hashLots, hashQuote} from "../discounting/Quote.sol";
import {SaleRequests} from "./SaleRequests.sol";

/// @title Matching rounds; see {ISaleRounds} for the rule
/// @notice A pair of request and quote is priced by the library that prices the sale, and tried only when it fits what its buyer
/// has left; but it is {IDiscounting-fill} that sells or refuses.
contract SaleRounds is SaleRequests {
    /// @dev What a round may take on, and what its parts take, in gas as measured and more: with the forwarder, a round stays
    /// below the 16,777,216 of a transaction. One of 32 requests and 10 quotes of as many financiers, all of it filled, takes
    /// 14,200,000; `npm run bench` measures it.
    uint256 private constant ROUND_WORK = 15_800_000;
    uint256 private constant FIXED_WORK = 300_000;
    uint256 private constant CHECK_WORK = 80_000; // whether a request could be sold
    uint256 private constant SALE_WORK = 310_000;
    uint256 private constant DOCUMENT_WORK = 20_000; // each document of a request's payable
    uint256 private constant QUOTE_WORK = 30_000;
    uint256 private constant NAME_WORK = 1_000; // each party a quote names
    uint256 private constant BID_WORK = 45_000; // a quote that takes part
    uint256 private constant PAIR_WORK = 5_000;
    uint256 private constant PAIR_NAME_WORK = 250; // each seller a quote names

    uint256 private constant MILLION = 1_000_000;
    uint256 private constant ABOVE_LIMIT = 1; // how far a quote is from a request, before the cost counts
    uint256 private constant UNSUITABLE = 2;
    uint256 private constant NO_PAIR = type(uint256).max; // also: none fits
    uint256 private constant UNKNOWN = type(uint256).max - 1; // none was looked for

    /// @dev A request that takes part.
    /// @param place in the round's outcomes
    /// @param recourse whether it takes recourse, and its payable's rule set allows it
    /// @param nearest the quote that came nearest, below how near it came
    /// @param candidate index of its best pair that fitted when it was last looked for
    struct Request {
        uint256 place;
        Lot lot;
        PartyId seller;
        uint32 maxCost;
        bool recourse;
        Day dueDate;
        uint256 daysLeft;
        uint256 nearest;
        uint256 candidate;
        bool done;
    }

    /// @dev A quote that takes part.
    /// @param index among those given
    /// @param left of its capacity
    /// @param buyer index of its financier among the buyers
    struct Bid {
        uint256 index;
        bytes32 hash;
        uint256 left;
        uint256 buyer;
    }

    struct Buyer {
        PartyId party;
        uint256 cash;
        uint256 room;
    }

    /// @dev All there is to know of a round while it lasts.
    /// @param buyers whoever quotes, and nobody in the places that are left
    /// @param pairs those of the first request, one for each bid, then those of the second …: `costKey 128 | request 64 | bid 64`,
    /// so that lower is better, or {NO_PAIR}
    /// @param prices what the pair's sale costs the buyer
    /// @param work what is taken on so far
    /// @param pairWork what each request takes on for all bids
    struct Match {
        uint64 round;
        PartyId by;
        uint256 book;
        PartyId obligor;
        bytes3 currency;
        Day today;
        Request[] requests;
        Bid[] bids;
        Buyer[] buyers;
        uint256[] pairs;
        uint256[] prices;
        uint256 work;
        uint256 pairWork;
        uint256 fills;
        Outcome[] outcomes;
    }

    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;

    uint64 private _roundCount;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IConcentration concentration,
        IDiscounting discounting
    ) SaleRequests(forwarder, parties, rules, ledger, discounting) {
        _cashBook = cashBook;
        _concentration = concentration;
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
        _price(m, quotes);
        while (true) {
            (uint256 best, bool found) = _bestPair(m);
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
        bytes32[] memory open = _discounting.openQuotes(m.currency);
        if (quotes.length != open.length) revert QuotesIncomplete(m.currency, open.length);
        (m.bids, m.buyers) = (new Bid[](open.length), new Buyer[](open.length));
        uint256 count;
        for (uint256 i = 0; i < open.length; ++i) {
            if (hashQuote(quotes[i]) != open[i]) revert QuotesIncomplete(m.currency, open.length);
            m.work += QUOTE_WORK + (quotes[i].obligors.length + quotes[i].sellers.length) * NAME_WORK;
            if (_takesPart(m, quotes[i])) m.bids[count++] = _takeQuote(m, quotes[i], Bid(i, open[i], 0, 0));
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
        (, , uint64 used) = _discounting.quoteState(bid.hash);
        bid.left = q.capacity - used;
        while (m.buyers[bid.buyer].party != q.financier && m.buyers[bid.buyer].party != NOBODY) ++bid.buyer;
        Buyer memory buyer = m.buyers[bid.buyer];
        if (buyer.party != NOBODY) return bid;
        buyer.party = q.financier;
        _lookUp(m, buyer);
        return bid;
    }

    function _takesPart(Match memory m, Quote calldata q) private view returns (bool) {
        if (block.timestamp >= q.expiresAt || !_discounting.buys(q, m.obligor)) return false;
        if (_parties.resolve(m.obligor) == q.financier) return false; // it would extinguish its own promise
        bool takesNoFees = q.feeTo == NOBODY || (q.flatFee == 0 && q.feeRate == 0);
        return _stands(q.financier, Roles.FINANCIER) && (takesNoFees || _stands(q.feeTo, 0));
    }

    function _stands(PartyId party, uint16 roles) private view returns (bool) {
        try _parties.requireStanding(party, roles) {
            return true;
        } catch (bytes memory refusal) {
            _requireGas(refusal);
            return false;
        }
    }

    /// @dev Requests that could be sold, until the round has no room for the next one; the others have their reason at once.
    function _takeRequests(Match memory m) private {
        uint64[] memory ids = _books[m.book];
        m.requests = new Request[](ids.length);
        uint256 count;
        bool full;
        for (uint256 i = 0; i < ids.length; ++i) {
            Outcome memory outcome = m.outcomes[i];
            outcome.ask = ids[i];
            Ask memory a = _asks[ids[i]];
            if (_hasExpired(a)) {
                outcome.reason = abi.encodeWithSelector(AskExpired.selector, ids[i], a.expiresAt);
                _drop(m.book, ids[i], AskStatus.Expired);
                continue;
            }
            full = full || !_takeOn(m, a);
            if (full) {
                outcome.reason = abi.encodeWithSelector(RoundFull.selector, count, m.bids.length);
                continue;
            }
            outcome.reason = _unsellable(a);
            if (outcome.reason.length == 0) _takeRequest(m, m.requests[count++], i, a);
            else if (_isVoid(a)) _drop(m.book, ids[i], AskStatus.Void);
        }
        Request[] memory requests = m.requests;
        assembly ("memory-safe") {
            mstore(requests, count)
        }
    }

    /// @return whether the round has room for the request
    function _takeOn(Match memory m, Ask memory a) private view returns (bool) {
        m.work += CHECK_WORK + _ledger.documentsOf(a.note.payableOf()).length * DOCUMENT_WORK;
        return m.work + SALE_WORK + m.pairWork <= ROUND_WORK;
    }

    function _takeRequest(Match memory m, Request memory r, uint256 place, Ask memory a) private view {
        PayableId payableId = a.note.payableOf();
        m.work += SALE_WORK + m.pairWork;
        r.place = place;
        r.lot = Lot(a.note, a.units);
        (r.seller, r.maxCost) = (a.seller, a.maxCost);
        r.recourse = a.recourse && _rules.ruleSet(_ledger.terms(payableId).ruleSet).recourseAllowed;
        r.dueDate = _ledger.progress(payableId).dueDate;
        r.daysLeft = Day.unwrap(r.dueDate) - Day.unwrap(m.today); // it can be sold, so it is not due
        (r.nearest, r.candidate) = (type(uint256).max, UNKNOWN);
    }

    /// @return reason why nobody could buy it now; empty if somebody could
    function _unsellable(Ask memory a) private view returns (bytes memory reason) {
        try _discounting.requireSellable(a.seller, Lot(a.note, a.units)) {} catch (bytes memory refusal) {
            _requireGas(refusal);
            reason = refusal;
        }
    }

    //------------------------------------------------------------------ internals: pairs

    function _price(Match memory m, Quote[] calldata quotes) private pure {
        m.pairs = new uint256[](m.requests.length * m.bids.length);
        m.prices = new uint256[](m.pairs.length);
        uint256 index;
        for (uint256 i = 0; i < m.requests.length; ++i) {
            Request memory r = m.requests[i];
            for (uint256 j = 0; j < m.bids.length; ++j) {
                Quote calldata q = quotes[m.bids[j].index];
                (uint256 cost, uint256 costKey, uint256 price) = _priceOf(q, r, m.today);
                uint256 distance =
                    cost == INFINITE_COST || !_suits(q, r)
                        ? UNSUITABLE
                        : cost > r.maxCost
                            ? ABOVE_LIMIT
                            : 0;
                uint256 nearness = (distance << 192) | (costKey << 64) | j;
                if (nearness < r.nearest) r.nearest = nearness;
                m.pairs[index] = distance == 0 ? (costKey << 128) | (i << 64) | j : NO_PAIR;
                m.prices[index] = price;
                ++index;
            }
        }
    }

    /// @dev What the sale would come to: the all-in cost in ppm, the same to order by, and what the buyer pays.
    function _priceOf(
        Quote calldata q,
        Request memory r,
        Day today
    ) private pure returns (uint256 cost, uint256 costKey, uint256 price) {
        uint256 units = r.lot.units;
        (uint256 num, uint256 den) = DayCounts.yearFraction(q.dayCount, today, r.dueDate, r.dueDate);
        uint256 off =
            q.method == DiscountMethod.BankDiscount && q.rate * num > MILLION * den
                ? units + 1 // more than the face
                : Pricing.discount(q.method, units, q.rate, num, den);
        uint256 fees = Pricing.fees(units, q.flatFee, q.feeRate);
        if (off + fees > units) return (INFINITE_COST, type(uint128).max, 0);
        uint256 received = units - off - fees;
        uint256 faceDays = units * r.daysLeft;
        cost = Pricing.allInCost(units, received, faceDays);
        costKey = Pricing.costKey(units, received, faceDays);
        price = q.feeTo == NOBODY || q.feeTo == q.financier ? received : received + fees;
    }

    /// @dev Whether the quote is for such a request, whatever it costs.
    function _suits(Quote calldata q, Request memory r) private pure returns (bool) {
        if (q.recourse && !r.recourse) return false;
        if (r.daysLeft < q.minDays || r.daysLeft > q.maxDays || r.lot.units < q.minUnits) return false;
        if (r.seller == q.financier || (q.lots != 0 && q.lots != hashLots(_asLots(r.lot)))) return false;
        if (q.sellers.length == 0) return true;
        for (uint256 i = 0; i < q.sellers.length; ++i) if (q.sellers[i] == r.seller) return true;
        return false;
    }

    /// @return best index of the best pair that fits
    function _bestPair(Match memory m) private pure returns (uint256 best, bool found) {
        uint256 lowest = NO_PAIR;
        for (uint256 i = 0; i < m.requests.length; ++i) {
            Request memory r = m.requests[i];
            if (r.done || r.candidate == NO_PAIR) continue;
            // What does not fit any more fits no more: so do those that were better, unless a buyer came by more.
            if (r.candidate == UNKNOWN || !_fits(m, r, r.candidate)) r.candidate = _bestPairOf(m, r, i);
            if (r.candidate == NO_PAIR) continue;
            uint256 pair = m.pairs[r.candidate];
            if (pair < lowest) (lowest, best) = (pair, r.candidate);
        }
        found = lowest != NO_PAIR;
    }

    /// @return best index of the request's best pair that fits, or {NO_PAIR}
    function _bestPairOf(Match memory m, Request memory r, uint256 request) private pure returns (uint256 best) {
        best = NO_PAIR;
        uint256 lowest = NO_PAIR;
        uint256 bids = m.bids.length;
        for (uint256 i = request * bids; i < (request + 1) * bids; ++i) {
            uint256 pair = m.pairs[i];
            if (pair < lowest && _fits(m, r, i)) (lowest, best) = (pair, i);
        }
    }

    /// @dev Whether quote and buyer have as much left as the request is for.
    function _fits(Match memory m, Request memory r, uint256 index) private pure returns (bool) {
        Bid memory bid = m.bids[uint64(m.pairs[index])];
        Buyer memory buyer = m.buyers[bid.buyer];
        uint256 units = r.lot.units;
        return units <= bid.left && units <= buyer.room && m.prices[index] <= buyer.cash;
    }

    //------------------------------------------------------------------ internals: sales

    /// @dev A pair that fits and is refused is not tried again; nor is its request, where an earlier fill left nothing to sell.
    function _try(Match memory m, Quote[] calldata quotes, uint256 index) private {
        uint256 pair = m.pairs[index];
        Request memory r = m.requests[uint64(pair >> 64)];
        Bid memory bid = m.bids[uint64(pair)];
        Quote calldata q = quotes[bid.index];
        if (_fill(m, q, r, bid).length == 0) return _settleUp(m, q, r, bid, m.prices[index]);
        (m.pairs[index], r.candidate) = (NO_PAIR, UNKNOWN);
        bytes memory reason = _unsellable(_asks[m.outcomes[r.place].ask]);
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
        try _discounting.fill(q, r.seller, _asLots(r.lot), r.maxCost, _asks[outcome.ask].ref) returns (uint64 sale) {
            (outcome.sale, outcome.quote, r.done) = (sale, bid.hash, true);
            m.fills += 1;
        } catch (bytes memory refusal) {
            _requireGas(refusal);
            reason = refusal;
        }
    }

    /// @dev What the sale left the buyer; and whoever was paid may have come by what its own quotes wanted.
    function _settleUp(Match memory m, Quote calldata q, Request memory r, Bid memory bid, uint256 price) private view {
        uint256 units = r.lot.units;
        bid.left -= units;
        Buyer memory buyer = m.buyers[bid.buyer];
        (buyer.cash, buyer.room) = (buyer.cash - price, buyer.room - units);
        for (uint256 i = 0; i < m.buyers.length; ++i) {
            PartyId party = m.buyers[i].party;
            if (party == NOBODY) return;
            if (party != r.seller && (party != q.feeTo || party == q.financier)) continue;
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
        if (q.recourse && !_asks[m.outcomes[r.place].ask].recourse) {
            return abi.encodeWithSelector(RecourseNotTaken.selector, bid.hash);
        }
        if (r.nearest >> 192 == ABOVE_LIMIT) {
            (uint256 cost, , ) = _priceOf(q, r, m.today);
            return abi.encodeWithSelector(IDiscounting.CostAboveLimit.selector, cost, r.maxCost);
        }
        return _fill(m, q, r, bid);
    }

    /// @dev Announces what became of each request; what was filled leaves the book.
    function _conclude(Match memory m) private {
        for (uint256 i = 0; i < m.outcomes.length; ++i) {
            Outcome memory outcome = m.outcomes[i];
            if (outcome.sale == 0) {
                emit AskUnfilled(m.round, outcome.ask, outcome.reason);
            } else {
                _end(m.book, outcome.ask, AskStatus.Filled);
                emit AskFilled(m.round, outcome.ask, outcome.quote, outcome.sale);
            }
        }
        _closeUp(m.book);
        emit RoundMatched(m.round, m.obligor, m.currency, m.by, m.outcomes.length, m.bids.length, m.fills);
    }

    //------------------------------------------------------------------ internals: small things

    function _asLots(Lot memory lot) private pure returns (Lot[] memory lots) {
        lots = new Lot[](1);
        lots[0] = lot;
    }

    /// @dev An empty refusal is one for want of gas. What a round finds may not depend on how much gas it was given.
    function _requireGas(bytes memory refusal) private pure {
        if (refusal.length == 0) revert RoundCutShort();
    }
}
