// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DocumentUse} from "../../../contracts/documents/IDocumentRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {Share} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @title Random acts of obligors, suppliers, financiers and the regulator on notes
abstract contract NoteActions is LedgerModel {
    /// @dev Every status but none.
    uint256 private constant ANY = type(uint256).max - 1;

    //------------------------------------------------------------------ issue

    function issueRandom(uint256 seed) external {
        if (ledger.payableCount() >= MAX_PAYABLES) return;
        PartyId debtor = parties.resolve(_pick(obligors, seed));
        seed = _next(seed);
        uint64 face = uint64(bound(seed, 2, 9_000));
        Day due = plus(rules.today(), uint24(bound(seed >> 128, 2, _longestTerm())));
        _issue(debtor, _pick(holders, seed >> 64), face, due, seed);
    }

    function _issue(PartyId debtor, PartyId supplier, uint64 face, Day due, uint256 seed) internal {
        IssueOrder memory o = IssueOrder(supplier, CNY, face, due, _documents(debtor, face, seed), "");
        (uint128 limit, ) = issuance.exposure(debtor, CNY);
        (bool done, ) = _as(debtor, address(issuance), abi.encodeCall(issuance.issue, (o)));
        if (!_count(done, "issue")) return;
        PayableId id = PayableId.wrap(ledger.payableCount());
        owes[debtor] += face;
        _require(owes[debtor] <= limit, "issued beyond the limit");
        for (uint256 i = 0; i < o.documents.length; ++i) used[o.documents[i].fingerprint] += o.documents[i].amount;
        termsAtIssue[id] = _termsHash(id);
        _recordPieces(id, debtor, false);
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
        list_[0] =
            documents.residual(known) >= half && parties.resolve(documents.document(known).debtor) == debtor
                ? DocumentUse(known, half)
                : DocumentUse(_register(debtor, half + 1), half);
        list_[1] = DocumentUse(_register(debtor, face), face - half);
    }

    function _register(PartyId debtor, uint64 amount) private returns (bytes32 fingerprint) {
        fingerprint = unique();
        (bool done, ) = _as(
            supplier1,
            address(documents),
            abi.encodeCall(documents.register, (fingerprint, debtor, CNY, amount))
        );
        if (done) fingerprints.push(fingerprint);
    }

    function creditRandom(uint256 seed) external {
        if (fingerprints.length == 0) return;
        bytes32 fingerprint = fingerprints[seed % fingerprints.length];
        uint64 amount = uint64(bound(seed >> 64, 1, 4_000));
        bytes memory data = abi.encodeCall(documents.credit, (fingerprint, unique(), amount));
        (bool done, ) = _as(documents.document(fingerprint).debtor, address(documents), data);
        _count(done, "credit");
    }

    //------------------------------------------------------------------ offers

    function acceptRandom(uint256 seed) external {
        (bool found, NoteId id, ) = _pickNote(seed, _is(NoteStatus.Offered));
        if (found) _accept(id);
    }

    function _accept(NoteId id) internal {
        Note memory n = ledger.note(id);
        PartyId recipient = parties.resolve(ledger.offer(id).to);
        bool late =
            block.timestamp >= ledger.offer(id).expiresAt || rules.today() >= ledger.terms(id.payableOf()).maturity;
        (bool done, ) = _as(recipient, address(ledger), abi.encodeCall(ledger.accept, (id)));
        if (!_count(done, "accept")) return;
        _require(!late, "accepted after its time");
        _require(!_isFrozenInForce(id), "accepted under a freeze");
        _require(pledged[id].units == 0, "accepted under a pledge");
        _require(!_isObligorOf(id.payableOf(), recipient), "accepted by the obligor");
        _require(ledger.note(id).tier == n.tier + 1, "an acceptance is one hop");
        _require(ledger.note(id).financings == n.financings, "an acceptance is no financing");
        holderOf[id] = recipient;
        isFinancingHop[id] = false;
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
        (bool done, ) = _as(by, address(ledger), data);
        if (_count(done, action) && n.tier == 0) _recordVoidIssue(id.payableOf());
    }

    function toggleAcceptance(uint256 seed) external {
        (PartyId recipient, PartyId from) = (_pick(holders, seed), _pick(holders, seed >> 64));
        if ((seed >> 128) % 2 == 0) from = PartyId.wrap(0);
        bool accepted = (seed >> 160) % 3 > 0;
        bytes memory data = abi.encodeCall(parties.setStandingAcceptance, (from, accepted));
        (bool done, ) = _as(recipient, address(parties), data);
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
        (bool done, ) = _as(sender, address(ledger), abi.encodeCall(ledger.transfer, (id, "", shares)));
        if (!_count(done, "transfer")) return;
        PayableId payableId = id.payableOf();
        _require(rules.today() < ledger.terms(payableId).maturity, "transferred after maturity");
        _require(pledged[id].units == 0, "transferred under a pledge");
        for (uint24 i = 0; i < shares.length; ++i) {
            NoteId child = noteId(payableId, notesSeen[payableId] + 1 + i);
            bool accepted = _acceptsBeforehand(shares[i].to, sender);
            holderOf[child] = accepted ? shares[i].to : n.holder;
            isFinancingHop[child] = !accepted && isFinancingHop[id]; // while offered, it stands where the note stands
            _require(
                ledger.note(child).status == (accepted ? NoteStatus.Held : NoteStatus.Offered),
                "held without acceptance, or offered in spite of one"
            );
            if (accepted) _require(!_isObligorOf(payableId, shares[i].to), "transferred to the obligor");
            _require(ledger.note(child).financings == n.financings, "a transfer is no financing");
            _require(unitsOf(child) == shares[i].amount && shares[i].amount > 0, "a share of another amount");
        }
        notesSeen[payableId] += uint24(shares.length);
    }

    function returnRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found || seed % 2 > 0) return;
        uint64 amount = uint64(bound(seed >> 96, 1, (n.end - n.start) / 4 + 1));
        (bool done, ) = _as(n.holder, address(ledger), abi.encodeCall(ledger.returnToObligor, (id, amount, "")));
        if (!_count(done, "return")) return;
        _require(pledged[id].units == 0, "returned under a pledge");
        owes[ledger.terms(id.payableOf()).obligor] -= amount;
        _recordPieces(id.payableOf(), n.holder, isFinancingHop[id]);
    }

    //------------------------------------------------------------------ financing

    /// @notice A note changes hands for cash, which a contract of financing answers for.
    function assignRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found || ledger.terms(id.payableOf()).noteCount >= MAX_NOTES) return;
        uint64 units = _someUnits(n, seed >> 64);
        PartyId to = parties.resolve(_pick(holders, seed >> 32));
        vm.prank(address(discounting));
        (bool done, ) = address(ledger).call(abi.encodeCall(ledger.assign, (id, units, to)));
        if (!_count(done, "assign")) return;
        _require(pledged[id].units == 0, "assigned under a pledge");
        _require(!_isObligorOf(id.payableOf(), to), "assigned to the obligor");
        _recordPieces(id.payableOf(), to, true);
        Note memory c = ledger.note(newest(id.payableOf()));
        _require(c.tier == n.tier && c.financings == n.financings + 1, "a financing moves no tier");
        _require(
            c.status == NoteStatus.Held && c.end - c.start == units && c.end == n.end,
            "other units were assigned"
        );
    }

    /// @notice A note is pledged, for which a contract of financing answers.
    function pledgeRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found || ledger.terms(id.payableOf()).noteCount >= MAX_NOTES) return;
        uint64 units = _someUnits(n, seed >> 64);
        PartyId to = parties.resolve(_pick(holders, seed >> 32));
        vm.prank(address(discounting));
        (bool done, bytes memory returned) = address(ledger).call(abi.encodeCall(ledger.pledge, (id, units, to, LOAN)));
        if (!_count(done, "pledge")) return;
        _require(pledged[id].units == 0, "pledged twice");
        NoteId piece = abi.decode(returned, (NoteId));
        _recordPieces(id.payableOf(), n.holder, isFinancingHop[id]);
        pledged[piece] = Pledged(units, 0, to);
        Note memory p = ledger.note(piece);
        _require(p.tier == n.tier && p.financings == n.financings && p.parent == n.parent, "a pledge is no hop");
    }

    function unpledgeRandom(uint256 seed) external {
        for (uint256 i = 0; i < 6; ++i) {
            (bool found, NoteId id, ) = _pickNote(seed, ANY);
            seed = _next(seed);
            if (!found || pledged[id].units == 0) continue;
            vm.prank(address(discounting));
            (bool done, ) = address(ledger).call(abi.encodeCall(ledger.unpledge, (id)));
            _require(done, "a pledge could not be released");
            _count(done, "unpledge");
            delete pledged[id];
            return;
        }
    }

    /// @dev All of them, or some.
    function _someUnits(Note memory n, uint256 seed) private pure returns (uint64) {
        return seed % 3 == 0 ? n.end - n.start : uint64(bound(seed >> 8, 1, n.end - n.start));
    }

    //------------------------------------------------------------------ freeze

    function freezeRandom(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held) | _is(NoteStatus.Offered));
        if (!found) return;
        uint64 units = uint64(bound(seed >> 64, 1, n.end - n.start));
        uint40 until = uint40(block.timestamp + bound(seed >> 128, 1 hours, 20 days));
        (bool done, ) = _as(regulator, address(ledger), abi.encodeCall(ledger.freeze, (id, units, until, "order")));
        if (_count(done, "freeze")) frozen[id] = Frozen(units, until, 0);
    }

    function releaseRandom(uint256 seed) external {
        (bool found, NoteId id, ) = _pickNote(seed, ANY);
        for (uint256 i = 0; found && frozen[id].units == 0 && i < 5; ++i) {
            seed = _next(seed);
            (found, id, ) = _pickNote(seed, ANY);
        }
        if (!found || frozen[id].units == 0) return;
        (bool done, ) = _as(regulator, address(ledger), abi.encodeCall(ledger.release, (id)));
        _require(done, "a freeze could not be released");
        _count(done, "release");
        delete frozen[id];
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
        (bool done, ) = _as(n.holder, address(ledger), abi.encodeCall(ledger.transfer, (id, "", share(to, 1))));
        _require(!done, "a note that is not held was transferred");
        (done, ) = _as(n.holder, address(ledger), abi.encodeCall(ledger.returnToObligor, (id, 1, "")));
        _require(!done, "a note that is not held was returned");
        vm.prank(address(discounting));
        (done, ) = address(ledger).call(abi.encodeCall(ledger.assign, (id, 1, to)));
        _require(!done, "a note that is not held was assigned");
        vm.prank(address(discounting));
        (done, ) = address(ledger).call(abi.encodeCall(ledger.pledge, (id, 1, to, LOAN)));
        _require(!done, "a note that is not held was pledged");
        if (n.status != NoteStatus.Offered) {
            (done, ) = _as(to, address(ledger), abi.encodeCall(ledger.accept, (id)));
            _require(!done, "a note that is not offered was accepted");
            vm.prank(address(settlement));
            (done, ) = address(ledger).call(abi.encodeCall(ledger.settle, (id, 1)));
            _require(!done, "a note that is not live was paid");
        }
        _count(true, "dead");
    }

    /// @notice Whoever is not its holder moves no note; and its holder moves no unit under a hold.
    function tryToMoveWhatIsNotFree(uint256 seed) external {
        (bool found, NoteId id, Note memory n) = _pickNote(seed, _is(NoteStatus.Held));
        if (!found) return;
        PartyId thief = _pick(holders, seed >> 64);
        bytes memory data = abi.encodeCall(ledger.transfer, (id, "", share(_pick(holders, seed >> 96), 1)));
        if (parties.resolve(thief) != parties.resolve(n.holder)) {
            (bool stolen, ) = _as(thief, address(ledger), data);
            _require(!stolen, "a note was moved by another than its holder");
        }
        (bool assigned, ) = _as(thief, address(ledger), abi.encodeCall(ledger.assign, (id, 1, thief)));
        _require(!assigned, "a note was assigned by another than financing");
        (found, id, n) = _pickHeldBack(seed, id, n);
        if (!found) return;
        uint64 least = pledged[id].units > 0 ? 1 : n.end - n.start; // of a pledged note not even one unit is free
        _tryToMove(id, n, least, _pick(holders, seed >> 128));
        if (pledged[id].units > 0) _count(true, "pledged");
        if (_isFrozenInForce(id)) _count(true, "frozen");
    }

    /// @dev The note, or another one, that is under a hold.
    function _pickHeldBack(uint256 seed, NoteId id, Note memory n) private view returns (bool, NoteId, Note memory) {
        for (uint256 i = 0; i < 5; ++i) {
            if (_isFrozenInForce(id) || pledged[id].units > 0) return (true, id, n);
            seed = _next(seed);
            (, id, n) = _pickNote(seed, _is(NoteStatus.Held));
        }
        return (false, id, n);
    }

    function _tryToMove(NoteId id, Note memory n, uint64 units, PartyId to) private {
        (bool done, ) = _as(n.holder, address(ledger), abi.encodeCall(ledger.transfer, (id, "", share(to, units))));
        _require(!done, "held units were transferred");
        (done, ) = _as(n.holder, address(ledger), abi.encodeCall(ledger.returnToObligor, (id, units, "")));
        _require(!done, "held units were returned");
        vm.prank(address(discounting));
        (done, ) = address(ledger).call(abi.encodeCall(ledger.assign, (id, units, to)));
        _require(!done, "held units were assigned");
        vm.prank(address(discounting));
        (done, ) = address(ledger).call(abi.encodeCall(ledger.pledge, (id, units, to, LOAN)));
        _require(!done, "held units were pledged");
        (done, ) = _as(to, address(ledger), abi.encodeCall(ledger.unpledge, (id)));
        _require(!done, "a pledge was released by another than financing");
    }
}
