// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOfferBook, OfferState} from "../../../contracts/offers/IOfferBook.sol";
import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {IConcentration} from "../../../contracts/exposure/IConcentration.sol";
import {ILoanOffers, LoanPrice} from "../../../contracts/loans/ILoanOffers.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {Lot, hashLots} from "../../../contracts/offers/Lot.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {LoanFixture} from "./LoanFixture.sol";

contract LoanOffersTest is LoanFixture {
    bytes32 internal hash;

    function _publishRefused(PartyId by, LoanOffer memory offer_, bytes32 replaces, bytes memory reason) private {
        assertRefused(
            by,
            address(loanOffers),
            abi.encodeCall(loanOffers.publish, (offer_, replaces)),
            reason,
            "publish"
        );
    }

    function _withdrawRefused(PartyId by, LoanOffer memory offer_, bytes memory reason) private {
        assertRefused(by, address(loanOffers), abi.encodeCall(loanOffers.withdraw, (offer_)), reason, "withdraw");
    }

    function _about(bytes4 selector) private view returns (bytes memory) {
        return abi.encodeWithSelector(selector, hash);
    }

    //------------------------------------------------------------------ publishing

    function test_APublishedOfferStandsUntilItIsWithdrawn() public {
        hash = publish(o);
        OfferState memory state = offerBook.stateOf(hash);
        vm.assertTrue(state.published && !state.withdrawn, "published");
        vm.assertEq(state.used, 0, "and unused");
        _publishRefused(financier, o, 0, _about(IOfferBook.OfferAlreadyPublished.selector));
        vm.prank(keyOf(financier));
        loanOffers.withdraw(o);
        state = offerBook.stateOf(hash);
        vm.assertTrue(!state.published && state.withdrawn, "withdrawn");
        _withdrawRefused(financier, o, _about(IOfferBook.OfferIsWithdrawn.selector));
        _publishRefused(financier, o, 0, _about(IOfferBook.OfferIsWithdrawn.selector));
        assertNotLent(supplier1, o, lot(n1, FACE), 1_000, _about(IOfferBook.OfferIsWithdrawn.selector));
    }

    function test_ANewOfferReplacesAnOldOneInOneStep() public {
        hash = publish(o);
        LoanOffer memory better = o;
        better.rate = 50_000;
        vm.prank(keyOf(financier));
        loanOffers.publish(better, hash);
        vm.assertTrue(offerBook.stateOf(hash).withdrawn, "the old one");
        better.salt = 1;
        _publishRefused(financier, better, hash, _about(IOfferBook.OfferIsWithdrawn.selector));
        _publishRefused(
            financier,
            better,
            "never",
            abi.encodeWithSelector(IOfferBook.OfferNotPublished.selector, bytes32("never"))
        );
        better.lender = otherFinancier;
        bytes32 standing = publish(better);
        LoanOffer memory mine = o;
        mine.salt = 2;
        _publishRefused(
            financier,
            mine,
            standing,
            abi.encodeWithSelector(IOfferBook.NotTheOfferer.selector, standing, otherFinancier, financier)
        );
    }

    function test_OnlyAFinancierOffersAndOnlyInItsOwnName() public {
        hash = loanOffers.hashOf(o);
        bytes memory notItsOwn = abi.encodeWithSelector(
            IOfferBook.NotTheOfferer.selector,
            hash,
            financier,
            otherFinancier
        );
        _publishRefused(otherFinancier, o, 0, notItsOwn);
        _withdrawRefused(otherFinancier, o, notItsOwn);
        o.lender = supplier1;
        _publishRefused(
            supplier1,
            o,
            0,
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, supplier1, Roles.SUPPLIER, Roles.FINANCIER)
        );
        suspend(financier);
        o.lender = financier;
        _publishRefused(financier, o, 0, abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier));
        vm.prank(keyOf(financier));
        loanOffers.withdraw(o); // a suspended lender still takes its word back
    }

    function test_AnOfferThatIsPastIsNotPublished() public {
        o.expiresAt = uint40(block.timestamp);
        hash = loanOffers.hashOf(o);
        _publishRefused(financier, o, 0, abi.encodeWithSelector(IOfferBook.OfferExpired.selector, hash, o.expiresAt));
    }

    function test_AnIncompleteOfferIsRefusedPublishedOrSigned() public {
        for (uint256 i = 0; i < 10; ++i) {
            LoanOffer memory bad = o;
            string memory field;
            if (i == 0) (bad.advanceRate, field) = (0, "advanceRate");
            if (i == 1) (bad.advanceRate, field) = (1_000_001, "advanceRate");
            if (i == 2) (bad.maxDays, field) = (0, "maxDays");
            if (i == 3) (bad.rate, field) = (1_000_001, "rate");
            if (i == 4) (bad.feeRate, field) = (1_000_001, "feeRate");
            if (i == 5) (bad.capacity, field) = (0, "capacity");
            if (i == 6) (bad.obligors, field) = (new PartyId[](101), "obligors");
            if (i == 7) (bad.borrowers, field) = (new PartyId[](101), "borrowers");
            if (i == 8) (bad.payees, field) = (new PartyId[](101), "payees");
            if (i == 9) (bad.drawDays, field) = (1, "drawDays");
            bytes memory reason = abi.encodeWithSelector(IOfferBook.OfferInvalid.selector, field);
            _publishRefused(financier, bad, 0, reason);
            assertNotLent(supplier1, bad, sign(bad), lot(n1, FACE), 1_000, due, reason);
        }
    }

    //------------------------------------------------------------------ signed offers

    function test_ASignedOfferLendsLikeAPublishedOne() public {
        o.borrowers = only(supplier1);
        bytes memory signature = sign(o);
        vm.prank(keyOf(supplier1));
        loans.borrow(o, signature, lot(n1, FACE), 80_000, due, ANY_COST, "loan");
        OfferState memory state = offerBook.stateOf(loanOffers.hashOf(o));
        vm.assertTrue(!state.published, "never published");
        vm.assertEq(state.used, 80_000, "its capacity is counted all the same");
    }

    function test_OnlyTheLendersPresentKeySigns() public {
        hash = loanOffers.hashOf(o);
        bytes memory reason = abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, hash, financier);
        assertNotLent(supplier1, o, lot(n1, FACE), 1_000, reason);
        bytes memory signature = sign(o);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secretOf[supplier1], offerBook.digestOf(loanOffers.hashOf(o)));
        assertNotLent(supplier1, o, abi.encodePacked(r, s, v), lot(n1, FACE), 1_000, due, reason);
        uint256 secret = freshKey();
        vm.prank(keyOf(financier));
        parties.rotateKey(vm.addr(secret));
        assertNotLent(supplier1, o, signature, lot(n1, FACE), 1_000, due, reason);
        LoanOffer memory other = o;
        other.rate = 1;
        secretOf[financier] = secret;
        assertNotLent(
            supplier1,
            other,
            sign(o),
            lot(n1, FACE),
            1_000,
            due,
            abi.encodeWithSelector(IOfferBook.OfferNotSigned.selector, loanOffers.hashOf(other), financier)
        );
    }

    function test_AWithdrawnSignatureLendsNothing() public {
        bytes memory signature = sign(o);
        vm.prank(keyOf(financier));
        loanOffers.withdraw(o);
        hash = loanOffers.hashOf(o);
        assertNotLent(supplier1, o, signature, lot(n1, FACE), 1_000, due, _about(IOfferBook.OfferIsWithdrawn.selector));
    }

    //------------------------------------------------------------------ what a loan comes to

    function test_AppraisalSaysWhatALoanComesTo() public {
        (o.flatFee, o.feeRate) = (100, 5_000);
        publish(o);
        LoanPrice memory p = loanOffers.appraise(o, PUBLISHED, supplier1, lot(n1, FACE), 80_000, due);
        vm.assertEq(p.face, FACE, "the collateral");
        vm.assertEq(p.principal, 80_000, "the principal");
        vm.assertEq(p.fees, 500, "100 and 0.5 %");
        vm.assertEq(p.received, 79_500, "the rest");
        vm.assertEq(p.interest, 1_200, "80,000 at 6 % for 90 days");
        // 1,700 x 365 / (79,500 x 90) = 8.672 %
        vm.assertEq(p.cost, (uint256(1_700) * 365 * 1e6 * 2 + 79_500 * 90) / (uint256(79_500) * 90 * 2), "all in");
    }

    function test_TheBorrowersLimitIsKept() public {
        publish(o);
        uint256 cost = loanOffers.appraise(o, PUBLISHED, supplier1, lot(n1, FACE), 80_000, due).cost;
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.borrow, (o, PUBLISHED, lot(n1, FACE), 80_000, due, uint32(cost) - 1, bytes32("loan"))),
            abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, cost, uint32(cost) - 1),
            "a ppm too dear"
        );
        vm.prank(keyOf(supplier1));
        loans.borrow(o, PUBLISHED, lot(n1, FACE), 80_000, due, uint32(cost), "loan");
    }

    function test_OnlyTheLoansTakeUpAnOffer() public {
        publish(o);
        assertRefused(
            supplier1,
            address(loanOffers),
            abi.encodeCall(loanOffers.take, (o, PUBLISHED, supplier1, lot(n1, FACE), 1_000, due, ANY_COST)),
            abi.encodeWithSelector(ILoanOffers.NotTheLoans.selector, keyOf(supplier1)),
            "take"
        );
    }

    //------------------------------------------------------------------ refusals: the offer

    function test_AnExpiredOfferLendsNothing() public {
        hash = publish(o);
        vm.warp(o.expiresAt);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.OfferExpired.selector, hash, o.expiresAt)
        );
    }

    function test_OnlyNamedBorrowersBorrow() public {
        o.borrowers = only(supplier2);
        hash = publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.TakerNotNamed.selector, hash, supplier1)
        );
        succeed(supplier2, supplier1);
        borrow(supplier1, o, lot(n1, FACE), 1_000); // it stands in the named one's place
    }

    function test_AnOfferForCertainLotsIsForNoOthers() public {
        o.lots = hashLots(lot(n1, FACE));
        hash = publish(o);
        assertNotLent(supplier1, o, lot(n1, FACE - 100), 1_000, _about(IOfferBook.LotsDiffer.selector));
        borrow(supplier1, o, lot(n1, FACE), 1_000);
    }

    function test_ObligorsAreTakenByNameOrByGroup() public {
        o.obligors = only(otherObligor);
        hash = publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.ObligorNotTaken.selector, hash, obligor)
        );
        o.group = "steel";
        hash = publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.ObligorNotTaken.selector, hash, obligor)
        );
        vm.prank(keyOf(financier));
        concentration.setGroup("steel", only(obligor), true);
        borrow(supplier1, o, lot(n1, 1_000), 500);
        o.group = 0;
        o.obligors = only(obligor);
        publish(o);
        borrow(supplier1, o, lot(n1, 1_000), 500);
    }

    function test_NoMoreThanTheCapacityIsLent() public {
        o.capacity = 80_000;
        hash = publish(o);
        borrow(supplier1, o, lot(n1, 60_000), 48_000);
        NoteId n2 = held(FACE);
        assertNotLent(
            supplier1,
            o,
            lot(n2, FACE),
            32_001,
            abi.encodeWithSelector(IOfferBook.OfferCapacityExceeded.selector, hash, 32_000, 32_001)
        );
        borrow(supplier1, o, lot(n2, FACE), 32_000);
        uint64 used = offerBook.stateOf(hash).used;
        vm.assertEq(used, 80_000, "all of it");
    }

    function test_TheDueDateIsAfterTodayAndWithinTheOffer() public {
        o.maxDays = 30;
        publish(o);
        Day[2] memory dates = [issueDay, plus(issueDay, 31)];
        for (uint256 i = 0; i < dates.length; ++i) {
            assertNotLent(
                supplier1,
                o,
                PUBLISHED,
                lot(n1, FACE),
                1_000,
                dates[i],
                abi.encodeWithSelector(
                    ILoanOffers.LoanTermOutOfRange.selector,
                    dates[i],
                    plus(issueDay, 1),
                    plus(issueDay, 30)
                )
            );
        }
        due = plus(issueDay, 30);
        borrow(supplier1, o, lot(n1, 50_000), 1_000);
        due = plus(issueDay, 1);
        borrow(supplier1, o, lot(n1, 50_000), 1_000);
    }

    function test_NoMoreThanTheAdvanceIsLent() public {
        publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            80_001,
            abi.encodeWithSelector(ILoanOffers.AdvanceExceeded.selector, 80_001, 80_000)
        );
        assertNotLent(
            supplier1,
            o,
            lot(n1, 99),
            80,
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, 1, 99, 100)
        );
        assertNotLent(supplier1, o, lot(n1, FACE), 0, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector));
        assertNotLent(
            supplier1,
            o,
            lot(n1, 101),
            81,
            abi.encodeWithSelector(ILoanOffers.AdvanceExceeded.selector, 81, 80) // 80.8, rounded down
        );
    }

    function test_FeesAboveThePrincipalAreRefused() public {
        o.flatFee = 1_001;
        publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(ILoanOffers.FeesAbovePrincipal.selector, 1_001, 1_000)
        );
        assertRefusedLoan(
            supplier1,
            abi.encodeCall(loans.borrow, (o, PUBLISHED, lot(n1, FACE), 1_001, due, ANY_COST, bytes32("loan"))),
            abi.encodeWithSelector(IOfferBook.CostAboveLimit.selector, type(uint256).max, ANY_COST),
            "nothing would be received"
        );
    }

    function test_AFeeGoesToAPartyInGoodStandingOnly() public {
        (o.flatFee, o.feeTo) = (100, supplier3);
        publish(o);
        suspend(supplier3);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier3)
        );
    }

    function test_TheLenderNeedsTheCashAndTheRoom() public {
        publish(o);
        vm.prank(keyOf(financier));
        cashBook.pay(CNY, bank, CASH - 79_999, "spent");
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            80_000,
            abi.encodeWithSelector(IOfferBook.CashTooLow.selector, financier, CNY, 79_999, 80_000)
        );
        mint(financier, 1);
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 159_998); // half of it may lie with one debtor
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            80_000,
            abi.encodeWithSelector(
                IConcentration.DebtorShareExceeded.selector,
                financier,
                supplier1,
                CNY,
                79_999,
                0,
                80_000
            )
        );
        vm.prank(keyOf(financier));
        concentration.declareRiskAssets(CNY, 160_000);
        borrow(supplier1, o, lot(n1, FACE), 80_000);
    }

    //------------------------------------------------------------------ refusals: the parties

    function test_PartiesNeedGoodStanding() public {
        publish(o);
        suspend(supplier1);
        bytes memory reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1);
        assertNotLent(supplier1, o, lot(n1, FACE), 1_000, reason);
        vm.prank(keyOf(operator));
        parties.readmit(supplier1);
        suspend(financier);
        reason = abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, financier);
        assertNotLent(supplier1, o, lot(n1, FACE), 1_000, reason);
    }

    function test_WhoMayHoldNoNoteBorrowsNothing() public {
        publish(o);
        assertNotLent(
            warehouse,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(
                IPartyRegistry.RoleMissing.selector,
                warehouse,
                Roles.WAREHOUSE_OPERATOR,
                Roles.HOLDERS
            )
        );
    }

    function test_NobodyLendsToItself() public {
        publish(o);
        NoteId bought = sellTo(financier, false, supplier1, n1, FACE);
        assertNotLent(
            financier,
            o,
            lot(bought, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.OfferToSelf.selector, financier)
        );
    }

    //------------------------------------------------------------------ refusals: the collateral

    function test_LotsComeInOrderAndNotTooMany() public {
        publish(o);
        assertNotLent(supplier1, o, new Lot[](0), 1_000, abi.encodeWithSelector(IOfferBook.LotCount.selector, 0, 50));
        assertNotLent(supplier1, o, new Lot[](51), 1_000, abi.encodeWithSelector(IOfferBook.LotCount.selector, 51, 50));
        NoteId n2 = held(FACE);
        assertNotLent(
            supplier1,
            o,
            lots2(n2, 1_000, n1, 1_000),
            1_000,
            abi.encodeWithSelector(IOfferBook.LotsOutOfOrder.selector, n1)
        );
        assertNotLent(
            supplier1,
            o,
            lots2(n1, 1_000, n1, 1_000),
            1_000,
            abi.encodeWithSelector(IOfferBook.LotsOutOfOrder.selector, n1)
        );
    }

    function test_OnlyTheHolderPledgesAHeldNote() public {
        publish(o);
        assertNotLent(
            supplier2,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, n1, supplier1, supplier2)
        );
        NoteId unknown = NoteId.wrap(NoteId.unwrap(n1) + 9);
        assertNotLent(
            supplier1,
            o,
            lot(unknown, FACE),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, unknown)
        );
        NoteId offered = offer(supplier1, n1, supplier2, 10_000);
        assertNotLent(
            supplier1,
            o,
            lot(offered, 10_000),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, offered, NoteStatus.Offered)
        );
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, n1, 90_000, FACE)
        );
        assertNotLent(supplier1, o, lot(n1, 0), 1_000, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector));
    }

    function test_UnitsUnderAHoldAreNotPledged() public {
        publish(o);
        freeze(n1, 60_000);
        assertNotLent(
            supplier1,
            o,
            lot(n1, 40_001),
            1_000,
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                n1,
                60_000,
                uint40(block.timestamp + 30 days),
                bytes32("court order")
            )
        );
        borrow(supplier1, o, lot(n1, 40_000), 32_000);
        NoteId pledged = newest(id);
        assertNotLent(
            supplier1,
            o,
            lot(pledged, 1_000),
            800,
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                pledged,
                40_000,
                type(uint40).max,
                bytes32(uint256(1))
            )
        );
    }

    function test_NothingIsPledgedOnOrAfterMaturity() public {
        o.expiresAt = uint40(block.timestamp + 300 days);
        publish(o);
        warpTo(maturity);
        due = plus(maturity, 9);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, id, maturity)
        );
        warpTo(minus(maturity, 1));
        borrow(supplier1, o, lot(n1, FACE), 1_000); // due after the note
    }

    function test_OneLoanIsInOneCurrency() public {
        setLimit(obligor, USD, LIMIT);
        bytes32 fingerprint = unique();
        vm.prank(keyOf(supplier1));
        documents.register(fingerprint, obligor, USD, FACE);
        IssueOrder memory dollars = order(supplier1, FACE, fingerprint);
        dollars.currency = USD;
        vm.prank(keyOf(obligor));
        PayableId other = issuance.issue(dollars);
        NoteId n2 = newest(other);
        accept(supplier1, n2);
        publish(o);
        assertNotLent(
            supplier1,
            o,
            lots2(n1, FACE, n2, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.OfferCurrencyDiffers.selector, other, USD, CNY)
        );
        o.currency = USD;
        publish(o);
        assertNotLent(supplier1, o, lot(n2, FACE), 1_000, abi.encodeWithSelector(ICashBook.CashUnknown.selector, USD));
    }

    function test_PaperWithAnOverdrawnDocumentIsNotTaken() public {
        publish(o);
        bytes32 fingerprint = ledger.documentsOf(id)[0].fingerprint;
        vm.prank(keyOf(supplier1));
        documents.credit(fingerprint, unique(), 1);
        assertNotLent(
            supplier1,
            o,
            lot(n1, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.DocumentIsOverdrawn.selector, id, fingerprint)
        );
    }

    function test_ALenderTakesNoPromiseOfItsOwn() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(financier, Roles.FINANCIER | Roles.OBLIGOR);
        setLimit(financier, CNY, LIMIT);
        NoteId own = newest(issue(financier, supplier1, FACE));
        accept(supplier1, own);
        publish(o);
        assertNotLent(
            supplier1,
            o,
            lot(own, FACE),
            1_000,
            abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, own, financier)
        );
    }

    function test_ANoteThatWasFinancedTooOftenIsNotPledged() public {
        publish(o);
        NoteId note = n1;
        PartyId[2] memory sides = [financier, otherFinancier];
        note = sellTo(financier, false, supplier1, note, FACE);
        for (uint256 i = 1; i < 6; ++i) note = sellTo(sides[i % 2], false, sides[(i + 1) % 2], note, FACE);
        vm.assertTrue(ledger.note(note).holder == otherFinancier, "sold six times");
        borrow(otherFinancier, o, lot(note, FACE), 80_000);
        warpTo(plus(due, 6));
        note = seize(1, note); // the seventh hop
        mint(otherFinancier, FACE);
        repay(otherFinancier, 1, owed(1));
        note = newest(id); // and the eighth, back
        vm.assertTrue(ledger.note(note).holder == otherFinancier, "given back");
        o.expiresAt = uint40(block.timestamp + 1);
        publish(o);
        due = plus(due, 30);
        assertNotLent(
            otherFinancier,
            o,
            lot(note, FACE),
            1_000,
            abi.encodeWithSelector(IOfferBook.FinancedTooOften.selector, note, 8, 6)
        );
    }
}
