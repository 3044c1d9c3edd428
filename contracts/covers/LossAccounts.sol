// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {Terms} from "../receivables/Payable.sol";
import {DueState, DueStatus, IRecourse} from "../recourse/IRecourse.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";
import {Cover, CoverStage, CoverTerms, ICoverBook} from "./ICoverBook.sol";
import {Account, ILossAccounts, Part} from "./ILossAccounts.sol";
import {LossShares} from "./LossShares.sol";
import {Layer} from "./Waterfall.sol";

/// @title Loss accounts; see {ILossAccounts}
contract LossAccounts is LossShares, ERC2771Context {
    /// @dev A claim, kept on the note it was made on. Notes cut from that one since are claimed with it.
    /// @param outstanding claimed units that are not recovered: those of the live notes among them
    /// @param notesThen how many notes the payable had
    struct Loss {
        uint64 cover;
        NoteId account;
        uint64 outstanding;
        uint24 notesThen;
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

    IReceivableLedger private immutable _ledger;
    ICashBook private immutable _cashBook;
    IRecourse private immutable _recourse;
    IPriorClaims private immutable _loans;
    address private immutable _collector;

    mapping(uint64 cover => uint128 units) private _claimed;
    mapping(NoteId => Loss) private _losses;
    mapping(NoteId => uint24 notesThen) private _madeGood; // by an endorser, all of it: what is cut from it since is claimed no more

    /// @param book the covers that losses are claimed under
    /// @param loans who lent against notes, and comes before the insured
    /// @param collector the contract that says what comes in on notes
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IRecourse recourse,
        ICoverBook book,
        IPriorClaims loans,
        address collector
    ) LossShares(parties, book) ERC2771Context(forwarder) {
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

    //------------------------------------------------------------------ losses

    /// @inheritdoc ILossAccounts
    function claimLoss(uint64 id, NoteId note, bytes32 cause) external stated(cause) {
        Cover memory c = _book.cover(id);
        if (c.stage == CoverStage.None) revert ICoverBook.CoverUnknown(id);
        if (c.stage != CoverStage.InForce) revert CoverNotInForce(id, c.stage);
        PartyId caller = _parties.partyOf(_msgSender()); // who has a loss has it suspended or not
        (Note memory n, Terms memory t) = _requireCovered(id, c.terms, note, caller);
        (NoteId claimed, ) = _claimOf(note);
        if (_losses[claimed].outstanding > 0) revert LossAlreadyClaimed(note, _losses[claimed].cover);

        uint64 units = n.end - n.start;
        NoteId account = c.terms.insured == NOBODY ? note : NoteId.wrap(0);
        Account storage a = _accounts[id][account];
        if (c.terms.insured == NOBODY) (a.below, a.loss) = (_claimed[id], 0);
        a.loss += units;
        a.payee = caller;
        _claimed[id] += units;
        _losses[note] = Loss(id, account, units, t.noteCount);
        emit LossClaimed(id, note, caller, account, units, a.below, cause);
        _bear(id, c.terms.layers, account, note);
        _payOwed(id, c.terms, account, note);
    }

    /// @inheritdoc ILossAccounts
    function payShares(uint64 id, NoteId note) external {
        (NoteId claimed, Loss memory loss) = _claimOf(note);
        if (NoteId.unwrap(claimed) == 0 || loss.cover != id) revert LossNotClaimed(id, note);
        PartyId caller = _parties.partyOf(_msgSender());
        bool involved = _isParty(_accounts[id][loss.account].payee, caller);
        if (!involved && !_book.isCarrier(id, caller)) revert ICoverBook.NotInCover(caller);
        if (_payOwed(id, _book.cover(id).terms, loss.account, note) == 0) revert NothingToPay(id, note);
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
        prior = _giveBack(loss.cover, loss.account, note, settled, units);
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
        _takeAgain(r, settled);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ILossAccounts
    function claimedUnder(uint64 id) external view returns (uint128) {
        return _claimed[id];
    }

    /// @inheritdoc ILossAccounts
    function lossOn(NoteId note) external view returns (uint64, NoteId, uint64) {
        (, Loss memory loss) = _claimOf(note);
        return (loss.cover, loss.account, loss.outstanding);
    }

    //------------------------------------------------------------------ internals: losses

    function _requireCovered(
        uint64 id,
        CoverTerms memory c,
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
        DueState memory s = _recourse.dueStateOf(payableId);
        if (s.dueDate < c.from || s.dueDate > c.until) revert NoteNotCovered(id, note, "dueDate");
        if (s.status != DueStatus.Defaulted) revert IRecourse.NotInDefault(payableId, s.defaultDate);
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

    /// @dev Pays what carriers owe on an account, each as far as its cash goes: a lender on the note first, then who claimed.
    function _payOwed(uint64 id, CoverTerms memory c, NoteId account, NoteId note) private returns (uint256 total) {
        Layer[] memory layers = c.layers;
        Indemnity memory paid = Indemnity({
            cover: id,
            account: account,
            note: note,
            payee: _parties.resolve(_accounts[id][account].payee),
            currency: c.currency,
            ref: c.ref
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

    function _isParty(PartyId party, PartyId caller) private view returns (bool) {
        return party == caller || (party != NOBODY && _parties.resolve(party) == caller);
    }

    function _isSame(PartyId a, PartyId b) private view returns (bool) {
        return a == b || _parties.resolve(a) == _parties.resolve(b);
    }
}
