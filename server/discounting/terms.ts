// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { call, eventsOf } from '../ledger/contract-types.ts';
import { type OfferTerms, type OfferType } from '../offers/terms.ts';
import { quoteRefusals } from './refusals.ts';

/** What a financier buys, and on which terms; as `Quote` in `Quote.sol`, field by field. Amounts in minor units, rates in ppm. */
export interface QuoteTerms extends OfferTerms {
  readonly financier: PartyId;
  readonly sellers: readonly PartyId[];
  readonly minDays: number;
  readonly maxDays: number;
  readonly minUnits: bigint;
  /** Place in `DISCOUNT_METHODS`. */
  readonly method: number;
  readonly recourse: boolean;
}

/** Quotes; signed in the order and with the types of `QUOTE_TYPEHASH`. */
export const QUOTE: OfferType<QuoteTerms> = {
  kind: 'quote',
  publish: (terms, replaces) => call('Discounting', 'publish', terms, replaces),
  withdraw: (terms) => call('Discounting', 'withdraw', terms),
  publishedIn: (events) => eventsOf(events, 'Discounting.QuotePublished')[0]?.args.quote,
  order: {
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
  },
  parties: ['financier', 'obligors', 'sellers', 'feeTo'],
  unknown: quoteRefusals.QUOTE_UNKNOWN,
  none: quoteRefusals.NO_QUOTE,
  by: ({ financier }) => financier,
  takers: ({ sellers }) => sellers,
  others: () => [],
};
