// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {CoverStage, CoverTerms} from "../../../contracts/covers/ICoverBook.sol";
import {Part} from "../../../contracts/covers/ILossAccounts.sol";
import {Claim, ClaimStage, DueStatus} from "../../../contracts/recourse/IRecourse.sol";
import {Carrier, Layer} from "../../../contracts/covers/Waterfall.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LoanActions} from "./LoanActions.sol";

/// @title Random acts after a default: claims on endorsers, and on those who carry a loss
abstract contract LossActions is LoanActions {
    uint256 private constant MAX_COVERS = 6;

    NoteId[] private _claimed;
    mapping(uint64 cover => CoverTerms) private _terms;
    NoteId[] private _lossNotes; // on which losses were claimed

    /// @dev A held note in default, if there is one; of a payable that has one, where asked for with an endorser.
    function _pickDefaulted(uint256 seed, bool answeredFor) private view returns (bool, NoteId id) {
        uint40 count = ledger.payableCount();
        for (uint40 p = 0; p < count; ++p) {
            PayableId payableId = PayableId.wrap(uint40(((seed % count) + p) % count) + 1);
            if (recourse.dueStateOf(payableId).status != DueStatus.Defaulted) continue;
            uint24 notes = ledger.terms(payableId).noteCount;
            for (uint24 i = 0; i < notes; ++i) {
                id = noteId(payableId, uint24(((seed >> 64) + i) % notes) + 1);
                if (ledger.note(id).status != NoteStatus.Held) continue;
                if (!answeredFor) return (true, id);
                (bool found, , ) = _endorser(id);
                if (found) return (true, id);
            }
        }
        return (false, id);
    }

    /// @dev Who answers for a note: on the walk from it, the first that sold with recourse and is not its holder.
    function _endorser(NoteId note) internal view returns (bool, PartyId endorser, NoteId id) {
        PartyId holder = parties.resolve(holderOf[note]);
        id = note;
        while (!waived[id]) {
            if (NoteId.unwrap(resumesFrom[id]) != 0) {
                id = resumesFrom[id];
                continue;
            }
            uint24 parent = ledger.note(id).parent;
            if (parent == 0) break;
            endorser = parties.resolve(holderOf[noteId(note.payableOf(), parent)]);
            if (soldWithRecourse[id] && endorser != holder) return (true, endorser, id);
            id = noteId(note.payableOf(), parent);
        }
        return (false, NOBODY, id);
    }

    //------------------------------------------------------------------ recourse

    function claimRandom(uint256 seed) external {
        seed = _next(seed);
        (bool found, NoteId id) = _pickDefaulted(seed, true);
        if (!found) return;
        (, PartyId endorser, NoteId hop) = _endorser(id);
        PartyId by = (seed >> 128) % 8 == 0 ? _pick(holders, seed >> 136) : holderOf[id];
        _remember();
        (bool done, ) = _as(by, address(recourse), abi.encodeCall(recourse.claim, (id, CAUSE)));
        if (parties.resolve(by) == parties.resolve(holderOf[id]) && recourse.claimOn(id).stage == ClaimStage.None) {
            _require(done, "the endorser of a defaulted note could not be claimed on");
        }
        if (!_count(done, "claim")) return;
        _requireMoved();
        Claim memory c = recourse.claimOn(id);
        _require(parties.resolve(by) == parties.resolve(holderOf[id]), "another claimed than the holder");
        _require(
            c.endorser == endorser && c.hop == hop,
            "another was claimed on than the nearest that sold with recourse"
        );
        _claimed.push(id);
    }

    function honourRandom(uint256 seed) external {
        seed = _next(seed);
        if (_claimed.length == 0) return;
        uint256 place = seed % _claimed.length;
        NoteId id = _claimed[place];
        Claim memory c = recourse.claimOn(id);
        Note memory n = ledger.note(id);
        if (c.stage != ClaimStage.Open || n.status != NoteStatus.Held) {
            _claimed[place] = _claimed[_claimed.length - 1];
            _claimed.pop();
            return;
        }
        PartyId by = parties.resolve((seed >> 64) % 8 == 0 ? _pick(holders, seed >> 72) : c.endorser);
        uint64 units = n.end - n.start;
        if (balanceOf(by) < units && (seed >> 128) % 8 > 0) _mint(by, units);
        _remember();
        (bool done, ) = _as(by, address(recourse), abi.encodeCall(recourse.honour, (id, CAUSE)));
        if (!_count(done, "honour")) return;
        _require(by == parties.resolve(c.endorser), "another honoured than the endorser");
        _require(!_isFrozenInForce(id), "4: a frozen note was taken");
        _requireMoved();
        _require(recourse.claimOn(id).stage == ClaimStage.Honoured, "a claim outlived its payment");
    }

    function waiveRandom(uint256 seed) external {
        seed = _next(seed);
        (bool found, NoteId id) = _pickDefaulted(seed, true);
        if (!found) return;
        _remember();
        (bool done, ) = _as(holderOf[id], address(recourse), abi.encodeCall(recourse.waive, (id, CAUSE)));
        if (!_count(done, "waive")) return;
        _requireMoved();
        _require(pledged[id].units == 0, "4: recourse was given up under a pledge");
        waived[id] = true;
    }

    function demandRandom(uint256 seed) external {
        seed = _next(seed);
        (bool found, NoteId id) = _pickDefaulted(seed, false);
        if (!found) return;
        _remember();
        (bool done, ) = _as(holderOf[id], address(recourse), abi.encodeCall(recourse.demand, (id, CAUSE)));
        if (_count(done, "demand")) _requireMoved();
    }

    //------------------------------------------------------------------ covers

    function proposeCoverRandom(uint256 seed) external {
        seed = _next(seed);
        if (covers.coverCount() >= MAX_COVERS) return;
        CoverTerms memory t = _randomTerms(seed);
        (bool done, bytes memory returned) = _as(guarantor, address(covers), abi.encodeCall(covers.propose, (t)));
        if (!_count(done, "proposeCover")) return;
        uint64 id = abi.decode(returned, (uint64));
        CoverTerms storage kept = _terms[id];
        (kept.insured, kept.payableId, kept.currency, kept.from, kept.until) = (
            t.insured,
            t.payableId,
            t.currency,
            t.from,
            t.until
        );
        for (uint256 k = 0; k < t.layers.length; ++k) {
            Layer storage layer = kept.layers.push();
            (layer.deductible, layer.cap) = (t.layers[k].deductible, t.layers[k].cap);
            for (uint256 i = 0; i < t.layers[k].carriers.length; ++i) layer.carriers.push(t.layers[k].carriers[i]);
        }
        if ((seed >> 248) % 4 > 0) _consent(id);
    }

    function consentRandom(uint256 seed) external {
        seed = _next(seed);
        uint64 count = covers.coverCount();
        if (count > 0) _consent(uint64(seed % count) + 1);
    }

    function _consent(uint64 id) private {
        bytes32 hash = covers.hashOf(_terms[id]);
        (bool done, ) = _as(insurer, address(covers), abi.encodeCall(covers.consent, (id, insurer, hash)));
        _count(done, "consentCover");
    }

    function _randomTerms(uint256 seed) private view returns (CoverTerms memory t) {
        uint40 payables = ledger.payableCount();
        seed = _next(seed);
        if (seed % 3 == 0 && payables > 0) t.payableId = PayableId.wrap(uint40((seed >> 8) % payables) + 1);
        else t.insured = parties.resolve(_pick(holders, seed >> 48));
        t.currency = CNY;
        t.until = plus(rules.today(), 60);
        t.layers = new Layer[](1 + ((seed >> 80) % 2));
        for (uint256 k = 0; k < t.layers.length; ++k) {
            seed = _next(seed);
            uint32 first = uint32(bound(seed, 1, MILLION - 2));
            Carrier[] memory carriers = new Carrier[](2);
            carriers[0] = Carrier(guarantor, first);
            carriers[1] = Carrier(
                insurer,
                (seed >> 32) % 2 == 0 ? uint32(MILLION) - first : 1 + (uint32(MILLION) - first) / 3
            );
            t.layers[k] = Layer(uint64(bound(seed >> 64, 0, 300)), uint64(bound(seed >> 128, 1, 1_500)), carriers);
        }
    }

    function claimLossRandom(uint256 seed) external {
        seed = _next(seed);
        (bool found, NoteId id) = _pickDefaulted(seed, false);
        if (!found) return;
        PartyId holder = parties.resolve(holderOf[id]);
        (uint64 before, , uint64 outstanding) = losses.lossOn(id);
        for (uint64 c = 1; c <= covers.coverCount(); ++c) {
            if (covers.cover(c).stage != CoverStage.InForce) continue;
            _remember();
            (bool done, ) = _as(holder, address(losses), abi.encodeCall(losses.claimLoss, (c, id, CAUSE)));
            if (!_count(done, "claimLoss")) continue;
            _requireMoved();
            _require(before == 0 || outstanding == 0, "a loss was claimed twice");
            PartyId insured = _terms[c].insured;
            _require(insured == NOBODY || parties.resolve(insured) == holder, "another claimed than the insured");
            _lossNotes.push(id);
            return;
        }
    }

    function paySharesRandom(uint256 seed) external {
        seed = _next(seed);
        if (_lossNotes.length == 0) return;
        NoteId id = _lossNotes[seed % _lossNotes.length];
        (uint64 cover, NoteId account, ) = losses.lossOn(id);
        if (cover == 0) return;
        if ((seed >> 64) % 4 > 0) _mint(insurer, _owedBy(cover, account));
        _remember();
        (bool done, ) = _as(insurer, address(losses), abi.encodeCall(losses.payShares, (cover, id)));
        if (_count(done, "payShares")) _requireMoved();
    }

    function _owedBy(uint64 cover, NoteId account) private view returns (uint256 owed) {
        (, Part[][] memory parts) = losses.accountOf(cover, account);
        for (uint256 k = 0; k < parts.length; ++k) owed += parts[k][1].owed;
    }
}
