// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {OfferKind} from "../../../contracts/offers/IOfferBook.sol";
import {LoanOffer} from "../../../contracts/loans/LoanOffer.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {Outcome} from "../../../contracts/rounds/ISaleRounds.sol";
import {LoanFixture} from "../loans/LoanFixture.sol";
import {RoundsFixture} from "../rounds/RoundsFixture.sol";

/// @title Whoever stands in another's place has what was offered to the other, and answers for what the other offered
contract QuoteSuccessionTest is RoundsFixture {
    function test_AQuoteForAPredecessorBuysFromItsSuccessor() public {
        Quote memory q = quoteOf(financier);
        q.sellers = only(supplier1);
        publish(q);
        NoteId note = held(FACE);
        succeed(supplier1, supplier2);
        sell(supplier2, q, note, FACE);
    }

    function test_AQuoteForAPredecessorBuysFromItsSuccessorInARound() public {
        Quote memory q = quoteAt(financier, 28_500, 10 * FACE);
        q.sellers = only(supplier1);
        bytes32 hash = open(q);
        NoteId note = held(FACE);
        succeed(supplier1, supplier2);
        uint64 request = asking(supplier2, note, FACE, ANY_COST, false);
        Outcome[] memory outcomes = round();
        assertFilled(outcomes[0], request, hash, "the successor's");
    }

    function test_AQuoteForAPredecessorsPromisesBuysThoseOfItsSuccessor() public {
        Quote memory q = quoteOf(financier);
        q.obligors = only(otherObligor);
        publish(q);
        NoteId note = held(FACE);
        succeed(otherObligor, obligor);
        sell(supplier1, q, note, FACE);
    }

    function test_AQuoteForASuccessorsPromisesBuysThoseOfItsPredecessor() public {
        Quote memory q = quoteOf(financier);
        q.obligors = only(otherObligor);
        publish(q);
        NoteId note = held(FACE);
        succeed(obligor, otherObligor);
        sell(supplier1, q, note, FACE);
    }

    function test_ARoundTakesTheQuoteForASuccessorsPromises() public {
        Quote memory q = quoteAt(financier, 28_500, 10 * FACE);
        q.obligors = only(otherObligor);
        bytes32 hash = open(q);
        uint64 request = asking(supplier1, FACE);
        succeed(obligor, otherObligor);
        assertFilled(round()[0], request, hash, "of the predecessor's book");
    }

    function test_FeesForAPredecessorGoToItsSuccessor() public {
        Quote memory q = quoteOf(financier);
        (q.flatFee, q.feeTo) = (100, supplier3);
        publish(q);
        NoteId note = held(FACE);
        succeed(supplier3, supplier4);
        sell(supplier1, q, note, FACE);
        vm.assertEq(balanceOf(supplier4), 100, "the successor's fee");
        vm.assertEq(balanceOf(supplier3), 0, "the predecessor has none");
    }

    function test_ASuccessorPutsItsOwnQuoteInThePlaceOfItsPredecessors() public {
        bytes32 old = publish(quoteOf(financier));
        succeed(financier, otherFinancier);
        vm.prank(keyOf(otherFinancier));
        bytes32 changed = discounting.publish(quoteOf(otherFinancier), old);
        bytes32[] memory open_ = offerBook.openOffers(OfferKind.Quote, CNY);
        vm.assertEq(open_.length, 1, "one is open");
        vm.assertEq(open_[0], changed, "the successor's");
    }
}

contract LoanOfferSuccessionTest is LoanFixture {
    function test_AnOfferForAPredecessorLendsToItsSuccessor() public {
        o.borrowers = only(supplier1);
        publish(o);
        succeed(supplier1, supplier2);
        borrow(supplier2, o, lot(n1, FACE), 80_000);
    }

    function test_AnOfferForAPredecessorsPromisesTakesThoseOfItsSuccessor() public {
        o.obligors = only(otherObligor);
        publish(o);
        succeed(otherObligor, obligor);
        borrow(supplier1, o, lot(n1, FACE), 80_000);
    }

    function test_AnOfferForASuccessorsPromisesTakesThoseOfItsPredecessor() public {
        o.obligors = only(otherObligor);
        publish(o);
        succeed(obligor, otherObligor);
        borrow(supplier1, o, lot(n1, FACE), 80_000);
    }

    function test_FeesForAPredecessorGoToItsSuccessor() public {
        (o.flatFee, o.feeTo) = (100, supplier3);
        publish(o);
        succeed(supplier3, supplier4);
        borrow(supplier1, o, lot(n1, FACE), 80_000);
        vm.assertEq(balanceOf(supplier4), 100, "the successor's fee");
    }

    function test_ASuccessorPutsItsOwnOfferInThePlaceOfItsPredecessors() public {
        bytes32 old = publish(o);
        succeed(financier, otherFinancier);
        vm.prank(keyOf(otherFinancier));
        loanOffers.publish(offerOf(otherFinancier), old);
        vm.assertTrue(offerBook.stateOf(old).withdrawn, "the predecessor's is gone");
    }
}
