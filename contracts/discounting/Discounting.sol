// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {Day} from "../common/Calendar.sol";
import {DayCounts} from "../common/DayCount.sol";
import {IConcentration, noteKey} from "../exposure/IConcentration.sol";
import {IOfferBook} from "../offers/IOfferBook.sol";
import {Lot} from "../offers/Lot.sol";
import {Offering, Paper} from "../offers/Offering.sol";
import {Payment} from "../offers/Payment.sol";
import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Roles} from "../parties/Roles.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {NoteId, PayableId} from "../receivables/Ids.sol";
import {IReceivableLedger} from "../receivables/IReceivableLedger.sol";
import {IRuleBook} from "../rules/IRuleBook.sol";
import {CashPurpose, CashReason, ICashBook} from "../settlement/ICashBook.sol";
import {IDiscounting, Price, Sale} from "./IDiscounting.sol";
import {Quote, hashQuote, offeringOf} from "./Quote.sol";

/// @title Discounting: notes change hands for cash, under a quote; see {IDiscounting}
/// @notice Whoever looks at a price and whoever sells at it runs the same code: what {appraise} says, {sell} does.
contract Discounting is IDiscounting, ERC2771Context {
    using Payment for ICashBook;

    uint256 private constant MOST_NAMES = 100;
    uint32 private constant WHOLE = 1_000_000; // ppm
    uint8 private constant HOPS = 1; // by which a sale finances a note

    /// @dev What a sale is made of, found out before anything moves.
    struct Deal {
        bytes32 hash;
        Price price;
        uint256 faceDays;
        uint64[] discounts;
        uint16[] daysLeft;
        Paper[] papers;
    }

    IPartyRegistry private immutable _parties;
    IRuleBook private immutable _rules;
    IReceivableLedger private immutable _ledger;
    IOfferBook private immutable _offers;
    ICashBook private immutable _cashBook;
    IConcentration private immutable _concentration;
    address private immutable _rounds;

    uint64 private _saleCount;
    mapping(uint64 sale => Sale) private _sales;
    mapping(NoteId => uint64 sale) private _saleOf;

    /// @param rounds the contract that fills requests which their sellers put on the ledger
    constructor(
        address forwarder,
        IPartyRegistry parties,
        IRuleBook rules,
        IReceivableLedger ledger,
        IOfferBook offers,
        ICashBook cashBook,
        IConcentration concentration,
        address rounds
    ) ERC2771Context(forwarder) {
        _parties = parties;
        _rules = rules;
        _ledger = ledger;
        _offers = offers;
        _cashBook = cashBook;
        _concentration = concentration;
        _rounds = rounds;
    }

    //------------------------------------------------------------------ quotes

    /// @inheritdoc IDiscounting
    function publish(Quote calldata quote, bytes32 replaces) external returns (bytes32 hash) {
        PartyId caller = _parties.actingParty(_msgSender(), Roles.FINANCIER);
        _requireComplete(quote);
        Offering memory offering = offeringOf(quote);
        hash = offering.hash;
        _offers.publish(offering, replaces, caller);
        emit QuotePublished(hash, caller, quote);
    }

    /// @inheritdoc IDiscounting
    function withdraw(Quote calldata quote) external {
        _offers.withdraw(hashQuote(quote), quote.financier, _parties.partyOf(_msgSender()));
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
    function bidOf(
        Quote calldata quote,
        PartyId obligor
    ) external view returns (bytes32 hash, bool bids, uint64 left, PartyId feeTo) {
        hash = hashQuote(quote);
        left = quote.capacity - _offers.stateOf(hash).used;
        feeTo = quote.feeTo == NOBODY ? quote.financier : _parties.resolve(quote.feeTo);
        bids =
            block.timestamp < quote.expiresAt &&
            _offers.takes(quote.financier, quote.obligors, quote.group, obligor) &&
            _parties.resolve(obligor) != quote.financier && // it would extinguish its own promise
            _stands(hash, quote.financier, Roles.FINANCIER) &&
            (feeTo == quote.financier || (quote.flatFee == 0 && quote.feeRate == 0) || _stands(hash, feeTo, 0));
    }

    /// @inheritdoc IDiscounting
    function hashOf(Quote calldata quote) external pure returns (bytes32) {
        return hashQuote(quote);
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

    function _stands(bytes32 hash, PartyId party, uint16 roles) private view returns (bool) {
        try _parties.requireStanding(party, roles) {
            return true;
        } catch (bytes memory refusal) {
            if (refusal.length == 0) revert BidCutShort(hash); // what is found may not depend on how much gas there was
            return false;
        }
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
        if (price.cost > maxCost) revert IOfferBook.CostAboveLimit(price.cost, maxCost);

        id = ++_saleCount;
        _sales[id] = Sale(deal.hash, seller, quote.financier, quote.recourse, price.face, price.received);
        _offers.use(deal.hash, price.face);
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
            price.feeTo,
            ref
        );
        _payFor(id, quote, seller, price.received, CashPurpose.Sale, ref);
        if (price.fees > 0 && price.feeTo != quote.financier) {
            _payFor(id, quote, price.feeTo, price.fees, CashPurpose.SaleFee, ref);
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
        Paper memory paper = deal.papers[i];
        _saleOf[child] = id;
        _concentration.uncount(noteKey(lot.note), lot.units); // where the seller had bought it itself
        _concentration.count(noteKey(child), quote.financier, paper.debtor, quote.currency, lot.units);
        emit NoteSold(
            id,
            child,
            lot.note,
            paper.obligor,
            lot.units,
            deal.discounts[i],
            deal.daysLeft[i],
            paper.dueDate
        );
    }

    /// @dev Everything a sale is refused for, and what it comes to.
    function _deal(
        Quote calldata quote,
        bytes calldata signature,
        PartyId seller,
        Lot[] calldata lots
    ) private view returns (Deal memory deal) {
        _requireComplete(quote);
        Offering memory offering = offeringOf(quote);
        deal.hash = offering.hash;
        uint64 left;
        (deal.papers, left, deal.price.feeTo) = _offers.requireTakeable(offering, signature, seller, lots, HOPS);
        deal.discounts = new uint64[](lots.length);
        deal.daysLeft = new uint16[](lots.length);
        (uint256 face, uint256 discount) = _price(deal, quote, lots);
        if (face < quote.minUnits) revert BelowQuotedMinimum(deal.hash, quote.minUnits, uint64(face));
        if (face > left) revert IOfferBook.OfferCapacityExceeded(deal.hash, left, face);
        _complete(deal, quote, face, discount);
        Price memory price = deal.price;
        _cashBook.requireCash(_parties, quote.financier, quote.currency, price.received, price.fees, price.feeTo);
    }

    function _requireComplete(Quote calldata quote) private pure {
        if (quote.capacity == 0) revert IOfferBook.OfferInvalid("capacity");
        if (quote.maxDays < quote.minDays) revert IOfferBook.OfferInvalid("maxDays");
        if (quote.rate > WHOLE) revert IOfferBook.OfferInvalid("rate");
        if (quote.feeRate > WHOLE) revert IOfferBook.OfferInvalid("feeRate");
        if (quote.minUnits > quote.capacity) revert IOfferBook.OfferInvalid("minUnits");
        if (quote.obligors.length > MOST_NAMES) revert IOfferBook.OfferInvalid("obligors");
        if (quote.sellers.length > MOST_NAMES) revert IOfferBook.OfferInvalid("sellers");
    }

    /// @dev Prices the lots payable by payable: one discount for all lots of a payable, shared among them to the unit.
    function _price(
        Deal memory deal,
        Quote calldata quote,
        Lot[] calldata lots
    ) private view returns (uint256 face, uint256 discount) {
        uint256 end;
        for (uint256 start = 0; start < lots.length; start = end) {
            PayableId payableId = lots[start].note.payableOf();
            end = start + 1;
            while (end < lots.length && _isOf(lots[end].note, payableId)) ++end;
            (uint256 units, uint256 off) = _pricePayable(deal, quote, lots, start, end);
            face += units;
            discount += off;
        }
    }

    function _pricePayable(
        Deal memory deal,
        Quote calldata quote,
        Lot[] calldata lots,
        uint256 start,
        uint256 end
    ) private view returns (uint256 units, uint256 discount) {
        Paper memory paper = deal.papers[start];
        (Day today, Day dueDate) = (_rules.today(), paper.dueDate);
        uint256 daysLeft = Day.unwrap(dueDate) - Day.unwrap(today); // before maturity, which is on or before it
        if (daysLeft < quote.minDays || daysLeft > quote.maxDays) {
            revert TenorOutOfRange(lots[start].note.payableOf(), daysLeft, quote.minDays, quote.maxDays);
        }
        if (quote.recourse && !_rules.ruleSet(paper.ruleSet).recourseAllowed) revert RecourseNotAllowed(paper.ruleSet);

        uint64[] memory weights = new uint64[](end - start);
        for (uint256 i = start; i < end; ++i) {
            weights[i - start] = lots[i].units;
            units += lots[i].units;
            deal.daysLeft[i] = uint16(daysLeft);
        }
        (uint256 numerator, uint256 denominator) = DayCounts.yearFraction(quote.dayCount, today, dueDate, dueDate);
        discount = Pricing.discount(quote.method, units, quote.rate, numerator, denominator);
        uint64[] memory shares = Pricing.allocate(discount, weights);
        for (uint256 i = start; i < end; ++i) deal.discounts[i] = shares[i - start];
        deal.faceDays += units * daysLeft;
        _requireRoom(deal, quote, lots, paper.debtor, end);
    }

    /// @dev All lots of the sale up to `end` with this debtor together.
    function _requireRoom(
        Deal memory deal,
        Quote calldata quote,
        Lot[] calldata lots,
        PartyId debtor,
        uint256 end
    ) private view {
        uint64 units;
        for (uint256 i = 0; i < end; ++i) if (deal.papers[i].debtor == debtor) units += lots[i].units;
        _concentration.requireRoom(quote.financier, debtor, quote.currency, units);
    }

    /// @dev The face is within the quote's capacity, and so are all amounts that are parts of it.
    function _complete(Deal memory deal, Quote calldata quote, uint256 face, uint256 discount) private pure {
        uint256 fees = Pricing.fees(face, quote.flatFee, quote.feeRate);
        uint256 proceeds = face - discount;
        if (fees > proceeds) revert FeesAboveProceeds(fees, uint64(proceeds));
        uint256 received = proceeds - fees;
        Price memory price = deal.price;
        (price.face, price.discount) = (uint64(face), uint64(discount));
        (price.fees, price.received) = (uint64(fees), uint64(received));
        price.cost = Pricing.allInCost(face, received, deal.faceDays);
        price.costKey = Pricing.costKey(face, received, deal.faceDays);
    }

    function _isOf(NoteId note, PayableId payableId) private pure returns (bool) {
        return PayableId.unwrap(note.payableOf()) == PayableId.unwrap(payableId);
    }
}
