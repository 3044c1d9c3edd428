// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {Lot} from "../offers/Lot.sol";
import {PartyId} from "../parties/PartyId.sol";
import {LoanOffer} from "./LoanOffer.sol";

/// @notice What a loan comes to. Amounts in minor units.
/// @param face of the collateral
/// @param principal lent
/// @param fees out of that; the rest is the borrower's, or its payees'
/// @param received what is left of the principal
/// @param feeTo who receives the fees; the lender itself, where it keeps them
/// @param interest to the due date, if all is drawn today and repaid then
/// @param cost all that is given up over all that is received, per year on ACT/365F, in ppm; see {Pricing-allInCost}
/// @param costKey the same at full precision, to put prices in order
struct LoanPrice {
    uint64 face;
    uint64 principal;
    uint64 fees;
    uint64 received;
    PartyId feeTo;
    uint64 interest;
    uint256 cost;
    uint128 costKey;
}

/// @title What financiers lend against notes, and what a loan would come to
/// @notice A lender's offer stands in the offer book, published or signed ({IOfferBook}); one function of {IPledgedLoans} takes up
/// both.
interface ILoanOffers {
    //------------------------------------------------------------------ events

    event LoanOfferPublished(bytes32 indexed offer, PartyId indexed lender, LoanOffer terms);

    //------------------------------------------------------------------ refusals

    /// @notice {principal} is requested; the collateral supports at most {most}.
    error AdvanceExceeded(uint64 principal, uint64 most);
    /// @notice The loan would be due on {dueDate}; this offer allows due dates from {earliest} to {latest}.
    error LoanTermOutOfRange(Day dueDate, Day earliest, Day latest);
    /// @notice The fees are {fees}, more than the principal of {principal}.
    error FeesAbovePrincipal(uint256 fees, uint64 principal);
    /// @notice The caller {caller} is not the loan contract.
    error NotTheLoans(address caller);

    //------------------------------------------------------------------ offers (financiers)

    /// @notice Publishes an offer for every member to see. Only its lender.
    /// @param replaces an offer that is withdrawn in the same step, or 0; see {IOfferBook-publish}
    function publish(LoanOffer calldata offer, bytes32 replaces) external returns (bytes32 hash);

    /// @notice Withdraws a published or a signed offer, at once and for good. Only its lender, or who stands in its place.
    function withdraw(LoanOffer calldata offer) external;

    //------------------------------------------------------------------ the contract of the loans

    /// @notice Takes principal off an offer's capacity, for a loan that is made in the same step. Only {IPledgedLoans}.
    /// @return hash the offer's
    /// @return price what the loan comes to, at most at `maxCost`
    function take(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate,
        uint32 maxCost
    ) external returns (bytes32 hash, LoanPrice memory price);

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

    /// @notice The offer's hash, by which the offer book knows it.
    function hashOf(LoanOffer calldata offer) external view returns (bytes32);
}
