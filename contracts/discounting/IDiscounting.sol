// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {Lot} from "../offers/Lot.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {Quote} from "./Quote.sol";

/// @notice What a sale comes to. Amounts in minor units.
/// @param face units sold
/// @param discount taken off the face; `face - discount` is what the buyer pays
/// @param fees out of that; the rest is the seller's
/// @param received what the seller is left with
/// @param feeTo who receives the fees; the buyer itself, where it keeps them
/// @param cost all that is given up over all that is received, per year on ACT/365F, in ppm; see {Pricing-allInCost}
/// @param costKey the same at full precision, to put prices in order
struct Price {
    uint64 face;
    uint64 discount;
    uint64 fees;
    uint64 received;
    PartyId feeTo;
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
/// @notice A financier's quote stands in the offer book, published or signed ({IOfferBook}); one function fills both. Note and
/// cash change hands in one transaction, directly between the two.
interface IDiscounting {
    //------------------------------------------------------------------ events

    event QuotePublished(bytes32 indexed quote, PartyId indexed financier, Quote terms);
    /// @param feeTo who received the fees; the buyer itself, where it kept them
    /// @param ref the seller's own reference, or 0
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
        bytes32 ref
    );
    /// @notice One lot of a sale: `note`, a promise of `obligor` due on `dueDate`, was cut from `fromNote` for the buyer, which paid
    /// its units less its share of the discount.
    event NoteSold(
        uint64 indexed sale,
        NoteId indexed note,
        NoteId indexed fromNote,
        PartyId obligor,
        uint64 units,
        uint64 discount,
        uint16 daysLeft,
        Day dueDate
    );

    //------------------------------------------------------------------ refusals

    /// @notice Payable {payableId} is due in {daysLeft} days; the quote buys {minDays} to {maxDays} days.
    error TenorOutOfRange(PayableId payableId, uint256 daysLeft, uint16 minDays, uint16 maxDays);
    /// @notice The quote buys at least {minUnits} per sale; the lots amount to {units}.
    error BelowQuotedMinimum(bytes32 quote, uint64 minUnits, uint64 units);
    /// @notice Rule set {ruleSet} does not allow sales with recourse.
    error RecourseNotAllowed(uint16 ruleSet);
    /// @notice The fees are {fees}, more than the proceeds of {proceeds}.
    error FeesAboveProceeds(uint256 fees, uint64 proceeds);
    /// @notice There was not enough gas to determine whether the quote {quote} buys.
    error BidCutShort(bytes32 quote);
    /// @notice The caller {caller} is not the matching-round contract.
    error NotTheRounds(address caller);

    //------------------------------------------------------------------ quotes (financiers)

    /// @notice Publishes a quote for every member to see. Only its financier.
    /// @param replaces a quote that is withdrawn in the same step, or 0; see {IOfferBook-publish}
    function publish(Quote calldata quote, bytes32 replaces) external returns (bytes32 hash);

    /// @notice Withdraws a published or a signed quote, at once and for good. Only its financier, or who stands in its place.
    function withdraw(Quote calldata quote) external;

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

    /// @notice Whether a published quote bids in a round of an obligor's promises: it has not expired, takes them, and its
    /// financier, which is not the obligor, and who receives its fees may act. Refuses for want of gas alone.
    /// @return hash the quote's
    /// @return bids whether it does
    /// @return left of its capacity
    /// @return feeTo who receives its fees today; the financier itself, where it keeps them
    function bidOf(
        Quote calldata quote,
        PartyId obligor
    ) external view returns (bytes32 hash, bool bids, uint64 left, PartyId feeTo);

    /// @notice The quote's hash, by which the offer book knows it.
    function hashOf(Quote calldata quote) external view returns (bytes32);

    function saleOf(NoteId note) external view returns (uint64 sale);

    function sale(uint64 id) external view returns (Sale memory);

    /// @notice Whether the note was sold to its holder with recourse to the holder of its parent.
    function soldWithRecourse(NoteId note) external view returns (bool);
}
