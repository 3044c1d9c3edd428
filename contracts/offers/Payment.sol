// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {ICashBook} from "../settlement/ICashBook.sol";
import {IOfferBook} from "./IOfferBook.sol";

/// @title What a financier pays when its offer is taken
library Payment {
    /// @notice Refuses unless the financier has what it pays, and whoever else takes the fees may act.
    function requireCash(
        ICashBook cashBook,
        IPartyRegistry parties,
        PartyId by,
        bytes3 currency,
        uint64 received,
        uint64 fees,
        PartyId feeTo
    ) internal view {
        uint64 needed = received;
        if (feeTo != by && fees > 0) {
            parties.requireStanding(feeTo, 0);
            needed += fees;
        }
        uint256 available = cashBook.cashOf(currency).availableOf(by.account());
        if (available < needed) revert IOfferBook.CashTooLow(by, currency, available, needed);
    }
}
