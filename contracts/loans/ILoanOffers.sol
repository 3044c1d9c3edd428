// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {LoanOffer} from "./LoanOffer.sol";
import {Lot} from "../discounting/Quote.sol";

/// @notice What a loan comes to. Amounts in minor units.
/// @param face of the collateral
/// @param principal lent
/// @param fees out of that; the rest is the borrower's, or its payees'
/// @param received what is left of the principal
/// @param interest to the due date, if all is drawn today and repaid then
/// @param cost all that is given up over all that is received, per year on ACT/365F, in ppm; see {Pricing-allInCost}
struct LoanPrice {
    uint64 face;
    uint64 principal;
    uint64 fees;
    uint64 received;
    uint64 interest;
    uint256 cost;
}

/// @title What financiers lend against notes, and what a loan would come to
/// @notice A lender's offer is either published, for every member to see, or signed (EIP-712) for named borrowers; one function
/// of {IPledgedLoans} takes up both.
interface ILoanOffers {
    //------------------------------------------------------------------ events

    event LoanOfferPublished(bytes32 indexed offer, PartyId indexed lender, LoanOffer terms);
    /// @notice The offer lends nothing any more.
    event LoanOfferPulled(bytes32 indexed offer, PartyId indexed by);

    //------------------------------------------------------------------ refusals

    /// @notice The loan offer {offer} is party {lender}'s, not party {caller}'s.
    error NotTheOfferer(bytes32 offer, PartyId lender, PartyId caller);
    /// @notice The loan offer is incomplete or contradicts itself: {field}.
    error LoanOfferInvalid(string field);
    /// @notice The loan offer {offer} was already published.
    error LoanOfferAlreadyPublished(bytes32 offer);
    /// @notice The loan offer {offer} is not a published one that still stands.
    error LoanOfferNotStanding(bytes32 offer);
    /// @notice The loan offer {offer} is neither published nor signed with the present key of party {lender}.
    error LoanOfferNotSigned(bytes32 offer, PartyId lender);
    /// @notice The loan offer {offer} was pulled.
    error LoanOfferIsPulled(bytes32 offer);
    /// @notice The loan offer {offer} expired at {expiresAt}.
    error LoanOfferExpired(bytes32 offer, uint40 expiresAt);
    /// @notice The loan offer {offer} is for other borrowers than party {borrower}.
    error BorrowerNotNamed(bytes32 offer, PartyId borrower);
    /// @notice The loan offer {offer} is for other lots.
    error CollateralDiffers(bytes32 offer);
    /// @notice Party {party} cannot borrow from itself.
    error LoanToSelf(PartyId party);
    /// @notice A loan needs at least one lot and at most {maximum}; here are {count}.
    error CollateralCount(uint256 count, uint256 maximum);
    /// @notice Payable {payableId} is in {currency}, and the loan offer in {offered}.
    error LoanCurrencyDiffers(PayableId payableId, bytes3 currency, bytes3 offered);
    /// @notice The loan offer {offer} does not take promises of party {obligor}.
    error ObligorNotTaken(bytes32 offer, PartyId obligor);
    /// @notice Note {note} was financed {times} times on its way; it can be pledged after {maximum} at most.
    error PledgedTooLate(NoteId note, uint8 times, uint8 maximum);
    /// @notice {principal} is asked for, and the collateral advances {most}.
    error AdvanceExceeded(uint64 principal, uint64 most);
    /// @notice The loan would be due on {dueDate}; this offer takes {earliest} to {latest}.
    error LoanTermOutOfRange(Day dueDate, Day earliest, Day latest);
    /// @notice {left} is left of the loan offer's capacity, and {wanted} is asked for.
    error LoanCapacityExceeded(bytes32 offer, uint64 left, uint64 wanted);
    /// @notice The fees are {fees}, more than the principal of {principal}.
    error FeesAbovePrincipal(uint256 fees, uint64 principal);
    /// @notice The lender {lender} has {available} {currency} to lend, and {wanted} is needed.
    error LenderCashTooLow(PartyId lender, bytes3 currency, uint256 available, uint64 wanted);
    /// @notice The caller {caller} is not the contract of the loans.
    error NotTheLoans(address caller);

    //------------------------------------------------------------------ offers (financiers)

    /// @notice Publishes an offer for every member to see. Only its lender.
    /// @param replaces an offer that is pulled in the same step, or 0
    function publish(LoanOffer calldata offer, bytes32 replaces) external returns (bytes32 hash);

    /// @notice Pulls a published or a signed offer, at once and for good. Only its lender.
    function pull(LoanOffer calldata offer) external;

    //------------------------------------------------------------------ the contract of the loans

    /// @notice Takes principal off an offer's capacity, for a loan that is made in the same step. Only {IPledgedLoans}.
    /// @return hash the offer's
    /// @return price what the loan comes to, at most at `maxCost`
    /// @return used principal lent under the offer
    function take(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate,
        uint32 maxCost
    ) external returns (bytes32 hash, LoanPrice memory price, uint64 used);

    //------------------------------------------------------------------ views

    /// @notice What a loan would come to now; refuses what {IPledgedLoans-borrow} would refuse, for the same reason.
    function appraise(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate
    ) external view returns (LoanPrice memory);

    /// @notice EIP-712 digest that the lender signs.
    function digestOf(LoanOffer calldata offer) external view returns (bytes32);

    /// @notice The offer's hash, by which the ledger knows it.
    function hashOf(LoanOffer calldata offer) external view returns (bytes32);

    /// @return published whether it was published
    /// @return pulled whether it was pulled
    /// @return used principal lent under it
    function offerState(bytes32 hash) external view returns (bool published, bool pulled, uint64 used);
}
