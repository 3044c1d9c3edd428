// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount, DayCounts} from "../../../contracts/common/DayCount.sol";
import {DiscountMethod, Pricing} from "../../../contracts/pricing/Pricing.sol";

/// @title The arithmetic of financing, to be called from outside; many calls in one
contract PricingHarness {
    struct Outcome {
        bool done;
        bytes data;
    }

    /// @notice What each call of this contract returns, or refuses.
    function each(bytes[] calldata calls) external view returns (Outcome[] memory outcomes) {
        outcomes = new Outcome[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (outcomes[i].done, outcomes[i].data) = address(this).staticcall(calls[i]);
        }
    }

    function yearFraction(
        DayCount convention,
        Day start,
        Day end,
        Day termination
    ) external pure returns (uint256 numerator, uint256 denominator) {
        return DayCounts.yearFraction(convention, start, end, termination);
    }

    function discount(
        DiscountMethod method,
        uint256 face,
        uint256 ratePpm,
        uint256 num,
        uint256 den
    ) external pure returns (uint256) {
        return Pricing.discount(method, face, ratePpm, num, den);
    }

    function fees(uint256 face, uint256 flat, uint256 ratePpm) external pure returns (uint256) {
        return Pricing.fees(face, flat, ratePpm);
    }

    function interest(uint256 principal, uint256 ratePpm, uint256 num, uint256 den) external pure returns (uint256) {
        return Pricing.interest(principal, ratePpm, num, den);
    }

    function allocate(uint256 total, uint64[] calldata weights) external pure returns (uint64[] memory) {
        return Pricing.allocate(total, weights);
    }

    function allInCost(uint256 face, uint256 received, uint256 faceDays) external pure returns (uint256) {
        return Pricing.allInCost(face, received, faceDays);
    }

    function costKey(uint256 face, uint256 received, uint256 faceDays) external pure returns (uint128) {
        return Pricing.costKey(face, received, faceDays);
    }
}
