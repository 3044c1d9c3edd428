// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPriorClaims, Payout} from "./IPriorClaims.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "./ICashBook.sol";
import {ISettlement, Payment, PaymentOrder, PaymentStage} from "./ISettlement.sol";

/// @title Settlement at maturity; see {ISettlement}
contract Settlement is ISettlement, ERC2771Context {
    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    ICashBook private immutable _cashBook;
    IPriorClaims private immutable _claims;

    uint64 private _paymentCount;
    mapping(uint64 payment => Payment) private _payments;
    mapping(PayableId => uint64 payment) private _underWay;
    mapping(PartyId bank => mapping(bytes32 ref => uint64 payment)) private _byReference; // outside payments
    mapping(NoteId => uint64 payment) private _shared; // a live note, and the last payment it had its share of
    mapping(NoteId => uint64 payment) private _settledBy;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IPriorClaims claims
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _cashBook = cashBook;
        _claims = claims;
    }

    //------------------------------------------------------------------ the obligor

    /// @inheritdoc ISettlement
    function pay(PaymentOrder calldata order, NoteId[] calldata notes) external returns (uint64 id) {
        PartyId caller = _parties.partyOf(_msgSender());
        PartyId obligor = _parties.resolve(_ledger.terms(order.payableId).obligor);
        if (caller != obligor) revert NotTheObligor(order.payableId, obligor, caller);
        uint256 balance = _cashBook.cashOf(order.currency).availableOf(caller.account());
        if (balance < order.amount) revert PaymentExceedsBalance(order.currency, balance, order.amount);
        id = _begin(order, caller, false, notes);
    }

    //------------------------------------------------------------------ a settlement bank

    /// @inheritdoc ISettlement
    function confirm(PaymentOrder calldata order, NoteId[] calldata notes) external returns (uint64 id) {
        PartyId bank = _parties.actingParty(_msgSender(), Roles.SETTLEMENT_BANK);
        uint64 taken = _byReference[bank][order.ref];
        if (taken != 0) revert ReferenceTaken(order.ref, taken);
        _byReference[bank][order.ref] = _paymentCount + 1;
        id = _begin(order, bank, true, notes);
    }

    /// @inheritdoc ISettlement
    function returnPayment(PartyId bank, bytes32 ref, bytes32 reason, NoteId[] calldata notes) external {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.SETTLEMENT_BANK);
        uint64 id = _byReference[bank][ref];
        if (id == 0) revert ReferenceUnknown(ref);
        Payment storage p = _payments[id];
        _requirePayer(id, bank, caller);
        if (_underWay[p.payableId] == id) delete _underWay[p.payableId]; // a returned payment goes no further
        uint64 other = _underWay[p.payableId];
        if (other != 0) revert PaymentUnderWay(p.payableId, other);

        for (uint256 i = 0; i < notes.length; ++i) {
            if (_settledBy[notes[i]] != id) revert NoteNotInPayment(id, notes[i]);
            delete _settledBy[notes[i]];
            Note memory n = _ledger.note(notes[i]);
            p.returned += n.end - n.start;
            _ledger.reopen(notes[i]);
            _claims.restore(notes[i]);
            emit NotePaymentReturned(id, notes[i]);
        }
        p.stage = PaymentStage.Returned;
        emit PaymentReturned(id, p.returned, reason);
    }

    //------------------------------------------------------------------ who ordered a payment

    /// @inheritdoc ISettlement
    function proceed(PayableId payableId, NoteId[] calldata notes) external {
        (uint64 id, Payment storage p) = _ownPayment(payableId);
        if (p.stage == PaymentStage.Measuring) _measure(id, p, notes);
        else _payNotes(id, p, notes);
    }

    /// @inheritdoc ISettlement
    function abandon(PayableId payableId) external {
        (uint64 id, Payment storage p) = _ownPayment(payableId);
        p.stage = PaymentStage.Abandoned;
        delete _underWay[payableId];
        emit PaymentAbandoned(id, p.paid);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ISettlement
    function payment(uint64 id) external view returns (Payment memory) {
        return _payments[id];
    }

    /// @inheritdoc ISettlement
    function underWay(PayableId payableId) external view returns (uint64) {
        return _underWay[payableId];
    }

    /// @inheritdoc ISettlement
    function settledBy(NoteId note) external view returns (uint64) {
        return _settledBy[note];
    }

    //------------------------------------------------------------------ internals

    function _begin(
        PaymentOrder calldata order,
        PartyId by,
        bool outside,
        NoteId[] calldata notes
    ) private returns (uint64 id) {
        uint64 owed = _requirePayable(order);
        id = ++_paymentCount;
        Payment storage p = _payments[id];
        p.payableId = order.payableId;
        p.amount = order.amount;
        p.base = owed;
        p.outside = outside;
        p.by = by;
        p.ref = order.ref;
        p.cut = order.cut;
        p.stage = order.amount < owed ? PaymentStage.Measuring : PaymentStage.Paying;
        _underWay[order.payableId] = id;
        emit PaymentOrdered(id, order.payableId, by, order.amount, owed, outside, order.ref);

        if (notes.length == 0) return id;
        if (p.stage == PaymentStage.Measuring) _measure(id, p, notes);
        if (p.stage == PaymentStage.Paying) _payNotes(id, p, notes);
    }

    function _requirePayable(PaymentOrder calldata order) private view returns (uint64 owed) {
        PayableId payableId = order.payableId;
        Terms memory t = _ledger.terms(payableId);
        if (t.status == PayableStatus.None) revert IReceivableLedger.PayableUnknown(payableId);
        if (t.status != PayableStatus.Active) revert IReceivableLedger.PayableNotActive(payableId, t.status);
        if (order.currency != t.currency) revert PaymentCurrencyDiffers(payableId, t.currency, order.currency);
        if (_rules.today() < t.maturity) revert NotYetDue(payableId, t.maturity, _rules.today());
        if (_underWay[payableId] != 0) revert PaymentUnderWay(payableId, _underWay[payableId]);
        if (order.amount == 0) revert PaymentZero();
        owed = _ledger.liveUnits(payableId);
        if (order.amount > owed) revert PaymentExceedsDebt(payableId, owed, order.amount);
    }

    /// @dev Walks over every live note once, in ascending order. When their units add up to what is owed, none was left
    /// out; when the shares add up to the payment, the cut is the largest remainder's: each takes its share rounded down, and
    /// the notes above the cut, ordered by remainder and then by index, take the rest.
    function _measure(uint64 id, Payment storage p, NoteId[] calldata notes) private {
        (uint64 units, uint64 shares, uint24 last) = (p.measuredUnits, p.measuredPaid, p.measuredIndex);
        for (uint256 i = 0; i < notes.length; ++i) {
            if (notes[i].indexOf() <= last) revert NotesOutOfOrder(notes[i]);
            last = notes[i].indexOf();
            Note memory n = _liveNote(id, p, notes[i]);
            uint64 noteUnits = n.end - n.start;
            units += noteUnits;
            shares += _shareOf(p, noteUnits, last);
        }
        (p.measuredUnits, p.measuredPaid, p.measuredIndex) = (units, shares, last);
        if (units < p.base) return;
        if (shares != p.amount) revert CutDoesNotAddUp(id, p.amount, shares);
        p.stage = PaymentStage.Paying;
    }

    function _payNotes(uint64 id, Payment storage p, NoteId[] calldata notes) private {
        bytes3 currency = _ledger.terms(p.payableId).currency;
        bool late = _ledger.isOverdue(p.payableId);
        uint64 paid = p.paid;
        for (uint256 i = 0; i < notes.length; ++i) {
            if (_shared[notes[i]] == id) revert NoteNotInPayment(id, notes[i]);
            _shared[notes[i]] = id;
            Note memory n = _liveNote(id, p, notes[i]);
            // A piece that financing cut off since would take a share beside that of the note it was cut from.
            if (p.amount < p.base && notes[i].indexOf() > p.measuredIndex) revert NoteNotInPayment(id, notes[i]);
            uint64 share = _shareOf(p, n.end - n.start, notes[i].indexOf());
            if (share == 0) continue;

            (NoteId settled, PartyId payee) = _ledger.settle(notes[i], share);
            _settledBy[settled] = id;
            paid += share;
            uint64 rest = share;
            if (late || n.underHold || n.financings > 0)
                rest -= _payPriorClaims(id, p, currency, notes[i], settled, share);
            if (rest > 0) _moveCash(id, p, currency, payee, rest, CashPurpose.Settlement, settled);
            emit NotePaid(id, settled, payee, notes[i], share, share - rest);
        }
        if (paid > p.amount) revert CutDoesNotAddUp(id, p.amount, paid); // notes were cut up while they were measured
        p.paid = paid;
        if (paid < p.amount) return;
        p.stage = PaymentStage.Completed;
        delete _underWay[p.payableId];
        emit PaymentCompleted(id);
    }

    function _shareOf(Payment storage p, uint64 units, uint24 index) private view returns (uint64 share) {
        uint256 product = uint256(p.amount) * units;
        share = uint64(product / p.base);
        uint256 remainder = product % p.base;
        if (remainder > p.cut.remainder || (remainder == p.cut.remainder && index <= p.cut.lastIndex)) {
            if (remainder > 0) share += 1;
        }
    }

    /// @dev Pays those who come before the holder: nobody, unless the note was financed, is under a hold, or is paid late.
    function _payPriorClaims(
        uint64 id,
        Payment storage p,
        bytes3 currency,
        NoteId from,
        NoteId settled,
        uint64 share
    ) private returns (uint64 sum) {
        Payout[] memory prior = _claims.collect(from, settled, share);
        for (uint256 i = 0; i < prior.length; ++i) {
            sum += prior[i].amount;
            _moveCash(id, p, currency, prior[i].payee, prior[i].amount, CashPurpose.PriorClaim, settled);
            emit PriorClaimPaid(id, settled, prior[i].payee, i + 1, prior[i].amount);
        }
    }

    /// @dev Not of a payment made in the banking system.
    function _moveCash(
        uint64 id,
        Payment storage p,
        bytes3 currency,
        PartyId payee,
        uint64 amount,
        CashPurpose purpose,
        NoteId settled
    ) private {
        if (!p.outside) _cashBook.move(currency, p.by, payee, amount, CashReason(purpose, id, settled, p.ref));
    }

    function _liveNote(uint64 id, Payment storage p, NoteId noteId) private view returns (Note memory n) {
        if (PayableId.unwrap(noteId.payableOf()) != PayableId.unwrap(p.payableId)) revert NoteNotInPayment(id, noteId);
        n = _ledger.note(noteId);
        if (n.status != NoteStatus.Held && n.status != NoteStatus.Offered) revert NoteNotInPayment(id, noteId);
    }

    /// @dev The payment of a payable that is under way, which is measuring or paying.
    function _ownPayment(PayableId payableId) private view returns (uint64 id, Payment storage p) {
        id = _underWay[payableId];
        if (id == 0) revert NothingUnderWay(payableId);
        p = _payments[id];
        _requirePayer(id, p.by, _parties.partyOf(_msgSender()));
    }

    /// @dev The party that ordered the payment, or the one that stands in its place through succession.
    function _requirePayer(uint64 id, PartyId by, PartyId caller) private view {
        if (by != caller && _parties.resolve(by) != caller) revert NotThePayer(id, by, caller);
    }
}
