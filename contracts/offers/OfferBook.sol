// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Document, DocumentUse, IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Succession} from "../parties/Succession.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note} from "../receivables/Note.sol";
import {Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {IOfferBook, OfferKind, OfferState} from "./IOfferBook.sol";
import {Lot, hashLots} from "./Lot.sol";
import {Offering, Paper} from "./Offering.sol";

/// @title The offer book; see {IOfferBook}
contract OfferBook is IOfferBook, EIP712 {
    using Succession for IPartyRegistry;

    uint256 private constant MOST_LOTS = 50;
    uint256 private constant MOST_PUBLISHED = 32; // of one financier, of one kind in one currency

    /// @dev Hops by which a note may be financed before it is taken back: as many again are left for recourse, and those by
    /// which a lender takes it and gives it back.
    uint8 private constant MOST_FINANCINGS = 6;

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    IDocumentRegistry private immutable _documents;
    IConcentration private immutable _concentration;
    address private immutable _discounting;
    address private immutable _loanOffers;

    mapping(bytes32 offer => OfferState) private _offers;
    mapping(OfferKind => mapping(bytes3 currency => bytes32[])) private _open; // in order of publication
    mapping(OfferKind => mapping(bytes3 currency => mapping(PartyId by => uint256))) private _openOf;

    /// @param discounting, loanOffers the contracts of the two kinds
    constructor(
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IDocumentRegistry documents,
        IConcentration concentration,
        address discounting,
        address loanOffers
    ) EIP712("Deeptier Offers", "1") {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _documents = documents;
        _concentration = concentration;
        _discounting = discounting;
        _loanOffers = loanOffers;
    }

    //------------------------------------------------------------------ the contracts that make offers

    /// @inheritdoc IOfferBook
    function publish(Offering calldata o, bytes32 replaces, PartyId caller) external {
        OfferKind kind = _kindOf(msg.sender);
        if (o.by != caller) revert NotTheOfferer(o.hash, o.by, caller);
        if (block.timestamp >= o.expiresAt) revert OfferExpired(o.hash, o.expiresAt);
        OfferState storage state = _offers[o.hash];
        if (state.withdrawn) revert OfferIsWithdrawn(o.hash);
        if (state.published) revert OfferAlreadyPublished(o.hash);
        if (replaces != 0) {
            OfferState storage old = _offers[replaces];
            if (old.withdrawn) revert OfferIsWithdrawn(replaces);
            if (!old.published || old.kind != kind) revert OfferNotPublished(replaces);
            _withdraw(replaces, old.by, caller);
        }

        uint256 count = _openOf[kind][o.currency][caller];
        if (count == MOST_PUBLISHED) revert TooManyOffers(caller, o.currency, count, MOST_PUBLISHED);
        _openOf[kind][o.currency][caller] = count + 1;
        _open[kind][o.currency].push(o.hash);
        (state.by, state.currency, state.expiresAt) = (caller, o.currency, o.expiresAt);
        (state.kind, state.published) = (kind, true);
    }

    /// @inheritdoc IOfferBook
    function withdraw(bytes32 offer, PartyId by, PartyId caller) external {
        _kindOf(msg.sender);
        _withdraw(offer, by, caller);
    }

    /// @inheritdoc IOfferBook
    function use(bytes32 offer, uint64 amount) external {
        _kindOf(msg.sender);
        uint64 used = _offers[offer].used += amount;
        emit OfferUsed(offer, amount, used);
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc IOfferBook
    function sweep(bytes32 offer) external {
        OfferState memory state = _offers[offer];
        if (!state.published) revert OfferNotPublished(offer);
        if (block.timestamp < state.expiresAt) revert OfferNotExpired(offer, state.expiresAt);
        _takeOffList(offer, state);
        emit OfferSwept(offer);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IOfferBook
    function requireTakeable(
        Offering calldata o,
        bytes calldata signature,
        PartyId taker,
        Lot[] calldata lots,
        uint8 hops
    ) external view returns (Paper[] memory papers, uint64 left, PartyId feeTo) {
        left = o.capacity - _requireStanding(o, signature);
        _requireOpenTo(o, taker);
        if (lots.length == 0 || lots.length > MOST_LOTS) revert LotCount(lots.length, MOST_LOTS);
        if (o.lots != 0 && o.lots != hashLots(lots)) revert LotsDiffer(o.hash);

        papers = new Paper[](lots.length);
        for (uint256 i = 0; i < lots.length; ++i) {
            NoteId note = lots[i].note;
            if (i > 0 && NoteId.unwrap(note) <= NoteId.unwrap(lots[i - 1].note)) revert LotsOutOfOrder(note);
            _requireFree(taker, o.by, lots[i], hops);
            papers[i] =
                i > 0 && PayableId.unwrap(note.payableOf()) == PayableId.unwrap(lots[i - 1].note.payableOf())
                    ? papers[i - 1]
                    : _requireTaken(o, note);
        }
        feeTo = o.feeTo == NOBODY ? o.by : _parties.resolve(o.feeTo);
    }

    /// @inheritdoc IOfferBook
    function requireFree(PartyId holder, Lot calldata lot, uint8 hops) external view {
        _parties.requireStanding(holder, Roles.HOLDERS);
        _requireFree(holder, NOBODY, lot, hops);
        PayableId payableId = lot.note.payableOf();
        _requireGood(payableId, _ledger.terms(payableId));
    }

    /// @inheritdoc IOfferBook
    function takes(PartyId by, PartyId[] calldata obligors, bytes32 group, PartyId obligor) public view returns (bool) {
        if (obligors.length == 0 && group == 0) return true;
        if (_parties.isNamedIn(obligor, obligors)) return true;
        return group != 0 && _concentration.isMember(by, group, obligor);
    }

    /// @inheritdoc IOfferBook
    function digestOf(bytes32 offer) external view returns (bytes32) {
        return _hashTypedDataV4(offer);
    }

    /// @inheritdoc IOfferBook
    function stateOf(bytes32 offer) external view returns (OfferState memory) {
        return _offers[offer];
    }

    /// @inheritdoc IOfferBook
    function openOffers(OfferKind kind, bytes3 currency) external view returns (bytes32[] memory) {
        return _open[kind][currency];
    }

    //------------------------------------------------------------------ internals: the book

    function _kindOf(address caller) private view returns (OfferKind) {
        if (caller == _discounting) return OfferKind.Quote;
        if (caller == _loanOffers) return OfferKind.LoanOffer;
        revert NotAnOfferKind(caller);
    }

    function _withdraw(bytes32 offer, PartyId by, PartyId caller) private {
        if (!_parties.isParty(by, caller)) revert NotTheOfferer(offer, by, caller);
        OfferState memory state = _offers[offer];
        if (state.withdrawn) revert OfferIsWithdrawn(offer);
        if (state.published) _takeOffList(offer, state);
        _offers[offer].withdrawn = true;
        emit OfferWithdrawn(offer, caller);
    }

    function _takeOffList(bytes32 offer, OfferState memory state) private {
        _offers[offer].published = false;
        _openOf[state.kind][state.currency][state.by] -= 1;
        bytes32[] storage open = _open[state.kind][state.currency];
        uint256 last = open.length - 1;
        uint256 i = 0;
        while (open[i] != offer) ++i; // a published offer is on its currency's list
        for (; i < last; ++i) open[i] = open[i + 1]; // the others keep their order: it is their time
        open.pop();
    }

    //------------------------------------------------------------------ internals: who takes an offer

    /// @return used what was taken under it so far
    function _requireStanding(Offering calldata o, bytes calldata signature) private view returns (uint64 used) {
        OfferState memory state = _offers[o.hash];
        if (state.withdrawn) revert OfferIsWithdrawn(o.hash);
        if (!state.published) _requireSigned(o, signature);
        if (block.timestamp >= o.expiresAt) revert OfferExpired(o.hash, o.expiresAt);
        return state.used;
    }

    function _requireSigned(Offering calldata o, bytes calldata signature) private view {
        address key = _parties.party(o.by).key;
        if (
            signature.length == 0 ||
            !SignatureChecker.isValidSignatureNowCalldata(key, _hashTypedDataV4(o.hash), signature)
        ) revert OfferNotSigned(o.hash, o.by);
    }

    function _requireOpenTo(Offering calldata o, PartyId taker) private view {
        _parties.requireStanding(o.by, Roles.FINANCIER);
        _parties.requireStanding(taker, Roles.HOLDERS);
        if (taker == o.by) revert OfferToSelf(taker);
        if (o.takers.length > 0 && !_parties.isNamedIn(taker, o.takers)) revert TakerNotNamed(o.hash, taker);
    }

    //------------------------------------------------------------------ internals: the lots

    /// @dev The offer takes this promise, and there is nothing against it.
    function _requireTaken(Offering calldata o, NoteId note) private view returns (Paper memory) {
        PayableId id = note.payableOf();
        Terms memory terms = _ledger.terms(id);
        _requireGood(id, terms);
        if (terms.currency != o.currency) revert OfferCurrencyDiffers(id, terms.currency, o.currency);
        if (!takes(o.by, o.obligors, o.group, terms.obligor)) revert ObligorNotTaken(o.hash, terms.obligor);
        return Paper(terms.obligor, _parties.resolve(terms.obligor), _ledger.progress(id).dueDate, terms.ruleSet);
    }

    /// @dev Before maturity, and its documents bear it.
    function _requireGood(PayableId id, Terms memory terms) private view {
        if (_rules.today() >= terms.maturity) revert IReceivableLedger.NoteMatured(id, terms.maturity);
        DocumentUse[] memory uses = _ledger.documentsOf(id);
        for (uint256 i = 0; i < uses.length; ++i) {
            Document memory d = _documents.document(uses[i].fingerprint);
            if (uint256(d.used) + d.credited > d.payableAmount) revert DocumentIsOverdrawn(id, uses[i].fingerprint);
        }
    }

    /// @dev The taker's, not financed too often; the ledger says whether the units are free. Whoever makes the offer gets the
    /// note, or may some day have to take it.
    function _requireFree(PartyId taker, PartyId by, Lot calldata lot, uint8 hops) private view {
        Note memory n = _ledger.note(lot.note);
        if (n.holder == NOBODY) revert IReceivableLedger.NoteUnknown(lot.note);
        if (!_parties.isParty(n.holder, taker)) revert IReceivableLedger.NotTheHolder(lot.note, n.holder, taker);
        if (n.financings + hops > MOST_FINANCINGS) {
            revert FinancedTooOften(lot.note, n.financings, MOST_FINANCINGS);
        }
        _ledger.requireAssignable(lot.note, lot.units, by);
    }
}
