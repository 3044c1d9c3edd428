// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { z } from 'zod';
import {
  capacityField,
  dayCountField,
  feesField,
  namedParties,
  newOfferFields,
  offerFields,
  type OfferOrder,
  offerTerms,
  partiesIn,
  type PriceOrder,
  priceTerms,
  rateField,
} from '../offers/fields.ts';
import { DISCOUNT_METHODS } from '../pricing/discount.ts';
import { amount, hash32, instant } from '../values/schemas.ts';
import { recourseWord, type RecourseWord } from './recourse.ts';
import type { QuoteTerms } from './terms.ts';

export const LONGEST_TENOR = 65_535;

export const quoteId = hash32.meta({
  description: 'Id of a quote: its EIP-712 hash.',
  example: `0x${'7a'.repeat(32)}`,
});

const days = z.int().min(0).max(LONGEST_TENOR);

/** What any quote says of its price. */
export const pricing = {
  rate: rateField('28500', '2.85 %'),
  dayCount: dayCountField,
  method: z
    .enum(DISCOUNT_METHODS)
    .meta({
      description: 'bank-discount: the rate is taken off the face. simple-yield: the price earns the rate.',
      example: 'bank-discount',
    }),
  fees: feesField('QuoteFees', { once: 'sale', of: 'face', out: 'proceeds, beside the discount' }),
  recourse: recourseWord,
  expiresAt: instant.meta({ description: 'When the quote expires.' }),
};

const standing = {
  ...offerFields('buys'),
  sellers: namedParties('To whom it is open; a public one without is open to everyone.'),
  minDays: days.default(0).meta({ description: 'Fewest calendar days to the due date.', example: 30 }),
  maxDays: days.meta({ description: 'Most calendar days to the due date.', example: 365 }),
  minAmount: amount.default('1').meta({ description: 'Least face of one sale, in minor units.', example: '100000' }),
  capacity: capacityField('Face it buys in all, in minor units; purchases use it up.'),
  ...pricing,
};

/** The terms of a standing quote. */
export const quoteBody = z.strictObject(standing).meta({ id: 'QuoteChange' });

export const newQuoteBody = z
  .strictObject({ ...newOfferFields('sellers', quoteId), ...standing })
  .meta({ id: 'QuoteBody' });

export type QuoteOrder = z.output<typeof quoteBody> & OfferOrder;
export type QuotePriceOrder = Pick<z.output<typeof quoteBody>, keyof typeof pricing> & PriceOrder;

/** A new standing quote of `financier`, as the ledger has it. */
export function standingTerms(financier: PartyId, order: QuoteOrder): QuoteTerms {
  return {
    ...offerTerms(order),
    ...methodTerms(order),
    financier,
    sellers: partiesIn(order.sellers),
    minDays: order.minDays,
    maxDays: order.maxDays,
    minUnits: BigInt(order.minAmount),
  };
}

/** What a quote says of its price, as the ledger has it. */
export function quotePriceTerms(order: QuotePriceOrder) {
  return { ...priceTerms(order), ...methodTerms(order) };
}

/** The field that contradicts another, of a quote. */
export function quoteFault(terms: QuoteTerms): string | undefined {
  if (terms.maxDays < terms.minDays) return 'maxDays';
  return terms.minUnits > terms.capacity ? 'minAmount' : undefined;
}

function methodTerms(order: { readonly method: (typeof DISCOUNT_METHODS)[number]; readonly recourse: RecourseWord }) {
  return { method: DISCOUNT_METHODS.indexOf(order.method), recourse: order.recourse === 'with' };
}
