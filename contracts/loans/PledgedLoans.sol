// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {IConcentration, loanKey} from "../exposure/IConcentration.sol";
import {Lot} from "../offers/Lot.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Succession} from "../parties/Succession.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {Payout} from "../settlement/IPriorClaims.sol";
import {ILoanCollateral} from "./ILoanCollateral.sol";
import {ILoanOffers, LoanPrice} from "./ILoanOffers.sol";
import {IPledgedLoans, Loan, LoanStatus, LoanTerms} from "./IPledgedLoans.sol";
import {LoanOffer} from "./LoanOffer.sol";

/// @title Pledged loans; see {IPledgedLoans}
contract PledgedLoans is IPledgedLoans, ERC2771Context {
    using Succession for IPartyRegistry;

    uint256 private constant MILLION = 1_000_000;

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    ILoanOffers private immutable _offers;
    ILoanCollateral private immutable _collateral;

    uint64 private _loanCount;
    mapping(uint64 loan => Loan) private _loans;
    mapping(uint64 loan => PartyId[]) private _payees;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        ICashBook cashBook,
        IConcentration concentration,
        ILoanOffers offers,
        ILoanCollateral collateral
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _cashBook = cashBook;
        _concentration = concentration;
        _offers = offers;
        _collateral = collateral;
    }

    modifier onlyCollateral() {
        if (msg.sender != address(_collateral)) revert NotTheCollateral(msg.sender);
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
        (bytes32 hash, LoanPrice memory price) = _offers.take(
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
            price.feeTo,
            _loans[id].undrawn,
            terms,
            ref
        );
        _payOut(id, offer, borrower, price, ref);
        _collateral.secure(id, lots, offer.lender);
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
        uint256 advance = (_collateral.faceOf(id) * l.advanceRate) / MILLION;
        if (advance < uint256(l.principal) + amount)
            revert CollateralTooLow(id, advance, uint256(l.principal) + amount);

        _accrue(l);
        l.undrawn -= amount;
        l.principal += amount;
        _cashBook.unreserve(l.currency, l.lender, amount);
        _moveCash(l.currency, l.lender, payee, amount, CashPurpose.LoanDraw, id, ref);
        emit LoanDrawn(id, payee, amount, l.undrawn, l.principal, l.interest, ref);
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
        PartyId payee = _parties.resolve(l.lender);
        _moveCash(l.currency, payer, payee, amount, CashPurpose.LoanRepayment, id, l.ref);
        emit LoanRepaid(id, payer, payee, interest, principal, l.principal, l.interest);
        _closeIfDone(id, l, true);
    }

    //------------------------------------------------------------------ the contract of the collateral

    /// @inheritdoc IPledgedLoans
    function credit(
        uint64 id,
        NoteId note,
        NoteId settled,
        uint64 amount,
        bool kept,
        bool seized
    ) external onlyCollateral returns (uint64 interest, uint64 principal, Payout[] memory prior) {
        Loan storage l = _loans[id];
        _accrue(l);
        uint128 due = _due(l);
        (interest, principal) = _credit(id, l, amount < due ? amount : uint64(due));
        uint64 surplus = seized ? amount - interest - principal : 0;
        PartyId payee = _parties.resolve(l.lender);
        emit LoanCollected(id, note, payee, settled, interest, principal, surplus, kept, l.principal, l.interest);
        prior = _payouts(payee, interest + principal, _parties.resolve(l.borrower), surplus);
        _closeIfDone(id, l, false);
    }

    /// @inheritdoc IPledgedLoans
    function restoreCredit(
        uint64 id,
        NoteId note,
        uint64 interest,
        uint64 principal,
        bool seized
    ) external onlyCollateral {
        Loan storage l = _loans[id];
        _accrue(l);
        l.interest += interest;
        l.principal += principal;
        if (interest + principal > 0) l.status = LoanStatus.Open;
        emit LoanRestored(id, note, interest, principal, seized, l.principal, l.interest);
        if (principal > 0) _concentration.countAgain(loanKey(id), l.lender, l.borrower, l.currency, principal);
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

    function _payOut(
        uint64 id,
        LoanOffer calldata offer,
        PartyId borrower,
        LoanPrice memory price,
        bytes32 ref
    ) private {
        if (price.fees > 0 && price.feeTo != offer.lender) {
            _moveCash(offer.currency, offer.lender, price.feeTo, price.fees, CashPurpose.LoanFee, id, ref);
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
            if (!_parties.isParty(payees[i], payee)) continue;
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
        emit DrawingEnded(id, l.lender, unspent);
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

    function _payouts(
        PartyId lender,
        uint64 toLender,
        PartyId borrower,
        uint64 toBorrower
    ) private pure returns (Payout[] memory prior) {
        prior = new Payout[]((toLender > 0 ? 1 : 0) + (toBorrower > 0 ? 1 : 0));
        if (toLender > 0) prior[0] = Payout(lender, toLender);
        if (toBorrower > 0) prior[prior.length - 1] = Payout(borrower, toBorrower);
    }

    /// @dev Nothing is owed any more, and nothing can be drawn: the collateral is free.
    /// @param giveBack see {ILoanCollateral-free}
    function _closeIfDone(uint64 id, Loan storage l, bool giveBack) private {
        if (l.status == LoanStatus.Closed || _due(l) > 0 || l.undrawn > 0) return;
        l.status = LoanStatus.Closed;
        emit LoanClosed(id);
        _collateral.free(id, giveBack);
    }

    //------------------------------------------------------------------ checks

    function _knownLoan(uint64 id) private view returns (Loan storage l) {
        l = _loans[id];
        if (l.status == LoanStatus.None) revert LoanUnknown(id);
    }

    function _openLoan(uint64 id) private view returns (Loan storage l) {
        l = _knownLoan(id);
        if (l.status == LoanStatus.Closed) revert LoanIsClosed(id);
    }

    function _requireBorrower(uint64 id, Loan storage l, PartyId caller) private view {
        if (!_parties.isParty(l.borrower, caller)) revert NotTheBorrower(id, l.borrower, caller);
    }
}
