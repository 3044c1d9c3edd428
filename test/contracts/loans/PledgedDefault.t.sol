// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DayCount} from "../../../contracts/common/DayCount.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {IReceivableLedger} from "../../../contracts/receivables/IReceivableLedger.sol";
import {CoverFixture} from "../covers/CoverFixture.sol";

/// @dev The financier bought the note from supplier 1 with recourse, and borrowed 50,000 against it from the other financier
/// for 90 days at 6 %: 750 of interest. Nobody pays anything, and the payable is in default.
contract PledgedDefaultTest is CoverFixture {
    NoteId internal note;
    uint64 internal loan;

    function setUp() public override {
        super.setUp();
        note = sellTo(financier, true, supplier1, n1, FACE);
        LoanOffer memory offer_;
        offer_.lender = otherFinancier;
        offer_.currency = CNY;
        offer_.advanceRate = 800_000;
        offer_.rate = 60_000;
        offer_.dayCount = DayCount.Act360;
        offer_.maxDays = 365;
        offer_.graceDays = 5;
        offer_.capacity = uint64(CASH);
        offer_.expiresAt = uint40(block.timestamp + 7 days);
        vm.prank(keyOf(otherFinancier));
        loanOffers.publish(offer_, 0);
        vm.prank(keyOf(financier));
        loan = loans.borrow(offer_, PUBLISHED, lot(note, FACE), 50_000, plus(issueDay, 90), ANY_COST, "loan");
    }

    function _owed() private view returns (uint64) {
        (uint64 principal, uint64 interest) = loans.owed(loan);
        return principal + interest;
    }

    function test_TheEndorserPaysTheLenderBeforeTheHolderAndHasTheNoteFree() public {
        mint(supplier1, FACE);
        warpTo(defaultDate);
        claim(financier, note);
        uint64 owed = _owed();
        (uint256 hadLender, uint256 hadHolder) = (balanceOf(otherFinancier), balanceOf(financier));
        NoteId taken = honour(supplier1, note);
        vm.assertEq(balanceOf(otherFinancier), hadLender + owed, "the loan");
        vm.assertEq(balanceOf(financier), hadHolder + FACE - owed, "the rest");
        vm.assertEq(_owed(), 0, "nothing is owed on the loan");
        vm.assertTrue(!ledger.note(taken).underHold, "the pledge is over");
    }

    /// @dev Of 74,000 that the layers pay, the loan comes first; the note stays where it is, free.
    function test_ACoverPaysTheLenderBeforeTheInsured() public {
        uint64 cover = inForce(termsFor(financier));
        warpTo(defaultDate);
        uint64 owed = _owed();
        (uint256 hadLender, uint256 hadHolder) = (balanceOf(otherFinancier), balanceOf(financier));
        claimLoss(financier, cover, note);
        vm.assertEq(balanceOf(otherFinancier), hadLender + owed, "the loan");
        vm.assertEq(balanceOf(financier), hadHolder + 74_000 - owed, "the rest");
        vm.assertEq(unitsOf(note), FACE, "the holder still has the note");
        payLate(FACE, note);
        vm.assertEq(
            balanceOf(guarantor) + balanceOf(insurer),
            2 * CARRIERS_CASH,
            "the carriers come first when it is paid"
        );
        vm.assertEq(balanceOf(financier), hadHolder + FACE - owed, "and the holder is whole, less its loan");
    }

    function test_RecourseThatALenderHasIsNotTheHoldersToWaive() public {
        warpTo(defaultDate);
        assertRefused(
            financier,
            address(recourse),
            abi.encodeCall(recourse.waive, (note, CAUSE)),
            abi.encodeWithSelector(
                IReceivableLedger.NoteUnderHold.selector,
                note,
                FACE,
                type(uint40).max,
                bytes32(uint256(loan))
            ),
            "under a pledge"
        );
    }

    /// @dev The lender takes the note and claims itself, past its own taking; what is above the loan is the borrower's.
    function test_ALenderThatTookTheNoteClaimsOnTheEndorserBehindIt() public {
        mint(supplier1, FACE);
        warpTo(defaultDate);
        vm.prank(keyOf(otherFinancier));
        collateral.seize(loan, list(note));
        NoteId seized = newest(id);
        vm.assertEq(PartyId.unwrap(recourse.endorserOf(seized).endorser), PartyId.unwrap(supplier1), "past the taking");
        uint64 owed = _owed();
        (uint256 hadLender, uint256 hadBorrower) = (balanceOf(otherFinancier), balanceOf(financier));
        claim(otherFinancier, seized);
        NoteId taken = honour(supplier1, seized);
        vm.assertEq(balanceOf(otherFinancier), hadLender + owed, "the loan");
        vm.assertEq(balanceOf(financier), hadBorrower + FACE - owed, "the surplus is the borrower's");
        vm.assertTrue(!ledger.note(taken).underHold, "the endorser has the note free");
    }

    /// @dev A loss claimed before the lender took the note is claimed with it: what comes in on the new note goes back too.
    function test_ALossClaimedOnANoteIsClaimedOnTheNoteTheLenderTook() public {
        _spendAll(guarantor);
        _spendAll(insurer);
        uint64 cover = inForce(termsFor(financier));
        warpTo(defaultDate);
        claimLoss(financier, cover, note); // nobody has cash: all is owed
        vm.prank(keyOf(otherFinancier));
        collateral.seize(loan, list(note));
        NoteId seized = newest(id);
        (uint64 under, , uint64 outstanding_) = losses.lossOn(seized);
        vm.assertTrue(under == cover && outstanding_ == FACE, "claimed with it");
        payLate(FACE, seized);
        vm.assertEq(owedIn(cover, ALL_NOTES, 0, 0) + owedIn(cover, ALL_NOTES, 1, 0), 0, "nothing is owed any more");
    }

    function _spendAll(PartyId party) private {
        uint256 all = balanceOf(party);
        vm.prank(keyOf(party));
        cashBook.pay(CNY, bank, all, "spent");
    }
}
