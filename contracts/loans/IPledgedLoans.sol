// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DayCount} from "../common/DayCount.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";
import {Payout} from "../settlement/IPriorClaims.sol";
import {Lot} from "../offers/Lot.sol";
import {LoanOffer} from "./LoanOffer.sol";

enum LoanStatus {
    None,
    Open,
    Closed // nothing is owed, and nothing can be drawn
}

/// @notice A loan as it stands. Amounts in minor units, rates in parts per million.
/// @param lender, borrower between whom it was made; who succeeded them stands in their place
/// @param advanceRate most principal, of the face of the collateral
/// @param rate per year
/// @param dueDate when it is to be repaid
/// @param graceDays after it, before the lender may take the collateral
/// @param drawUntil last day on which it may be drawn, where its use is directed
/// @param accruedOn day to which `interest` was worked out
/// @param principal drawn and not repaid
/// @param interest up to `accruedOn`, not paid
/// @param undrawn reserved for its payees
/// @param lent the principal agreed
/// @param offer hash of the offer it was made under
struct Loan {
    PartyId lender;
    PartyId borrower;
    bytes3 currency;
    uint32 advanceRate;
    uint32 rate;
    DayCount dayCount;
    Day dueDate;
    uint16 graceDays;
    Day drawUntil;
    Day accruedOn;
    LoanStatus status;
    uint64 principal;
    uint64 interest;
    uint64 undrawn;
    uint64 lent;
    bytes32 offer;
    bytes32 ref;
}

/// @notice The terms a loan has for life, for whoever reads the event.
struct LoanTerms {
    uint32 advanceRate;
    uint32 rate;
    DayCount dayCount;
    Day startDate;
    Day dueDate;
    uint16 graceDays;
    Day drawUntil;
    PartyId[] payees;
}

/// @title Pledged loans: cash against notes under a hold
/// @notice The loans' accounts: what is lent under an offer of {ILoanOffers}, and what is owed. The notes that secure them are
/// {ILoanCollateral}'s: they stay the borrower's and are still paid at maturity, to the loan first. Interest is simple, on the
/// principal outstanding, until it is repaid; a payment goes to interest first. A loan may be tied to payees: then its money
/// waits, reserved, in the lender's account, goes nowhere but to them, and bears interest once it has.
interface IPledgedLoans {
    //------------------------------------------------------------------ events

