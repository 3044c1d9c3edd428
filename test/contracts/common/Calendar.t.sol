// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "../../../contracts/common/Calendar.sol";
import {Test} from "./Test.sol";

contract CalendarTest is Test {
    function _day(uint256 year, uint256 month, uint256 date) private pure returns (Day) {
        return Calendar.fromCivil(year, month, date);
    }

    /// @dev Every day from 1970 to 2199, counted one by one with the rule of leap years alone.
    function test_EveryDateFrom1970To2199IsWhatCountingSays() public pure {
        uint24 day = 0;
        for (uint256 year = 1970; year < 2200; ++year) {
            bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            uint8[12] memory lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (uint256 month = 1; month <= 12; ++month) {
                for (uint256 date = 1; date <= lengths[month - 1]; ++date) {
                    (uint256 y, uint256 m, uint256 d) = Calendar.toCivil(Day.wrap(day));
                    if (y != year || m != month || d != date) revert("toCivil differs from counting");
                    if (Day.unwrap(_day(year, month, date)) != day) revert("fromCivil differs from counting");
                    if (Calendar.isWeekend(Day.wrap(day)) != _weekendByCounting(day)) revert("weekday differs");
                    ++day;
                }
                if (Calendar.daysInMonth(year, month) != lengths[month - 1]) revert("month length differs");
            }
        }
        vm.assertEq(day, 84_006, "230 years");
    }

    /// @dev 3 January 1970 was a Saturday.
    function _weekendByCounting(uint24 day) private pure returns (bool) {
        uint24 sinceSaturday = (day + 5) % 7;
        return sinceSaturday < 2;
    }

    function test_ATermEndsOnTheSameDateOrTheMonthsLast() public pure {
        _term(2026, 8, 31, 6, 2027, 2, 28);
        _term(2027, 8, 31, 6, 2028, 2, 29);
        _term(2026, 8, 30, 6, 2027, 2, 28);
        _term(2026, 8, 28, 6, 2027, 2, 28);
        _term(2026, 12, 31, 6, 2027, 6, 30);
        _term(2028, 2, 29, 12, 2029, 2, 28);
        _term(2028, 2, 29, 48, 2032, 2, 29);
        _term(2026, 2, 28, 6, 2026, 8, 28); // not the 31st: a month's last day is nothing special at the start
        _term(2026, 1, 31, 1, 2026, 2, 28);
        _term(2026, 7, 15, 0, 2026, 7, 15);
        _term(2099, 8, 31, 6, 2100, 2, 28); // 2100 is no leap year
    }

    function _term(uint256 y, uint256 m, uint256 d, uint256 months, uint256 y2, uint256 m2, uint256 d2) private pure {
        vm.assertTrue(Calendar.addMonths(_day(y, m, d), months) == _day(y2, m2, d2), "the end of a term");
    }

    function testFuzz_ATermIsAsManyMonthsLong(uint24 start, uint8 months) public pure {
        start = uint24(bound(start, 0, 80_000));
        (uint256 y, uint256 m, uint256 d) = Calendar.toCivil(Day.wrap(start));
        (uint256 y2, uint256 m2, uint256 d2) = Calendar.toCivil(Calendar.addMonths(Day.wrap(start), months));
        vm.assertEq(y2 * 12 + m2, y * 12 + m + months, "months later");
        uint256 last = Calendar.daysInMonth(y2, m2);
        vm.assertEq(d2, d < last ? d : last, "the same date or the last");
    }

    function testFuzz_TheDayTurnsAtMidnightInItsZone(uint32 time, int8 quarters) public pure {
        int256 offset = int256(bound(uint256(int256(quarters) + 128), 0, 104)) * 15 minutes - 12 hours;
        uint256 t = uint256(time) + 1 days;
        uint256 local = uint256(int256(t) + offset);
        vm.assertEq(Day.unwrap(Calendar.dayAt(t, offset)), local / 1 days, "the date on the wall");
    }

    function test_DaysAreComparedAsNumbers() public pure {
        (Day a, Day b) = (Day.wrap(1), Day.wrap(2));
        vm.assertTrue(a < b && b > a && a <= b && b >= a && a <= a && a >= a && a == a, "ordered");
        vm.assertTrue(!(b < a) && !(a > b) && !(b <= a) && !(a >= b) && !(a == b), "strictly");
        vm.assertTrue(Calendar.next(a) == b, "the next day");
    }
}
