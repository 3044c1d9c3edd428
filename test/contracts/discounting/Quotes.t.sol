// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IOfferBook, OfferKind, OfferState} from "../../../contracts/offers/IOfferBook.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {IPartyRegistry} from "../../../contracts/parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {Roles} from "../../../contracts/parties/Roles.sol";
import {NoteId} from "../../../contracts/receivables/Ids.sol";
import {SaleFixture} from "./SaleFixture.sol";

contract QuotesTest is SaleFixture {
    function _publishCall(Quote memory q, bytes32 replaces) private view returns (bytes memory) {
        return abi.encodeCall(discounting.publish, (q, replaces));
    }

    function _refusesToPublish(Quote memory q, bytes memory reason) private {
        assertRefused(q.financier, address(discounting), _publishCall(q, 0), reason, "publish");
    }

    function test_APublishedQuoteIsOnItsCurrencysListUntilItIsWithdrawn() public {
        Quote memory q = quoteOf(financier);
        bytes32 hash = publish(q);
        vm.assertEq(offerBook.openOffers(OfferKind.Quote, CNY)[0], hash, "on the list");
        vm.assertEq(hash, discounting.hashOf(q), "known by its hash");
        vm.prank(keyOf(financier));
        discounting.withdraw(q);
        vm.assertEq(offerBook.openOffers(OfferKind.Quote, CNY).length, 0, "off the list");
        OfferState memory state = offerBook.stateOf(hash);
        vm.assertTrue(!state.published && state.withdrawn, "for good");
        _refusesToPublish(q, abi.encodeWithSelector(IOfferBook.OfferIsWithdrawn.selector, hash));
    }

    function test_TheListKeepsTheOrderOfPublication() public {
        bytes32[] memory hashes = new bytes32[](4);
        Quote memory q = quoteOf(financier);
        for (uint64 i = 0; i < 4; ++i) {
            q.salt = i;
            hashes[i] = publish(q);
        }
        q.salt = 1;
        vm.prank(keyOf(financier));
        discounting.withdraw(q);
        bytes32[] memory open = offerBook.openOffers(OfferKind.Quote, CNY);
        vm.assertEq(open.length, 3, "three are left");
        vm.assertEq(open[0], hashes[0], "first");
        vm.assertEq(open[1], hashes[2], "the third moved up");
        vm.assertEq(open[2], hashes[3], "and the fourth behind it");
    }

    function test_AChangeWithdrawsTheOldQuoteInTheSameStep() public {
        Quote memory q = quoteOf(financier);
        bytes32 old = publish(q);
        q.rate = 30_000;
        vm.prank(keyOf(financier));
        bytes32 changed = discounting.publish(q, old);
        bytes32[] memory open = offerBook.openOffers(OfferKind.Quote, CNY);
        vm.assertEq(open.length, 1, "one is open");
        vm.assertEq(open[0], changed, "the new one");
    }

    function test_OnlyItsFinancierReplacesAQuote() public {
        bytes32 old = publish(quoteOf(financier));
        Quote memory q = quoteOf(otherFinancier);
        assertRefused(
            otherFinancier,
            address(discounting),
            _publishCall(q, old),
            abi.encodeWithSelector(IOfferBook.NotTheOfferer.selector, old, financier, otherFinancier),
            "another's"
        );
    }

    function test_OnlyAFinancierPublishesAndOnlyItsOwn() public {
        Quote memory q = quoteOf(financier);
        assertRefused(
            otherFinancier,
            address(discounting),
            _publishCall(q, 0),
            abi.encodeWithSelector(IOfferBook.NotTheOfferer.selector, discounting.hashOf(q), financier, otherFinancier),
            "another financier"
        );
        q.financier = supplier1;
        _refusesToPublish(
            q,
            abi.encodeWithSelector(IPartyRegistry.RoleMissing.selector, supplier1, Roles.SUPPLIER, Roles.FINANCIER)
        );
    }

    function test_AnIncompleteQuoteIsRefusedByTheFieldThatIsWrong() public {
        Quote memory q = quoteOf(financier);
        q.capacity = 0;
        _refusesInvalid(q, "capacity");
        q = quoteOf(financier);
        (q.minDays, q.maxDays) = (10, 9);
        _refusesInvalid(q, "maxDays");
        q = quoteOf(financier);
        q.rate = 1_000_001;
        _refusesInvalid(q, "rate");
        q = quoteOf(financier);
        q.feeRate = 1_000_001;
        _refusesInvalid(q, "feeRate");
        q = quoteOf(financier);
        q.minUnits = q.capacity + 1;
        _refusesInvalid(q, "minUnits");
        q = quoteOf(financier);
        q.obligors = new PartyId[](101);
        _refusesInvalid(q, "obligors");
        q = quoteOf(financier);
        q.sellers = new PartyId[](101);
        _refusesInvalid(q, "sellers");
    }

    function _refusesInvalid(Quote memory q, string memory field) private {
        _refusesToPublish(q, abi.encodeWithSelector(IOfferBook.OfferInvalid.selector, field));
        NoteId note = held(100_000);
        assertUnsellable(
            supplier1,
            q,
            sign(q),
            lot(note, 100_000),
            abi.encodeWithSelector(IOfferBook.OfferInvalid.selector, field)
        );
    }

    function test_AQuoteIsPublishedOnceAndNotAfterItsTime() public {
        Quote memory q = quoteOf(financier);
        bytes32 hash = publish(q);
        _refusesToPublish(q, abi.encodeWithSelector(IOfferBook.OfferAlreadyPublished.selector, hash));
        q.expiresAt = uint40(block.timestamp);
        _refusesToPublish(
            q,
            abi.encodeWithSelector(IOfferBook.OfferExpired.selector, discounting.hashOf(q), q.expiresAt)
        );
    }

    function test_AFinancierHasNoMoreThanThirtyTwoQuotesInACurrency() public {
        Quote memory q = quoteOf(financier);
        for (uint64 i = 0; i < 32; ++i) {
            q.salt = i;
            publish(q);
        }
        q.salt = 32;
        _refusesToPublish(q, abi.encodeWithSelector(IOfferBook.TooManyOffers.selector, financier, CNY, 32, 32));
        q.currency = USD;
        publish(q);
    }

    function test_AnyoneSweepsWhatHasExpiredAndNothingElse() public {
        Quote memory q = quoteOf(financier);
        bytes32 hash = publish(q);
        assertRefused(
            supplier1,
            address(offerBook),
            abi.encodeCall(offerBook.sweep, (hash)),
            abi.encodeWithSelector(IOfferBook.OfferNotExpired.selector, hash, q.expiresAt),
            "open"
        );
        vm.warp(q.expiresAt);
        vm.prank(keyOf(supplier1));
        offerBook.sweep(hash);
        vm.assertEq(offerBook.openOffers(OfferKind.Quote, CNY).length, 0, "swept");
        assertRefused(
            supplier1,
            address(offerBook),
            abi.encodeCall(offerBook.sweep, (hash)),
            abi.encodeWithSelector(IOfferBook.OfferNotPublished.selector, hash),
            "not on the list"
        );
    }

    function test_OnlyItsFinancierWithdrawsAQuoteSuspendedOrNot() public {
        Quote memory q = quoteOf(financier);
        bytes32 hash = discounting.hashOf(q);
        assertRefused(
            otherFinancier,
            address(discounting),
            abi.encodeCall(discounting.withdraw, (q)),
            abi.encodeWithSelector(IOfferBook.NotTheOfferer.selector, hash, financier, otherFinancier),
            "another's"
        );
        suspend(financier);
        vm.prank(keyOf(financier));
        discounting.withdraw(q); // one that the chain had not heard of
        assertRefused(
            financier,
            address(discounting),
            abi.encodeCall(discounting.withdraw, (q)),
            abi.encodeWithSelector(IOfferBook.OfferIsWithdrawn.selector, hash),
            "twice"
        );
    }

    /// @dev A wallet that shows the quote field by field signs the same digest: `hashStruct` as EIP-712 has it.
    function test_TheDigestIsThatOfEip712() public view {
        Quote memory q = quoteOf(financier);
        q.obligors = only(obligor);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Deeptier Offers"),
                keccak256("1"),
                block.chainid,
                address(offerBook)
            )
        );
        vm.assertEq(
            offerBook.digestOf(discounting.hashOf(q)),
            keccak256(abi.encodePacked(hex"1901", domain, discounting.hashOf(q))),
            "digest"
        );
    }
}
