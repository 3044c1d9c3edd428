// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger, Offer, Share} from "./IReceivableLedger.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {NoteStatus, PackedNote} from "./Note.sol";
import {PackedTerms, PayableStatus} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Transfer: cutting a note's tail for another party; and return, cutting it for the obligor
/// @dev Where the recipient has accepted beforehand, the piece is at once its note and the parent's child. Where it has yet
/// to, the piece is an offered note beside the parent: same holder, same tier, same place on the walk. So a walk is never
/// longer than it has hops, and an offer that comes to nothing leaves a plain note of the party that made it.
abstract contract Transfers is ReceivableStore {
    /// @inheritdoc IReceivableLedger
    function transfer(NoteId id, bytes32 ref, Share[] calldata shares) external {
        PackedNote parent = _heldNote(id);
        PartyId sender = _parties.actingFor(_msgSender(), parent.holder());
        PackedTerms t = _movable(id, parent, sender);
        parent = _withChildren(parent, t, shares.length);

        PayableId payableId = id.payableOf();
        uint64 free = _freeUnits(id, parent);
        uint64 end = parent.end();
        uint24 count = t.noteCount();
        PackedNote common = parent.childOf(id.indexOf(), uint40(block.timestamp));
        for (uint256 i = 0; i < shares.length; ++i) {
            Share calldata share = shares[i];
            (PartyId to, uint64 amount) = (share.to, share.amount);
            _checkShare(id, parent, t, to, amount);
            if (amount > free) _refuseAmount(id, parent, shares);
            uint64 start;
            unchecked {
                free -= amount;
                start = end - amount; // not below the note's start: no more is free than it has
            }
            NoteId child = noteId(payableId, ++count);
            (bool accepted, bool standsIn) = _parties.acceptsBeforehand(to, sender);
            if (standsIn && _isParty(t.obligor(), to)) revert LoopToObligor(id, to);
            if (accepted) {
                PackedNote held = common.withUnits(to, start, end);
                _notes[child] = held;
                _announceMint(child, to);
                emit NoteTransferred(child, held);
            } else {
                _offer(child, id, parent, t, to, start, end);
            }
            end = start;
        }
        unchecked {
            _requireWholeNote(t, end - parent.start()); // not below the note's start, as above
        }
        _shrink(id, parent, end);
        _terms[payableId] = t.withNoteCount(count);
        if (ref != 0) emit TransferReferenced(id, t.noteCount() + 1, count, ref);
    }

    /// @inheritdoc IReceivableLedger
    function returnToObligor(NoteId id, uint64 amount, bytes32 ref) external {
        PartyId sender = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        PayableId payableId = id.payableOf();
        PackedNote n = _heldNote(id);
        PackedTerms t = _movable(id, n, sender);
        if (amount == 0) revert AmountZero();
        _requireFree(id, n, amount);
        _requireWholeNote(t, n.units() - amount);

        (uint64 start, uint64 end) = (n.end() - amount, n.end());
        NoteId returned = _carve(id, n, amount, NoteStatus.Void);
        emit NoteReturned(returned, id, start, end, ref);
        _reduceDebt(payableId, t, amount, false);
    }

    //------------------------------------------------------------------ internals

    /// @dev Of an active payable, before its maturity, and the sender's.
    function _movable(NoteId id, PackedNote n, PartyId sender) private view returns (PackedTerms t) {
        _requireHolder(id, n.holder(), sender);
        PayableId payableId = id.payableOf();
        t = _terms[payableId]; // a held note has a payable
        if (t.status() != PayableStatus.Active) revert PayableNotActive(payableId, t.status());
        _requireBeforeMaturity(payableId, t.maturity());
    }

    function _withChildren(PackedNote parent, PackedTerms t, uint256 more) private pure returns (PackedNote) {
        if (more == 0) revert AmountZero();
        uint256 tier = uint256(parent.tier()) + 1;
        if (tier > t.maxTier()) revert TierTooDeep(t.ruleSet(), tier, t.maxTier());
        uint256 children = parent.children() + more;
        if (children > t.maxChildren()) revert TooManyChildren(t.ruleSet(), children, t.maxChildren());
        return parent.withChildren(uint16(children));
    }

    function _checkShare(NoteId id, PackedNote parent, PackedTerms t, PartyId to, uint64 amount) private pure {
        if (to == t.obligor()) revert LoopToObligor(id, to);
        if (to == parent.holder()) revert TransferToSelf(to);
        if (amount < t.minNote()) {
            if (amount == 0) revert AmountZero();
            revert NoteTooSmall(t.ruleSet(), amount, t.minNote());
        }
    }

    /// @dev Says how much all shares ask for, and what stands in their way.
    function _refuseAmount(NoteId id, PackedNote parent, Share[] calldata shares) private view {
        uint256 total;
        for (uint256 i = 0; i < shares.length; ++i) total += shares[i].amount;
        _requireFree(id, parent, total);
    }

    function _offer(
        NoteId child,
        NoteId from,
        PackedNote parent,
        PackedTerms t,
        PartyId to,
        uint64 start,
        uint64 end
    ) private {
        uint40 expiresAt = uint40(block.timestamp) + uint40(t.offerWindowDays()) * 1 days;
        _notes[child] = parent.beside(start, end, NoteStatus.Offered);
        _offers[child] = Offer(to, from.indexOf(), expiresAt);
        _announceMint(child, parent.holder());
        emit NoteOffered(child, from, to, start, end, expiresAt);
    }
}
