// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "../common/Test.sol";
import {LedgerUse} from "./LedgerUse.sol";

/// @notice Which functions of a contract the test runner calls.
struct FuzzSelector {
    address addr;
    bytes4[] selectors;
}

/// @notice Random sequences of everything that anyone can do, and every rule after every step.
contract LedgerInvariantsTest is Test {
    LedgerUse private _model;

    function setUp() public {
        _model = new LedgerUse();
        _model.setUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_model);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_model), _actions());
    }

    /// @dev What happens often in life is here more than once.
    function _actions() private view returns (bytes4[] memory actions) {
        actions = new bytes4[](58);
        uint256 count;
        count = _add(actions, count, _model.issueRandom.selector, 4);
        count = _add(actions, count, _model.acceptRandom.selector, 4);
        count = _add(actions, count, _model.transferRandom.selector, 5);
        count = _add(actions, count, _model.payRandom.selector, 5);
        count = _add(actions, count, _model.proceedRandom.selector, 3);
        count = _add(actions, count, _model.confirmRandom.selector, 3);
        count = _add(actions, count, _model.returnPaymentRandom.selector, 3);
        count = _add(actions, count, _model.cashRandom.selector, 2);
        count = _add(actions, count, _model.warpRandom.selector, 3);
        count = _add(actions, count, _model.abandonRandom.selector, 1);
        count = _add(actions, count, _model.creditRandom.selector, 1);
        count = _add(actions, count, _model.rejectRandom.selector, 1);
        count = _add(actions, count, _model.withdrawRandom.selector, 1);
        count = _add(actions, count, _model.expireRandom.selector, 1);
        count = _add(actions, count, _model.toggleAcceptance.selector, 1);
        count = _add(actions, count, _model.returnRandom.selector, 1);
        count = _add(actions, count, _model.assignRandom.selector, 3);
        count = _add(actions, count, _model.pledgeRandom.selector, 2);
        count = _add(actions, count, _model.unpledgeRandom.selector, 2);
        count = _add(actions, count, _model.freezeRandom.selector, 2);
        count = _add(actions, count, _model.releaseRandom.selector, 1);
        count = _add(actions, count, _model.tryToMoveTheDead.selector, 1);
        count = _add(actions, count, _model.tryToMoveWhatIsNotFree.selector, 2);
        count = _add(actions, count, _model.suspendRandom.selector, 1);
        count = _add(actions, count, _model.readmitRandom.selector, 1);
        count = _add(actions, count, _model.rotateKeyRandom.selector, 1);
        count = _add(actions, count, _model.recoverKeyRandom.selector, 1);
        count = _add(actions, count, _model.succeedRandom.selector, 1);
        count = _add(actions, count, _model.operateRandom.selector, 1);
        vm.assertEq(count, actions.length, "every place is taken");
    }

    function _add(bytes4[] memory actions, uint256 count, bytes4 action, uint256 times) private pure returns (uint256) {
        for (uint256 i = 0; i < times; ++i) actions[count + i] = action;
        return count + times;
    }

    //------------------------------------------------------------------ the rules

    function invariant_EveryRuleHoldsAfterEveryAct() public view {
        _model.check();
    }

    /// @dev A sequence in which next to nothing happened would have tested nothing.
    function afterInvariant() public view {
        uint256 done = _model.successes("issue") + _model.successes("transfer") + _model.successes("warp");
        vm.assertGe(done, 5, "a sequence without acts");
    }

    /// @dev The same acts, chosen here: an action that never went through would have tested nothing.
    function test_EveryActGoesThroughOften() public {
        bytes4[] memory actions = _actions();
        uint256 seed = 20260831;
        for (uint256 run = 0; run < 12; ++run) {
            setUp();
            for (uint256 i = 0; i < 250; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                (bool done, ) = address(_model).call(abi.encodePacked(actions[seed % actions.length], seed));
                vm.assertTrue(done, "an act never reverts");
            }
            _model.check();
            _tally();
        }
        for (uint256 i = 0; i < _names().length; ++i) {
            vm.assertGe(_total[i], 4, string.concat("went through too seldom: ", _names()[i]));
        }
    }

    mapping(uint256 name => uint256) private _total;

    function _tally() private {
        string[32] memory names = _names();
        for (uint256 i = 0; i < names.length; ++i) _total[i] += _model.successes(names[i]);
    }

    function _names() private pure returns (string[32] memory) {
        return
            [
                "issue",
                "credit",
                "accept",
                "reject",
                "withdraw",
                "expire",
                "acceptance",
                "transfer",
                "return",
                "assign",
                "pledge",
                "unpledge",
                "freeze",
                "release",
                "dead",
                "frozen",
                "pledged",
                "pay",
                "confirm",
                "proceed",
                "abandon",
                "returnPayment",
                "mint",
                "cash",
                "redeem",
                "warp",
                "suspend",
                "readmit",
                "rotate",
                "recover",
                "succeed",
                "operate"
            ];
    }
}
