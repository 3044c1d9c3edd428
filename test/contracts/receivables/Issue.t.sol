// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Calendar, Day} from "../../../contracts/common/Calendar.sol";
import {DocumentUse, IDocumentRegistry} from "../../../contracts/documents/IDocumentRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IIssuance, IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {IReceivableLedger, Offer} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus, Progress, Terms} from "../../../contracts/receivables/Payable.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract IssueTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    function _refuses(PartyId by, IssueOrder memory o, bytes memory reason, string memory message) private {
        assertRefused(by, address(issuance), abi.encodeCall(issuance.issue, (o)), reason, message);
    }

    function _order() private returns (IssueOrder memory) {
        return order(supplier1, FACE, register(obligor, FACE));
    }

    function test_AnIssueIsOfferedToItsSupplierOnTheTermsOfTheDay() public {
        IssueOrder memory o = _order();
        vm.prank(keyOf(obligor));
        PayableId id = issuance.issue(o);

        Terms memory t = ledger.terms(id);
        vm.assertTrue(t.obligor == obligor, "the obligor");
        vm.assertTrue(t.currency == CNY, "the currency");
        vm.assertEq(t.face, FACE, "the face");
        vm.assertTrue(t.maturity == maturity, "the maturity");
        vm.assertEq(t.ruleSet, 1, "the rule set");
        vm.assertEq(t.maxTier, 4, "the deepest tier");
        vm.assertEq(t.maxChildren, 10, "the most children");
        vm.assertEq(t.offerWindowDays, 3, "the offer window");
        vm.assertEq(t.minNote, 100, "the smallest note");
        vm.assertTrue(t.status == PayableStatus.Offered, "it waits for the supplier");

        Progress memory p = ledger.progress(id);
        vm.assertTrue(p.firstSupplier == supplier1, "the first supplier");
        vm.assertTrue(p.issueDate == issueDay, "the issue date");
        vm.assertEq(ledger.liveUnits(id), FACE, "all of it is owed");
        vm.assertEq(outstanding(obligor), FACE, "the limit is used");
        vm.assertEq(documents.residual(o.documents[0].fingerprint), 0, "the document is used up");
        vm.assertEq(ledger.documentsOf(id).length, 1, "its documents are on record");

        Note memory n = ledger.note(noteId(id, 1));
        vm.assertTrue(
            n.status == NoteStatus.Offered && n.holder == obligor && n.tier == 0,
            "the first note is offered"
        );
        Offer memory f = ledger.offer(noteId(id, 1));
        vm.assertTrue(f.to == supplier1, "to the supplier");
        vm.assertEq(f.expiresAt, block.timestamp + 3 days, "for three days");
    }

    function test_AMaturityOnASundayIsDueOnTheNextMonday() public {
        maturity = Calendar.fromCivil(2027, 2, 28); // also the last day of six months from 31 August
        PayableId id = issue(obligor, supplier1, FACE);
        vm.assertTrue(ledger.terms(id).maturity == maturity, "the maturity is kept as written");
        vm.assertTrue(ledger.progress(id).dueDate == Calendar.fromCivil(2027, 3, 1), "due on the next business day");
    }

    function test_SixMonthsFrom31AugustEndOnTheLastDayOfFebruary() public {
        Day last = Calendar.fromCivil(2027, 2, 28);
        IssueOrder memory o = _order();
        o.maturity = plus(last, 1);
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IIssuance.TermTooLong.selector, uint16(1), o.maturity, last),
            "one day beyond six months"
        );
        o.maturity = last;
        vm.prank(keyOf(obligor));
        issuance.issue(o);
    }

    function test_AMaturityHasToBeAfterTheIssueDate() public {
        IssueOrder memory o = _order();
        for (uint24 back = 0; back < 2; ++back) {
            o.maturity = minus(issueDay, back);
            _refuses(
                obligor,
                o,
                abi.encodeWithSelector(IIssuance.MaturityNotAhead.selector, o.maturity, issueDay),
                "a maturity that is not ahead"
            );
        }
        o.maturity = plus(issueDay, 1);
        vm.prank(keyOf(obligor));
        issuance.issue(o);
    }

    function test_TheIssueDateIsTheLedgersAndNotGreenwichs() public {
        vm.warp(uint256(Day.unwrap(issueDay)) * 1 days + 17 hours); // 1 September, one in the morning in Beijing
        PayableId id = issue(obligor, supplier1, FACE);
        vm.assertTrue(ledger.progress(id).issueDate == plus(issueDay, 1), "already the first of September");
    }

    function test_AFaceOfNothingAndOneBelowTheSmallestNoteAreRefused() public {
        IssueOrder memory o = _order();
        o.face = 0;
        _refuses(obligor, o, abi.encodeWithSelector(IReceivableLedger.AmountZero.selector), "nothing");
        o.face = 99;
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, uint16(1), uint64(99), uint32(100)),
            "99 fen"
        );
    }

    function test_TheLimitHoldsToTheFenAndOverAllPayables() public {
        setLimit(obligor, CNY, FACE + 99);
        issue(obligor, supplier1, FACE);
        IssueOrder memory o = order(supplier2, 100, register(obligor, 100));
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(
                IIssuance.LimitExceeded.selector,
                obligor,
                CNY,
                uint128(FACE + 99),
                uint128(FACE),
                uint64(100)
            ),
            "one fen above the limit"
        );
        setLimit(obligor, CNY, FACE + 100);
        vm.prank(keyOf(obligor));
        issuance.issue(o);
    }

    function test_ALimitInOneCurrencyIsNoneInAnother() public {
        bytes32 fingerprint = unique();
        vm.prank(keyOf(supplier1));
        documents.register(fingerprint, obligor, USD, FACE);
        IssueOrder memory o = order(supplier1, FACE, fingerprint);
        o.currency = USD;
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IIssuance.LimitExceeded.selector, obligor, USD, uint128(0), uint128(0), FACE),
            "no limit in dollars"
        );
    }

    function test_ALimitBelowWhatIsOwedStopsNewIssuesOnly() public {
        PayableId id = issue(obligor, supplier1, FACE);
        setLimit(obligor, CNY, 1);
        accept(supplier1, noteId(id, 1));
        vm.assertEq(outstanding(obligor), FACE, "what is owed stays owed");
        _refuses(
            obligor,
            _order(),
            abi.encodeWithSelector(IIssuance.LimitExceeded.selector, obligor, CNY, uint128(1), uint128(FACE), FACE),
            "nothing new"
        );
    }

    function test_TheSumOfLimitAndFaceCannotOverflow() public {
        setLimit(obligor, CNY, type(uint128).max);
        bytes32 fingerprint = register(obligor, type(uint64).max);
        IssueOrder memory o = order(supplier1, type(uint64).max, fingerprint);
        vm.prank(keyOf(obligor));
        PayableId id = issuance.issue(o);
        vm.assertEq(ledger.liveUnits(id), type(uint64).max, "the largest face there is");
    }

    function test_DocumentsHaveToAddUpToTheFace() public {
        IssueOrder memory o = _order();
        o.documents[0].amount = FACE - 1;
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IIssuance.DocumentsDoNotCoverFace.selector, FACE, uint256(FACE - 1)),
            "one fen is not documented"
        );
        o.documents = new DocumentUse[](0);
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IIssuance.DocumentsDoNotCoverFace.selector, FACE, uint256(0)),
            "no documents at all"
        );
    }

    function test_ADocumentNamedTwiceInOneIssueCountsTwice() public {
        bytes32 fingerprint = register(obligor, FACE);
        IssueOrder memory o = order(supplier1, FACE * 2, fingerprint);
        o.documents = new DocumentUse[](2);
        o.documents[0] = DocumentUse(fingerprint, FACE);
        o.documents[1] = DocumentUse(fingerprint, FACE);
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IDocumentRegistry.DocumentResidualExceeded.selector, fingerprint, uint64(0), FACE),
            "the same document twice"
        );
    }

    function test_AnIssueStandsOnAtMostFiftyDocuments() public {
        IssueOrder memory o = _order();
        o.documents = new DocumentUse[](51);
        _refuses(
            obligor,
            o,
            abi.encodeWithSelector(IReceivableLedger.TooManyEntries.selector, uint256(51), uint256(50)),
            "51 documents"
        );
    }

    function test_AnObligorCannotIssueToItself() public {
        // a party that is both: an obligor that also supplies
        vm.prank(keyOf(operator));
        parties.changeRoles(obligor, (1 << 3) | (1 << 4));
        IssueOrder memory o = _order();
        o.supplier = obligor;
        _refuses(obligor, o, abi.encodeWithSelector(IIssuance.SupplierIsObligor.selector, obligor), "to itself");
    }

    function test_AnObligorWithAnOverduePayableIssuesNothingNew() public {
        NoteId first = held(FACE);
        Day due = ledger.progress(first.payableOf()).dueDate;
        IssueOrder memory o = _order();
        o.maturity = plus(due, 90);

        warpTo(due);
        vm.assertTrue(!ledger.isOverdue(first.payableOf()), "not overdue on the due date");
        vm.prank(keyOf(obligor));
        issuance.issue(o);

        warpTo(plus(due, 1));
        vm.assertTrue(ledger.isOverdue(first.payableOf()), "overdue the day after");
        _refuses(obligor, o, abi.encodeWithSelector(IIssuance.ObligorOverdue.selector, obligor, due), "while overdue");

        mint(obligor, FACE);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(first.payableOf(), FACE), list(first));
        o = _order();
        o.maturity = plus(due, 90);
        vm.prank(keyOf(obligor));
        issuance.issue(o);
    }

    function test_AnUnacceptedIssueNeverMakesItsObligorOverdue() public {
        issue(obligor, supplier1, FACE);
        warpTo(plus(maturity, 10));
        maturity = plus(maturity, 100);
        issue(obligor, supplier1, FACE);
    }

    function test_TheOverdueOfAPredecessorStopsItsSuccessor() public {
        NoteId first = held(FACE);
        Day due = ledger.progress(first.payableOf()).dueDate;
        succeed(obligor, otherObligor);
        warpTo(plus(due, 1));
        IssueOrder memory o = order(supplier1, FACE, register(otherObligor, FACE));
        o.maturity = plus(due, 90);
        _refuses(
            otherObligor,
            o,
            abi.encodeWithSelector(IIssuance.ObligorOverdue.selector, obligor, due),
            "the predecessor's debt is overdue"
        );
    }

    function test_TheTermsOfAPayableOutliveTheirRuleSet() public {
        NoteId first = held(FACE);
        vm.prank(keyOf(operator));
        rules.publish(_strict());
        warpTo(plus(issueDay, 1));
        PayableId later = issue(obligor, supplier1, FACE);
        vm.assertEq(ledger.terms(later).ruleSet, 2, "the new one is under the new rules");
        accept(supplier1, noteId(later, 1));

        give(supplier1, first, supplier2, 100); // under the old rules
        bytes memory data = abi.encodeCall(ledger.transfer, (noteId(later, 1), "", share(supplier2, 100)));
        assertRefused(
            supplier1,
            address(ledger),
            data,
            abi.encodeWithSelector(IReceivableLedger.TierTooDeep.selector, uint16(2), uint256(2), uint8(1)),
            "under the new rules"
        );
    }

    function _strict() private view returns (RuleSet memory r) {
        r = genesis();
        r.effectiveFrom = plus(issueDay, 1);
        (r.maxTier, r.maxChildren, r.offerWindowDays, r.minNote) = (1, 1, 1, 1);
    }

    function test_OnlyTheOperatorSetsLimitsAndOnlyOfObligors() public {
        assertRefused(
            operator,
            address(issuance),
            abi.encodeCall(issuance.setLimit, (supplier1, CNY, 1)),
            abi.encodeWithSignature("RoleMissing(uint32,uint16,uint16)", supplier1, uint16(1 << 4), uint16(1 << 3)),
            "a supplier has no limit"
        );
    }
}
