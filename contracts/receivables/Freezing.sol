// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Hold, Holds} from "../common/Holds.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger} from "./IReceivableLedger.sol";
import {NoteId} from "./Ids.sol";
import {PackedNote} from "./Note.sol";
import {ReceivableStore} from "./ReceivableStore.sol";

/// @title Freeze: a regulator's hold on a note, by order
abstract contract Freezing is ReceivableStore {
    using Holds for mapping(uint256 => Hold);

    /// @dev The purpose of a freeze among the purposes of a hold on a note.
    uint8 internal constant FREEZE = 1;

    /// @inheritdoc IReceivableLedger
    function freeze(NoteId id, uint64 units, uint40 expiresAt, bytes32 order) external {
        PartyId by = _parties.actingParty(_msgSender(), Roles.REGULATOR);
        PackedNote n = _knownNote(id);
        if (!n.isLive()) revert NoteNotHeld(id, n.status());
        if (units == 0) revert AmountZero();
        if (units > n.units()) revert AmountExceedsNote(id, n.units(), units);
        if (expiresAt <= block.timestamp) revert HoldAlreadyExpired(expiresAt);
        Hold storage hold = _freezes[NoteId.unwrap(id)];
        if (_freezes.heldUnits(NoteId.unwrap(id)) > 0) revert NoteUnderHold(id, hold.units, hold.expiresAt, hold.order);

        _freezes[NoteId.unwrap(id)] = Hold(PartyId.unwrap(by), 0, FREEZE, expiresAt, units, order);
        _notes[id] = n.withHold(true);
        emit NoteFrozen(id, by, units, expiresAt, order);
    }

    /// @inheritdoc IReceivableLedger
    function release(NoteId id) external {
        PartyId by = _parties.actingParty(_msgSender(), Roles.REGULATOR);
        PackedNote n = _knownNote(id);
        if (_freezes[NoteId.unwrap(id)].units == 0) revert NoteNotUnderHold(id);
        bytes32 order = _freezes[NoteId.unwrap(id)].order;
        delete _freezes[NoteId.unwrap(id)];
        _notes[id] = n.withHold(_pledges[NoteId.unwrap(id)].units > 0);
        emit NoteReleased(id, by, order);
    }
}
