// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {PaymentOrder} from "../../../contracts/settlement/ISettlement.sol";
import {SaleFixture} from "../discounting/SaleFixture.sol";

/// @title A ledger with lenders, and a note of 100,000 that supplier 1 may pledge
abstract contract LoanFixture is SaleFixture {
    uint64 internal constant FACE = 100_000;

    PayableId internal id;
    NoteId internal n1;
    Day internal due; // 90 days on
    LoanOffer internal o;

    function setUp() public virtual override {
        super.setUp();
        n1 = held(FACE);
        id = n1.payableOf();
        due = plus(issueDay, 90);
        o = offerOf(financier);
    }

    //------------------------------------------------------------------ offers

    /// @dev 80 % of anyone's paper at 6 % a year, ACT/360, five days of grace, no fees, free use.
    function offerOf(PartyId by) internal view returns (LoanOffer memory offer_) {
        offer_.lender = by;
        offer_.currency = CNY;
        offer_.advanceRate = 800_000;
        offer_.rate = 60_000;
        offer_.dayCount = DayCount.Act360;
        offer_.maxDays = 365;
        offer_.graceDays = 5;
        offer_.capacity = uint64(CASH);
        offer_.expiresAt = uint40(block.timestamp + 7 days);
    }

    function publish(LoanOffer memory offer_) internal returns (bytes32 hash) {
        vm.prank(keyOf(offer_.lender));
        hash = loanOffers.publish(offer_, 0);
    }

    function sign(LoanOffer memory offer_) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            secretOf[offer_.lender],
            offerBook.digestOf(loanOffers.hashOf(offer_))
        );
        return abi.encodePacked(r, s, v);
    }

    //------------------------------------------------------------------ loans

    /// @dev Borrows until `due`, under a published offer.
    function borrow(
        PartyId borrower,
        LoanOffer memory offer_,
        Lot[] memory lots,
        uint64 principal
    ) internal returns (uint64) {
        vm.prank(keyOf(borrower));
        return loans.borrow(offer_, PUBLISHED, lots, principal, due, ANY_COST, "loan");
    }

    /// @dev 80,000 to supplier 1 against the whole note: 1,200 of interest by the due date.
    function lend() internal returns (uint64) {
        publish(o);
        return borrow(supplier1, o, lot(n1, FACE), 80_000);
    }

    function repay(PartyId by, uint64 loan, uint64 amount) internal {
        vm.prank(keyOf(by));
        loans.repay(loan, amount);
    }

    function seize(uint64 loan, NoteId note) internal returns (NoteId) {
        vm.prank(keyOf(financier));
        collateral.seize(loan, list(note));
        return newest(note.payableOf());
    }

    function release(PartyId by, uint64 loan, NoteId[] memory notes) internal {
        vm.prank(keyOf(by));
        collateral.release(loan, notes);
    }

    /// @dev What is owed in all.
    function owed(uint64 loan) internal view returns (uint64) {
        (uint64 principal, uint64 interest) = loans.owed(loan);
        return principal + interest;
    }

    function counted() internal view returns (uint128) {
        return concentration.exposure(financier, supplier1, CNY);
    }

    function secures(NoteId note) internal view returns (uint64 loan) {
        (loan, ) = collateral.loanOn(note);
    }

    //------------------------------------------------------------------ payments at maturity

    function pay(uint64 amount, NoteId[] memory notes) internal {
        PaymentOrder memory p = paymentOf(id, amount);
        vm.prank(keyOf(obligor));
        settlement.pay(p, notes);
    }

    /// @dev Paid outside: nothing of the ledger's cash moves.
    function confirm(uint64 amount, NoteId[] memory notes) internal {
        PaymentOrder memory p = paymentOf(id, amount);
        p.ref = "outside";
        vm.prank(keyOf(bank));
        settlement.confirm(p, notes);
    }

    function returnPayment(NoteId[] memory notes) internal {
        vm.prank(keyOf(bank));
        settlement.returnPayment(bank, "outside", "AC04", notes);
    }

    //------------------------------------------------------------------ refusals

    /// @dev The loan is refused, and so is its appraisal, both for this reason; nothing has moved.
    function assertNotLent(
        PartyId borrower,
        LoanOffer memory offer_,
        Lot[] memory lots,
        uint64 principal,
        bytes memory reason
    ) internal {
        assertNotLent(borrower, offer_, PUBLISHED, lots, principal, due, reason);
    }

    function assertNotLent(
        PartyId borrower,
        LoanOffer memory offer_,
        bytes memory signature,
        Lot[] memory lots,
        uint64 principal,
        Day dueDate,
        bytes memory reason
    ) internal {
        uint256 cashBefore = balanceOf(offer_.lender);
        assertRefused(
            borrower,
            address(loans),
            abi.encodeCall(loans.borrow, (offer_, signature, lots, principal, dueDate, ANY_COST, bytes32("loan"))),
            reason,
            "borrow"
        );
        assertRefused(
            borrower,
            address(loanOffers),
            abi.encodeCall(loanOffers.appraise, (offer_, signature, borrower, lots, principal, dueDate)),
            reason,
            "appraise"
        );
        vm.assertEq(balanceOf(offer_.lender), cashBefore, "no cash moved");
    }

    function assertRefusedLoan(PartyId by, bytes memory data, bytes memory reason, string memory message) internal {
        assertRefused(by, address(loans), data, reason, message);
    }

    function assertCollateralKept(PartyId by, bytes memory data, bytes memory reason, string memory message) internal {
        assertRefused(by, address(collateral), data, reason, message);
    }
}
