// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../parties/PartyId.sol";
import {NoteId} from "../receivables/Ids.sol";

/// @param payee who is paid before the note's holder
/// @param amount minor units
struct Payout {
    PartyId payee;
    uint64 amount;
}

/// @title Who is paid before the holder when money comes in on a note
interface IPriorClaims {
    /// @notice The caller {caller} is not a contract that collects money on notes.
    error NotACollector(address caller);

    /// @notice `amount` comes in on `note`. The caller pays what is returned, in that order, and the rest to the holder.
    /// @param settled the note that stands for the paid units, or 0 where the obligor is not the payer
    /// @return prior together at most `amount`
    function collect(NoteId note, NoteId settled, uint64 amount) external returns (Payout[] memory prior);

    /// @notice The payment for which `settled` stood was returned: what was collected of it is owed again.
    function restore(NoteId settled) external;
}
