// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note, NoteStatus} from "../receivables/Note.sol";
import {PayableStatus, Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {IDiscounting} from "../discounting/IDiscounting.sol";
import {Ask, AskStatus, ISaleRounds} from "./ISaleRounds.sol";
import {Lot} from "../discounting/Quote.sol";

/// @title Sell requests, and the books they form; see {ISaleRounds}
abstract contract SaleRequests is ISaleRounds, ERC2771Context {
    uint256 internal constant MOST_ASKS = 32; // open ones of a book
    uint256 private constant MOST_OF_ONE_SELLER = 8; // of those

    IPartyRegistry internal immutable _parties;
    IRuleBook internal immutable _rules;
    IReceivableLedger internal immutable _ledger;
    IDiscounting internal immutable _discounting;

    uint64 private _askCount;
    mapping(uint64 id => Ask) internal _asks;
    mapping(uint256 book => uint64[]) internal _books; // in order of time
    mapping(uint256 book => mapping(PartyId seller => uint256)) private _openOf;

    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IDiscounting discounting
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _discounting = discounting;
    }

    //------------------------------------------------------------------ sellers

    /// @inheritdoc ISaleRounds
    function ask(
        Lot calldata lot,
        uint32 maxCost,
        bool recourse,
        uint40 expiresAt,
        bytes32 ref
    ) external returns (uint64 id) {
        PartyId seller = _parties.actingParty(_msgSender(), Roles.HOLDERS);
        _discounting.requireSellable(seller, lot);
        if (expiresAt <= block.timestamp) revert AskAlreadyExpired(expiresAt);
        Terms memory terms = _ledger.terms(lot.note.payableOf());
        uint256 book = _bookOf(terms.obligor, terms.currency);
        if (_openOf[book][seller] == MOST_OF_ONE_SELLER) revert TooManyAsks(seller, MOST_OF_ONE_SELLER);
        if (_books[book].length == MOST_ASKS) revert BookFull(terms.obligor, terms.currency, MOST_ASKS);

        id = ++_askCount;
        _asks[id] = Ask(lot.note, lot.units, seller, maxCost, recourse, expiresAt, AskStatus.Open, ref);
        _books[book].push(id);
        _openOf[book][seller] += 1;
        emit AskPlaced(
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
        Ask storage a = _asks[id];
        if (a.status != AskStatus.Open) revert AskNotOpen(id);
        if (a.seller != caller && _parties.resolve(a.seller) != caller) revert NotTheAsker(id, a.seller, caller);
        Terms memory terms = _ledger.terms(a.note.payableOf());
        uint256 book = _bookOf(terms.obligor, terms.currency);
        _drop(book, id, AskStatus.Withdrawn);
        _closeUp(book);
    }

    //------------------------------------------------------------------ anyone

    /// @inheritdoc ISaleRounds
    function sweep(PartyId obligor, bytes3 currency) external {
        uint256 book = _bookOf(obligor, currency);
        uint64[] memory ids = _books[book];
        for (uint256 i = 0; i < ids.length; ++i) {
            Ask memory a = _asks[ids[i]];
            if (_hasExpired(a)) _drop(book, ids[i], AskStatus.Expired);
            else if (_isVoid(a)) _drop(book, ids[i], AskStatus.Void);
        }
        _closeUp(book);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ISaleRounds
    function askOf(uint64 id) external view returns (Ask memory) {
        return _asks[id];
    }

    /// @inheritdoc ISaleRounds
    function openAsks(PartyId obligor, bytes3 currency) external view returns (uint64[] memory) {
        return _books[_bookOf(obligor, currency)];
    }

    //------------------------------------------------------------------ internals

    function _bookOf(PartyId obligor, bytes3 currency) internal pure returns (uint256) {
        return (uint256(PartyId.unwrap(obligor)) << 24) | uint24(currency);
    }

    function _hasExpired(Ask memory a) internal view returns (bool) {
        return block.timestamp >= a.expiresAt;
    }

    /// @dev Whether nothing but another request can sell what it asks for.
    function _isVoid(Ask memory a) internal view returns (bool) {
        Terms memory terms = _ledger.terms(a.note.payableOf());
        if (terms.status != PayableStatus.Active || _rules.today() >= terms.maturity) return true;
        Note memory n = _ledger.note(a.note);
        return n.status != NoteStatus.Held || _parties.resolve(n.holder) != a.seller || a.units > n.end - n.start;
    }

    /// @dev The request ends without a sale.
    function _drop(uint256 book, uint64 id, AskStatus how) internal {
        _end(book, id, how);
        emit AskEnded(id, how);
    }

    /// @dev {_closeUp} has to follow.
    function _end(uint256 book, uint64 id, AskStatus how) internal {
        Ask storage a = _asks[id];
        a.status = how;
        _openOf[book][a.seller] -= 1;
    }

    /// @dev Takes what has ended out of the book; the others keep their order: it is their time.
    function _closeUp(uint256 book) internal {
        uint64[] memory ids = _books[book];
        uint256 kept;
        for (uint256 i = 0; i < ids.length; ++i) if (_asks[ids[i]].status == AskStatus.Open) ids[kept++] = ids[i];
        if (kept == ids.length) return;
        assembly ("memory-safe") {
            mstore(ids, kept)
        }
        _books[book] = ids;
    }
}
