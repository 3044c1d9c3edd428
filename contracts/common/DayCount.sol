// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "./Calendar.sol";

/// @notice The day count conventions, by the names of the 2006 ISDA Definitions, section 4.16: ACT/360, ACT/365F, ACT/ACT ISDA,
/// 30/360 Bond Basis, 30E/360, 30E/360 ISDA.
enum DayCount {
    Act360,
    Act365F,
    ActActIsda,
    Thirty360,
    ThirtyE360,
    ThirtyE360Isda
}

/// @notice What part of a year a period is. The first day counts, the last does not.
library DayCounts {
    /// @dev Over this, days of years of 365 and of years of 366 days add up exactly.
    uint256 private constant ACT_ACT_DENOMINATOR = 365 * 366;

    /// @notice The period from `start` to `end` in years, as a fraction that need not be in lowest terms. Panics if it ends
    /// before it starts.
    /// @param termination when the instrument matures; only `ThirtyE360Isda` looks at it, for a period that ends there
    /// @return numerator below 2^33
    /// @return denominator 360, 365 or 133,590
    function yearFraction(
        DayCount convention,
        Day start,
        Day end,
        Day termination
    ) internal pure returns (uint256 numerator, uint256 denominator) {
        uint256 actual = Day.unwrap(end) - Day.unwrap(start);
        if (convention == DayCount.Act360) return (actual, 360);
        if (convention == DayCount.Act365F) return (actual, 365);
        if (convention == DayCount.ActActIsda) {
            uint256 leap = _leapDaysBefore(end) - _leapDaysBefore(start);
            return ((actual - leap) * 366 + leap * 365, ACT_ACT_DENOMINATOR);
        }
        // On one and the same February end, 30E/360 ISDA would count back from its 30th to the termination's 28th.
        return (actual == 0 ? 0 : _daysOfThirty(convention, start, end, termination), 360);
    }

    /// @dev How many days before `day` fall in leap years, since the year 1.
    function _leapDaysBefore(Day day) private pure returns (uint256 count) {
        (uint256 year, , ) = Calendar.toCivil(day);
        uint256 past = year - 1;
        count = (past / 4 - past / 100 + past / 400) * 366;
        if (Calendar.daysInMonth(year, 2) == 29) count += Day.unwrap(day) - Day.unwrap(Calendar.fromCivil(year, 1, 1));
    }

    function _daysOfThirty(DayCount convention, Day start, Day end, Day termination) private pure returns (uint256) {
        (uint256 startYear, uint256 startMonth, uint256 first) = Calendar.toCivil(start);
        (uint256 endYear, uint256 endMonth, uint256 last) = Calendar.toCivil(end);
        if (convention == DayCount.ThirtyE360Isda) {
            if (_isFebruaryEnd(startYear, startMonth, first)) first = 30;
            if (_isFebruaryEnd(endYear, endMonth, last) && !(end == termination)) last = 30;
        }
        if (first == 31) first = 30;
        if (last == 31 && (convention != DayCount.Thirty360 || first == 30)) last = 30;
        return (360 * endYear + 30 * endMonth + last) - (360 * startYear + 30 * startMonth + first);
    }

    function _isFebruaryEnd(uint256 year, uint256 month, uint256 date) private pure returns (bool) {
        return month == 2 && date == Calendar.daysInMonth(year, 2);
    }
}
