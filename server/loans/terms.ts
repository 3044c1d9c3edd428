import { asHex, type Hex } from '../values/hex.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { OrderType } from '../offers/sign.ts';

/** What a financier lends, and on which terms; as `LoanOffer` in `LoanOffer.sol`, field by field. Amounts in minor units, rates in ppm. */
export interface LoanOfferTerms {
  readonly lender: number;
  /** Three bytes. */
  readonly currency: Hex;
  readonly obligors: readonly number[];
  /** 32 bytes; 0 for none. */
  readonly group: Hex;
  readonly borrowers: readonly number[];
  readonly advanceRate: number;
  readonly rate: number;
  /** Place in `DAY_COUNTS`. */
  readonly dayCount: number;
  readonly maxDays: number;
  readonly graceDays: number;
  readonly flatFee: bigint;
  readonly feeRate: number;
  /** 0 for nobody: then the lender keeps the fees. */
  readonly feeTo: number;
  readonly payees: readonly number[];
  readonly drawDays: number;
  readonly capacity: bigint;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Hash of the lots it is for, or 0 for any. */
  readonly lots: Hex;
  readonly salt: bigint;
}

/** A loan offer as it is signed; the order and the types of `LOAN_OFFER_TYPEHASH`. */
export const LOAN_OFFER_ORDER: OrderType = {
  contract: 'LoanOffers',
  primaryType: 'LoanOffer',
  fields: [
    { name: 'lender', type: 'uint32' },
    { name: 'currency', type: 'bytes3' },
    { name: 'obligors', type: 'uint32[]' },
    { name: 'group', type: 'bytes32' },
    { name: 'borrowers', type: 'uint32[]' },
    { name: 'advanceRate', type: 'uint32' },
    { name: 'rate', type: 'uint32' },
    { name: 'dayCount', type: 'uint8' },
    { name: 'maxDays', type: 'uint16' },
    { name: 'graceDays', type: 'uint16' },
    { name: 'flatFee', type: 'uint64' },
    { name: 'feeRate', type: 'uint32' },
    { name: 'feeTo', type: 'uint32' },
    { name: 'payees', type: 'uint32[]' },
    { name: 'drawDays', type: 'uint16' },
    { name: 'capacity', type: 'uint64' },
    { name: 'expiresAt', type: 'uint40' },
    { name: 'lots', type: 'bytes32' },
    { name: 'salt', type: 'uint64' },
  ],
};

/** Terms as a table has them: what is above 48 bits is a decimal string. */
export type StoredTerms = {
  readonly [Field in keyof LoanOfferTerms]: LoanOfferTerms[Field] extends bigint ? string : LoanOfferTerms[Field];
};

/** Terms as the ledger announces them. */
type AnnouncedTerms = LedgerEvent<'LoanOffers.LoanOfferPublished'>['args']['terms'];

export function storedTerms(announced: AnnouncedTerms): StoredTerms {
  return {
    lender: Number(announced.lender),
    currency: asHex(announced.currency),
    obligors: announced.obligors.map(Number),
    group: asHex(announced.group),
    borrowers: announced.borrowers.map(Number),
    advanceRate: Number(announced.advanceRate),
    rate: Number(announced.rate),
    dayCount: Number(announced.dayCount),
    maxDays: Number(announced.maxDays),
    graceDays: Number(announced.graceDays),
    flatFee: announced.flatFee.toString(),
    feeRate: Number(announced.feeRate),
    feeTo: Number(announced.feeTo),
    payees: announced.payees.map(Number),
    drawDays: Number(announced.drawDays),
    capacity: announced.capacity.toString(),
    expiresAt: Number(announced.expiresAt),
    lots: asHex(announced.lots),
    salt: announced.salt.toString(),
  };
}

export function termsFrom(stored: StoredTerms): LoanOfferTerms {
  return { ...stored, flatFee: BigInt(stored.flatFee), capacity: BigInt(stored.capacity), salt: BigInt(stored.salt) };
}

/** Whether the money may go to the parties it names alone. */
export function isDirected({ payees }: { readonly payees: readonly number[] }): boolean {
  return payees.length > 0;
}
