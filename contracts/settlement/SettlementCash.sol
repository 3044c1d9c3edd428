// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId, partyOfAccount} from "../parties/PartyId.sol";
import {CashBook} from "./CashBook.sol";
import {ISettlementCash} from "./ISettlementCash.sol";

/// @title One bank's tokenised deposits in one currency; see {ISettlementCash}
contract SettlementCash is ISettlementCash, ERC20, ERC2771Context {
    IPartyRegistry private immutable _parties;
    CashBook private immutable _book;
    PartyId private immutable _bank;
    uint8 private immutable _decimals;

    constructor(address forwarder, IPartyRegistry parties, PartyId bank_, string memory currency, uint8 decimals_)
        ERC20(string.concat("Deeptier settlement cash ", currency), string.concat("d", currency))
        ERC2771Context(forwarder)
    {
        _parties = parties;
        _book = CashBook(msg.sender);
        _bank = bank_;
        _decimals = decimals_;
    }

    //------------------------------------------------------------------ the bank

    /// @inheritdoc ISettlementCash
    function mint(PartyId to, uint256 amount, bytes32 ref) external {
        _requireBank();
        _parties.requireStanding(to, 0);
        _mint(to.account(), amount);
        emit CashMinted(to, amount, ref);
    }

    /// @inheritdoc ISettlementCash
    function redeem(uint256 amount, bytes32 ref) external {
        _requireBank();
        _burn(_msgSender(), amount);
        emit CashRedeemed(amount, ref);
    }

    //------------------------------------------------------------------ parties

    /// @inheritdoc ISettlementCash
    function inherit(PartyId predecessor) external {
        PartyId caller = _caller();
        if (caller == predecessor || _parties.resolve(predecessor) != caller) revert NotTheSuccessor(predecessor, caller);
        uint256 amount = balanceOf(predecessor.account());
        _update(predecessor.account(), caller.account(), amount);
        emit CashInherited(predecessor, caller, amount);
    }

    //------------------------------------------------------------------ the ledger's settlement contracts

    /// @inheritdoc ISettlementCash
    function move(PartyId from, PartyId to, uint256 amount) external {
        if (!_book.isMover(msg.sender)) revert NotAMover(msg.sender);
        _transfer(from.account(), to.account(), amount);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ISettlementCash
    function bank() external view returns (PartyId) {
        return _bank;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    //------------------------------------------------------------------ a party's own transfers

    /// @notice Pays another admitted party, in minor units.
    function transfer(address to, uint256 amount) public override returns (bool) {
        _requireMayPay(_caller(), to);
        return super.transfer(to, amount);
    }

    /// @notice Pays another admitted party out of an account that allowed it, in minor units.
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _requireMayPay(partyOfAccount(from), to);
        return super.transferFrom(from, to, amount);
    }

    //------------------------------------------------------------------ internals

    function _caller() private view returns (PartyId) {
        return _parties.actingParty(ERC2771Context._msgSender(), 0);
    }

    function _requireBank() private view {
        PartyId caller = _caller();
        if (caller != _bank) revert NotTheBank(_bank, caller);
    }

    function _requireMayPay(PartyId from, address to) private view {
        if (partyOfAccount(to) == NOBODY) revert AccountUnknown(to);
        _parties.requireStanding(from, 0);
        _parties.requireStanding(partyOfAccount(to), 0);
    }

    /// @dev Money belongs to the party, not to its key: the sender is the acting party's account.
    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return _caller().account();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength() internal view override(Context, ERC2771Context) returns (uint256) {
        return ERC2771Context._contextSuffixLength();
    }
}
