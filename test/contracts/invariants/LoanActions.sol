// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {Loan, LoanStatus} from "../../../contracts/loans/IPledgedLoans.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {SaleActions} from "./SaleActions.sol";

/// @title Random loan offers, loans, drawings, repayments, releases and seizures
abstract contract LoanActions is SaleActions {
    uint256 private constant MAX_LOANS = 14;

    LoanOffer[] private _loanOffers;
    bytes[] private _offerSignatures; // empty for those that are published
    mapping(bytes32 offer => bool) private _offerWithdrawn;
    mapping(bytes32 offer => uint256) private _lentUnder;

    //------------------------------------------------------------------ offers

    function offerLoanRandom(uint256 seed) external {
        _offerLoan(_next(seed), NOBODY);
    }

    function _offerLoan(uint256 seed, PartyId borrower) private {
        LoanOffer memory o = _randomOffer(seed, borrower);
        if (seed % 2 == 0) {
            (bool done, ) = _as(o.lender, address(loanOffers), abi.encodeCall(loanOffers.publish, (o, 0)));
            if (!done) return;
            _offerSignatures.push("");
        } else {
            _offerSignatures.push(_sign(o.lender, offerBook.digestOf(loanOffers.hashOf(o))));
        }
        _loanOffers.push(o);
        _count(true, "offerLoan");
    }

    function pullOfferRandom(uint256 seed) external {
        seed = _next(seed);
        if (_loanOffers.length == 0) return;
        LoanOffer memory o = _loanOffers[seed % _loanOffers.length];
        PartyId by = (seed >> 64) % 8 == 0 ? _pick(holders, seed >> 96) : o.lender;
        (bool done, ) = _as(by, address(loanOffers), abi.encodeCall(loanOffers.withdraw, (o)));
        if (!_count(done, "pullOffer")) return;
        _require(parties.resolve(by) == parties.resolve(o.lender), "another withdrew a loan offer");
        _offerWithdrawn[loanOffers.hashOf(o)] = true;
    }

    function _randomOffer(uint256 seed, PartyId borrower) private returns (LoanOffer memory o) {
        o.lender = _anotherFinancier(seed, borrower);
        o.currency = CNY;
        seed = _next(seed);
        if (seed % 8 == 0) o.obligors = _only(parties.resolve(obligor));
        o.advanceRate = uint32(bound(seed >> 8, 300_000, MILLION));
        o.rate = uint32(bound(seed >> 40, 0, MILLION));
        o.dayCount = DayCount((seed >> 72) % 2);
        o.maxDays = uint16(bound(seed >> 80, 5, 30));
        o.graceDays = uint16(bound(seed >> 96, 0, 3));
        o.flatFee = uint64(bound(seed >> 112, 0, 20));
        o.feeRate = uint32(bound(seed >> 128, 0, 20_000));
        o.feeTo = [NOBODY, supplier4, otherFinancier, o.lender][(seed >> 160) % 4];
        if ((seed >> 168) % 2 == 0) {
            o.payees = _only(supplier2, supplier3);
            o.drawDays = uint16(bound(seed >> 170, 0, 10));
        }
        o.capacity = uint64(bound(seed >> 192, 200, 16_000));
        o.expiresAt = uint40(block.timestamp + bound(seed >> 208, 1 hours, 10 days));
        o.salt = uint64(uint256(unique()));
    }

    //------------------------------------------------------------------ borrowing

    /// @dev Every other time under an offer that was made for it.
    function borrowRandom(uint256 seed) external {
        seed = _next(seed);
        (PartyId borrower, Lot[] memory lots) = _lots(seed >> 16);
        if (lots.length == 0 || _loanCount() >= MAX_LOANS) return;
        if (seed % 2 == 0) _offerLoan(_next(seed), borrower);
        if (_loanOffers.length == 0) return;
        uint256 which =
            _loanOffers.length - 1 - (((seed % 2) * (seed >> 1)) % (_loanOffers.length < 4 ? _loanOffers.length : 4));
        LoanOffer memory o = _loanOffers[which];
        uint256 most = (_faceOf(lots) * o.advanceRate) / MILLION + 1; // a unit too much, now and then
        uint64 principal = (seed >> 8) % 3 == 0 ? uint64(most - 1) : uint64(bound(seed >> 128, 1, most));
        Day dueDate = plus(rules.today(), uint24(bound(seed >> 192, 1, o.maxDays)));
        bytes memory data = abi.encodeCall(
            loans.borrow,
            (o, _offerSignatures[which], lots, principal, dueDate, type(uint32).max, "loan")
        );
        _remember();
        (bool done, bytes memory returned) = _as(borrower, address(loans), data);
        if (!_count(done, "borrow")) return;
        uint64 id = abi.decode(returned, (uint64));
        _checkLoan(o, borrower, id, principal);
        _require(principal < most, "more was lent than the collateral advances");
        for (uint256 i = 0; i < lots.length; ++i) _checkCollateral(id, o.lender, borrower, lots[i]);
        _requireMoved();
        if (o.payees.length > 0) _count(true, "borrowDirected");
        if (lots.length > 1) _count(true, "borrowBundle");
    }

    function _faceOf(Lot[] memory lots) private pure returns (uint256 face) {
        for (uint256 i = 0; i < lots.length; ++i) face += lots[i].units;
    }

    function _checkLoan(LoanOffer memory o, PartyId borrower, uint64 id, uint64 principal) private {
        uint256 fees = o.flatFee + _halfUp(uint256(principal) * o.feeRate, MILLION);
        _require(fees <= principal, "6: fees above the principal");
        if (o.feeTo != NOBODY) _expectMove(o.lender, parties.resolve(o.feeTo), fees);
        if (o.payees.length == 0) _expectMove(o.lender, borrower, principal - fees);
        Loan memory l = loans.loan(id);
        _require(l.principal + l.undrawn == principal, "6: what is lent is owed, or can be drawn");
        _require(l.undrawn == (o.payees.length > 0 ? principal - fees : 0), "6: what is tied to payees waits for them");
        bytes32 hash = loanOffers.hashOf(o);
        _lentUnder[hash] += principal;
        _require(_lentUnder[hash] <= o.capacity, "lent beyond an offer's capacity");
        _require(!_offerWithdrawn[hash], "lent under an offer that was withdrawn");
        _require(block.timestamp < o.expiresAt, "lent under an offer that had expired");
        _require(!_isSuspended(borrower) && !_isSuspended(o.lender), "a loan of one who may not");
    }

    function _checkCollateral(uint64 id, PartyId lender, PartyId borrower, Lot memory lot) private {
        _require(parties.resolve(holderOf[lot.note]) == borrower, "another pledged a note than its holder");
        _require(pledged[lot.note].units == 0, "4: pledged twice");
        (uint64 loan, ) = collateral.loanOn(lot.note);
        NoteId piece = loan == id ? lot.note : _cutOff(lot.note);
        _require(unitsOf(piece) == lot.units, "4: other units were pledged");
        pledged[piece] = Pledged(lot.units, 0, lender);
        _secure(piece, id, false);
    }

    //------------------------------------------------------------------ an open loan

    /// @dev The first open one after a random one; of those past due, where asked.
    function _openLoan(uint256 seed, bool late) private view returns (uint64 id, Loan memory l) {
        uint64 count = _loanCount();
        for (uint64 i = 0; i < count; ++i) {
            id = uint64(((seed % count) + i) % count) + 1;
            l = loans.loan(id);
            if (l.status == LoanStatus.Open && (!late || rules.today() > l.dueDate)) return (id, l);
        }
        return (0, l);
    }

    function drawRandom(uint256 seed) external {
        seed = _next(seed);
        (uint64 id, Loan memory l) = _openLoan(seed, false);
        for (uint256 i = 0; i < 4 && id != 0 && l.undrawn == 0; ++i) (id, l) = _openLoan(id, false);
        if (id == 0 || l.undrawn == 0) return;
        PartyId payee =
            (seed >> 64) % 4 == 0
                ? _pick(holders, seed >> 72)
                : parties.resolve([supplier2, supplier3][(seed >> 80) % 2]);
        uint64 amount = uint64(bound(seed >> 96, 1, l.undrawn));
        _remember();
        (bool done, ) = _as(l.borrower, address(loans), abi.encodeCall(loans.draw, (id, payee, amount, "invoice")));
        if (!_count(done, "draw")) return;
        bool named = payee == parties.resolve(supplier2) || payee == parties.resolve(supplier3);
        _require(named, "6: directed money went to one who is not named");
        _require(rules.today() <= l.drawUntil, "drawn too late");
        _expectMove(l.lender, payee, amount);
        _requireMoved();
        _require(loans.loan(id).undrawn == l.undrawn - amount, "6: what was drawn can be drawn no more");
    }

    function endDrawingRandom(uint256 seed) external {
        seed = _next(seed);
        (uint64 id, Loan memory l) = _openLoan(seed, false);
        if (id == 0) return;
        bool byBorrower = (seed >> 64) % 2 == 0;
        _remember();
        (bool done, ) = _as(
            byBorrower ? l.borrower : supplier1,
            address(loans),
            abi.encodeCall(loans.endDrawing, (id))
        );
        if (!_count(done, "endDrawing")) return;
        bool other = !byBorrower && parties.resolve(l.borrower) != parties.resolve(supplier1);
        _require(!other || rules.today() > l.drawUntil, "another ended the drawing");
        _requireMoved();
    }

    function repayRandom(uint256 seed) external {
        seed = _next(seed);
        (uint64 id, Loan memory l) = _openLoan(seed, false);
        if (id == 0) return;
        PartyId payer = parties.resolve((seed >> 64) % 4 == 0 ? _pick(holders, seed >> 72) : l.borrower);
        (uint64 principal, uint64 interest) = loans.owed(id);
        if (principal + interest == 0) return;
        uint64 amount =
            (seed >> 96) % 2 == 0 ? principal + interest : uint64(bound(seed >> 104, 1, principal + interest));
        if (balanceOf(payer) < amount && (seed >> 168) % 4 > 0) _mint(payer, amount);
        _remember();
        (bool done, ) = _as(payer, address(loans), abi.encodeCall(loans.repay, (id, amount)));
        if (!_count(done, "repay")) return;
        _expectMove(payer, parties.resolve(l.lender), amount);
        _requireMoved();
        (uint64 leftPrincipal, uint64 leftInterest) = loans.owed(id);
        uint64 toInterest = amount < interest ? amount : interest;
        _require(leftInterest == interest - toInterest, "6: a repayment pays interest first");
        _require(leftPrincipal == principal - (amount - toInterest), "6: and principal after it");
    }

    //------------------------------------------------------------------ collateral

    function releaseCollateralRandom(uint256 seed) external {
        seed = _next(seed);
        if (_loanCount() == 0) return;
        uint64 id = uint64(seed % _loanCount()) + 1;
        NoteId[] memory notes = collateral.collateralOf(id);
        if (notes.length == 0) return;
        NoteId note = notes[(seed >> 64) % notes.length];
        Loan memory l = loans.loan(id);
        PartyId by = parties.resolve([l.borrower, l.lender, l.borrower, supplier1][(seed >> 96) % 4]);
        bool wasTaken = taken[note];
        _remember();
        (bool done, ) = _as(by, address(collateral), abi.encodeCall(collateral.release, (id, list(note))));
        if (!_count(done, "releaseCollateral")) return;
        _requireMoved();
        if (l.status == LoanStatus.Closed || by == parties.resolve(l.lender)) return;
        _require(by == parties.resolve(l.borrower), "4: another released a pledge");
        _require(!wasTaken, "4: a borrower had back what the lender had taken");
        (uint64 principal, uint64 interest) = loans.owed(id);
        uint256 face;
        notes = collateral.collateralOf(id);
        for (uint256 i = 0; i < notes.length; ++i) face += unitsOf(notes[i]);
        uint256 stake = uint256(principal) + interest + l.undrawn;
        _require((face * l.advanceRate) / MILLION >= stake, "a borrower left too little collateral");
    }

    function seizeRandom(uint256 seed) external {
        seed = _next(seed);
        (uint64 id, Loan memory l) = _openLoan(seed, (seed >> 64) % 8 > 0);
        if (id == 0) return;
        NoteId[] memory notes = collateral.collateralOf(id);
        if (notes.length == 0) return;
        PartyId by = parties.resolve((seed >> 72) % 8 == 0 ? _pick(holders, seed >> 80) : l.lender);
        NoteId note = notes[(seed >> 96) % notes.length];
        _remember();
        (bool done, ) = _as(by, address(collateral), abi.encodeCall(collateral.seize, (id, list(note))));
        if (!_count(done, "seize")) return;
        _requireMoved();
        _require(by == parties.resolve(l.lender), "4: another than the lender took a note");
        _require(
            rules.today() > plus(l.dueDate, l.graceDays),
            "4: a note was taken before the days of grace were over"
        );
    }
}
