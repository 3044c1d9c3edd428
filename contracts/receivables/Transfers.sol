// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger, Offer, Share} from "./IReceivableLedger.sol";
import {NoteId, PayableId, noteId} from "./Ids.sol";
import {Note, NoteStatus} from "./Note.sol";
import {PayableStatus, Terms, TermsSlot} from "./Payable.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Transfer: cutting a note's tail for another party; and return, cutting it for the obligor
/// @dev Where the recipient has accepted beforehand, the piece is at once its note and the parent's child. Where it has yet
/// to, the piece is an offered note beside the parent: same holder, same tier, same place on the walk. So a walk is never
/// longer than its tier, and an offer that comes to nothing leaves a plain note of the party that made it.
abstract contract Transfers is ReceivableStore {
    uint256 private constant MAX_SHARES = 200;

    /// @inheritdoc IReceivableLedger
    function transfer(NoteId id, Share[] calldata shares, bytes32 ref) external {
        if (shares.length > MAX_SHARES) revert TooManyEntries(shares.length, MAX_SHARES);
        (PartyId sender, bool[] memory accepted) = _parties.checkTransfer(_msgSender(), _recipients(shares));
        PayableId payableId = id.payableOf();
        (Note memory parent, Terms memory t) = _movable(id, payableId, sender);
        uint256 total = _checkShares(id, parent, t, shares);
        _requireFree(id, parent, total);
        uint64 kept = parent.end - parent.start - uint64(total);
        _requireWholeNote(t, kept);

        uint24 count = t.noteCount;
        uint40 offerEnds = uint40(block.timestamp) + uint40(t.offerWindowDays) * 1 days;
        uint64 end = parent.end;
        for (uint256 i = 0; i < shares.length; ++i) {
            uint64 start = end - shares[i].amount;
            NoteId child = noteId(payableId, ++count);
            if (accepted[i]) _cutForRecipient(child, id, parent, shares[i].to, start, end, ref);
            else _cutForOffer(child, id, parent, shares[i].to, start, end, offerEnds, ref);
            end = start;
        }
        parent.children += uint16(shares.length);
        _shrink(id, parent, end);
        _terms[payableId] = TermsSlot.withNoteCount(TermsSlot.pack(t), count);
    }

    /// @inheritdoc IReceivableLedger
    function returnToObligor(NoteId id, uint64 amount, bytes32 ref) external {
        PartyId sender = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        PayableId payableId = id.payableOf();
        (Note memory n, Terms memory t) = _movable(id, payableId, sender);
        if (amount == 0) revert AmountZero();
        _requireFree(id, n, amount);
        _requireWholeNote(t, n.end - n.start - amount);

        (uint64 start, uint64 end) = (n.end - amount, n.end);
        NoteId returned = _carve(id, n, amount, NoteStatus.Void);
        emit NoteReturned(returned, id, start, end, ref);
        _reduceDebt(payableId, t, amount, false);
    }

    //------------------------------------------------------------------ internals

    /// @dev A held note of the sender, of an active payable, before its maturity.
    function _movable(NoteId id, PayableId payableId, PartyId sender)
        private
        view
        returns (Note memory n, Terms memory t)
    {
        n = _heldNote(id);
        _requireHolder(id, n.holder, sender);
        t = _knownTerms(payableId);
        if (t.status != PayableStatus.Active) revert PayableNotActive(payableId, t.status);
        _requireBeforeMaturity(payableId, t.maturity);
    }

    function _checkShares(NoteId id, Note memory parent, Terms memory t, Share[] calldata shares)
        private
        pure
        returns (uint256 total)
    {
        if (shares.length == 0) revert AmountZero();
        if (uint256(parent.tier) + 1 > t.maxTier) revert TierTooDeep(t.ruleSet, uint256(parent.tier) + 1, t.maxTier);
        uint256 children = uint256(parent.children) + shares.length;
        if (children > t.maxChildren) revert TooManyChildren(t.ruleSet, children, t.maxChildren);
        for (uint256 i = 0; i < shares.length; ++i) {
            (PartyId to, uint64 amount) = (shares[i].to, shares[i].amount);
            if (to == t.obligor) revert LoopToObligor(id, to);
            if (to == parent.holder) revert TransferToSelf(to);
            if (amount == 0) revert AmountZero();
            if (amount < t.minNote) revert NoteTooSmall(t.ruleSet, amount, t.minNote);
            total += amount;
        }
    }

    function _cutForRecipient(
        NoteId child,
        NoteId from,
        Note memory parent,
        PartyId to,
        uint64 start,
        uint64 end,
        bytes32 ref
    ) private {
        uint8 tier = parent.tier + 1;
        _store(child, Note(to, from.indexOf(), start, end, uint40(block.timestamp), tier, 0, NoteStatus.Held, false));
        _announceMint(child, to);
        emit NoteTransferred(child, from, to, start, end, tier, ref);
    }

    function _cutForOffer(
        NoteId child,
        NoteId from,
        Note memory parent,
        PartyId to,
        uint64 start,
        uint64 end,
        uint40 expiresAt,
        bytes32 ref
    ) private {
        _store(child, _beside(parent, start, end, NoteStatus.Offered));
        _offers[child] = Offer(to, from.indexOf(), expiresAt);
        _announceMint(child, parent.holder);
        emit NoteOffered(child, from, to, start, end, expiresAt, ref);
    }

    /// @dev Ends a note at `end`; without units it is spent.
    function _shrink(NoteId id, Note memory n, uint64 end) private {
        n.end = end;
        if (end == n.start) {
            n.status = NoteStatus.Spent;
            _announceBurn(id, n.holder);
        }
        _store(id, n);
    }

    function _recipients(Share[] calldata shares) private pure returns (PartyId[] memory to) {
        to = new PartyId[](shares.length);
        for (uint256 i = 0; i < shares.length; ++i) to[i] = shares[i].to;
    }
}
