// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {Lot} from "./Lot.sol";
import {Offering, Paper} from "./Offering.sol";

enum OfferKind {
    Quote,
    LoanOffer
}

/// @notice What the book knows of an offer. One that was only signed is known once it was taken or withdrawn.
/// @param by, currency, expiresAt, kind of one that was published
/// @param published whether it is on the public list
/// @param withdrawn whether it was withdrawn, which is for good
/// @param used how much was taken under it, in minor units
struct OfferState {
    PartyId by;
    bytes3 currency;
    uint40 expiresAt;
    OfferKind kind;
    bool published;
    bool withdrawn;
    uint64 used;
}

/// @title The offer book: what quotes and loan offers share
/// @notice A financier's offer is either published, for every member to see, or signed (EIP-712, in this book's domain) for named
/// parties. It stands until it expires, is withdrawn or is used up. A party may be named, and may act, by its own number or in
/// the place of one it succeeded:
///
/// - an offer for a predecessor is open to its successor, and one for a predecessor's promises takes its successor's, and the
///   other way round;
/// - fees for a predecessor go to its successor;
/// - a predecessor's offers buy and lend nothing any more; its successor withdraws them, or puts its own in their place.
///
/// Quotes are published and withdrawn through {IDiscounting}, loan offers through {ILoanOffers}: they know the terms.
interface IOfferBook {
    //------------------------------------------------------------------ events

    /// @notice The offer stands no more; `by` is its financier, or who stands in its place.
    event OfferWithdrawn(bytes32 indexed offer, PartyId indexed by);
    /// @notice The offer had expired, and was taken off the list.
    event OfferSwept(bytes32 indexed offer);
    /// @notice `amount` was taken under the offer, `used` in all.
    event OfferUsed(bytes32 indexed offer, uint64 amount, uint64 used);

    //------------------------------------------------------------------ refusals: the offer

    /// @notice The offer {offer} belongs to party {by}, not to party {caller}.
    error NotTheOfferer(bytes32 offer, PartyId by, PartyId caller);
    /// @notice The offer is incomplete or contradicts itself: {field}.
    error OfferInvalid(string field);
    /// @notice The offer {offer} was already published.
    error OfferAlreadyPublished(bytes32 offer);
    /// @notice The offer {offer} is not among the published offers.
    error OfferNotPublished(bytes32 offer);
    /// @notice Financier {by} has {count} published offers of this kind in {currency}; at most {maximum}.
    error TooManyOffers(PartyId by, bytes3 currency, uint256 count, uint256 maximum);
    /// @notice The offer {offer} is neither published nor signed with the current key of party {by}.
    error OfferNotSigned(bytes32 offer, PartyId by);
    /// @notice The offer {offer} was withdrawn.
    error OfferIsWithdrawn(bytes32 offer);
    /// @notice The offer {offer} expired at {expiresAt}.
    error OfferExpired(bytes32 offer, uint40 expiresAt);
    /// @notice The offer {offer} stands until {expiresAt}.
    error OfferNotExpired(bytes32 offer, uint40 expiresAt);
    /// @notice The caller {caller} is not a contract that makes offers.
    error NotAnOfferKind(address caller);

    //------------------------------------------------------------------ refusals: who takes it, and for what

    /// @notice The offer {offer} is not open to party {taker}.
    error TakerNotNamed(bytes32 offer, PartyId taker);
    /// @notice Party {party} cannot take its own offer.
    error OfferToSelf(PartyId party);
    /// @notice The offer {offer} is for other lots.
    error LotsDiffer(bytes32 offer);
    /// @notice At least one lot is required and at most {maximum} are allowed; {count} were given.
    error LotCount(uint256 count, uint256 maximum);
    /// @notice Lots must be in ascending order of their notes, each note once; note {note} is out of order or repeated.
    error LotsOutOfOrder(NoteId note);
    /// @notice Note {note} was financed {times} times on its path; this request would exceed the maximum of {maximum}.
    error FinancedTooOften(NoteId note, uint8 times, uint8 maximum);
    /// @notice Payable {payableId} is in {currency}; the offer is in {offered}.
    error OfferCurrencyDiffers(PayableId payableId, bytes3 currency, bytes3 offered);
    /// @notice The offer {offer} does not accept promises of party {obligor}.
    error ObligorNotTaken(bytes32 offer, PartyId obligor);
    /// @notice The payables issued against document {fingerprint} exceed what is left of it after its credit notes.
    error DocumentIsOverdrawn(PayableId payableId, bytes32 fingerprint);

    //------------------------------------------------------------------ refusals: how much it comes to

    /// @notice The offer {offer} has {left} of its capacity left; {wanted} is requested.
    error OfferCapacityExceeded(bytes32 offer, uint64 left, uint256 wanted);
    /// @notice The all-in cost is {cost} ppm a year, more than the limit of {maximum}.
    error CostAboveLimit(uint256 cost, uint32 maximum);
    /// @notice The financier {by} has {available} {currency} available; {needed} is required.
    error CashTooLow(PartyId by, bytes3 currency, uint256 available, uint64 needed);

    //------------------------------------------------------------------ the contracts that make offers

    /// @notice Puts an offer on its currency's list. Only the contract of its kind, for `caller`, whose own offer it has to be.
    /// @param replaces a published offer of the same kind, of the caller or one it succeeded, that is withdrawn in the same
    /// step; or 0. What was taken under it does not count against the new one.
    function publish(Offering calldata offer, bytes32 replaces, PartyId caller) external;

    /// @notice Withdraws a published or a signed offer, at once and for good. Only the contract of its kind, for `caller`: the
    /// financier `by`, suspended or not, or who stands in its place.
    function withdraw(bytes32 offer, PartyId by, PartyId caller) external;

    /// @notice Counts what was taken under an offer. Only the contract of its kind, after {requireTakeable}, within what is left.
    function use(bytes32 offer, uint64 amount) external;

    //------------------------------------------------------------------ anyone

    /// @notice Takes a published offer that has expired off the list.
    function sweep(bytes32 offer) external;

    //------------------------------------------------------------------ views

    /// @notice Refuses unless the offer stands, the taker may take it, and the lots are the taker's own, free and of a kind
    /// that the offer takes.
    /// @param signature the financier's over {digestOf}; empty for a published one
    /// @param hops by which the lots' notes are financed at once: 1 where they are sold, 0 where they are pledged
    /// @return papers what each lot is cut from
    /// @return left of the offer's capacity
    /// @return feeTo who receives the fees today: the financier itself, where nobody is named
    function requireTakeable(
        Offering calldata offer,
        bytes calldata signature,
        PartyId taker,
        Lot[] calldata lots,
        uint8 hops
    ) external view returns (Paper[] memory papers, uint64 left, PartyId feeTo);

    /// @notice Refuses what {requireTakeable} would refuse whatever the offer: unless the holder may act, the lot is its own
    /// and free, and nothing is against the promise.
    function requireFree(PartyId holder, Lot calldata lot, uint8 hops) external view;

    /// @notice Whether one who takes promises of these obligors and of this group of its own takes this obligor's.
    function takes(
        PartyId by,
        PartyId[] calldata obligors,
        bytes32 group,
        PartyId obligor
    ) external view returns (bool);

    /// @notice EIP-712 digest that the financier signs, of the offer with this hash.
    function digestOf(bytes32 offer) external view returns (bytes32);

    function stateOf(bytes32 offer) external view returns (OfferState memory);

    /// @notice Published offers of a kind in a currency, in order of publication; expired ones stay until they are swept.
    function openOffers(OfferKind kind, bytes3 currency) external view returns (bytes32[] memory);
}
