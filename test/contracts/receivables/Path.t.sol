// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {Note} from "../../../contracts/receivables/Note.sol";
import {FinancingHops} from "./FinancingHops.sol";

contract PathTest is FinancingHops {
    uint64 internal constant FACE = 100_000_00;

    function test_ThePathOfADeepNoteIsTheChainOfDebtsBehindIt() public {
        NoteId n1 = held(FACE);
        NoteId n2 = give(supplier1, n1, supplier2, 50_000);
        NoteId n3 = give(supplier2, n2, supplier3, 40_000);
        NoteId n4 = give(supplier3, n3, supplier4, 40_000); // n3 is spent, and still on the walk
        (NoteId[] memory ids, Note[] memory notes) = paths.path(n4);
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
        (NoteId[] memory ids, ) = paths.path(offered);
        vm.assertEq(ids.length, 2, "still the offeror's");
        vm.assertTrue(ids[1] == first, "beside its parent");
        vm.prank(keyOf(supplier2));
        ledger.withdraw(offered);
        NoteId third = give(supplier2, offered, supplier3, 5_000);
        (ids, ) = paths.path(third);
        vm.assertEq(ids.length, 3, "one hop more");
        vm.assertTrue(ids[1] == offered && ids[2] == first, "from the piece it was cut from");
    }

    function test_AFinancingHopLengthensThePathAndLeavesTheTier() public {
        NoteId[] memory walk = new NoteId[](6); // from the promise
        walk[0] = held(FACE);
        walk[1] = assign(walk[0], 50_000, financier); // sold by the first supplier
        walk[2] = give(financier, walk[1], supplier2, 40_000);
        walk[3] = assign(walk[2], 40_000, otherFinancier); // whole: nothing is left of the other
        walk[4] = assign(walk[3], 30_000, supplier2); // bought back
        walk[5] = pledge(give(supplier2, walk[4], supplier3, 20_000), 10_000, financier); // a piece beside it: no hop
        uint8[6] memory tiers = [1, 1, 2, 2, 2, 3];
        uint8[6] memory financings = [0, 1, 1, 2, 3, 3];
        (NoteId[] memory ids, Note[] memory notes) = paths.path(walk[5]);
        vm.assertEq(ids.length, walk.length, "three debts and three financings");
        for (uint256 i = 0; i < walk.length; ++i) {
            vm.assertTrue(ids[5 - i] == walk[i], "each step");
            vm.assertEq(notes[5 - i].tier, tiers[i], "its commercial hops");
            vm.assertEq(notes[5 - i].financings, financings[i], "and the others");
        }
        vm.assertEq(notes[5].parent, 0, "back to the promise");
    }

    function test_APathOfFinancingHopsAloneIsAsLongAsTheyAre() public {
        NoteId note = held(FACE);
        for (uint256 i = 0; i < 4; ++i) note = assign(note, FACE, i % 2 == 0 ? financier : otherFinancier);
        (NoteId[] memory ids, Note[] memory notes) = paths.path(note);
        vm.assertEq(ids.length, 5, "the first supplier's note, and four more");
        vm.assertTrue(notes[0].tier == 1 && notes[4].tier == 1, "all of tier 1");
        NoteId offered = offer(otherFinancier, note, supplier2, 10_000);
        (ids, ) = paths.path(offered);
        vm.assertEq(ids.length, 5, "an offer stands beside the note it was cut from");
    }

    function test_ThePathOfAnUnacceptedIssueIsItself() public {
        NoteId first = noteId(issue(obligor, supplier1, FACE), 1);
        (NoteId[] memory ids, ) = paths.path(first);
        vm.assertEq(ids.length, 1, "no hop yet");
        vm.assertTrue(ids[0] == first, "itself");
    }

    function test_ThereIsNoPathOfANoteThatDoesNotExist() public {
        NoteId none = noteId(PayableId.wrap(8), 8);
        assertRefused(
            auditor,
            address(paths),
            abi.encodeCall(paths.path, (none)),
            abi.encodeWithSelector(IReceivableLedger.NoteUnknown.selector, none),
            "no note"
        );
    }
}
