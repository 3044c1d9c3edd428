// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {Document, DocumentUse, IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note} from "../receivables/Note.sol";
import {Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IDiscounting} from "../discounting/IDiscounting.sol";
import {ILoanOffers, LoanPrice} from "./ILoanOffers.sol";
import {LoanOffer, hashLoanOffer} from "./LoanOffer.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {Lot, hashLots} from "../discounting/Quote.sol";

/// @title Offers to lend; see {ILoanOffers}
/// @notice Whoever looks at a price and whoever borrows at it runs the same code: what {appraise} says, {take} does.
contract LoanOffers is ILoanOffers, EIP712, ERC2771Context {
    uint256 private constant MILLION = 1_000_000;

    /// @dev Lots of one loan, and parties of one list of an offer.
    uint256 private constant MOST_LOTS = 50;
    uint256 private constant MOST_PARTIES = 100;

    /// @dev Above it a note may have too few hops left to be taken, given back and claimed on.
    uint8 private constant MOST_SALES = 6;

    struct OfferState {
        PartyId by; // who published it
        bool published;
        bool pulled; // for good
        uint64 used; // of its capacity
    }

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    IDocumentRegistry private immutable _documents;
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    address private immutable _loans;

    mapping(bytes32 hash => OfferState) private _offers;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IDocumentRegistry documents,
        ICashBook cashBook,
        IConcentration concentration,
        address loans
    ) EIP712("Deeptier LoanOffers", "1") ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _documents = documents;
        _cashBook = cashBook;
        _concentration = concentration;
        _loans = loans;
    }

    //------------------------------------------------------------------ the lender

    /// @inheritdoc ILoanOffers
    function publish(LoanOffer calldata offer, bytes32 replaces) external returns (bytes32 hash) {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        hash = hashLoanOffer(offer);
        if (offer.lender != caller) revert NotTheOfferer(hash, offer.lender, caller);
        _requireSound(offer);
        if (block.timestamp >= offer.expiresAt) revert LoanOfferExpired(hash, offer.expiresAt);
        OfferState storage state = _offers[hash];
        if (state.pulled) revert LoanOfferIsPulled(hash);
        if (state.published) revert LoanOfferAlreadyPublished(hash);
        if (replaces != 0) {
            OfferState storage old = _offers[replaces];
            if (!old.published || old.pulled) revert LoanOfferNotStanding(replaces);
            _pull(replaces, old.by, caller);
        }
        state.by = caller;
        state.published = true;
        emit LoanOfferPublished(hash, caller, offer);
    }

    /// @inheritdoc ILoanOffers
    function pull(LoanOffer calldata offer) external {
        bytes32 hash = hashLoanOffer(offer);
        if (_offers[hash].pulled) revert LoanOfferIsPulled(hash);
        _pull(hash, offer.lender, _parties.partyOf(_msgSender()));
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
    ) external returns (bytes32 hash, LoanPrice memory price, uint64 used) {
        if (msg.sender != _loans) revert NotTheLoans(msg.sender);
        (hash, price) = _price(offer, signature, borrower, lots, principal, dueDate);
        if (price.cost > maxCost) revert IDiscounting.CostAboveLimit(price.cost, maxCost);
        used = _offers[hash].used += principal;
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
    function digestOf(LoanOffer calldata offer) external view returns (bytes32) {
        return _hashTypedDataV4(hashLoanOffer(offer));
    }

    /// @inheritdoc ILoanOffers
    function hashOf(LoanOffer calldata offer) external pure returns (bytes32) {
        return hashLoanOffer(offer);
    }

    /// @inheritdoc ILoanOffers
    function offerState(bytes32 hash) external view returns (bool published, bool pulled, uint64 used) {
        OfferState storage state = _offers[hash];
        return (state.published, state.pulled, state.used);
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
        hash = hashLoanOffer(offer);
        _requireStanding(offer, hash, signature);
        _requireOpenTo(offer, hash, borrower, lots);
        price.face = _requireLots(offer, hash, borrower, lots);
        price.principal = principal;
        if (principal == 0) revert IReceivableLedger.AmountZero();
        uint256 most = (price.face * uint256(offer.advanceRate)) / MILLION;
        if (principal > most) revert AdvanceExceeded(principal, uint64(most));
        uint64 left = offer.capacity - _offers[hash].used;
        if (principal > left) revert LoanCapacityExceeded(hash, left, principal);

        Day today = _rules.today();
        Day earliest = Day.wrap(Day.unwrap(today) + 1);
        Day latest = Day.wrap(Day.unwrap(today) + offer.maxDays);
        if (dueDate < earliest || dueDate > latest) revert LoanTermOutOfRange(dueDate, earliest, latest);
        uint256 fees = Pricing.fees(principal, offer.flatFee, offer.feeRate);
        if (fees > principal) revert FeesAbovePrincipal(fees, principal);
        price.fees = uint64(fees);
        price.received = principal - price.fees;
        (uint256 num, uint256 den) = DayCounts.yearFraction(offer.dayCount, today, dueDate, dueDate);
        uint256 interest = Pricing.interest(principal, offer.rate, num, den);
        price.interest = interest > type(uint64).max - principal ? type(uint64).max - principal : uint64(interest);
        uint256 repaid = uint256(principal) + price.interest;
        price.cost = Pricing.allInCost(repaid, price.received, repaid * (Day.unwrap(dueDate) - Day.unwrap(today)));

        _requireCash(offer, price);
        _concentration.requireRoom(offer.lender, borrower, offer.currency, principal);
    }

    function _feeTo(LoanOffer calldata offer) private pure returns (PartyId) {
        return offer.feeTo == NOBODY ? offer.lender : offer.feeTo;
    }

    /// @dev The party itself, or the one that stands in its place through succession.
    function _isParty(PartyId party, PartyId caller) private view returns (bool) {
        return party == caller || _parties.resolve(party) == caller;
    }

    //------------------------------------------------------------------ the offer

    function _pull(bytes32 hash, PartyId lender, PartyId caller) private {
        if (!_isParty(lender, caller)) revert NotTheOfferer(hash, lender, caller);
        _offers[hash].pulled = true;
        emit LoanOfferPulled(hash, caller);
    }

    function _requireSound(LoanOffer calldata o) private pure {
        if (o.advanceRate == 0 || o.advanceRate > MILLION) revert LoanOfferInvalid("advanceRate");
        if (o.maxDays == 0) revert LoanOfferInvalid("maxDays");
        if (o.rate > MILLION) revert LoanOfferInvalid("rate");
        if (o.feeRate > MILLION) revert LoanOfferInvalid("feeRate");
        if (o.capacity == 0) revert LoanOfferInvalid("capacity");
        if (o.obligors.length > MOST_PARTIES) revert LoanOfferInvalid("obligors");
        if (o.borrowers.length > MOST_PARTIES) revert LoanOfferInvalid("borrowers");
        if (o.payees.length > MOST_PARTIES) revert LoanOfferInvalid("payees");
        if (o.payees.length == 0 && o.drawDays > 0) revert LoanOfferInvalid("drawDays");
    }

    function _requireStanding(LoanOffer calldata offer, bytes32 hash, bytes calldata signature) private view {
        OfferState storage state = _offers[hash];
        if (state.pulled) revert LoanOfferIsPulled(hash);
        if (block.timestamp >= offer.expiresAt) revert LoanOfferExpired(hash, offer.expiresAt);
        if (!state.published) {
            address key = _parties.party(offer.lender).key;
            if (
                signature.length == 0 ||
                !SignatureChecker.isValidSignatureNowCalldata(key, _hashTypedDataV4(hash), signature)
            ) revert LoanOfferNotSigned(hash, offer.lender);
            _requireSound(offer);
        }
    }

    function _requireOpenTo(
        LoanOffer calldata offer,
        bytes32 hash,
        PartyId borrower,
        Lot[] calldata lots
    ) private view {
        _parties.requireStanding(offer.lender, Roles.FINANCIER);
        _parties.requireStanding(borrower, Roles.HOLDERS);
        if (offer.lender == borrower) revert LoanToSelf(borrower);
        if (offer.borrowers.length > 0 && !_names(offer.borrowers, borrower)) revert BorrowerNotNamed(hash, borrower);
        if (lots.length == 0 || lots.length > MOST_LOTS) revert CollateralCount(lots.length, MOST_LOTS);
        if (offer.lots != 0 && offer.lots != hashLots(lots)) revert CollateralDiffers(hash);
    }

    /// @dev Whether a list names the party, or one in whose place it stands.
    function _names(PartyId[] calldata list, PartyId party) private view returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (_isParty(list[i], party)) return true;
        }
        return false;
    }

    function _requireCash(LoanOffer calldata offer, LoanPrice memory price) private view {
        uint64 needed = price.received;
        PartyId feeTo = _feeTo(offer);
        if (feeTo != offer.lender && price.fees > 0) {
            _parties.requireStanding(feeTo, 0);
            needed += price.fees;
        }
        uint256 available = _cashBook.cashOf(offer.currency).availableOf(offer.lender.account());
        if (needed > available) revert LenderCashTooLow(offer.lender, offer.currency, available, needed);
    }

    //------------------------------------------------------------------ the collateral

    function _requireLots(
        LoanOffer calldata offer,
        bytes32 hash,
        PartyId borrower,
        Lot[] calldata lots
    ) private view returns (uint64 face) {
        uint64 last;
        PayableId payable_;
        for (uint256 i = 0; i < lots.length; ++i) {
            NoteId id = lots[i].note;
            if (NoteId.unwrap(id) <= last) revert IDiscounting.LotsOutOfOrder(id);
            last = NoteId.unwrap(id);
            Note memory n = _ledger.note(id);
            if (n.holder == NOBODY) revert IReceivableLedger.NoteUnknown(id);
            if (!_isParty(n.holder, borrower)) revert IReceivableLedger.NotTheHolder(id, n.holder, borrower);
            if (PayableId.unwrap(id.payableOf()) != PayableId.unwrap(payable_)) {
                payable_ = id.payableOf();
                _requireTaken(offer, hash, payable_);
            }
            if (n.financings > MOST_SALES) revert PledgedTooLate(id, n.financings, MOST_SALES);
            _ledger.requireAssignable(id, lots[i].units, offer.lender); // some day the lender may have to take it
            face += lots[i].units;
        }
    }

    /// @dev The offer takes this promise, and there is nothing against it.
    function _requireTaken(LoanOffer calldata offer, bytes32 hash, PayableId id) private view {
        Terms memory t = _ledger.terms(id);
        if (_rules.today() >= t.maturity) revert IReceivableLedger.NoteMatured(id, t.maturity);
        if (t.currency != offer.currency) revert LoanCurrencyDiffers(id, t.currency, offer.currency);
        if (!_takes(offer, t.obligor)) revert ObligorNotTaken(hash, t.obligor);
        DocumentUse[] memory uses = _ledger.documentsOf(id);
        for (uint256 i = 0; i < uses.length; ++i) {
            Document memory d = _documents.document(uses[i].fingerprint);
            if (uint256(d.used) + d.credited > d.payableAmount) {
                revert IDiscounting.DocumentIsOverdrawn(id, uses[i].fingerprint);
            }
        }
    }

    function _takes(LoanOffer calldata offer, PartyId obligor) private view returns (bool) {
        if (offer.obligors.length == 0 && offer.group == 0) return true;
        return
            _names(offer.obligors, _parties.resolve(obligor)) ||
            _names(offer.obligors, obligor) ||
            (offer.group != 0 && _concentration.isMember(offer.lender, offer.group, obligor));
    }
}
