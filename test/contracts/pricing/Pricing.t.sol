// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DiscountAboveFace, DiscountMethod, INFINITE_COST, Pricing} from "../../../contracts/pricing/Pricing.sol";
import {Test} from "../common/Test.sol";
import {LargestRemainder} from "../settlement/LargestRemainder.sol";
import {PricingHarness} from "./PricingHarness.sol";

contract PricingTest is Test {
    uint256 private constant MAX_AMOUNT = type(uint64).max;
    uint256 private constant MILLION = 1_000_000;

    DiscountMethod private constant BANK = DiscountMethod.BankDiscount;
    DiscountMethod private constant YIELD = DiscountMethod.SimpleYield;

    PricingHarness private _harness;

    function setUp() public {
        _harness = new PricingHarness();
    }

    function _refuses(bytes memory data, bytes memory reason, string memory message) private {
        assertRefused(address(this), address(_harness), data, reason, message);
    }

    function _panics(bytes memory data, uint256 code, string memory message) private {
        _refuses(data, abi.encodeWithSignature("Panic(uint256)", code), message);
    }

    //------------------------------------------------------------------ discounts

    function test_PublishedDiscountsToTheFen() public pure {
        vm.assertEq(Pricing.discount(BANK, 1_505_500_00, 18_000, 22, 360), 1_656_05, "1.8 % for 22 days");
        vm.assertEq(Pricing.discount(BANK, 9_700_00, 95_000, 135, 360), 345_56, "9.5 % for 135 days");
        vm.assertEq(Pricing.discount(BANK, 15_600_00, 72_500, 270, 360), 848_25, "7.25 % for 270 days");
        vm.assertEq(Pricing.discount(BANK, 100_00, 80_000, 91, 360), 2_02, "8 % for 91 days");
    }

    function test_AYieldIsEarnedOnThePriceADiscountTakenOffTheFace() public pure {
        uint256 face = 1_000_000_00;
        vm.assertEq(Pricing.discount(BANK, face, 28_500, 182, 360), 14_408_33, "a bank discount");
        vm.assertEq(face - Pricing.discount(YIELD, face, 28_500, 182, 360), 985_796_32, "the price at a yield");
        vm.assertEq(face - Pricing.discount(YIELD, face, 28_500, 182, 365), 985_988_16, "the same on 365");
    }

    function test_AHalfGoesUp() public pure {
        vm.assertEq(Pricing.discount(BANK, 1_000_00, 9_000, 1, 360), 3, "2.5 fen");
        vm.assertEq(Pricing.discount(YIELD, 3, 1_000_000, 1, 1), 1, "a price of 1.5 fen");
        vm.assertEq(Pricing.fees(1, 0, 500_000), 1, "half a fen of fees");
        vm.assertEq(Pricing.fees(1, 0, 499_999), 0, "less than half");
        vm.assertEq(Pricing.interest(1, 500_000, 1, 1), 1, "half a fen of interest");
        vm.assertEq(Pricing.interest(1, 1_000_000, 365, 731), 0, "less than half");
        vm.assertEq(Pricing.interest(1, 1_000_000, 366, 731), 1, "more than half");
    }

    function test_ABankDiscountMayTakeTheWholeFaceAndNoMore() public {
        vm.assertEq(Pricing.discount(BANK, 7, 1_000_000, 360, 360), 7, "all of it");
        _refuses(
            abi.encodeCall(_harness.discount, (BANK, 7, 1_000_001, 360, 360)),
            abi.encodeWithSelector(DiscountAboveFace.selector, 8, 7),
            "a millionth more"
        );
        _refuses(
            abi.encodeCall(_harness.discount, (BANK, 7, 2_000_000, 360, 360)),
            abi.encodeWithSelector(DiscountAboveFace.selector, 14, 7),
            "twice the face"
        );
        _refuses(
            abi.encodeCall(_harness.discount, (BANK, MAX_AMOUNT, 1_000_000, 361, 360)),
            abi.encodeWithSelector(DiscountAboveFace.selector, MAX_AMOUNT, MAX_AMOUNT),
            "what 64 bits do not hold"
        );
        vm.assertEq(Pricing.discount(YIELD, 7, 1_000_000, 360_000, 360), 7, "a yield takes no more than all, ever");
    }

    function testFuzz_NoDiscountIsAboveTheFaceNorFallsWithRateOrTime(
        uint64 face,
        uint256 rate,
        uint256 day,
        uint8 more
    ) public pure {
        rate = bound(rate, 0, MILLION - 256);
        day = bound(day, 0, 360 - 256);
        for (uint8 m = 0; m <= uint8(type(DiscountMethod).max); ++m) {
            uint256 base = Pricing.discount(DiscountMethod(m), face, rate, day, 360);
            vm.assertLe(base, face, "at most the face");
            vm.assertGe(Pricing.discount(DiscountMethod(m), face, rate + more, day, 360), base, "a higher rate");
            vm.assertGe(Pricing.discount(DiscountMethod(m), face, rate, day + more, 360), base, "more days");
        }
    }

    /// @dev The largest values the libraries are made for: none of it overflows.
    function test_TheLargestValuesAreCalculatedToo() public pure {
        (uint256 rate, uint256 num, uint256 den) = (type(uint32).max, 2 ** 33 - 1, 365 * 366);
        vm.assertLe(Pricing.discount(YIELD, MAX_AMOUNT, rate, num, den), MAX_AMOUNT, "a yield");
        vm.assertGe(Pricing.interest(MAX_AMOUNT, rate, num, den), MAX_AMOUNT, "interest");
        vm.assertGe(Pricing.fees(MAX_AMOUNT, MAX_AMOUNT, rate), MAX_AMOUNT, "fees");
        vm.assertTrue(Pricing.allInCost(MAX_AMOUNT, 1, 1) < INFINITE_COST, "all given up for one, at once");
        vm.assertEq(Pricing.allInCost(MAX_AMOUNT, MAX_AMOUNT, MAX_AMOUNT * type(uint24).max), 0, "nothing given up");
        vm.assertEq(Pricing.costKey(MAX_AMOUNT, 1, 1), type(uint128).max, "what 128 bits do not hold");
    }

    //------------------------------------------------------------------ fees and interest

    function test_FeesAreAFlatAmountAndAShareOfTheFace() public pure {
        vm.assertEq(Pricing.fees(1_000_000_00, 50_00, 3_000), 3_050_00, "0.3 % and fifty yuan");
        vm.assertEq(Pricing.fees(1_000_000_00, 0, 0), 0, "none");
        vm.assertEq(Pricing.fees(123_456_78, 50_00, 3_000), 420_37, "rounded once");
    }

    function test_InterestIsSimple() public pure {
        vm.assertEq(Pricing.interest(1_000_000_00, 60_000, 180, 360), 30_000_00, "6 % for half a year");
        vm.assertEq(Pricing.interest(1_000_000_00, 60_000, 1, 365), 164_38, "for a day");
        vm.assertEq(Pricing.interest(1_000_000_00, 60_000, 0, 365), 0, "for none");
        vm.assertEq(Pricing.interest(100_00, 360_000, 1_200, 360), 120_00, "above the principal in time");
    }

    function testFuzz_InterestNeverFalls(uint64 principal, uint32 rate, uint24 day, uint8 more) public pure {
        uint256 base = Pricing.interest(principal, rate, day, 365);
        vm.assertGe(Pricing.interest(uint256(principal) + more, rate, day, 365), base, "more principal");
        vm.assertGe(Pricing.interest(principal, uint256(rate) + more, day, 365), base, "a higher rate");
        vm.assertGe(Pricing.interest(principal, rate, uint256(day) + more, 365), base, "more days");
    }

    function testFuzz_InterestIsWithinHalfAUnit(uint64 principal, uint32 rate, uint24 day) public pure {
        uint256 exact = uint256(principal) * rate * day;
        uint256 rounded = Pricing.interest(principal, rate, day, 365) * MILLION * 365;
        vm.assertLe(2 * rounded, 2 * exact + MILLION * 365, "at most half above");
        vm.assertTrue(2 * rounded + MILLION * 365 > 2 * exact, "less than half below");
    }

    //------------------------------------------------------------------ parts of a whole

    function _weights(uint64 a, uint64 b, uint64 c) private pure returns (uint64[] memory weights) {
        weights = new uint64[](3);
        (weights[0], weights[1], weights[2]) = (a, b, c);
    }

    function _allocates(uint256 total, uint64[] memory weights, uint64[] memory expected) private pure {
        vm.assertEq(abi.encode(Pricing.allocate(total, weights)), abi.encode(expected), vm.toString(total));
    }

    function test_ADiscountOfTheWholeIsSharedByLargestRemainder() public pure {
        _allocates(1_440_833, _weights(33_333_333, 33_333_333, 33_333_334), _weights(480_278, 480_277, 480_278));
        _allocates(2, _weights(1, 1, 1), _weights(1, 1, 0)); // of equal remainders the first
        _allocates(1, _weights(1, 2, 2), _weights(0, 1, 0));
        _allocates(5, _weights(0, 7, 0), _weights(0, 5, 0));
        _allocates(0, _weights(1, 2, 3), _weights(0, 0, 0));
        _allocates(0, _weights(0, 0, 0), _weights(0, 0, 0));
        uint64 most = type(uint64).max;
        _allocates(most, _weights(most, most, most), _weights(most / 3, most / 3, most / 3));
        _allocates(most, _weights(0, most, 0), _weights(0, most, 0));
    }

    function test_WithNobodyToShareItNothingIsSplit() public {
        vm.assertEq(Pricing.allocate(0, new uint64[](0)).length, 0, "nothing among nobody");
        _panics(abi.encodeCall(_harness.allocate, (1, new uint64[](0))), 0x01, "something among nobody");
        _panics(abi.encodeCall(_harness.allocate, (1, _weights(0, 0, 0))), 0x01, "something among nothing");
        _panics(abi.encodeCall(_harness.allocate, (MAX_AMOUNT + 1, _weights(1, 1, 1))), 0x01, "more than an amount");
    }

    /// @dev Compared with {LargestRemainder}, which hands out one unit after the other.
    function testFuzz_PartsAddUpAndAreWithinAUnitOfTheirShare(
        uint64 total,
        uint256 seed,
        uint256 count,
        uint8 spread
    ) public pure {
        uint64[] memory weights = new uint64[](bound(count, 1, 40));
        uint256 sum;
        for (uint256 i = 0; i < weights.length; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            weights[i] = uint64(seed) >> (spread % 64); // the fewer bits, the more equal ones
            sum += weights[i];
        }
        vm.assume(sum > 0);

        uint64[] memory parts = Pricing.allocate(total, weights);
        uint256 shared;
        for (uint256 i = 0; i < parts.length; ++i) {
            shared += parts[i];
            uint256 exact = uint256(total) * weights[i];
            vm.assertTrue(parts[i] * sum < exact + sum && exact < parts[i] * sum + sum, "within a unit");
        }
        vm.assertEq(shared, total, "no more and no less than the whole");
        (uint64[] memory expected, ) = LargestRemainder.share(weights, new uint24[](weights.length), total);
        vm.assertEq(abi.encode(parts), abi.encode(expected), "unit by unit");
    }

    //------------------------------------------------------------------ costs

    function test_PublishedCosts() public pure {
        vm.assertEq(Pricing.allInCost(100_000_000, 96_700_000, 100_000_000 * 180), 69_200, "6 % and a fee of 0.3 %");
        vm.assertEq(Pricing.allInCost(100, 99, 100 * 30), 122_896, "1 % for thirty days");
        vm.assertEq(Pricing.allInCost(100, 98, 100 * 20), 372_449, "2/10 net 30");
        vm.assertEq(Pricing.costKey(100, 98, 100 * 20), 372_448_979_591_836_734, "the same, finer");
    }

    function test_NothingReceivedOrNoTimeCostsInfinitelyMuch() public pure {
        vm.assertEq(Pricing.allInCost(100, 0, 3_000), INFINITE_COST, "nothing received");
        vm.assertEq(Pricing.allInCost(100, 99, 0), INFINITE_COST, "no time");
        vm.assertEq(Pricing.costKey(100, 0, 3_000), type(uint128).max, "nothing received, as a key");
        vm.assertEq(Pricing.costKey(100, 99, 0), type(uint128).max, "no time, as a key");
    }

    function test_MoreThanTheFaceIsNeverReceived() public {
        _panics(abi.encodeCall(_harness.allInCost, (100, 101, 3_000)), 0x11, "a cost");
        _panics(abi.encodeCall(_harness.costKey, (100, 101, 3_000)), 0x11, "a key");
    }

    function test_LotsCostAsOneOfTheirMeanTime() public pure {
        uint256 cost = Pricing.allInCost(400, 390, 100 * 30 + 300 * 90);
        vm.assertEq(cost, Pricing.allInCost(400, 390, 400 * 75), "75 days on average");
        vm.assertEq(cost, 124_786, "10 of 390 for 75 days");
    }

    /// @dev Offers of the same ppm may differ; never the other way round.
    function testFuzz_TheKeyOrdersAsTheCostDoes(uint64 face, uint64 a, uint64 b, uint16 days_) public pure {
        face = uint64(bound(face, 1, MAX_AMOUNT));
        (uint256 more, uint256 less) = (bound(a, 0, face), bound(b, 0, face));
        if (more < less) (more, less) = (less, more);
        uint256 faceDays = uint256(face) * days_;
        vm.assertLe(Pricing.costKey(face, more, faceDays), Pricing.costKey(face, less, faceDays), "the key");
        vm.assertLe(Pricing.allInCost(face, more, faceDays), Pricing.allInCost(face, less, faceDays), "the cost");
    }

    function test_TheKeyTellsApartWhatRoundingDoesNot() public pure {
        (uint256 face, uint256 faceDays) = (1_000_000_00, 1_000_000_00 * 90);
        uint256 cost = Pricing.allInCost(face, 985_000_00, faceDays);
        vm.assertEq(Pricing.allInCost(face, 985_000_01, faceDays), cost, "to the ppm the same");
        vm.assertTrue(
            Pricing.costKey(face, 985_000_01, faceDays) < Pricing.costKey(face, 985_000_00, faceDays),
            "a fen apart"
        );
    }
}
