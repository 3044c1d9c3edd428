// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Price} from "../../../contracts/discounting/IDiscounting.sol";
import {Outcome, SellRequest} from "../../../contracts/rounds/ISaleRounds.sol";
import {DiscountMethod} from "../../../contracts/pricing/Pricing.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {RoundsFixture} from "./RoundsFixture.sol";

/// @title The published rule once more, as plainly as it reads, against what rounds do
/// @dev The model knows a pair's price from {IDiscounting-appraise}, and keeps capacities, cash and room by itself.
contract RoundRuleTest is RoundsFixture {
    uint256 private constant BUYERS = 3;

    struct Buyer {
        PartyId party;
        uint256 cash;
        uint256 room;
    }

    PartyId[BUYERS] private _financiers;
    Buyer[BUYERS] private _buyers;
    uint64[] private _ids;
    uint256[] private _left; // of each quote
    mapping(uint256 ask => mapping(uint256 quote => Price)) private _prices; // no face: out
    mapping(uint256 ask => uint256) private _filledBy; // quote + 1

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < BUYERS; ++i) {
            _financiers[i] = admit(string.concat("buyer ", vm.toString(i)), Roles.FINANCIER);
        }
    }

    function testFuzz_ARoundDoesWhatTheRuleSays(uint256 seed) public {
        _makeBuyers(seed);
        _makeQuotes(uint256(keccak256(abi.encode(seed, "quotes"))));
        _makeRequests(uint256(keccak256(abi.encode(seed, "requests"))));
        _model();
        Outcome[] memory outcomes = round();
        vm.assertEq(outcomes.length, _ids.length, "an outcome for each request");
        for (uint256 i = 0; i < outcomes.length; ++i) {
            vm.assertEq(outcomes[i].request, _ids[i], "in order of time");
            if (_filledBy[i] == 0) {
                vm.assertEq(outcomes[i].sale, 0, "not filled");
                vm.assertGe(outcomes[i].reason.length, 4, "for a reason");
            } else {
                vm.assertEq(outcomes[i].quote, discounting.hashOf(published[_filledBy[i] - 1]), "filled by");
            }
        }
        for (uint256 i = 0; i < BUYERS; ++i) vm.assertEq(balanceOf(_financiers[i]), _buyers[i].cash, "cash left");
    }

    //------------------------------------------------------------------ a random market

    function _makeBuyers(uint256 seed) private {
        for (uint256 i = 0; i < BUYERS; ++i) {
            uint256 funds = bound(uint256(keccak256(abi.encode(seed, i))), 1, 300_000);
            mint(_financiers[i], funds);
            uint128 assets = uint128(bound(uint256(keccak256(abi.encode(seed, i, "assets"))), 1, 600_000));
            vm.prank(keyOf(_financiers[i]));
            concentration.declareRiskAssets(CNY, assets);
            _buyers[i] = Buyer(_financiers[i], funds, assets / 2);
        }
    }

    function _makeQuotes(uint256 seed) private {
        uint256 count = bound(seed, 0, 6);
        for (uint256 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            Quote memory q = quoteAt(
                _financiers[seed % BUYERS],
                uint32(20_000 + ((seed >> 8) % 4) * 10_000),
                uint64(bound(seed >> 16, 1_000, 200_000))
            );
            q.dayCount = DayCount((seed >> 80) % 6);
            q.method = DiscountMethod((seed >> 88) % 2);
            if ((seed >> 96) % 3 == 0) q.flatFee = uint64((seed >> 100) % 300);
            if ((seed >> 120) % 3 == 0) (q.feeRate, q.feeTo) = (uint32((seed >> 124) % 5_000), guarantor);
            if ((seed >> 140) % 4 == 0) q.minUnits = uint64(bound(seed >> 144, 1, q.capacity));
            if ((seed >> 160) % 4 == 0) q.sellers = only((seed >> 164) % 2 == 0 ? supplier1 : supplier2);
            q.recourse = (seed >> 170) % 3 == 0;
            open(q);
            _left.push(q.capacity);
        }
    }

    function _makeRequests(uint256 seed) private {
        uint256 count = bound(seed, 1, 8);
        for (uint256 i = 0; i < count; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            PartyId seller = (seed >> 8) % 2 == 0 ? supplier1 : supplier2;
            uint64 units = uint64(bound(seed >> 16, 100, 150_000));
            NoteId note = held(units);
            if (seller != supplier1) note = give(supplier1, note, seller, units);
            uint32 maxCost = (seed >> 96) % 3 == 0 ? uint32(15_000 + ((seed >> 100) % 40_000)) : ANY_COST;
            _ids.push(asking(seller, note, units, maxCost, (seed >> 140) % 2 == 0));
        }
    }

    //------------------------------------------------------------------ the rule

    function _model() private {
        for (uint256 i = 0; i < _ids.length; ++i) for (uint256 j = 0; j < published.length; ++j) _priceModel(i, j);
        while (_fillModel()) {}
    }

    function _priceModel(uint256 i, uint256 j) private {
        SellRequest memory a = rounds.requestOf(_ids[i]);
        if (published[j].recourse && !a.recourse) return;
        try discounting.appraise(published[j], PUBLISHED, a.seller, lot(a.note, a.units)) returns (Price memory p) {
            if (p.cost <= a.maxCost) _prices[i][j] = p;
        } catch {} // capacities, cash and room only shrink: suppliers sell, and they do not buy
    }

    function _fillModel() private returns (bool) {
        (uint256 request, uint256 quote, uint256 lowest) = (0, 0, type(uint256).max);
        for (uint256 i = 0; i < _ids.length; ++i) {
            for (uint256 j = 0; j < published.length; ++j) {
                if (_prices[i][j].costKey < lowest && _fitsModel(i, j)) {
                    (request, quote, lowest) = (i, j, _prices[i][j].costKey);
                }
            }
        }
        if (lowest == type(uint256).max) return false;
        Price memory p = _prices[request][quote];
        Buyer storage b = _buyerOf(quote);
        (b.cash, b.room) = (b.cash - _paid(p, quote), b.room - p.face);
        _left[quote] -= p.face;
        _filledBy[request] = quote + 1;
        return true;
    }

    function _fitsModel(uint256 i, uint256 j) private view returns (bool) {
        Price memory p = _prices[i][j];
        Buyer storage b = _buyerOf(j);
        return p.face > 0 && _filledBy[i] == 0 && p.face <= _left[j] && p.face <= b.room && _paid(p, j) <= b.cash;
    }

    function _paid(Price memory p, uint256 quote) private view returns (uint256) {
        return published[quote].feeTo == guarantor ? p.received + p.fees : p.received;
    }

    function _buyerOf(uint256 quote) private view returns (Buyer storage) {
        uint256 i = 0;
        while (_financiers[i] != published[quote].financier) ++i;
        return _buyers[i];
    }
}
