// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {DocumentUse, IDocumentRegistry, Document} from "../documents/IDocumentRegistry.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {Note} from "../receivables/Note.sol";
import {Terms} from "../receivables/Payable.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {IConcentration, noteKey} from "../exposure/IConcentration.sol";
import {IDiscounting, Price, Sale} from "./IDiscounting.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {Lot, Quote, hashLots, hashQuote} from "./Quote.sol";

/// @title Discounting: notes change hands for cash, under a quote; see {IDiscounting}
/// @notice Whoever looks at a price and whoever sells at it runs the same code: what {appraise} says, {sell} does.
contract Discounting is IDiscounting, EIP712, ERC2771Context {
    uint256 private constant MOST_LOTS = 50;
    uint256 private constant MOST_NAMES = 100;
    uint256 private constant MOST_QUOTES = 32; // published ones of one financier in one currency
    uint32 private constant WHOLE = 1_000_000; // ppm
    /// @dev Sales leave room on a note's walk: as many hops again for recourse, and those by which a lender takes it and gives it
    /// back.
    uint8 private constant MOST_SALES = 6;

    struct QuoteState {
        bool published;
        bool pulled;
        uint64 used;
    }

    /// @dev What a sale is made of, found out before anything moves.
    struct Deal {
        bytes32 hash;
        Price price;
        uint256 faceDays;
        uint64[] discounts;
        uint16[] daysLeft;
        PartyId[] obligors;
    }

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    IDocumentRegistry private immutable _documents;
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    address private immutable _rounds;

    uint64 private _saleCount;
    mapping(bytes32 hash => QuoteState) private _quotes;
    mapping(bytes32 hash => PartyId financier) private _quoter; // of those that were published
    mapping(bytes3 currency => bytes32[]) private _open;
    mapping(PartyId financier => mapping(bytes3 currency => uint256)) private _openCount;
    mapping(uint64 sale => Sale) private _sales;
    mapping(NoteId => uint64 sale) private _saleOf;

    /// @param rounds the contract that fills requests which their sellers put on the ledger
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IDocumentRegistry documents,
        ICashBook cashBook,
        IConcentration concentration,
        address rounds
    ) EIP712("Deeptier Discounting", "1") ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _documents = documents;
        _cashBook = cashBook;
        _concentration = concentration;
        _rounds = rounds;
    }

    //------------------------------------------------------------------ quotes

    /// @inheritdoc IDiscounting
    function publish(Quote calldata quote, bytes32 replaces) external returns (bytes32 hash) {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        hash = hashQuote(quote);
        if (caller != quote.financier) revert NotTheQuoter(hash, quote.financier, caller);
        _requireComplete(quote);
        if (block.timestamp >= quote.expiresAt) revert QuoteExpired(hash, quote.expiresAt);
        QuoteState storage state = _quotes[hash];
        if (state.pulled) revert QuoteIsPulled(hash);
        if (state.published) revert QuoteAlreadyPublished(hash);
        if (replaces != 0) _replace(replaces, quote);

        uint256 count = _openCount[caller][quote.currency];
        if (count == MOST_QUOTES) revert TooManyQuotes(caller, quote.currency, count, MOST_QUOTES);
        _openCount[caller][quote.currency] = count + 1;
        _open[quote.currency].push(hash);
        _quoter[hash] = caller;
        state.published = true;
        emit QuotePublished(hash, caller, quote);
    }

    /// @inheritdoc IDiscounting
    function pull(Quote calldata quote) external {
        PartyId caller = _parties.partyOf(_msgSender()); // a suspended financier still takes its offers back
        bytes32 hash = hashQuote(quote);
        if (caller != quote.financier && caller != _parties.resolve(quote.financier)) {
            revert NotTheQuoter(hash, quote.financier, caller);
        }
        _pull(hash, quote.financier, quote.currency, caller);
    }

    /// @inheritdoc IDiscounting
    function sweep(Quote calldata quote) external {
        bytes32 hash = hashQuote(quote);
        if (block.timestamp < quote.expiresAt) revert QuoteStillOpen(hash, quote.expiresAt);
        if (!_quotes[hash].published) revert QuoteNotSigned(hash, quote.financier);
        _pull(hash, quote.financier, quote.currency, _parties.partyOf(_msgSender()));
    }

    //------------------------------------------------------------------ sale

    /// @inheritdoc IDiscounting
    function sell(
        Quote calldata quote,
        bytes calldata signature,
        Lot[] calldata lots,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64) {
        return _sell(quote, signature, _parties.actingParty(_msgSender(), Roles.HOLDERS), lots, maxCost, ref);
    }

    /// @inheritdoc IDiscounting
    function fill(
        Quote calldata quote,
        PartyId seller,
        Lot[] calldata lots,
        uint32 maxCost,
        bytes32 ref
    ) external returns (uint64) {
        if (msg.sender != _rounds) revert NotTheRounds(msg.sender);
        return _sell(quote, msg.data[0:0], seller, lots, maxCost, ref);
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc IDiscounting
    function appraise(
        Quote calldata quote,
        bytes calldata signature,
        PartyId seller,
        Lot[] calldata lots
    ) external view returns (Price memory) {
        return _deal(quote, signature, seller, lots).price;
    }

    /// @inheritdoc IDiscounting
    function requireSellable(PartyId seller, Lot calldata lot) external view {
        _parties.requireStanding(seller, Roles.HOLDERS);
        _requireSellable(NOBODY, seller, lot);
        PayableId payableId = lot.note.payableOf();
        _requireGood(payableId, _ledger.terms(payableId));
    }

    /// @inheritdoc IDiscounting
    function buys(Quote calldata quote, PartyId obligor) external view returns (bool) {
        return _buys(quote, obligor);
    }

    /// @inheritdoc IDiscounting
    function digestOf(Quote calldata quote) external view returns (bytes32) {
        return _hashTypedDataV4(hashQuote(quote));
    }

    /// @inheritdoc IDiscounting
    function hashOf(Quote calldata quote) external pure returns (bytes32) {
        return hashQuote(quote);
    }

    /// @inheritdoc IDiscounting
    function quoteState(bytes32 hash) external view returns (bool published, bool pulled, uint64 used) {
        QuoteState storage state = _quotes[hash];
        return (state.published, state.pulled, state.used);
    }

    /// @inheritdoc IDiscounting
    function openQuotes(bytes3 currency) external view returns (bytes32[] memory) {
        return _open[currency];
    }

    /// @inheritdoc IDiscounting
    function saleOf(NoteId note) external view returns (uint64) {
        return _saleOf[note];
    }

    /// @inheritdoc IDiscounting
    function sale(uint64 id) external view returns (Sale memory) {
        return _sales[id];
    }

    /// @inheritdoc IDiscounting
    function soldWithRecourse(NoteId note) external view returns (bool) {
        return _sales[_saleOf[note]].recourse;
    }

    //------------------------------------------------------------------ internals: quotes

    function _requireComplete(Quote calldata quote) private pure {
        if (quote.capacity == 0) revert QuoteInvalid("capacity");
        if (quote.maxDays < quote.minDays) revert QuoteInvalid("maxDays");
        if (quote.rate > WHOLE) revert QuoteInvalid("rate");
        if (quote.feeRate > WHOLE) revert QuoteInvalid("feeRate");
        if (quote.minUnits > quote.capacity) revert QuoteInvalid("minUnits");
        if (quote.obligors.length > MOST_NAMES) revert QuoteInvalid("obligors");
        if (quote.sellers.length > MOST_NAMES) revert QuoteInvalid("sellers");
    }

    /// @dev The quote that is replaced is the same financier's, in the same currency.
    function _replace(bytes32 old, Quote calldata quote) private {
        if (_quoter[old] != quote.financier) revert NotTheQuoter(old, _quoter[old], quote.financier);
        _pull(old, quote.financier, quote.currency, quote.financier);
    }

    function _pull(bytes32 hash, PartyId financier, bytes3 currency, PartyId by) private {
        QuoteState storage state = _quotes[hash];
        if (state.pulled) revert QuoteIsPulled(hash);
        state.pulled = true;
        emit QuotePulled(hash, by);
        if (!state.published) return;
        state.published = false;
        _openCount[financier][currency] -= 1;
        bytes32[] storage open = _open[currency];
        uint256 last = open.length - 1;
        uint256 i = 0;
        while (open[i] != hash) ++i; // a published quote is on its currency's list
        for (; i < last; ++i) open[i] = open[i + 1]; // the others keep their order: it is their time
        open.pop();
    }

    function _requireOpen(bytes32 hash, Quote calldata quote, bytes calldata signature) private view {
        QuoteState storage state = _quotes[hash];
        if (state.pulled) revert QuoteIsPulled(hash);
        if (!state.published) {
            address key = _parties.party(quote.financier).key;
            if (signature.length == 0 || !SignatureChecker.isValidSignatureNow(key, _hashTypedDataV4(hash), signature))
                revert QuoteNotSigned(hash, quote.financier);
            _requireComplete(quote);
        }
        if (block.timestamp >= quote.expiresAt) revert QuoteExpired(hash, quote.expiresAt);
    }

    //------------------------------------------------------------------ internals: sale

    function _sell(
        Quote calldata quote,
        bytes calldata signature,
        PartyId seller,
        Lot[] calldata lots,
        uint32 maxCost,
        bytes32 ref
    ) private returns (uint64 id) {
        Deal memory deal = _deal(quote, signature, seller, lots);
        Price memory price = deal.price;
        if (price.cost > maxCost) revert CostAboveLimit(price.cost, maxCost);

        id = ++_saleCount;
        _sales[id] = Sale(deal.hash, seller, quote.financier, quote.recourse, price.face, price.received);
        uint64 used = _quotes[deal.hash].used += price.face;
        emit NotesSold(
            id,
            seller,
            quote.financier,
            deal.hash,
            quote.currency,
            quote.recourse,
            price.face,
            price.discount,
            price.fees,
            price.received,
            _feeTo(quote),
            used,
            ref
        );
        _payFor(id, quote, seller, price.received, CashPurpose.Sale, ref);
        if (price.fees > 0 && _feeTo(quote) != quote.financier) {
            _payFor(id, quote, _feeTo(quote), price.fees, CashPurpose.SaleFee, ref);
        }
        for (uint256 i = 0; i < lots.length; ++i) _handOver(id, quote, lots[i], deal, i);
    }

    function _payFor(
        uint64 id,
        Quote calldata quote,
        PartyId to,
        uint64 amount,
        CashPurpose purpose,
        bytes32 ref
    ) private {
        _cashBook.move(quote.currency, quote.financier, to, amount, CashReason(purpose, id, NoteId.wrap(0), ref));
    }

    function _handOver(uint64 id, Quote calldata quote, Lot calldata lot, Deal memory deal, uint256 i) private {
        NoteId child = _ledger.assign(lot.note, lot.units, quote.financier);
        _saleOf[child] = id;
        _concentration.uncount(noteKey(lot.note), lot.units); // where the seller had bought it itself
        _concentration.count(noteKey(child), quote.financier, deal.obligors[i], quote.currency, lot.units);
        emit NoteSold(id, child, lot.note, lot.units, deal.discounts[i], deal.daysLeft[i]);
    }

    /// @dev Everything a sale is refused for, and what it comes to.
    function _deal(
        Quote calldata quote,
        bytes calldata signature,
        PartyId seller,
        Lot[] calldata lots
    ) private view returns (Deal memory deal) {
        deal.hash = hashQuote(quote);
        _requireOpen(deal.hash, quote, signature);
        _requireParties(deal.hash, quote, seller);
        if (lots.length == 0 || lots.length > MOST_LOTS) revert LotCount(lots.length, MOST_LOTS);
        if (quote.lots != 0 && quote.lots != hashLots(lots)) revert LotsDiffer(deal.hash);

        deal.discounts = new uint64[](lots.length);
        deal.daysLeft = new uint16[](lots.length);
        deal.obligors = new PartyId[](lots.length);
        (uint256 face, uint256 discount) = _price(deal, quote, seller, lots);
        _requireCapacity(deal.hash, quote, face);
        _complete(deal, quote, face, discount);
        _requireCash(quote, deal.price);
    }

    function _requireParties(bytes32 hash, Quote calldata quote, PartyId seller) private view {
        _parties.requireStanding(quote.financier, Roles.FINANCIER);
        _parties.requireStanding(seller, Roles.HOLDERS);
        if (seller == quote.financier) revert SaleToSelf(seller);
        if (quote.sellers.length > 0 && !_isAmong(seller, quote.sellers)) revert SellerNotNamed(hash, seller);
    }

    /// @dev Prices the lots payable by payable: one discount for all lots of a payable, shared among them to the unit.
    function _price(
        Deal memory deal,
        Quote calldata quote,
        PartyId seller,
        Lot[] calldata lots
    ) private view returns (uint256 face, uint256 discount) {
        uint256 end;
        for (uint256 start = 0; start < lots.length; start = end) {
            PayableId payableId = lots[start].note.payableOf();
            for (end = start; end < lots.length && _isOf(lots[end].note, payableId); ++end) {
                if (end > 0 && NoteId.unwrap(lots[end].note) <= NoteId.unwrap(lots[end - 1].note)) {
                    revert LotsOutOfOrder(lots[end].note);
                }
                _requireSellable(quote.financier, seller, lots[end]);
            }
            (uint256 units, uint256 off) = _pricePayable(deal, quote, lots, payableId, start, end);
            face += units;
            discount += off;
        }
    }

    function _pricePayable(
        Deal memory deal,
        Quote calldata quote,
        Lot[] calldata lots,
        PayableId payableId,
        uint256 start,
        uint256 end
    ) private view returns (uint256 units, uint256 discount) {
        Terms memory terms = _ledger.terms(payableId);
        _requireGood(payableId, terms);
        (Day today, Day dueDate) = (_rules.today(), _ledger.progress(payableId).dueDate);
        if (today >= terms.maturity) revert IReceivableLedger.NoteMatured(payableId, terms.maturity);
        uint256 daysLeft = Day.unwrap(dueDate) - Day.unwrap(today); // before maturity, which is on or before it
        _requireWanted(deal.hash, quote, payableId, terms, daysLeft);

        uint64[] memory weights = new uint64[](end - start);
        for (uint256 i = start; i < end; ++i) {
            weights[i - start] = lots[i].units;
            units += lots[i].units;
            deal.daysLeft[i] = uint16(daysLeft);
            deal.obligors[i] = terms.obligor;
        }
        (uint256 numerator, uint256 denominator) = DayCounts.yearFraction(quote.dayCount, today, dueDate, dueDate);
        discount = Pricing.discount(quote.method, units, quote.rate, numerator, denominator);
        uint64[] memory shares = Pricing.allocate(discount, weights);
        for (uint256 i = start; i < end; ++i) deal.discounts[i] = shares[i - start];
        deal.faceDays += units * daysLeft;
        _requireRoom(deal, quote, lots, terms.obligor, end);
    }

    /// @dev The seller's, not sold too often; the ledger says whether the units are free.
    function _requireSellable(PartyId buyer, PartyId seller, Lot calldata lot) private view {
        Note memory n = _ledger.note(lot.note);
        if (n.holder != seller && _parties.resolve(n.holder) != seller) {
            if (n.holder == NOBODY) revert IReceivableLedger.NoteUnknown(lot.note);
            revert NotTheSeller(lot.note, n.holder, seller);
        }
        if (n.financings >= MOST_SALES) revert FinancedTooOften(lot.note, n.financings, MOST_SALES);
        _ledger.requireAssignable(lot.note, lot.units, buyer);
    }

    /// @dev Before maturity, and its documents bear it.
    function _requireGood(PayableId payableId, Terms memory terms) private view {
        if (_rules.today() >= terms.maturity) revert IReceivableLedger.NoteMatured(payableId, terms.maturity);
        DocumentUse[] memory uses = _ledger.documentsOf(payableId);
        for (uint256 i = 0; i < uses.length; ++i) {
            Document memory d = _documents.document(uses[i].fingerprint);
            if (uint256(d.used) + d.credited > d.payableAmount)
                revert DocumentIsOverdrawn(payableId, uses[i].fingerprint);
        }
    }

    /// @dev The quote buys this promise.
    function _requireWanted(
        bytes32 hash,
        Quote calldata quote,
        PayableId payableId,
        Terms memory terms,
        uint256 daysLeft
    ) private view {
        if (terms.currency != quote.currency) revert QuoteCurrencyDiffers(payableId, terms.currency, quote.currency);
        if (!_buys(quote, terms.obligor)) revert ObligorNotBought(hash, terms.obligor);
        if (daysLeft < quote.minDays || daysLeft > quote.maxDays) {
            revert TenorOutOfRange(payableId, daysLeft, quote.minDays, quote.maxDays);
        }
        if (quote.recourse && !_rules.ruleSet(terms.ruleSet).recourseAllowed) revert RecourseNotAllowed(terms.ruleSet);
    }

    function _buys(Quote calldata quote, PartyId obligor) private view returns (bool) {
        if (quote.obligors.length == 0 && quote.group == 0) return true;
        return
            _isAmong(obligor, quote.obligors) ||
            (quote.group != 0 && _concentration.isMember(quote.financier, quote.group, obligor));
    }

    /// @dev All lots of the sale up to `end` with this obligor together.
    function _requireRoom(
        Deal memory deal,
        Quote calldata quote,
        Lot[] calldata lots,
        PartyId obligor,
        uint256 end
    ) private view {
        uint64 units;
        for (uint256 i = 0; i < end; ++i) if (deal.obligors[i] == obligor) units += lots[i].units;
        _concentration.requireRoom(quote.financier, obligor, quote.currency, units);
    }

    function _requireCapacity(bytes32 hash, Quote calldata quote, uint256 face) private view {
        if (face < quote.minUnits) revert BelowQuotedMinimum(hash, quote.minUnits, uint64(face));
        uint64 left = quote.capacity - _quotes[hash].used;
        if (face > left) revert CapacityExceeded(hash, left, face);
    }

    /// @dev The face is within the quote's capacity, and so are all amounts that are parts of it.
    function _complete(Deal memory deal, Quote calldata quote, uint256 face, uint256 discount) private pure {
        uint256 fees = Pricing.fees(face, quote.flatFee, quote.feeRate);
        uint256 proceeds = face - discount;
        if (fees > proceeds) revert FeesAboveProceeds(fees, uint64(proceeds));
        uint256 received = proceeds - fees;
        deal.price = Price({
            face: uint64(face),
            discount: uint64(discount),
            fees: uint64(fees),
            received: uint64(received),
            cost: Pricing.allInCost(face, received, deal.faceDays),
            costKey: Pricing.costKey(face, received, deal.faceDays)
        });
    }

    function _requireCash(Quote calldata quote, Price memory price) private view {
        PartyId feeTo = _feeTo(quote);
        uint64 needed = price.received;
        if (feeTo != quote.financier) {
            needed += price.fees;
            if (price.fees > 0) _parties.requireStanding(feeTo, 0);
        }
        uint256 balance = _cashBook.cashOf(quote.currency).availableOf(quote.financier.account());
        if (balance < needed) revert CashTooLow(quote.financier, quote.currency, balance, needed);
    }

    function _feeTo(Quote calldata quote) private pure returns (PartyId) {
        return quote.feeTo == NOBODY ? quote.financier : quote.feeTo;
    }

    function _isOf(NoteId note, PayableId payableId) private pure returns (bool) {
        return PayableId.unwrap(note.payableOf()) == PayableId.unwrap(payableId);
    }

    function _isAmong(PartyId party, PartyId[] calldata list) private pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) if (list[i] == party) return true;
        return false;
    }
}
