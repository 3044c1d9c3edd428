// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice A calendar date, as the number of days since 1970-01-01.
type Day is uint24;

using {isBefore as <, isAfter as >, isOnOrBefore as <=, isOnOrAfter as >=, equals as ==} for Day global;

function isBefore(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) < Day.unwrap(b);
}

function isAfter(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) > Day.unwrap(b);
}

function isOnOrBefore(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) <= Day.unwrap(b);
}

function isOnOrAfter(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) >= Day.unwrap(b);
}

function equals(Day a, Day b) pure returns (bool) {
    return Day.unwrap(a) == Day.unwrap(b);
}

/// @notice Dates of the proleptic Gregorian calendar, without times of day.
/// @dev Civil-date arithmetic after H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
library Calendar {
    uint256 private constant SECONDS_PER_DAY = 86_400;

    /// @notice The date at `timestamp` (Unix seconds) in the zone `utcOffset` seconds east of Greenwich.
    function dayAt(uint256 timestamp, int256 utcOffset) internal pure returns (Day) {
        unchecked {
            // neither a block's time nor an offset of hours comes near the bounds
            return Day.wrap(uint24((timestamp + uint256(utcOffset)) / SECONDS_PER_DAY));
        }
    }

    function next(Day day) internal pure returns (Day) {
        return Day.wrap(Day.unwrap(day) + 1);
    }

    /// @notice Whether `day` is a Saturday or a Sunday; 1970-01-01 was a Thursday.
    function isWeekend(Day day) internal pure returns (bool) {
        uint256 weekday = (uint256(Day.unwrap(day)) + 3) % 7; // 0 = Monday
        return weekday >= 5;
    }

    /// @notice The same day of the month `months` later, or that month's last day where it has none.
    function addMonths(Day day, uint256 months) internal pure returns (Day) {
        (uint256 year, uint256 month, uint256 date) = toCivil(day);
        uint256 index = month - 1 + months;
        year += index / 12;
        month = (index % 12) + 1;
        uint256 last = daysInMonth(year, month);
        return fromCivil(year, month, date < last ? date : last);
    }

    function daysInMonth(uint256 year, uint256 month) internal pure returns (uint256) {
        if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    function toCivil(Day day) internal pure returns (uint256 year, uint256 month, uint256 date) {
        uint256 z = uint256(Day.unwrap(day)) + 719_468;
        uint256 era = z / 146_097;
        uint256 doe = z - era * 146_097;
        uint256 yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        uint256 doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        uint256 mp = (5 * doy + 2) / 153;
        date = doy - (153 * mp + 2) / 5 + 1;
        month = mp < 10 ? mp + 3 : mp - 9;
        year = yoe + era * 400 + (month <= 2 ? 1 : 0);
    }

    function fromCivil(uint256 year, uint256 month, uint256 date) internal pure returns (Day) {
        uint256 y = month <= 2 ? year - 1 : year;
        uint256 era = y / 400;
        uint256 yoe = y - era * 400;
        uint256 doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1;
        uint256 doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        return Day.wrap(uint24(era * 146_097 + doe - 719_468));
    }
}
