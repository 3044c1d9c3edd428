import { randomBytes } from 'node:crypto';
import { AbiCoder } from 'ethers';
import { asHex, type Hex, keccak } from '../values/hex.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { OrderType } from '../offers/sign.ts';

/** What a financier buys, and on which terms; as `Quote` in `Quote.sol`, field by field. Amounts in minor units, rates in ppm. */
export interface QuoteTerms {
  readonly financier: number;
  /** Three bytes. */
  readonly currency: Hex;
  readonly obligors: readonly number[];
  /** 32 bytes; 0 for none. */
  readonly group: Hex;
  readonly sellers: readonly number[];
  readonly minDays: number;
  readonly maxDays: number;
  readonly minUnits: bigint;
  readonly rate: number;
  /** Place in `DAY_COUNTS`. */
  readonly dayCount: number;
  /** Place in `DISCOUNT_METHODS`. */
  readonly method: number;
  readonly flatFee: bigint;
  readonly feeRate: number;
  /** 0 for nobody: then the financier keeps the fees. */
  readonly feeTo: number;
  readonly recourse: boolean;
  readonly capacity: bigint;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Hash of the lots it is for, or 0 for any. */
  readonly lots: Hex;
  readonly salt: bigint;
}

/** Units of a note that are sold or asked for. */
export interface Lot {
  readonly note: bigint;
  readonly units: bigint;
}

export const NO_WORD: Hex = `0x${'0'.repeat(64)}`;

/** A quote as it is signed; the order and the types of `QUOTE_TYPEHASH`. */
export const QUOTE_ORDER: OrderType = {
  contract: 'Discounting',
  primaryType: 'Quote',
  fields: [
    { name: 'financier', type: 'uint32' },
    { name: 'currency', type: 'bytes3' },
    { name: 'obligors', type: 'uint32[]' },
    { name: 'group', type: 'bytes32' },
    { name: 'sellers', type: 'uint32[]' },
    { name: 'minDays', type: 'uint16' },
    { name: 'maxDays', type: 'uint16' },
    { name: 'minUnits', type: 'uint64' },
    { name: 'rate', type: 'uint32' },
    { name: 'dayCount', type: 'uint8' },
    { name: 'method', type: 'uint8' },
    { name: 'flatFee', type: 'uint64' },
    { name: 'feeRate', type: 'uint32' },
    { name: 'feeTo', type: 'uint32' },
    { name: 'recourse', type: 'bool' },
    { name: 'capacity', type: 'uint64' },
    { name: 'expiresAt', type: 'uint40' },
    { name: 'lots', type: 'bytes32' },
    { name: 'salt', type: 'uint64' },
  ],
};

/** Terms as the ledger announces or answers them. */
type AnnouncedTerms = LedgerEvent<'Discounting.QuotePublished'>['args']['terms'];

export function termsOf(announced: AnnouncedTerms): QuoteTerms {
  return {
    financier: Number(announced.financier),
    currency: asHex(announced.currency),
    obligors: announced.obligors.map(Number),
    group: asHex(announced.group),
    sellers: announced.sellers.map(Number),
    minDays: Number(announced.minDays),
    maxDays: Number(announced.maxDays),
    minUnits: announced.minUnits,
    rate: Number(announced.rate),
    dayCount: Number(announced.dayCount),
    method: Number(announced.method),
    flatFee: announced.flatFee,
    feeRate: Number(announced.feeRate),
    feeTo: Number(announced.feeTo),
    recourse: announced.recourse,
    capacity: announced.capacity,
    expiresAt: Number(announced.expiresAt),
    lots: asHex(announced.lots),
    salt: announced.salt,
  };
}

/** Terms as a table has them: what is above 48 bits is a decimal string. */
export type StoredTerms = {
  readonly [Field in keyof QuoteTerms]: QuoteTerms[Field] extends bigint ? string : QuoteTerms[Field];
};

export function storedTerms(announced: AnnouncedTerms): StoredTerms {
  const terms = termsOf(announced);
  return {
    ...terms,
    minUnits: terms.minUnits.toString(),
    flatFee: terms.flatFee.toString(),
    capacity: terms.capacity.toString(),
    salt: terms.salt.toString(),
  };
}

export function termsFrom(stored: StoredTerms): QuoteTerms {
  return {
    ...stored,
    minUnits: BigInt(stored.minUnits),
    flatFee: BigInt(stored.flatFee),
    capacity: BigInt(stored.capacity),
    salt: BigInt(stored.salt),
  };
}

/** Tells apart quotes that are otherwise the same. */
export function newSalt(): bigint {
  return randomBytes(8).readBigUInt64BE();
}

/** The hash that a quote for certain lots names; the lots are in ascending order of their notes. */
export function lotsHash(lots: readonly Lot[]): Hex {
  const pairs = lots.map(({ note, units }) => [note, units]);
  return keccak(asHex(AbiCoder.defaultAbiCoder().encode(['tuple(uint64 note, uint64 units)[]'], [pairs])));
}
