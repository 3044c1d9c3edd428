// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice `BankDiscount` takes the rate off the face; `SimpleYield` is what the buyer earns on the price.
enum DiscountMethod {
    BankDiscount,
    SimpleYield
}

/// @notice The discount would be {discount}, more than the face of {face}.
/// @param discount rounded up, and no more than what 64 bits hold
error DiscountAboveFace(uint64 discount, uint64 face);

/// @dev The all-in cost where nothing is received or no time goes by: above every other.
uint256 constant INFINITE_COST = type(uint256).max;

/// @notice What a financing costs, to the minor unit. Amounts are minor units, rates parts per million (per year, except a
/// fee's), times fractions of a year; rounding is half-up.
/// @dev With amounts below 2^64, rates below 2^32 and fractions as {DayCounts} gives them (below 2^33, over less than 2^18)
/// no product comes near 2^256: a discount's is below 2^130, a cost key's (face squared, 365, 1e18) below 2^197.
library Pricing {
    uint256 private constant MILLION = 1_000_000;
    uint256 private constant COST_KEY_UNIT = 1e18;

    /// @notice What is taken off the face, at most all of it. Bank discount: F·r·t, rounded. Simple yield: F less the price
    /// F/(1 + r·t), where the price is rounded.
    /// Refuses a bank discount that would be above the face before rounding.
    function discount(
        DiscountMethod method,
        uint256 face,
        uint256 ratePpm,
        uint256 num,
        uint256 den
    ) internal pure returns (uint256) {
        uint256 whole = MILLION * den;
        uint256 taken = ratePpm * num;
        if (method == DiscountMethod.SimpleYield) return face - _divideHalfUp(face * whole, whole + taken);
        if (taken > whole) {
            // Rounded up, so that the refusal never names two equal amounts.
            uint256 excessive = (face * taken + whole - 1) / whole;
            revert DiscountAboveFace(excessive > type(uint64).max ? type(uint64).max : uint64(excessive), uint64(face));
        }
        return _divideHalfUp(face * taken, whole);
    }

    /// @notice All fees on a face.
    /// @param ratePpm of the face, once
    function fees(uint256 face, uint256 flat, uint256 ratePpm) internal pure returns (uint256) {
        return flat + _divideHalfUp(face * ratePpm, MILLION);
    }

    /// @notice Simple interest: P·r·t, rounded.
    function interest(uint256 principal, uint256 ratePpm, uint256 num, uint256 den) internal pure returns (uint256) {
        return _divideHalfUp(principal * ratePpm * num, MILLION * den);
    }

    /// @notice Splits `total` in proportion to the weights by largest remainder: the parts sum to the total exactly and each is
    /// within one unit of its exact share. Equal remainders are served in the order of the weights.
    /// Panics if the total is no amount, or if there is something to split and no weight is positive.
    function allocate(uint256 total, uint64[] memory weights) internal pure returns (uint64[] memory parts) {
        assert(total <= type(uint64).max);
        parts = new uint64[](weights.length);
        if (total == 0) return parts;
        uint256 sum;
        for (uint256 i = 0; i < weights.length; ++i) sum += weights[i];
        assert(sum > 0);

        uint256 left = total;
        uint256[] memory keys = new uint256[](weights.length); // the remainder, and of equal ones the lower index is larger
        for (uint256 i = 0; i < weights.length; ++i) {
            uint256 share = total * weights[i];
            parts[i] = uint64(share / sum);
            left -= parts[i];
            keys[i] = ((share % sum) << 32) | (type(uint32).max - i);
        }
        if (left == 0) return parts;
        _largestFirst(keys, left);
        for (uint256 i = 0; i < left; ++i) ++parts[type(uint32).max - uint32(keys[i])];
    }

    /// @notice What it costs a year to receive `received` now instead of the faces when they are due: everything given up over
    /// everything received, simple interest, ACT/365F whatever the day count of the instrument, so that offers compare.
    /// Panics if more is received than the face.
    /// @param face of all lots together
    /// @param faceDays the sum, over the lots, of face times calendar days: lots that mature on different days cost as one that
    /// matures on their mean day, weighted by face
    /// @return ppm rounded; {INFINITE_COST} if nothing is received or no time goes by, which no other cost reaches
    function allInCost(uint256 face, uint256 received, uint256 faceDays) internal pure returns (uint256 ppm) {
        (uint256 num, uint256 den) = _cost(face, received, faceDays);
        return den == 0 ? INFINITE_COST : _divideHalfUp(num * MILLION, den);
    }

    /// @notice The same cost to order offers by, so fine that rounding makes no ties: in 1e-18, rounded down; what 128 bits do
    /// not hold, the infinite cost included, is their maximum.
    function costKey(uint256 face, uint256 received, uint256 faceDays) internal pure returns (uint128) {
        (uint256 num, uint256 den) = _cost(face, received, faceDays);
        if (den == 0) return type(uint128).max;
        uint256 key = (num * COST_KEY_UNIT) / den;
        return key > type(uint128).max ? type(uint128).max : uint128(key);
    }

    /// @dev Over 0 if it is infinite.
    function _cost(uint256 face, uint256 received, uint256 faceDays) private pure returns (uint256 num, uint256 den) {
        return ((face - received) * 365 * face, received * faceDays);
    }

    /// @dev Half an odd denominator may be rounded down: no remainder is exactly half of it.
    function _divideHalfUp(uint256 num, uint256 den) private pure returns (uint256) {
        return (num + den / 2) / den;
    }

    /// @dev Brings the `count` largest keys to the front, in any order (quickselect); there are more keys than that, and no two
    /// are equal. Linear but for keys arranged against it.
    function _largestFirst(uint256[] memory keys, uint256 count) private pure {
        (uint256 low, uint256 high) = (0, keys.length - 1);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            uint256 pivot = keys[middle];
            keys[middle] = keys[high];
            uint256 place = low;
            for (uint256 i = low; i < high; ++i) {
                uint256 key = keys[i];
                if (key <= pivot) continue;
                keys[i] = keys[place];
                keys[place++] = key;
            }
            keys[high] = keys[place];
            keys[place] = pivot;
            if (place == count) return;
            if (place < count) low = place + 1;
            else high = place - 1;
        }
    }
}
