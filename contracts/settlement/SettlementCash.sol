// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId, partyOfAccount} from "../parties/PartyId.sol";
import {ICashBook} from "./ICashBook.sol";

/// @title One bank's tokenised deposits in one currency, as an ERC-20; see {ICashBook}
/// @notice Readable to every wallet; only admitted parties move it, through the cash book or the ERC-20's own functions.
contract SettlementCash is ERC20, ERC2771Context {
    /// @notice The account {account} belongs to no party.
    error AccountUnknown(address account);
    /// @notice Only the cash book may do this, not {caller}.
    error NotTheCashBook(address caller);
    /// @notice Party {party} has {available} {currency} that is not reserved; {wanted} is requested.
    error CashIsReserved(PartyId party, bytes3 currency, uint256 available, uint256 wanted);

    IPartyRegistry private immutable _parties;
    ICashBook private immutable _book;
    bytes3 private immutable _currency;
    uint8 private immutable _decimals;

    mapping(address account => uint256) private _reserved;

    /// @dev Deployed by the cash book.
    constructor(
        address forwarder,
        IPartyRegistry parties,
        bytes3 currency,
        uint8 decimals_
    )
        ERC20(
            string.concat("Deeptier settlement cash ", string(abi.encodePacked(currency))),
            string.concat("d", string(abi.encodePacked(currency)))
        )
        ERC2771Context(forwarder)
    {
        _parties = parties;
        _book = ICashBook(msg.sender);
        _currency = currency;
        _decimals = decimals_;
    }

    modifier onlyBook() {
        if (msg.sender != address(_book)) revert NotTheCashBook(msg.sender);
        _;
    }

    //------------------------------------------------------------------ the cash book, which announces what it moves

    function mint(PartyId to, uint256 amount) external onlyBook {
        _mint(to.account(), amount);
    }

    function burn(PartyId from, uint256 amount) external onlyBook {
        _burn(from.account(), amount);
    }

    function move(PartyId from, PartyId to, uint256 amount) external onlyBook {
        _transfer(from.account(), to.account(), amount);
    }

    /// @return reserved what is set aside now in all
    function reserve(PartyId party, uint256 amount) external onlyBook returns (uint256 reserved) {
        uint256 available = availableOf(party.account());
        if (amount > available) revert CashIsReserved(party, _currency, available, amount);
        reserved = _reserved[party.account()] += amount;
    }

    /// @return reserved what is set aside now in all
    function unreserve(PartyId party, uint256 amount) external onlyBook returns (uint256 reserved) {
        reserved = _reserved[party.account()] -= amount;
    }

    //------------------------------------------------------------------ a party's own transfers, which the cash book announces

    /// @notice Pays another admitted party's account, in minor units.
    function transfer(address to, uint256 amount) public override returns (bool) {
        PartyId from = _caller();
        _requireMayPay(from, to);
        super.transfer(to, amount);
        _book.announceTransfer(_currency, from, partyOfAccount(to), amount, NOBODY);
        return true;
    }

    /// @notice Pays another admitted party's account out of one that allowed it, in minor units.
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        PartyId payer = partyOfAccount(from);
        _requireMayPay(payer, to);
        super.transferFrom(from, to, amount);
        _book.announceTransfer(_currency, payer, partyOfAccount(to), amount, _caller());
        return true;
    }

    /// @notice What is set aside in an account for what its party agreed to: a balance is never below it.
    function reservedOf(address account_) external view returns (uint256) {
        return _reserved[account_];
    }

    /// @notice What an account can pay with: its balance, less what is reserved in it.
    function availableOf(address account_) public view returns (uint256) {
        return balanceOf(account_) - _reserved[account_];
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    //------------------------------------------------------------------ internals

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        uint256 reserved = _reserved[from];
        if (reserved > 0 && balanceOf(from) < reserved) {
            revert CashIsReserved(partyOfAccount(from), _currency, balanceOf(from) + amount - reserved, amount);
        }
    }

    function _caller() private view returns (PartyId) {
        return _parties.actingParty(ERC2771Context._msgSender(), 0);
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
