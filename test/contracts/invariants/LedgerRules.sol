// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Hold} from "../../../contracts/common/Holds.sol";
import {Document, DocumentUse} from "../../../contracts/documents/IDocumentRegistry.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {PayableStatus, Progress, Terms} from "../../../contracts/receivables/Payable.sol";
import {LedgerModel} from "./LedgerModel.sol";

/// @title The invariants that hold after every action, one function each; docs/invariants.md has the table
abstract contract LedgerRules is LedgerModel {
    /// @dev One payable as state has it; `notes[i]` is the note of index `i + 1`.
    struct View {
        PayableId id;
        Terms terms;
        Progress progress;
        Note[] notes;
    }

    /// @notice Checks every rule. Payables are read once for all of them.
    function check() public view virtual {
        vm.assertEq(violation, "", "something happened that must not");
        View[] memory all = new View[](ledger.payableCount());
        for (uint40 p = 0; p < all.length; ++p) {
            all[p] = _read(PayableId.wrap(p + 1));
            rule1_notesPartitionTheFace(all[p]);
            rule3_everyNoteHasTheHolderThatAcceptedIt(all[p]);
            rule4_heldUnitsStay(all[p]);
            rule8_theWalkEndsAtThePromise(all[p]);
            rule11_termsNeverChange(all[p]);
        }
        rule2_exposureIsWhatIsOwed(all);
        rule5_documentsAreUsedWithinTheirAmount(all);
        rule6_noContractHoldsMoney();
    }

    function _read(PayableId id) private view returns (View memory v) {
        (v.id, v.terms, v.progress) = (id, ledger.terms(id), ledger.progress(id));
        v.notes = new Note[](v.terms.noteCount);
        for (uint24 i = 0; i < v.notes.length; ++i) v.notes[i] = ledger.note(noteId(id, i + 1));
    }

    //------------------------------------------------------------------ 1

    function rule1_notesPartitionTheFace(View memory v) internal view {
        (uint256 live, uint256 settled, uint256 void) = (0, 0, 0);
        for (uint256 i = 0; i < v.notes.length; ++i) {
            Note memory n = v.notes[i];
            uint256 units = n.end - n.start;
            vm.assertTrue(n.status != NoteStatus.None, "1: a number is left out");
            vm.assertTrue((units == 0) == (n.status == NoteStatus.Spent), "1: spent notes, and no others, are empty");
            vm.assertLe(n.end, v.terms.face, "1: a note beyond the face");
            if (n.status == NoteStatus.Settled) settled += units;
            else if (n.status == NoteStatus.Void) void += units;
            else live += units;
        }
        vm.assertTrue(!_overlap(v.notes), "1: two notes overlap");
        // no two overlap, none is beyond the face, and together they are as long as the face: so there is no gap
        vm.assertEq(live + settled + void, v.terms.face, "1: the notes are as long as the face");
        vm.assertEq(settled, v.progress.settled, "1: settled units");
        vm.assertEq(void, v.progress.voided, "1: void units");
        vm.assertEq(live, ledger.liveUnits(v.id), "1: live units");
        vm.assertEq(settled, everPaid[v.id] - everReturnedPayments[v.id], "1: what is settled was paid");
        bool closed = v.terms.status == PayableStatus.Settled || v.terms.status == PayableStatus.Void;
        vm.assertEq(closed, live == 0, "1: a payable is closed once nothing of it is live");
    }

    function _overlap(Note[] memory notes) private pure returns (bool) {
        unchecked {
            for (uint256 i = 0; i < notes.length; ++i) {
                (uint256 start, uint256 end) = (notes[i].start, notes[i].end);
                for (uint256 j = 0; j < i && start < end; ++j) {
                    Note memory o = notes[j];
                    if (start < o.end && o.start < end && o.start != o.end) return true;
                }
            }
        }
        return false;
    }

    //------------------------------------------------------------------ 2

    function rule2_exposureIsWhatIsOwed(View[] memory all) internal view {
        for (uint256 i = 0; i < obligors.length; ++i) {
            uint256 live;
            for (uint256 p = 0; p < all.length; ++p) {
                if (all[p].terms.obligor != obligors[i]) continue;
                live += all[p].terms.face - all[p].progress.settled - all[p].progress.voided;
            }
            uint128 owed = outstanding(obligors[i]);
            vm.assertEq(owed, live, "2: an obligor's exposure is the sum of its live units");
            vm.assertEq(owed, owes[obligors[i]], "2: it fell by payment, void and return alone");
        }
    }

    //------------------------------------------------------------------ 3

    function rule3_everyNoteHasTheHolderThatAcceptedIt(View memory v) internal view {
        vm.assertEq(v.notes.length, notesSeen[v.id], "3: notes came about that nobody made");
        for (uint24 i = 0; i < v.notes.length; ++i) {
            PartyId holder = holderOf[noteId(v.id, i + 1)];
            vm.assertTrue(v.notes[i].holder == holder, "3: a note changed hands without its recipient's acceptance");
        }
    }

    //------------------------------------------------------------------ 4

    function rule4_heldUnitsStay(View memory v) internal view {
        for (uint24 i = 0; i < v.notes.length; ++i) {
            NoteId id = noteId(v.id, i + 1);
            (Frozen memory f, Pledged memory p) = (frozen[id], pledged[id]);
            vm.assertEq(v.notes[i].underHold, f.units > 0 || p.units > 0, "4: a hold was lost, or came from nowhere");
            if (f.units == 0 && p.units == 0) continue;
            uint64 units = v.notes[i].end - v.notes[i].start;
            Hold memory hold = ledger.holdOn(id);
            if (p.units > 0) {
                vm.assertTrue(PartyId.wrap(hold.beneficiary) == p.beneficiary, "4: a pledge to somebody else");
                vm.assertEq(hold.units, p.units, "4: a pledge of other units");
                vm.assertEq(units + p.cutSince, p.units, "4: pledged units left other than by payment");
            } else {
                vm.assertEq(hold.units, f.units, "4: a freeze of other units");
            }
            if (block.timestamp >= f.expiresAt) continue;
            vm.assertGe(uint256(units) + f.settledSince, f.units, "4: frozen units left other than by payment");
        }
    }

    //------------------------------------------------------------------ 5

    function rule5_documentsAreUsedWithinTheirAmount(View[] memory all) internal view {
        for (uint256 i = 0; i < fingerprints.length; ++i) {
            Document memory d = documents.document(fingerprints[i]);
            vm.assertLe(d.used, d.payableAmount, "5: a document is used beyond its amount");
            vm.assertLe(d.credited, d.payableAmount, "5: a document is credited beyond its amount");
            vm.assertEq(d.used, used[fingerprints[i]], "5: the uses of payables that were not void at once add up");
        }
        for (uint256 p = 0; p < all.length; ++p) {
            DocumentUse[] memory documentUses = ledger.documentsOf(all[p].id);
            uint256 sum;
            for (uint256 i = 0; i < documentUses.length; ++i) sum += documentUses[i].amount;
            vm.assertEq(sum, all[p].terms.face, "5: the documents of a payable add up to its face");
        }
    }

    //------------------------------------------------------------------ 6

    function rule6_noContractHoldsMoney() internal view {
        for (uint256 i = 0; i < deployment.length; ++i) {
            vm.assertEq(cash.balanceOf(deployment[i]), 0, "6: a contract holds money");
        }
        vm.assertEq(cash.balanceOf(address(cash)) + balanceOf(NOBODY), 0, "6: nobody holds money");
        uint256 sum;
        for (uint32 i = 1; i <= parties.partyCount(); ++i) {
            address account = PartyId.wrap(i).account();
            sum += cash.balanceOf(account);
            vm.assertLe(cash.reservedOf(account), cash.balanceOf(account), "6: more is set aside than there is");
        }
        vm.assertEq(sum, cash.totalSupply(), "6: all money is in parties' accounts");
        vm.assertEq(sum, minted - redeemed, "6: and is what was minted less what was redeemed");
    }

    //------------------------------------------------------------------ 8

    /// @dev What each hop was is the model's record; the ledger keeps only how many there were of each kind.
    function rule8_theWalkEndsAtThePromise(View memory v) internal view {
        for (uint24 i = 0; i < v.notes.length; ++i) {
            Note memory n = v.notes[i];
            (uint256 tier, uint256 financings, uint24 step) = (0, 0, i + 1);
            while (n.tier > 0 && step != 0) {
                // an issue that waits, or came to nothing, is no hop yet
                vm.assertTrue(
                    step <= v.notes.length && tier + financings <= v.terms.maxTier + 15,
                    "8: the walk goes astray"
                );
                if (isFinancingHop[noteId(v.id, step)]) ++financings;
                else ++tier;
                step = v.notes[step - 1].parent;
            }
            vm.assertEq(tier, n.tier, "8: a note's tier is the number of commercial hops on its walk");
            vm.assertEq(financings, n.financings, "8: and its financings the number of the others");
            vm.assertLe(n.tier, v.terms.maxTier, "8: no note is deeper than its rule set allows");
        }
    }

    //------------------------------------------------------------------ 11

    function rule11_termsNeverChange(View memory v) internal view {
        vm.assertEq(_termsHash(v.id), termsAtIssue[v.id], "11: the terms are those of the issue");
    }
}
