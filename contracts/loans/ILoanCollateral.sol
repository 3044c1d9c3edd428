// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {Lot} from "../offers/Lot.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IPriorClaims} from "../settlement/IPriorClaims.sol";

/// @title The collateral of pledged loans: notes under a hold
/// @notice Which notes secure which loan of {IPledgedLoans}, and what becomes of them: released, taken by the lender of a loan
/// unpaid, or paid, to the loan first.
interface ILoanCollateral is IPriorClaims {
    //------------------------------------------------------------------ events

    /// @notice `note`, of `units`, cut from `fromNote` or the same, secures the loan.
    event CollateralPledged(uint64 indexed loan, NoteId indexed note, NoteId indexed fromNote, uint64 units);
    /// @notice `note` secures the loan no more. It is `holder`'s, the borrower's or who stands in its place; where the lender had
    /// taken it, as `back`.
    event CollateralReleased(uint64 indexed loan, NoteId indexed note, NoteId indexed back, PartyId holder);
    /// @notice The lender took `note`, which it holds as `taken`; it secures the loan until that is paid.
    event CollateralSeized(
        uint64 indexed loan,
        NoteId indexed note,
        NoteId indexed taken,
        PartyId lender,
        uint64 units
    );

    //------------------------------------------------------------------ refusals

    /// @notice Note {note} does not secure loan {loan}.
    error NotCollateral(uint64 loan, NoteId note);
    /// @notice The lender has taken note {note}; it is returned once loan {loan} is repaid.
    error CollateralIsSeized(uint64 loan, NoteId note);
    /// @notice The collateral of loan {loan} can be taken from {from} on; today is {today}.
    error SeizureTooEarly(uint64 loan, Day from, Day today);

    //------------------------------------------------------------------ borrower and lender

    /// @notice Ends the pledge of notes. The lender at any time; the borrower where the rest still advances all that is owed or
    /// can be drawn; anyone, of a closed loan. A note that the lender had taken goes back to the borrower.
    function release(uint64 loan, NoteId[] calldata notes) external;

    /// @notice Takes notes that secure a loan unpaid after its days of grace: the lender holds them from then on, and may not
    /// pass them on before the loan is paid. Only the lender. What they bring in above what is owed is still the borrower's.
    function seize(uint64 loan, NoteId[] calldata notes) external;

    //------------------------------------------------------------------ the contract of the loans

    /// @notice Pledges lots to the lender for a loan that is made in the same step. Only {IPledgedLoans}.
    function secure(uint64 loan, Lot[] calldata lots, PartyId lender) external;

    /// @notice Frees what secures a loan that was closed. A note that the lender took, and that does not go back now, waits
    /// under its hold for {release}; what is paid on it is the borrower's. Only {IPledgedLoans}.
    /// @param giveBack whether notes that the lender took go back now: not amid a payment, which knows them by their numbers
    function free(uint64 loan, bool giveBack) external;

    //------------------------------------------------------------------ views

    /// @notice The notes that secure a loan, in no order.
    function collateralOf(uint64 loan) external view returns (NoteId[] memory);

    /// @notice Face of all notes that secure a loan, in minor units.
    function faceOf(uint64 loan) external view returns (uint256);

    /// @notice The loan that a note secures, or 0, and whether the lender has taken the note.
    function loanOn(NoteId note) external view returns (uint64 loan, bool seized);
}
