// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOfferBook, OfferState} from "../../../contracts/offers/IOfferBook.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {IDocumentRegistry} from "../../../contracts/documents/IDocumentRegistry.sol";
import {IConcentration, noteKey} from "../../../contracts/exposure/IConcentration.sol";
import {IDiscounting, Price, Sale} from "../../../contracts/discounting/IDiscounting.sol";
import {DiscountAboveFace, DiscountMethod} from "../../../contracts/pricing/Pricing.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot, hashLots} from "../../../contracts/offers/Lot.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {SaleFixture} from "./SaleFixture.sol";

/// @dev The first note is 100,000 units with 179 days to run: at 2.85 % on ACT/360 the discount is 1,417.08.
contract SaleTest is SaleFixture {
    uint64 internal constant FACE = 100_000;
    uint64 internal constant DISCOUNT = 1_417;

    NoteId internal n1;
    PayableId internal id;
    Quote internal q;

    function setUp() public override {
        super.setUp();
        n1 = held(FACE);
        id = n1.payableOf();
        q = quoteOf(financier);
    }

    //------------------------------------------------------------------ note and cash

    function test_NoteAndCashChangeHandsInOneStep() public {
        publish(q);
        NoteId sold = sell(supplier1, q, n1, FACE);
        vm.assertEq(balanceOf(supplier1), FACE - DISCOUNT, "the seller has the cash");
        vm.assertEq(balanceOf(financier), CASH - FACE + DISCOUNT, "out of the buyer's account");
        vm.assertEq(balanceOf(PartyId.wrap(0)), 0, "none stays in between");
        vm.assertEq(cash.balanceOf(address(discounting)), 0, "least of all with the contract");
        Note memory n = ledger.note(sold);
        vm.assertTrue(n.holder == financier, "the buyer has the note");
        vm.assertEq(n.parent, n1.indexOf(), "as the child of the one that was sold");
        vm.assertEq(n.tier, 1, "on the same tier: no debt was paid with it");
        vm.assertEq(n.financings, 1, "by a financing hop");
        vm.assertTrue(ledger.note(n1).status == NoteStatus.Spent, "which is spent");
        Sale memory s = discounting.sale(discounting.saleOf(sold));
        vm.assertTrue(s.seller == supplier1 && s.buyer == financier, "on record");
        vm.assertEq(s.received, FACE - DISCOUNT, "at its price");
        vm.assertTrue(!discounting.soldWithRecourse(sold), "without recourse");
        vm.assertEq(concentration.exposure(financier, obligor, CNY), FACE, "the buyer is exposed to the obligor");
    }

    function test_PartOfANoteIsItsTail() public {
        publish(q);
        NoteId sold = sell(supplier1, q, n1, 40_000);
        Note memory rest = ledger.note(n1);
        vm.assertEq(rest.end, 60_000, "the seller keeps the head");
        vm.assertTrue(rest.status == NoteStatus.Held, "as it was");
        vm.assertEq(ledger.note(sold).start, 60_000, "the buyer has the tail");
        vm.assertEq(balanceOf(supplier1), 40_000 - 567, "40,000 at 2.85 % for 179 days");
    }

    function test_ASignedQuoteIsFilledLikeAPublishedOne() public {
        q.sellers = only(supplier1);
        bytes memory signature = sign(q);
        vm.prank(keyOf(supplier1));
        discounting.sell(q, signature, lot(n1, FACE), ANY_COST, "sale");
        vm.assertEq(balanceOf(supplier1), FACE - DISCOUNT, "paid");
        OfferState memory state = offerBook.stateOf(discounting.hashOf(q));
        (bool published, uint64 used) = (state.published, state.used);
        vm.assertTrue(!published, "never on the public list");
        vm.assertEq(used, FACE, "its capacity is counted all the same");
    }

    function test_FeesGoToWhomTheQuoteNames() public {
        (q.flatFee, q.feeRate, q.feeTo) = (500, 3_000, otherFinancier);
        publish(q);
        sell(supplier1, q, n1, FACE);
        vm.assertEq(balanceOf(supplier1), FACE - DISCOUNT - 800, "less 500 and 0.3 %");
        vm.assertEq(balanceOf(otherFinancier), CASH + 800, "which the arranger has");
        vm.assertEq(balanceOf(financier), CASH - FACE + DISCOUNT, "out of the buyer = into the seller + fees");
    }

    function test_FeesOfNobodyStayWithTheBuyer() public {
        (q.flatFee, q.feeRate) = (500, 3_000);
        publish(q);
        sell(supplier1, q, n1, FACE);
        vm.assertEq(balanceOf(supplier1), FACE - DISCOUNT - 800, "the seller bears them");
        vm.assertEq(balanceOf(financier), CASH - FACE + DISCOUNT + 800, "the buyer keeps them");
    }

    function test_TheCostIsAllThatIsGivenUpOverAllThatIsReceived() public {
        (q.flatFee, q.feeRate) = (500, 3_000);
        publish(q);
        Price memory p = discounting.appraise(q, PUBLISHED, supplier1, lot(n1, FACE));
        vm.assertEq(p.face, FACE, "face");
        vm.assertEq(p.discount, DISCOUNT, "discount");
        vm.assertEq(p.fees, 800, "fees");
        vm.assertEq(p.received, FACE - DISCOUNT - 800, "received");
        // 2,217 x 365 / (97,783 x 179) = 4.623 %
        vm.assertEq(p.cost, (uint256(2_217) * 365 * 1e6) / (uint256(97_783) * 179) + 1, "rounded half-up to a ppm");
    }

    function test_TheSellersLimitIsKept() public {
        publish(q);
        uint256 cost = discounting.appraise(q, PUBLISHED, supplier1, lot(n1, FACE)).cost;
        assertRefused(
            supplier1,
            address(discounting),
            sellCall(q, PUBLISHED, lot(n1, FACE), uint32(cost) - 1),
            abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, uint32(cost) - 1),
            "a ppm too dear"
        );
        vm.prank(keyOf(supplier1));
        discounting.sell(q, PUBLISHED, lot(n1, FACE), uint32(cost), "sale");
    }

    function test_ABundleOfOnePayableHasOneDiscountSharedToTheUnit() public {
        // three parts of 33,333, 33,333 and 33,334: each alone 472.36..; the whole 1,417
        NoteId a = give(supplier1, n1, supplier2, 33_333);
        NoteId b = give(supplier1, n1, supplier2, 33_333);
        publish(q);
        vm.prank(keyOf(supplier2));
        discounting.sell(q, PUBLISHED, lots2(a, 33_333, b, 33_333), ANY_COST, "bundle");
        // 66,666 x 0.0285 x 179 / 360 = 944.71 -> 945, shared 473 and 472
        vm.assertEq(balanceOf(supplier2), 66_666 - 945, "one discount for both");
    }

    function test_ABundleOfTwoPayablesPricesEachByItsOwnDays() public {
        maturity = minus(maturity, 7); // a Friday again, 172 days from today
        NoteId other = held(50_000);
        publish(q);
        vm.prank(keyOf(supplier1));
        discounting.sell(q, PUBLISHED, lots2(n1, FACE, other, 50_000), ANY_COST, "bundle");
        // 50,000 x 0.0285 x 172 / 360 = 680.83
        vm.assertEq(balanceOf(supplier1), 150_000 - DISCOUNT - 681, "each by its own days");
        vm.assertEq(concentration.exposure(financier, obligor, CNY), 150_000, "both count");
    }

    function test_ABuyerSellsOnWhatItBought() public {
        publish(q);
        NoteId bought = sell(supplier1, q, n1, FACE);
        NoteId resold = sellTo(otherFinancier, false, financier, bought, FACE);
        Note memory n = ledger.note(resold);
        vm.assertTrue(n.holder == otherFinancier, "rediscounted");
        vm.assertEq(n.tier, 1, "the tier is the suppliers'");
        vm.assertEq(n.financings, 2, "two financing hops");
        vm.assertEq(concentration.exposure(financier, obligor, CNY), 0, "the first buyer's exposure went with it");
        vm.assertEq(concentration.exposure(otherFinancier, obligor, CNY), FACE, "to the second");
        (NoteId[] memory walk, ) = paths.path(resold);
        vm.assertEq(walk.length, 3, "the walk has all three");
    }

    function test_ANoteIsSoldSixTimesAtMost() public {
        NoteId note = n1;
        PartyId holder = supplier1;
        for (uint256 i = 0; i < 6; ++i) {
            PartyId buyer = i % 2 == 0 ? financier : otherFinancier;
            note = sellTo(buyer, false, holder, note, FACE);
            holder = buyer;
        }
        publish(q);
        assertUnsellable(
            otherFinancier,
            q,
            PUBLISHED,
            lot(note, FACE),
            abi.encodeWithSelector(IOfferBook.FinancedTooOften.selector, note, 6, 6)
        );
    }

    function test_ThePayerPaysTheBuyerAtMaturityAndItsExposureEnds() public {
        publish(q);
        NoteId sold = sell(supplier1, q, n1, FACE);
        mint(obligor, FACE);
        warpTo(maturity);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(id, FACE), list(sold));
        vm.assertEq(balanceOf(financier), CASH + DISCOUNT, "the discount is what it earned");
        vm.assertEq(concentration.exposure(financier, obligor, CNY), 0, "nothing at stake any more");
    }

    /// @dev Whatever the terms: what leaves the buyer is what the seller and the arranger receive; discount within face.
    function testFuzz_CashOutIsCashInPlusFees(
        uint32 rate,
        uint64 flat,
        uint32 feeRate,
        uint8 count,
        bool yield,
        uint64 units
    ) public {
        units = uint64(bound(units, 100, FACE));
        if (units > FACE - 100) units = FACE; // what stays is a whole note
        q.rate = uint32(bound(rate, 0, 1_000_000));
        q.feeRate = uint32(bound(feeRate, 0, 50_000));
        q.flatFee = uint64(bound(flat, 0, 20));
        q.feeTo = otherFinancier;
        q.dayCount = DayCount(bound(count, 0, uint8(type(DayCount).max)));
        q.method = yield ? DiscountMethod.SimpleYield : DiscountMethod.BankDiscount;
        publish(q);
        uint256 buyer = balanceOf(financier);
        uint256 arranger = balanceOf(otherFinancier);
        Price memory p = discounting.appraise(q, PUBLISHED, supplier1, lot(n1, units));
        sell(supplier1, q, n1, units);
        vm.assertLe(p.discount, p.face, "discount within face");
        vm.assertEq(p.received + p.fees + p.discount, units, "the face is all there is");
        vm.assertEq(balanceOf(supplier1), p.received, "the seller's");
        vm.assertEq(balanceOf(otherFinancier) - arranger, p.fees, "the arranger's");
        vm.assertEq(buyer - balanceOf(financier), p.received + p.fees, "the buyer's");
    }

    //------------------------------------------------------------------ what a sale is refused for

    function test_NoSaleUnderAQuoteThatIsNotOpen() public {
        bytes32 hash = discounting.hashOf(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, hash, financier)
        );
        bytes memory signature = sign(q);
        signature[3] ^= 0x01;
        assertUnsellable(
            supplier1,
            q,
            signature,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, hash, financier)
        );
        signature = sign(q);
        q.rate += 1; // signed for other terms
        assertUnsellable(
            supplier1,
            q,
            signature,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, discounting.hashOf(q), financier)
        );
        signature = sign(q);
        vm.prank(keyOf(financier));
        discounting.withdraw(q);
        assertUnsellable(
            supplier1,
            q,
            signature,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferIsWithdrawn.selector, discounting.hashOf(q))
        );
        q.salt = 9;
        hash = publish(q);
        vm.warp(q.expiresAt);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferExpired.selector, hash, q.expiresAt)
        );
    }

    function test_ASignatureOfAKeyThatWasReplacedIsWorthNothing() public {
        bytes memory signature = sign(q);
        uint256 secret = freshKey();
        vm.prank(keyOf(financier));
        parties.rotateKey(vm.addr(secret));
        assertUnsellable(
            supplier1,
            q,
            signature,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, discounting.hashOf(q), financier)
        );
    }

    function test_NoSaleBeyondWhatTheQuoteBuys() public {
        q.obligors = only(otherObligor);
        bytes32 hash = publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.ObligorNotTaken.selector, hash, obligor)
        );
        q = quoteOf(financier);
        q.maxDays = 178;
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IDiscounting.TenorOutOfRange.selector, id, 179, 0, 178)
        );
        q = quoteOf(financier);
        q.minDays = 180;
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IDiscounting.TenorOutOfRange.selector, id, 179, 180, 365)
        );
        q = quoteOf(financier);
        q.minUnits = FACE;
        hash = publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, 50_000),
            abi.encodeWithSelector(IDiscounting.BelowQuotedMinimum.selector, hash, FACE, 50_000)
        );
        q = quoteOf(financier);
        q.sellers = only(supplier2);
        hash = publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.TakerNotNamed.selector, hash, supplier1)
        );
        q = quoteOf(financier);
        q.currency = USD;
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.OfferCurrencyDiffers.selector, id, CNY, USD)
        );
    }

    function test_AGroupOfObligorsIsTheFinanciersOwn() public {
        q.group = "steel";
        bytes32 hash = publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.ObligorNotTaken.selector, hash, obligor)
        );
        vm.prank(keyOf(otherFinancier));
        concentration.setGroup("steel", only(obligor), true);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.ObligorNotTaken.selector, hash, obligor)
        );
        vm.prank(keyOf(financier));
        concentration.setGroup("steel", only(obligor), true);
        sell(supplier1, q, n1, FACE);
    }

    function test_CapacityIsUsedUpByPurchases() public {
        q.capacity = 150_000;
        bytes32 hash = publish(q);
        sell(supplier1, q, n1, FACE);
        NoteId next = held(50_001);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(next, 50_001),
            abi.encodeWithSelector(IOfferBook.OfferCapacityExceeded.selector, hash, 50_000, 50_001)
        );
        q.salt = 1;
        publish(q);
        sell(supplier1, q, next, 50_001);
    }

    function test_AnAnswerToARequestIsForItsLotsOnly() public {
        q.lots = hashLots(lot(n1, FACE));
        bytes32 hash = discounting.hashOf(q);
        assertUnsellable(
            supplier1,
            q,
            sign(q),
            lot(n1, 50_000),
            abi.encodeWithSelector(IOfferBook.LotsDiffer.selector, hash)
        );
        bytes memory signature = sign(q);
        vm.prank(keyOf(supplier1));
        discounting.sell(q, signature, lot(n1, FACE), ANY_COST, "sale");
    }

    function test_LotsAreSomeAndInOrder() public {
        publish(q);
        NoteId n2 = give(supplier1, n1, supplier2, 10_000);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            new Lot[](0),
            abi.encodeWithSelector(IOfferBook.LotCount.selector, 0, 50)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            new Lot[](51),
            abi.encodeWithSelector(IOfferBook.LotCount.selector, 51, 50)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lots2(n1, 100, n1, 100),
            abi.encodeWithSelector(IOfferBook.LotsOutOfOrder.selector, n1)
        );
        assertUnsellable(
            supplier2,
            q,
            PUBLISHED,
            lots2(n2, 100, n1, 100),
            abi.encodeWithSelector(IOfferBook.LotsOutOfOrder.selector, n1)
        );
    }

    function test_OnlyWhatTheSellerHoldsFreeIsSold() public {
        publish(q);
        assertUnsellable(
            supplier2,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, n1, supplier1, supplier2)
        );
        NoteId none = noteId(id, 77);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(none, 1),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE + 1),
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, n1, FACE, FACE + 1)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, 0),
            abi.encodeWithSelector(IReceivableLedger.AmountZero.selector)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, 99),
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, 1, 99, 100)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE - 1),
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, 1, 1, 100)
        );
        freeze(n1, 1);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                n1,
                1,
                uint40(block.timestamp + 30 days),
                bytes32("court order")
            )
        );
    }

    function test_WhatWasSoldIsNotSoldAgain() public {
        publish(q);
        NoteId sold = sell(supplier1, q, n1, FACE);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, n1, NoteStatus.Spent)
        );
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(sold, FACE),
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, sold, financier, supplier1)
        );
        assertUnsellable(
            financier,
            q,
            PUBLISHED,
            lot(sold, FACE),
            abi.encodeWithSelector(IOfferBook.OfferToSelf.selector, financier)
        );
    }

    function test_NoSaleFromTheMaturityOn() public {
        q.expiresAt = uint40(block.timestamp + 365 days);
        publish(q);
        warpTo(maturity);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, id, maturity)
        );
    }

    function test_NoSaleOfAPromiseWhoseDocumentsNoLongerCarryIt() public {
        bytes32 fingerprint = ledger.documentsOf(id)[0].fingerprint;
        publish(q);
        vm.prank(keyOf(supplier1));
        documents.credit(fingerprint, "credit note", 1);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.DocumentIsOverdrawn.selector, id, fingerprint)
        );
    }

    function test_NoSaleThatCostsMoreThanItBrings() public {
        q.rate = 1_000_000;
        q.minDays = 0;
        q.flatFee = 60_000;
        publish(q);
        // 100,000 x 179 / 360 = 49,722
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IDiscounting.FeesAboveProceeds.selector, 60_000, FACE - 49_722)
        );
    }

    function test_NoSaleThatTheBuyersCashDoesNotReach() public {
        PartyId poor = admit("poor financier", financierRole());
        mint(poor, FACE - DISCOUNT - 1);
        vm.prank(keyOf(poor));
        concentration.declareRiskAssets(CNY, uint128(CASH));
        q.financier = poor;
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IOfferBook.CashTooLow.selector, poor, CNY, FACE - DISCOUNT - 1, FACE - DISCOUNT)
        );
        mint(poor, 1);
        sell(supplier1, q, n1, FACE);
        vm.assertEq(balanceOf(poor), 0, "to the last unit");
    }

    function financierRole() private pure returns (uint16) {
        return 1 << 5;
    }

    function test_NoSaleBeyondTheBuyersConcentrationLimits() public {
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 199_999);
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(
                IConcentration.DebtorShareExceeded.selector,
                financier,
                obligor,
                CNY,
                99_999,
                0,
                FACE
            )
        );
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 240_000);
        vm.prank(keyOf(financier));
        concentration.setAffiliates(only(obligor), true);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IConcentration.AffiliateShareExceeded.selector, financier, CNY, 96_000, 0, FACE)
        );
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 0);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IConcentration.RiskAssetsUndeclared.selector, financier, CNY)
        );
    }

    function test_NoSaleByOrToAPartyThatMayNotAct() public {
        publish(q);
        suspend(financier);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier)
        );
        q.financier = otherFinancier;
        publish(q);
        suspend(supplier1);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(n1, FACE),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1)
        );
    }

    function test_OnlyTheRoundsSellForSomebodyElse() public {
        publish(q);
        assertRefused(
            supplier1,
            address(discounting),
            abi.encodeCall(discounting.fill, (q, supplier1, lot(n1, FACE), ANY_COST, "sale")),
            abi.encodeWithSelector(IDiscounting.NotTheRounds.selector, keyOf(supplier1)),
            "not even the seller"
        );
    }
}

contract NoRecourseTest is SaleFixture {
    function genesis() internal view override returns (RuleSet memory rulesOfTheDay) {
        rulesOfTheDay = super.genesis();
        rulesOfTheDay.recourseAllowed = false;
    }

    function test_RecourseIsTheRuleSetsToAllow() public {
        NoteId note = held(100_000);
        Quote memory q = quoteOf(financier);
        q.recourse = true;
        publish(q);
        assertUnsellable(
            supplier1,
            q,
            PUBLISHED,
            lot(note, 100_000),
            abi.encodeWithSelector(IDiscounting.RecourseNotAllowed.selector, 1)
        );
        q.recourse = false;
        publish(q);
        sell(supplier1, q, note, 100_000);
    }
}
