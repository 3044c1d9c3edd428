// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Day} from "./Calendar.sol";

/// @notice Days, each counted as often as it was added; answers which is the earliest, one storage word for 256 days.
library DaySet {
    struct Days {
        mapping(uint256 word => uint256 bits) words;
        mapping(Day => uint32) counts;
        uint16 firstWord; // no day before this word was ever added
        bool used;
    }

    function add(Days storage self, Day day) internal {
        if (++self.counts[day] > 1) return;
        uint16 word = uint16(Day.unwrap(day) >> 8);
        self.words[word] |= 1 << (Day.unwrap(day) & 0xff);
        if (!self.used || word < self.firstWord) (self.firstWord, self.used) = (word, true);
    }

    function remove(Days storage self, Day day) internal {
        if (--self.counts[day] > 0) return;
        self.words[Day.unwrap(day) >> 8] &= ~(uint256(1) << (Day.unwrap(day) & 0xff));
    }

    /// @notice The earliest day in the set before `limit`.
    function earliestBefore(Days storage self, Day limit) internal view returns (bool found, Day day) {
        if (!self.used) return (false, day);
        uint256 lastWord = Day.unwrap(limit) >> 8;
        for (uint256 word = self.firstWord; word <= lastWord; ++word) {
            uint256 bits = self.words[word];
            if (word == lastWord) bits &= (uint256(1) << (Day.unwrap(limit) & 0xff)) - 1;
            if (bits != 0) {
                uint256 lowest = Math.log2(bits & (~bits + 1));
                return (true, Day.wrap(uint24((word << 8) | lowest)));
            }
        }
    }
}
