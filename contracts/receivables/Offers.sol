// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DaySet} from "../common/DaySet.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger, Offer, OfferEnd} from "./IReceivableLedger.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {Note, NoteStatus} from "./Note.sol";
import {PayableStatus, Terms, TermsSlot} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Offers: what an issue or a transfer waits for, and how it ends
abstract contract Offers is ReceivableStore {
    using DaySet for DaySet.Days;

    /// @inheritdoc IReceivableLedger
    function accept(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        (Note memory n, Offer memory o) = _offered(id);
        if (!_isParty(o.to, caller)) revert NotTheRecipient(id, o.to, caller);
        if (block.timestamp >= o.expiresAt) revert OfferHasExpired(id, o.expiresAt);
        PayableId payableId = id.payableOf();
        Terms memory t = _knownTerms(payableId);
        if (_isParty(t.obligor, caller)) revert LoopToObligor(id, t.obligor);
        _requireBeforeMaturity(payableId, t.maturity);
        _requireFree(id, n, n.end - n.start);

        if (t.status == PayableStatus.Offered) _activate(payableId, t);
        _announceMove(id, n.holder, caller);
        n.holder = caller;
        n.parent = o.from;
        n.tier += 1;
        n.since = uint40(block.timestamp);
        n.status = NoteStatus.Held;
        _store(id, n);
        delete _offers[id];
        emit NoteAccepted(id, caller, n.tier);
    }

    /// @inheritdoc IReceivableLedger
    function reject(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        (Note memory n, Offer memory o) = _offered(id);
        if (!_isParty(o.to, caller)) revert NotTheRecipient(id, o.to, caller);
        _endOffer(id, n, o, OfferEnd.Rejected);
    }

    /// @inheritdoc IReceivableLedger
    function withdraw(NoteId id) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        (Note memory n, Offer memory o) = _offered(id);
        _requireHolder(id, n.holder, caller);
        _endOffer(id, n, o, OfferEnd.Withdrawn);
    }

    /// @inheritdoc IReceivableLedger
    function expire(NoteId id) external {
        (Note memory n, Offer memory o) = _offered(id);
        if (block.timestamp < o.expiresAt && _rules.today() < _knownTerms(id.payableOf()).maturity) {
            revert OfferStillOpen(id, o.expiresAt);
        }
        _endOffer(id, n, o, OfferEnd.Expired);
    }

    //------------------------------------------------------------------ internals

    function _offered(NoteId id) private view returns (Note memory n, Offer memory o) {
        n = _knownNote(id);
        if (n.status != NoteStatus.Offered) revert NoteNotOffered(id, n.status);
        o = _offers[id];
    }

    function _activate(PayableId id, Terms memory t) private {
        _terms[id] = TermsSlot.withStatus(_terms[id], PayableStatus.Active);
        _owedOn[t.obligor].add(_progress[id].dueDate);
        emit PayableActivated(id);
    }

    /// @dev An issue that is not accepted is void, and gives back limit and documents; a transfer leaves the note with the
    /// party that offered it.
    function _endOffer(NoteId id, Note memory n, Offer memory o, OfferEnd how) internal {
        delete _offers[id];
        emit OfferEnded(id, how);
        if (o.from != 0) {
            n.status = NoteStatus.Held;
            _store(id, n);
            return;
        }
        PayableId payableId = id.payableOf();
        n.status = NoteStatus.Void;
        _store(id, n);
        _announceBurn(id, n.holder);
        _reduceDebt(payableId, _knownTerms(payableId), n.end - n.start, false);
        _documents.release(_documentsOf[payableId]);
    }
}
