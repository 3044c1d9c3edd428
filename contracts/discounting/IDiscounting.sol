// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {Lot, Quote} from "./Quote.sol";

/// @notice What a sale comes to. Amounts in minor units.
/// @param face units sold
/// @param discount taken off the face; `face - discount` is what the buyer pays
/// @param fees out of that; the rest is the seller's
/// @param received what the seller is left with
/// @param cost all that is given up over all that is received, per year on ACT/365F, in ppm; see {Pricing-allInCost}
/// @param costKey the same at full precision, to put prices in order
struct Price {
    uint64 face;
    uint64 discount;
    uint64 fees;
    uint64 received;
    uint256 cost;
    uint128 costKey;
}

/// @param quote hash of the quote it was made under
/// @param seller, buyer between whom it was made
/// @param recourse whether the seller answers for the obligor
/// @param face, received minor units
struct Sale {
    bytes32 quote;
    PartyId seller;
    PartyId buyer;
    bool recourse;
    uint64 face;
    uint64 received;
}

/// @title Discounting: notes change hands for cash, under a quote
/// @notice A financier's quote is either published, for every member to see, or signed (EIP-712) for named sellers; one function
/// fills both. Note and cash change hands in one transaction, directly between the two.
interface IDiscounting {
    //------------------------------------------------------------------ events

    event QuotePublished(bytes32 indexed quote, PartyId indexed financier, Quote terms);
    /// @notice The quote buys nothing any more; `by` is its financier, or whoever swept it away once it had expired.
    event QuotePulled(bytes32 indexed quote, PartyId indexed by);
    event NotesSold(
        uint64 indexed sale,
        PartyId indexed seller,
        PartyId indexed buyer,
        bytes32 quote,
        bytes3 currency,
        bool recourse,
        uint64 face,
        uint64 discount,
        uint64 fees,
        uint64 received,
        PartyId feeTo,
        uint64 used,
        bytes32 ref
    );
    /// @notice One lot of a sale: `note` was cut from `from` for the buyer, at its share of the discount.
    event NoteSold(
        uint64 indexed sale,
        NoteId indexed note,
        NoteId indexed from,
        uint64 units,
        uint64 discount,
        uint16 daysLeft
    );

    //------------------------------------------------------------------ refusals

    /// @notice The quote {quote} is party {financier}'s, not party {caller}'s.
    error NotTheQuoter(bytes32 quote, PartyId financier, PartyId caller);
    /// @notice The quote is incomplete or contradicts itself: {field}.
    error QuoteInvalid(string field);
    /// @notice The quote {quote} was already published.
    error QuoteAlreadyPublished(bytes32 quote);
    /// @notice Financier {financier} has {count} published quotes in {currency}; at most {maximum}.
    error TooManyQuotes(PartyId financier, bytes3 currency, uint256 count, uint256 maximum);
    /// @notice The quote {quote} is neither published nor signed with the present key of party {financier}.
    error QuoteNotSigned(bytes32 quote, PartyId financier);
    /// @notice The quote {quote} was pulled.
    error QuoteIsPulled(bytes32 quote);
    /// @notice The quote {quote} expired at {expiresAt}.
    error QuoteExpired(bytes32 quote, uint40 expiresAt);
    /// @notice The quote {quote} stands until {expiresAt}.
    error QuoteStillOpen(bytes32 quote, uint40 expiresAt);
    /// @notice The quote {quote} is for other sellers than party {seller}.
    error SellerNotNamed(bytes32 quote, PartyId seller);
    /// @notice The quote {quote} is for other lots.
    error LotsDiffer(bytes32 quote);
    /// @notice A sale needs at least one lot and at most {maximum}; here are {count}.
    error LotCount(uint256 count, uint256 maximum);
    /// @notice Lots come in ascending order of their notes, each note once.
    error LotsOutOfOrder(NoteId note);
    /// @notice Note {note} belongs to party {holder}, not to party {seller}.
    error NotTheSeller(NoteId note, PartyId holder, PartyId seller);
    /// @notice Party {party} cannot buy from itself.
    error SaleToSelf(PartyId party);
    /// @notice Payable {payableId} is in {currency}, and the quote in {quoted}.
    error QuoteCurrencyDiffers(PayableId payableId, bytes3 currency, bytes3 quoted);
    /// @notice The quote {quote} does not buy promises of party {obligor}.
    error ObligorNotBought(bytes32 quote, PartyId obligor);
    /// @notice {daysLeft} days are left of payable {payableId}; the quote buys {minDays} to {maxDays}.
    error TenorOutOfRange(PayableId payableId, uint256 daysLeft, uint16 minDays, uint16 maxDays);
    /// @notice The quote buys at least {minUnits} at once; here are {units}.
    error BelowQuotedMinimum(bytes32 quote, uint64 minUnits, uint64 units);
    /// @notice {left} is left of the quote's capacity, and {wanted} is asked for.
    error CapacityExceeded(bytes32 quote, uint64 left, uint256 wanted);
    /// @notice Rule set {ruleSet} allows no sale with recourse.
    error RecourseNotAllowed(uint16 ruleSet);
    /// @notice More was issued against document {fingerprint} than is left of it after its credit notes.
    error DocumentIsOverdrawn(PayableId payableId, bytes32 fingerprint);
    /// @notice The fees are {fees}, more than the proceeds of {proceeds}.
    error FeesAboveProceeds(uint256 fees, uint64 proceeds);
    /// @notice Note {note} was financed {times} times on its way; it can be sold up to {maximum} times.
    error FinancedTooOften(NoteId note, uint8 times, uint8 maximum);
    /// @notice The buyer {financier} has {balance} {currency} to spend, and the price is {price}.
    error CashTooLow(PartyId financier, bytes3 currency, uint256 balance, uint64 price);
    /// @notice The all-in cost is {cost} ppm a year, more than the limit of {maximum}.
    error CostAboveLimit(uint256 cost, uint32 maximum);
    /// @notice The caller {caller} is not the contract of the rounds.
    error NotTheRounds(address caller);

