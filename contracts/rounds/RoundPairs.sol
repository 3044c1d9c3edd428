// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {Quote} from "../discounting/Quote.sol";
import {Lot, hashLots} from "../offers/Lot.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Succession} from "../parties/Succession.sol";
import {DiscountMethod, INFINITE_COST, Pricing} from "../pricing/Pricing.sol";
import {Outcome} from "./ISaleRounds.sol";

/// @notice A request that takes part.
/// @param place in the round's outcomes
/// @param numbers those of whoever stands in the seller's place, for quotes name it by any
/// @param recourse whether it takes recourse, and its payable's rule set allows it
/// @param nearest the quote that came nearest, below how near it came
/// @param candidate index of its best pair that fitted when it was last looked for
struct Request {
    uint256 place;
    Lot lot;
    PartyId seller;
    PartyId[] numbers;
    uint32 maxCost;
    bool recourse;
    Day dueDate;
    uint256 daysLeft;
    uint256 nearest;
    uint256 candidate;
    bool done;
}

/// @notice A quote that takes part.
/// @param index among those given
/// @param left of its capacity
/// @param buyer index of its financier among the buyers
/// @param feeTo who receives its fees today; the financier itself, where it keeps them
struct Bid {
    uint256 index;
    bytes32 hash;
    uint256 left;
    uint256 buyer;
    PartyId feeTo;
}

struct Buyer {
    PartyId party;
    uint256 cash;
    uint256 room;
}

/// @notice All there is to know of a round while it lasts.
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

uint256 constant ABOVE_LIMIT = 1; // how far a quote is from a request, before the cost counts
uint256 constant UNSUITABLE = 2;
uint256 constant NO_PAIR = type(uint256).max; // also: none fits
uint256 constant UNKNOWN = type(uint256).max - 1; // none was looked for

function asLots(Lot memory lot) pure returns (Lot[] memory lots) {
    lots = new Lot[](1);
    lots[0] = lot;
}

/// @title The pairs of a round: which quote suits which request, what it costs, and which pair comes next
library RoundPairs {
    using Succession for PartyId[];

    uint256 private constant MILLION = 1_000_000;

    /// @notice Prices every pair, and remembers of each request the quote that came nearest.
    function price(Match memory m, Quote[] calldata quotes) internal pure {
        m.pairs = new uint256[](m.requests.length * m.bids.length);
        m.prices = new uint256[](m.pairs.length);
        uint256 index;
        for (uint256 i = 0; i < m.requests.length; ++i) {
            Request memory r = m.requests[i];
            for (uint256 j = 0; j < m.bids.length; ++j) {
                Quote calldata q = quotes[m.bids[j].index];
                (uint256 cost, uint256 costKey, uint256 paid) = priceOf(q, r, m.bids[j], m.today);
                uint256 distance =
                    cost == INFINITE_COST || !_suits(q, r)
                        ? UNSUITABLE
                        : cost > r.maxCost
                            ? ABOVE_LIMIT
                            : 0;
                uint256 nearness = (distance << 192) | (costKey << 64) | j;
                if (nearness < r.nearest) r.nearest = nearness;
                m.pairs[index] = distance == 0 ? (costKey << 128) | (i << 64) | j : NO_PAIR;
                m.prices[index] = paid;
                ++index;
            }
        }
    }

    /// @dev What the sale would come to: the all-in cost in ppm, the same to order by, and what the buyer pays.
    function priceOf(
        Quote calldata q,
        Request memory r,
        Bid memory bid,
        Day today
    ) internal pure returns (uint256 cost, uint256 costKey, uint256 paid) {
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
        paid = bid.feeTo == q.financier ? received : received + fees;
    }

    /// @dev Whether the quote is for such a request, whatever it costs.
    function _suits(Quote calldata q, Request memory r) private pure returns (bool) {
        if (q.recourse && !r.recourse) return false;
        if (r.daysLeft < q.minDays || r.daysLeft > q.maxDays || r.lot.units < q.minUnits) return false;
        if (r.seller == q.financier || (q.lots != 0 && q.lots != hashLots(asLots(r.lot)))) return false;
        return q.sellers.length == 0 || q.sellers.namesAny(r.numbers);
    }

    /// @return best index of the best pair that fits
    function bestPair(Match memory m) internal pure returns (uint256 best, bool found) {
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
}
