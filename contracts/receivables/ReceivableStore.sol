// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Calendar, Day} from "../common/Calendar.sol";
import {DaySet} from "../common/DaySet.sol";
import {Hold, Holds} from "../common/Holds.sol";
import {DocumentUse, IDocumentRegistry} from "../documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {IReceivableLedger, Offer} from "./IReceivableLedger.sol";
import {NoteStatus, PackedNote} from "./Note.sol";
import {NoteToken} from "./NoteToken.sol";
import {PackedTerms, PayableStatus, Progress} from "./Payable.sol";

/// @title The ledger's storage, and the steps every act on it is made of
abstract contract ReceivableStore is IReceivableLedger, NoteToken, ERC2771Context {
    using DaySet for DaySet.Days;
    using Holds for mapping(uint256 => Hold);

    IPartyRegistry internal immutable _parties;
    IDocumentRegistry internal immutable _documents;
    int256 private immutable _utcOffset;

    uint40 internal _payableCount;
    mapping(PayableId => PackedTerms) internal _terms;
    mapping(PayableId => Progress) internal _progress;
    mapping(PayableId => DocumentUse[]) internal _documentsOf;
    mapping(NoteId => PackedNote) internal _notes;
    mapping(NoteId => Offer) internal _offers;
    mapping(uint256 note => Hold) internal _freezes;
    mapping(uint256 note => Hold) internal _pledges;
    mapping(PartyId obligor => mapping(bytes3 currency => uint128)) internal _outstanding;
    mapping(PartyId obligor => DaySet.Days) internal _owedOn; // due dates of its active payables

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IDocumentRegistry documents
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _documents = documents;
        _utcOffset = rules.utcOffset();
    }

    //------------------------------------------------------------------ reading

    function _knownNote(NoteId id) internal view returns (PackedNote n) {
        n = _notes[id];
        if (n.status() == NoteStatus.None) revert NoteUnknown(id);
    }

    function _heldNote(NoteId id) internal view returns (PackedNote n) {
        n = _notes[id];
        if (n.status() == NoteStatus.Held) return n;
        if (n.status() == NoteStatus.None) revert NoteUnknown(id);
        revert NoteNotHeld(id, n.status());
    }

    function _knownTerms(PayableId id) internal view returns (PackedTerms t) {
        t = _terms[id];
        if (t.status() == PayableStatus.None) revert PayableUnknown(id);
    }

    /// @dev Units of a note that no hold in force keeps.
    function _freeUnits(NoteId id, PackedNote n) internal view returns (uint64) {
        uint64 units = n.units();
        if (!n.underHold()) return units;
        if (_pledges.heldUnits(NoteId.unwrap(id)) > 0) return 0;
        uint64 held = _freezes.heldUnits(NoteId.unwrap(id));
        return held < units ? units - held : 0;
    }

    /// @dev The hold on a note: the pledge, which holds all of it, before the freeze.
    function _holdOn(NoteId id) internal view returns (Hold storage) {
        uint256 key = NoteId.unwrap(id);
        return _pledges.heldUnits(key) > 0 ? _pledges[key] : _freezes[key];
    }

    /// @dev As the rule book says, without asking it.
    function _today() internal view returns (Day) {
        return Calendar.dayAt(block.timestamp, _utcOffset);
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
        if (_today() >= maturity) revert NoteMatured(id, maturity);
    }

    function _requireFree(NoteId id, PackedNote n, uint256 wanted) internal view {
        uint64 free = _freeUnits(id, n);
        if (wanted <= free) return;
        uint64 units = n.units();
        if (wanted <= units) {
            Hold storage hold = _holdOn(id);
            revert NoteUnderHold(id, hold.units, hold.expiresAt, hold.order);
        }
        revert AmountExceedsNote(id, free, wanted > type(uint64).max ? type(uint64).max : uint64(wanted));
    }

    /// @dev What stays of a note is nothing at all or at least the smallest note.
    function _requireWholeNote(PackedTerms t, uint64 amount) internal pure {
        if (amount != 0 && amount < t.minNote()) revert NoteTooSmall(t.ruleSet(), amount, t.minNote());
    }

    //------------------------------------------------------------------ writing

    /// @dev Gives the last `units` of a note a final status: the note itself where they are all, else a piece beside it.
    function _carve(NoteId id, PackedNote n, uint64 units, NoteStatus status) internal returns (NoteId carved) {
        if (units == n.units()) {
            _notes[id] = n.withStatus(status);
            _announceBurn(id, n.holder());
            return id;
        }
        uint64 start = n.end() - units;
        carved = _nextNote(id.payableOf());
        _notes[carved] = n.beside(start, n.end(), status);
        _notes[id] = n.withEnd(start);
    }

    /// @dev The number of the payable's next note, which is taken with it.
    function _nextNote(PayableId payableId) internal returns (NoteId) {
        PackedTerms t = _terms[payableId];
        uint24 index = t.noteCount() + 1;
        _terms[payableId] = t.withNoteCount(index);
        return noteId(payableId, index);
    }

    /// @dev Ends a note at `end`; without units it is spent.
    function _shrink(NoteId id, PackedNote n, uint64 end) internal {
        n = n.withEnd(end);
        if (end == n.start()) {
            n = n.withStatus(NoteStatus.Spent);
            _announceBurn(id, n.holder());
        }
        _notes[id] = n;
    }

    /// @dev Units stop being owed: by payment, return or void.
    function _reduceDebt(PayableId id, PackedTerms t, uint64 units, bool paid) internal {
        Progress storage p = _progress[id];
        if (paid) p.settled += units;
        else p.voided += units;
        _outstanding[t.obligor()][t.currency()] -= units;
        if (uint256(p.settled) + p.voided < t.face()) return;

        PayableStatus status = p.settled > 0 ? PayableStatus.Settled : PayableStatus.Void;
        _terms[id] = _terms[id].withStatus(status);
        if (t.status() == PayableStatus.Active) _owedOn[t.obligor()].remove(p.dueDate);
        emit PayableClosed(id, status);
    }
}
