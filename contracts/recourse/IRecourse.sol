// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";

enum DueStatus {
    Current, // nothing of it is owed after its due date
    Overdue,
    Defaulted // overdue for longer than its rule set bears
}

/// @notice Where a payable stands today, and the days that matter once it is not paid. The months run from the due date: that
/// the obligor did not pay on it is its refusal.
/// @param status by the date alone; nobody has to declare it
/// @param dueDate the last day on which it is paid in time
/// @param defaultDate the first day of default
/// @param recourseUntil last day for a holder that bought its note to claim on an endorser
/// @param limitationUntil last day of the limitation against the obligor, of a note whose holder made no demand
struct DueState {
    DueStatus status;
    Day dueDate;
    Day defaultDate;
    Day recourseUntil;
    Day limitationUntil;
}

/// @notice Who answers for a note next.
/// @param found whether anybody does
/// @param hop the note that was sold with recourse, on the walk from the note asked about; its parent was the endorser's
/// @param endorser who sold it, or stands in its place through succession
/// @param steppedInOn when the holder, or one before it, paid for the note as an endorser; 0 where nobody did
/// @param until last day to claim on it
struct Answer {
    bool found;
    NoteId hop;
    PartyId endorser;
    Day steppedInOn;
    Day until;
}

enum ClaimStage {
    None,
    Open,
    Honoured,
    Waived // by the holder, for good
}

/// @param holder who claims
/// @param endorser on whom
/// @param hop see {Answer}
/// @param units of the note when it was claimed; what the obligor has paid since is not claimed any more
/// @param madeOn the day of the claim
/// @param stage where it stands
struct Claim {
    PartyId holder;
    PartyId endorser;
    NoteId hop;
    uint64 units;
    Day madeOn;
    ClaimStage stage;
}

/// @title Recourse: what the holder of an unpaid note has against those who sold it
/// @notice A payable is overdue after its due date and in default after the days of its rule set, by the date alone. From then on
/// the holder of a live note may claim on the nearest endorser: walking from its note over `parent`, the first that sold with
/// recourse and is not the holder itself. The endorser pays the note's units, in one step with the note, and steps into the
/// claim: it holds a note on which the walk goes on from the one it had sold, and so never comes back to it.
///
/// Days, after the bills law (art. 17) and the Civil Code (art. 188, 195): the first claim within the rule set's months from the
/// due date, a claim by one who stepped in within its months from the day it paid. A claim made in time stays good. Against the
/// obligor the limitation runs from the due date, and anew from each written demand of the note's holder; it follows the note to
/// whoever takes it. Every step states its cause.
interface IRecourse {
    //------------------------------------------------------------------ events

    /// @notice The holder claims `units` on the endorser, which sold `hop`'s parent; it could until `until`.
    event RecourseClaimed(
        NoteId indexed note,
        PartyId indexed holder,
        PartyId indexed endorser,
        NoteId hop,
        uint64 units,
        Day until,
        bytes32 cause
    );
    /// @notice The endorser paid `amount` for `note`, `toHolder` of it to the holder, and holds it as `taken`.
    event RecourseHonoured(
        NoteId indexed note,
        NoteId indexed taken,
        PartyId indexed endorser,
        PartyId holder,
        uint64 amount,
        uint64 toHolder,
        bytes32 cause
    );
    /// @notice The holder gave its recourse for `units` up: nobody who sold the note answers for it any more.
    event RecourseWaived(NoteId indexed note, PartyId indexed holder, uint64 units, bytes32 cause);
    /// @notice `note` was cut beside `origin`, which was sold with recourse, and so was it.
    event LineageRecorded(NoteId indexed note, NoteId indexed origin);
    /// @notice The holder demanded payment of the obligor in writing: the limitation runs until `limitationUntil` now.
    event PaymentDemanded(
        PayableId indexed payableId,
        NoteId indexed note,
        PartyId indexed holder,
        Day limitationUntil,
        bytes32 cause
    );

    //------------------------------------------------------------------ refusals

    /// @notice Every step after a default states its cause.
    error CauseMissing();
    /// @notice Payable {payableId} is not overdue.
    error NotOverdue(PayableId payableId);
    /// @notice Payable {payableId} is not in default; if it stays unpaid, it will be from {defaultDate} on.
    error NotInDefault(PayableId payableId, Day defaultDate);
    /// @notice No endorser answers for note {note}.
    error NoEndorser(NoteId note);
    /// @notice The period for a claim on an endorser of note {note} ended on {until}.
    error RecourseTimeBarred(NoteId note, Day until);
    /// @notice A claim for note {note} on party {endorser} is already open.
    error ClaimAlreadyOpen(NoteId note, PartyId endorser);
    /// @notice No claim for note {note} is open.
    error ClaimNotOpen(NoteId note);
    /// @notice Recourse for note {note} was waived.
    error RecourseIsWaived(NoteId note);
    /// @notice Note {note} is claimed on party {endorser}, not on party {caller}.
    error NotTheEndorser(NoteId note, PartyId endorser, PartyId caller);
    /// @notice Note {note} does not share the title of note {origin}, or that note was not sold with recourse.
    error NotOfLineage(NoteId note, NoteId origin);
    /// @notice The limitation period for the debt of the obligor on note {note} ended on {until}.
    error LimitationPassed(NoteId note, Day until);

    //------------------------------------------------------------------ holders

    /// @notice Claims the note's units on the nearest endorser. Only its holder, suspended or not, in default and in time.
    /// A claim on one that the holder has meanwhile become itself, by succession, gives way to one on the next.
    function claim(NoteId note, bytes32 cause) external;

    /// @notice Gives up all recourse for a note, claimed or not, for good. Only its holder, in default, and of a note under no
    /// hold: it is a lender's recourse too.
    function waive(NoteId note, bytes32 cause) external;

    /// @notice Demands payment of the obligor of an overdue payable, which starts the limitation of this note anew. Only its
    /// holder, suspended or not, while the limitation still runs.
    function demand(NoteId note, bytes32 cause) external;

    //------------------------------------------------------------------ endorsers

    /// @notice Pays all live units of a note that is claimed on the caller, suspended or not, and takes the note: first to those
    /// who bore part of the loss, then to who lent against the note, whose pledge ends with that, the rest to the holder. Refused
    /// where a freeze keeps the note.
    /// @return taken the note that the endorser holds
    function honour(NoteId note, bytes32 cause) external returns (NoteId taken);

    //------------------------------------------------------------------ anyone

    /// @notice Says that a note was cut beside `origin`, which its holder had bought: an offer that came to nothing, a part that
    /// was pledged, a payment that was returned. The ledger checks that both have the same title, which began with the sale.
    function recordLineage(NoteId note, NoteId origin) external;

    //------------------------------------------------------------------ views

    function dueStateOf(PayableId payableId) external view returns (DueState memory);

    /// @notice Who answers for a note next, claimed or not; time-barred or not. The lineage of a note cut beside one that was sold is to be recorded first.
    function endorserOf(NoteId note) external view returns (Answer memory);

    /// @notice The last claim on a note.
    function claimOn(NoteId note) external view returns (Claim memory);

    /// @notice Last day of the limitation of what the obligor owes on a note.
    function limitationOf(NoteId note) external view returns (Day until);

    /// @notice The note beside which this one was cut, where its lineage is recorded; 0 for every other.
    function originOf(NoteId note) external view returns (NoteId);

    /// @notice Where the walk goes on from a note that was taken by stepping in; 0 for every other.
    function resumesFrom(NoteId note) external view returns (NoteId);
}
