// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CoverStage, CoverTerms, ICoverBook} from "../../../contracts/covers/ICoverBook.sol";
import {Account, Part, ILossAccounts} from "../../../contracts/covers/ILossAccounts.sol";
import {IPriorClaims} from "../../../contracts/settlement/IPriorClaims.sol";
import {IRecourse} from "../../../contracts/recourse/IRecourse.sol";
import {Carrier, Layer} from "../../../contracts/covers/Waterfall.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {NoteStatus} from "../../../contracts/receivables/Note.sol";
import {ICashBook} from "../../../contracts/settlement/ICashBook.sol";
import {PaymentOrder} from "../../../contracts/settlement/ISettlement.sol";
import {LargestRemainder} from "../settlement/LargestRemainder.sol";
import {CoverFixture} from "./CoverFixture.sol";

contract CoversTest is CoverFixture {
    function _refuses(PartyId by, bytes memory call, bytes memory reason, string memory message) private {
        bytes4 step = bytes4(call);
        bool isOfALoss =
            step == ILossAccounts.claimLoss.selector ||
                step == ILossAccounts.payShares.selector ||
                step == IPriorClaims.collect.selector ||
                step == IPriorClaims.restore.selector;
        assertRefused(by, isOfALoss ? address(losses) : address(covers), call, reason, message);
    }

    function _refusesTerms(CoverTerms memory t, string memory field) private {
        _refuses(
            guarantor,
            abi.encodeCall(covers.propose, (t)),
            abi.encodeWithSelector(ICoverBook.CoverInvalid.selector, field),
            field
        );
    }

    function _claimCall(uint64 cover, NoteId note) private view returns (bytes memory) {
        return abi.encodeCall(losses.claimLoss, (cover, note, CAUSE));
    }

    /// @dev The financier bought everything without recourse, and is insured for it; today the payable is in default.
    function _insured() private returns (NoteId note, uint64 cover) {
        note = sellTo(financier, false, supplier1, n1, FACE);
        cover = inForce(termsFor(financier));
        warpTo(defaultDate);
    }

    function _paid(PartyId carrier) private view returns (uint256) {
        return CARRIERS_CASH - balanceOf(carrier);
    }

    //------------------------------------------------------------------ agreeing on a cover

    function test_ACoverIsInForceOnceEveryCarrierHasConsentedToItsTerms() public {
        CoverTerms memory t = termsFor(financier);
        uint64 cover = propose(financier, t);
        vm.assertEq(covers.cover(cover).consentsDue, 2, "two carriers, one of them twice");
        consent(guarantor, cover, t);
        vm.assertTrue(covers.cover(cover).stage == CoverStage.Proposed, "one is missing");
        consent(insurer, cover, t);
        vm.assertTrue(covers.cover(cover).stage == CoverStage.InForce, "in force");
        vm.assertEq(covers.cover(cover).terms.layers[1].carriers[0].share, 800_000, "as it was proposed");
    }

    function test_ACarrierThatProposesConsentsByIt() public {
        uint64 cover = propose(insurer, termsFor(financier));
        vm.assertEq(covers.cover(cover).consentsDue, 1, "the guarantor's");
    }

    function test_AConsentIsToTheTermsItNames() public {
        CoverTerms memory t = termsFor(financier);
        uint64 cover = propose(financier, t);
        bytes32 hash = covers.hashOf(t);
        _refuses(
            guarantor,
            abi.encodeCall(covers.consent, (cover, guarantor, bytes32("other"))),
            abi.encodeWithSelector(ICoverBook.CoverTermsDiffer.selector, cover),
            "other terms"
        );
        _refuses(
            insurer,
            abi.encodeCall(covers.consent, (cover, guarantor, hash)),
            abi.encodeWithSelector(ICoverBook.NotTheCarrier.selector, guarantor, insurer),
            "for another"
        );
        _refuses(
            otherFinancier,
            abi.encodeCall(covers.consent, (cover, otherFinancier, hash)),
            abi.encodeWithSelector(ICoverBook.CarrierConsentNotDue.selector, cover, otherFinancier),
            "no carrier"
        );
        _refuses(
            supplier1,
            abi.encodeCall(covers.consent, (cover, supplier1, hash)),
            abi.encodeWithSelector(
                IPartyRegistry.RoleMissing.selector,
                supplier1,
                Roles.SUPPLIER,
                Roles.GUARANTOR | Roles.INSURER | Roles.FINANCIER
            ),
            "nobody who may carry"
        );
        consent(guarantor, cover, t);
        _refuses(
            guarantor,
            abi.encodeCall(covers.consent, (cover, guarantor, hash)),
            abi.encodeWithSelector(ICoverBook.CarrierConsentNotDue.selector, cover, guarantor),
            "twice"
        );
    }

    function test_ASuccessorConsentsInItsPredecessorsPlace() public {
        CoverTerms memory t = termsFor(financier);
        uint64 cover = propose(insurer, t);
        PartyId heir = admit("heir of the guarantor", Roles.GUARANTOR);
        succeed(guarantor, heir);
        bytes32 hash = covers.hashOf(t);
        vm.prank(keyOf(heir));
        covers.consent(cover, guarantor, hash);
        vm.assertTrue(covers.cover(cover).stage == CoverStage.InForce, "in force");
    }

    function test_ACoverEndsBeforeItIsInForceByAnyoneInIt() public {
        CoverTerms memory t = termsFor(financier);
        uint64 cover = propose(financier, t);
        bytes memory call = abi.encodeCall(covers.cancel, (cover, CAUSE));
        _refuses(supplier1, call, abi.encodeWithSelector(ICoverBook.NotInCover.selector, supplier1), "a stranger");
        _refuses(
            financier,
            abi.encodeCall(covers.cancel, (cover, 0)),
            abi.encodeWithSelector(IRecourse.CauseMissing.selector),
            "without a cause"
        );
        vm.prank(keyOf(insurer));
        covers.cancel(cover, CAUSE);
        bytes memory over = abi.encodeWithSelector(ICoverBook.CoverNotProposed.selector, cover, CoverStage.Cancelled);
        _refuses(financier, call, over, "once");
        _refuses(
            guarantor,
            abi.encodeCall(covers.consent, (cover, guarantor, covers.hashOf(t))),
            over,
            "nobody consents"
        );
        uint64 other = inForce(t);
        _refuses(
            financier,
            abi.encodeCall(covers.cancel, (other, CAUSE)),
            abi.encodeWithSelector(ICoverBook.CoverNotProposed.selector, other, CoverStage.InForce),
            "in force"
        );
        bytes memory unknown = abi.encodeWithSelector(ICoverBook.CoverUnknown.selector, 99);
        _refuses(financier, abi.encodeCall(covers.cancel, (99, CAUSE)), unknown, "unknown");
        _refuses(financier, _claimCall(99, n1), unknown, "unknown to claims");
    }

    function test_OnlyTheInsuredOrACarrierProposes() public {
        bytes memory stranger = abi.encodeWithSelector(ICoverBook.NotInCover.selector, supplier1);
        _refuses(supplier1, abi.encodeCall(covers.propose, (termsFor(financier))), stranger, "a stranger");
        _refuses(supplier1, abi.encodeCall(covers.propose, (termsFor(NOBODY))), stranger, "a holder among others");
    }

    function test_ACoverIsRefusedByTheFieldThatIsWrong() public {
        CoverTerms memory t = termsFor(NOBODY);
        t.payableId = PayableId.wrap(0);
        _refusesTerms(t, "insured");
        t = termsFor(financier);
        t.until = minus(t.from, 1);
        _refusesTerms(t, "until");
        t = termsFor(NOBODY);
        t.obligor = otherObligor;
        _refusesTerms(t, "obligor");
        t = termsFor(financier);
        t.layers = new Layer[](0);
        _refusesTerms(t, "layers");
        t.layers = new Layer[](9);
        _refusesTerms(t, "layers");
        t = termsFor(financier);
        t.layers[1].cap = 0;
        _refusesTerms(t, "cap");
        t = termsFor(financier);
        t.layers[1].carriers = new Carrier[](0);
        _refusesTerms(t, "carriers");
        t.layers[1].carriers = new Carrier[](9);
        _refusesTerms(t, "carriers");
        t.layers[1].carriers = carriers(insurer, 1, insurer, 1);
        _refusesTerms(t, "carriers");
        t.layers[1].carriers = carriers(insurer, 0);
        _refusesTerms(t, "share");
        t.layers[1].carriers = carriers(insurer, 500_000, guarantor, 500_001);
        _refusesTerms(t, "share");
        t = termsFor(otherFinancier);
        t.layers[0].carriers = carriers(guarantor, 1, otherFinancier, 1);
        _refusesTerms(t, "carriers");
    }

    function test_ACoverNamesWhatIsThere() public {
        CoverTerms memory t = termsFor(financier);
        t.currency = USD;
        bytes memory call = abi.encodeCall(covers.propose, (t));
        _refuses(guarantor, call, abi.encodeWithSelector(ICashBook.CashUnknown.selector, USD), "currency");
        t = termsFor(NOBODY);
        t.payableId = PayableId.wrap(9);
        call = abi.encodeCall(covers.propose, (t));
        _refuses(
            guarantor,
            call,
            abi.encodeWithSelector(IReceivableLedger.PayableUnknown.selector, PayableId.wrap(9)),
            "payable"
        );
        t = termsFor(financier);
        t.layers[1].carriers = carriers(supplier2, 1);
        call = abi.encodeCall(covers.propose, (t));
        _refuses(
            guarantor,
            call,
            abi.encodeWithSelector(
                IPartyRegistry.RoleMissing.selector,
                supplier2,
                Roles.SUPPLIER,
                Roles.GUARANTOR | Roles.INSURER | Roles.FINANCIER
            ),
            "carrier"
        );
    }

    //------------------------------------------------------------------ the waterfall

    /// @dev Of 1,000.00: 100.00 deductible; 500.00 in the first layer, 300.00 of it the guarantor's and 200.00 the insurer's;
    /// 300.00 in the second, 240.00 of it the insurer's; 100.00 above. The insured has 740.00 of its 1,000.00.
    function test_ALossIsPaidLayerByLayerToTheUnit() public {
        (NoteId note, uint64 cover) = _insured();
        uint256 had = balanceOf(financier);
        claimLoss(financier, cover, note);
        vm.assertEq(_paid(guarantor), 30_000, "60 % of the first layer");
        vm.assertEq(_paid(insurer), 20_000 + 24_000, "40 % of the first and 80 % of the second");
        vm.assertEq(balanceOf(financier), had + 74_000, "straight to the insured");
        vm.assertEq(borneIn(cover, ALL_NOTES, 1, 1), 6_000, "its own share of the second");
        vm.assertEq(lossIn(cover, ALL_NOTES), FACE, "the loss");
        vm.assertEq(unitsOf(note), FACE, "it still holds the note");
    }

    /// @dev 100.00 above the layers come back first, then the second layer's 300.00, then the first's 500.00, and the
    /// deductible's 100.00 last.
    function test_RecoveriesFlowBackInReverseOrder() public {
        (NoteId note, uint64 cover) = _insured();
        uint256 had = balanceOf(financier);
        claimLoss(financier, cover, note);
        payLate(10_000, note);
        vm.assertEq(balanceOf(financier), had + 84_000, "what was not covered comes first");
        payLate(15_000, note);
        vm.assertEq(_paid(insurer), 20_000 + 12_000, "half of the second layer");
        vm.assertEq(balanceOf(financier), had + 87_000, "and of the insured's own share in it");
        payLate(15_000, note);
        vm.assertEq(_paid(insurer), 20_000, "the other half");
        vm.assertEq(_paid(guarantor), 30_000, "the first layer is untouched");
        payLate(49_999, note); // 29,999.4 and 19,999.6
        vm.assertEq(_paid(guarantor), 1, "the first layer, to the unit");
        vm.assertEq(_paid(insurer), 0, "by largest remainder");
        payLate(1, note);
        vm.assertEq(_paid(guarantor), 0, "everyone has got back what it paid");
        vm.assertEq(balanceOf(financier), had + 90_000, "but for the deductible");
        payLate(10_000, note);
        vm.assertEq(balanceOf(financier), had + FACE, "which comes last");
        vm.assertEq(lossIn(cover, ALL_NOTES), 0, "nothing is lost");
    }

    /// @dev 1,000 in thirds: 333.33 each; the odd unit goes to the first.
    function test_TheOddUnitGoesToTheLargestRemainder() public {
        NoteId note = sellTo(financier, false, supplier1, n1, FACE);
        CoverTerms memory t = termsFor(financier);
        t.layers = new Layer[](1);
        t.layers[0] = Layer(0, 1_000, new Carrier[](3));
        t.layers[0].carriers[0] = Carrier(guarantor, 333_333);
        t.layers[0].carriers[1] = Carrier(insurer, 333_333);
        t.layers[0].carriers[2] = Carrier(otherFinancier, 333_334);
        uint64 cover = inForce(t);
        vm.assertTrue(covers.cover(cover).stage == CoverStage.Proposed, "the third has not consented");
        consent(otherFinancier, cover, t);
        warpTo(defaultDate);
        claimLoss(financier, cover, note);
        vm.assertEq(_paid(guarantor), 333, "333.333");
        vm.assertEq(_paid(insurer), 333, "333.333");
        vm.assertEq(borneIn(cover, ALL_NOTES, 0, 2), 334, "333.334 has the largest remainder");
    }

    function test_ANamedInsuredsLossesAddUp() public {
        NoteId first = sellTo(financier, false, supplier1, n1, 40_000);
        NoteId second = sellTo(financier, false, supplier1, n1, 60_000);
        uint64 cover = inForce(termsFor(financier));
        warpTo(defaultDate);
        claimLoss(financier, cover, first); // 10,000 deductible, 30,000 in the first layer
        vm.assertEq(_paid(guarantor) + _paid(insurer), 30_000, "one deductible");
        claimLoss(financier, cover, second); // 20,000 more in the first, 24,000 of 30,000 in the second, 10,000 above
        vm.assertEq(_paid(guarantor), 30_000, "one cap");
        vm.assertEq(_paid(insurer), 44_000, "as of one loss");
    }

    /// @dev Each holder's loss has its own place: the first claims 0 to 40,000 of the layers, the second the rest.
    function test_WhoeverHoldsIsCoveredInTheOrderOfTheClaims() public {
        NoteId first = sellTo(financier, false, supplier1, n1, 40_000);
        NoteId second = sellTo(otherFinancier, false, supplier1, n1, 60_000);
        uint64 cover = inForce(termsFor(NOBODY));
        warpTo(defaultDate);
        (uint256 hadFirst, uint256 hadSecond) = (balanceOf(financier), balanceOf(otherFinancier));
        claimLoss(financier, cover, first);
        vm.assertEq(balanceOf(financier), hadFirst + 30_000, "30,000 of the first layer");
        claimLoss(otherFinancier, cover, second);
        vm.assertEq(balanceOf(otherFinancier), hadSecond + 20_000 + 24_000, "the rest of it, and the second");

        mint(obligor, FACE);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(id, FACE), list(first, second));
        vm.assertEq(balanceOf(financier), hadFirst + 40_000, "whole");
        vm.assertEq(balanceOf(otherFinancier), hadSecond + 60_000, "whole");
        vm.assertEq(_paid(guarantor) + _paid(insurer), 0, "whole");
        (Account memory a, ) = losses.accountOf(cover, second);
        vm.assertEq(a.below, 40_000, "where the second's began");
    }

    //------------------------------------------------------------------ recourse and covers

    /// @dev The endorser pays the whole claim, and the carriers are the first to have it; what it holds is claimed no more.
    function test_AnEndorserMakesTheCarriersGood() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        uint64 cover = inForce(termsFor(financier));
        mint(supplier1, FACE);
        warpTo(defaultDate);
        uint256 had = balanceOf(financier);
        claimLoss(financier, cover, note);
        claim(financier, note);
        NoteId taken = honour(supplier1, note);
        vm.assertEq(_paid(guarantor) + _paid(insurer), 0, "they have it back");
        vm.assertEq(balanceOf(financier), had + FACE, "the holder is whole");
        (uint64 claimed, , ) = losses.lossOn(taken);
        vm.assertEq(claimed, 0, "the endorser's note is claimed under no cover");
        uint256 endorserHad = balanceOf(supplier1);
        payLate(FACE, taken);
        vm.assertEq(balanceOf(supplier1), endorserHad + FACE, "and what the obligor pays is its own");
    }

    /// @dev The endorser has stepped in, and is whoever holds: its loss has the next place on the layers.
    function test_AnEndorserIsCoveredWhereWhoeverHoldsIs() public {
        NoteId note = sellTo(financier, true, supplier1, n1, FACE);
        CoverTerms memory t = termsFor(NOBODY);
        t.layers[1].cap = 100_000;
        uint64 cover = inForce(t);
        mint(supplier1, FACE);
        warpTo(defaultDate);
        claimLoss(financier, cover, note); // 0 to 100,000: 50,000 and 32,000 of 40,000
        claim(financier, note);
        NoteId taken = honour(supplier1, note);
        claimLoss(supplier1, cover, taken); // 100,000 to 200,000: 48,000 of the 60,000 left in the second
        vm.assertEq(_paid(insurer), 48_000, "a place that was freed covers no later loss");
        payLate(FACE, taken);
        vm.assertEq(_paid(insurer), 0, "whole");
    }

    function test_ALossIsClaimedOnceAndUnderOneCover() public {
        (NoteId note, uint64 cover) = _insured();
        uint64 other = inForce(termsFor(NOBODY));
        claimLoss(financier, cover, note);
        bytes memory claimed = abi.encodeWithSelector(ILossAccounts.LossAlreadyClaimed.selector, note, cover);
        _refuses(financier, _claimCall(cover, note), claimed, "again");
        _refuses(financier, _claimCall(other, note), claimed, "under another");
        payLate(40_000, note);
        _refuses(financier, _claimCall(cover, note), claimed, "all live units are claimed");
    }

    //------------------------------------------------------------------ carriers without cash

    function test_EachCarrierOwesItsOwnPartAndPaysItWhenItCan() public {
        (NoteId note, uint64 cover) = _insured();
        uint256 had = balanceOf(financier);
        _spend(insurer, CARRIERS_CASH - 5_000);
        claimLoss(financier, cover, note);
        vm.assertEq(balanceOf(financier), had + 30_000 + 5_000, "the guarantor's, and what the insurer has");
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 1), 15_000, "the rest of the first layer");
        vm.assertEq(owedIn(cover, ALL_NOTES, 1, 0), 24_000, "and the second are owed");
        bytes memory call = abi.encodeCall(losses.payShares, (cover, note));
        _refuses(
            financier,
            call,
            abi.encodeWithSelector(ILossAccounts.NothingToPay.selector, cover, note),
            "nobody has any"
        );
        _refuses(supplier1, call, abi.encodeWithSelector(ICoverBook.NotInCover.selector, supplier1), "a stranger");
        mint(insurer, 50_000);
        vm.prank(keyOf(financier));
        losses.payShares(cover, note);
        vm.assertEq(balanceOf(financier), had + 74_000, "all of it");
        vm.assertEq(balanceOf(insurer), 11_000, "no more than it owed");
        _refuses(
            insurer,
            call,
            abi.encodeWithSelector(ILossAccounts.NothingToPay.selector, cover, note),
            "nothing is owed"
        );
    }

    /// @dev A recovery lowers what is owed before it gives anything back: who has not paid gets no money.
    function test_WhatIsRecoveredIsNoLongerOwed() public {
        (NoteId note, uint64 cover) = _insured();
        _spend(insurer, CARRIERS_CASH);
        uint256 had = balanceOf(financier);
        claimLoss(financier, cover, note);
        payLate(40_000, note); // 10,000 above, 30,000 of the second layer
        vm.assertEq(balanceOf(insurer), 0, "it had paid nothing");
        vm.assertEq(owedIn(cover, ALL_NOTES, 1, 0), 0, "and owes nothing of the second layer");
        vm.assertEq(balanceOf(financier), had + 30_000 + 40_000, "the insured has all of it");
        payLate(60_000, note);
        vm.assertEq(_paid(guarantor), 0, "whole");
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 1), 0, "nothing is owed");
        vm.assertEq(balanceOf(financier), had + FACE, "whole");
    }

    function _spend(PartyId party, uint256 amount) private {
        vm.prank(keyOf(party));
        cashBook.pay(CNY, bank, amount, "spent");
    }

    //------------------------------------------------------------------ payments that are returned

    /// @dev The bank said that 40,000 were paid: 10,000 above, 30,000 of the second layer; then that they were not.
    function test_AReturnedPaymentPutsEveryPartBack() public {
        (NoteId note, uint64 cover) = _insured();
        claimLoss(financier, cover, note);
        confirmLate(40_000, note, "bank ref");
        NoteId settled = newest(id);
        vm.assertEq(borneIn(cover, ALL_NOTES, 1, 0), 0, "the second layer has it back");
        returnLate(settled, "bank ref");
        vm.assertEq(borneIn(cover, ALL_NOTES, 1, 0), 24_000, "the insurer bears it again");
        vm.assertEq(borneIn(cover, ALL_NOTES, 1, 1), 6_000, "and the insured its own");
        vm.assertEq(owedIn(cover, ALL_NOTES, 1, 0), 0, "nothing more is owed: the money went back where it came from");
        vm.assertEq(lossIn(cover, ALL_NOTES), FACE, "all is lost");
        (uint64 claimed, , uint64 outstanding_) = losses.lossOn(settled);
        vm.assertTrue(claimed == cover && outstanding_ == 40_000, "on the note that stands for it");
        _refuses(
            financier,
            _claimCall(cover, settled),
            abi.encodeWithSelector(ILossAccounts.LossAlreadyClaimed.selector, settled, cover),
            "claimed as it was"
        );
    }

    /// @dev 40,000 are recovered, then 30,000 more; then the first payment is returned. The net loss is 70,000, of which the
    /// layers bear 60,000: the second has 30,000 of it back on its books, the first 20,000 left. So 10,000 that the first had
    /// back too early is owed again, and what comes in goes to the second before it.
    function test_AReturnOutOfOrderMakesCarriersOweWhatCameBackTooEarly() public {
        (NoteId note, uint64 cover) = _insured();
        claimLoss(financier, cover, note);
        confirmLate(40_000, note, "first"); // 10,000 above, the second layer's 30,000
        NoteId settled = newest(id);
        confirmLate(30_000, note, "second"); // of the first layer
        vm.assertEq(_borneInLayer(cover, 0), 20_000, "left in the first");
        returnLate(settled, "first");
        vm.assertEq(_borneInLayer(cover, 1), 30_000, "the second is where it was");
        vm.assertEq(_borneInLayer(cover, 0), 30_000, "the first bears what is missing");
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 0), 6_000, "the guarantor's part of it is to be paid again");
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 1), 4_000, "and the insurer's");
        _payBoth(note, settled, 30_000);
        vm.assertEq(_borneInLayer(cover, 1), 0, "the second has its own first");
        vm.assertEq(_borneInLayer(cover, 0), 30_000, "the order is as it should be again");
        _payBoth(note, settled, 40_000);
        vm.assertEq(lossIn(cover, ALL_NOTES), 0, "in the end nothing is lost");
        vm.assertEq(_borneInLayer(cover, 0) + owedIn(cover, ALL_NOTES, 0, 0), 0, "or borne, or owed");
    }

    function _borneInLayer(uint64 cover, uint256 layer) private view returns (uint256 sum) {
        (, Part[][] memory parts) = losses.accountOf(cover, ALL_NOTES);
        for (uint256 i = 0; i < parts[layer].length; ++i) sum += parts[layer][i].borne;
    }

    /// @dev Payments that the bank confirms and returns, in any order: the layers together never bear less than a unit-by-unit
    /// count of the net loss puts into them, nor more than the loss; and when all is paid nobody bears or owes anything.
    function testFuzz_ReturnsInAnyOrderEndWhole(uint256 seed) public {
        CoverTerms memory t = termsFor(financier);
        t.layers = _anyLayers(seed);
        NoteId note = sellTo(financier, false, supplier1, n1, FACE);
        uint64 cover = inForce(t);
        warpTo(defaultDate);
        claimLoss(financier, cover, note);
        NoteId[3] memory settled;
        uint64[3] memory amounts;
        uint64 left = FACE;
        for (uint64 i = 0; i < 3; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            amounts[i] = uint64(bound(seed, 1, left / 2));
            confirmLate(amounts[i], note, bytes32(uint256(i + 1)));
            settled[i] = newest(id);
            left -= amounts[i];
        }
        uint256 first = seed % 3;
        left += amounts[first];
        returnLate(settled[first], bytes32(first + 1));
        _assertSum(cover, t.layers, left);
        uint256 second = (first + 1 + ((seed >> 8) % 2)) % 3;
        left += amounts[second];
        returnLate(settled[second], bytes32(second + 1));
        _assertSum(cover, t.layers, left);

        mint(obligor, left);
        (NoteId a, NoteId b) = first < second ? (settled[first], settled[second]) : (settled[second], settled[first]);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(id, left), list(note, a, b));
        _assertSum(cover, t.layers, 0);
        vm.assertEq(_borneInLayer(cover, 0) + _borneInLayer(cover, 1), 0, "nobody bears anything");
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 0) + owedIn(cover, ALL_NOTES, 1, 0), 0, "nobody owes anything");
    }

    function _assertSum(uint64 cover, Layer[] memory layers, uint256 loss) private view {
        vm.assertEq(lossIn(cover, ALL_NOTES), loss, "the net loss");
        uint256 borne = _borneInLayer(cover, 0) + _borneInLayer(cover, 1);
        vm.assertGe(borne, _bears(layers, 0, loss) + _bears(layers, 1, loss), "no layer has got off");
        vm.assertLe(borne, loss, "nobody bears what is not lost");
    }

    //------------------------------------------------------------------ who may claim, and what

    function test_OnlyTheInsuredHolderClaimsWithACauseAndInDefault() public {
        NoteId note = sellTo(financier, false, supplier1, n1, FACE);
        CoverTerms memory t = termsFor(financier);
        uint64 cover = propose(guarantor, t);
        _refuses(
            financier,
            _claimCall(cover, note),
            abi.encodeWithSelector(ILossAccounts.CoverNotInForce.selector, cover, CoverStage.Proposed),
            "not in force"
        );
        consent(insurer, cover, t);
        _refuses(
            financier,
            abi.encodeCall(losses.claimLoss, (cover, note, 0)),
            abi.encodeWithSelector(IRecourse.CauseMissing.selector),
            "without a cause"
        );
        warpTo(minus(defaultDate, 1));
        _refuses(
            financier,
            _claimCall(cover, note),
            abi.encodeWithSelector(IRecourse.NotInDefault.selector, id, defaultDate),
            "overdue"
        );
        warpTo(defaultDate);
        _refuses(
            otherFinancier,
            _claimCall(cover, note),
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, note, financier, otherFinancier),
            "no holder"
        );
        _refuses(
            supplier1,
            _claimCall(cover, n1),
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, n1, NoteStatus.Spent),
            "no live note"
        );
        _refuses(
            financier,
            _claimCall(cover, noteId(id, 99)),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, noteId(id, 99)),
            "no note"
        );
        uint64 others = inForce(termsFor(otherFinancier));
        _refuses(
            financier,
            _claimCall(others, note),
            abi.encodeWithSelector(ILossAccounts.NotTheInsured.selector, others, otherFinancier, financier),
            "another's cover"
        );
        suspend(financier);
        claimLoss(financier, cover, note);
    }

    function test_ACoverCoversWhatItNames() public {
        NoteId note = sellTo(financier, false, supplier1, n1, FACE);
        NoteId second = held(1_000);
        CoverTerms memory t = termsFor(financier);
        t.payableId = second.payableOf();
        uint64 cover = inForce(t);
        t = termsFor(financier);
        t.obligor = otherObligor;
        uint64 othersFailure = inForce(t);
        t = termsFor(financier);
        (t.from, t.until) = (plus(maturity, 1), plus(maturity, 9));
        uint64 later = inForce(t);
        (t.from, t.until) = (minus(maturity, 9), minus(maturity, 1));
        uint64 earlier = inForce(t);
        vm.prank(keyOf(bank));
        cashBook.open(USD, 2);
        t = termsFor(financier);
        t.currency = USD;
        uint64 dollars = inForce(t);
        warpTo(defaultDate);
        _refusesCover(cover, note, "payableId");
        _refusesCover(othersFailure, note, "obligor");
        _refusesCover(later, note, "dueDate");
        _refusesCover(earlier, note, "dueDate");
        _refusesCover(dollars, note, "currency");
    }

    function _refusesCover(uint64 cover, NoteId note, string memory field) private {
        _refuses(
            financier,
            _claimCall(cover, note),
            abi.encodeWithSelector(ILossAccounts.NoteNotCovered.selector, cover, note, field),
            field
        );
    }

    function test_SuccessorsClaimAndPayInTheirPredecessorsPlace() public {
        (NoteId note, uint64 cover) = _insured();
        PartyId heir = admit("heir of the insurer", Roles.INSURER);
        mint(heir, CARRIERS_CASH);
        succeed(financier, otherFinancier);
        succeed(insurer, heir);
        uint256 had = balanceOf(otherFinancier);
        claimLoss(otherFinancier, cover, note);
        vm.assertEq(balanceOf(otherFinancier), had + 74_000, "the successor is paid");
        vm.assertEq(balanceOf(heir), CARRIERS_CASH - 44_000, "by the other's");
        payLate(40_000, note);
        vm.assertEq(balanceOf(heir), CARRIERS_CASH - 20_000, "which gets it back");
    }

    function test_AFrozenNoteIsStillCovered() public {
        (NoteId note, uint64 cover) = _insured();
        freeze(note, FACE);
        claimLoss(financier, cover, note);
        vm.assertEq(_paid(guarantor), 30_000, "it moves nowhere by it");
    }

    function test_OnlyTheContractThatCollectsSaysWhatCameIn() public {
        bytes memory stranger = abi.encodeWithSelector(IPriorClaims.NotACollector.selector, keyOf(bank));
        _refuses(bank, abi.encodeCall(losses.collect, (n1, ALL_NOTES, 1)), stranger, "collect");
        _refuses(bank, abi.encodeCall(losses.restore, (n1)), stranger, "restore");
        _refuses(
            financier,
            abi.encodeCall(losses.payShares, (1, n1)),
            abi.encodeWithSelector(ILossAccounts.LossNotClaimed.selector, 1, n1),
            "nothing was claimed"
        );
    }

    //------------------------------------------------------------------ any cover, any course of things

    /// @dev Any two layers, two losses of one insured, any recoveries. At every step each layer bears what a unit-by-unit
    /// count of the net loss puts into it, and what carriers have paid is what they bear; in the end everyone is whole.
    function testFuzz_TheWaterfallHoldsAtEveryStep(uint256 seed) public {
        CoverTerms memory t = termsFor(financier);
        t.layers = _anyLayers(seed);
        NoteId first = sellTo(financier, false, supplier1, n1, 40_000);
        NoteId second = sellTo(financier, false, supplier1, n1, 60_000);
        uint64 cover = inForce(t);
        warpTo(defaultDate);
        uint256 had = balanceOf(financier);
        claimLoss(financier, cover, first);
        _assertBorne(cover, t.layers, 40_000);
        claimLoss(financier, cover, second);
        _assertBorne(cover, t.layers, FACE);
        vm.assertEq(balanceOf(financier), had + _paid(guarantor) + _paid(insurer), "from the carriers to the insured");

        uint64 left = FACE;
        while (left > 0) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint64 amount = uint64(bound(seed, 1, left));
            _payBoth(first, second, amount);
            left -= amount;
            _assertBorne(cover, t.layers, left);
            vm.assertEq(
                balanceOf(financier),
                had + FACE - left + _paid(guarantor) + _paid(insurer),
                "what came in and what carriers have still paid is the insured's"
            );
        }
        vm.assertEq(_paid(guarantor) + _paid(insurer), 0, "everyone is whole");
    }

    /// @dev The obligor pays `amount` on two notes, pro rata.
    function _payBoth(NoteId first, NoteId second, uint64 amount) private {
        NoteId[] memory live = list(first, second);
        if (ledger.note(first).status != NoteStatus.Held) live = list(second);
        else if (ledger.note(second).status != NoteStatus.Held) live = list(first);
        uint64[] memory units = new uint64[](live.length);
        uint24[] memory indices = new uint24[](live.length);
        for (uint256 i = 0; i < live.length; ++i) (units[i], indices[i]) = (unitsOf(live[i]), live[i].indexOf());
        PaymentOrder memory order_ = paymentOf(id, amount);
        (, order_.cut) = LargestRemainder.share(units, indices, amount);
        mint(obligor, amount);
        vm.prank(keyOf(obligor));
        settlement.pay(order_, live);
    }

    function _anyLayers(uint256 seed) private view returns (Layer[] memory layers) {
        layers = new Layer[](2);
        uint32 a = uint32(bound(seed >> 32, 1, 999_999));
        uint32 b = uint32(bound(seed >> 64, 1, 1_000_000 - a));
        layers[0] = Layer(
            uint64(bound(seed >> 96, 0, 30_000)),
            uint64(bound(seed >> 128, 1, 60_000)),
            carriers(guarantor, a, insurer, b)
        );
        layers[1] = Layer(
            uint64(bound(seed >> 160, 0, 20_000)),
            uint64(bound(seed >> 192, 1, 60_000)),
            carriers(insurer, uint32(bound(seed >> 224, 1, 1_000_000)))
        );
    }

    function _assertBorne(uint64 cover, Layer[] memory layers, uint256 loss) private view {
        for (uint256 k = 0; k < layers.length; ++k) {
            vm.assertEq(_borneInLayer(cover, k), _bears(layers, k, loss), "the layer bears its stretch of the loss");
        }
    }

    /// @dev What is left of a loss after the layers below and this one's deductible, up to its cap.
    function _bears(Layer[] memory layers, uint256 layer, uint256 loss) private pure returns (uint256 bears) {
        for (uint256 k = 0; k <= layer; ++k) {
            loss -= loss < layers[k].deductible ? loss : layers[k].deductible;
            bears = loss < layers[k].cap ? loss : layers[k].cap;
            loss -= bears;
        }
    }
}
