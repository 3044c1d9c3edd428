// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Day} from "../../../contracts/common/Calendar.sol";
import {DayCount} from "../../../contracts/common/DayCount.sol";
import {Sale} from "../../../contracts/discounting/IDiscounting.sol";
import {noteKey} from "../../../contracts/exposure/IConcentration.sol";
import {DiscountMethod} from "../../../contracts/pricing/Pricing.sol";
import {Quote} from "../../../contracts/discounting/Quote.sol";
import {Lot} from "../../../contracts/offers/Lot.sol";
import {NOBODY, PartyId} from "../../../contracts/parties/PartyId.sol";
import {NoteId, PayableId, noteId} from "../../../contracts/receivables/Ids.sol";
import {Note, NoteStatus} from "../../../contracts/receivables/Note.sol";
import {FinancingRecord} from "./FinancingRecord.sol";

/// @title Random quotes, and sales under them: each priced here a second time, the plain way
abstract contract SaleActions is FinancingRecord {
    Quote[] private _quotes;
    bytes[] private _signatures; // empty for those that are published
    mapping(bytes32 quote => bool) private _withdrawn;
    mapping(bytes32 quote => uint256) private _bought;

    //------------------------------------------------------------------ quotes

    function publishQuoteRandom(uint256 seed) external {
        _publishQuote(_next(seed), NOBODY);
    }

    function _publishQuote(uint256 seed, PartyId seller) private {
        Quote memory q = _randomQuote(seed, seller);
        bytes32 replaces;
        if (seed % 5 == 0 && _quotes.length > 0) replaces = discounting.hashOf(_quotes[_quotes.length - 1]);
        bytes memory data = abi.encodeCall(discounting.publish, (q, replaces));
        (bool done, ) = _as(q.financier, address(discounting), data);
        if (!_count(done, "publishQuote")) return;
        _require(!_isSuspended(q.financier), "a suspended financier published a quote");
        if (replaces != 0) {
            _require(!_withdrawn[replaces], "a quote was withdrawn twice");
            _withdrawn[replaces] = true;
        }
        _quotes.push(q);
        _signatures.push("");
    }

    function signQuoteRandom(uint256 seed) external {
        _signQuote(_next(seed), NOBODY);
    }

    function _signQuote(uint256 seed, PartyId seller) private {
        Quote memory q = _randomQuote(seed, seller);
        _quotes.push(q);
        _signatures.push(_sign(seed % 16 == 0 ? supplier1 : q.financier, offerBook.digestOf(discounting.hashOf(q))));
        _count(true, "signQuote");
    }

    function pullQuoteRandom(uint256 seed) external {
        seed = _next(seed);
        if (_quotes.length == 0) return;
        Quote memory q = _quotes[seed % _quotes.length];
        PartyId by = (seed >> 64) % 8 == 0 ? _pick(holders, seed >> 96) : q.financier;
        (bool done, ) = _as(by, address(discounting), abi.encodeCall(discounting.withdraw, (q)));
        if (!_count(done, "pullQuote")) return;
        bytes32 hash = discounting.hashOf(q);
        _require(!_withdrawn[hash], "a quote was withdrawn twice");
        _require(parties.resolve(by) == parties.resolve(q.financier), "another withdrew a quote");
        _withdrawn[hash] = true;
    }

    /// @dev Day counts that this suite works out itself.
    function _randomQuote(uint256 seed, PartyId seller) private returns (Quote memory q) {
        q.financier = _anotherFinancier(seed, seller);
        q.currency = CNY;
        seed = _next(seed);
        if (seed % 8 == 0) q.obligors = _only(parties.resolve(obligor));
        if ((seed >> 8) % 8 == 0) q.sellers = _only(supplier1, supplier2);
        q.maxDays = uint16(bound(seed >> 16, 20, 90));
        q.minUnits = uint64(bound(seed >> 32, 1, 50));
        q.rate = uint32(bound(seed >> 64, 0, MILLION));
        q.dayCount = DayCount((seed >> 96) % 2);
        q.method = DiscountMethod((seed >> 104) % 2);
        q.flatFee = uint64(bound(seed >> 112, 0, 20));
        q.feeRate = uint32(bound(seed >> 128, 0, 20_000));
        q.feeTo = [NOBODY, supplier4, otherFinancier, q.financier][(seed >> 160) % 4];
        q.recourse = (seed >> 168) % 4 > 0;
        q.capacity = uint64(bound(seed >> 176, 200, 16_000));
        q.expiresAt = uint40(block.timestamp + bound(seed >> 192, 1 hours, 10 days));
        q.salt = uint64(uint256(unique()));
    }

    //------------------------------------------------------------------ sales

    /// @dev Every other time under a quote that was made for it.
    function sellRandom(uint256 seed) external {
        seed = _next(seed);
        (PartyId seller, Lot[] memory lots) = _lots(seed >> 16);
        if (lots.length == 0) return;
        if (seed % 4 == 0) _signQuote(_next(seed), seller);
        if (seed % 4 == 2) _publishQuote(_next(seed), seller);
        if (_quotes.length == 0) return;
        uint256 which = _quotes.length - 1 - (((seed % 2) * (seed >> 1)) % (_quotes.length < 4 ? _quotes.length : 4));
        if ((seed >> 8) % 16 == 0) seller = _pick(holders, seed >> 12); // another than the holder
        bytes memory data = abi.encodeCall(
            discounting.sell,
            (_quotes[which], _signatures[which], lots, type(uint32).max, "sale")
        );
        _remember();
        (bool done, bytes memory returned) = _as(seller, address(discounting), data);
        if (!_count(done, "sell")) return;
        Quote memory q = _quotes[which];
        _checkQuote(q, lots);
        _checkMoney(q, parties.resolve(seller), lots, discounting.sale(abi.decode(returned, (uint64))));
        for (uint256 i = 0; i < lots.length; ++i) _checkLot(q, parties.resolve(seller), lots[i]);
        _requireMoved();
        if (lots.length > 1) _count(true, "sellBundle");
        if (_signatures[which].length > 0) _count(true, "sellSigned");
        if (_isFinancier(seller)) _count(true, "resell");
    }

    function _isFinancier(PartyId party) internal view returns (bool) {
        return
            parties.resolve(party) == parties.resolve(financier) ||
            parties.resolve(party) == parties.resolve(otherFinancier);
    }

    function _checkQuote(Quote memory q, Lot[] memory lots) private {
        bytes32 hash = discounting.hashOf(q);
        for (uint256 i = 0; i < lots.length; ++i) _bought[hash] += lots[i].units;
        _require(_bought[hash] <= q.capacity, "sold beyond a quote's capacity");
        _require(!_withdrawn[hash], "sold under a quote that was withdrawn");
        _require(block.timestamp < q.expiresAt, "sold under a quote that had expired");
        uint64 used = offerBook.stateOf(hash).used;
        _require(used == _bought[hash], "a sale was not counted on its quote");
    }

    function _checkMoney(Quote memory q, PartyId seller, Lot[] memory lots, Sale memory s) private {
        (uint256 face, uint256 discount) = _price(q, lots);
        _require(discount <= face, "6: a discount above the face");
        uint256 fees = q.flatFee + _halfUp(face * q.feeRate, MILLION);
        _require(discount + fees <= face, "6: fees above the proceeds");
        _require(
            s.face == face && s.received + fees + discount == face,
            "6: face less discount less fees is the seller's"
        );
        _require(s.seller == seller && s.buyer == q.financier && s.recourse == q.recourse, "a sale of others");
        _require(
            seller != q.financier && !_isSuspended(seller) && !_isSuspended(q.financier),
            "a sale of one who may not"
        );
        _expectMove(q.financier, seller, face - discount - fees);
        if (q.feeTo != NOBODY) _expectMove(q.financier, parties.resolve(q.feeTo), fees);
    }

    /// @dev Each payable has one discount, by its own days.
    function _price(Quote memory q, Lot[] memory lots) private view returns (uint256 face, uint256 discount) {
        for (uint256 i = 0; i < lots.length;) {
            PayableId id = lots[i].note.payableOf();
            uint256 units;
            for (; i < lots.length && PayableId.unwrap(lots[i].note.payableOf()) == PayableId.unwrap(id); ++i) {
                units += lots[i].units;
            }
            face += units;
            uint256 time = q.rate * uint256(Day.unwrap(ledger.progress(id).dueDate) - Day.unwrap(rules.today()));
            uint256 year = MILLION * _yearOf(q.dayCount);
            discount +=
                q.method == DiscountMethod.BankDiscount
                    ? _halfUp(units * time, year)
                    : units - _halfUp(units * year, year + time);
        }
    }

    function _yearOf(DayCount count) internal pure returns (uint256) {
        return count == DayCount.Act360 ? 360 : 365;
    }

    function _halfUp(uint256 num, uint256 den) internal pure returns (uint256) {
        return (2 * num + den) / (2 * den);
    }

    /// @dev The lot is the buyer's, as a financing hop of its own, and nobody's else.
    function _checkLot(Quote memory q, PartyId seller, Lot memory lot) private {
        PayableId id = lot.note.payableOf();
        Note memory from = ledger.note(lot.note);
        NoteId child = _newNote(id, q.financier, true);
        Note memory c = ledger.note(child);
        _require(parties.resolve(holderOf[lot.note]) == seller, "another sold a note than its holder");
        _require(pledged[lot.note].units == 0, "4: sold under a pledge");
        _require(rules.today() < ledger.terms(id).maturity, "sold after maturity");
        _require(!_isObligorOf(id, q.financier), "sold to the obligor");
        _require(c.parent == lot.note.indexOf() && c.end - c.start == lot.units, "other units were sold");
        _require(c.tier == from.tier && c.financings == from.financings + 1, "a sale moves no tier");
        _require(c.status == NoteStatus.Held, "sold, and not held");
        soldWithRecourse[child] = q.recourse;
        _uncount(lot.note, lot.units);
        countedOn[child] = lot.units;
    }

    //------------------------------------------------------------------ exposure

    /// @notice Anyone has exposure lowered to what is still held.
    function recountRandom(uint256 seed) external {
        seed = _next(seed);
        (bool found, NoteId id, Note memory n) = _pickNote(seed, type(uint256).max);
        for (uint256 i = 0; i < 6 && found && countedOn[id] == 0; ++i) {
            seed = _next(seed);
            (found, id, n) = _pickNote(seed, type(uint256).max);
        }
        if (!found || countedOn[id] == 0) return;
        (PartyId who, , , ) = concentration.counted(noteKey(id));
        (bool done, ) = _as(supplier1, address(concentration), abi.encodeCall(concentration.recount, (list(id))));
        _require(done, "a recount was refused");
        _count(done, "recount");
        bool live = n.status == NoteStatus.Held || n.status == NoteStatus.Offered;
        uint64 units = live && parties.resolve(n.holder) == parties.resolve(who) ? n.end - n.start : 0;
        if (units < countedOn[id]) countedOn[id] = units;
    }
}