    /// @notice Of the principal, `fees` went to `feeTo`, which may be the lender itself; `undrawn` is reserved for the payees, and
    /// the rest went to the borrower.
    event LoanGranted(
        uint64 indexed loan,
        PartyId indexed borrower,
        PartyId indexed lender,
        bytes32 offer,
        bytes3 currency,
        uint64 principal,
        uint64 fees,
        PartyId feeTo,
        uint64 undrawn,
        LoanTerms terms,
        bytes32 ref
    );
    /// @notice `amount` went to the payee, and `undrawn` is left to draw; so much is owed since.
    event LoanDrawn(
        uint64 indexed loan,
        PartyId indexed payee,
        uint64 amount,
        uint64 undrawn,
        uint64 principalOwed,
        uint64 interestOwed,
        bytes32 ref
    );
    /// @notice What was not drawn is the lender's to use again.
    event DrawingEnded(uint64 indexed loan, PartyId indexed lender, uint64 unspent);
    /// @notice The payer paid `payee`, who stands in the lender's place, so much interest and so much principal; so much is owed
    /// since.
    event LoanRepaid(
        uint64 indexed loan,
        PartyId indexed payer,
        PartyId indexed payee,
        uint64 interest,
        uint64 principal,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice Of what came in on `note`, so much is paid to `payee`, who stands in the lender's place, on the loan; `surplus` is
    /// the borrower's, whose note it no longer is. So much is owed since.
    /// @param settledNote the note that stands for what was paid; 0 where the obligor was not the payer
    /// @param kept whether something of the note still secures the loan
    event LoanCollected(
        uint64 indexed loan,
        NoteId indexed note,
        PartyId indexed payee,
        NoteId settledNote,
        uint64 interest,
        uint64 principal,
        uint64 surplus,
        bool kept,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice A payment was returned: what the loan had of it is owed again, and `note` secures it again.
    /// @param seized whether the lender has taken the note
    event LoanRestored(
        uint64 indexed loan,
        NoteId indexed note,
        uint64 interest,
        uint64 principal,
        bool seized,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice Nothing is owed, and nothing can be drawn.
    event LoanClosed(uint64 indexed loan);

    //------------------------------------------------------------------ refusals

    /// @notice There is no loan {loan}.
    error LoanUnknown(uint64 loan);
    /// @notice Loan {loan} is closed; nothing is owed on it.
    error LoanIsClosed(uint64 loan);
    /// @notice The lender of loan {loan} is party {lender}, not party {caller}.
    error NotTheLender(uint64 loan, PartyId lender, PartyId caller);
    /// @notice The borrower of loan {loan} is party {borrower}, not party {caller}.
    error NotTheBorrower(uint64 loan, PartyId borrower, PartyId caller);
    /// @notice Loan {loan} pays only the parties it names, and party {payee} is not one of them.
    error PayeeNotNamed(uint64 loan, PartyId payee);
    /// @notice Loan {loan} could be drawn until {drawUntil}; today is {today}.
    error DrawingIsOver(uint64 loan, Day drawUntil, Day today);
    /// @notice Loan {loan} has {undrawn} left to draw; {wanted} is requested.
    error DrawExceedsLoan(uint64 loan, uint64 undrawn, uint64 wanted);
    /// @notice Nothing is left to draw of loan {loan}.
    error NothingUndrawn(uint64 loan);
    /// @notice The repayment of {amount} exceeds the {owed} owed on loan {loan} today.
    error RepaymentExceedsLoan(uint64 loan, uint128 owed, uint64 amount);
    /// @notice The remaining collateral of loan {loan} would support {advance}; {needed} is owed or can be drawn.
    error CollateralTooLow(uint64 loan, uint256 advance, uint256 needed);
    /// @notice The caller {caller} is not the collateral contract.
    error NotTheCollateral(address caller);

    //------------------------------------------------------------------ borrowers

    /// @notice Borrows against lots under an offer: the notes are pledged and the cash is paid, or reserved for the payees, or
    /// nothing happens.
    /// @param signature the lender's over the offer; empty for a published one
    /// @param lots of notes that mature after today, in ascending order of the notes
    /// @param principal minor units
    /// @param dueDate after today; the notes may mature before or after it
    /// @param maxCost most all-in cost the borrower takes, in ppm a year
    /// @param ref the borrower's own reference, or 0
    function borrow(
        LoanOffer calldata offer,
        bytes calldata signature,
        Lot[] calldata lots,
        uint64 principal,
        Day dueDate,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64 loan);

    /// @notice Has the lender pay a payee of the loan out of what is reserved for it. Only the borrower, until the last day.
    function draw(uint64 loan, PartyId payee, uint64 amount, bytes32 ref) external;

    /// @notice Gives what is not drawn back to the lender. The borrower at any time; anyone once it can be drawn no more.
    function endDrawing(uint64 loan) external;

    //------------------------------------------------------------------ anyone

    /// @notice Pays the lender: interest first, then principal. The borrower, suspended or not, or anyone for it.
    function repay(uint64 loan, uint64 amount) external;

    //------------------------------------------------------------------ the contract of the collateral

    /// @notice `amount` came in on a note that secures the loan: what is owed is paid of it. Only {ILoanCollateral}.
    /// @param settled the note that stands for what was paid; 0 where the obligor was not the payer
    /// @param kept whether something of the note still secures the loan
    /// @param seized whether the lender had taken the note: then what is left is the borrower's
    function credit(
        uint64 loan,
        NoteId note,
        NoteId settled,
        uint64 amount,
        bool kept,
        bool seized
    ) external returns (uint64 interest, uint64 principal, Payout[] memory prior);

    /// @notice The payment was returned: what was credited of it is owed again. Only {ILoanCollateral}.
    /// @param note which secures the loan again; the lender has taken it where `seized`
    function restoreCredit(uint64 loan, NoteId note, uint64 interest, uint64 principal, bool seized) external;

    //------------------------------------------------------------------ views

    function loan(uint64 id) external view returns (Loan memory);

    function loanCount() external view returns (uint64);

    /// @notice What is owed today; it repays the loan in full.
    function owed(uint64 loan) external view returns (uint64 principal, uint64 interest);

    /// @notice To whom a loan's money may go; nobody where its use is free.
    function payeesOf(uint64 loan) external view returns (PartyId[] memory);
}
