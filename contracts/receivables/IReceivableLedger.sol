// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {Hold} from "../common/Holds.sol";
import {DocumentUse} from "../documents/IDocumentRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "./Ids.sol";
import {Note, NoteStatus, PackedNote} from "./Note.sol";
import {PackedTerms, PayableStatus, Progress, Terms} from "./Payable.sol";

/// @notice What {IIssuance} found good, for the ledger to put on its books.
/// @param terms with one note, offered
/// @param progress with nothing settled or voided
/// @param defaultDate the first day of default, should it not be paid
/// @param documents what the debt stands on
/// @param ref the obligor's own reference, or 0
struct Promise {
    PackedTerms terms;
    Progress progress;
    Day defaultDate;
    DocumentUse[] documents;
    bytes32 ref;
}

/// @notice One recipient's share of a transfer.
/// @param to the recipient
/// @param amount minor units
struct Share {
    PartyId to;
    uint64 amount;
}

/// @notice A transfer that waits for its recipient.
/// @param to who may accept or reject
/// @param from index of the note it was cut from; 0 for an issue
/// @param expiresAt Unix seconds; from then on it can only expire
struct Offer {
    PartyId to;
    uint24 from;
    uint40 expiresAt;
}

enum OfferEnd {
    Rejected,
    Withdrawn,
    Expired
}

/// @title Payables and their notes: promises to pay, split and passed down the tiers
/// @notice The face of a payable is a line of units; its notes partition that line at all times, whatever is done to them.
/// A note's holder changes only by its recipient's acceptance, in the same step that makes it the child of the note it came
/// from; so the walk over `parent` from any note is the chain of debts behind it. It is as long as the note has hops: the
/// commercial ones, which are its tier, and those by which it was financed, which move no tier.
interface IReceivableLedger {
    //------------------------------------------------------------------ events

    event PayableIssued(
        PayableId indexed payableId,
        PartyId indexed obligor,
        PartyId indexed supplier,
        bytes3 currency,
        uint64 face,
        Day issueDate,
        Day maturity,
        Day dueDate,
        Day defaultDate,
        uint16 ruleSet,
        bytes32 ref
    );
    /// @param position from 1, in the order of the issue
    event PayableDocument(PayableId indexed payableId, bytes32 indexed fingerprint, uint64 amount, uint256 position);
    event PayableActivated(PayableId indexed payableId);
    /// @notice Nothing of the payable is owed any more.
    event PayableClosed(PayableId indexed payableId, PayableStatus status);
    /// @notice A payment was returned, and the payable is owed again.
    event PayableReopened(PayableId indexed payableId);

    /// @notice `[start, end)` was cut from `fromNote` and waits for `to`.
    event NoteOffered(
        NoteId indexed note,
        NoteId indexed fromNote,
        PartyId indexed to,
        uint64 start,
        uint64 end,
        uint40 expiresAt
    );
    /// @notice The recipient accepted: it holds the note from now on, as the child of the note it was cut from.
    event NoteAccepted(NoteId indexed note, PartyId indexed by, uint8 tier);
    /// @notice The offer ended without acceptance: the note stays with the party that offered it, a void one if an issue.
    event OfferEnded(NoteId indexed note, OfferEnd how);
    /// @notice A recipient that had accepted beforehand, or one that paid for it, took title to a note cut from another, which
    /// `packed` names with everything else there is to say of it: see {PackedNote}. ERC-721's {Transfer} beside it has the topics to search by.
    event NoteTransferred(NoteId note, PackedNote packed);
    /// @notice The reference its holder gave to the transfer of `fromNote`, by which the notes `first` to `last` of the payable were
    /// cut from it.
    event TransferReferenced(NoteId indexed fromNote, uint24 first, uint24 last, bytes32 ref);
    /// @notice `[start, end)` of `fromNote` went back to the obligor and is extinguished.
    event NoteReturned(NoteId indexed note, NoteId indexed fromNote, uint64 start, uint64 end, bytes32 ref);
    /// @notice `[start, end)` of `fromNote` was paid to its holder.
    event NoteSettled(NoteId indexed note, NoteId indexed fromNote, uint64 start, uint64 end);
    /// @notice The payment of the note was returned; it is owed again.
    event NoteReopened(NoteId indexed note);
    event NoteFrozen(NoteId indexed note, PartyId indexed by, uint64 units, uint40 expiresAt, bytes32 order);
    event NoteReleased(NoteId indexed note, PartyId indexed by, bytes32 order);
    /// @notice `[start, end)` of `fromNote` is under a pledge hold to `beneficiary`; the note keeps its holder.
    event NotePledged(
        NoteId indexed note,
        NoteId indexed fromNote,
        PartyId indexed beneficiary,
        uint64 start,
        uint64 end,
        bytes32 order
    );
    event NoteUnpledged(NoteId indexed note);

