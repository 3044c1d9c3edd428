// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DayCount} from "../common/DayCount.sol";
import {Offering, hashParties} from "../offers/Offering.sol";
import {PartyId} from "../parties/PartyId.sol";

/// @notice What a financier lends against notes, and on which terms. Amounts in minor units, rates in parts per million.
/// @param lender who lends, and who publishes or signs
/// @param currency ISO 4217 code of the paper and of the cash
/// @param obligors whose promises it takes; with `group`, those beside it; without either, anyone's
/// @param group one of the lender's own groups of obligors, or 0
/// @param borrowers to whom it is open; empty for everyone
/// @param advanceRate most principal, of the face of the collateral
/// @param rate per year
/// @param dayCount how days become a fraction of a year
/// @param maxDays most calendar days from the loan to its due date
/// @param graceDays after the due date, before the lender may take the collateral
/// @param flatFee once a loan
/// @param feeRate of the principal, once
/// @param feeTo who receives the fees; nobody, where the lender keeps them
/// @param payees the only ones whom the money may reach; empty where the borrower may use it freely
/// @param drawDays calendar days from the loan in which it may be drawn for the payees; 0 where there are none
/// @param capacity principal it lends in all
/// @param expiresAt Unix seconds; from then on it lends nothing
/// @param lots hash of the lots it is for, as `keccak256(abi.encode(lots))`, or 0 for any
/// @param salt tells apart offers that are otherwise the same
struct LoanOffer {
    PartyId lender;
    bytes3 currency;
    PartyId[] obligors;
    bytes32 group;
    PartyId[] borrowers;
    uint32 advanceRate;
    uint32 rate;
    DayCount dayCount;
    uint16 maxDays;
    uint16 graceDays;
    uint64 flatFee;
    uint32 feeRate;
    PartyId feeTo;
    PartyId[] payees;
    uint16 drawDays;
    uint64 capacity;
    uint40 expiresAt;
    bytes32 lots;
    uint64 salt;
}

bytes32 constant LOAN_OFFER_TYPEHASH = keccak256(
    "LoanOffer(uint32 lender,bytes3 currency,uint32[] obligors,bytes32 group,uint32[] borrowers,uint32 advanceRate,uint32 rate,uint8 dayCount,uint16 maxDays,uint16 graceDays,uint64 flatFee,uint32 feeRate,uint32 feeTo,uint32[] payees,uint16 drawDays,uint64 capacity,uint40 expiresAt,bytes32 lots,uint64 salt)"
);

/// @dev EIP-712 `hashStruct`. Encoded in three parts: the stack has no room for all of it.
function hashLoanOffer(LoanOffer memory o) pure returns (bytes32) {
    bytes memory who = abi.encode(
        LOAN_OFFER_TYPEHASH,
        o.lender,
        o.currency,
        hashParties(o.obligors),
        o.group,
        hashParties(o.borrowers)
    );
    bytes memory what = abi.encode(o.advanceRate, o.rate, o.dayCount, o.maxDays, o.graceDays, o.flatFee, o.feeRate);
    bytes memory how = abi.encode(o.feeTo, hashParties(o.payees), o.drawDays, o.capacity, o.expiresAt, o.lots, o.salt);
    return keccak256(bytes.concat(who, what, how));
}

/// @notice What the offer book has to know of a loan offer.
function offeringOf(LoanOffer memory o) pure returns (Offering memory) {
    return
        Offering(
            hashLoanOffer(o),
            o.lender,
            o.currency,
            o.obligors,
            o.group,
            o.borrowers,
            o.feeTo,
            o.capacity,
            o.expiresAt,
            o.lots
        );
}
