// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Hold, Holds} from "../common/Holds.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IReceivableLedger} from "./IReceivableLedger.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {MOST_FINANCINGS, NoteStatus, PackedNote, packNote} from "./Note.sol";
import {PackedTerms, PayableStatus} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title What financing does to notes: they change hands for cash, or are pledged for it
/// @notice Only the contracts of financing may, which answer for the holder's consent and for the cash; the ledger still keeps
/// what it keeps in every transfer: one holder, units that are free, pieces that are whole notes.
abstract contract Financed is ReceivableStore {
    using Holds for mapping(uint256 => Hold);

    /// @dev The purpose of a pledge among the purposes of a hold on a note.
    uint8 internal constant PLEDGE = 2;

    mapping(address => bool) private _financing;

    constructor(address[] memory financing) {
        for (uint256 i = 0; i < financing.length; ++i) _financing[financing[i]] = true;
    }

    modifier onlyFinancing() {
        if (!_financing[msg.sender]) revert NotFinancing(msg.sender);
        _;
    }

    /// @inheritdoc IReceivableLedger
    function assign(NoteId id, uint64 units, PartyId to) external onlyFinancing returns (NoteId child) {
        PackedNote n = _assignable(id, units, to);
        if (units < n.units()) n = n.withChildren(n.children() + 1);

        child = _nextNote(id.payableOf());
        uint64 start = n.end() - units;
        PackedNote assigned = packNote(
            to,
            id.indexOf(),
            start,
            n.end(),
            uint40(block.timestamp),
            n.tier(),
            NoteStatus.Held
        ).withFinancings(n.financings() + 1);
        _notes[child] = assigned;
        _announceMint(child, to);
        emit NoteTransferred(child, assigned);
        _shrink(id, n, start);
    }

    /// @inheritdoc IReceivableLedger
    function requireAssignable(NoteId id, uint64 units, PartyId to) external view {
        _assignable(id, units, to);
    }

    /// @inheritdoc IReceivableLedger
    function pledge(
        NoteId id,
        uint64 units,
        PartyId beneficiary,
        bytes32 order
    ) external onlyFinancing returns (NoteId pledged) {
        (PackedNote n, ) = _financeable(id, units);
        pledged = id;
        if (units < n.units()) {
            pledged = _carve(id, n, units, NoteStatus.Held);
            _announceMint(pledged, n.holder());
            n = _notes[pledged];
        }
        _notes[pledged] = n.withHold(true);
        uint32 lender = PartyId.unwrap(beneficiary);
        _pledges[NoteId.unwrap(pledged)] = Hold(lender, lender, PLEDGE, type(uint40).max, units, order);
        emit NotePledged(pledged, id, beneficiary, n.start(), n.end(), order);
    }

    /// @inheritdoc IReceivableLedger
    function unpledge(NoteId id) external onlyFinancing {
        if (_pledges[NoteId.unwrap(id)].units == 0) revert NoteNotUnderHold(id);
        delete _pledges[NoteId.unwrap(id)];
        _notes[id] = _notes[id].withHold(_freezes[NoteId.unwrap(id)].units > 0);
        emit NoteUnpledged(id);
    }

    //------------------------------------------------------------------ internals

    function _financeable(NoteId id, uint64 units) private view returns (PackedNote n, PackedTerms t) {
        n = _heldNote(id);
        PayableId payableId = id.payableOf();
        t = _terms[payableId];
        if (t.status() != PayableStatus.Active) revert PayableNotActive(payableId, t.status());
        if (units == 0) revert AmountZero();
        _requireFree(id, n, units);
        if (units < n.units()) {
            if (units < t.minNote()) revert NoteTooSmall(t.ruleSet(), units, t.minNote());
            _requireWholeNote(t, n.units() - units);
        }
    }

    function _assignable(NoteId id, uint64 units, PartyId to) private view returns (PackedNote n) {
        PackedTerms t;
        (n, t) = _financeable(id, units);
        if (_isParty(t.obligor(), to)) revert LoopToObligor(id, to);
        if (n.financings() == MOST_FINANCINGS) revert TooManyFinancings(id, MOST_FINANCINGS);
        if (units < n.units() && n.children() >= t.maxChildren()) {
            revert TooManyChildren(t.ruleSet(), uint256(n.children()) + 1, t.maxChildren());
        }
    }
}
