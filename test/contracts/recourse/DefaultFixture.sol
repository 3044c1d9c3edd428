// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId, PayableId} from "../../../contracts/receivables/Ids.sol";
import {IRecourse} from "../../../contracts/recourse/IRecourse.sol";
import {Cut, PaymentOrder} from "../../../contracts/settlement/ISettlement.sol";
import {SaleFixture} from "../discounting/SaleFixture.sol";

/// @title A payable of 1,000.00 that will not be paid on 26 February 2027
/// @dev In default from 29 March 2027; first claims on endorsers until 26 August 2027; limitation until 26 February 2030.
abstract contract DefaultFixture is SaleFixture {
    uint64 internal constant FACE = 100_000;
    bytes32 internal constant CAUSE = "unpaid at maturity";

    NoteId internal n1;
    PayableId internal id;
    PartyId internal thirdFinancier;
    Day internal defaultDate;

    function setUp() public virtual override {
        super.setUp();
        thirdFinancier = admit("third financier", Roles.FINANCIER);
        fund(thirdFinancier);
        n1 = held(FACE);
        id = n1.payableOf();
        defaultDate = plus(maturity, 31);
    }

    /// @dev The obligor pays `amount`; `note` is the only live one.
    function payLate(uint64 amount, NoteId note) internal {
        mint(obligor, amount);
        vm.prank(keyOf(obligor));
        settlement.pay(paymentOf(id, amount), list(note));
    }

    /// @dev The bank confirms that `amount` was paid; `note` is the only live one.
    function confirmLate(uint64 amount, NoteId note, bytes32 ref) internal {
        PaymentOrder memory order = PaymentOrder(id, CNY, amount, ref, Cut(0, 0));
        vm.prank(keyOf(bank));
        settlement.confirm(order, list(note));
    }

    function returnLate(NoteId settled, bytes32 ref) internal {
        vm.prank(keyOf(bank));
        settlement.returnPayment(bank, ref, "AC04", list(settled));
    }

    function claim(PartyId holder, NoteId note) internal {
        vm.prank(keyOf(holder));
        recourse.claim(note, CAUSE);
    }

    function honour(PartyId endorser, NoteId note) internal returns (NoteId) {
        vm.prank(keyOf(endorser));
        return recourse.honour(note, CAUSE);
    }

    function claimCall(NoteId note) internal pure returns (bytes memory) {
        return abi.encodeCall(IRecourse.claim, (note, CAUSE));
    }

    function honourCall(NoteId note) internal pure returns (bytes memory) {
        return abi.encodeCall(IRecourse.honour, (note, CAUSE));
    }
}
