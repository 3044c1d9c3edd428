// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DayCount} from "../common/DayCount.sol";
import {Offering, hashParties} from "../offers/Offering.sol";
import {PartyId} from "../parties/PartyId.sol";
import {DiscountMethod} from "../pricing/Pricing.sol";

/// @notice What a financier buys, and on which terms. Amounts in minor units, rates in parts per million.
/// @param financier who buys, and who publishes or signs
/// @param currency ISO 4217 code of the paper and of the cash
/// @param obligors whose promises it buys; with `group`, those beside it; without either, anyone's
/// @param group one of the financier's own groups of obligors, or 0
/// @param sellers to whom it is open; empty for everyone
/// @param minDays, maxDays calendar days from the sale to the due date, both included
/// @param minUnits least face of one sale
/// @param rate per year
/// @param dayCount how days become a fraction of a year
/// @param method whether the rate is taken off the face or earned on the price
/// @param flatFee once a sale
/// @param feeRate of the face, once
/// @param feeTo who receives the fees; nobody, where the financier keeps them
/// @param recourse whether the seller answers for the obligor
/// @param capacity face it buys in all
/// @param expiresAt Unix seconds; from then on it buys nothing
/// @param lots hash of the lots it is for, as `keccak256(abi.encode(lots))`, or 0 for any
/// @param salt tells apart quotes that are otherwise the same
struct Quote {
    PartyId financier;
    bytes3 currency;
    PartyId[] obligors;
    bytes32 group;
    PartyId[] sellers;
    uint16 minDays;
    uint16 maxDays;
    uint64 minUnits;
    uint32 rate;
    DayCount dayCount;
    DiscountMethod method;
    uint64 flatFee;
    uint32 feeRate;
    PartyId feeTo;
    bool recourse;
    uint64 capacity;
    uint40 expiresAt;
    bytes32 lots;
    uint64 salt;
}

bytes32 constant QUOTE_TYPEHASH = keccak256(
    "Quote(uint32 financier,bytes3 currency,uint32[] obligors,bytes32 group,uint32[] sellers,uint16 minDays,uint16 maxDays,uint64 minUnits,uint32 rate,uint8 dayCount,uint8 method,uint64 flatFee,uint32 feeRate,uint32 feeTo,bool recourse,uint64 capacity,uint40 expiresAt,bytes32 lots,uint64 salt)"
);

/// @dev EIP-712 `hashStruct`. Encoded in two halves: the stack has no room for all of it.
function hashQuote(Quote memory q) pure returns (bytes32) {
    bytes memory who = abi.encode(
        QUOTE_TYPEHASH,
        q.financier,
        q.currency,
        hashParties(q.obligors),
        q.group,
        hashParties(q.sellers)
    );
    bytes memory what = abi.encode(q.minDays, q.maxDays, q.minUnits, q.rate, q.dayCount, q.method, q.flatFee);
    bytes memory how = abi.encode(q.feeRate, q.feeTo, q.recourse, q.capacity, q.expiresAt, q.lots, q.salt);
    return keccak256(bytes.concat(who, what, how));
}

/// @notice What the offer book has to know of a quote.
function offeringOf(Quote memory q) pure returns (Offering memory) {
    return
        Offering(
            hashQuote(q),
            q.financier,
            q.currency,
            q.obligors,
            q.group,
            q.sellers,
            q.feeTo,
            q.capacity,
            q.expiresAt,
            q.lots
        );
}
