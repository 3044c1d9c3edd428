// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DaySet} from "../common/DaySet.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger, Offer, OfferEnd} from "./IReceivableLedger.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {NoteStatus, PackedNote} from "./Note.sol";
import {PackedTerms, PayableStatus} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Offers: what an issue or a transfer waits for, and how it ends
abstract contract Offers is ReceivableStore {
    using DaySet for DaySet.Days;

    /// @inheritdoc IReceivableLedger
    function accept(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        (PackedNote n, Offer memory o) = _offered(id);
        if (!_isParty(o.to, caller)) revert NotTheRecipient(id, o.to, caller);
        if (block.timestamp >= o.expiresAt) revert OfferHasExpired(id, o.expiresAt);
        PayableId payableId = id.payableOf();
        PackedTerms t = _knownTerms(payableId);
        if (_isParty(t.obligor(), caller)) revert LoopToObligor(id, t.obligor());
        _requireBeforeMaturity(payableId, t.maturity());
        _requireFree(id, n, n.units());

        if (t.status() == PayableStatus.Offered) _activate(payableId, t);
        _announceMove(id, n.holder(), caller);
        _notes[id] = n.withTitle(caller, o.from, uint40(block.timestamp));
        delete _offers[id];
        emit NoteAccepted(id, caller, n.tier() + 1);
    }

    /// @inheritdoc IReceivableLedger
    function reject(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        (PackedNote n, Offer memory o) = _offered(id);
        if (!_isParty(o.to, caller)) revert NotTheRecipient(id, o.to, caller);
        _endOffer(id, n, o, OfferEnd.Rejected);
    }

    /// @inheritdoc IReceivableLedger
    function withdraw(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        (PackedNote n, Offer memory o) = _offered(id);
        _requireHolder(id, n.holder(), caller);
        _endOffer(id, n, o, OfferEnd.Withdrawn);
    }

    /// @inheritdoc IReceivableLedger
    function expire(NoteId id) external {
        (PackedNote n, Offer memory o) = _offered(id);
        if (block.timestamp < o.expiresAt && _today() < _knownTerms(id.payableOf()).maturity()) {
            revert OfferStillOpen(id, o.expiresAt);
        }
        _endOffer(id, n, o, OfferEnd.Expired);
    }

    //------------------------------------------------------------------ internals

    function _offered(NoteId id) private view returns (PackedNote n, Offer memory o) {
        n = _knownNote(id);
        if (n.status() != NoteStatus.Offered) revert NoteNotOffered(id, n.status());
        o = _offers[id];
    }

    function _activate(PayableId id, PackedTerms t) private {
        _terms[id] = _terms[id].withStatus(PayableStatus.Active);
        _owedOn[t.obligor()].add(_progress[id].dueDate);
        emit PayableActivated(id);
    }

    /// @dev An issue that is not accepted is void, and gives back limit and documents; a transfer leaves the note with the
    /// party that offered it.
    function _endOffer(NoteId id, PackedNote n, Offer memory o, OfferEnd how) internal returns (PackedNote ended) {
        delete _offers[id];
        emit OfferEnded(id, how);
        if (o.from != 0) {
            _notes[id] = ended = n.withStatus(NoteStatus.Held);
            return ended;
        }
        PayableId payableId = id.payableOf();
        _notes[id] = ended = n.withStatus(NoteStatus.Void);
        _announceBurn(id, n.holder());
        _reduceDebt(payableId, _knownTerms(payableId), n.units(), false);
        _documents.release(payableId, _documentsOf[payableId]);
    }
}
