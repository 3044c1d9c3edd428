// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";
import {Quote} from "../discounting/Quote.sol";
import {Lot} from "../offers/Lot.sol";

enum SellRequestStatus {
    None,
    Open,
    Filled,
    Withdrawn,
    Expired,
    Void // the note is no longer the seller's, or never can be sold again
}

/// @notice A sell request.
/// @param note, units what is for sale: all of it or nothing
/// @param seller who asks
/// @param maxCost most all-in cost the seller takes, in ppm a year
/// @param recourse whether it takes quotes with recourse too
/// @param expiresAt Unix seconds; from then on it is not for sale
/// @param status where it stands
/// @param ref the seller's own reference, or 0
struct SellRequest {
    NoteId note;
    uint64 units;
    PartyId seller;
    uint32 maxCost;
    bool recourse;
    uint40 expiresAt;
    SellRequestStatus status;
    bytes32 ref;
}

/// @notice What a round made of one request.
/// @param sale the sale it was filled by, or 0
/// @param quote, buyer under which it was filled, and whose it is; or 0
/// @param reason why it was not: the ABI-encoded error
struct Outcome {
    uint64 request;
    uint64 sale;
    bytes32 quote;
    PartyId buyer;
    bytes reason;
}

/// @title Matching rounds: many sell requests and many quotes, matched by a published rule
/// @notice Requests for an obligor's promises in one currency form a book, in order of time. A round matches a book with all
/// published quotes of the currency:
///
/// 1. Those that take part: requests that have not expired and could be sold; quotes that have not expired, buy the obligor's
///    promises, and whose financier, and who takes its fees, may act. Where that is more than one transaction has room for, the
///    latest requests wait.
/// 2. A request and a quote fit if a sale of the request's lot under the quote would be taken now, at no more than the seller's
///    limit, and without recourse unless the request takes it. A request is filled whole or not at all.
/// 3. Of all pairs that fit, the one of the lowest all-in cost is filled; of equal costs the earlier request's, then the earlier
///    published quote's. This is repeated until no pair fits.
/// 4. Every request of the book that was not filled is given a reason: what kept it out, or the refusal of the quote that came
///    nearest: the cheapest within its limit, else the cheapest above it, else the cheapest it does not suit.
///
/// The contract finds all of this itself. Who calls for a round has no say in it, and the same book gives the same fills.
interface ISaleRounds {
    //------------------------------------------------------------------ events

    event SellRequestPlaced(
        uint64 indexed request,
        PartyId indexed seller,
        PartyId indexed obligor,
        NoteId note,
        uint64 units,
        bytes3 currency,
        uint32 maxCost,
        bool recourse,
        uint40 expiresAt,
        bytes32 ref
    );
    /// @notice The request left the book unfilled.
    event SellRequestEnded(uint64 indexed request, SellRequestStatus how);
    /// @notice The request was filled by `sale`, to `buyer` under its quote.
    event SellRequestFilled(
        uint64 indexed round,
        uint64 indexed request,
        bytes32 indexed quote,
        uint64 sale,
        PartyId buyer
    );
    /// @param reason ABI-encoded error
    event SellRequestUnfilled(uint64 indexed round, uint64 indexed request, bytes reason);
    /// @notice The round is over, after the outcome of each of its requests.
    /// @param requests those in the book
    /// @param quotes those that took part
    /// @param fills requests that were filled
    event RoundMatched(
        uint64 indexed round,
        PartyId indexed obligor,
        bytes3 indexed currency,
        PartyId by,
        uint256 requests,
        uint256 quotes,
        uint256 fills
    );

    //------------------------------------------------------------------ refusals

    /// @notice There is no open sell request {request}.
    error SellRequestNotOpen(uint64 request);
    /// @notice The sell request {request} belongs to party {seller}, not to party {caller}.
    error NotTheSeller(uint64 request, PartyId seller, PartyId caller);
    /// @notice The sell request would expire at {expiresAt}, which is in the past.
    error SellRequestAlreadyExpired(uint40 expiresAt);
    /// @notice The book of party {obligor} in {currency} has {maximum} open sell requests, the most it can hold.
    error BookFull(PartyId obligor, bytes3 currency, uint256 maximum);
    /// @notice Party {seller} has {maximum} open sell requests in this book, the most one seller may have.
    error TooManySellRequests(PartyId seller, uint256 maximum);
    /// @notice The book of party {obligor} in {currency} has no open sell request.
    error BookEmpty(PartyId obligor, bytes3 currency);
    /// @notice A round takes all {count} published quotes in {currency}, in order of publication.
    error QuotesIncomplete(bytes3 currency, uint256 count);
    /// @notice The {quotes} quotes published in {currency} are more than one round can process.
    error RoundTooLarge(bytes3 currency, uint256 quotes);
    /// @notice The round ran out of gas and had no effect.
    error RoundCutShort();

    //------------------------------------------------------------------ reasons why a request was not filled

    /// @notice The sell request {request} expired at {expiresAt}.
    error SellRequestExpired(uint64 request, uint40 expiresAt);
    /// @notice No published quote buys promises of party {obligor} in {currency}.
    error NoQuoteBuys(PartyId obligor, bytes3 currency);
    /// @notice The quote {quote} is with recourse, and the sell request does not accept recourse.
    error RecourseNotTaken(bytes32 quote);
    /// @notice With {quotes} quotes the round has room for {requests} sell requests of the book; this one waits for the
    /// next round.
    error RoundFull(uint256 requests, uint256 quotes);

    //------------------------------------------------------------------ sellers

    /// @notice Puts a lot up for sale. Only a party that could sell it now. It stays free to be sold or passed on otherwise: a
    /// round finds out.
    /// @param maxCost most all-in cost the seller takes, in ppm a year
    /// @param recourse whether quotes with recourse will do
    /// @param expiresAt Unix seconds
    /// @param ref the seller's own reference, or 0
    function placeRequest(
        Lot calldata lot,
        uint32 maxCost,
        bool recourse,
        uint40 expiresAt,
        bytes32 ref
    ) external returns (uint64 id);

    /// @notice Withdraws a request. Only its seller, suspended or not, or who stands in its place.
    function withdraw(uint64 id) external;

    //------------------------------------------------------------------ anyone

    /// @notice Takes requests that have expired, or can never be filled, out of a book.
    function sweep(PartyId obligor, bytes3 currency) external;

    /// @notice Matches a book with all published quotes of the currency, by the rule above. Any party that may hold notes.
    /// @param quotes as {IOfferBook-openOffers} lists them
    function matchRound(
        PartyId obligor,
        bytes3 currency,
        Quote[] calldata quotes
    ) external returns (uint64 round, Outcome[] memory outcomes);

    //------------------------------------------------------------------ views

    function requestOf(uint64 id) external view returns (SellRequest memory);

    /// @notice Open requests of a book, in order of time; expired ones stay until they are swept or a round ends them.
    function openRequests(PartyId obligor, bytes3 currency) external view returns (uint64[] memory);

    function roundCount() external view returns (uint64);
}
