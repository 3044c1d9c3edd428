// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {CashPurpose, CashReason, ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {ISettlement} from "../../../contracts/settlement/ISettlement.sol";
import {SettlementCash} from "../../../contracts/settlement/SettlementCash.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

/// @dev Supplier 1 has 1,000, of which 600 are reserved.
contract ReservationTest is LedgerFixture {
    function setUp() public override {
        super.setUp();
        mint(supplier1, 1_000);
        _reserve(supplier1, 600);
    }

    function _reserve(PartyId party, uint256 amount) private {
        vm.prank(address(loans));
        cashBook.reserve(CNY, party, amount);
    }

    function _unreserve(PartyId party, uint256 amount) private {
        vm.prank(address(loans));
        cashBook.unreserve(CNY, party, amount);
    }

    function _isReserved(PartyId party, uint256 available, uint256 wanted) private pure returns (bytes memory) {
        return abi.encodeWithSelector(SettlementCash.CashIsReserved.selector, party, CNY, available, wanted);
    }

    function test_ReservedMoneyLeavesInNoWay() public {
        bytes memory reason = _isReserved(supplier1, 400, 401);
        assertRefused(
            supplier1,
            address(cashBook),
            abi.encodeCall(cashBook.pay, (CNY, supplier2, 401, "")),
            reason,
            "paid"
        );
        assertRefused(
            supplier1,
            address(cash),
            abi.encodeCall(cash.transfer, (supplier2.account(), 401)),
            reason,
            "transferred"
        );
        assertRefused(
            address(settlement),
            address(cashBook),
            abi.encodeCall(
                cashBook.move,
                (CNY, supplier1, supplier2, 401, CashReason(CashPurpose.Settlement, 1, NoteId.wrap(0), 0))
            ),
            reason,
            "moved with an asset"
        );
        vm.prank(keyOf(supplier1));
        cash.approve(supplier2.account(), 500);
        assertRefused(
            supplier2,
            address(cash),
            abi.encodeCall(cash.transferFrom, (supplier1.account(), supplier2.account(), 401)),
            reason,
            "taken by allowance"
        );
        vm.prank(keyOf(supplier1));
        cashBook.pay(CNY, supplier2, 400, "the rest");
        vm.assertEq(balanceOf(supplier1), 600, "what is reserved");
        vm.assertEq(cash.availableOf(supplier1.account()), 0, "and nothing else");
    }

    function test_ABankDoesNotRedeemWhatItReserved() public {
        mint(bank, 100);
        _reserve(bank, 60);
        assertRefused(
            bank,
            address(cashBook),
            abi.encodeCall(cashBook.redeem, (CNY, 41, "")),
            _isReserved(bank, 40, 41),
            "redeemed"
        );
    }

    function test_MoreThanThereIsIsRefusedAsBefore() public {
        assertRefused(
            supplier1,
            address(cashBook),
            abi.encodeCall(cashBook.pay, (CNY, supplier2, 1_001, "")),
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, supplier1.account(), 1_000, 1_001),
            "more than the balance"
        );
    }

    function test_OnlyWhatIsFreeCanBeReserved() public {
        assertRefused(
            address(loans),
            address(cashBook),
            abi.encodeCall(cashBook.reserve, (CNY, supplier1, 401)),
            _isReserved(supplier1, 400, 401),
            "twice"
        );
        _reserve(supplier1, 400);
        vm.assertEq(cash.reservedOf(supplier1.account()), 1_000, "all of it");
    }

    function test_MoneyIsReceivedAndGivenFreeAgain() public {
        mint(supplier1, 50);
        vm.assertEq(cash.availableOf(supplier1.account()), 450, "what comes in is free");
        _unreserve(supplier1, 100);
        vm.assertEq(cash.reservedOf(supplier1.account()), 500, "less is reserved");
        vm.assertEq(cash.availableOf(supplier1.account()), 550, "more is free");
    }

    function test_ASuccessorInheritsWhatIsFreeAndLaterTheRest() public {
        succeed(supplier1, supplier2);
        vm.prank(keyOf(supplier2));
        cashBook.inherit(CNY, supplier1);
        vm.assertEq(balanceOf(supplier2), 400, "what was free");
        vm.assertEq(balanceOf(supplier1), 600, "what was promised stays where it is");
        _unreserve(supplier1, 600);
        vm.prank(keyOf(supplier2));
        cashBook.inherit(CNY, supplier1);
        vm.assertEq(balanceOf(supplier2), 1_000, "in the end all of it");
    }

    function test_AnObligorPaysOutOfWhatIsFree() public {
        NoteId n1 = held(1_000);
        mint(obligor, 1_000);
        _reserve(obligor, 1);
        warpTo(maturity);
        assertRefused(
            obligor,
            address(settlement),
            abi.encodeCall(settlement.pay, (paymentOf(n1.payableOf(), 1_000), list(n1))),
            abi.encodeWithSelector(ISettlement.PaymentExceedsBalance.selector, CNY, 999, 1_000),
            "a unit is reserved"
        );
    }

    function test_NobodyButTheLedgersOwnContractsReserves() public {
        PartyId[4] memory others = [operator, regulator, bank, supplier1];
        for (uint256 i = 0; i < others.length; ++i) {
            address key = keyOf(others[i]);
            bytes memory notAMover = abi.encodeWithSelector(ICashBook.NotAMover.selector, key);
            bytes memory notTheBook = abi.encodeWithSelector(SettlementCash.NotTheCashBook.selector, key);
            assertRefused(
                key,
                address(cashBook),
                abi.encodeCall(cashBook.reserve, (CNY, supplier1, 1)),
                notAMover,
                "book"
            );
            assertRefused(
                key,
                address(cashBook),
                abi.encodeCall(cashBook.unreserve, (CNY, supplier1, 1)),
                notAMover,
                "book"
            );
            assertRefused(key, address(cash), abi.encodeCall(cash.reserve, (supplier1, 1)), notTheBook, "cash");
            assertRefused(key, address(cash), abi.encodeCall(cash.unreserve, (supplier1, 1)), notTheBook, "cash");
        }
    }

    function testFuzz_ABalanceIsNeverBelowWhatIsReserved(uint256 reserved, uint256 paid) public {
        reserved = bound(reserved, 0, 400);
        paid = bound(paid, 0, 1_200);
        _reserve(supplier1, reserved);
        vm.prank(keyOf(supplier1));
        (bool done, ) = address(cashBook).call(abi.encodeCall(cashBook.pay, (CNY, supplier2, paid, "")));
        vm.assertEq(done, paid <= 400 - reserved, "paid exactly where it was free");
        vm.assertGe(balanceOf(supplier1), 600 + reserved, "what is reserved is there");
    }
}
