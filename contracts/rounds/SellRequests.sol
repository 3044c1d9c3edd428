// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IOfferBook} from "../offers/IOfferBook.sol";
import {Lot} from "../offers/Lot.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Succession} from "../parties/Succession.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {ISaleRounds, SellRequest, SellRequestStatus} from "./ISaleRounds.sol";

/// @title Sell requests, and the books they form; see {ISaleRounds}
abstract contract SellRequests is ISaleRounds, ERC2771Context {
    using Succession for IPartyRegistry;

    uint256 private constant MOST_REQUESTS = 32; // open ones of a book
    uint256 private constant MOST_OF_ONE_SELLER = 8; // of those
    uint8 internal constant HOPS = 1; // by which a sale finances a note

    IPartyRegistry internal immutable _parties;
    IRuleBook internal immutable _rules;
    IReceivableLedger internal immutable _ledger;
    IOfferBook internal immutable _offers;

    uint64 private _requestCount;
    mapping(uint64 id => SellRequest) internal _requests;
    mapping(uint256 book => uint64[]) internal _books; // in order of time
    mapping(uint256 book => mapping(PartyId seller => uint256)) private _openOf;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IOfferBook offers
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _offers = offers;
    }

    //------------------------------------------------------------------ sellers

    /// @inheritdoc ISaleRounds
    function placeRequest(
        Lot calldata lot,
        uint32 maxCost,
        bool recourse,
        uint40 expiresAt,
        bytes32 ref
    ) external returns (uint64 id) {
        PartyId seller = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        _offers.requireFree(seller, lot, HOPS);
        if (expiresAt <= block.timestamp) revert SellRequestAlreadyExpired(expiresAt);
        Terms memory terms = _ledger.terms(lot.note.payableOf());
        uint256 book = _bookOf(terms.obligor, terms.currency);
        if (_openOf[book][seller] == MOST_OF_ONE_SELLER) revert TooManySellRequests(seller, MOST_OF_ONE_SELLER);
        if (_books[book].length == MOST_REQUESTS) revert BookFull(terms.obligor, terms.currency, MOST_REQUESTS);

        id = ++_requestCount;
        _requests[id] = SellRequest(
            lot.note,
            lot.units,
            seller,
            maxCost,
            recourse,
            expiresAt,
            SellRequestStatus.Open,
            ref
        );
        _books[book].push(id);
        _openOf[book][seller] += 1;
        emit SellRequestPlaced(
            id,
            seller,
            terms.obligor,
            lot.note,
            lot.units,
            terms.currency,
            maxCost,
            recourse,
            expiresAt,
            ref
        );
    }

    /// @inheritdoc ISaleRounds
    function withdraw(uint64 id) external {
        PartyId caller = _parties.partyOf(_msgSender());
        SellRequest storage r = _requests[id];
        if (r.status != SellRequestStatus.Open) revert SellRequestNotOpen(id);
        if (!_parties.isParty(r.seller, caller)) revert NotTheSeller(id, r.seller, caller);
        Terms memory terms = _ledger.terms(r.note.payableOf());
        uint256 book = _bookOf(terms.obligor, terms.currency);
        _drop(book, id, SellRequestStatus.Withdrawn);
        _closeUp(book);
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc ISaleRounds
    function sweep(PartyId obligor, bytes3 currency) external {
        uint256 book = _bookOf(obligor, currency);
        uint64[] memory ids = _books[book];
        for (uint256 i = 0; i < ids.length; ++i) {
            SellRequest memory r = _requests[ids[i]];
            if (_hasExpired(r)) _drop(book, ids[i], SellRequestStatus.Expired);
            else if (_isVoid(r)) _drop(book, ids[i], SellRequestStatus.Void);
        }
        _closeUp(book);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ISaleRounds
    function requestOf(uint64 id) external view returns (SellRequest memory) {
        return _requests[id];
    }

    /// @inheritdoc ISaleRounds
    function openRequests(PartyId obligor, bytes3 currency) external view returns (uint64[] memory) {
        return _books[_bookOf(obligor, currency)];
    }

    //------------------------------------------------------------------ internals

    function _bookOf(PartyId obligor, bytes3 currency) internal pure returns (uint256) {
        return (uint256(PartyId.unwrap(obligor)) << 24) | uint24(currency);
    }

    function _hasExpired(SellRequest memory r) internal view returns (bool) {
        return block.timestamp >= r.expiresAt;
    }

    /// @dev Whether nothing but another request can sell what it asks for.
    function _isVoid(SellRequest memory r) internal view returns (bool) {
        Terms memory terms = _ledger.terms(r.note.payableOf());
        if (terms.status != PayableStatus.Active || _rules.today() >= terms.maturity) return true;
        Note memory n = _ledger.note(r.note);
        return n.status != NoteStatus.Held || _parties.resolve(n.holder) != r.seller || r.units > n.end - n.start;
    }

    /// @dev The request ends without a sale.
    function _drop(uint256 book, uint64 id, SellRequestStatus how) internal {
        _end(book, id, how);
        emit SellRequestEnded(id, how);
    }

    /// @dev {_closeUp} has to follow.
    function _end(uint256 book, uint64 id, SellRequestStatus how) internal {
        SellRequest storage r = _requests[id];
        r.status = how;
        _openOf[book][r.seller] -= 1;
    }

    /// @dev Takes what has ended out of the book; the others keep their order: it is their time.
    function _closeUp(uint256 book) internal {
        uint64[] memory ids = _books[book];
        uint256 kept;
        for (uint256 i = 0; i < ids.length; ++i)
            if (_requests[ids[i]].status == SellRequestStatus.Open) ids[kept++] = ids[i];
        if (kept == ids.length) return;
        assembly ("memory-safe") {
            mstore(ids, kept)
        }
        _books[book] = ids;
    }
}
