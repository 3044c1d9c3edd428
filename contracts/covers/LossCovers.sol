// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {Account, Cover, CoverStage, CoverTerms, ILossCovers, Part} from "./ILossCovers.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";
import {IRecourse, PayableStanding, Standing} from "../recourse/IRecourse.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {Carrier, Layer, Waterfall} from "./Waterfall.sol";

/// @title Covers; see {ILossCovers}
contract LossCovers is ILossCovers, ERC2771Context {
    using Waterfall for Layer[];

    uint16 private constant CARRIERS = Roles.GUARANTOR | Roles.INSURER | Roles.FINANCIER;
    uint256 private constant MOST_LAYERS = 8;
    uint256 private constant MOST_CARRIERS = 8;
    uint256 private constant PARTS = MOST_CARRIERS + 1; // of a layer: its carriers, and the insured

    enum Consent {
        NotAsked,
        Due,
        Given
    }

    /// @dev A claim, kept on the note it was made on. Notes cut from that one since are claimed with it.
    /// @param outstanding claimed units that are not recovered: those of the live notes among them
    /// @param notesThen how many notes the payable had
    struct Loss {
        uint64 cover;
        NoteId account;
        uint64 outstanding;
        uint24 notesThen;
    }

    /// @dev What a payment by the obligor took off a loss, should it be returned.
    struct Recovery {
        uint64 cover;
        NoteId account;
        uint64 units;
        Back[] parts;
    }

    /// @param place of the part: layer * PARTS + its place in the layer
    struct Back {
        uint8 place;
        uint64 refunded;
        uint64 released;
    }

    /// @dev What carriers pay for.
    /// @param payee who claimed, or stands in its place
    /// @param ref the policy's number
    struct Indemnity {
        uint64 cover;
        NoteId account;
        NoteId note;
        PartyId payee;
        bytes3 currency;
        bytes32 ref;
    }

    IPartyRegistry private immutable _parties;
    IReceivableLedger private immutable _ledger;
    ICashBook private immutable _cashBook;
    IRecourse private immutable _recourse;
    IPriorClaims private immutable _loans;
    address private immutable _collector;

    uint64 private _coverCount;
    mapping(uint64 cover => Cover) private _covers;
    mapping(uint64 cover => bytes32) private _hashes;
    mapping(uint64 cover => mapping(PartyId carrier => Consent)) private _consents;
    mapping(uint64 cover => mapping(NoteId account => Account)) private _accounts;
    mapping(uint64 cover => mapping(NoteId account => mapping(uint256 place => Part))) private _parts;
    mapping(NoteId => Loss) private _losses;
    mapping(NoteId => uint24 notesThen) private _madeGood; // by an endorser, all of it: what is cut from it since is claimed no more
    mapping(NoteId settled => Recovery) private _recoveries;

    /// @param loans who lent against notes, and comes before the insured
    /// @param collector the contract that says what comes in on notes
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IRecourse recourse,
        IPriorClaims loans,
        address collector
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _ledger = ledger;
        _cashBook = cashBook;
        _recourse = recourse;
        _loans = loans;
        _collector = collector;
    }

    modifier onlyCollector() {
        if (msg.sender != _collector) revert NotACollector(msg.sender);
        _;
    }

    modifier stated(bytes32 cause) {
        if (cause == 0) revert IRecourse.CauseMissing();
        _;
    }

    //------------------------------------------------------------------ agreeing on a cover

    /// @inheritdoc ILossCovers
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

    /// @inheritdoc ILossCovers
    function consent(uint64 id, PartyId carrier, bytes32 termsHash) external {
        PartyId caller = _parties.actingParty(_msgSender(), CARRIERS);
        _requireProposed(id);
        if (_hashes[id] != termsHash) revert CoverTermsDiffer(id);
        if (caller != carrier && caller != _parties.resolve(carrier)) revert NotTheCarrier(carrier, caller);
        if (_consents[id][carrier] != Consent.Due) revert CarrierConsentNotDue(id, carrier);
        _consent(id, carrier, caller);
    }

    /// @inheritdoc ILossCovers
    function cancel(uint64 id, bytes32 cause) external stated(cause) {
        PartyId caller = _parties.partyOf(_msgSender());
        Cover storage c = _requireProposed(id);
        bool involved = _isParty(c.proposedBy, caller) || _isParty(c.terms.insured, caller);
        if (!involved && !_isCarrier(c.terms.layers, caller)) revert NotInCover(caller);
        c.stage = CoverStage.Cancelled;
        emit CoverCancelled(id, caller, cause);
    }

    //------------------------------------------------------------------ losses

    /// @inheritdoc ILossCovers
    function claimLoss(uint64 id, NoteId note, bytes32 cause) external stated(cause) {
        Cover storage c = _covers[id];
        if (c.stage == CoverStage.None) revert CoverUnknown(id);
        if (c.stage != CoverStage.InForce) revert CoverNotInForce(id, c.stage);
        PartyId caller = _parties.partyOf(_msgSender()); // who has a loss has it suspended or not
        (Note memory n, Terms memory t) = _requireCovered(id, c.terms, note, caller);
        (NoteId claimed, ) = _claimOf(note);
        if (_losses[claimed].outstanding > 0) revert LossAlreadyClaimed(note, _losses[claimed].cover);

        uint64 units = n.end - n.start;
        NoteId account = c.terms.insured == NOBODY ? note : NoteId.wrap(0);
        Account storage a = _accounts[id][account];
        if (c.terms.insured == NOBODY) (a.below, a.loss) = (c.claimed, 0);
        a.loss += units;
        a.payee = caller;
        c.claimed += units;
        _losses[note] = Loss(id, account, units, t.noteCount);
        emit LossClaimed(id, note, caller, account, units, a.below, cause);
        _bear(id, c.terms.layers, account, note);
        _payOwed(id, c, account, note);
    }

    /// @inheritdoc ILossCovers
    function payShares(uint64 id, NoteId note) external {
        (NoteId claimed, Loss memory loss) = _claimOf(note);
        if (NoteId.unwrap(claimed) == 0 || loss.cover != id) revert LossNotClaimed(id, note);
        Cover storage c = _covers[id];
        PartyId caller = _parties.partyOf(_msgSender());
        bool involved = _isParty(_accounts[id][loss.account].payee, caller);
        if (!involved && !_isCarrier(c.terms.layers, caller)) revert NotInCover(caller);
        if (_payOwed(id, c, loss.account, note) == 0) revert NothingToPay(id, note);
    }

    //------------------------------------------------------------------ recoveries (the contract that collects)

    /// @inheritdoc IPriorClaims
    function collect(
        NoteId note,
        NoteId settled,
        uint64 amount
    ) external onlyCollector returns (Payout[] memory prior) {
        (NoteId claimed, Loss memory loss) = _claimOf(note);
        if (NoteId.unwrap(claimed) == 0) return prior;
        bool byObligor = NoteId.unwrap(settled) != 0;
        if (!byObligor) _madeGood[note] = _ledger.terms(note.payableOf()).noteCount;
        uint64 units = amount < loss.outstanding ? amount : loss.outstanding;
        if (units == 0) return prior;

        _losses[claimed].outstanding = loss.outstanding - units;
        _accounts[loss.cover][loss.account].loss -= units;
        emit LossRecovered(loss.cover, loss.account, note, settled, units);
        if (byObligor) {
            Recovery storage r = _recoveries[settled];
            (r.cover, r.account, r.units) = (loss.cover, loss.account, units);
            delete r.parts;
        }
        prior = _giveBack(loss, note, settled, units);
    }

    /// @inheritdoc IPriorClaims
    /// @dev The parts are what they were. Where other money came in since, what a layer had back too early it bears again, and
    /// what another bears too much is the first to come back.
    function restore(NoteId settled) external onlyCollector {
        Recovery storage r = _recoveries[settled];
        if (r.units == 0) return;
        (uint64 id, NoteId account, uint64 units) = (r.cover, r.account, r.units);
        Loss storage loss = _losses[settled];
        if (loss.cover == 0) _losses[settled] = Loss(id, account, units, _ledger.terms(settled.payableOf()).noteCount);
        else loss.outstanding += units;
        _accounts[id][account].loss += units;
        emit RecoveryReturned(id, account, settled, units);

        Layer[] memory layers = _covers[id].terms.layers;
        for (uint256 i = 0; i < r.parts.length; ++i) {
            Back memory back = r.parts[i];
            Part storage part = _parts[id][account][back.place];
            part.borne += back.refunded + back.released;
            part.owed += back.released;
            (uint256 k, uint256 j) = (back.place / PARTS, back.place % PARTS);
            emit ShareRestored(id, account, _partyAt(layers[k], j), settled, uint8(k), back.refunded, back.released);
        }
        delete _recoveries[settled];
        _bear(id, layers, account, settled);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ILossCovers
    function cover(uint64 id) external view returns (Cover memory) {
        return _covers[id];
    }

    /// @inheritdoc ILossCovers
    function coverCount() external view returns (uint64) {
        return _coverCount;
    }

    /// @inheritdoc ILossCovers
    function hashOf(CoverTerms calldata terms) external pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @inheritdoc ILossCovers
    function lossOn(NoteId note) external view returns (uint64, NoteId, uint64) {
        (, Loss memory loss) = _claimOf(note);
        return (loss.cover, loss.account, loss.outstanding);
    }

    /// @inheritdoc ILossCovers
    function accountOf(uint64 id, NoteId account) external view returns (Account memory, Part[][] memory parts) {
        Layer[] memory layers = _covers[id].terms.layers;
        parts = new Part[][](layers.length);
        for (uint256 k = 0; k < layers.length; ++k) {
            parts[k] = new Part[](layers[k].carriers.length + 1);
            for (uint256 i = 0; i < parts[k].length; ++i) parts[k][i] = _parts[id][account][k * PARTS + i];
        }
        return (_accounts[id][account], parts);
    }

    /// @inheritdoc ILossCovers
    function calculate(Layer[] calldata layers, uint64 loss) external pure returns (uint64[][] memory parts) {
        _requireLayers(layers);
        uint64[] memory borne = Waterfall.borne(layers, loss);
        parts = new uint64[][](layers.length);
        for (uint256 k = 0; k < layers.length; ++k) {
            parts[k] = Pricing.allocate(borne[k], Waterfall.shares(layers[k].carriers));
        }
    }

    //------------------------------------------------------------------ internals: agreeing

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

    //------------------------------------------------------------------ internals: losses

    function _requireCovered(
        uint64 id,
        CoverTerms storage c,
        NoteId note,
        PartyId caller
    ) private view returns (Note memory n, Terms memory t) {
        n = _ledger.note(note);
        if (n.status == NoteStatus.None) revert IReceivableLedger.NoteUnknown(note);
        if (n.status != NoteStatus.Held) revert IReceivableLedger.NoteNotHeld(note, n.status);
        if (!_isParty(n.holder, caller)) revert IReceivableLedger.NotTheHolder(note, n.holder, caller);
        if (c.insured != NOBODY && !_isParty(c.insured, caller)) revert NotTheInsured(id, c.insured, caller);

        PayableId payableId = note.payableOf();
        t = _ledger.terms(payableId);
        bool any = PayableId.unwrap(c.payableId) == 0;
        if (!any && PayableId.unwrap(c.payableId) != PayableId.unwrap(payableId)) {
            revert NoteNotCovered(id, note, "payableId");
        }
        if (c.obligor != NOBODY && !_isSame(c.obligor, t.obligor)) revert NoteNotCovered(id, note, "obligor");
        if (c.currency != t.currency) revert NoteNotCovered(id, note, "currency");
        PayableStanding memory s = _recourse.standingOf(payableId);
        if (s.dueDate < c.from || s.dueDate > c.until) revert NoteNotCovered(id, note, "dueDate");
        if (s.standing != Standing.Defaulted) revert IRecourse.NotInDefault(payableId, s.defaultDate);
    }

    /// @dev The note on which the loss of this one's units was claimed: itself, or one it was cut from since.
    function _claimOf(NoteId note) private view returns (NoteId claimed, Loss memory loss) {
        PayableId payableId = note.payableOf();
        uint24 child = type(uint24).max;
        NoteId id = note;
        while (true) {
            uint24 madeGood = _madeGood[id];
            if (madeGood != 0 && child > madeGood) break;
            loss = _losses[id];
            if (loss.cover != 0 && child > loss.notesThen) return (id, loss);
            uint24 parent = _ledger.note(id).parent;
            if (parent == 0) break;
            child = id.indexOf();
            id = noteId(payableId, parent);
        }
        delete loss;
    }

    /// @dev From the first layer to the last, up to what they bear of the account's loss: the more is owed. Where a layer still
    /// bears more than that, because a payment was returned after another had come in, the others bear so much less.
    function _bear(uint64 id, Layer[] memory layers, NoteId account, NoteId note) private {
        uint64[] memory now_ = _borneBy(layers, _accounts[id][account]);
        uint256[] memory before = new uint256[](layers.length);
        uint256 room;
        for (uint256 k = 0; k < layers.length; ++k) {
            (before[k], ) = _bornePart(id, account, k, layers[k].carriers.length);
            room += now_[k];
        }
        for (uint256 k = 0; k < layers.length; ++k) room = room > before[k] ? room - before[k] : 0;
        for (uint256 k = 0; k < layers.length && room > 0; ++k) {
            if (now_[k] <= before[k]) continue;
            uint256 more = now_[k] - before[k];
            if (more > room) more = room;
            room -= more;
            _bearLayer(id, account, note, layers[k], k, more);
        }
    }

    function _bearLayer(uint64 id, NoteId account, NoteId note, Layer memory layer, uint256 k, uint256 more) private {
        uint64[] memory parts = Pricing.allocate(more, Waterfall.shares(layer.carriers));
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] == 0) continue;
            Part storage part = _parts[id][account][k * PARTS + i];
            part.borne += parts[i];
            PartyId carrier = _partyAt(layer, i);
            if (carrier != NOBODY) part.owed += parts[i];
            emit ShareBorne(id, account, carrier, note, uint8(k), parts[i]);
        }
    }

    /// @dev From the last layer to the first, down to what they bear of the loss that is left, `units` in all.
    function _giveBack(
        Loss memory loss,
        NoteId note,
        NoteId settled,
        uint64 units
    ) private returns (Payout[] memory prior) {
        Layer[] memory layers = _covers[loss.cover].terms.layers;
        uint64[] memory now_ = _borneBy(layers, _accounts[loss.cover][loss.account]);
        prior = new Payout[](layers.length * MOST_CARRIERS);
        uint256 count;
        for (uint256 k = layers.length; k > 0;) {
            --k;
            (uint256 sum, uint64[] memory before) = _bornePart(loss.cover, loss.account, k, layers[k].carriers.length);
            if (sum <= now_[k]) continue;
            uint256 less = sum - now_[k];
            if (less > units) less = units;
            units -= uint64(less);
            uint64[] memory backs = Pricing.allocate(less, before);
            for (uint256 i = 0; i < backs.length; ++i) {
                if (backs[i] == 0) continue;
                (PartyId carrier, uint64 refunded) = _giveBackPart(loss, layers[k], k, i, backs[i], note, settled);
                if (refunded > 0) prior[count++] = Payout(_parties.resolve(carrier), refunded);
            }
        }
        assembly ("memory-safe") {
            mstore(prior, count)
        }
    }

    /// @dev A part becomes smaller: first by what is still owed of it, then by cash, which the insured's own part needs not.
    function _giveBackPart(
        Loss memory loss,
        Layer memory layer,
        uint256 k,
        uint256 i,
        uint64 less,
        NoteId note,
        NoteId settled
    ) private returns (PartyId carrier, uint64 refunded) {
        Part storage part = _parts[loss.cover][loss.account][k * PARTS + i];
        uint64 released = less < part.owed ? less : part.owed;
        refunded = less - released;
        part.borne -= less;
        part.owed -= released;
        if (NoteId.unwrap(settled) != 0) {
            _recoveries[settled].parts.push(Back(uint8(k * PARTS + i), refunded, released));
        }
        carrier = _partyAt(layer, i);
        emit ShareRecovered(loss.cover, loss.account, carrier, note, uint8(k), refunded, released);
        if (carrier == NOBODY) refunded = 0;
    }

    /// @dev Pays what carriers owe on an account, each as far as its cash goes: a lender on the note first, then who claimed.
    function _payOwed(uint64 id, Cover storage c, NoteId account, NoteId note) private returns (uint256 total) {
        Layer[] memory layers = c.terms.layers;
        Indemnity memory paid = Indemnity({
            cover: id,
            account: account,
            note: note,
            payee: _parties.resolve(_accounts[id][account].payee),
            currency: c.terms.currency,
            ref: c.terms.ref
        });
        for (uint256 k = 0; k < layers.length; ++k) {
            for (uint256 i = 0; i < layers[k].carriers.length; ++i) {
                Part storage part = _parts[id][account][k * PARTS + i];
                if (part.owed > 0) total += _payPart(paid, part, layers[k].carriers[i].party, uint8(k));
            }
        }
    }

    function _payPart(
        Indemnity memory paid,
        Part storage part,
        PartyId carrier,
        uint8 layer
    ) private returns (uint64 amount) {
        PartyId payer = _parties.resolve(carrier);
        amount = part.owed;
        uint256 available = _cashBook.cashOf(paid.currency).availableOf(payer.account());
        if (available < amount) amount = uint64(available);
        if (amount == 0) return 0;
        part.owed -= amount;
        uint64 rest = amount;
        Payout[] memory prior = _loans.collect(paid.note, NoteId.wrap(0), amount);
        for (uint256 i = 0; i < prior.length; ++i) {
            rest -= prior[i].amount;
            _payShare(paid, carrier, payer, prior[i].payee, layer, prior[i].amount);
        }
        if (rest > 0) _payShare(paid, carrier, payer, paid.payee, layer, rest);
    }

    function _payShare(
        Indemnity memory paid,
        PartyId carrier,
        PartyId payer,
        PartyId payee,
        uint8 layer,
        uint64 amount
    ) private {
        CashReason memory reason = CashReason(CashPurpose.CoverShare, paid.cover, paid.note, paid.ref);
        _cashBook.move(paid.currency, payer, payee, amount, reason);
        emit SharePaid(paid.cover, paid.account, carrier, paid.note, payee, layer, amount);
    }

    /// @dev What each layer bears of an account's loss, which begins where the losses claimed before it end.
    function _borneBy(Layer[] memory layers, Account memory a) private pure returns (uint64[] memory amounts) {
        amounts = layers.borne(uint256(a.below) + a.loss);
        uint64[] memory before = layers.borne(a.below);
        for (uint256 k = 0; k < layers.length; ++k) amounts[k] -= before[k];
    }

    function _bornePart(
        uint64 id,
        NoteId account,
        uint256 k,
        uint256 carriers
    ) private view returns (uint256 sum, uint64[] memory amounts) {
        amounts = new uint64[](carriers + 1);
        for (uint256 i = 0; i <= carriers; ++i) {
            amounts[i] = _parts[id][account][k * PARTS + i].borne;
            sum += amounts[i];
        }
    }

    /// @dev The carrier at a place of a layer; nobody for the insured's own, after them.
    function _partyAt(Layer memory layer, uint256 place) private pure returns (PartyId) {
        return place < layer.carriers.length ? layer.carriers[place].party : NOBODY;
    }
}
