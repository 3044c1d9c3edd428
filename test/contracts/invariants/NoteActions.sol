// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DocumentUse} from "../../../contracts/documents/IDocumentRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder, Share} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @title Random acts of obligors, suppliers, financiers and the regulator on notes
abstract contract NoteActions is LedgerModel {
    //------------------------------------------------------------------ issue

    function issueRandom(uint256 seed) external {
        if (ledger.payableCount() >= MAX_PAYABLES) return;
        PartyId debtor = parties.resolve(_pick(obligors, seed));
        seed = _next(seed);
        uint64 face = uint64(bound(seed, 2, 9_000));
        Day due = plus(rules.today(), uint24(bound(seed >> 128, 2, 20)));
        IssueOrder memory o =
            IssueOrder(_pick(holders, seed >> 64), CNY, face, due, _documents(debtor, face, seed), "");
        (uint128 limit,) = ledger.exposure(debtor, CNY);
        (bool done,) = _as(debtor, address(ledger), abi.encodeCall(ledger.issue, (o)));
        if (!_count(done, "issue")) return;
        PayableId id = PayableId.wrap(ledger.payableCount());
        owes[debtor] += face;
        _require(owes[debtor] <= limit, "issued beyond the limit");
        for (uint256 i = 0; i < o.documents.length; ++i) used[o.documents[i].fingerprint] += o.documents[i].amount;
        termsAtIssue[id] = _termsHash(id);
        _recordPieces(id, debtor);
    }

    /// @dev Half a known document, if there is one, and a new one for the rest.
    function _documents(PartyId debtor, uint64 face, uint256 seed) private returns (DocumentUse[] memory list_) {
        if (fingerprints.length == 0 || seed % 3 == 0) {
            list_ = new DocumentUse[](1);
            list_[0] = DocumentUse(_register(debtor, face * 2), face);
            return list_;
        }
        list_ = new DocumentUse[](2);
        uint64 half = face / 2;
        bytes32 known = fingerprints[seed % fingerprints.length];
        list_[0] = documents.residual(known) >= half && parties.resolve(documents.document(known).debtor) == debtor
            ? DocumentUse(known, half)
            : DocumentUse(_register(debtor, half + 1), half);
        list_[1] = DocumentUse(_register(debtor, face), face - half);
    }

    function _register(PartyId debtor, uint64 amount) private returns (bytes32 fingerprint) {
        fingerprint = unique();
        (bool done,) =
            _as(supplier1, address(documents), abi.encodeCall(documents.register, (fingerprint, debtor, CNY, amount)));
        if (done) fingerprints.push(fingerprint);
    }

    function creditRandom(uint256 seed) external {
        if (fingerprints.length == 0) return;
        bytes32 fingerprint = fingerprints[seed % fingerprints.length];
        uint64 amount = uint64(bound(seed >> 64, 1, 4_000));
        bytes memory data = abi.encodeCall(documents.credit, (fingerprint, unique(), amount));
        (bool done,) = _as(documents.document(fingerprint).debtor, address(documents), data);
        _count(done, "credit");
    }

    //------------------------------------------------------------------ offers

    function acceptRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Offered));
        if (!found) return;
        PartyId recipient = parties.resolve(ledger.offer(id).to);
        bool late = block.timestamp >= ledger.offer(id).expiresAt
            || rules.today() >= ledger.terms(id.payableOf()).maturity;
        (bool done,) = _as(recipient, address(ledger), abi.encodeCall(ledger.accept, (id)));
        if (!_count(done, "accept")) return;
        _require(!late, "accepted after its time");
        _require(!_isFrozenInForce(id), "accepted under a freeze");
        _require(!_isObligorOf(id.payableOf(), recipient), "accepted by the obligor");
        _require(ledger.note(id).tier == n.tier + 1, "an acceptance is one hop");
        holderOf[id] = recipient;
    }

    function rejectRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Offered));
        if (!found) return;
        _endOffer(ledger.offer(id).to, id, n, abi.encodeCall(ledger.reject, (id)), "reject");
    }

    function withdrawRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Offered));
        if (!found) return;
        _endOffer(n.holder, id, n, abi.encodeCall(ledger.withdraw, (id)), "withdraw");
    }

    function expireRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Offered));
        if (!found) return;
        _endOffer(operator, id, n, abi.encodeCall(ledger.expire, (id)), "expire");
    }

    function _endOffer(PartyId by, NoteId id, Note memory n, bytes memory data, string memory action) private {
        (bool done,) = _as(by, address(ledger), data);
        if (_count(done, action) && n.tier == 0) _recordVoidIssue(id.payableOf());
    }

    function toggleAcceptance(uint256 seed) external {
        (PartyId recipient, PartyId from) = (_pick(holders, seed), _pick(holders, seed >> 64));
        if ((seed >> 128) % 2 == 0) from = PartyId.wrap(0);
        bool accepted = (seed >> 160) % 3 > 0;
        bytes memory data = abi.encodeCall(parties.setStandingAcceptance, (from, accepted));
        (bool done,) = _as(recipient, address(parties), data);
        if (_count(done, "acceptance")) accepts[parties.resolve(recipient)][from] = accepted;
    }

    //------------------------------------------------------------------ transfer and return

    function transferRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found || ledger.terms(id.payableOf()).noteCount >= MAX_NOTES) return;
        Share[] memory shares = new Share[](bound(seed >> 32, 1, 3));
        uint64 left = n.end - n.start;
        for (uint256 i = 0; i < shares.length; ++i) {
            seed = _next(seed);
            uint64 amount = uint64(bound(seed, 0, (seed >> 96) % 4 == 0 ? left : left / 2 + 1));
            if (amount == 0) amount = 1; // more than is left, perhaps
            shares[i] = Share(_pick(holders, seed >> 64), amount);
            left -= amount < left ? amount : left;
        }
        _transfer(id, n, shares);
    }

    function _transfer(NoteId id, Note memory n, Share[] memory shares) private {
        PartyId sender = parties.resolve(n.holder);
        (bool done,) = _as(sender, address(ledger), abi.encodeCall(ledger.transfer, (id, "", shares)));
        if (!_count(done, "transfer")) return;
        PayableId payableId = id.payableOf();
        _require(rules.today() < ledger.terms(payableId).maturity, "transferred after maturity");
        for (uint24 i = 0; i < shares.length; ++i) {
            NoteId child = noteId(payableId, notesSeen[payableId] + 1 + i);
            bool accepted = _acceptsBeforehand(shares[i].to, sender);
            holderOf[child] = accepted ? shares[i].to : n.holder;
            _require(
                ledger.note(child).status == (accepted ? NoteStatus.Held : NoteStatus.Offered),
                "held without acceptance, or offered in spite of one"
            );
            if (accepted) _require(!_isObligorOf(payableId, shares[i].to), "transferred to the obligor");
            _require(unitsOf(child) == shares[i].amount && shares[i].amount > 0, "a share of another amount");
        }
        notesSeen[payableId] += uint24(shares.length);
    }

    function returnRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found || seed % 2 > 0) return;
        uint64 amount = uint64(bound(seed >> 96, 1, (n.end - n.start) / 4 + 1));
        (bool done,) = _as(n.holder, address(ledger), abi.encodeCall(ledger.returnToObligor, (id, amount, "")));
        if (!_count(done, "return")) return;
        owes[ledger.terms(id.payableOf()).obligor] -= amount;
        _recordPieces(id.payableOf(), n.holder);
    }

    //------------------------------------------------------------------ freeze

    function freezeRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held) | _is(NoteStatus.Offered));
        if (!found) return;
        uint64 units = uint64(bound(seed >> 64, 1, n.end - n.start));
        uint40 until = uint40(block.timestamp + bound(seed >> 128, 1 hours, 20 days));
        (bool done,) = _as(regulator, address(ledger), abi.encodeCall(ledger.freeze, (id, units, until, "order")));
        if (_count(done, "freeze")) frozen[id] = Frozen(units, until, 0);
    }

    function releaseRandom(uint256 seed) external {
        uint256 any = _is(NoteStatus.Held) | _is(NoteStatus.Offered) | _is(NoteStatus.Settled) | _is(NoteStatus.Void)
            | _is(NoteStatus.Spent);
        (bool found, NoteId id, Note memory n) = _pickNote(seed, any);
        for (uint256 i = 0; found && !n.underHold && i < 5; ++i) {
            seed = _next(seed);
            (found, id, n) = _pickNote(seed, any);
        }
        if (!found || !n.underHold) return;
        (bool done,) = _as(regulator, address(ledger), abi.encodeCall(ledger.release, (id)));
        _require(done, "a freeze could not be released");
        _count(done, "release");
        delete frozen[id];
    }

    function _isFrozenInForce(NoteId id) internal view returns (bool) {
        return frozen[id].units > 0 && block.timestamp < frozen[id].expiresAt;
    }

    //------------------------------------------------------------------ what must not go through

    /// @notice A note that is spent, offered, settled or void moves no more, whoever tries.
    function tryToMoveTheDead(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(
            seed,
            _is(NoteStatus.Offered) | _is(NoteStatus.Spent) | _is(NoteStatus.Settled) | _is(NoteStatus.Void)
        );
        if (!found) return;
        PartyId to = _pick(holders, seed >> 64);
        (bool done,) = _as(n.holder, address(ledger), abi.encodeCall(ledger.transfer, (id, "", share(to, 1))));
        _require(!done, "a note that is not held was transferred");
        (done,) = _as(n.holder, address(ledger), abi.encodeCall(ledger.returnToObligor, (id, 1, "")));
        _require(!done, "a note that is not held was returned");
        if (n.status != NoteStatus.Offered) {
            (done,) = _as(to, address(ledger), abi.encodeCall(ledger.accept, (id)));
            _require(!done, "a note that is not offered was accepted");
            vm.prank(address(settlement));
            (done,) = address(ledger).call(abi.encodeCall(ledger.settle, (id, 1)));
            _require(!done, "a note that is not live was paid");
        }
        _count(true, "dead");
    }

    /// @notice Whoever is not its holder moves no note; and its holder moves no frozen unit.
    function tryToMoveWhatIsNotFree(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found) return;
        PartyId thief = _pick(holders, seed >> 64);
        bytes memory data = abi.encodeCall(ledger.transfer, (id, "", share(_pick(holders, seed >> 96), 1)));
        if (parties.resolve(thief) != parties.resolve(n.holder)) {
            (bool stolen,) = _as(thief, address(ledger), data);
            _require(!stolen, "a note was moved by another than its holder");
        }
        if (!_isFrozenInForce(id)) return;
        PartyId to = _pick(holders, seed >> 128);
        data = abi.encodeCall(ledger.transfer, (id, "", share(to, n.end - n.start)));
        (bool done,) = _as(n.holder, address(ledger), data);
        _require(!done, "frozen units were transferred");
        data = abi.encodeCall(ledger.returnToObligor, (id, n.end - n.start, ""));
        (done,) = _as(n.holder, address(ledger), data);
        _require(!done, "frozen units were returned");
        _count(true, "frozen");
    }
}
