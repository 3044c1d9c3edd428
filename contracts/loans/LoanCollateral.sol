// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {Lot} from "../offers/Lot.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Succession} from "../parties/Succession.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note} from "../receivables/Note.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";
import {ILoanCollateral} from "./ILoanCollateral.sol";
import {ILoanOffers} from "./ILoanOffers.sol";
import {IPledgedLoans, Loan, LoanStatus} from "./IPledgedLoans.sol";

/// @title The collateral of pledged loans; see {ILoanCollateral}
contract LoanCollateral is ILoanCollateral, ERC2771Context {
    using Succession for IPartyRegistry;

    uint256 private constant MILLION = 1_000_000;

    /// @param place in the loan's list, from 1
    struct Pledge {
        uint64 loan;
        uint32 place;
        bool seized;
    }

    /// @param whole whether all of the note was paid, so that the note itself stands for it
    struct Collected {
        uint64 loan;
        uint64 interest;
        uint64 principal;
        bool seized;
        bool whole;
    }

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    IPledgedLoans private immutable _loans;
    address private immutable _claims;
    address private immutable _covers;

    mapping(uint64 loan => NoteId[]) private _collateral;
    mapping(NoteId => Pledge) private _pledges;
    mapping(NoteId settled => Collected) private _collected;

    /// @param claims, covers who tell what comes in on notes
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IPledgedLoans loans,
        address claims,
        address covers
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _loans = loans;
        _claims = claims;
        _covers = covers;
    }

    modifier onlyLoans() {
        if (msg.sender != address(_loans)) revert ILoanOffers.NotTheLoans(msg.sender);
        _;
    }

    modifier onlyCollector() {
        if (msg.sender != _claims && msg.sender != _covers) revert NotACollector(msg.sender);
        _;
    }

    //------------------------------------------------------------------ borrower and lender

    /// @inheritdoc ILoanCollateral
    function release(uint64 id, NoteId[] calldata notes) external {
        Loan memory l = _knownLoan(id);
        bool closed = l.status == LoanStatus.Closed;
        bool byLender;
        if (!closed) {
            PartyId caller = _parties.actingParty(_msgSender(), 0);
            byLender = _parties.isParty(l.lender, caller);
            if (!byLender && !_parties.isParty(l.borrower, caller)) {
                revert IPledgedLoans.NotTheBorrower(id, l.borrower, caller);
            }
        }
        PartyId holder = _parties.resolve(l.borrower);
        for (uint256 i = 0; i < notes.length; ++i) {
            Pledge memory pledged = _requireCollateral(id, notes[i]);
            if (!closed && !byLender && pledged.seized) revert CollateralIsSeized(id, notes[i]);
            _letGo(id, notes[i], holder);
        }
        if (closed || byLender) return;
        (uint64 principal, uint64 interest) = _loans.owed(id);
        uint256 needed = uint256(principal) + interest + l.undrawn;
        uint256 advance = (faceOf(id) * l.advanceRate) / MILLION;
        if (advance < needed) revert IPledgedLoans.CollateralTooLow(id, advance, needed);
    }

    /// @inheritdoc ILoanCollateral
    function seize(uint64 id, NoteId[] calldata notes) external {
        Loan memory l = _openLoan(id);
        PartyId lender = _parties.actingParty(_msgSender(), 0);
        if (!_parties.isParty(l.lender, lender)) revert IPledgedLoans.NotTheLender(id, l.lender, lender);
        Day from = Day.wrap(Day.unwrap(l.dueDate) + l.graceDays + 1);
        Day today = _rules.today();
        if (today < from) revert SeizureTooEarly(id, from, today);
        if (l.undrawn > 0) {
            _loans.endDrawing(id); // past the due date anyone may
            _openLoan(id);
        }
        for (uint256 i = 0; i < notes.length; ++i) {
            if (_requireCollateral(id, notes[i]).seized) revert CollateralIsSeized(id, notes[i]);
            uint64 units = _unitsOf(notes[i]);
            _drop(id, notes[i]);
            _ledger.unpledge(notes[i]);
            NoteId taken = _ledger.assign(notes[i], units, lender);
            _ledger.pledge(taken, units, lender, bytes32(uint256(id)));
            _add(id, taken, true);
            emit CollateralSeized(id, notes[i], taken, lender, units);
        }
    }

    //------------------------------------------------------------------ the contract of the loans

    /// @inheritdoc ILoanCollateral
    function secure(uint64 id, Lot[] calldata lots, PartyId lender) external onlyLoans {
        for (uint256 i = 0; i < lots.length; ++i) {
            NoteId pledged = _ledger.pledge(lots[i].note, lots[i].units, lender, bytes32(uint256(id)));
            _add(id, pledged, false);
            emit CollateralPledged(id, pledged, lots[i].note, lots[i].units);
        }
    }

    /// @inheritdoc ILoanCollateral
    function free(uint64 id, bool giveBack) external onlyLoans {
        NoteId[] memory notes = _collateral[id];
        if (notes.length == 0) return;
        PartyId holder = _parties.resolve(_loans.loan(id).borrower);
        for (uint256 i = 0; i < notes.length; ++i) {
            if (!_pledges[notes[i]].seized) {
                _letGo(id, notes[i], holder);
            } else if (giveBack) {
                NoteId[] memory one = new NoteId[](1);
                one[0] = notes[i];
                try this.release(id, one) {} catch {} // it may be frozen
            }
        }
    }

    //------------------------------------------------------------------ what comes in on notes

    /// @inheritdoc IPriorClaims
    /// @dev Where an endorser pays the holder's claim, it steps into the note, which secures the loan no more; what a guarantor
    /// or an insurer pays leaves the note where it is.
    function collect(
        NoteId note,
        NoteId settled,
        uint64 amount
    ) external onlyCollector returns (Payout[] memory prior) {
        Pledge memory pledged = _pledges[note];
        uint64 id = pledged.loan;
        if (id == 0) return prior;
        bool whole = settled == note;
        bool bought = NoteId.unwrap(settled) == 0 && msg.sender == _claims;
        if (whole || bought) _drop(id, note);
        if (bought) _ledger.unpledge(note);
        uint64 interest;
        uint64 principal;
        (interest, principal, prior) = _loans.credit(id, note, settled, amount, !whole && !bought, pledged.seized);
        if (NoteId.unwrap(settled) != 0) {
            _collected[settled] = Collected(id, interest, principal, pledged.seized, whole);
        }
    }

    /// @inheritdoc IPriorClaims
    function restore(NoteId settled) external onlyCollector {
        Collected memory c = _collected[settled];
        if (c.loan == 0) return;
        delete _collected[settled];
        Loan memory l = _loans.loan(c.loan);
        if (l.status == LoanStatus.Closed && c.interest + c.principal == 0 && !c.seized) {
            if (c.whole) _ledger.unpledge(settled); // the loan ended meanwhile, and had nothing of the payment
            return;
        }
        if (!c.whole) {
            _ledger.pledge(settled, _unitsOf(settled), _parties.resolve(l.lender), bytes32(uint256(c.loan)));
        } // a note paid as a whole is still under its hold
        _add(c.loan, settled, c.seized);
        _loans.restoreCredit(c.loan, settled, c.interest, c.principal, c.seized);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ILoanCollateral
    function collateralOf(uint64 id) external view returns (NoteId[] memory) {
        return _collateral[id];
    }

    /// @inheritdoc ILoanCollateral
    function faceOf(uint64 id) public view returns (uint256 face) {
        NoteId[] storage notes = _collateral[id];
        for (uint256 i = 0; i < notes.length; ++i) face += _unitsOf(notes[i]);
    }

    /// @inheritdoc ILoanCollateral
    function loanOn(NoteId note) external view returns (uint64 id, bool seized) {
        Pledge storage pledged = _pledges[note];
        return (pledged.loan, pledged.seized);
    }

    //------------------------------------------------------------------ internals

    function _add(uint64 id, NoteId note, bool seized) private {
        _collateral[id].push(note);
        _pledges[note] = Pledge(id, uint32(_collateral[id].length), seized);
    }

    function _drop(uint64 id, NoteId note) private {
        NoteId[] storage notes = _collateral[id];
        uint32 place = _pledges[note].place;
        NoteId last = notes[notes.length - 1];
        notes[place - 1] = last;
        _pledges[last].place = place;
        notes.pop();
        delete _pledges[note];
    }

    /// @param holder the borrower, or who stands in its place
    function _letGo(uint64 id, NoteId note, PartyId holder) private {
        bool seized = _pledges[note].seized;
        _drop(id, note);
        _ledger.unpledge(note);
        NoteId back = seized ? _ledger.assign(note, _unitsOf(note), holder) : note;
        emit CollateralReleased(id, note, back, holder);
    }

    function _unitsOf(NoteId note) private view returns (uint64) {
        Note memory n = _ledger.note(note);
        return n.end - n.start;
    }

    function _knownLoan(uint64 id) private view returns (Loan memory l) {
        l = _loans.loan(id);
        if (l.status == LoanStatus.None) revert IPledgedLoans.LoanUnknown(id);
    }

    function _openLoan(uint64 id) private view returns (Loan memory l) {
        l = _knownLoan(id);
        if (l.status == LoanStatus.Closed) revert IPledgedLoans.LoanIsClosed(id);
    }

    function _requireCollateral(uint64 id, NoteId note) private view returns (Pledge memory pledged) {
        pledged = _pledges[note];
        if (pledged.loan != id) revert NotCollateral(id, note);
    }
}
