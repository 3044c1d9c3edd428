// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";
import {IPriorClaims} from "../settlement/IPriorClaims.sol";
import {CoverStage} from "./ICoverBook.sol";

/// @notice One loss as a cover sees it: all losses of its insured together, or that of one note where whoever holds is insured.
/// @param below where on the layers it begins: losses that others claimed before
/// @param loss claimed and not recovered
/// @param payee who claimed; who stands in its place is paid
struct Account {
    uint128 below;
    uint128 loss;
    PartyId payee;
}

/// @notice A carrier's part in an account's loss, or the insured's own in a layer.
/// @param borne net of what came back
/// @param owed of that, not paid yet
struct Part {
    uint64 borne;
    uint64 owed;
}

/// @title Loss accounts: what is lost under a cover, who bears it layer by layer, who has paid and who got back
/// @notice The waterfall. A cover's layers lie above one another along its net loss; see {Waterfall}. A claim of X on a net loss of
/// L has each layer bear what it bears of L + X less what it bears of L; within a layer that is split by the shares of its
/// carriers, and of the insured where they leave something, by largest remainder, ties to the first. A recovery of V has each
/// layer give back what it bears of L less what it bears of L - V: first the loss above the layers, then the last layer, …, the
/// first layer, and last its deductible; within a layer it is split by what each has borne and not got back, by largest
/// remainder, so that nobody gets back more. All in minor units, to the unit.
///
/// A named insured's losses add up: deductibles and caps are for all of them. Where whoever holds is insured, every note's loss
/// has a place of its own on the layers, in the order of the claims, so that what one holder recovers is never another's; a
/// place that a recovery frees covers no later loss. A loss is claimed under one cover: who wants several carriers one after
/// the other puts them into its layers.
///
/// Carriers owe severally, each its own part and nobody else's. With its consent to the cover a carrier has instructed its
/// payments: a claim pays at once as far as each one's cash goes, and the rest stays owed until {payShares}. The money goes
/// straight from the carrier to a lender with a pledge on the note, as far as its loan goes, and to the insured. What comes in
/// on the note later, from the obligor or an endorser, lowers the loss: carriers get back what they paid, and owe less of
/// what they did not.
interface ILossAccounts is IPriorClaims {
    //------------------------------------------------------------------ events

    /// @notice The holder claims `units` of loss on `note`, on the account that begins `below` units into the layers; see {Account}.
    event LossClaimed(
        uint64 indexed cover,
        NoteId indexed note,
        PartyId indexed holder,
        NoteId account,
        uint64 units,
        uint128 below,
        bytes32 cause
    );
    /// @notice Of an account's loss, the carrier bears `amount` in the layer (from 0) and owes it; nobody stands for the insured.
    event ShareBorne(
        uint64 indexed cover,
        NoteId indexed account,
        PartyId indexed carrier,
        NoteId note,
        uint8 layer,
        uint64 amount
    );
    /// @notice The carrier paid `amount` of what it owed, to the insured or a lender on the note.
    event SharePaid(
        uint64 indexed cover,
        NoteId indexed account,
        PartyId indexed carrier,
        NoteId note,
        PartyId payee,
        uint8 layer,
        uint64 amount
    );
    /// @notice `units` of the loss came in on `note`; `settledNote` stands for them, 0 where an endorser paid.
    event LossRecovered(
        uint64 indexed cover,
        NoteId indexed account,
        NoteId indexed note,
        NoteId settledNote,
        uint64 units
    );
    /// @notice Of a recovery, the carrier gets back `refunded` and no longer owes `released`; nobody stands for the insured.
    event ShareRecovered(
        uint64 indexed cover,
        NoteId indexed account,
        PartyId indexed carrier,
        NoteId note,
        uint8 layer,
        uint64 refunded,
        uint64 released
    );
    /// @notice The payment behind a recovery was returned: `units` are lost again, on `settledNote`.
    event RecoveryReturned(uint64 indexed cover, NoteId indexed account, NoteId indexed settledNote, uint64 units);
    /// @notice What {ShareRecovered} said is undone.
    event ShareRestored(
        uint64 indexed cover,
        NoteId indexed account,
        PartyId indexed carrier,
        NoteId settledNote,
        uint8 layer,
        uint64 refunded,
        uint64 released
    );

    //------------------------------------------------------------------ refusals

    /// @notice Cover {cover} is {stage}; this requires a cover in force.
    error CoverNotInForce(uint64 cover, CoverStage stage);
    /// @notice Cover {cover} covers losses of party {insured}, not of party {caller}.
    error NotTheInsured(uint64 cover, PartyId insured, PartyId caller);
    /// @notice Cover {cover} does not cover note {note}: {field}.
    error NoteNotCovered(uint64 cover, NoteId note, string field);
    /// @notice The loss on note {note} was already claimed under cover {cover}.
    error LossAlreadyClaimed(NoteId note, uint64 cover);
    /// @notice No loss on note {note} was claimed under cover {cover}.
    error LossNotClaimed(uint64 cover, NoteId note);
    /// @notice No carrier of cover {cover} can pay: none owes anything on note {note}, or none that does has cash.
    error NothingToPay(uint64 cover, NoteId note);

    //------------------------------------------------------------------ functions

    /// @notice Claims all units of a note of a payable in default. Only its holder, suspended or not, if it is insured.
    function claimLoss(uint64 cover, NoteId note, bytes32 cause) external;

    /// @notice Has carriers pay what they still owe on a note that was claimed. Only the one who claimed, or a carrier.
    function payShares(uint64 cover, NoteId note) external;

    //------------------------------------------------------------------ views

    /// @notice Losses claimed under a cover so far, recovered ones included.
    function claimedUnder(uint64 cover) external view returns (uint128 units);

    /// @notice The loss claimed on a note, or on one it was cut from since.
    /// @return cover 0 where none was
    /// @return account see {Account}; 0 for a named insured's
    /// @return outstanding claimed and not recovered, of that note and of those cut from it since
    function lossOn(NoteId note) external view returns (uint64 cover, NoteId account, uint64 outstanding);

    /// @notice An account, and the part of each in it: by layer, its carriers in order and last the insured.
    function accountOf(uint64 cover, NoteId account) external view returns (Account memory, Part[][] memory parts);
}
