// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {DaySet} from "../common/DaySet.sol";
import {Hold, Holds} from "../common/Holds.sol";
import {DocumentUse, IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {IReceivableLedger, Offer} from "./IReceivableLedger.sol";
import {Note, NoteSlot, NoteStatus} from "./Note.sol";
import {NoteToken} from "./NoteToken.sol";
import {PayableStatus, Progress, Terms, TermsSlot} from "./Payable.sol";

/// @title The ledger's storage, and the steps every act on it is made of
abstract contract ReceivableStore is IReceivableLedger, NoteToken, ERC2771Context {
    using DaySet for DaySet.Days;
    using Holds for mapping(uint256 => Hold);

    struct Exposure {
        uint128 limit;
        uint128 outstanding;
    }

    IPartyRegistry internal immutable _parties;
    IRuleBook internal immutable _rules;
    IDocumentRegistry internal immutable _documents;

    uint40 internal _payableCount;
    mapping(PayableId => uint256 slot) internal _terms;
    mapping(PayableId => Progress) internal _progress;
    mapping(PayableId => DocumentUse[]) internal _documentsOf;
    mapping(NoteId => uint256 slot) internal _notes;
    mapping(NoteId => Offer) internal _offers;
    mapping(uint256 note => Hold) internal _holds;
    mapping(PartyId obligor => mapping(bytes3 currency => Exposure)) internal _exposures;
    mapping(PartyId obligor => DaySet.Days) internal _owedOn; // due dates of its active payables

    constructor(address forwarder, IPartyRegistry parties, IRuleBook rules, IDocumentRegistry documents)
        ERC2771Context(forwarder)
    {
        _parties = parties;
        _rules = rules;
        _documents = documents;
    }

    //------------------------------------------------------------------ reading

    function _knownNote(NoteId id) internal view returns (Note memory n) {
        n = NoteSlot.unpack(_notes[id]);
        if (n.status == NoteStatus.None) revert NoteUnknown(id);
    }

    function _heldNote(NoteId id) internal view returns (Note memory n) {
        n = _knownNote(id);
        if (n.status != NoteStatus.Held) revert NoteNotHeld(id, n.status);
    }

    function _knownTerms(PayableId id) internal view returns (Terms memory t) {
        t = TermsSlot.unpack(_terms[id]);
        if (t.status == PayableStatus.None) revert PayableUnknown(id);
    }

    /// @dev Units of a note that no hold in force keeps.
    function _freeUnits(NoteId id, Note memory n) internal view returns (uint64) {
        uint64 units = n.end - n.start;
        if (!n.underHold) return units;
        uint64 held = _holds.heldUnits(NoteId.unwrap(id));
        return held < units ? units - held : 0;
    }

    //------------------------------------------------------------------ checks

    /// @dev The party itself, or the one that stands in its place through succession.
    function _isParty(PartyId party, PartyId caller) internal view returns (bool) {
        return party == caller || _parties.resolve(party) == caller;
    }

    function _requireHolder(NoteId id, PartyId holder, PartyId caller) internal view {
        if (!_isParty(holder, caller)) revert NotTheHolder(id, holder, caller);
    }

    function _requireBeforeMaturity(PayableId id, Day maturity) internal view {
        if (_rules.today() >= maturity) revert NoteMatured(id, maturity);
    }

    function _requireFree(NoteId id, Note memory n, uint256 wanted) internal view {
        uint64 free = _freeUnits(id, n);
        if (wanted <= free) return;
        uint64 units = n.end - n.start;
        if (wanted <= units) {
            Hold storage hold = _holds[NoteId.unwrap(id)];
            revert NoteUnderHold(id, hold.units, hold.expiresAt, hold.order);
        }
        revert AmountExceedsNote(id, free, wanted > type(uint64).max ? type(uint64).max : uint64(wanted));
    }

    /// @dev What stays of a note is nothing at all or at least the smallest note.
    function _requireWholeNote(Terms memory t, uint64 amount) internal pure {
        if (amount != 0 && amount < t.minNote) revert NoteTooSmall(t.ruleSet, amount, t.minNote);
    }

    //------------------------------------------------------------------ writing

    function _store(NoteId id, Note memory n) internal {
        _notes[id] = NoteSlot.pack(n);
    }

    /// @dev A piece of a note that is nobody else's: it stands beside the note, where the note stands on the walk.
    function _beside(Note memory n, uint64 start, uint64 end, NoteStatus status) internal pure returns (Note memory) {
        return Note(n.holder, n.parent, start, end, n.since, n.tier, 0, status, false);
    }

    /// @dev Gives the last `units` of a note a final status: the note itself where they are all, else a piece beside it.
    function _carve(NoteId id, Note memory n, uint64 units, NoteStatus status) internal returns (NoteId carved) {
        if (units == n.end - n.start) {
            n.status = status;
            _store(id, n);
            _announceBurn(id, n.holder);
            return id;
        }
        PayableId payableId = id.payableOf();
        uint24 index = TermsSlot.unpack(_terms[payableId]).noteCount + 1;
        _terms[payableId] = TermsSlot.withNoteCount(_terms[payableId], index);
        carved = noteId(payableId, index);
        _store(carved, _beside(n, n.end - units, n.end, status));
        n.end -= units;
        _store(id, n);
    }

    /// @dev Units stop being owed: by payment, return or void.
    function _reduceDebt(PayableId id, Terms memory t, uint64 units, bool paid) internal {
        Progress storage p = _progress[id];
        if (paid) p.settled += units;
        else p.voided += units;
        _exposures[t.obligor][t.currency].outstanding -= units;
        if (uint256(p.settled) + p.voided < t.face) return;

        PayableStatus status = p.settled > 0 ? PayableStatus.Settled : PayableStatus.Void;
        _terms[id] = TermsSlot.withStatus(_terms[id], status);
        if (t.status == PayableStatus.Active) _owedOn[t.obligor].remove(p.dueDate);
        emit PayableClosed(id, status);
    }
}
