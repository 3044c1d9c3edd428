// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {Hold} from "../common/Holds.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {IRuleBook, RuleSet} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {IConcentration, noteKey} from "../exposure/IConcentration.sol";
import {IDiscounting} from "../discounting/IDiscounting.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";
import {Answer, Claim, ClaimStage, IRecourse, DueState, DueStatus} from "./IRecourse.sol";

/// @title Recourse; see {IRecourse}
contract Recourse is IRecourse, ERC2771Context {
    /// @param resumesFrom the note the endorser had sold; the walk goes on from there
    /// @param paidOn when it stepped in
    struct SteppedIn {
        NoteId resumesFrom;
        Day paidOn;
    }

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    ICashBook private immutable _cashBook;
    IDiscounting private immutable _discounting;
    IConcentration private immutable _concentration;
    IPriorClaims private immutable _prior;

    mapping(NoteId => Claim) private _claims;
    mapping(NoteId => SteppedIn) private _steppedIn;
    mapping(NoteId => uint40 timestamp) private _demandedAt;
    mapping(NoteId => NoteId origin) private _originOf;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IDiscounting discounting,
        IConcentration concentration,
        IPriorClaims prior
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _cashBook = cashBook;
        _discounting = discounting;
        _concentration = concentration;
        _prior = prior;
    }

    modifier stated(bytes32 cause) {
        if (cause == 0) revert CauseMissing();
        _;
    }

    //------------------------------------------------------------------ holders

    /// @inheritdoc IRecourse
    function claim(NoteId note, bytes32 cause) external stated(cause) {
        (Note memory n, PartyId holder) = _ownNote(note);
        _requireDefault(note.payableOf());
        Claim storage made = _claims[note];
        if (made.stage == ClaimStage.Waived) revert RecourseIsWaived(note);
        if (made.stage == ClaimStage.Open && _parties.resolve(made.endorser) != holder) {
            revert ClaimAlreadyOpen(note, made.endorser);
        }
        Answer memory next = endorserOf(note);
        if (!next.found) revert NoEndorser(note);
        Day today = _rules.today();
        if (today > next.until) revert RecourseTimeBarred(note, next.until);

        uint64 units = n.end - n.start;
        _claims[note] = Claim(holder, next.endorser, next.hop, units, today, ClaimStage.Open);
        emit RecourseClaimed(note, holder, next.endorser, next.hop, units, next.until, cause);
    }

    /// @inheritdoc IRecourse
    function waive(NoteId note, bytes32 cause) external stated(cause) {
        (Note memory n, PartyId holder) = _ownNote(note);
        _requireDefault(note.payableOf());
        if (_claims[note].stage == ClaimStage.Waived) revert RecourseIsWaived(note);
        if (!endorserOf(note).found) revert NoEndorser(note);
        if (n.underHold) {
            Hold memory hold = _ledger.holdOn(note);
            if (block.timestamp < hold.expiresAt) {
                revert IReceivableLedger.NoteUnderHold(note, hold.units, hold.expiresAt, hold.order);
            }
        }
        _claims[note].stage = ClaimStage.Waived;
        emit RecourseWaived(note, holder, n.end - n.start, cause);
    }

    /// @inheritdoc IRecourse
    function demand(NoteId note, bytes32 cause) external stated(cause) {
        (, PartyId holder) = _ownNote(note);
        PayableId payableId = note.payableOf();
        if (!_ledger.isOverdue(payableId)) revert NotOverdue(payableId);
        Day until = limitationOf(note);
        if (_rules.today() > until) revert LimitationPassed(note, until);
        _demandedAt[note] = uint40(block.timestamp);
        emit PaymentDemanded(payableId, note, holder, limitationOf(note), cause);
    }

    //------------------------------------------------------------------ endorsers

    /// @inheritdoc IRecourse
    function honour(NoteId note, bytes32 cause) external stated(cause) returns (NoteId taken) {
        Claim storage made = _claims[note];
        if (made.stage != ClaimStage.Open) revert ClaimNotOpen(note);
        PartyId endorser = _parties.resolve(made.endorser);
        PartyId caller = _parties.partyOf(_msgSender());
        if (caller != endorser) revert NotTheEndorser(note, endorser, caller);
        Note memory n = _ledger.note(note);
        if (n.status != NoteStatus.Held) revert IReceivableLedger.NoteNotHeld(note, n.status);

        made.stage = ClaimStage.Honoured;
        uint64 units = n.end - n.start;
        Terms memory t = _ledger.terms(note.payableOf());
        PartyId holder = _parties.resolve(n.holder);
        uint64 toHolder = _pay(note, t.currency, caller, holder, units);
        taken = _ledger.assign(note, units, caller);
        _steppedIn[taken] = SteppedIn(noteId(note.payableOf(), _ledger.note(made.hop).parent), _rules.today());

        // not a purchase: what it takes on, no limit keeps it from
        _concentration.uncount(noteKey(note), units);
        if (_parties.party(caller).roles & Roles.FINANCIER != 0) {
            _concentration.countAgain(noteKey(taken), caller, t.obligor, t.currency, units);
        }
        emit RecourseHonoured(note, taken, caller, holder, units, toHolder, cause);
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc IRecourse
    function recordLineage(NoteId note, NoteId origin) external {
        Note memory n = _ledger.note(note);
        Note memory o = _ledger.note(origin);
        bool sameTitle =
            n.parent == o.parent &&
                n.holder == o.holder &&
                n.since == o.since &&
                n.tier == o.tier &&
                n.financings == o.financings &&
                n.start >= o.end;
        bool samePayable = PayableId.unwrap(note.payableOf()) == PayableId.unwrap(origin.payableOf());
        if (!sameTitle || !samePayable || _discounting.saleOf(note) != 0 || !_discounting.soldWithRecourse(origin)) {
            revert NotOfLineage(note, origin);
        }
        _originOf[note] = origin;
        emit LineageRecorded(note, origin);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IRecourse
    function dueStateOf(PayableId payableId) public view returns (DueState memory s) {
        Terms memory t = _ledger.terms(payableId);
        if (t.status == PayableStatus.None) revert IReceivableLedger.PayableUnknown(payableId);
        RuleSet memory r = _rules.ruleSet(t.ruleSet);
        s.dueDate = _ledger.progress(payableId).dueDate;
        s.defaultDate = Day.wrap(Day.unwrap(s.dueDate) + r.defaultDays + 1);
        s.recourseUntil = Calendar.addMonths(s.dueDate, r.recourseMonths);
        s.limitationUntil = Calendar.addMonths(s.dueDate, r.limitationMonths);
        if (_ledger.isOverdue(payableId)) {
            s.status = _rules.today() < s.defaultDate ? DueStatus.Overdue : DueStatus.Defaulted;
        }
    }

    /// @inheritdoc IRecourse
    function endorserOf(NoteId note) public view returns (Answer memory next) {
        PayableId payableId = note.payableOf();
        Note memory n = _ledger.note(note);
        if (n.status == NoteStatus.None) revert IReceivableLedger.NoteUnknown(note);
        PartyId holder = _parties.resolve(n.holder);
        NoteId id = note;
        while (_claims[id].stage != ClaimStage.Waived) {
            SteppedIn memory by = _steppedIn[id];
            if (NoteId.unwrap(by.resumesFrom) != 0) {
                if (Day.unwrap(next.steppedInOn) == 0) next.steppedInOn = by.paidOn;
                id = by.resumesFrom;
                n = _ledger.note(id);
                continue;
            }
            if (n.parent == 0) break;
            NoteId parentId = noteId(payableId, n.parent);
            Note memory parent = _ledger.note(parentId);
            if (parent.tier == n.tier && _isSoldWithRecourse(id)) {
                next.endorser = _parties.resolve(parent.holder);
                if (next.endorser != holder) {
                    next.found = true;
                    next.hop = id;
                    break;
                }
            }
            (id, n) = (parentId, parent);
        }
        if (!next.found) return Answer(false, NoteId.wrap(0), PartyId.wrap(0), next.steppedInOn, Day.wrap(0));
        next.until =
            Day.unwrap(next.steppedInOn) == 0
                ? dueStateOf(payableId).recourseUntil
                : Calendar.addMonths(next.steppedInOn, _rulesOf(payableId).reRecourseMonths);
    }

    /// @inheritdoc IRecourse
    function claimOn(NoteId note) external view returns (Claim memory) {
        return _claims[note];
    }

    /// @inheritdoc IRecourse
    /// @dev A demand made on a note before another was cut from it is a demand on that one too.
    function limitationOf(NoteId note) public view returns (Day until) {
        PayableId payableId = note.payableOf();
        Note memory n = _ledger.note(note);
        if (n.status == NoteStatus.None) revert IReceivableLedger.NoteUnknown(note);
        NoteId id = note;
        uint256 latest = type(uint40).max;
        while (true) {
            uint40 demandedAt = _demandedAt[id];
            if (demandedAt != 0 && demandedAt <= latest) {
                return
                    Calendar.addMonths(
                        Calendar.dayAt(demandedAt, _rules.utcOffset()),
                        _rulesOf(payableId).limitationMonths
                    );
            }
            if (n.parent == 0) return dueStateOf(payableId).limitationUntil;
            if (n.since < latest) latest = n.since;
            id = noteId(payableId, n.parent);
            n = _ledger.note(id);
        }
    }

    /// @inheritdoc IRecourse
    function originOf(NoteId note) external view returns (NoteId) {
        return _originOf[note];
    }

    /// @inheritdoc IRecourse
    function resumesFrom(NoteId note) external view returns (NoteId) {
        return _steppedIn[note].resumesFrom;
    }

    //------------------------------------------------------------------ internals

    /// @dev Straight from the endorser to each of them.
    function _pay(
        NoteId note,
        bytes3 currency,
        PartyId from,
        PartyId holder,
        uint64 amount
    ) private returns (uint64 rest) {
        Payout[] memory prior = _prior.collect(note, NoteId.wrap(0), amount);
        rest = amount;
        CashReason memory reason = CashReason(CashPurpose.Recourse, 0, note, 0);
        for (uint256 i = 0; i < prior.length; ++i) {
            rest -= prior[i].amount;
            _cashBook.move(currency, from, prior[i].payee, prior[i].amount, reason);
        }
        if (rest > 0) _cashBook.move(currency, from, holder, rest, reason);
    }

    function _isSoldWithRecourse(NoteId note) private view returns (bool) {
        return _discounting.soldWithRecourse(note) || NoteId.unwrap(_originOf[note]) != 0;
    }

    /// @dev A live note, and the caller that holds it or stands in its holder's place. Who holds a claim may keep it up while
    /// it is suspended.
    function _ownNote(NoteId note) private view returns (Note memory n, PartyId caller) {
        n = _ledger.note(note);
        if (n.status == NoteStatus.None) revert IReceivableLedger.NoteUnknown(note);
        if (n.status != NoteStatus.Held) revert IReceivableLedger.NoteNotHeld(note, n.status);
        caller = _parties.partyOf(_msgSender());
        if (_parties.resolve(n.holder) != caller) revert IReceivableLedger.NotTheHolder(note, n.holder, caller);
    }

    function _requireDefault(PayableId payableId) private view {
        DueState memory s = dueStateOf(payableId);
        if (s.status != DueStatus.Defaulted) revert NotInDefault(payableId, s.defaultDate);
    }

    function _rulesOf(PayableId payableId) private view returns (RuleSet memory) {
        return _rules.ruleSet(_ledger.terms(payableId).ruleSet);
    }
}
