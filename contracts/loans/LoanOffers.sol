// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IOfferBook} from "../offers/IOfferBook.sol";
import {Lot} from "../offers/Lot.sol";
import {Offering} from "../offers/Offering.sol";
import {Payment} from "../offers/Payment.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {ILoanOffers, LoanPrice} from "./ILoanOffers.sol";
import {LoanOffer, hashLoanOffer, offeringOf} from "./LoanOffer.sol";

/// @title Offers to lend; see {ILoanOffers}
/// @notice Whoever looks at a price and whoever borrows at it runs the same code: what {appraise} says, {take} does.
contract LoanOffers is ILoanOffers, ERC2771Context {
    using Payment for ICashBook;

    uint256 private constant MILLION = 1_000_000;
    uint256 private constant MOST_NAMES = 100; // parties of one list of an offer
    uint8 private constant HOPS = 0; // by which a pledge finances a note: the lender may never have to take it

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IOfferBook private immutable _offers;
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    address private immutable _loans;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IOfferBook offers,
        ICashBook cashBook,
        IConcentration concentration,
        address loans
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _offers = offers;
        _cashBook = cashBook;
        _concentration = concentration;
        _loans = loans;
    }

    //------------------------------------------------------------------ the lender

    /// @inheritdoc ILoanOffers
    function publish(LoanOffer calldata offer, bytes32 replaces) external returns (bytes32 hash) {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        _requireComplete(offer);
        Offering memory offering = offeringOf(offer);
        hash = offering.hash;
        _offers.publish(offering, replaces, caller);
        emit LoanOfferPublished(hash, caller, offer);
    }

    /// @inheritdoc ILoanOffers
    function withdraw(LoanOffer calldata offer) external {
        _offers.withdraw(hashLoanOffer(offer), offer.lender, _parties.partyOf(_msgSender()));
    }

    //------------------------------------------------------------------ the contract of the loans

    /// @inheritdoc ILoanOffers
    function take(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate,
        uint32 maxCost
    ) external returns (bytes32 hash, LoanPrice memory price) {
        if (msg.sender != _loans) revert NotTheLoans(msg.sender);
        (hash, price) = _price(offer, signature, borrower, lots, principal, dueDate);
        if (price.cost > maxCost) revert IOfferBook.CostAboveLimit(price.cost, maxCost);
        _offers.use(hash, principal);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ILoanOffers
    function appraise(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate
    ) external view returns (LoanPrice memory price) {
        (, price) = _price(offer, signature, borrower, lots, principal, dueDate);
    }

    /// @inheritdoc ILoanOffers
    function hashOf(LoanOffer calldata offer) external pure returns (bytes32) {
        return hashLoanOffer(offer);
    }

    //------------------------------------------------------------------ internals

    /// @dev Everything a loan is refused for, and what it comes to.
    function _price(
        LoanOffer calldata offer,
        bytes calldata signature,
        PartyId borrower,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate
    ) private view returns (bytes32 hash, LoanPrice memory price) {
        _requireComplete(offer);
        Offering memory offering = offeringOf(offer);
        hash = offering.hash;
        uint64 left;
        (, left, price.feeTo) = _offers.requireTakeable(offering, signature, borrower, lots, HOPS);
        for (uint256 i = 0; i < lots.length; ++i) price.face += lots[i].units;
        price.principal = principal;
        if (principal == 0) revert IReceivableLedger.AmountZero();
        uint256 most = (price.face * uint256(offer.advanceRate)) / MILLION;
        if (principal > most) revert AdvanceExceeded(principal, uint64(most));
        if (principal > left) revert IOfferBook.OfferCapacityExceeded(hash, left, principal);
        _complete(offer, price, dueDate);
        _cashBook.requireCash(_parties, offer.lender, offer.currency, price.received, price.fees, price.feeTo);
        _concentration.requireRoom(offer.lender, borrower, offer.currency, principal);
    }

    /// @dev The term, the fees, and what it costs if all is drawn today and repaid when it is due.
    function _complete(LoanOffer calldata offer, LoanPrice memory price, Day dueDate) private view {
        Day today = _rules.today();
        Day earliest = Day.wrap(Day.unwrap(today) + 1);
        Day latest = Day.wrap(Day.unwrap(today) + offer.maxDays);
        if (dueDate < earliest || dueDate > latest) revert LoanTermOutOfRange(dueDate, earliest, latest);
        uint64 principal = price.principal;
        uint256 fees = Pricing.fees(principal, offer.flatFee, offer.feeRate);
        if (fees > principal) revert FeesAbovePrincipal(fees, principal);
        price.fees = uint64(fees);
        price.received = principal - price.fees;
        (uint256 num, uint256 den) = DayCounts.yearFraction(offer.dayCount, today, dueDate, dueDate);
        uint256 interest = Pricing.interest(principal, offer.rate, num, den);
        price.interest = interest > type(uint64).max - principal ? type(uint64).max - principal : uint64(interest);
        uint256 repaid = uint256(principal) + price.interest;
        uint256 repaidDays = repaid * (Day.unwrap(dueDate) - Day.unwrap(today));
        price.cost = Pricing.allInCost(repaid, price.received, repaidDays);
        price.costKey = Pricing.costKey(repaid, price.received, repaidDays);
    }

    function _requireComplete(LoanOffer calldata o) private pure {
        if (o.advanceRate == 0 || o.advanceRate > MILLION) revert IOfferBook.OfferInvalid("advanceRate");
        if (o.maxDays == 0) revert IOfferBook.OfferInvalid("maxDays");
        if (o.rate > MILLION) revert IOfferBook.OfferInvalid("rate");
        if (o.feeRate > MILLION) revert IOfferBook.OfferInvalid("feeRate");
        if (o.capacity == 0) revert IOfferBook.OfferInvalid("capacity");
        if (o.obligors.length > MOST_NAMES) revert IOfferBook.OfferInvalid("obligors");
        if (o.borrowers.length > MOST_NAMES) revert IOfferBook.OfferInvalid("borrowers");
        if (o.payees.length > MOST_NAMES) revert IOfferBook.OfferInvalid("payees");
        if (o.payees.length == 0 && o.drawDays > 0) revert IOfferBook.OfferInvalid("drawDays");
    }
}
