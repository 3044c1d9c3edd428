// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IReceivableLedger} from "./IReceivableLedger.sol";
import {NoteId, noteId} from "./Ids.sol";
import {Note, NoteStatus} from "./Note.sol";

/// @title Debt chains, as the ledger's state has them
/// @notice Reads what anybody could read note by note; it is a contract of its own to keep the ledger small.
contract DebtPaths {
    IReceivableLedger private immutable _ledger;

    constructor(IReceivableLedger ledger) {
        _ledger = ledger;
    }

    /// @notice The walk over `parent`, from the note itself to the first supplier's note. It is as long as the note's tier
    /// and its financing hops together.
    function path(NoteId id) external view returns (NoteId[] memory ids, Note[] memory notes) {
        Note memory n = _ledger.note(id);
        if (n.status == NoteStatus.None) revert IReceivableLedger.NoteUnknown(id);
        uint256 length = n.tier > 0 ? uint256(n.tier) + n.financings : 1;
        ids = new NoteId[](length);
        notes = new Note[](length);
        for (uint256 i = 0; i < length; ++i) {
            (ids[i], notes[i]) = (id, n);
            id = noteId(id.payableOf(), n.parent);
            n = _ledger.note(id);
        }
    }
}
