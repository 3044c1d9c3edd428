// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId} from "../receivables/Ids.sol";
import {CashPurpose, CashReason, ICashBook} from "./ICashBook.sol";
import {SettlementCash} from "./SettlementCash.sol";

/// @title Settlement cash by currency; see {ICashBook}
contract CashBook is ICashBook, ERC2771Context {
    IPartyRegistry private immutable _parties;

    mapping(address => bool) private _movers;
    mapping(bytes3 currency => SettlementCash) private _cash;
    mapping(bytes3 currency => PartyId) private _banks;

    /// @param movers the contracts that move cash together with an asset, for the payer who agreed to it
    constructor(address forwarder, IPartyRegistry parties, address[] memory movers) ERC2771Context(forwarder) {
        _parties = parties;
        for (uint256 i = 0; i < movers.length; ++i) _movers[movers[i]] = true;
    }

    //------------------------------------------------------------------ the bank

    /// @inheritdoc ICashBook
    function open(bytes3 currency, uint8 decimals) external returns (SettlementCash cash) {
        PartyId bank = _parties.actingParty(_msgSender(), Roles.SETTLEMENT_BANK);
        if (address(_cash[currency]) != address(0)) revert CashAlreadyOpen(currency, _banks[currency]);
        cash = new SettlementCash(trustedForwarder(), _parties, currency, decimals);
        _cash[currency] = cash;
        _banks[currency] = bank;
        emit CashOpened(currency, bank, address(cash), decimals);
    }

    /// @inheritdoc ICashBook
    function mint(bytes3 currency, PartyId to, uint256 amount, bytes32 ref) external {
        PartyId bank = _requireBank(currency);
        _parties.requireStanding(bank, Roles.SETTLEMENT_BANK); // a bank that is one no more may redeem, not mint
        _parties.requireStanding(to, 0);
        cashOf(currency).mint(to, amount);
        _announce(currency, NOBODY, to, amount, CashPurpose.Issue, ref);
    }

    /// @inheritdoc ICashBook
    function redeem(bytes3 currency, uint256 amount, bytes32 ref) external {
        PartyId bank = _requireBank(currency);
        cashOf(currency).burn(bank, amount);
        _announce(currency, bank, NOBODY, amount, CashPurpose.Redemption, ref);
    }

    //------------------------------------------------------------------ parties

    /// @inheritdoc ICashBook
    function pay(bytes3 currency, PartyId to, uint256 amount, bytes32 ref) external {
        PartyId from = _parties.actingParty(_msgSender(), 0);
        _parties.requireStanding(to, 0);
        cashOf(currency).move(from, to, amount);
        _announce(currency, from, to, amount, CashPurpose.Payment, ref);
    }

    /// @inheritdoc ICashBook
    function inherit(bytes3 currency, PartyId predecessor) external {
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        if (caller == predecessor || _parties.resolve(predecessor) != caller)
            revert NotTheSuccessor(predecessor, caller);
        SettlementCash cash = cashOf(currency);
        uint256 amount = cash.availableOf(predecessor.account());
        cash.move(predecessor, caller, amount);
        _announce(currency, predecessor, caller, amount, CashPurpose.Inheritance, 0);
    }

    //------------------------------------------------------------------ the ledger's contracts

    modifier onlyMover() {
        if (!_movers[msg.sender]) revert NotAMover(msg.sender);
        _;
    }

    /// @inheritdoc ICashBook
    function move(
        bytes3 currency,
        PartyId from,
        PartyId to,
        uint256 amount,
        CashReason calldata reason
    ) external onlyMover {
        cashOf(currency).move(from, to, amount);
        emit CashMoved(currency, from, to, amount, reason.purpose, reason.subject, reason.note, reason.ref);
    }

    /// @inheritdoc ICashBook
    function reserve(bytes3 currency, PartyId party, uint256 amount) external onlyMover {
        emit CashReserved(currency, party, cashOf(currency).reserve(party, amount));
    }

    /// @inheritdoc ICashBook
    function unreserve(bytes3 currency, PartyId party, uint256 amount) external onlyMover {
        emit CashReserved(currency, party, cashOf(currency).unreserve(party, amount));
    }

    /// @inheritdoc ICashBook
    function announceTransfer(bytes3 currency, PartyId from, PartyId to, uint256 amount, PartyId spender) external {
        if (msg.sender != address(_cash[currency])) revert NotAMover(msg.sender);
        CashPurpose purpose = spender == NOBODY ? CashPurpose.Transfer : CashPurpose.AllowedTransfer;
        emit CashMoved(currency, from, to, amount, purpose, PartyId.unwrap(spender), NoteId.wrap(0), 0);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ICashBook
    function cashOf(bytes3 currency) public view returns (SettlementCash cash) {
        cash = _cash[currency];
        if (address(cash) == address(0)) revert CashUnknown(currency);
    }

    /// @inheritdoc ICashBook
    function bankOf(bytes3 currency) external view returns (PartyId) {
        return _banks[currency];
    }

    //------------------------------------------------------------------ internals

    /// @dev What a party or the bank moved here, which stands for nothing but itself.
    function _announce(
        bytes3 currency,
        PartyId from,
        PartyId to,
        uint256 amount,
        CashPurpose purpose,
        bytes32 ref
    ) private {
        emit CashMoved(currency, from, to, amount, purpose, 0, NoteId.wrap(0), ref);
    }

    function _requireBank(bytes3 currency) private view returns (PartyId bank) {
        cashOf(currency);
        bank = _banks[currency];
        PartyId caller = _parties.actingParty(_msgSender(), 0);
        if (caller != bank && caller != _parties.resolve(bank)) revert NotTheBank(bank, caller);
        return caller;
    }
}
