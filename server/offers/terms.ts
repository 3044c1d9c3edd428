// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { randomBytes } from 'node:crypto';
import type { Call, LedgerEvent } from '../ledger/contract-types.ts';
import type { Hex } from '../values/hex.ts';
import { feesOn } from '../pricing/costs.ts';
import type { Refusal } from '../values/errors.ts';
import { rational } from '../values/rational.ts';
import type { OrderType } from './sign.ts';

/** All of it, in parts per million. */
export const WHOLE_PPM = 1_000_000n;

/** What the terms of every offer have, as the ledger has them. Amounts in minor units, rates in ppm, parties by number. */
export interface OfferTerms {
  /** Three bytes. */
  readonly currency: Hex;
  readonly obligors: readonly PartyId[];
  /** 32 bytes; 0 for none. */
  readonly group: Hex;
  readonly rate: number;
  /** Place in `DAY_COUNTS`. */
  readonly dayCount: number;
  readonly flatFee: bigint;
  readonly feeRate: number;
  /** 0 for nobody: then the financier keeps the fees. */
  readonly feeTo: PartyId;
  readonly capacity: bigint;
  /** Unix seconds. */
  readonly expiresAt: number;
  /** Hash of the lots it is for, or 0 for any. */
  readonly lots: Hex;
  readonly salt: bigint;
}

export const OFFER_KINDS = ['quote', 'loan-offer'] as const;

export type OfferKind = (typeof OFFER_KINDS)[number];

/** A kind of offer: quotes and loan offers differ in their terms, and in nothing else. */
export interface OfferType<Terms extends OfferTerms> {
  readonly kind: OfferKind;
  /** How it is published and withdrawn: through the contract that knows its terms. */
  publish(terms: Terms, replaces: Hex): Call;
  withdraw(terms: Terms): Call;
  /** The hash of the one that was published among what was announced. */
  publishedIn(events: readonly LedgerEvent[]): string | undefined;
  /** How it is signed. */
  readonly order: OrderType;
  /** The fields that are parties. */
  readonly parties: readonly (keyof Terms & string)[];
  /** The financier that makes it. */
  by(terms: Terms): PartyId;
  /** To whom it is open; empty for everyone. */
  takers(terms: Terms): readonly PartyId[];
  /** Every other party that it names. */
  others(terms: Terms): readonly PartyId[];
  /** There is none; of `{offer}`. */
  readonly unknown: Refusal;
  /** Why a financier without any takes nothing; of `{financier}`. */
  readonly none: Refusal;
}

/** Terms out of a table, where whole numbers may be decimal strings: what is above 48 bits is a bigint, and so is a party. */
export function termsFrom<Terms extends OfferTerms>({ order, parties }: OfferType<Terms>, stored: object): Terms {
  return Object.fromEntries(
    order.fields.map(({ name, type }) => [
      name,
      valueOf(
        (parties as readonly string[]).includes(name) ? 'party' : type.replace('[]', ''),
        Reflect.get(stored, name),
      ),
    ]),
  ) as object as Terms; // its fields are those of the type
}

function valueOf(type: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => valueOf(type, one));
  if (type === 'uint64' || type === 'party') return BigInt(value as string);
  return type.startsWith('uint') ? Number(value) : value;
}

export const NO_WORD: Hex = `0x${'0'.repeat(64)}`;

/** Tells apart offers that are otherwise the same. */
export function newSalt(): bigint {
  return randomBytes(8).readBigUInt64BE();
}

/** All fees under an offer on what is financed, as the ledger rounds them; minor units. */
export function feesUnder({ flatFee, feeRate }: OfferTerms, financed: bigint): bigint {
  return feesOn(financed, { flat: flatFee, share: rational(BigInt(feeRate), WHOLE_PPM) });
}
