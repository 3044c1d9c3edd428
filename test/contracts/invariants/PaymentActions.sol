// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {Cut, Payment, PaymentOrder, PaymentStage} from "../../../contracts/settlement/ISettlement.sol";
import {LargestRemainder} from "../settlement/LargestRemainder.sol";
import {MoneyWatch} from "./MoneyWatch.sol";

/// @title Random payments: in full and in part, in one and in several transactions, in cash and outside, and returned
abstract contract PaymentActions is MoneyWatch {
    /// @param notes the live notes in ascending order, with their units and what each is to get
    /// @param given those of them that go into the first transaction
    struct Plan {
        PaymentOrder order;
        PartyId payer;
        bool outside;
        NoteId[] notes;
        uint64[] units;
        uint64[] shares;
        NoteId[] given;
    }

    bytes32[] private _references;

    mapping(uint64 payment => mapping(NoteId => uint64)) private _expected;
    mapping(uint64 payment => mapping(NoteId => uint64)) private _unitsAtOrder;
    mapping(uint64 payment => mapping(NoteId => bool)) private _done;
    mapping(uint64 payment => NoteId[]) private _paidNotes;
    mapping(bytes32 ref => uint64 payment) private _paymentOf;

    //------------------------------------------------------------------ orders

    function payRandom(uint256 seed) external {
        _order(seed, false);
    }

    function confirmRandom(uint256 seed) external {
        _order(seed, true);
    }

    /// @dev An active payable that has matured, if there is one: the first after a random one.
    function _matured(uint256 seed) private view returns (bool, PayableId id) {
        uint40 count = ledger.payableCount();
        for (uint40 p = 0; p < count; ++p) {
            id = PayableId.wrap(uint40(((seed % count) + p) % count) + 1);
            if (ledger.terms(id).status != PayableStatus.Active || rules.today() < ledger.terms(id).maturity) continue;
            if (settlement.underWay(id) == 0) return (true, id);
        }
        return (false, id);
    }

    function _order(uint256 seed, bool outside) private {
        (bool found, PayableId id) = _matured(seed);
        if (!found) return;
        Plan memory plan;
        (plan.notes, plan.units) = _live(id);
        plan.outside = outside;
        plan.payer = outside ? bank : parties.resolve(ledger.terms(id).obligor);
        uint64 owed = ledger.liveUnits(id);
        uint64 amount = (seed >> 64) % 3 == 0 ? owed : uint64(bound(seed >> 72, 1, owed));
        Cut memory cut;
        (plan.shares, cut) = LargestRemainder.share(plan.units, _indices(plan.notes), amount);
        plan.order = PaymentOrder(id, CNY, amount, unique(), cut);
        plan.given = _some(plan.notes, seed >> 136);
        if (!outside && balanceOf(plan.payer) < amount && (seed >> 128) % 8 > 0) _mint(plan.payer, amount);
        _place(plan);
    }

    function _place(Plan memory plan) private {
        _remember();
        bytes memory data =
            plan.outside
                ? abi.encodeCall(settlement.confirm, (plan.order, plan.given))
                : abi.encodeCall(settlement.pay, (plan.order, plan.given));
        (bool done, bytes memory returned) = _as(plan.payer, address(settlement), data);
        if (!_count(done, plan.outside ? "confirm" : "pay")) return;
        uint64 payment = abi.decode(returned, (uint64));
        for (uint256 i = 0; i < plan.notes.length; ++i) {
            _expected[payment][plan.notes[i]] = plan.shares[i];
            _unitsAtOrder[payment][plan.notes[i]] = plan.units[i];
        }
        if (plan.outside) {
            _references.push(plan.order.ref);
            _paymentOf[plan.order.ref] = payment;
        }
        _check(payment, plan.given);
    }

    //------------------------------------------------------------------ going on

    function proceedRandom(uint256 seed) external {
        (bool found, PayableId id) = _underWay(seed);
        if (!found) return;
        uint64 payment = settlement.underWay(id);
        Payment memory p = settlement.payment(payment);
        (NoteId[] memory given, ) = _live(id); // now and then with notes that had their share
        if (seed % 4 > 0) given = _some(_due(id, p), seed >> 64);
        if (p.stage == PaymentStage.Paying) _expectAnew(payment, p, given);
        _remember();
        (bool done, ) = _as(p.by, address(settlement), abi.encodeCall(settlement.proceed, (id, given)));
        if (!_count(done, "proceed")) return;
        _check(payment, p.stage == PaymentStage.Measuring ? new NoteId[](0) : given);
    }

    /// @dev The notes that a payment under way has yet to measure, or to pay.
    function _due(PayableId id, Payment memory p) private view returns (NoteId[] memory notes) {
        uint64 payment = settlement.underWay(id);
        (notes, ) = _live(id);
        uint256 kept;
        for (uint256 i = 0; i < notes.length; ++i) {
            bool measuring = p.stage == PaymentStage.Measuring;
            bool later = notes[i].indexOf() > p.measuredIndex;
            if (measuring ? later : !_done[payment][notes[i]] && (p.amount == p.base || !later))
                notes[kept++] = notes[i];
        }
        assembly ("memory-safe") {
            mstore(notes, kept)
        }
    }

    /// @dev What financing did to notes since the payment was ordered changes their shares: to what their units give by the
    /// payment's own cut. What it cut off has none in a part payment.
    function _expectAnew(uint64 payment, Payment memory p, NoteId[] memory given) private {
        for (uint256 i = 0; i < given.length; ++i) {
            uint64 units = unitsOf(given[i]);
            if (units == _unitsAtOrder[payment][given[i]] || _done[payment][given[i]]) continue;
            _expected[payment][given[i]] =
                p.amount < p.base && given[i].indexOf() > p.measuredIndex
                    ? 0
                    : LargestRemainder.byCut(p.amount, units, p.base, given[i].indexOf(), p.cut);
        }
    }

    function abandonRandom(uint256 seed) external {
        (bool found, PayableId id) = _underWay(seed);
        if (!found || seed % 2 > 0) return;
        PartyId by = settlement.payment(settlement.underWay(id)).by;
        (bool done, ) = _as(by, address(settlement), abi.encodeCall(settlement.abandon, (id)));
        _count(done, "abandon");
    }

    function _underWay(uint256 seed) private view returns (bool, PayableId id) {
        uint40 count = ledger.payableCount();
        for (uint40 p = 0; p < count; ++p) {
            id = PayableId.wrap(uint40(((seed % count) + p) % count) + 1);
            if (settlement.underWay(id) != 0) return (true, id);
        }
        return (false, id);
    }

    /// @dev All of them, the first few, or none.
    function _some(NoteId[] memory notes, uint256 seed) private pure returns (NoteId[] memory some) {
        uint256 count = seed % 3 == 0 ? notes.length : bound(seed >> 8, 0, notes.length);
        some = new NoteId[](count);
        for (uint256 i = 0; i < count; ++i) some[i] = notes[i];
    }

    //------------------------------------------------------------------ returns

    function returnPaymentRandom(uint256 seed) external {
        if (_references.length == 0) return;
        bytes32 ref = _references[(seed >> 8) % _references.length];
        uint64 payment = _paymentOf[ref];
        NoteId[] storage paid = _paidNotes[payment];
        if (paid.length == 0) return;
        NoteId id = paid[(seed >> 64) % paid.length];
        if (settlement.settledBy(id) != payment) return; // returned before
        NoteId[] memory notes = list(id);
        _remember();
        (bool done, ) = _as(
            bank,
            address(settlement),
            abi.encodeCall(settlement.returnPayment, (bank, ref, "AC04", notes))
        );
        if (!_count(done, "returnPayment")) return;
        owes[ledger.terms(id.payableOf()).obligor] += unitsOf(id);
        everReturnedPayments[id.payableOf()] += unitsOf(id);
        _requireMoved();
    }

    //------------------------------------------------------------------ checks

    /// @dev Each note that was paid got exactly its share, and its holder, or who stands in its place, the money for it.
    function _check(uint64 payment, NoteId[] memory given) private {
        Payment memory p = settlement.payment(payment);
        for (uint256 i = 0; i < given.length && p.stage != PaymentStage.Measuring; ++i) {
            uint64 share = _expected[payment][given[i]];
            PartyId holder = holderOf[given[i]];
            _require(!_done[payment][given[i]], "a note took part in one payment twice");
            _done[payment][given[i]] = true;
            if (share == 0) continue;
            if (!p.outside) _expectShare(p.by, holder, share);
            _recordPaid(payment, p.payableId, given[i], holder, share);
        }
        _requireMoved();
        if (p.stage == PaymentStage.Completed) _require(p.paid == p.amount, "completed without being paid");
        _require(p.paid <= p.amount, "more was paid than ordered");
    }

    /// @dev The units are settled: the note itself, or a piece that was cut from it.
    function _recordPaid(uint64 payment, PayableId id, NoteId note, PartyId holder, uint64 share) private {
        NoteId settled = note;
        if (ledger.note(note).status != NoteStatus.Settled) {
            settled = noteId(id, ++notesSeen[id]);
            holderOf[settled] = holder;
            isFinancingHop[settled] = isFinancingHop[note];
            if (pledged[note].units > 0) pledged[note].cutSince += share;
        }
        Note memory n = ledger.note(settled);
        _require(n.status == NoteStatus.Settled && n.end - n.start == share, "a note was paid another share");
        _require(settlement.settledBy(settled) == payment, "who paid a note is not on record");
        _paidNotes[payment].push(settled);
        owes[ledger.terms(id).obligor] -= share;
        everPaid[id] += share;
        if (frozen[note].units > 0) frozen[note].settledSince += share;
    }

    /// @dev A note's share goes to its holder.
    function _expectShare(PartyId payer, PartyId holder, uint64 share) internal virtual {
        _expectMove(parties.resolve(payer), parties.resolve(holder), share);
    }

    function _indices(NoteId[] memory notes) private pure returns (uint24[] memory indices) {
        indices = new uint24[](notes.length);
        for (uint256 i = 0; i < notes.length; ++i) indices[i] = notes[i].indexOf();
    }
}
