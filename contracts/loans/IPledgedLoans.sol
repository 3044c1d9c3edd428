// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {DayCount} from "../common/DayCount.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IPriorClaims} from "../settlement/IPriorClaims.sol";
import {LoanOffer} from "./LoanOffer.sol";
import {Lot} from "../discounting/Quote.sol";

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
/// @notice Under an offer of {ILoanOffers}. The notes stay the borrower's and are still paid at maturity, to the loan first. Interest is simple, on the
/// principal outstanding, until it is repaid; a payment goes to interest first. A loan may be tied to payees: then its money
/// waits, reserved, in the lender's account, goes nowhere but to them, and bears interest once it has.
interface IPledgedLoans is IPriorClaims {
    //------------------------------------------------------------------ events

    /// @notice `used` of the offer's capacity is used now. Of the principal, `fees` went to `feeTo`, which may
    /// be the lender itself; the rest went to the borrower, or is reserved for the payees.
    event LoanGranted(
        uint64 indexed loan,
        PartyId indexed borrower,
        PartyId indexed lender,
        bytes32 offer,
        bytes3 currency,
        uint64 principal,
        uint64 fees,
        PartyId feeTo,
        LoanTerms terms,
        uint64 used,
        bytes32 ref
    );
    /// @notice `note`, of `units`, cut from `from` or the same, secures the loan.
    event CollateralPledged(uint64 indexed loan, NoteId indexed note, NoteId indexed from, uint64 units);
    /// @notice `amount` went to the payee; so much is owed since.
    event LoanDrawn(
        uint64 indexed loan,
        PartyId indexed payee,
        uint64 amount,
        uint64 principalOwed,
        uint64 interestOwed,
        bytes32 ref
    );
    /// @notice What was not drawn is the lender's to use again.
    event DrawingEnded(uint64 indexed loan, uint64 unspent);
    /// @notice The payer paid so much interest and so much principal; so much is owed since.
    event LoanRepaid(
        uint64 indexed loan,
        PartyId indexed payer,
        uint64 interest,
        uint64 principal,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice Of what came in on `note`, so much went to the loan; `surplus` went to the borrower, whose note it no longer is.
    /// @param settled the note that stands for what was paid; 0 where the obligor was not the payer
    /// @param kept whether something of the note still secures the loan
    event LoanCollected(
        uint64 indexed loan,
        NoteId indexed note,
        NoteId indexed settled,
        uint64 interest,
        uint64 principal,
        uint64 surplus,
        bool kept,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice A payment was returned: what the loan had of it is owed again, and `note` secures it again.
    event LoanRestored(
        uint64 indexed loan,
        NoteId indexed note,
        uint64 interest,
        uint64 principal,
        bool seized,
        uint64 principalOwed,
        uint64 interestOwed
    );
    /// @notice `note` secures the loan no more. It is the borrower's; where the lender had taken it, as `back`.
    event CollateralReleased(uint64 indexed loan, NoteId indexed note, NoteId indexed back);
    /// @notice The lender took `note`, which it holds as `taken`; it secures the loan until that is paid.
    event CollateralSeized(uint64 indexed loan, NoteId indexed note, NoteId indexed taken, uint64 units);
    event LoanClosed(uint64 indexed loan);

    //------------------------------------------------------------------ refusals

    /// @notice There is no loan {loan}.
    error LoanUnknown(uint64 loan);
    /// @notice Nothing is owed on loan {loan} any more.
    error LoanIsClosed(uint64 loan);
    /// @notice Loan {loan} was made by party {lender}, not by party {caller}.
    error NotTheLender(uint64 loan, PartyId lender, PartyId caller);
    /// @notice Loan {loan} is party {borrower}'s, not party {caller}'s.
    error NotTheBorrower(uint64 loan, PartyId borrower, PartyId caller);
    /// @notice Loan {loan} pays only the parties it names, and party {payee} is not one of them.
    error PayeeNotNamed(uint64 loan, PartyId payee);
    /// @notice Loan {loan} could be drawn until {drawUntil}; today is {today}.
    error DrawingIsOver(uint64 loan, Day drawUntil, Day today);
    /// @notice {undrawn} is left to draw of loan {loan}, and {wanted} is asked for.
    error DrawExceedsLoan(uint64 loan, uint64 undrawn, uint64 wanted);
    /// @notice Nothing is left to draw of loan {loan}.
    error NothingUndrawn(uint64 loan);
    /// @notice {owed} is owed on loan {loan} today, and {amount} is offered.
    error RepaymentExceedsLoan(uint64 loan, uint128 owed, uint64 amount);
    /// @notice Note {note} does not secure loan {loan}.
    error NotCollateral(uint64 loan, NoteId note);
    /// @notice The collateral of loan {loan} would advance {advance}, and {needed} is at stake.
    error CollateralTooLow(uint64 loan, uint256 advance, uint256 needed);
    /// @notice The lender has taken note {note}: it comes back once loan {loan} is paid.
    error CollateralIsSeized(uint64 loan, NoteId note);
    /// @notice The collateral of loan {loan} can be taken from {from} on; today is {today}.
    error SeizureTooEarly(uint64 loan, Day from, Day today);

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

    //------------------------------------------------------------------ borrower and lender

    /// @notice Ends the pledge of notes. The lender at any time; the borrower where the rest still advances all that is owed or
    /// can be drawn; anyone, of a closed loan. A note that the lender had taken goes back to the borrower.
    function release(uint64 loan, NoteId[] calldata notes) external;

    /// @notice Takes notes that secure a loan unpaid after its days of grace: the lender holds them from then on, and may not
    /// pass them on before the loan is paid. Only the lender. What they bring in above what is owed is still the borrower's.
    function seize(uint64 loan, NoteId[] calldata notes) external;

    //------------------------------------------------------------------ views

    function loan(uint64 id) external view returns (Loan memory);

    function loanCount() external view returns (uint64);

    /// @notice What is owed today; it repays the loan in full.
    function owed(uint64 loan) external view returns (uint64 principal, uint64 interest);

    /// @notice To whom a loan's money may go; nobody where its use is free.
    function payeesOf(uint64 loan) external view returns (PartyId[] memory);

    /// @notice The notes that secure a loan, in no order.
    function collateralOf(uint64 loan) external view returns (NoteId[] memory);

    /// @notice The loan that a note secures, or 0, and whether the lender has taken the note.
    function loanOn(NoteId note) external view returns (uint64 loan, bool seized);
}
