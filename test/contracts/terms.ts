// SPDX-License-Identifier: Apache-2.0
import { ZeroHash } from 'ethers';
import { dayNumber, type LedgerDate } from '../../server/values/dates.ts';
import { CNY, type Member, secondsOf } from './ledger.ts';

/** A bank discount of 4 % a year, ACT/360, on anyone's paper, without fees or recourse. */
export function quoteOf(financier: Member, expiresOn: LedgerDate) {
  return {
    financier: financier.party,
    currency: CNY,
    obligors: [] as bigint[],
    group: ZeroHash,
    sellers: [] as bigint[],
    minDays: 1,
    maxDays: 365,
    minUnits: 1n,
    rate: 40_000,
    dayCount: 0,
    method: 0,
    flatFee: 0n,
    feeRate: 0,
    feeTo: 0n,
    recourse: false,
    capacity: 10n ** 9n,
    expiresAt: secondsOf(expiresOn),
    lots: ZeroHash,
    salt: 0n,
  };
}

/** 80 % of anyone's paper for free use at 6 % a year, ACT/360, with five days of grace, without fees. */
export function loanOfferOf(lender: Member, expiresOn: LedgerDate) {
  return {
    lender: lender.party,
    currency: CNY,
    obligors: [] as bigint[],
    group: ZeroHash,
    borrowers: [] as bigint[],
    advanceRate: 800_000,
    rate: 60_000,
    dayCount: 0,
    maxDays: 365,
    graceDays: 5,
    flatFee: 0n,
    feeRate: 0,
    feeTo: 0n,
    payees: [] as bigint[],
    drawDays: 0,
    capacity: 10n ** 9n,
    expiresAt: secondsOf(expiresOn),
    lots: ZeroHash,
    salt: 0n,
  };
}

/** A cover by one layer of one carrier, which bears all of what an insured loses on paper due on a day. */
export function coverOf(insured: Member, carrier: Member, dueDate: LedgerDate) {
  return {
    insured: insured.party,
    payableId: 0n,
    obligor: 0n,
    currency: CNY,
    from: dayNumber(dueDate),
    until: dayNumber(dueDate),
    layers: [{ deductible: 0n, cap: 10n ** 6n, carriers: [{ party: carrier.party, share: 1_000_000 }] }],
    ref: ZeroHash,
  };
}
