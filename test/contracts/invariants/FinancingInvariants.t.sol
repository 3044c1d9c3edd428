// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "../common/Test.sol";
import {FinancingRules} from "./FinancingRules.sol";
import {FuzzSelector} from "./LedgerInvariants.t.sol";

/// @notice Random sequences of everything that can be done with notes and money once they are financed, and every rule after
/// every step.
contract FinancingInvariantsTest is Test {
    FinancingRules private _model;

    mapping(uint256 name => uint256) private _total;

    function setUp() public {
        _model = new FinancingRules();
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

    function _actions() private view returns (bytes4[] memory actions) {
        actions = new bytes4[](124);
        uint256 count;
        count = _add(actions, count, _model.issueRandom.selector, 5);
        count = _add(actions, count, _model.acceptRandom.selector, 3);
        count = _add(actions, count, _model.transferRandom.selector, 6);
        count = _add(actions, count, _model.returnRandom.selector, 1);
        count = _add(actions, count, _model.publishQuoteRandom.selector, 2);
        count = _add(actions, count, _model.signQuoteRandom.selector, 1);
        count = _add(actions, count, _model.pullQuoteRandom.selector, 1);
        count = _add(actions, count, _model.sellRandom.selector, 12);
        count = _add(actions, count, _model.recountRandom.selector, 1);
        count = _add(actions, count, _model.offerLoanRandom.selector, 2);
        count = _add(actions, count, _model.pullOfferRandom.selector, 1);
        count = _add(actions, count, _model.borrowRandom.selector, 10);
        count = _add(actions, count, _model.drawRandom.selector, 6);
        count = _add(actions, count, _model.endDrawingRandom.selector, 1);
        count = _add(actions, count, _model.repayRandom.selector, 4);
        count = _add(actions, count, _model.releaseCollateralRandom.selector, 5);
        count = _add(actions, count, _model.seizeRandom.selector, 5);
        count = _add(actions, count, _model.freezeRandom.selector, 1);
        count = _add(actions, count, _model.releaseRandom.selector, 1);
        count = _add(actions, count, _model.tryToMoveTheDead.selector, 1);
        count = _add(actions, count, _model.tryToMoveWhatIsNotFree.selector, 2);
        count = _add(actions, count, _model.warpRandom.selector, 3);
        count = _add(actions, count, _model.payRandom.selector, 3);
        count = _add(actions, count, _model.confirmRandom.selector, 3);
        count = _add(actions, count, _model.proceedRandom.selector, 5);
        count = _add(actions, count, _model.abandonRandom.selector, 1);
        count = _add(actions, count, _model.returnPaymentRandom.selector, 3);
        count = _add(actions, count, _model.cashRandom.selector, 1);
        count = _add(actions, count, _model.claimRandom.selector, 5);
        count = _add(actions, count, _model.honourRandom.selector, 6);
        count = _add(actions, count, _model.waiveRandom.selector, 2);
        count = _add(actions, count, _model.demandRandom.selector, 1);
        count = _add(actions, count, _model.proposeCoverRandom.selector, 3);
        count = _add(actions, count, _model.consentRandom.selector, 1);
        count = _add(actions, count, _model.claimLossRandom.selector, 7);
        count = _add(actions, count, _model.paySharesRandom.selector, 6);
        count = _add(actions, count, _model.suspendRandom.selector, 1);
        count = _add(actions, count, _model.readmitRandom.selector, 1);
        count = _add(actions, count, _model.succeedRandom.selector, 1);
        vm.assertEq(count, actions.length, "every place is taken");
    }

    function _add(bytes4[] memory actions, uint256 count, bytes4 action, uint256 times) private pure returns (uint256) {
        for (uint256 i = 0; i < times; ++i) actions[count + i] = action;
        return count + times;
    }

    //------------------------------------------------------------------ the rules

    /// hardhat-config: invariant.runs = 45
    /// hardhat-config: invariant.depth = 200
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_EveryRuleHoldsAfterEveryAct() public view {
        _model.check();
    }

    function afterInvariant() public {
        _model.releaseEverything();
    }

    /// @dev The same acts, chosen here: an action that never went through would have tested nothing.
    function test_EveryActGoesThroughOften() public {
        bytes4[] memory actions = _actions();
        uint256 seed = 20260831;
        for (uint256 run = 0; run < 15; ++run) {
            setUp();
            for (uint256 i = 0; i < 300; ++i) {
                seed = uint256(keccak256(abi.encode(seed)));
                (bool done, ) = address(_model).call(abi.encodePacked(actions[seed % actions.length], seed));
                vm.assertTrue(done, "an act never reverts");
            }
            _model.check();
            _tally();
            _model.releaseEverything();
        }
        for (uint256 i = 0; i < _names().length; ++i) {
            vm.assertGe(_total[i], 4, string.concat("went through too seldom: ", _names()[i]));
        }
    }

    function _tally() private {
        string[36] memory names = _names();
        for (uint256 i = 0; i < names.length; ++i) _total[i] += _model.successes(names[i]);
    }

    function _names() private pure returns (string[36] memory) {
        return
            [
                "issue",
                "transfer",
                "return",
                "publishQuote",
                "signQuote",
                "pullQuote",
                "sell",
                "sellBundle",
                "sellSigned",
                "resell",
                "recount",
                "offerLoan",
                "pullOffer",
                "borrow",
                "borrowDirected",
                "borrowBundle",
                "draw",
                "endDrawing",
                "repay",
                "releaseCollateral",
                "seize",
                "freeze",
                "release",
                "pledged",
                "pay",
                "confirm",
                "proceed",
                "returnPayment",
                "claim",
                "honour",
                "waive",
                "demand",
                "consentCover",
                "claimLoss",
                "payShares",
                "succeed"
            ];
    }
}
