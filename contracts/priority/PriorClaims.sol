// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NoteId} from "../receivables/Ids.sol";
import {IConcentration} from "../exposure/IConcentration.sol";
import {IPriorClaims, Payout} from "../settlement/IPriorClaims.sol";

/// @title The order in which money that comes in on a note is paid
/// @notice First those who bore part of its loss, then who lent against it, then its holder.
contract PriorClaims is IPriorClaims {
    address private immutable _settlement;
    address private immutable _recourse;
    IPriorClaims private immutable _covers;
    IPriorClaims private immutable _loans;
    IConcentration private immutable _concentration;

    constructor(
        address settlement,
        address recourse,
        IPriorClaims covers,
        IPriorClaims loans,
        IConcentration concentration
    ) {
        _settlement = settlement;
        _recourse = recourse;
        _covers = covers;
        _loans = loans;
        _concentration = concentration;
    }

    modifier onlyCollector() {
        if (msg.sender != _settlement && msg.sender != _recourse) revert NotACollector(msg.sender);
        _;
    }

    /// @inheritdoc IPriorClaims
    function collect(
        NoteId note,
        NoteId settled,
        uint64 amount
    ) external onlyCollector returns (Payout[] memory prior) {
        if (NoteId.unwrap(settled) != 0) _concentration.settle(note, settled, amount);
        Payout[] memory first = _covers.collect(note, settled, amount);
        uint64 rest = amount;
        for (uint256 i = 0; i < first.length; ++i) rest -= first[i].amount;
        Payout[] memory second = _loans.collect(note, settled, rest);

        prior = new Payout[](first.length + second.length);
        for (uint256 i = 0; i < first.length; ++i) prior[i] = first[i];
        for (uint256 i = 0; i < second.length; ++i) prior[first.length + i] = second[i];
    }

    /// @inheritdoc IPriorClaims
    function restore(NoteId settled) external onlyCollector {
        _loans.restore(settled);
        _covers.restore(settled);
        _concentration.restore(settled);
    }
}
