// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IPartyRegistry} from "../parties/IPartyRegistry.sol";
import {NOBODY, PartyId} from "../parties/PartyId.sol";
import {Pricing} from "../pricing/Pricing.sol";
import {NoteId} from "../receivables/Ids.sol";
import {Payout} from "../settlement/IPriorClaims.sol";
import {ICoverBook} from "./ICoverBook.sol";
import {Account, ILossAccounts, Part} from "./ILossAccounts.sol";
import {MOST_CARRIERS, Layer, Waterfall} from "./Waterfall.sol";

/// @title Who bears what of a loss account: down the layers as it grows, up again as it shrinks
abstract contract LossShares is ILossAccounts {
    using Waterfall for Layer[];

    uint256 internal constant PARTS = MOST_CARRIERS + 1; // of a layer: its carriers, and the insured

    /// @dev What a payment by the obligor took off a loss, should it be returned.
    struct Recovery {
        uint64 cover;
        NoteId account;
        uint64 units;
        Back[] parts;
    }

    /// @param place of the part: layer * PARTS + its place in the layer
    struct Back {
        uint8 place;
        uint64 refunded;
        uint64 released;
    }

    IPartyRegistry internal immutable _parties;
    ICoverBook internal immutable _book;

    mapping(uint64 cover => mapping(NoteId account => Account)) internal _accounts;
    mapping(uint64 cover => mapping(NoteId account => mapping(uint256 place => Part))) internal _parts;
    mapping(NoteId settled => Recovery) internal _recoveries;

    constructor(IPartyRegistry parties, ICoverBook book) {
        _parties = parties;
        _book = book;
    }

    //------------------------------------------------------------------ views

    /// @inheritdoc ILossAccounts
    function accountOf(uint64 id, NoteId account) external view returns (Account memory, Part[][] memory parts) {
        Layer[] memory layers = _book.cover(id).terms.layers;
        parts = new Part[][](layers.length);
        for (uint256 k = 0; k < layers.length; ++k) {
            parts[k] = new Part[](layers[k].carriers.length + 1);
            for (uint256 i = 0; i < parts[k].length; ++i) parts[k][i] = _parts[id][account][k * PARTS + i];
        }
        return (_accounts[id][account], parts);
    }

    //------------------------------------------------------------------ the account grows

    /// @dev From the first layer to the last, up to what they bear of the account's loss: the more is owed. Where a layer still
    /// bears more than that, because a payment was returned after another had come in, the others bear so much less.
    function _bear(uint64 id, Layer[] memory layers, NoteId account, NoteId note) internal {
        uint64[] memory now_ = _borneBy(layers, _accounts[id][account]);
        uint256[] memory before = new uint256[](layers.length);
        uint256 room;
        for (uint256 k = 0; k < layers.length; ++k) {
            (before[k], ) = _bornePart(id, account, k, layers[k].carriers.length);
            room += now_[k];
        }
        for (uint256 k = 0; k < layers.length; ++k) room = room > before[k] ? room - before[k] : 0;
        for (uint256 k = 0; k < layers.length && room > 0; ++k) {
            if (now_[k] <= before[k]) continue;
            uint256 more = now_[k] - before[k];
            if (more > room) more = room;
            room -= more;
            _bearLayer(id, account, note, layers[k], k, more);
        }
    }

    function _bearLayer(uint64 id, NoteId account, NoteId note, Layer memory layer, uint256 k, uint256 more) private {
        uint64[] memory parts = Pricing.allocate(more, Waterfall.shares(layer.carriers));
        for (uint256 i = 0; i < parts.length; ++i) {
            if (parts[i] == 0) continue;
            Part storage part = _parts[id][account][k * PARTS + i];
            part.borne += parts[i];
            PartyId carrier = _partyAt(layer, i);
            if (carrier != NOBODY) part.owed += parts[i];
            emit ShareBorne(id, account, carrier, note, uint8(k), parts[i]);
        }
    }

    /// @dev A recovery is undone: the parts are what they were.
    function _takeAgain(Recovery storage r, NoteId settled) internal {
        (uint64 id, NoteId account) = (r.cover, r.account);
        Layer[] memory layers = _book.cover(id).terms.layers;
        for (uint256 i = 0; i < r.parts.length; ++i) {
            Back memory back = r.parts[i];
            Part storage part = _parts[id][account][back.place];
            part.borne += back.refunded + back.released;
            part.owed += back.released;
            (uint256 k, uint256 j) = (back.place / PARTS, back.place % PARTS);
            emit ShareRestored(id, account, _partyAt(layers[k], j), settled, uint8(k), back.refunded, back.released);
        }
        delete _recoveries[settled];
        _bear(id, layers, account, settled);
    }

    //------------------------------------------------------------------ the account shrinks

    /// @dev From the last layer to the first, down to what they bear of the loss that is left, `units` in all.
    function _giveBack(
        uint64 id,
        NoteId account,
        NoteId note,
        NoteId settled,
        uint64 units
    ) internal returns (Payout[] memory prior) {
        Layer[] memory layers = _book.cover(id).terms.layers;
        uint64[] memory now_ = _borneBy(layers, _accounts[id][account]);
        prior = new Payout[](layers.length * MOST_CARRIERS);
        uint256 count;
        for (uint256 k = layers.length; k > 0;) {
            --k;
            (uint256 sum, uint64[] memory before) = _bornePart(id, account, k, layers[k].carriers.length);
            if (sum <= now_[k]) continue;
            uint256 less = sum - now_[k];
            if (less > units) less = units;
            units -= uint64(less);
            uint64[] memory backs = Pricing.allocate(less, before);
            for (uint256 i = 0; i < backs.length; ++i) {
                if (backs[i] == 0) continue;
                (PartyId carrier, uint64 refunded) = _giveBackPart(
                    id,
                    account,
                    layers[k],
                    k,
                    i,
                    backs[i],
                    note,
                    settled
                );
                if (refunded > 0) prior[count++] = Payout(_parties.resolve(carrier), refunded);
            }
        }
        assembly ("memory-safe") {
            mstore(prior, count)
        }
    }

    /// @dev A part becomes smaller: first by what is still owed of it, then by cash, which the insured's own part needs not.
    function _giveBackPart(
        uint64 id,
        NoteId account,
        Layer memory layer,
        uint256 k,
        uint256 i,
        uint64 less,
        NoteId note,
        NoteId settled
    ) private returns (PartyId carrier, uint64 refunded) {
        Part storage part = _parts[id][account][k * PARTS + i];
        uint64 released = less < part.owed ? less : part.owed;
        refunded = less - released;
        part.borne -= less;
        part.owed -= released;
        if (NoteId.unwrap(settled) != 0) {
            _recoveries[settled].parts.push(Back(uint8(k * PARTS + i), refunded, released));
        }
        carrier = _partyAt(layer, i);
        emit ShareRecovered(id, account, carrier, note, uint8(k), refunded, released);
        if (carrier == NOBODY) refunded = 0;
    }

    //------------------------------------------------------------------ small things

    /// @dev What each layer bears of an account's loss, which begins where the losses claimed before it end.
    function _borneBy(Layer[] memory layers, Account memory a) private pure returns (uint64[] memory amounts) {
        amounts = layers.borne(uint256(a.below) + a.loss);
        uint64[] memory before = layers.borne(a.below);
        for (uint256 k = 0; k < layers.length; ++k) amounts[k] -= before[k];
    }

    function _bornePart(
        uint64 id,
        NoteId account,
        uint256 k,
        uint256 carriers
    ) private view returns (uint256 sum, uint64[] memory amounts) {
        amounts = new uint64[](carriers + 1);
        for (uint256 i = 0; i <= carriers; ++i) {
            amounts[i] = _parts[id][account][k * PARTS + i].borne;
            sum += amounts[i];
        }
    }

    /// @dev The carrier at a place of a layer; nobody for the insured's own, after them.
    function _partyAt(Layer memory layer, uint256 place) private pure returns (PartyId) {
        return place < layer.carriers.length ? layer.carriers[place].party : NOBODY;
    }
}
