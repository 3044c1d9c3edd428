// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note} from "../../../contracts/receivables/Note.sol";
import {LedgerFixture} from "../LedgerFixture.sol";

contract PathTest is LedgerFixture {
    uint64 internal constant FACE = 100_000_00;

    function test_ThePathOfADeepNoteIsTheChainOfDebtsBehindIt() public {
        NoteId n1 = held(FACE);
        NoteId n2 = give(supplier1, n1, supplier2, 50_000);
        NoteId n3 = give(supplier2, n2, supplier3, 40_000);
        NoteId n4 = give(supplier3, n3, supplier4, 40_000); // n3 is spent, and still on the walk
        (NoteId[] memory ids, Note[] memory notes) = ledger.path(n4);
        vm.assertEq(ids.length, 4, "four debts");
        vm.assertTrue(ids[0] == n4 && ids[1] == n3 && ids[2] == n2 && ids[3] == n1, "back to the first supplier");
        vm.assertTrue(notes[0].holder == supplier4 && notes[1].holder == supplier3, "with their holders");
        vm.assertTrue(notes[2].holder == supplier2 && notes[3].holder == supplier1, "to the first");
        vm.assertEq(notes[3].parent, 0, "whose parent is the promise");
    }

    function test_AnOfferDoesNotLengthenThePathOfWhoMadeIt() public {
        NoteId first = held(FACE);
        NoteId second = give(supplier1, first, supplier2, 50_000);
        NoteId offered = offer(supplier2, second, supplier3, 10_000);
        (NoteId[] memory ids,) = ledger.path(offered);
        vm.assertEq(ids.length, 2, "still the offeror's");
        vm.assertTrue(ids[1] == first, "beside its parent");
        vm.prank(keyOf(supplier2));
        ledger.withdraw(offered);
        NoteId third = give(supplier2, offered, supplier3, 5_000);
        (ids,) = ledger.path(third);
        vm.assertEq(ids.length, 3, "one hop more");
        vm.assertTrue(ids[1] == offered && ids[2] == first, "from the piece it was cut from");
    }

    function test_ThePathOfAnUnacceptedIssueIsItself() public {
        NoteId first = noteId(issue(obligor, supplier1, FACE), 1);
        (NoteId[] memory ids,) = ledger.path(first);
        vm.assertEq(ids.length, 1, "no hop yet");
        vm.assertTrue(ids[0] == first, "itself");
    }

    function test_ThereIsNoPathOfANoteThatDoesNotExist() public {
        NoteId none = noteId(PayableId.wrap(8), 8);
        assertRefused(
            auditor,
            address(ledger),
            abi.encodeCall(ledger.path, (none)),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none),
            "no note"
        );
    }
}
