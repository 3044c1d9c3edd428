// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {IRecourse} from "../recourse/IRecourse.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {Cover, CoverStage, CoverTerms, ICoverBook} from "./ICoverBook.sol";
import {MOST_CARRIERS, MOST_LAYERS, Carrier, Layer, Waterfall} from "./Waterfall.sol";

/// @title Covers; see {ICoverBook}
contract CoverBook is ICoverBook, ERC2771Context {
    uint16 private constant CARRIERS = Roles.GUARANTOR | Roles.INSURER | Roles.FINANCIER;

    enum Consent {
        NotAsked,
        Due,
        Given
    }

    IPartyRegistry private immutable _parties;
    IReceivableLedger private immutable _ledger;
    ICashBook private immutable _cashBook;

    uint64 private _coverCount;
    mapping(uint64 cover => Cover) private _covers;
    mapping(uint64 cover => bytes32) private _hashes;
    mapping(uint64 cover => mapping(PartyId carrier => Consent)) private _consents;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IReceivableLedger ledger,
        ICashBook cashBook
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _ledger = ledger;
        _cashBook = cashBook;
    }

    modifier stated(bytes32 cause) {
        if (cause == 0) revert IRecourse.CauseMissing();
        _;
    }

    //------------------------------------------------------------------ agreeing on a cover

    /// @inheritdoc ICoverBook
    function propose(CoverTerms calldata terms) external returns (uint64 id) {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        _requireComplete(terms);
        id = ++_coverCount;
        uint8 due = _requireCarriers(id, terms);
        Consent asked = _consents[id][caller];
        if (caller != terms.insured && asked == Consent.NotAsked) revert NotInCover(caller);

        Cover storage c = _covers[id];
        c.proposedBy = caller;
        c.stage = CoverStage.Proposed;
        c.consentsDue = due;
        _store(c.terms, terms);
        _hashes[id] = keccak256(abi.encode(terms));
        emit CoverProposed(id, caller, _hashes[id], terms);
        if (asked == Consent.Due) _consent(id, caller, caller);
    }

    /// @inheritdoc ICoverBook
    function consent(uint64 id, PartyId carrier, bytes32 termsHash) external {
        PartyId caller = _parties.actingParty(_msgSender(), CARRIERS);
        _requireProposed(id);
        if (_hashes[id] != termsHash) revert CoverTermsDiffer(id);
        if (caller != carrier && caller != _parties.resolve(carrier)) revert NotTheCarrier(carrier, caller);
        if (_consents[id][carrier] != Consent.Due) revert CarrierConsentNotDue(id, carrier);
        _consent(id, carrier, caller);
    }

    /// @inheritdoc ICoverBook
    function cancel(uint64 id, bytes32 cause) external stated(cause) {
        PartyId caller = _parties.partyOf(_msgSender());
        Cover storage c = _requireProposed(id);
        bool involved = _isParty(c.proposedBy, caller) || _isParty(c.terms.insured, caller);
        if (!involved && !_isCarrier(c.terms.layers, caller)) revert NotInCover(caller);
        c.stage = CoverStage.Cancelled;
        emit CoverCancelled(id, caller, cause);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ICoverBook
    function cover(uint64 id) external view returns (Cover memory) {
        return _covers[id];
    }

    /// @inheritdoc ICoverBook
    function coverCount() external view returns (uint64) {
        return _coverCount;
    }

    /// @inheritdoc ICoverBook
    function hashOf(CoverTerms calldata terms) external pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @inheritdoc ICoverBook
    function isCarrier(uint64 id, PartyId party) external view returns (bool) {
        return _isCarrier(_covers[id].terms.layers, party);
    }

    /// @inheritdoc ICoverBook
    function calculate(Layer[] calldata layers, uint64 loss) external pure returns (uint64[][] memory parts) {
        _requireLayers(layers);
        uint64[] memory borne = Waterfall.borne(layers, loss);
        parts = new uint64[][](layers.length);
        for (uint256 k = 0; k < layers.length; ++k) {
            parts[k] = Pricing.allocate(borne[k], Waterfall.shares(layers[k].carriers));
        }
    }

    //------------------------------------------------------------------ internals

    function _requireComplete(CoverTerms calldata t) private view {
        if (t.insured == NOBODY && PayableId.unwrap(t.payableId) == 0) revert CoverInvalid("insured");
        if (t.until < t.from) revert CoverInvalid("until");
        _cashBook.cashOf(t.currency);
        if (PayableId.unwrap(t.payableId) != 0) {
            Terms memory p = _ledger.terms(t.payableId);
            if (p.status == PayableStatus.None) revert IReceivableLedger.PayableUnknown(t.payableId);
            if (p.currency != t.currency) revert CoverInvalid("currency");
            if (t.obligor != NOBODY && !_isSame(t.obligor, p.obligor)) revert CoverInvalid("obligor");
        } else if (t.obligor != NOBODY) {
            _parties.resolve(t.obligor);
        }
        _requireLayers(t.layers);
    }

    function _requireLayers(Layer[] calldata layers) private pure {
        if (layers.length == 0 || layers.length > MOST_LAYERS) revert CoverInvalid("layers");
        for (uint256 k = 0; k < layers.length; ++k) {
            Carrier[] calldata carriers = layers[k].carriers;
            if (layers[k].cap == 0) revert CoverInvalid("cap");
            if (carriers.length == 0 || carriers.length > MOST_CARRIERS) revert CoverInvalid("carriers");
            uint256 sum;
            for (uint256 i = 0; i < carriers.length; ++i) {
                if (carriers[i].share == 0) revert CoverInvalid("share");
                sum += carriers[i].share;
                for (uint256 j = 0; j < i; ++j) {
                    if (carriers[i].party == carriers[j].party) revert CoverInvalid("carriers");
                }
            }
            if (sum > Waterfall.WHOLE) revert CoverInvalid("share");
        }
    }

    /// @dev Asks each carrier for its consent, once. Nobody covers itself.
    function _requireCarriers(uint64 id, CoverTerms calldata t) private returns (uint8 due) {
        PartyId obligor = PayableId.unwrap(t.payableId) != 0 ? _ledger.terms(t.payableId).obligor : t.obligor;
        for (uint256 k = 0; k < t.layers.length; ++k) {
            for (uint256 i = 0; i < t.layers[k].carriers.length; ++i) {
                PartyId carrier = t.layers[k].carriers[i].party;
                _parties.requireStanding(carrier, CARRIERS);
                if (carrier == t.insured || carrier == obligor) revert CoverInvalid("carriers");
                if (_consents[id][carrier] == Consent.Due) continue;
                _consents[id][carrier] = Consent.Due;
                ++due;
            }
        }
    }

    function _store(CoverTerms storage to, CoverTerms calldata from) private {
        to.insured = from.insured;
        to.payableId = from.payableId;
        to.obligor = from.obligor;
        to.currency = from.currency;
        to.from = from.from;
        to.until = from.until;
        to.ref = from.ref;
        for (uint256 k = 0; k < from.layers.length; ++k) {
            Layer storage layer = to.layers.push();
            layer.deductible = from.layers[k].deductible;
            layer.cap = from.layers[k].cap;
            for (uint256 i = 0; i < from.layers[k].carriers.length; ++i)
                layer.carriers.push(from.layers[k].carriers[i]);
        }
    }

    function _consent(uint64 id, PartyId carrier, PartyId by) private {
        _consents[id][carrier] = Consent.Given;
        emit CoverConsented(id, carrier, by);
        Cover storage c = _covers[id];
        if (--c.consentsDue > 0) return;
        c.stage = CoverStage.InForce;
        emit CoverInForce(id);
    }

    function _requireProposed(uint64 id) private view returns (Cover storage c) {
        c = _covers[id];
        if (c.stage == CoverStage.None) revert CoverUnknown(id);
        if (c.stage != CoverStage.Proposed) revert CoverNotProposed(id, c.stage);
    }

    function _isCarrier(Layer[] memory layers, PartyId caller) private view returns (bool) {
        for (uint256 k = 0; k < layers.length; ++k) {
            for (uint256 i = 0; i < layers[k].carriers.length; ++i) {
                if (_isParty(layers[k].carriers[i].party, caller)) return true;
            }
        }
        return false;
    }

    function _isParty(PartyId party, PartyId caller) private view returns (bool) {
        return party == caller || (party != NOBODY && _parties.resolve(party) == caller);
    }

    function _isSame(PartyId a, PartyId b) private view returns (bool) {
        return a == b || _parties.resolve(a) == _parties.resolve(b);
    }
}
