// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DocumentUse, IDocumentRegistry} from "../../../contracts/documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IssueOrder} from "../../../contracts/receivables/IIssuance.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract DocumentRegistryTest is LedgerFixture {
    bytes32 internal constant INVOICE = "invoice";
    bytes32 internal constant CREDIT = "credit note";
    uint64 internal constant AMOUNT = 100_000;

    function setUp() public override {
        super.setUp();
        vm.prank(keyOf(supplier1));
        documents.register(INVOICE, obligor, CNY, AMOUNT);
    }

    function _refuses(PartyId by, bytes memory data, bytes memory reason, string memory message) private {
        assertRefused(by, address(documents), data, reason, message);
    }

    function _issueRefused(PartyId by, IssueOrder memory o, bytes memory reason, string memory message) private {
        assertRefused(by, address(issuance), abi.encodeCall(issuance.issue, (o)), reason, message);
    }

    function _issue(uint64 face) private returns (PayableId) {
        IssueOrder memory o = order(supplier1, face, INVOICE);
        vm.prank(keyOf(obligor));
        return issuance.issue(o);
    }

    function _credit(PartyId by, bytes32 note, uint64 amount) private {
        vm.prank(keyOf(by));
        documents.credit(INVOICE, note, amount);
    }

    //------------------------------------------------------------------ registration

    function test_ADocumentIsRegisteredOnceWhoeverBringsItAndWhateverItsAmount() public {
        bytes memory reason = abi.encodeWithSelector(
            IDocumentRegistry.DocumentAlreadyRegistered.selector,
            INVOICE,
            supplier1
        );
        _refuses(
            supplier1,
            abi.encodeCall(documents.register, (INVOICE, obligor, CNY, AMOUNT)),
            reason,
            "the same again"
        );
        _refuses(
            supplier2,
            abi.encodeCall(documents.register, (INVOICE, obligor, CNY, AMOUNT + 1)),
            reason,
            "by another party, one fen more"
        );
        _refuses(
            financier,
            abi.encodeCall(documents.register, (INVOICE, otherObligor, USD, 1)),
            reason,
            "with another debtor and currency"
        );
    }

    function test_ADocumentIsForSomething() public {
        _refuses(
            supplier1,
            abi.encodeCall(documents.register, ("other", obligor, CNY, 0)),
            abi.encodeWithSelector(IDocumentRegistry.DocumentAmountZero.selector, bytes32("other")),
            "nothing"
        );
    }

    function test_ADebtorIsAnObligor() public {
        _refuses(
            supplier1,
            abi.encodeCall(documents.register, ("other", supplier2, CNY, 1)),
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, supplier2, Roles.SUPPLIER, Roles.OBLIGOR),
            "a supplier"
        );
    }

    //------------------------------------------------------------------ use

    function test_PayablesShareADocumentUpToItsAmount() public {
        _issue(60_000);
        vm.assertEq(documents.residual(INVOICE), 40_000, "the rest is free");
        _issueRefused(
            obligor,
            order(supplier1, 40_001, INVOICE),
            abi.encodeWithSelector(
                IDocumentRegistry.DocumentResidualExceeded.selector,
                INVOICE,
                uint64(40_000),
                uint64(40_001)
            ),
            "one fen too much"
        );
        _issue(40_000);
        vm.assertEq(documents.document(INVOICE).used, AMOUNT, "used up");
    }

    function test_AUseAndItsReleaseSayForWhichPayable() public {
        PayableId first = _issue(60_000);
        vm.expectEmit(true, true, true, true, address(documents));
        emit IDocumentRegistry.DocumentUsed(INVOICE, PayableId.wrap(2), 30_000, 90_000);
        _issue(30_000);
        vm.expectEmit(true, true, true, true, address(documents));
        emit IDocumentRegistry.DocumentReleased(INVOICE, first, 60_000, 30_000);
        vm.prank(keyOf(supplier1));
        ledger.reject(noteId(first, 1));
    }

    function test_AnUnknownDocumentIsNoGroundForAPayable() public {
        _issueRefused(
            obligor,
            order(supplier1, 1_000, "unheard of"),
            abi.encodeWithSelector(IDocumentRegistry.DocumentUnknown.selector, bytes32("unheard of")),
            "no document"
        );
    }

    function test_ADocumentIsOfOneDebtorAndOneCurrency() public {
        _issueRefused(
            otherObligor,
            order(supplier1, 1_000, INVOICE),
            abi.encodeWithSelector(IDocumentRegistry.DocumentOfOtherDebtor.selector, INVOICE, obligor, otherObligor),
            "another's debt"
        );
        setLimit(obligor, USD, LIMIT);
        IssueOrder memory o = order(supplier1, 1_000, INVOICE);
        o.currency = USD;
        _issueRefused(
            obligor,
            o,
            abi.encodeWithSelector(IDocumentRegistry.DocumentCurrencyDiffers.selector, INVOICE, CNY, USD),
            "in dollars"
        );
    }

    function test_TheDebtorsSuccessorIssuesAgainstItsDocuments() public {
        succeed(obligor, otherObligor);
        IssueOrder memory o = order(supplier1, 1_000, INVOICE);
        vm.prank(keyOf(otherObligor));
        issuance.issue(o);
        vm.assertEq(documents.document(INVOICE).used, 1_000, "used by the successor");
    }

    function test_AUseOfNothingIsRefused() public {
        bytes32 other = register(obligor, AMOUNT);
        IssueOrder memory o = order(supplier1, 1_000, INVOICE);
        o.documents = new DocumentUse[](2);
        o.documents[0] = DocumentUse(INVOICE, 1_000);
        o.documents[1] = DocumentUse(other, 0);
        _issueRefused(
            obligor,
            o,
            abi.encodeWithSelector(IDocumentRegistry.DocumentAmountZero.selector, other),
            "nothing of one"
        );
    }

    function test_OnlyTheLedgerUsesAndReleases() public {
        address[3] memory callers = [keyOf(operator), keyOf(obligor), address(settlement)];
        for (uint256 i = 0; i < callers.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(IDocumentRegistry.NotTheLedger.selector, callers[i]);
            assertRefused(
                callers[i],
                address(documents),
                abi.encodeCall(documents.use, (PayableId.wrap(1), uses(INVOICE, 1), obligor, CNY)),
                reason,
                "use"
            );
            assertRefused(
                callers[i],
                address(documents),
                abi.encodeCall(documents.release, (PayableId.wrap(1), uses(INVOICE, 1))),
                reason,
                "release"
            );
        }
    }

    //------------------------------------------------------------------ credit notes

    function test_ACreditNoteTakesFromTheResidualAndCountsOnce() public {
        _credit(supplier1, CREDIT, 30_000);
        vm.assertEq(documents.residual(INVOICE), 70_000, "less is left");
        _refuses(
            supplier1,
            abi.encodeCall(documents.credit, (INVOICE, CREDIT, 30_000)),
            abi.encodeWithSelector(IDocumentRegistry.DocumentAlreadyRegistered.selector, CREDIT, supplier1),
            "the same credit note again"
        );
        _refuses(
            supplier2,
            abi.encodeCall(documents.register, (CREDIT, obligor, CNY, 1)),
            abi.encodeWithSelector(IDocumentRegistry.DocumentAlreadyRegistered.selector, CREDIT, supplier1),
            "as an invoice"
        );
        _issueRefused(
            obligor,
            order(supplier1, 1_000, CREDIT),
            abi.encodeWithSelector(
                IDocumentRegistry.DocumentResidualExceeded.selector,
                CREDIT,
                uint64(0),
                uint64(1_000)
            ),
            "as the ground of a payable"
        );
    }

    function test_ACreditNoteNeverTakesMoreThanThereIs() public {
        _credit(obligor, CREDIT, AMOUNT * 2);
        vm.assertEq(documents.document(INVOICE).credited, AMOUNT, "all of it");
        vm.assertEq(documents.residual(INVOICE), 0, "nothing is left");
    }

    function test_ACreditNoteForWhatIsAlreadyIssuedIsAnnounced() public {
        _issue(90_000);
        vm.expectEmit(true, true, true, true, address(documents));
        emit IDocumentRegistry.DocumentOverdrawn(INVOICE, 20_000);
        _credit(supplier1, CREDIT, 30_000);
        vm.assertEq(documents.residual(INVOICE), 0, "nothing more can be issued");
        vm.assertEq(documents.document(INVOICE).used, 90_000, "what was issued stands");
    }

    function test_AReleaseAfterACreditNoteGivesBackOnlyWhatIsLeft() public {
        PayableId id = _issue(90_000);
        _credit(supplier1, CREDIT, 30_000);
        vm.prank(keyOf(supplier1));
        ledger.reject(noteId(id, 1));
        vm.assertEq(documents.residual(INVOICE), 70_000, "the amount less the credit note");
    }

    function test_OnlyItsRegistrarOrItsDebtorCreditsADocument() public {
        _refuses(
            supplier2,
            abi.encodeCall(documents.credit, (INVOICE, CREDIT, 1)),
            abi.encodeWithSelector(IDocumentRegistry.CreditNotAllowed.selector, INVOICE, supplier2),
            "a third party"
        );
        _refuses(
            supplier1,
            abi.encodeCall(documents.credit, ("unheard of", CREDIT, 1)),
            abi.encodeWithSelector(IDocumentRegistry.DocumentUnknown.selector, bytes32("unheard of")),
            "of no document"
        );
        _refuses(
            supplier1,
            abi.encodeCall(documents.credit, (INVOICE, CREDIT, 0)),
            abi.encodeWithSelector(IDocumentRegistry.DocumentAmountZero.selector, CREDIT),
            "of nothing"
        );
        _credit(obligor, CREDIT, 1);
    }
}