    //------------------------------------------------------------------ quotes (financiers)

    /// @notice Publishes a quote for every member to see. Only its financier.
    /// @param replaces a quote that is pulled in the same step, or 0
    function publish(Quote calldata quote, bytes32 replaces) external returns (bytes32 hash);

    /// @notice Pulls a published or a signed quote, at once and for good. Only its financier.
    function pull(Quote calldata quote) external;

    /// @notice Takes published quotes that have expired off the list. Anyone.
    function sweep(Quote calldata quote) external;

    //------------------------------------------------------------------ sale (holders)

    /// @notice Sells lots under a quote: the notes go to the financier and the cash to the seller, or nothing moves.
    /// @param signature the financier's over the quote; empty for a published one
    /// @param maxCost most all-in cost the seller takes, in ppm a year
    /// @param ref the seller's own reference, or 0
    function sell(
        Quote calldata quote,
        bytes calldata signature,
        Lot[] calldata lots,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64 sale);

    /// @notice The same for a seller whose request is on the ledger. Only the contract of the rounds.
    function fill(
        Quote calldata quote,
        PartyId seller,
        Lot[] calldata lots,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64 sale);

    //------------------------------------------------------------------ views

    /// @notice What a sale would come to now; refuses what {sell} would refuse, for the same reason.
    function appraise(
        Quote calldata quote,
        bytes calldata signature,
        PartyId seller,
        Lot[] calldata lots
    ) external view returns (Price memory);

    /// @notice Refuses what {sell} would refuse whatever the quote: unless the seller may sell, the lot is its own and free, and
    /// nothing is against the promise.
    function requireSellable(PartyId seller, Lot calldata lot) external view;

    /// @notice Whether the quote names the obligor, itself or by a group, or names none.
    function buys(Quote calldata quote, PartyId obligor) external view returns (bool);

    /// @notice EIP-712 digest that the financier signs.
    function digestOf(Quote calldata quote) external view returns (bytes32);

    /// @notice The quote's hash, by which the ledger knows it.
    function hashOf(Quote calldata quote) external view returns (bytes32);

    /// @return published whether it is on the public list
    /// @return pulled whether it was pulled
    /// @return used face bought under it
    function quoteState(bytes32 hash) external view returns (bool published, bool pulled, uint64 used);

    /// @notice Published quotes of a currency, in order of publication; expired ones stay until they are swept.
    function openQuotes(bytes3 currency) external view returns (bytes32[] memory);

    function saleOf(NoteId note) external view returns (uint64 sale);

    function sale(uint64 id) external view returns (Sale memory);

    /// @notice Whether the note was sold to its holder with recourse to the holder of its parent.
    function soldWithRecourse(NoteId note) external view returns (bool);
}
