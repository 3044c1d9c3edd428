// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DaySet} from "../common/DaySet.sol";
import {PartyId} from "../parties/PartyId.sol";
import {IReceivableLedger, OfferEnd} from "./IReceivableLedger.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {NoteStatus, PackedNote} from "./Note.sol";
import {Offers} from "./Offers.sol";
import {PackedTerms, PayableStatus, Progress} from "./Payable.sol";

/// @title What the settlement contract does to notes: it alone says that units are paid, or owed again
abstract contract Settling is Offers {
    using DaySet for DaySet.Days;

    address private immutable _settlement;

    constructor(address settlement) {
        _settlement = settlement;
    }

    modifier onlySettlement() {
        if (msg.sender != _settlement) revert NotTheSettlement(msg.sender);
        _;
    }

    /// @inheritdoc IReceivableLedger
    function settle(NoteId id, uint64 units) external onlySettlement returns (NoteId settledNote, PartyId payee) {
        PackedNote n = _knownNote(id);
        PayableId payableId = id.payableOf();
        PackedTerms t = _knownTerms(payableId);
        if (t.status() != PayableStatus.Active) revert PayableNotActive(payableId, t.status());
        if (n.status() == NoteStatus.Offered) {
            n = _endOffer(id, n, _offers[id], OfferEnd.Expired); // it matured: the party that offered it is paid
        } else if (n.status() != NoteStatus.Held) {
            revert NoteNotHeld(id, n.status());
        }
        if (units == 0) revert AmountZero();
        if (units > n.units()) revert AmountExceedsNote(id, n.units(), units);

        (uint64 start, uint64 end) = (n.end() - units, n.end());
        payee = _parties.resolve(n.holder());
        settledNote = _carve(id, n, units, NoteStatus.Settled);
        emit NoteSettled(settledNote, id, start, end);
        _reduceDebt(payableId, t, units, true);
    }

    /// @inheritdoc IReceivableLedger
    function reopen(NoteId id) external onlySettlement {
        PackedNote n = _knownNote(id);
        if (n.status() != NoteStatus.Settled) revert NoteNotHeld(id, n.status());
        PayableId payableId = id.payableOf();
        PackedTerms t = _knownTerms(payableId);
        uint64 units = n.units();

        _notes[id] = n.withStatus(NoteStatus.Held);
        _announceMint(id, n.holder());
        emit NoteReopened(id);

        Progress storage p = _progress[payableId];
        p.settled -= units;
        _outstanding[t.obligor()][t.currency()] += units;
        if (t.status() != PayableStatus.Active) {
            _terms[payableId] = _terms[payableId].withStatus(PayableStatus.Active);
            _owedOn[t.obligor()].add(p.dueDate);
            emit PayableReopened(payableId);
        }
    }
}
