// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ILoanCollateral} from "../../../contracts/loans/ILoanCollateral.sol";
import {ILossAccounts} from "../../../contracts/covers/ILossAccounts.sol";
import {IPledgedLoans, Loan} from "../../../contracts/loans/IPledgedLoans.sol";
import {Payout} from "../../../contracts/settlement/IPriorClaims.sol";
import {CashPurpose, ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {IRecourse} from "../../../contracts/recourse/IRecourse.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {ISettlement, Payment} from "../../../contracts/settlement/ISettlement.sol";
import {Vm} from "../common/Test.sol";
import {PaymentActions} from "./PaymentActions.sol";

/// @title What financing ought to be, kept beside it, and what its events say of money and holds
/// @dev Each act's events are read one after the other: money goes where they say, and they say only what the record allows.
abstract contract FinancingRecord is PaymentActions {
    bytes32 internal constant CAUSE = "cause";
    uint256 internal constant MILLION = 1_000_000;

    /// @notice A carrier's or the insured's place: losses of one account of a cover.
    struct LossAccount {
        uint64 cover;
        NoteId note;
        uint256 loss;
        PartyId payee;
        bool restored;
    }

    /// @dev What the events of an act said so far of the money that comes in on one note.
    /// @param prior whom they name before the holder, in order
    /// @param next how many of them were paid, `sum` in all
    /// @param refunded to carriers, of `recovered` units of loss
    /// @param lent to the loan the note secures, of what was owed before; the surplus over it is the borrower's
    struct Incoming {
        Payout[] prior;
        uint256 count;
        uint256 next;
        uint64 sum;
        uint64 refunded;
        uint64 recovered;
        uint64 loan;
        bool taken;
        uint64 owed;
        uint64 lent;
        uint64 surplus;
        uint64 toHolder;
        NoteId reopened;
    }

    PartyId[] internal financiers;

    // notes
    mapping(NoteId => bool) internal soldWithRecourse;
    mapping(NoteId => NoteId) internal resumesFrom; // of one that an endorser took
    mapping(NoteId => bool) internal waived;
    mapping(NoteId => uint64) internal countedOn;
    mapping(NoteId settled => uint64) internal countedBefore;

    // loans
    mapping(NoteId => uint64 loan) internal secures;
    mapping(NoteId => bool) internal taken; // by the lender
    mapping(uint64 loan => uint256) internal collateralCount;
    mapping(uint64 loan => uint64) private _owed; // before the act, less what came in since
    mapping(uint64 loan => uint64) private _interestOwed;

    // covers
    LossAccount[] internal lossAccounts;
    mapping(bytes32 part => uint256) internal netPaid;

    uint256 private _sharesDue;

    function genesis() internal view virtual override returns (RuleSet memory r) {
        r = super.genesis();
        r.defaultDays = 2;
    }

    function setUp() public virtual override {
        super.setUp();
        financiers = [financier, otherFinancier];
        for (uint256 i = 0; i < holders.length; ++i) {
            acceptFromAnyone(holders[i]);
            accepts[holders[i]][NOBODY] = true;
            _mint(holders[i], 30_000);
        }
        for (uint256 i = 0; i < financiers.length; ++i) {
            vm.prank(keyOf(financiers[i]));
            concentration.declareRiskAssets(CNY, 30_000);
        }
        _mint(guarantor, 200);
        _mint(insurer, 50);
    }

    //------------------------------------------------------------------ choosing

    function _loanCount() internal view returns (uint64) {
        return loans.loanCount();
    }

    function _isPending(NoteId id) internal view returns (bool) {
        return ledger.note(id).status == NoteStatus.Held && rules.today() < ledger.terms(id.payableOf()).maturity;
    }

    /// @dev Up to three notes of one holder that have not matured, whole or in part, in ascending order; now and then one under
    /// a hold.
    function _lots(uint256 seed) internal view returns (PartyId holder, Lot[] memory lots) {
        lots = new Lot[](1 + ((seed >> 8) % 3));
        NoteId first = _pickPending(seed);
        if (NoteId.unwrap(first) == 0) return (holder, new Lot[](0));
        holder = parties.resolve(holderOf[first]);
        uint256 count;
        for (uint40 p = 1; p <= ledger.payableCount(); ++p) {
            uint24 notes = ledger.terms(PayableId.wrap(p)).noteCount;
            for (uint24 k = 1; k <= notes && count < lots.length; ++k) {
                seed = _next(seed);
                NoteId id = noteId(PayableId.wrap(p), k);
                bool another = seed % 2 == 0 && count + 1 < lots.length && _isLot(id, holder, seed);
                if (id == first || another) lots[count++] = Lot(id, _part(unitsOf(id), seed >> 32));
            }
        }
        assembly ("memory-safe") {
            mstore(lots, count)
        }
    }

    /// @dev The first note after a random one that can be sold; or cannot, now and then.
    function _pickPending(uint256 seed) private view returns (NoteId id) {
        uint40 count = ledger.payableCount();
        for (uint40 p = 0; p < count; ++p) {
            PayableId payableId = PayableId.wrap(uint40(((seed % count) + p) % count) + 1);
            uint24 notes = ledger.terms(payableId).noteCount;
            for (uint24 i = 0; i < notes && notes < MAX_NOTES; ++i) {
                id = noteId(payableId, uint24(((seed >> 64) + i) % notes) + 1);
                if (_isPending(id) && (pledged[id].units == 0 || seed % 16 == 0)) return id;
            }
        }
        return NoteId.wrap(0);
    }

    function _isLot(NoteId id, PartyId holder, uint256 seed) private view returns (bool) {
        return
            _isPending(id) &&
            parties.resolve(holderOf[id]) == holder &&
            (pledged[id].units == 0 || (seed >> 8) % 8 == 0);
    }

    function _part(uint64 units, uint256 seed) internal pure returns (uint64) {
        return seed % 3 > 0 ? units : uint64(bound(seed >> 8, 1, units));
    }

    /// @dev Another than the one that is to have its money, where there is another.
    function _anotherFinancier(uint256 seed, PartyId than) internal view returns (PartyId party) {
        party = parties.resolve(financiers[seed % 2]);
        if (party == than) party = parties.resolve(financiers[(seed % 2) ^ 1]);
    }

    function _sign(PartyId by, bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf[by], digest);
        return abi.encodePacked(r, s, v);
    }

    function _only(PartyId a) internal pure returns (PartyId[] memory list_) {
        list_ = new PartyId[](1);
        list_[0] = a;
    }

    function _only(PartyId a, PartyId b) internal pure returns (PartyId[] memory list_) {
        list_ = new PartyId[](2);
        (list_[0], list_[1]) = (a, b);
    }

    //------------------------------------------------------------------ recording

    /// @dev A note that came about as the next of its payable.
    function _newNote(PayableId id, PartyId holder, bool byFinancing) internal returns (NoteId made) {
        made = noteId(id, ++notesSeen[id]);
        holderOf[made] = holder;
        isFinancingHop[made] = byFinancing;
    }

    /// @dev A piece that stands beside its note. What is counted on the note stays counted there.
    function _cutOff(NoteId note) internal returns (NoteId) {
        return _newNote(note.payableOf(), holderOf[note], isFinancingHop[note]);
    }

    function _secure(NoteId note, uint64 loan, bool byLender) internal {
        secures[note] = loan;
        taken[note] = byLender;
        ++collateralCount[loan];
    }

    function _unsecure(NoteId note, uint64 loan) internal {
        _require(loan != 0 && secures[note] == loan, "4: a note was let go of that secured nothing");
        delete secures[note];
        delete taken[note];
        if (collateralCount[loan] > 0) --collateralCount[loan];
    }

    function _uncount(NoteId note, uint64 units) internal returns (uint64 off) {
        off = units < countedOn[note] ? units : countedOn[note];
        countedOn[note] -= off;
    }

    //------------------------------------------------------------------ money

    function _remember() internal override {
        super._remember();
        for (uint64 id = 1; id <= _loanCount(); ++id) {
            (uint64 principal, uint64 interest) = loans.owed(id);
            (_owed[id], _interestOwed[id]) = (principal + interest, interest);
        }
        vm.recordLogs();
    }

    /// @dev Who is paid of a share is what the events say.
    function _expectShare(PartyId, PartyId, uint64) internal override {
        ++_sharesDue;
    }

    function _requireMoved() internal override {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        Incoming memory m;
        m.prior = new Payout[](64);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(losses)) _readCovers(logs[i], m);
            else if (logs[i].emitter == address(loans) || logs[i].emitter == address(collateral))
                _readLoans(logs[i], m);
            else if (logs[i].emitter == address(settlement)) _readSettlement(logs[i], m);
            else if (logs[i].emitter == address(recourse)) _readRecourse(logs[i], m);
            else if (logs[i].emitter == address(cashBook)) _readCash(logs[i], m);
            else if (logs[i].topics[0] == IReceivableLedger.NoteReopened.selector)
                m.reopened = _note(logs[i].topics[1]);
        }
        _require(m.next == m.count, "6: one who comes before the holder was not paid");
        _require(_sharesDue == 0, "6: a share was not paid");
        _sharesDue = 0;
        if (NoteId.unwrap(m.reopened) != 0) _recordReopened(m.reopened);
        _requireAnnounced();
        super._requireMoved();
    }

    function _recordReopened(NoteId note) private {
        countedOn[note] += countedBefore[note];
        delete countedBefore[note];
        if (secures[note] == 0) delete pledged[note]; // the loan ended meanwhile, and had nothing of it
    }

    function _word(Vm.Log memory log, uint256 place) private pure returns (uint256 word) {
        bytes memory data = log.data;
        assembly ("memory-safe") {
            word := mload(add(add(data, 32), mul(place, 32)))
        }
    }

    function _note(bytes32 topic) private pure returns (NoteId) {
        return NoteId.wrap(uint64(uint256(topic)));
    }

    function _party(bytes32 topic) private pure returns (PartyId) {
        return PartyId.wrap(uint32(uint256(topic)));
    }

    function _push(Incoming memory m, PartyId payee, uint64 amount) private pure {
        if (amount > 0) m.prior[m.count++] = Payout(payee, amount);
    }

    /// @dev The next one before the holder is paid; false where there is none.
    function _pop(Incoming memory m, PartyId payee, uint64 amount) private returns (bool) {
        if (m.next == m.count) return false;
        Payout memory due = m.prior[m.next++];
        _require(due.payee == payee && due.amount == amount, "6: another was paid than comes next, or another amount");
        m.sum += amount;
        return true;
    }

    /// @dev All that came in on a note is paid: carriers first, then the loan to the last unit owed, then the holder.
    function _conclude(Incoming memory m, NoteId note, uint64 amount) private {
        _require(m.next == m.count, "6: the holder was paid before those who come before it");
        _require(m.sum == m.refunded + m.lent + m.surplus, "6: what was collected is not what was paid");
        _require(m.sum <= amount, "6: more was collected than came in");
        _require(secures[note] == 0 || secures[note] == m.loan, "6: a loan on a note had nothing of what came in");
        if (m.loan != 0) {
            uint64 rest = amount - m.refunded;
            _require(m.lent == (rest < m.owed ? rest : m.owed), "6: a loan had more or less than was owed");
            _require(
                m.surplus == (m.taken ? rest - m.lent : 0),
                "6: a surplus is the borrower's, of a note that was taken"
            );
        }
        if (m.recovered < amount) {
            (, , uint64 outstanding) = losses.lossOn(note);
            _require(outstanding == 0, "6: what came in lowered no loss");
        }
        (m.count, m.next, m.sum, m.refunded, m.recovered) = (0, 0, 0, 0, 0);
        (m.loan, m.taken, m.owed, m.lent, m.surplus, m.toHolder) = (0, false, 0, 0, 0, 0);
    }

    //------------------------------------------------------------------ events of the settlement

    function _readSettlement(Vm.Log memory log, Incoming memory m) private {
        bytes32 topic = log.topics[0];
        bool first = topic == ISettlement.PriorClaimPaid.selector;
        if (!first && topic != ISettlement.NotePaid.selector) return;
        Payment memory p = settlement.payment(uint64(uint256(log.topics[1])));
        PartyId payee = _party(log.topics[3]);
        uint64 amount = uint64(_word(log, 1));
        if (first) {
            _require(_pop(m, payee, amount), "6: one was paid before the holder whom nothing named");
            if (!p.outside) _expectMove(p.by, payee, amount);
            return;
        }
        NoteId from = NoteId.wrap(uint64(_word(log, 0)));
        _require(payee == parties.resolve(holderOf[from]), "6: another was paid than the holder");
        if (!p.outside) {
            _expectMove(p.by, payee, amount - m.sum);
            --_sharesDue;
        }
        _conclude(m, from, amount);
        countedBefore[_note(log.topics[2])] = _uncount(from, amount);
    }

    //------------------------------------------------------------------ events of loans

    function _readLoans(Vm.Log memory log, Incoming memory m) private {
        bytes32 topic = log.topics[0];
        uint64 id = uint64(uint256(log.topics[1]));
        if (topic == IPledgedLoans.LoanCollected.selector) {
            _readCollected(log, m, id);
        } else if (topic == IPledgedLoans.LoanRestored.selector) {
            NoteId note = _note(log.topics[2]);
            _secure(note, id, _word(log, 2) > 0);
            if (pledged[note].units == 0)
                pledged[note] = Pledged(unitsOf(note), 0, parties.resolve(loans.loan(id).lender));
        } else if (topic == ILoanCollateral.CollateralReleased.selector) {
            _readReleased(id, _note(log.topics[2]), _note(log.topics[3]));
        } else if (topic == ILoanCollateral.CollateralSeized.selector) {
            _readSeized(id, _note(log.topics[2]), _note(log.topics[3]), uint64(_word(log, 1)));
        }
    }

    function _readCollected(Vm.Log memory log, Incoming memory m, uint64 id) private {
        NoteId note = _note(log.topics[2]);
        (uint64 interest, uint64 principal) = (uint64(_word(log, 1)), uint64(_word(log, 2)));
        _require(secures[note] == id, "6: money went to a loan that the note does not secure");
        (m.loan, m.taken, m.owed) = (id, taken[note], _owed[id]);
        (m.lent, m.surplus) = (interest + principal, uint64(_word(log, 3)));
        _require(m.lent <= _owed[id], "6: a loan was paid more than was owed");
        _require(interest == (m.lent < _interestOwed[id] ? m.lent : _interestOwed[id]), "6: interest comes first");
        _owed[id] -= m.lent < _owed[id] ? m.lent : _owed[id];
        _interestOwed[id] -= interest < _interestOwed[id] ? interest : _interestOwed[id];
        Loan memory l = loans.loan(id);
        _push(m, parties.resolve(l.lender), m.lent);
        _push(m, parties.resolve(l.borrower), m.surplus);
        _require(
            _party(log.topics[3]) == parties.resolve(l.lender),
            "6: a loan's money went to another than its lender"
        );
        if (_word(log, 4) > 0) return;
        _unsecure(note, id);
        if (_word(log, 0) == 0) delete pledged[note]; // an endorser takes it
    }

    /// @dev A note is its borrower's again: it never was another's, or comes back as the child of the one that was taken.
    function _readReleased(uint64 id, NoteId note, NoteId back) private {
        bool byLender = taken[note];
        _unsecure(note, id);
        uint64 units = pledged[note].units - pledged[note].cutSince;
        delete pledged[note];
        _require(byLender != (back == note), "4: a note that was not taken came back, or one that was taken did not");
        if (!byLender) return;
        NoteId made = _newNote(note.payableOf(), parties.resolve(loans.loan(id).borrower), true);
        _require(made == back && unitsOf(back) == units, "4: other units came back than were taken");
    }

    function _readSeized(uint64 id, NoteId note, NoteId seized, uint64 units) private {
        _require(!taken[note], "4: a note was taken twice");
        _unsecure(note, id);
        delete pledged[note];
        PartyId lender = parties.resolve(loans.loan(id).lender);
        NoteId made = _newNote(note.payableOf(), lender, true);
        _require(made == seized && unitsOf(seized) == units, "4: other units were taken than were pledged");
        _require(unitsOf(note) == 0, "4: not all of a note was taken");
        pledged[seized] = Pledged(units, 0, lender);
        _secure(seized, id, true);
    }

    //------------------------------------------------------------------ events of recourse

    function _readRecourse(Vm.Log memory log, Incoming memory m) private {
        if (log.topics[0] != IRecourse.RecourseHonoured.selector) return;
        NoteId note = _note(log.topics[1]);
        uint64 amount = uint64(_word(log, 1));
        _require(m.sum + m.toHolder == amount, "6: an endorser paid another amount than the note's");
        _conclude(m, note, amount);
        _recordHonoured(note, _note(log.topics[2]), _party(log.topics[3]), amount);
    }

    /// @dev Every movement of cash is announced once; what an endorser pays is said nowhere else.
    function _readCash(Vm.Log memory log, Incoming memory m) private {
        if (log.topics[0] != ICashBook.CashMoved.selector) return;
        (PartyId from, PartyId to, uint256 amount) = (_party(log.topics[2]), _party(log.topics[3]), _word(log, 0));
        _noteAnnounced(from, to, amount);
        if (CashPurpose(_word(log, 1)) != CashPurpose.Recourse) return;
        _expectMove(from, to, amount);
        if (_pop(m, to, uint64(amount))) return;
        _require(
            to == parties.resolve(holderOf[NoteId.wrap(uint64(_word(log, 3)))]),
            "6: another was paid than the holder"
        );
        m.toHolder += uint64(amount);
    }

    function _recordHonoured(NoteId note, NoteId now_, PartyId endorser, uint64 units) private {
        NoteId made = _newNote(note.payableOf(), endorser, true);
        _require(
            made == now_ && unitsOf(now_) == units && unitsOf(note) == 0,
            "4: an endorser took other units than it paid"
        );
        resumesFrom[now_] = noteId(note.payableOf(), ledger.note(recourse.claimOn(note).hop).parent);
        _uncount(note, units);
        if (parties.party(endorser).roles & Roles.FINANCIER != 0) countedOn[now_] += units;
    }

    //------------------------------------------------------------------ events of covers

    function _readCovers(Vm.Log memory log, Incoming memory m) private {
        bytes32 topic = log.topics[0];
        if (topic == ILossAccounts.LossClaimed.selector) return _readClaimed(log);
        bool paid = topic == ILossAccounts.SharePaid.selector;
        bool recovered = topic == ILossAccounts.ShareRecovered.selector;
        bool restored = topic == ILossAccounts.ShareRestored.selector;
        if (paid || recovered || restored) {
            PartyId carrier = _party(log.topics[3]);
            if (carrier == NOBODY) return;
            bytes32 part = _partOf(log, carrier, uint8(_word(log, paid ? 2 : 1)));
            uint64 amount = uint64(_word(log, paid ? 3 : 2));
            if (paid) return _readSharePaid(log, m, part, amount);
            if (restored) {
                netPaid[part] += amount;
                return;
            }
            _require(amount <= netPaid[part], "6: a carrier had back more than it paid");
            netPaid[part] -= amount < netPaid[part] ? amount : netPaid[part];
            m.refunded += amount;
            _push(m, parties.resolve(carrier), amount);
        } else if (topic == ILossAccounts.LossRecovered.selector) {
            m.recovered += uint64(_word(log, 1));
            _lossAccount(log).loss -= _word(log, 1);
        } else if (topic == ILossAccounts.RecoveryReturned.selector) {
            LossAccount storage a = _lossAccount(log);
            a.loss += _word(log, 0);
            a.restored = true;
        }
    }

    function _partOf(Vm.Log memory log, PartyId carrier, uint8 layer) private pure returns (bytes32) {
        return partKey(uint64(uint256(log.topics[1])), _note(log.topics[2]), layer, carrier);
    }

    function partKey(uint64 cover, NoteId account, uint8 layer, PartyId carrier) internal pure returns (bytes32) {
        return keccak256(abi.encode(cover, account, layer, carrier));
    }

    function _readClaimed(Vm.Log memory log) private {
        NoteId account = NoteId.wrap(uint64(_word(log, 0)));
        (uint64 cover, uint64 units) = (uint64(uint256(log.topics[1])), uint64(_word(log, 1)));
        _require(units == unitsOf(_note(log.topics[2])), "another loss was claimed than the note's units");
        uint256 i = 0;
        while (i < lossAccounts.length && !(lossAccounts[i].cover == cover && lossAccounts[i].note == account)) ++i;
        if (i == lossAccounts.length) lossAccounts.push();
        LossAccount storage a = lossAccounts[i];
        (a.cover, a.note, a.payee) = (cover, account, _party(log.topics[3]));
        a.loss += units;
    }

    /// @dev Of what a carrier pays, a loan on the note has what is owed on it; the rest is its who claimed.
    function _readSharePaid(Vm.Log memory log, Incoming memory m, bytes32 part, uint64 amount) private {
        PartyId payee = PartyId.wrap(uint32(_word(log, 1)));
        netPaid[part] += amount;
        _expectMove(parties.resolve(_party(log.topics[3])), payee, amount);
        if (_pop(m, payee, amount)) return;
        _require(payee == parties.resolve(_lossAccount(log).payee), "6: another was paid than the insured");
        uint64 loan = secures[NoteId.wrap(uint64(_word(log, 0)))];
        _require(loan == 0 || _owed[loan] == 0, "6: the insured was paid before a loan on its note");
    }

    /// @dev Of the log's second and third topic.
    function _lossAccount(Vm.Log memory log) private view returns (LossAccount storage a) {
        (uint64 cover, NoteId account) = (uint64(uint256(log.topics[1])), _note(log.topics[2]));
        for (uint256 i = 0; i < lossAccounts.length; ++i) {
            a = lossAccounts[i];
            if (a.cover == cover && a.note == account) return a;
        }
        revert("an account of a loss that nobody claimed");
    }
}
