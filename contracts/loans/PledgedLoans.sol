// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note} from "../receivables/Note.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {IConcentration, loanKey} from "../exposure/IConcentration.sol";
import {ILoanOffers, LoanPrice} from "./ILoanOffers.sol";
import {IPledgedLoans, Loan, LoanStatus, LoanTerms} from "./IPledgedLoans.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";
import {LoanOffer} from "./LoanOffer.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {Lot} from "../discounting/Quote.sol";

/// @title Pledged loans; see {IPledgedLoans}
contract PledgedLoans is IPledgedLoans, ERC2771Context {
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
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    ILoanOffers private immutable _offers;
    address private immutable _claims;
    address private immutable _covers;

    uint64 private _loanCount;
    mapping(uint64 loan => Loan) private _loans;
    mapping(uint64 loan => PartyId[]) private _payees;
    mapping(uint64 loan => NoteId[]) private _collateral;
    mapping(NoteId => Pledge) private _pledges;
    mapping(NoteId settled => Collected) private _collected;

    /// @param claims, covers who tell what comes in on notes
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        ICashBook cashBook,
        IConcentration concentration,
        ILoanOffers offers,
        address claims,
        address covers
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _cashBook = cashBook;
        _concentration = concentration;
        _offers = offers;
        _claims = claims;
        _covers = covers;
    }

    modifier onlyCollector() {
        if (msg.sender != _claims && msg.sender != _covers) revert NotACollector(msg.sender);
        _;
    }

    //------------------------------------------------------------------ the borrower

    /// @inheritdoc IPledgedLoans
    function borrow(
        LoanOffer calldata offer,
        bytes calldata signature,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64 id) {
        PartyId borrower = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        (bytes32 hash, LoanPrice memory price, uint64 used) = _offers.take(
            offer,
            signature,
            borrower,
            lots,
            principal,
            dueDate,
            maxCost
        );
        id = ++_loanCount;
        LoanTerms memory terms = _open(id, offer, hash, borrower, price, dueDate, ref);
        emit LoanGranted(
            id,
            borrower,
            offer.lender,
            hash,
            offer.currency,
            principal,
            price.fees,
            _feeTo(offer),
            terms,
            used,
            ref
        );
        _payOut(id, offer, borrower, price, ref);
        for (uint256 i = 0; i < lots.length; ++i) {
            NoteId pledged = _ledger.pledge(lots[i].note, lots[i].units, offer.lender, bytes32(uint256(id)));
            _add(id, pledged, false);
            emit CollateralPledged(id, pledged, lots[i].note, lots[i].units);
        }
        _concentration.count(loanKey(id), offer.lender, borrower, offer.currency, principal);
    }

    /// @inheritdoc IPledgedLoans
    function draw(uint64 id, PartyId payee, uint64 amount, bytes32 ref) external {
        Loan storage l = _openLoan(id);
        _requireBorrower(id, l, _parties.actingParty(_msgSender(), 0));
        if (amount == 0) revert IReceivableLedger.AmountZero();
        if (amount > l.undrawn) revert DrawExceedsLoan(id, l.undrawn, amount);
        Day today = _rules.today();
        if (today > l.drawUntil) revert DrawingIsOver(id, l.drawUntil, today);
        _requirePayee(id, payee);
        uint256 advance = _advance(id, l);
        if (advance < uint256(l.principal) + amount)
            revert CollateralTooLow(id, advance, uint256(l.principal) + amount);

        _accrue(l);
        l.undrawn -= amount;
        l.principal += amount;
        _cashBook.unreserve(l.currency, l.lender, amount);
        _moveCash(l.currency, l.lender, payee, amount, CashPurpose.LoanDraw, id, ref);
        emit LoanDrawn(id, payee, amount, l.principal, l.interest, ref);
    }

    /// @inheritdoc IPledgedLoans
    function endDrawing(uint64 id) external {
        Loan storage l = _openLoan(id);
        if (l.undrawn == 0) revert NothingUndrawn(id);
        if (_rules.today() <= l.drawUntil) _requireBorrower(id, l, _parties.partyOf(_msgSender()));
        _endDrawing(id, l);
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc IPledgedLoans
    function repay(uint64 id, uint64 amount) external {
        PartyId payer = _parties.partyOf(_msgSender());
        Loan storage l = _openLoan(id);
        if (amount == 0) revert IReceivableLedger.AmountZero();
        _accrue(l);
        uint128 due = _due(l);
        if (amount > due) revert RepaymentExceedsLoan(id, due, amount);
        (uint64 interest, uint64 principal) = _credit(id, l, amount);
        _moveCash(l.currency, payer, _parties.resolve(l.lender), amount, CashPurpose.LoanRepayment, id, l.ref);
        emit LoanRepaid(id, payer, interest, principal, l.principal, l.interest);
        _closeIfDone(id, l, true);
    }

    //------------------------------------------------------------------ borrower and lender

    /// @inheritdoc IPledgedLoans
    function release(uint64 id, NoteId[] calldata notes) external {
        Loan storage l = _knownLoan(id);
        bool closed = l.status == LoanStatus.Closed;
        bool byLender;
        if (!closed) {
            PartyId caller = _parties.actingParty(_msgSender(), 0);
            byLender = _isParty(l.lender, caller);
            if (!byLender) _requireBorrower(id, l, caller);
        }
        for (uint256 i = 0; i < notes.length; ++i) {
            Pledge memory pledged = _requireCollateral(id, notes[i]);
            if (!closed && !byLender && pledged.seized) revert CollateralIsSeized(id, notes[i]);
            _letGo(id, l, notes[i]);
        }
        if (closed || byLender) return;
        uint256 needed = uint256(l.principal) + _interestOn(l, _rules.today()) + l.undrawn;
        uint256 advance = _advance(id, l);
        if (advance < needed) revert CollateralTooLow(id, advance, needed);
    }

    /// @inheritdoc IPledgedLoans
    function seize(uint64 id, NoteId[] calldata notes) external {
        Loan storage l = _openLoan(id);
        PartyId lender = _parties.actingParty(_msgSender(), 0);
        if (!_isParty(l.lender, lender)) revert NotTheLender(id, l.lender, lender);
        Day from = Day.wrap(Day.unwrap(l.dueDate) + l.graceDays + 1);
        Day today = _rules.today();
        if (today < from) revert SeizureTooEarly(id, from, today);
        if (l.undrawn > 0) {
            _endDrawing(id, l);
            if (l.status == LoanStatus.Closed) revert LoanIsClosed(id);
        }
        for (uint256 i = 0; i < notes.length; ++i) {
            if (_requireCollateral(id, notes[i]).seized) revert CollateralIsSeized(id, notes[i]);
            uint64 units = _unitsOf(notes[i]);
            _drop(id, notes[i]);
            _ledger.unpledge(notes[i]);
            NoteId taken = _ledger.assign(notes[i], units, lender);
            _ledger.pledge(taken, units, lender, bytes32(uint256(id)));
            _add(id, taken, true);
            emit CollateralSeized(id, notes[i], taken, units);
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
        Loan storage l = _loans[id];
        _accrue(l);
        uint128 due = _due(l);
        (uint64 interest, uint64 principal) = _credit(id, l, amount < due ? amount : uint64(due));
        uint64 surplus = pledged.seized ? amount - interest - principal : 0;

        bool whole = settled == note;
        bool bought = NoteId.unwrap(settled) == 0 && msg.sender == _claims;
        if (NoteId.unwrap(settled) != 0)
            _collected[settled] = Collected(id, interest, principal, pledged.seized, whole);
        if (whole || bought) _drop(id, note);
        if (bought) _ledger.unpledge(note);
        emit LoanCollected(id, note, settled, interest, principal, surplus, !whole && !bought, l.principal, l.interest);
        prior = _payouts(l, interest + principal, surplus);
        _closeIfDone(id, l, false);
    }

    /// @inheritdoc IPriorClaims
    function restore(NoteId settled) external onlyCollector {
        Collected memory c = _collected[settled];
        if (c.loan == 0) return;
        delete _collected[settled];
        Loan storage l = _loans[c.loan];
        if (l.status == LoanStatus.Closed && c.interest + c.principal == 0 && !c.seized) {
            if (c.whole) _ledger.unpledge(settled); // the loan ended meanwhile, and had nothing of the payment
            return;
        }
        _accrue(l);
        l.interest += c.interest;
        l.principal += c.principal;
        if (c.interest + c.principal > 0) l.status = LoanStatus.Open;
        if (!c.whole) {
            _ledger.pledge(settled, _unitsOf(settled), _parties.resolve(l.lender), bytes32(uint256(c.loan)));
        } // a note paid as a whole is still under its hold
        _add(c.loan, settled, c.seized);
        emit LoanRestored(c.loan, settled, c.interest, c.principal, c.seized, l.principal, l.interest);
        if (c.principal > 0) {
            _concentration.countAgain(loanKey(c.loan), l.lender, l.borrower, l.currency, c.principal);
        }
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IPledgedLoans
    function loan(uint64 id) external view returns (Loan memory) {
        return _loans[id];
    }

    /// @inheritdoc IPledgedLoans
    function loanCount() external view returns (uint64) {
        return _loanCount;
    }

    /// @inheritdoc IPledgedLoans
    function owed(uint64 id) external view returns (uint64 principal, uint64 interest) {
        Loan storage l = _knownLoan(id);
        return (l.principal, _interestOn(l, _rules.today()));
    }

    /// @inheritdoc IPledgedLoans
    function payeesOf(uint64 id) external view returns (PartyId[] memory) {
        return _payees[id];
    }

    /// @inheritdoc IPledgedLoans
    function collateralOf(uint64 id) external view returns (NoteId[] memory) {
        return _collateral[id];
    }

    /// @inheritdoc IPledgedLoans
    function loanOn(NoteId note) external view returns (uint64 id, bool seized) {
        Pledge storage pledged = _pledges[note];
        return (pledged.loan, pledged.seized);
    }

    //------------------------------------------------------------------ granting

    /// @dev Fees are drawn at once, whoever may draw the rest.
    function _open(
        uint64 id,
        LoanOffer calldata offer,
        bytes32 hash,
        PartyId borrower,
        LoanPrice memory price,
        Day dueDate,
        bytes32 ref
    ) private returns (LoanTerms memory terms) {
        Day today = _rules.today();
        bool directed = offer.payees.length > 0;
        Day drawUntil = directed ? Day.wrap(Day.unwrap(today) + offer.drawDays) : today;
        if (drawUntil > dueDate) drawUntil = dueDate;
        uint64 undrawn = directed ? price.received : 0;
        _loans[id] = Loan({
            lender: offer.lender,
            borrower: borrower,
            currency: offer.currency,
            advanceRate: offer.advanceRate,
            rate: offer.rate,
            dayCount: offer.dayCount,
            dueDate: dueDate,
            graceDays: offer.graceDays,
            drawUntil: drawUntil,
            accruedOn: today,
            status: LoanStatus.Open,
            principal: price.principal - undrawn,
            interest: 0,
            undrawn: undrawn,
            lent: price.principal,
            offer: hash,
            ref: ref
        });
        if (directed) _payees[id] = offer.payees;
        terms = LoanTerms({
            advanceRate: offer.advanceRate,
            rate: offer.rate,
            dayCount: offer.dayCount,
            startDate: today,
            dueDate: dueDate,
            graceDays: offer.graceDays,
            drawUntil: drawUntil,
            payees: offer.payees
        });
    }

    function _feeTo(LoanOffer calldata offer) private pure returns (PartyId) {
        return offer.feeTo == NOBODY ? offer.lender : offer.feeTo;
    }

    function _payOut(
        uint64 id,
        LoanOffer calldata offer,
        PartyId borrower,
        LoanPrice memory price,
        bytes32 ref
    ) private {
        PartyId feeTo = _feeTo(offer);
        if (price.fees > 0 && feeTo != offer.lender) {
            _moveCash(offer.currency, offer.lender, feeTo, price.fees, CashPurpose.LoanFee, id, ref);
        }
        if (offer.payees.length > 0) {
            _cashBook.reserve(offer.currency, offer.lender, price.received);
        } else if (price.received > 0) {
            _moveCash(offer.currency, offer.lender, borrower, price.received, CashPurpose.LoanAdvance, id, ref);
        }
    }

    function _moveCash(
        bytes3 currency,
        PartyId from,
        PartyId to,
        uint64 amount,
        CashPurpose purpose,
        uint64 id,
        bytes32 ref
    ) private {
        _cashBook.move(currency, from, to, amount, CashReason(purpose, id, NoteId.wrap(0), ref));
    }

    function _requirePayee(uint64 id, PartyId payee) private view {
        PartyId[] storage payees = _payees[id];
        for (uint256 i = 0; i < payees.length; ++i) {
            if (!_isParty(payees[i], payee)) continue;
            _parties.requireStanding(payee, 0);
            return;
        }
        revert PayeeNotNamed(id, payee);
    }

    /// @dev To the lender's own account at the time, wherever that has moved since.
    function _endDrawing(uint64 id, Loan storage l) private {
        uint64 unspent = l.undrawn;
        l.undrawn = 0;
        _cashBook.unreserve(l.currency, l.lender, unspent);
        _concentration.uncount(loanKey(id), unspent);
        emit DrawingEnded(id, unspent);
        _closeIfDone(id, l, true);
    }

    //------------------------------------------------------------------ what is owed

    function _due(Loan storage l) private view returns (uint128) {
        return uint128(l.principal) + l.interest;
    }

    /// @dev Only where what is owed is announced afterwards: whoever follows the events rounds when the contract does.
    function _accrue(Loan storage l) private {
        Day today = _rules.today();
        l.interest = _interestOn(l, today);
        l.accruedOn = today;
    }

    /// @dev Never more than can be paid in one amount, so that no rate and no delay keeps a payment from being counted.
    function _interestOn(Loan storage l, Day day) private view returns (uint64) {
        (uint256 num, uint256 den) = DayCounts.yearFraction(l.dayCount, l.accruedOn, day, l.dueDate);
        uint256 interest = l.interest + Pricing.interest(l.principal, l.rate, num, den);
        uint64 most = type(uint64).max - l.principal;
        return interest > most ? most : uint64(interest);
    }

    /// @dev Interest first, then principal.
    function _credit(uint64 id, Loan storage l, uint64 amount) private returns (uint64 interest, uint64 principal) {
        interest = amount < l.interest ? amount : l.interest;
        principal = amount - interest;
        l.interest -= interest;
        l.principal -= principal;
        if (principal > 0) _concentration.uncount(loanKey(id), principal);
    }

    function _payouts(Loan storage l, uint64 toLender, uint64 toBorrower) private view returns (Payout[] memory prior) {
        prior = new Payout[]((toLender > 0 ? 1 : 0) + (toBorrower > 0 ? 1 : 0));
        if (toLender > 0) prior[0] = Payout(_parties.resolve(l.lender), toLender);
        if (toBorrower > 0) prior[prior.length - 1] = Payout(_parties.resolve(l.borrower), toBorrower);
    }

    /// @dev Nothing is owed any more, and nothing can be drawn: the collateral is free. A note that the lender took, and that
    /// does not go back now, waits under its hold for {release}; what is paid on it is the borrower's.
    /// @param giveBack whether they go back now: not amid a payment, which knows them by their numbers
    function _closeIfDone(uint64 id, Loan storage l, bool giveBack) private {
        if (l.status == LoanStatus.Closed || _due(l) > 0 || l.undrawn > 0) return;
        l.status = LoanStatus.Closed;
        emit LoanClosed(id);
        NoteId[] memory notes = _collateral[id];
        for (uint256 i = 0; i < notes.length; ++i) {
            if (!_pledges[notes[i]].seized) {
                _letGo(id, l, notes[i]);
            } else if (giveBack) {
                NoteId[] memory one = new NoteId[](1);
                one[0] = notes[i];
                try this.release(id, one) {} catch {} // it may be frozen
            }
        }
    }

    //------------------------------------------------------------------ collateral

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

    function _letGo(uint64 id, Loan storage l, NoteId note) private {
        bool seized = _pledges[note].seized;
        _drop(id, note);
        _ledger.unpledge(note);
        NoteId back = seized ? _ledger.assign(note, _unitsOf(note), _parties.resolve(l.borrower)) : note;
        emit CollateralReleased(id, note, back);
    }

    /// @dev The most principal that the loan's collateral allows.
    function _advance(uint64 id, Loan storage l) private view returns (uint256) {
        NoteId[] storage notes = _collateral[id];
        uint256 face;
        for (uint256 i = 0; i < notes.length; ++i) face += _unitsOf(notes[i]);
        return (face * l.advanceRate) / MILLION;
    }

    function _unitsOf(NoteId note) private view returns (uint64) {
        Note memory n = _ledger.note(note);
        return n.end - n.start;
    }

    //------------------------------------------------------------------ checks

    /// @dev The party itself, or the one that stands in its place through succession.
    function _isParty(PartyId party, PartyId caller) private view returns (bool) {
        return party == caller || _parties.resolve(party) == caller;
    }

    function _knownLoan(uint64 id) private view returns (Loan storage l) {
        l = _loans[id];
        if (l.status == LoanStatus.None) revert LoanUnknown(id);
    }

    function _openLoan(uint64 id) private view returns (Loan storage l) {
        l = _knownLoan(id);
        if (l.status == LoanStatus.Closed) revert LoanIsClosed(id);
    }

    function _requireBorrower(uint64 id, Loan storage l, PartyId caller) private view {
        if (!_isParty(l.borrower, caller)) revert NotTheBorrower(id, l.borrower, caller);
    }

    function _requireCollateral(uint64 id, NoteId note) private view returns (Pledge memory pledged) {
        pledged = _pledges[note];
        if (pledged.loan != id) revert NotCollateral(id, note);
    }
}
