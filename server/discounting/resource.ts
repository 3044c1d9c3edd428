// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { Offer } from '../offers/queries.ts';
import { offerShown, presentOffers } from '../offers/resource.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { DISCOUNT_METHODS } from '../pricing/discount.ts';
import { amountOrZero, uuid } from '../values/schemas.ts';
import { quoteId } from './bodies.ts';
import { recourseOf, recourseWord } from './recourse.ts';
import { QUOTE, type QuoteTerms } from './terms.ts';

export type Quote = Offer<QuoteTerms>;

export const quoteResource = z
  .strictObject({
    id: quoteId,
    financier: partyReference,
    ...offerShown({ verb: 'buys', unit: 'Face', used: 'bought', of: 'face', once: 'sale' }),
    sellers: z.array(partyReference).meta({ description: 'To whom it is open; empty for everyone.' }),
    minDays: z.int(),
    maxDays: z.int().meta({ description: 'Calendar days to the due date, both bounds included.' }),
    minAmount: amountOrZero.meta({ description: 'Least face of one sale, in minor units.' }),
    method: z.enum(DISCOUNT_METHODS),
    recourse: recourseWord,
    request: uuid
      .nullable()
      .meta({ description: 'The request for quotes that it answers, and then only its lots are bought.' }),
  })
  .meta({ id: 'Quote', description: 'What a financier buys, and on which terms.' });

export type QuoteResource = z.input<typeof quoteResource>;

export async function presentQuotes(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  quotes: readonly Quote[],
): Promise<QuoteResource[]> {
  return presentOffers(ctx, QUOTE, quotes, ({ hash, terms, request }, shared, names) => ({
    id: hash,
    financier: referenceTo(terms.financier, names),
    ...shared,
    sellers: terms.sellers.map((party) => referenceTo(party, names)),
    minDays: terms.minDays,
    maxDays: terms.maxDays,
    minAmount: terms.minUnits.toString(),
    method: methodOf(terms),
    recourse: recourseOf(terms),
    request,
  }));
}

export function methodOf(terms: { readonly method: number }): (typeof DISCOUNT_METHODS)[number] {
  const method = DISCOUNT_METHODS[terms.method];
  if (!method) throw new Error(`a quote with the unknown method ${terms.method}`);
  return method;
}
