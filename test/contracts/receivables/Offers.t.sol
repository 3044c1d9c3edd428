// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus} from "../../../contracts/receivables/Payable.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract OffersTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    NoteId internal first;
    NoteId internal offered;

    function setUp() public override {
        super.setUp();
        first = held(FACE);
        offered = offer(supplier1, first, supplier2, 30_000_00);
    }

    function _accepting(NoteId note) private view returns (bytes memory) {
        return abi.encodeCall(ledger.accept, (note));
    }

    function _assertBackWithItsOfferor(NoteId note) private view {
        Note memory n = ledger.note(note);
        vm.assertTrue(n.status == NoteStatus.Held && n.holder == supplier1, "it is a plain note of the offeror");
        vm.assertEq(n.tier, 1, "of the offeror's tier");
        vm.assertEq(n.parent, 0, "where the offeror stands on the walk");
        vm.assertTrue(ledger.offer(note).to == PartyId.wrap(0), "the offer is gone");
    }

    //------------------------------------------------------------------ an issue

    function test_TheSuppliersAcceptanceMakesAPayableIrrevocable() public {
        PayableId id = issue(obligor, supplier1, FACE);
        accept(supplier1, noteId(id, 1));
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Active, "active");
        vm.assertEq(ledger.note(noteId(id, 1)).tier, 1, "the first supplier is tier one");
        assertRefused(
            obligor,
            address(ledger),
            abi.encodeCall(ledger.withdraw, (noteId(id, 1))),
            abi.encodeWithSelector(IReceivableLedger.NoteNotOffered.selector, noteId(id, 1), NoteStatus.Held),
            "the obligor cannot take it back"
        );
    }

    function test_AStandingAcceptanceDoesNotCoverAnIssue() public {
        acceptFromAnyone(supplier1);
        PayableId id = issue(obligor, supplier1, FACE);
        vm.assertTrue(ledger.note(noteId(id, 1)).status == NoteStatus.Offered, "taking paper is a free choice");
    }

    function test_ARejectedIssueIsVoidAndGivesBackLimitAndDocuments() public {
        _assertVoid(supplier1, ledger.reject.selector, 0);
    }

    function test_AWithdrawnIssueIsVoidAndGivesBackLimitAndDocuments() public {
        _assertVoid(obligor, ledger.withdraw.selector, 0);
    }

    function test_AnExpiredIssueIsVoidAndGivesBackLimitAndDocuments() public {
        _assertVoid(auditor, ledger.expire.selector, 3 days);
    }

    function _assertVoid(PartyId by, bytes4 selector, uint256 later) private {
        uint128 owed = outstanding(obligor);
        PayableId id = issue(obligor, supplier1, FACE);
        bytes32 fingerprint = ledger.documentsOf(id)[0].fingerprint;
        vm.warp(block.timestamp + later);
        vm.prank(keyOf(by));
        (bool done, ) = address(ledger).call(abi.encodeWithSelector(selector, noteId(id, 1)));
        vm.assertTrue(done, "the offer ends");
        vm.assertTrue(ledger.terms(id).status == PayableStatus.Void, "the payable is void");
        vm.assertTrue(ledger.note(noteId(id, 1)).status == NoteStatus.Void, "and so is its note");
        vm.assertEq(ledger.progress(id).voided, FACE, "all of it");
        vm.assertEq(outstanding(obligor), owed, "the limit is free again");
        vm.assertEq(documents.residual(fingerprint), FACE, "the document is free again");
        assertRefused(
            supplier1,
            address(ledger),
            _accepting(noteId(id, 1)),
            abi.encodeWithSelector(IReceivableLedger.NoteNotOffered.selector, noteId(id, 1), NoteStatus.Void),
            "a void payable cannot be accepted"
        );
    }

    //------------------------------------------------------------------ a transfer

    function test_AnAcceptedOfferIsTheChildOfTheNoteItWasCutFrom() public {
        vm.warp(block.timestamp + 1 days);
        accept(supplier2, offered);
        Note memory n = ledger.note(offered);
        vm.assertTrue(n.status == NoteStatus.Held && n.holder == supplier2, "held by the recipient");
        vm.assertEq(n.parent, 1, "child of the first note");
        vm.assertEq(n.tier, 2, "tier two");
        vm.assertEq(n.since, block.timestamp, "since its acceptance");
    }

    function test_ARejectedTransferStaysWithItsOfferor() public {
        vm.prank(keyOf(supplier2));
        ledger.reject(offered);
        _assertBackWithItsOfferor(offered);
        give(supplier1, offered, supplier3, 1_000);
    }

    function test_AWithdrawnTransferStaysWithItsOfferor() public {
        vm.prank(keyOf(supplier1));
        ledger.withdraw(offered);
        _assertBackWithItsOfferor(offered);
    }

    function test_AnExpiredTransferStaysWithItsOfferorAndAnyoneMayExpireIt() public {
        vm.warp(block.timestamp + 3 days);
        vm.prank(address(0xbeef));
        ledger.expire(offered);
        _assertBackWithItsOfferor(offered);
    }

    function test_AnOfferExpiresAtMaturityThoughItsWindowIsOpen() public {
        warpTo(minus(maturity, 1));
        NoteId late = offer(supplier1, first, supplier2, 1_000);
        warpTo(maturity);
        assertRefused(
            supplier2,
            address(ledger),
            _accepting(late),
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, first.payableOf(), maturity),
            "too late to accept"
        );
        ledger.expire(late);
        _assertBackWithItsOfferor(late);
    }

    function test_AnOfferIsAcceptedToTheLastSecondAndNotAfter() public {
        uint40 ends = ledger.offer(offered).expiresAt;
        vm.warp(ends);
        assertRefused(
            supplier2,
            address(ledger),
            _accepting(offered),
            abi.encodeWithSelector(IReceivableLedger.OfferHasExpired.selector, offered, ends),
            "at its end"
        );
        vm.warp(ends - 1);
        assertRefused(
            supplier2,
            address(ledger),
            abi.encodeCall(ledger.expire, (offered)),
            abi.encodeWithSelector(IReceivableLedger.OfferStillOpen.selector, offered, ends),
            "it is still open a second before"
        );
        accept(supplier2, offered);
    }

    function test_OnlyTheRecipientAcceptsOrRejects() public {
        PartyId[4] memory others = [supplier1, supplier3, obligor, financier];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory reason = abi.encodeWithSelector(
                IReceivableLedger.NotTheRecipient.selector,
                offered,
                supplier2,
                others[i]
            );
            assertRefused(others[i], address(ledger), _accepting(offered), reason, "accepted by another");
            assertRefused(
                others[i],
                address(ledger),
                abi.encodeCall(ledger.reject, (offered)),
                reason,
                "rejected by another"
            );
        }
    }

    function test_OnlyTheOfferorWithdraws() public {
        PartyId[4] memory others = [supplier2, supplier3, obligor, regulator];
        for (uint256 i = 0; i < others.length; ++i) {
            assertRefused(
                others[i],
                address(ledger),
                abi.encodeCall(ledger.withdraw, (offered)),
                abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, offered, supplier1, others[i]),
                "withdrawn by another"
            );
        }
    }

    function test_AnOfferEndsOnce() public {
        vm.prank(keyOf(supplier2));
        ledger.reject(offered);
        bytes memory reason = abi.encodeWithSelector(
            IReceivableLedger.NoteNotOffered.selector,
            offered,
            NoteStatus.Held
        );
        assertRefused(supplier2, address(ledger), _accepting(offered), reason, "accepted after all");
        assertRefused(supplier2, address(ledger), abi.encodeCall(ledger.reject, (offered)), reason, "rejected again");
        assertRefused(supplier1, address(ledger), abi.encodeCall(ledger.withdraw, (offered)), reason, "withdrawn too");
        assertRefused(auditor, address(ledger), abi.encodeCall(ledger.expire, (offered)), reason, "expired too");
    }

    function test_OffersOfNotesThatDoNotExistAreUnknown() public {
        NoteId none = noteId(PayableId.wrap(9), 9);
        bytes memory reason = abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none);
        assertRefused(supplier2, address(ledger), _accepting(none), reason, "accept");
        assertRefused(supplier2, address(ledger), abi.encodeCall(ledger.reject, (none)), reason, "reject");
        assertRefused(supplier2, address(ledger), abi.encodeCall(ledger.withdraw, (none)), reason, "withdraw");
        assertRefused(supplier2, address(ledger), abi.encodeCall(ledger.expire, (none)), reason, "expire");
    }

    function test_ARecipientSuspendedInTheMeantimeAcceptsNothing() public {
        suspend(supplier2);
        assertRefused(
            supplier2,
            address(ledger),
            _accepting(offered),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier2),
            "suspended"
        );
    }

    function test_ARecipientThatMayHoldNothingMoreAcceptsNothing() public {
        vm.prank(keyOf(operator));
        parties.changeRoles(supplier2, Roles.INSPECTOR);
        assertRefused(
            supplier2,
            address(ledger),
            _accepting(offered),
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, supplier2, Roles.INSPECTOR, Roles.HOLDERS),
            "no longer a supplier"
        );
    }

    function test_TheSuccessorOfTheRecipientAccepts() public {
        succeed(supplier2, supplier4);
        accept(supplier4, offered);
        vm.assertTrue(ledger.note(offered).holder == supplier4, "the successor holds it");
    }

    function test_TheSuccessorOfTheOfferorWithdraws() public {
        succeed(supplier1, supplier4);
        vm.prank(keyOf(supplier4));
        ledger.withdraw(offered);
        _assertBackWithItsOfferor(offered);
    }

    function test_ARecipientThatBecameTheObligorsSuccessorCannotAccept() public {
        NoteId toOther = offer(supplier1, first, otherObligor, 1_000);
        succeed(obligor, otherObligor);
        assertRefused(
            otherObligor,
            address(ledger),
            _accepting(toOther),
            abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, toOther, obligor),
            "a loop"
        );
    }

    function test_ANoteUnderAFreezeCannotBeAccepted() public {
        freeze(offered, 1);
        assertRefused(
            supplier2,
            address(ledger),
            _accepting(offered),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                offered,
                uint64(1),
                uint40(block.timestamp + 30 days),
                bytes32("court order")
            ),
            "one unit is frozen"
        );
    }
}
