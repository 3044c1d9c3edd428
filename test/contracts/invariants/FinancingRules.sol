// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {loanKey, noteKey} from "../../../contracts/exposure/IConcentration.sol";
import {Cover} from "../../../contracts/covers/ICoverBook.sol";
import {Account, Part} from "../../../contracts/covers/ILossAccounts.sol";
import {Loan, LoanStatus} from "../../../contracts/loans/IPledgedLoans.sol";
import {Layer} from "../../../contracts/covers/Waterfall.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {RuleSet} from "../../../contracts/rules/IRuleBook.sol";
import {FinancingRecord} from "./FinancingRecord.sol";
import {LedgerModel} from "./LedgerModel.sol";
import {LedgerRules} from "./LedgerRules.sol";
import {LossActions} from "./LossActions.sol";
import {NoteActions} from "./NoteActions.sol";
import {PartyActions} from "./PartyActions.sol";

/// @title The invariants that hold after every act of financing, beside those of the ledger; docs/invariants.md has the table
contract FinancingRules is LedgerRules, NoteActions, PartyActions, LossActions {
    uint32 private constant PARTIES = 16; // those that the fixture admits

    function setUp() public override(FinancingRecord, LedgerModel) {
        super.setUp();
        for (uint24 i = 0; i < 6; ++i) {
            // something to finance, from the first act on
            _issue(obligors[i % 2], holders[i % 4], 4_000 + 100 * i, plus(rules.today(), 3 + 7 * i), i);
            _accept(noteId(PayableId.wrap(i + 1), 1));
        }
    }

    function genesis() internal view override(FinancingRecord, LedgerModel) returns (RuleSet memory) {
        return super.genesis();
    }

    function _longestTerm() internal pure override returns (uint24) {
        return 40;
    }

    /// @inheritdoc LedgerRules
    function check() public view override {
        super.check();
        rule4_everyHoldIsALoans();
        rule6_whatIsSetAsideIsForALoan();
        for (uint64 id = 1; id <= loans.loanCount(); ++id) rule6_aLoanIsWhatItLent(id);
        rule6_exposureIsWhatIsCounted();
        for (uint256 i = 0; i < lossAccounts.length; ++i) rule6_aLossIsBorneOnce(lossAccounts[i]);
    }

    /// @notice At the end of a sequence nothing is held for ever: each lender can let go of its notes, and the regulator of its.
    function releaseEverything() external {
        for (uint40 p = 1; p <= ledger.payableCount(); ++p) {
            for (uint24 i = 1; i <= ledger.terms(PayableId.wrap(p)).noteCount; ++i) {
                if (frozen[noteId(PayableId.wrap(p), i)].units == 0) continue;
                (bool done, ) = _as(
                    regulator,
                    address(ledger),
                    abi.encodeCall(ledger.release, (noteId(PayableId.wrap(p), i)))
                );
                vm.assertTrue(done, "4: a freeze could not be released");
                delete frozen[noteId(PayableId.wrap(p), i)];
            }
        }
        for (uint64 id = 1; id <= loans.loanCount(); ++id) {
            PartyId lender = parties.resolve(loans.loan(id).lender);
            if (_isSuspended(lender)) {
                vm.prank(keyOf(operator));
                parties.readmit(lender);
            }
            _remember();
            (bool done, ) = _as(
                lender,
                address(collateral),
                abi.encodeCall(collateral.release, (id, collateral.collateralOf(id)))
            );
            vm.assertTrue(done, "4: a pledge could not be released");
            _requireMoved();
            vm.assertEq(collateral.collateralOf(id).length, 0, "4: and so nothing is held");
        }
        check();
    }

    //------------------------------------------------------------------ 4

    function rule4_everyHoldIsALoans() internal view {
        for (uint40 p = 1; p <= ledger.payableCount(); ++p) {
            uint24 notes = ledger.terms(PayableId.wrap(p)).noteCount;
            for (uint24 i = 1; i <= notes; ++i) {
                NoteId id = noteId(PayableId.wrap(p), i);
                (uint64 loan, bool byLender) = collateral.loanOn(id);
                vm.assertEq(loan, secures[id], "4: a note secures another loan than it was pledged for");
                vm.assertEq(byLender, taken[id], "4: a note was taken that was not, or given back that was not");
                vm.assertEq(
                    concentrationOn(id),
                    countedOn[id],
                    "6: exposure on a note is what was bought and is not paid"
                );
                if (pledged[id].units == 0) continue;
                NoteStatus status = ledger.note(id).status;
                if (status == NoteStatus.Held) vm.assertTrue(loan != 0, "4: a hold that no loan has");
                else vm.assertTrue(status == NoteStatus.Settled, "4: a hold on what is neither held nor paid");
            }
        }
    }

    function concentrationOn(NoteId id) private view returns (uint64 units) {
        (, , , units) = concentration.counted(noteKey(id));
    }

    //------------------------------------------------------------------ 6

    /// @dev Its collateral is under its hold, the borrower's or, once taken, the lender's; a closed loan has none left but what
    /// was taken and has yet to go back.
    function rule6_aLoanIsWhatItLent(uint64 id) internal view {
        Loan memory l = loans.loan(id);
        (uint64 principal, uint64 interest) = loans.owed(id);
        (, , , uint64 counted) = concentration.counted(loanKey(id));
        vm.assertEq(counted, l.principal + l.undrawn, "6: exposure on a loan is what is at stake");
        vm.assertLe(uint256(l.principal) + l.undrawn, l.lent, "6: more is owed than was lent");
        vm.assertEq(principal, l.principal, "6: principal grows by nothing");
        vm.assertEq(interest, l.interest + _accrued(l), "6: interest is simple, by the day count");
        bool open = l.status == LoanStatus.Open;
        vm.assertEq(
            open,
            uint256(principal) + interest + l.undrawn > 0,
            "6: a loan is open as long as something is owed"
        );

        NoteId[] memory notes = collateral.collateralOf(id);
        vm.assertEq(notes.length, collateralCount[id], "4: a loan's collateral is what was pledged and not let go");
        for (uint256 i = 0; i < notes.length; ++i) {
            vm.assertTrue(secures[notes[i]] == id && pledged[notes[i]].units > 0, "4: collateral without a hold");
            vm.assertTrue(open || taken[notes[i]], "4: a closed loan holds a note");
            Note memory n = ledger.note(notes[i]);
            vm.assertTrue(n.status == NoteStatus.Held, "4: what secures a loan is held");
            PartyId holder = parties.resolve(taken[notes[i]] ? l.lender : l.borrower);
            vm.assertTrue(
                parties.resolve(n.holder) == holder,
                "4: what secures a loan is the borrower's, or was taken"
            );
        }
    }

    function _accrued(Loan memory l) private view returns (uint256) {
        uint256 time = uint256(l.rate) * (Day.unwrap(rules.today()) - Day.unwrap(l.accruedOn));
        return _halfUp(l.principal * time, MILLION * _yearOf(l.dayCount));
    }

    function rule6_whatIsSetAsideIsForALoan() internal view {
        uint256[] memory undrawn = new uint256[](PARTIES + 1);
        for (uint64 id = 1; id <= loans.loanCount(); ++id) {
            Loan memory l = loans.loan(id);
            undrawn[PartyId.unwrap(l.lender)] += l.undrawn;
        }
        for (uint32 i = 1; i <= PARTIES; ++i) {
            vm.assertEq(cash.reservedOf(PartyId.wrap(i).account()), undrawn[i], "6: what is set aside can be drawn");
        }
    }

    /// @dev Of each financier with each debtor: the sum over its notes and its loans.
    function rule6_exposureIsWhatIsCounted() internal view {
        uint256[] memory sums = new uint256[]((PARTIES + 1) * (PARTIES + 1));
        for (uint40 p = 1; p <= ledger.payableCount(); ++p) {
            uint24 notes = ledger.terms(PayableId.wrap(p)).noteCount;
            for (uint24 i = 1; i <= notes; ++i) {
                NoteId id = noteId(PayableId.wrap(p), i);
                if (countedOn[id] > 0) _sum(sums, noteKey(id));
            }
        }
        for (uint64 id = 1; id <= loans.loanCount(); ++id) _sum(sums, loanKey(id));
        for (uint256 f = 0; f < financiers.length; ++f) {
            uint256 row = PartyId.unwrap(parties.resolve(financiers[f])) * uint256(PARTIES + 1);
            for (uint32 d = 1; d <= PARTIES; ++d) {
                uint128 exposure = concentration.exposure(financiers[f], PartyId.wrap(d), CNY);
                uint256 debtor = PartyId.unwrap(parties.resolve(PartyId.wrap(d)));
                vm.assertEq(
                    exposure,
                    sums[row + debtor],
                    "6: a financier's exposure is what is counted on its notes and loans"
                );
            }
        }
    }

    function _sum(uint256[] memory sums, bytes32 key) private view {
        (PartyId who, PartyId debtor, , uint64 units) = concentration.counted(key);
        if (units == 0) return;
        (who, debtor) = (parties.resolve(who), parties.resolve(debtor));
        sums[PartyId.unwrap(who) * uint256(PARTIES + 1) + PartyId.unwrap(debtor)] += units;
    }

    /// @dev What the layers bear and what they do not is the loss: each unit lies in one place; and what a carrier bears it has
    /// paid and not had back, or owes. Where payments are returned out of order, layers may bear more than their stretches.
    function rule6_aLossIsBorneOnce(LossAccount memory a) internal view {
        Cover memory c = covers.cover(a.cover);
        (Account memory now_, Part[][] memory parts) = losses.accountOf(a.cover, a.note);
        vm.assertEq(now_.loss, a.loss, "6: a loss is what was claimed and not recovered");
        uint256 start;
        (uint256 due, uint256 borne) = (0, 0);
        for (uint256 k = 0; k < parts.length; ++k) {
            Layer memory layer = c.terms.layers[k];
            start += layer.deductible;
            uint256 inLayer = _within(now_, start, start + layer.cap);
            start += layer.cap;
            uint256 sum = _borneIn(a, uint8(k), layer, parts[k]);
            if (!a.restored) vm.assertEq(sum, inLayer, "6: a layer bears what lies in it");
            (due, borne) = (due + inLayer, borne + sum);
        }
        vm.assertLe(due, borne, "6: the insured's loss and the carriers' are the loss that was claimed");
        vm.assertLe(borne, a.loss, "6: more is borne than was lost");
    }

    /// @dev The insured's own is the last part of a layer.
    function _borneIn(
        LossAccount memory a,
        uint8 k,
        Layer memory layer,
        Part[] memory parts
    ) private view returns (uint256 sum) {
        for (uint256 i = 0; i < parts.length; ++i) {
            sum += parts[i].borne;
            if (i == layer.carriers.length) {
                vm.assertEq(parts[i].owed, 0, "6: the insured owes itself");
                continue;
            }
            uint256 paid = netPaid[partKey(a.cover, a.note, k, layer.carriers[i].party)];
            vm.assertEq(paid + parts[i].owed, parts[i].borne, "6: a carrier has paid or owes what it bears");
        }
    }

    /// @dev How much of `[below, below + loss)` lies in `[from, to)`.
    function _within(Account memory a, uint256 from, uint256 to) private pure returns (uint256) {
        (uint256 low, uint256 high) = (uint256(a.below), uint256(a.below) + a.loss);
        if (low < from) low = from;
        if (high > to) high = to;
        return low < high ? high - low : 0;
    }
}
