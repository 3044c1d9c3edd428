// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {CashPurpose, CashReason, ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {SettlementCash} from "../../../contracts/settlement/SettlementCash.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract CashTest is LedgerFixture {
    function _book(PartyId by, bytes memory data, bytes memory reason, string memory message) private {
        assertRefused(by, address(cashBook), data, reason, message);
    }

    function _erc20(PartyId by, bytes memory data, bytes memory reason, string memory message) private {
        assertRefused(by, address(cash), data, reason, message);
    }

    //------------------------------------------------------------------ the bank

    function test_CashOfACurrencyIsOpenedOnceByItsBank() public {
        vm.assertEq(cash.name(), "Deeptier settlement cash CNY", "its name");
        vm.assertEq(cash.symbol(), "dCNY", "its symbol");
        vm.assertEq(cash.decimals(), 2, "in fen");
        vm.assertTrue(cashBook.bankOf(CNY) == bank, "its bank");
        PartyId other = admit("other bank", Roles.SETTLEMENT_BANK);
        _book(
            other,
            abi.encodeCall(cashBook.open, (CNY, 2)),
            abi.encodeWithSelector(ICashBook.CashAlreadyOpen.selector, CNY, bank),
            "opened before"
        );
        vm.prank(keyOf(other));
        cashBook.open(USD, 2);
        vm.assertTrue(cashBook.bankOf(USD) == other, "another currency, another bank");
    }

    function test_CashThatWasNeverOpenedIsUnknown() public {
        bytes memory reason = abi.encodeWithSelector(ICashBook.CashUnknown.selector, USD);
        _book(bank, abi.encodeCall(cashBook.cashOf, (USD)), reason, "looked up");
        _book(bank, abi.encodeCall(cashBook.mint, (USD, obligor, 1, "")), reason, "minted");
        _book(obligor, abi.encodeCall(cashBook.pay, (USD, supplier1, 1, "")), reason, "paid");
    }

    function test_OnlyTheBankOfTheCurrencyMintsAndRedeems() public {
        PartyId other = admit("other bank", Roles.SETTLEMENT_BANK);
        PartyId[5] memory others = [operator, regulator, obligor, supplier1, other];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(ICashBook.NotTheBank.selector, bank, others[i]);
            _book(others[i], abi.encodeCall(cashBook.mint, (CNY, others[i], 1, "")), reason, "minted by another");
            _book(others[i], abi.encodeCall(cashBook.redeem, (CNY, 0, "")), reason, "redeemed by another");
        }
    }

    function test_CashIsMintedToAPartyInGoodStanding() public {
        mint(obligor, 700);
        vm.assertEq(balanceOf(obligor), 700, "in its account");
        vm.assertEq(cash.totalSupply(), 700, "and nowhere else");
        suspend(supplier1);
        _book(
            bank,
            abi.encodeCall(cashBook.mint, (CNY, supplier1, 1, "")),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1),
            "to a suspended party"
        );
    }

    function test_TheBankRedeemsOnlyWhatWasGivenBackToIt() public {
        mint(supplier1, 700);
        _book(
            bank,
            abi.encodeCall(cashBook.redeem, (CNY, 1, "")),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, bank.account(), 0, 1),
            "another's money"
        );
        vm.prank(keyOf(supplier1));
        cashBook.pay(CNY, bank, 300, "payout");
        vm.prank(keyOf(bank));
        cashBook.redeem(CNY, 300, "payout");
        vm.assertEq(cash.totalSupply(), 400, "what is left");
        vm.assertEq(balanceOf(supplier1), 400, "is the supplier's");
    }

    function test_ABankThatIsABankNoMoreMintsNothing() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(bank, Roles.FINANCIER);
        vm.prank(keyOf(regulator));
        parties.confirmRoles(bank, Roles.FINANCIER);
        _book(
            bank,
            abi.encodeCall(cashBook.mint, (CNY, obligor, 1, "")),
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, bank, Roles.FINANCIER, Roles.SETTLEMENT_BANK),
            "its role was taken away"
        );
    }

    //------------------------------------------------------------------ parties

    function test_APartyPaysOutOfItsOwnAccountOnly() public {
        mint(supplier1, 1_000);
        vm.prank(keyOf(supplier1));
        cashBook.pay(CNY, supplier2, 100, "debt");
        vm.prank(keyOf(supplier1));
        cash.transfer(supplier2.account(), 100);
        vm.assertEq(balanceOf(supplier1), 800, "paid twice");
        vm.assertEq(balanceOf(supplier2), 200, "received twice");
        _erc20(
            supplier2,
            abi.encodeCall(cash.transferFrom, (supplier1.account(), supplier2.account(), 1)),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, supplier2.account(), 0, 1),
            "out of another's account"
        );
        vm.prank(keyOf(supplier1));
        cash.approve(supplier2.account(), 50);
        vm.prank(keyOf(supplier2));
        cash.transferFrom(supplier1.account(), supplier3.account(), 50);
        vm.assertEq(balanceOf(supplier3), 50, "what it allowed");
    }

    function test_MoneyGoesToPartiesInGoodStandingOnly() public {
        mint(supplier1, 1_000);
        _erc20(
            supplier1,
            abi.encodeCall(cash.transfer, (keyOf(supplier2), 1)),
            abi.encodeWithSelector(SettlementCash.AccountUnknown.selector, keyOf(supplier2)),
            "to a key: a key has no account"
        );
        suspend(supplier2);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier2);
        _erc20(supplier1, abi.encodeCall(cash.transfer, (supplier2.account(), 1)), reason, "to a suspended party");
        _book(supplier1, abi.encodeCall(cashBook.pay, (CNY, supplier2, 1, "")), reason, "through the book");
        suspend(supplier1);
        reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1);
        _erc20(supplier1, abi.encodeCall(cash.transfer, (supplier3.account(), 1)), reason, "by a suspended party");
        _book(supplier1, abi.encodeCall(cashBook.pay, (CNY, supplier3, 1, "")), reason, "through the book");
    }

    function test_AnAllowanceOfASuspendedPartyIsWorthNothing() public {
        mint(supplier1, 1_000);
        vm.prank(keyOf(supplier1));
        cash.approve(supplier2.account(), 50);
        suspend(supplier1);
        _erc20(
            supplier2,
            abi.encodeCall(cash.transferFrom, (supplier1.account(), supplier3.account(), 50)),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1),
            "out of a suspended party's account"
        );
    }

    function test_OnlyASuccessorInheritsAndAllOfIt() public {
        mint(supplier1, 1_000);
        bytes memory data = abi.encodeCall(cashBook.inherit, (CNY, supplier1));
        _book(
            supplier2,
            data,
            abi.encodeWithSelector(ICashBook.NotTheSuccessor.selector, supplier1, supplier2),
            "not its successor"
        );
        _book(
            supplier1,
            data,
            abi.encodeWithSelector(ICashBook.NotTheSuccessor.selector, supplier1, supplier1),
            "itself"
        );
        succeed(supplier1, supplier2);
        vm.prank(keyOf(supplier2));
        cashBook.inherit(CNY, supplier1);
        vm.assertEq(balanceOf(supplier2), 1_000, "all of it");
        vm.assertEq(balanceOf(supplier1), 0, "nothing stays");
    }

    //------------------------------------------------------------------ the ledger's contracts

    function test_NobodyButTheLedgersOwnContractsMovesAnothersMoney() public {
        mint(supplier1, 1_000);
        PartyId[4] memory others = [operator, regulator, bank, supplier2];
        CashReason memory reason = CashReason(CashPurpose.Payment, 0, NoteId.wrap(0), 0);
        for (uint256 i = 0; i < others.length; ++i) {
            address key = keyOf(others[i]);
            bytes memory notAMover = abi.encodeWithSelector(ICashBook.NotAMover.selector, key);
            bytes memory notTheBook = abi.encodeWithSelector(SettlementCash.NotTheCashBook.selector, key);
            _book(
                others[i],
                abi.encodeCall(cashBook.move, (CNY, supplier1, supplier2, 1, reason)),
                notAMover,
                "book.move"
            );
            _book(
                others[i],
                abi.encodeCall(cashBook.announceTransfer, (CNY, supplier1, supplier2, 1, NOBODY)),
                notAMover,
                "announced"
            );
            _erc20(others[i], abi.encodeCall(cash.move, (supplier1, supplier2, 1)), notTheBook, "cash.move");
            _erc20(others[i], abi.encodeCall(cash.mint, (supplier2, 1)), notTheBook, "cash.mint");
            _erc20(others[i], abi.encodeCall(cash.burn, (supplier1, 1)), notTheBook, "cash.burn");
        }
        vm.assertEq(balanceOf(supplier1), 1_000, "untouched");
    }
}
