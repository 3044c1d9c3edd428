// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../common/Calendar.sol";
import {PartyId} from "../parties/PartyId.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";

enum PaymentStage {
    None,
    Measuring, // a part payment is checked against every live note before any is paid
    Paying,
    Completed,
    Abandoned,
    Returned
}

/// @notice Which notes get one unit more than their share rounded down, so that the shares add up to the payment: those whose
/// remainder is above `remainder`, or equal to it and whose index is at most `lastIndex` (largest remainder; ties to the
/// lower index). Computed by the caller, checked by {ISettlement} before any note is paid.
struct Cut {
    uint64 remainder;
    uint24 lastIndex;
}

/// @param payableId what is paid
/// @param currency ISO 4217 code; must be the payable's
/// @param amount minor units; at most what is owed
/// @param ref the payment's reference
/// @param cut see {Cut}; of no meaning where all that is owed is paid
struct PaymentOrder {
    PayableId payableId;
    bytes3 currency;
    uint64 amount;
    bytes32 ref;
    Cut cut;
}

/// @param payableId what is paid
/// @param amount minor units
/// @param base units owed when the payment began; each note's share is `amount * units / base`
/// @param paid minor units paid to holders so far
/// @param returned minor units of it that were returned
/// @param stage where it stands
/// @param outside whether a settlement bank confirmed it, instead of cash moving here
/// @param by who ordered it: the payer, or the bank
/// @param measuredUnits, measuredPaid what was checked so far of a part payment
/// @param measuredIndex the last note checked; what was cut from others since is no part of a part payment
struct Payment {
    PayableId payableId;
    uint64 amount;
    uint64 base;
    uint64 paid;
    uint64 returned;
    PaymentStage stage;
    bool outside;
    PartyId by;
    Cut cut;
    uint64 measuredUnits;
    uint64 measuredPaid;
    uint24 measuredIndex;
    bytes32 ref;
}

/// @title Settlement at maturity: from the obligor straight to each holder
/// @notice Nothing is collected and paid out again: each note's share goes from payer to holder in one step with the note.
/// A payment of all that is owed pays every note in full; a part payment pays pro rata, by largest remainder, to the unit.
/// Payables with many notes are paid in several transactions of one payment.
interface ISettlement {
    //------------------------------------------------------------------ events

    event PaymentOrdered(
        uint64 indexed payment,
        PayableId indexed payableId,
        PartyId indexed by,
        uint64 amount,
        uint64 base,
        bool outside,
        bytes32 ref
    );
    /// @notice `amount` went to the payee for its units of `fromNote`, for which `settledNote` stands from now on; less the `prior`
    /// part of it that went to others first, as {PriorClaimPaid} says.
    event NotePaid(
        uint64 indexed payment,
        NoteId indexed settledNote,
        PartyId indexed payee,
        NoteId fromNote,
        uint64 amount,
        uint64 prior
    );
    /// @notice Of what was paid on `settledNote`, `amount` went to one who comes before its holder: a lender, a guarantor.
    /// @param position from 1, in the order in which they come
    event PriorClaimPaid(
        uint64 indexed payment,
        NoteId indexed settledNote,
        PartyId indexed payee,
        uint256 position,
        uint64 amount
    );
    event PaymentCompleted(uint64 indexed payment);
    event PaymentAbandoned(uint64 indexed payment, uint64 paid);
    /// @notice The note is owed again: what was paid on it was returned.
    event NotePaymentReturned(uint64 indexed payment, NoteId indexed settledNote);
    /// @notice `returned` of it was returned so far; `reason` is the bank's, or 0.
    event PaymentReturned(uint64 indexed payment, uint64 returned, bytes32 reason);

    //------------------------------------------------------------------ refusals

    /// @notice Payable {payableId} matures on {maturity}; today is {today}.
    error NotYetDue(PayableId payableId, Day maturity, Day today);
    /// @notice Payable {payableId} is owed by party {obligor}, not by party {caller}.
    error NotTheObligor(PayableId payableId, PartyId obligor, PartyId caller);
    /// @notice A payment must be at least 1.
    error PaymentZero();
    /// @notice The payment of {amount} exceeds the {owed} owed on payable {payableId}.
    error PaymentExceedsDebt(PayableId payableId, uint64 owed, uint64 amount);
    /// @notice Payable {payableId} is in {currency}; the payment is in {paid}.
    error PaymentCurrencyDiffers(PayableId payableId, bytes3 currency, bytes3 paid);
    /// @notice Payment {payment} of payable {payableId} is still under way.
    error PaymentUnderWay(PayableId payableId, uint64 payment);
    /// @notice No payment of payable {payableId} is under way.
    error NothingUnderWay(PayableId payableId);
    /// @notice The payment is {amount} {currency}; the payer has {balance} available.
    error PaymentExceedsBalance(bytes3 currency, uint256 balance, uint64 amount);
    /// @notice Payment {payment} was ordered by party {by}, not by party {caller}.
    error NotThePayer(uint64 payment, PartyId by, PartyId caller);
    /// @notice Note {note} is not part of payment {payment}, or was already processed in it.
    error NoteNotInPayment(uint64 payment, NoteId note);
    /// @notice Notes must be in ascending order, each once; note {note} is out of order or repeated.
    error NotesOutOfOrder(NoteId note);
    /// @notice The shares of payment {payment} under this cut add up to {shares}, not to its amount of {amount}.
    error CutDoesNotAddUp(uint64 payment, uint64 amount, uint64 shares);
    /// @notice The reference {ref} is already used by payment {payment}.
    error ReferenceTaken(bytes32 ref, uint64 payment);
    /// @notice No outside payment has the reference {ref}.
    error ReferenceUnknown(bytes32 ref);

    //------------------------------------------------------------------ functions

    /// @notice Pays a matured payable in settlement cash. Only its obligor, suspended or not, and only out of a balance that
    /// covers the payment, so that one in several transactions does not run dry half way.
    /// @param notes the payable's live notes in ascending order: all of them, as many as fit, or none to begin with
    function pay(PaymentOrder calldata order, NoteId[] calldata notes) external returns (uint64 payment);

    /// @notice Confirms that a payment was made in the banking system. Only a settlement bank; each of its references once.
    /// @param notes as in {pay}
    function confirm(PaymentOrder calldata order, NoteId[] calldata notes) external returns (uint64 payment);

    /// @notice Goes on with the payment of a payable that is under way: checks further notes of a part payment, then pays them.
    /// Only who ordered it.
    function proceed(PayableId payableId, NoteId[] calldata notes) external;

    /// @notice Gives up the rest of the payment under way; what is unpaid stays owed. Only who ordered it.
    function abandon(PayableId payableId) external;

    /// @notice Reopens notes whose outside payment was returned. Only the bank that confirmed it, or that succeeded it.
    /// @param bank the one that confirmed it, whose reference `ref` is
    /// @param reason why, as the bank was told (in ISO 20022 a code such as AC04), or 0
    /// @param notes the settled notes, as {NotePaid} named them
    function returnPayment(PartyId bank, bytes32 ref, bytes32 reason, NoteId[] calldata notes) external;

    function payment(uint64 id) external view returns (Payment memory);

    /// @notice The payment under way of a payable, or 0.
    function underWay(PayableId payableId) external view returns (uint64);

    /// @notice The payment that settled a note, or 0.
    function settledBy(NoteId note) external view returns (uint64);
}