    //------------------------------------------------------------------ refusals

    /// @notice There is no payable {payableId}.
    error PayableUnknown(PayableId payableId);
    /// @notice Payable {payableId} is {status}.
    error PayableNotActive(PayableId payableId, PayableStatus status);
    /// @notice There is no note {note}.
    error NoteUnknown(NoteId note);
    /// @notice Note {note} is {status}; this needs a held note.
    error NoteNotHeld(NoteId note, NoteStatus status);
    /// @notice Note {note} is {status}, not offered.
    error NoteNotOffered(NoteId note, NoteStatus status);
    /// @notice Note {note} belongs to party {holder}, not to party {caller}.
    error NotTheHolder(NoteId note, PartyId holder, PartyId caller);
    /// @notice Note {note} is offered to party {recipient}, not to party {caller}.
    error NotTheRecipient(NoteId note, PartyId recipient, PartyId caller);
    /// @notice The offer of note {note} ended at {expiresAt}.
    error OfferHasExpired(NoteId note, uint40 expiresAt);
    /// @notice The offer of note {note} stands until {expiresAt}.
    error OfferStillOpen(NoteId note, uint40 expiresAt);
    /// @notice An amount must be at least 1.
    error AmountZero();
    /// @notice Note {note} has {available} free units; {wanted} are requested.
    error AmountExceedsNote(NoteId note, uint64 available, uint64 wanted);
    /// @notice {amount} is below the smallest note of rule set {ruleSet}, {minimum}.
    error NoteTooSmall(uint16 ruleSet, uint64 amount, uint32 minimum);
    /// @notice Tier {tier} is beyond {maximum}, the deepest tier that rule set {ruleSet} allows.
    error TierTooDeep(uint16 ruleSet, uint256 tier, uint8 maximum);
    /// @notice {children} notes would be cut from one; rule set {ruleSet} allows {maximum}.
    error TooManyChildren(uint16 ruleSet, uint256 children, uint16 maximum);
    /// @notice Payable {payableId} matured on {maturity}; its notes can no longer be moved.
    error NoteMatured(PayableId payableId, Day maturity);
    /// @notice A transfer to the obligor {obligor} would be a loop; a note goes back to it by a return.
    error LoopToObligor(NoteId note, PartyId obligor);
    /// @notice Party {party} already holds the note.
    error TransferToSelf(PartyId party);
    /// @notice The instruction has {count} entries; at most {maximum} are allowed.
    error TooManyEntries(uint256 count, uint256 maximum);
    /// @notice {units} units of note {note} are under the hold of order {order} until {expiresAt}.
    error NoteUnderHold(NoteId note, uint64 units, uint40 expiresAt, bytes32 order);
    /// @notice Note {note} is not under a hold.
    error NoteNotUnderHold(NoteId note);
    /// @notice The hold would expire at {expiresAt}, which is in the past.
    error HoldAlreadyExpired(uint40 expiresAt);
    /// @notice The caller {caller} is not the issuance contract.
    error NotTheIssuance(address caller);
    /// @notice The caller {caller} is not the settlement contract.
    error NotTheSettlement(address caller);
    /// @notice The caller {caller} is not a financing contract.
    error NotFinancing(address caller);
    /// @notice Note {note} has been financed {maximum} times, the most that a note can be.
    error TooManyFinancings(NoteId note, uint8 maximum);

