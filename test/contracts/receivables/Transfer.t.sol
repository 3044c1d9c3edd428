// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger, Share} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract TransferTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    NoteId internal first;

    function setUp() public override {
        super.setUp();
        first = held(FACE);
    }

    function _refuses(
        PartyId by,
        NoteId note,
        Share[] memory shares,
        bytes memory reason,
        string memory message
    ) private {
        assertRefused(by, address(ledger), abi.encodeCall(ledger.transfer, (note, "", shares)), reason, message);
    }

    function _error(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }

    //------------------------------------------------------------------ what it does

    function test_ATransferCutsTheTailAndLeavesTheRest() public {
        acceptFromAnyone(supplier2);
        vm.prank(keyOf(supplier1));
        ledger.transfer(first, "", share(supplier2, 40_000_00));

        NoteId child = noteId(first.payableOf(), 2);
        Note memory n = ledger.note(child);
        vm.assertTrue(n.holder == supplier2, "the recipient holds it");
        vm.assertTrue(n.status == NoteStatus.Held, "it is held");
        vm.assertEq(n.start, 60_000_00, "it starts where the rest ends");
        vm.assertEq(n.end, FACE, "it ends where the note ended");
        vm.assertEq(n.tier, 2, "one tier below");
        vm.assertEq(n.parent, 1, "the child of the first note");
        vm.assertEq(n.since, block.timestamp, "since now");
        Note memory rest = ledger.note(first);
        vm.assertTrue(rest.holder == supplier1 && rest.status == NoteStatus.Held, "the rest stays with the sender");
        vm.assertEq(rest.end, 60_000_00, "and ends at the cut");
        vm.assertEq(rest.children, 1, "one note was cut from it");
        vm.assertEq(outstanding(obligor), FACE, "a transfer changes nothing of what is owed");
    }

    function test_ATransferOfAllLeavesASpentNoteWithoutUnits() public {
        NoteId child = give(supplier1, first, supplier2, FACE);
        Note memory spent = ledger.note(first);
        vm.assertTrue(spent.status == NoteStatus.Spent, "spent");
        vm.assertEq(spent.start, spent.end, "without units");
        vm.assertEq(unitsOf(child), FACE, "all of them moved");
    }

    function test_OneTransferPaysSeveralRecipientsInTheOrderNamed() public {
        acceptFromAnyone(supplier2);
        Share[] memory shares = new Share[](3);
        shares[0] = Share(supplier2, 10_000_00);
        shares[1] = Share(supplier3, 20_000_00);
        shares[2] = Share(supplier2, 30_000_00);
        vm.prank(keyOf(supplier1));
        ledger.transfer(first, "", shares);

        PayableId id = first.payableOf();
        Note memory a = ledger.note(noteId(id, 2));
        Note memory b = ledger.note(noteId(id, 3));
        Note memory c = ledger.note(noteId(id, 4));
        vm.assertTrue(a.status == NoteStatus.Held && a.holder == supplier2, "accepted beforehand");
        vm.assertTrue(b.status == NoteStatus.Offered && b.holder == supplier1, "waits for its recipient");
        vm.assertTrue(c.status == NoteStatus.Held && c.holder == supplier2, "the same recipient once more");
        vm.assertEq(a.end, FACE, "the first share is the tail");
        vm.assertEq(a.start, b.end, "no gap between the first and the second");
        vm.assertEq(b.start, c.end, "no gap between the second and the third");
        vm.assertEq(ledger.note(first).end, c.start, "no gap to the rest");
        vm.assertEq(b.tier, 1, "an offer is no hop yet");
        vm.assertEq(c.tier, 2, "a transfer is one");
    }

    function test_AStandingAcceptanceOfOneSenderCoversNoOther() public {
        vm.prank(keyOf(supplier3));
        parties.setStandingAcceptance(supplier1, true);
        vm.prank(keyOf(supplier1));
        ledger.transfer(first, "", share(supplier3, 100));
        vm.assertTrue(ledger.note(newest(first.payableOf())).holder == supplier3, "covered");

        NoteId second = give(supplier1, first, supplier2, 1_000);
        vm.prank(keyOf(supplier2));
        ledger.transfer(second, "", share(supplier3, 100));
        vm.assertTrue(
            ledger.note(newest(first.payableOf())).status == NoteStatus.Offered,
            "another sender's waits to be accepted"
        );

        vm.prank(keyOf(supplier3));
        parties.setStandingAcceptance(supplier1, false);
        vm.prank(keyOf(supplier1));
        ledger.transfer(first, "", share(supplier3, 100));
        vm.assertTrue(
            ledger.note(newest(first.payableOf())).status == NoteStatus.Offered,
            "and so does a revoked one's"
        );
    }

    function test_ANoteMayGoBackToAnEarlierHolderWhoIsNotTheObligor() public {
        NoteId second = give(supplier1, first, supplier2, 1_000);
        NoteId third = give(supplier2, second, supplier1, 500);
        vm.assertTrue(ledger.note(third).holder == supplier1, "back at tier three");
        vm.assertEq(ledger.note(third).tier, 3, "as a debt of its own");
    }

    function test_TheSuccessorOfAHolderTransfersItsNotes() public {
        succeed(supplier1, supplier4);
        NoteId child = give(supplier4, first, supplier2, 1_000);
        vm.assertTrue(ledger.note(child).holder == supplier2, "transferred by the successor");
    }

    function test_TheSuccessorMayTakeOverThePredecessorsKey() public {
        succeed(supplier1, supplier4);
        vm.prank(keyOf(supplier4));
        parties.rotateKey(keyOf(supplier1));
        secretOf[supplier4] = secretOf[supplier1];
        NoteId child = give(supplier4, first, supplier2, 1_000);
        vm.assertTrue(ledger.note(child).holder == supplier2, "the old key now speaks for the successor");
    }

    //------------------------------------------------------------------ who may not

    function test_OnlyTheHolderTransfers() public {
        PartyId[5] memory others = [obligor, supplier2, financier, otherObligor, otherFinancier];
        for (uint256 i = 0; i < others.length; ++i) {
            _refuses(
                others[i],
                first,
                share(supplier3, 100),
                abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, first, supplier1, others[i]),
                "another party's note"
            );
        }
    }

    function test_APartyCanNameNobodyButItselfAsTheSender() public {
        // the sender is the key's party; a function has no parameter that says otherwise
        _refuses(
            supplier2,
            first,
            share(supplier2, FACE),
            abi.encodeWithSelector(IReceivableLedger.NotTheHolder.selector, first, supplier1, supplier2),
            "to itself, out of another's note"
        );
    }

    function test_TransferToTheObligorIsRefusedAsALoop() public {
        _refuses(
            supplier1,
            first,
            share(obligor, 100),
            abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, first, obligor),
            "to the obligor"
        );
    }

    function test_TransferToTheObligorsSuccessorIsRefusedAsALoopToo() public {
        acceptFromAnyone(otherObligor);
        succeed(obligor, otherObligor);
        _refuses(
            supplier1,
            first,
            share(otherObligor, 100),
            abi.encodeWithSelector(IReceivableLedger.LoopToObligor.selector, first, otherObligor),
            "to whom stands in the obligor's place"
        );
    }

    function test_TransferToOneselfIsRefused() public {
        _refuses(
            supplier1,
            first,
            share(supplier1, 100),
            abi.encodeWithSelector(IReceivableLedger.TransferToSelf.selector, supplier1),
            "to oneself"
        );
    }

    function test_ARecipientHasToBeAdmittedAndInGoodStanding() public {
        PartyId nobody = PartyId.wrap(999);
        _refuses(
            supplier1,
            first,
            share(nobody, 100),
            abi.encodeWithSelector(IPartyRegistry.PartyUnknown.selector, nobody),
            "to nobody"
        );
        suspend(supplier2);
        _refuses(
            supplier1,
            first,
            share(supplier2, 100),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier2),
            "to a suspended party"
        );
        expireAdmission(supplier3, minus(issueDay, 1));
        _refuses(
            supplier1,
            first,
            share(supplier3, 100),
            abi.encodeWithSelector(IPartyRegistry.AdmissionExpired.selector, supplier3, minus(issueDay, 1), issueDay),
            "to a party whose admission ended"
        );
        succeed(supplier4, financier);
        _refuses(
            supplier1,
            first,
            share(supplier4, 100),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSucceeded.selector, supplier4, financier),
            "to a party that was succeeded"
        );
        _refuses(
            supplier1,
            first,
            share(auditor, 100),
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, auditor, Roles.AUDITOR, Roles.HOLDERS),
            "to an auditor"
        );
    }

    function test_ASuspendedHolderTransfersNothing() public {
        suspend(supplier1);
        _refuses(
            supplier1,
            first,
            share(supplier2, 100),
            abi.encodeWithSelector(IPartyRegistry.PartyIsSuspended.selector, supplier1),
            "while suspended"
        );
    }

    //------------------------------------------------------------------ how much

    function test_ATransferOfNothingIsRefused() public {
        _refuses(supplier1, first, share(supplier2, 0), _error(IReceivableLedger.AmountZero.selector), "no units");
        _refuses(supplier1, first, new Share[](0), _error(IReceivableLedger.AmountZero.selector), "no shares");
    }

    function test_AShareBelowTheSmallestNoteIsRefused() public {
        _refuses(
            supplier1,
            first,
            share(supplier2, 99),
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, uint16(1), uint64(99), uint32(100)),
            "99 fen"
        );
    }

    function test_ARestBelowTheSmallestNoteIsRefused() public {
        _refuses(
            supplier1,
            first,
            share(supplier2, FACE - 99),
            abi.encodeWithSelector(IReceivableLedger.NoteTooSmall.selector, uint16(1), uint64(99), uint32(100)),
            "a rest of 99 fen"
        );
        give(supplier1, first, supplier2, FACE - 100);
    }

    function test_MoreThanTheNoteHasIsRefused() public {
        _refuses(
            supplier1,
            first,
            share(supplier2, FACE + 1),
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, first, FACE, FACE + 1),
            "one fen too much"
        );
    }

    function test_SharesThatAddUpBeyondTheLargestNumberAreRefused() public {
        Share[] memory shares = new Share[](2);
        shares[0] = Share(supplier2, type(uint64).max);
        shares[1] = Share(supplier3, FACE);
        _refuses(
            supplier1,
            first,
            shares,
            abi.encodeWithSelector(IReceivableLedger.AmountExceedsNote.selector, first, FACE, type(uint64).max),
            "a sum that would wrap around"
        );
    }

    function test_TheDeepestTierIsRefusedOnlyBeyondIt() public {
        NoteId n2 = give(supplier1, first, supplier2, 10_000);
        NoteId n3 = give(supplier2, n2, supplier3, 10_000);
        NoteId n4 = give(supplier3, n3, supplier4, 10_000);
        vm.assertEq(ledger.note(n4).tier, 4, "tier four is allowed");
        _refuses(
            supplier4,
            n4,
            share(financier, 100),
            abi.encodeWithSelector(IReceivableLedger.TierTooDeep.selector, uint16(1), uint256(5), uint8(4)),
            "tier five"
        );
    }

    function test_ANoteHasAtMostSoManyChildren() public {
        Share[] memory shares = new Share[](10);
        for (uint256 i = 0; i < 10; ++i) shares[i] = Share(supplier2, 100);
        vm.prank(keyOf(supplier1));
        ledger.transfer(first, "", shares);
        _refuses(
            supplier1,
            first,
            share(supplier3, 100),
            abi.encodeWithSelector(IReceivableLedger.TooManyChildren.selector, uint16(1), uint256(11), uint16(10)),
            "the eleventh child"
        );
    }

    //------------------------------------------------------------------ which notes, and when

    function test_ASpentNoteCannotBeSoldAgain() public {
        give(supplier1, first, supplier2, FACE);
        _refuses(
            supplier1,
            first,
            share(supplier3, 100),
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, first, NoteStatus.Spent),
            "a spent note"
        );
    }

    function test_AnOfferedNoteCannotBeTransferredMeanwhile() public {
        NoteId offered = offer(supplier1, first, supplier2, 1_000);
        bytes memory reason = abi.encodeWithSelector(
            IReceivableLedger.NoteNotHeld.selector,
            offered,
            NoteStatus.Offered
        );
        _refuses(supplier1, offered, share(supplier3, 100), reason, "by the party that offers it");
        _refuses(supplier2, offered, share(supplier3, 100), reason, "by the party it is offered to");
    }

    function test_AnUnknownNoteIsRefused() public {
        NoteId none = noteId(PayableId.wrap(77), 1);
        _refuses(
            supplier1,
            none,
            share(supplier2, 100),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none),
            "no such note"
        );
    }

    function test_OnTheDayOfMaturityNotesMoveNoMore() public {
        warpTo(minus(maturity, 1));
        give(supplier1, first, supplier2, 1_000);
        warpTo(maturity);
        _refuses(
            supplier1,
            first,
            share(supplier2, 1_000),
            abi.encodeWithSelector(IReceivableLedger.NoteMatured.selector, first.payableOf(), maturity),
            "on the day of maturity"
        );
    }

    function test_ANoteOfAnUnacceptedPayableCannotBeTransferred() public {
        NoteId unaccepted = noteId(issue(obligor, supplier1, FACE), 1);
        _refuses(
            supplier1,
            unaccepted,
            share(supplier2, 100),
            abi.encodeWithSelector(IReceivableLedger.NoteNotHeld.selector, unaccepted, NoteStatus.Offered),
            "not accepted yet"
        );
    }

    function test_NotesOfOnePayableAreToldApart() public {
        NoteId a = give(supplier1, first, supplier2, 1_000);
        NoteId b = give(supplier1, first, supplier2, 1_000);
        vm.assertTrue(!(a == b), "two notes of one holder and one amount are still two notes");
        (NoteId[] memory ids, ) = paths.path(a);
        vm.assertTrue(ids[0] == a, "each with its own path");
    }
}
