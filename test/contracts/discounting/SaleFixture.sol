// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DayCount} from "../../../contracts/common/DayCount.sol";
import {DiscountMethod} from "../../../contracts/pricing/Pricing.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

/// @title A ledger with money in it: two financiers with cash and risk assets, and what it takes to sell to them
abstract contract SaleFixture is LedgerFixture {
    uint256 internal constant CASH = 10_000_000_00;
    uint32 internal constant ANY_COST = type(uint32).max;
    bytes internal constant PUBLISHED = "";

    function setUp() public virtual override {
        super.setUp();
        fund(financier);
        fund(otherFinancier);
    }

    function fund(PartyId party) internal {
        mint(party, CASH);
        vm.prank(keyOf(party));
        concentration.declareRiskAssets(CNY, uint128(CASH));
    }

    //------------------------------------------------------------------ quotes

    /// @dev What most tests sell under: 2.85 % a year, ACT/360, off the face, no fees, no recourse, anyone's paper.
    function quoteOf(PartyId by) internal view returns (Quote memory q) {
        q.financier = by;
        q.currency = CNY;
        q.maxDays = 365;
        q.minUnits = 1;
        q.rate = 28_500;
        q.dayCount = DayCount.Act360;
        q.method = DiscountMethod.BankDiscount;
        q.capacity = uint64(CASH);
        q.expiresAt = uint40(block.timestamp + 7 days);
    }

    function publish(Quote memory q) internal returns (bytes32 hash) {
        vm.prank(keyOf(q.financier));
        hash = discounting.publish(q, 0);
    }

    function sign(Quote memory q) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf[q.financier], offerBook.digestOf(discounting.hashOf(q)));
        return abi.encodePacked(r, s, v);
    }

    function only(PartyId party) internal pure returns (PartyId[] memory parties) {
        parties = new PartyId[](1);
        parties[0] = party;
    }

    //------------------------------------------------------------------ lots and sales

    function lot(NoteId note, uint64 units) internal pure returns (Lot[] memory lots) {
        lots = new Lot[](1);
        lots[0] = Lot(note, units);
    }

    function lots2(NoteId a, uint64 unitsA, NoteId b, uint64 unitsB) internal pure returns (Lot[] memory lots) {
        lots = new Lot[](2);
        (lots[0], lots[1]) = (Lot(a, unitsA), Lot(b, unitsB));
    }

    /// @dev Sells under a published quote; the note the buyer has now.
    function sell(PartyId seller, Quote memory q, NoteId note, uint64 units) internal returns (NoteId) {
        vm.prank(keyOf(seller));
        discounting.sell(q, PUBLISHED, lot(note, units), ANY_COST, "sale");
        return newest(note.payableOf());
    }

    /// @dev Sells to `buyer` under a quote published for the purpose.
    function sellTo(PartyId buyer, bool recourse, PartyId seller, NoteId note, uint64 units) internal returns (NoteId) {
        Quote memory q = quoteOf(buyer);
        q.recourse = recourse;
        q.salt = uint64(uint256(unique()));
        publish(q);
        return sell(seller, q, note, units);
    }

    function sellCall(
        Quote memory q,
        bytes memory signature,
        Lot[] memory lots,
        uint32 maxCost
    ) internal view returns (bytes memory) {
        return abi.encodeCall(discounting.sell, (q, signature, lots, maxCost, bytes32("sale")));
    }

    /// @dev The sale is refused, and so is its appraisal, both for this reason; nothing has moved.
    function assertUnsellable(
        PartyId seller,
        Quote memory q,
        bytes memory signature,
        Lot[] memory lots,
        bytes memory reason
    ) internal {
        uint256 cashBefore = balanceOf(q.financier);
        assertRefused(seller, address(discounting), sellCall(q, signature, lots, ANY_COST), reason, "sell");
        assertRefused(
            seller,
            address(discounting),
            abi.encodeCall(discounting.appraise, (q, signature, seller, lots)),
            reason,
            "appraise"
        );
        vm.assertEq(balanceOf(q.financier), cashBefore, "no cash moved");
    }
}