    //------------------------------------------------------------------ issue (the contract of issuance)

    /// @notice Puts a promise on the books and offers its first note to the first supplier.
    function open(Promise calldata p) external returns (PayableId payableId);

    //------------------------------------------------------------------ transfer (holders)

    /// @notice Cuts a note's tail into one note for each share. Only its holder, before maturity, out of its free units.
    function transfer(NoteId note, bytes32 ref, Share[] calldata shares) external;

    /// @notice Takes title to an offered note. Only the recipient, inside the window and before maturity.
    function accept(NoteId note) external;

    /// @notice Declines an offered note; it stays with the party that offered it. Only the recipient.
    function reject(NoteId note) external;

    /// @notice Takes an offer back. Only the party that made it.
    function withdraw(NoteId note) external;

    /// @notice Ends an offer whose window has passed or whose payable has matured. Anyone.
    function expire(NoteId note) external;

    /// @notice Gives units of a note back to the obligor, which extinguishes them. Only the holder, out of its free units.
    function returnToObligor(NoteId note, uint64 amount, bytes32 ref) external;

    //------------------------------------------------------------------ freeze (a regulator)

    /// @notice Makes a note keep at least `units` until `expiresAt` (Unix seconds); they stay the holder's and are still paid.
    /// Only a regulator, by order.
    function freeze(NoteId note, uint64 units, uint40 expiresAt, bytes32 order) external;

    /// @notice Lifts a freeze. Only a regulator.
    function release(NoteId note) external;

    //------------------------------------------------------------------ settlement (the settlement contract)

    /// @notice Marks `units` of a note as paid to its holder.
    /// @return settledNote the note that now stands for the paid units
    /// @return payee whose they were, through every succession
    function settle(NoteId note, uint64 units) external returns (NoteId settledNote, PartyId payee);

    /// @notice Makes a settled note owed again, because its payment was returned.
    function reopen(NoteId note) external;

    //------------------------------------------------------------------ financing (the contracts of financing)

    /// @notice Cuts the last `units` of a note off for `to`, which takes title at once, as the note's child on the same tier.
    /// @return child the note that `to` holds
    function assign(NoteId note, uint64 units, PartyId to) external returns (NoteId child);

    /// @notice Puts the last `units` of a note under a pledge hold, cut off as a note beside it unless they are all. They stay
    /// the holder's and are still paid; until {unpledge} they move nowhere else.
    /// @param order the loan behind it
    /// @return pledged the note under the hold
    function pledge(NoteId note, uint64 units, PartyId beneficiary, bytes32 order) external returns (NoteId pledged);

    /// @notice Ends a pledge hold.
    function unpledge(NoteId note) external;

    //------------------------------------------------------------------ views

    function note(NoteId id) external view returns (Note memory);

    /// @notice The offer of an offered note.
    function offer(NoteId id) external view returns (Offer memory);

    /// @notice Refuses unless {assign} would take `units` of the note to `to`.
    function requireAssignable(NoteId note, uint64 units, PartyId to) external view;

    /// @notice The hold on a note: a pledge, which holds all of it, before a freeze.
    function holdOn(NoteId id) external view returns (Hold memory);

    function terms(PayableId id) external view returns (Terms memory);

    function progress(PayableId id) external view returns (Progress memory);

    /// @notice Units still owed.
    function liveUnits(PayableId id) external view returns (uint64);

    /// @notice Whether something of it is owed after its due date.
    function isOverdue(PayableId id) external view returns (bool);

    /// @notice What the payable was issued against.
    function documentsOf(PayableId id) external view returns (DocumentUse[] memory);

    function payableCount() external view returns (uint40);

    /// @notice What an obligor owes in a currency, in minor units; its own, without those it succeeded.
    function outstanding(PartyId obligor, bytes3 currency) external view returns (uint128);

    /// @notice The earliest due date before `day` on which the obligor owes something; its own, as above.
    function dueBefore(PartyId obligor, Day day) external view returns (bool found, Day dueDate);
}
