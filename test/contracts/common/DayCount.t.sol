// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "../../../contracts/common/Calendar.sol";
import {DayCount, DayCounts} from "../../../contracts/common/DayCount.sol";
import {Test} from "./Test.sol";

contract DayCountTest is Test {
    uint256 private constant LAST_DAY = 2_932_896; // 9999-12-31

    function _day(uint256 yyyymmdd) private pure returns (Day) {
        return Calendar.fromCivil(yyyymmdd / 10_000, (yyyymmdd / 100) % 100, yyyymmdd % 100);
    }

    function _count(
        DayCount convention,
        Day start,
        Day end,
        Day termination,
        uint256 denominator
    ) private pure returns (uint256 numerator) {
        uint256 basis;
        (numerator, basis) = DayCounts.yearFraction(convention, start, end, termination);
        vm.assertEq(basis, denominator, "the denominator");
    }

    function _basis(DayCount convention) private pure returns (uint256) {
        if (convention == DayCount.ActActIsda) return 365 * 366;
        return convention == DayCount.Act365F ? 365 : 360;
    }

    function _days(
        DayCount convention,
        uint256 start,
        uint256 end,
        uint256 termination,
        uint256 expected
    ) private pure {
        uint256 days_ = _count(convention, _day(start), _day(end), _day(termination), 360);
        vm.assertEq(days_, expected, string.concat(vm.toString(start), " to ", vm.toString(end)));
    }

    function _years(uint256 start, uint256 end, uint256 ordinary, uint256 leap) private pure {
        uint256 numerator = _count(DayCount.ActActIsda, _day(start), _day(end), _day(end), 365 * 366);
        vm.assertEq(
            numerator,
            ordinary * 366 + leap * 365,
            string.concat(vm.toString(start), " to ", vm.toString(end))
        );
    }

    //------------------------------------------------------------------ published examples

    /// @dev ISDA's worksheet of 30/360 examples.
    function test_TheBondBasisKeepsThe31stUnlessThePeriodStartsOnAMonthsEnd() public pure {
        _days(DayCount.Thirty360, 20060820, 20070220, 20070220, 180);
        _days(DayCount.Thirty360, 20060831, 20070228, 20070228, 178);
        _days(DayCount.Thirty360, 20080229, 20080831, 20080831, 182);
        _days(DayCount.Thirty360, 20090228, 20090831, 20090831, 183);
        _days(DayCount.Thirty360, 20060930, 20061031, 20061031, 30);
        _days(DayCount.Thirty360, 20060131, 20060331, 20060331, 60);
        _days(DayCount.Thirty360, 20080228, 20080331, 20080331, 33);
        _days(DayCount.Thirty360, 20060228, 20060303, 20060303, 5);
    }

    /// @dev The same.
    function test_TheEurobondBasisHasNo31st() public pure {
        _days(DayCount.ThirtyE360, 20060228, 20060831, 20060831, 182);
        _days(DayCount.ThirtyE360, 20070831, 20080229, 20080229, 179);
        _days(DayCount.ThirtyE360, 20080229, 20080831, 20080831, 181);
        _days(DayCount.ThirtyE360, 20080229, 20090228, 20090228, 359);
        _days(DayCount.ThirtyE360, 20060930, 20061031, 20061031, 30);
        _days(DayCount.ThirtyE360, 20080228, 20080331, 20080331, 32);
    }

    /// @dev The same.
    function test_UnderIsdasBasisFebruaryEndsOnThe30thButNotAtMaturity() public pure {
        _days(DayCount.ThirtyE360Isda, 20070228, 20070831, 20120229, 180);
        _days(DayCount.ThirtyE360Isda, 20070831, 20080229, 20120229, 180);
        _days(DayCount.ThirtyE360Isda, 20110831, 20120229, 20120229, 179);
        _days(DayCount.ThirtyE360Isda, 20060131, 20060228, 20080229, 30);
        _days(DayCount.ThirtyE360Isda, 20060214, 20060228, 20080229, 16);
        _days(DayCount.ThirtyE360Isda, 20070831, 20080228, 20080229, 178); // the 28th of a leap year is no end
        _days(DayCount.ThirtyE360Isda, 20070228, 20080228, 20080229, 358);
        _days(DayCount.ThirtyE360Isda, 20070228, 20080229, 20080229, 359);
        _days(DayCount.ThirtyE360Isda, 20080229, 20090228, 20080229, 360);
    }

    /// @dev ISDA, "EMU and market conventions: recent developments" (1998).
    function test_DaysOfLeapYearsCountOver366() public pure {
        _years(20031101, 20040501, 61, 121);
        _years(19990201, 19990701, 150, 0);
        _years(19990701, 20000701, 184, 182);
        _years(20020815, 20030715, 334, 0);
        _years(20030715, 20040115, 170, 14);
        _years(19990730, 20000130, 155, 29);
        _years(20000130, 20000630, 0, 152);
        _years(19991130, 20000430, 32, 120);
    }

    function test_WholeYearsAreYearsWhateverTheirLength() public pure {
        _years(20240101, 20250101, 0, 366);
        _years(20250101, 20260101, 365, 0);
        _years(19990101, 20010101, 365, 366); // 2000 is one
        _years(20111228, 20160301, 4 + 3 * 365, 366 + 60);
        _years(20960301, 21040301, 365 * 7, 306 + 60); // 2100 is no leap year
        _years(19700101, 20000101, 365 * 23, 366 * 7);
    }

    function test_TheConventionsDisagreeAroundTheEndOfFebruary() public pure {
        uint256[2][3] memory periods = [
            [uint256(20060831), 20070228],
            [uint256(20271231), 20280229],
            [uint256(20070228), 20070831]
        ];
        uint8[3] memory actual = [181, 60, 184];
        for (uint256 i = 0; i < periods.length; ++i) {
            (Day start, Day end) = (_day(periods[i][0]), _day(periods[i][1]));
            vm.assertEq(_count(DayCount.Act360, start, end, end, 360), actual[i], "ACT/360");
            vm.assertEq(_count(DayCount.Act365F, start, end, end, 365), actual[i], "ACT/365F");
        }
        _days(DayCount.Thirty360, 20271231, 20280229, 20280229, 59);
        _days(DayCount.ThirtyE360, 20271231, 20280229, 20280229, 59);
        _days(DayCount.ThirtyE360Isda, 20271231, 20280229, 20280229, 59);
        _days(DayCount.ThirtyE360Isda, 20271231, 20280229, 20280531, 60);
    }

    //------------------------------------------------------------------ properties

    function testFuzz_NoDayPassesWithinADay(uint256 day, uint256 termination) public pure {
        Day on = Day.wrap(uint24(bound(day, 0, LAST_DAY)));
        Day ends = Day.wrap(uint24(bound(termination, 0, LAST_DAY)));
        for (uint8 c = 0; c <= uint8(type(DayCount).max); ++c) {
            vm.assertEq(_count(DayCount(c), on, on, ends, _basis(DayCount(c))), 0, "within a day");
        }
        Day february = _day(20260228);
        vm.assertEq(_count(DayCount.ThirtyE360Isda, february, february, february, 360), 0, "within a February end");
    }

    function testFuzz_CountsOfActualDaysAddUpOverAnySplit(uint256 start, uint256 first, uint256 second) public pure {
        start = bound(start, 0, LAST_DAY - 20_000);
        uint256 middle = start + bound(first, 0, 10_000);
        uint256 end = middle + bound(second, 0, 10_000);
        (Day a, Day b, Day c) = (Day.wrap(uint24(start)), Day.wrap(uint24(middle)), Day.wrap(uint24(end)));
        DayCount[3] memory actual = [DayCount.Act360, DayCount.Act365F, DayCount.ActActIsda];
        for (uint256 i = 0; i < actual.length; ++i) {
            uint256 basis = _basis(actual[i]);
            uint256 parts = _count(actual[i], a, b, c, basis) + _count(actual[i], b, c, c, basis);
            vm.assertEq(_count(actual[i], a, c, c, basis), parts, "the whole is its parts");
        }
    }

    function testFuzz_EachDayIsOverTheLengthOfItsOwnYear(uint256 start, uint256 length) public pure {
        start = bound(start, 0, LAST_DAY - 1_500);
        length = bound(length, 0, 1_500);
        uint256 expected;
        for (uint256 day = start; day < start + length; ++day) {
            (uint256 year, , ) = Calendar.toCivil(Day.wrap(uint24(day)));
            expected += Calendar.daysInMonth(year, 2) == 29 ? 365 : 366;
        }
        Day end = Day.wrap(uint24(start + length));
        vm.assertEq(_count(DayCount.ActActIsda, Day.wrap(uint24(start)), end, end, 365 * 366), expected, "day by day");
    }

    function testFuzz_ALaterEndNeverCountsLess(uint256 start, uint256 length, uint256 more) public pure {
        start = bound(start, 0, LAST_DAY - 1_000);
        uint256 end = start + bound(length, 0, 800);
        uint256 later = end + bound(more, 1, 40);
        for (uint8 c = 0; c <= uint8(type(DayCount).max); ++c) {
            uint256 shorter = _toItsEnd(DayCount(c), start, end);
            vm.assertGe(_toItsEnd(DayCount(c), start, later), shorter, "a later end");
        }
    }

    function _toItsEnd(DayCount convention, uint256 start, uint256 end) private pure returns (uint256) {
        Day last = Day.wrap(uint24(end));
        return _count(convention, Day.wrap(uint24(start)), last, last, _basis(convention));
    }

    //------------------------------------------------------------------ refusals

    function count(DayCount convention, Day start, Day end) external pure returns (uint256, uint256) {
        return DayCounts.yearFraction(convention, start, end, end);
    }

    function test_APeriodDoesNotEndBeforeItStarts() public {
        for (uint8 c = 0; c <= uint8(type(DayCount).max); ++c) {
            bytes memory data = abi.encodeCall(this.count, (DayCount(c), _day(20260302), _day(20260301)));
            assertRefused(
                address(this),
                address(this),
                data,
                abi.encodeWithSignature("Panic(uint256)", 0x11),
                "back in time"
            );
        }
    }
}
