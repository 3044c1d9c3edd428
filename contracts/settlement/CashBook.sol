// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {SettlementCash} from "./SettlementCash.sol";

/// @title Settlement cash by currency: one ERC-20 each
contract CashBook is ERC2771Context {
    event CashOpened(bytes3 indexed currency, PartyId indexed bank, address cash, uint8 decimals);

    /// @notice Settlement cash in {currency} was already opened, by party {bank}.
    error CashAlreadyOpen(bytes3 currency, PartyId bank);
    /// @notice There is no settlement cash in {currency}.
    error CashUnknown(bytes3 currency);

    IPartyRegistry private immutable _parties;
    address private immutable _settlement;

    mapping(bytes3 currency => SettlementCash) private _cash;

    /// @param settlement the contract that moves cash at settlement, for the payer who instructs it
    constructor(address forwarder, IPartyRegistry parties, address settlement) ERC2771Context(forwarder) {
        _parties = parties;
        _settlement = settlement;
    }

    /// @notice Opens settlement cash in a currency. Only a settlement bank, which is its bank from then on.
    /// @param decimals ISO 4217 minor-unit exponent
    function open(bytes3 currency, uint8 decimals) external returns (SettlementCash cash) {
        PartyId bank = _parties.actingParty(_msgSender(), Roles.SETTLEMENT_BANK);
        if (address(_cash[currency]) != address(0)) revert CashAlreadyOpen(currency, _cash[currency].bank());
        cash = new SettlementCash(trustedForwarder(), _parties, bank, string(abi.encodePacked(currency)), decimals);
        _cash[currency] = cash;
        emit CashOpened(currency, bank, address(cash), decimals);
    }

    /// @notice The settlement cash of a currency; refuses one that has none.
    function cashOf(bytes3 currency) external view returns (SettlementCash cash) {
        cash = _cash[currency];
        if (address(cash) == address(0)) revert CashUnknown(currency);
    }

    /// @notice Whether a contract may move cash in a settlement.
    function isMover(address account) external view returns (bool) {
        return account == _settlement;
    }
}
