// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @title What every party's balance ought to be after an act
abstract contract MoneyWatch is LedgerModel {
    mapping(PartyId => uint256) private _balances;
    mapping(PartyId => uint256) private _announced;

    /// @dev Before an act.
    function _remember() internal virtual {
        for (uint32 i = 1; i <= parties.partyCount(); ++i) {
            PartyId id = PartyId.wrap(i);
            _announced[id] = _balances[id] = balanceOf(id);
        }
    }

    /// @dev In any order; a sum below zero in between is none at the end.
    function _expectMove(PartyId from, PartyId to, uint256 amount) internal {
        unchecked {
            _balances[from] -= amount;
            _balances[to] += amount;
        }
    }

    /// @dev That the cash book says so.
    function _noteAnnounced(PartyId from, PartyId to, uint256 amount) internal {
        unchecked {
            _announced[from] -= amount;
            _announced[to] += amount;
        }
    }

    /// @dev After it: every balance is what it was but for the moves.
    function _requireMoved() internal virtual {
        for (uint32 i = 1; i <= parties.partyCount(); ++i) {
            PartyId id = PartyId.wrap(i);
            _require(balanceOf(id) == _balances[id], "6: other money moved than what was to be paid");
        }
    }

    /// @dev After it, where the logs were read: every balance is what it was but for the movements announced.
    function _requireAnnounced() internal {
        for (uint32 i = 1; i <= parties.partyCount(); ++i) {
            PartyId id = PartyId.wrap(i);
            _require(balanceOf(id) == _announced[id], "6: money moved and was not announced, or not once");
        }
    }
}
