// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DaySet} from "../../../contracts/common/DaySet.sol";
import {Test} from "./Test.sol";

contract DaySetTest is Test {
    using DaySet for DaySet.Days;

    uint256 private constant SPAN = 1_200; // five words, and more

    DaySet.Days private _set;
    uint32[SPAN] private _counts;

    /// @dev The earliest day before `limit`, by looking at every one.
    function _bySearch(uint256 base, uint256 limit) private view returns (bool, uint256) {
        for (uint256 i = 0; i < SPAN && base + i < limit; ++i) {
            if (_counts[i] > 0) return (true, base + i);
        }
        return (false, 0);
    }

    function testFuzz_TheEarliestDayIsTheOneASearchFinds(uint256 seed, uint16 base) public {
        for (uint256 i = 0; i < 60; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 place = seed % SPAN;
            if ((seed >> 32) % 3 > 0 || _counts[place] == 0) {
                _set.add(Day.wrap(uint24(base + place)));
                ++_counts[place];
            } else {
                _set.remove(Day.wrap(uint24(base + place)));
                --_counts[place];
            }
            uint256 limit = base + ((seed >> 64) % (SPAN + 300));
            (bool found, Day day) = _set.earliestBefore(Day.wrap(uint24(limit)));
            (bool expected, uint256 earliest) = _bySearch(base, limit);
            vm.assertEq(found, expected, "whether there is one");
            if (found) vm.assertEq(Day.unwrap(day), earliest, "which one");
        }
    }

    function test_AnEmptySetHasNoEarliestDay() public {
        (bool found, ) = _set.earliestBefore(Day.wrap(type(uint24).max));
        vm.assertTrue(!found, "never used");
        _set.add(Day.wrap(20_000));
        _set.remove(Day.wrap(20_000));
        (found, ) = _set.earliestBefore(Day.wrap(30_000));
        vm.assertTrue(!found, "emptied");
    }

    function test_ADayAddedTwiceIsRemovedTwice() public {
        _set.add(Day.wrap(20_000));
        _set.add(Day.wrap(20_000));
        _set.remove(Day.wrap(20_000));
        (bool found, Day day) = _set.earliestBefore(Day.wrap(20_001));
        vm.assertTrue(found && day == Day.wrap(20_000), "once more");
        (found, ) = _set.earliestBefore(Day.wrap(20_000));
        vm.assertTrue(!found, "the limit itself is not before it");
    }
}
