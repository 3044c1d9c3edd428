// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { blockTimeOf, dateAt } from '../ledger/block-time.ts';
import type { Comparison, Priced } from '../offers/comparison.ts';
import { costField, costView, presentNone, reasonResource } from '../offers/comparison-resource.ts';
import { currencyOf, faceOf, lotResource, type NoteLot, presentLots } from '../offers/lots.ts';
import { dayCountOf } from '../offers/resource.ts';
import { partyReference } from '../parties/schemas.ts';
import { countDays } from '../values/day-count.ts';
import { amountOrZero, currency } from '../values/schemas.ts';
import type { Price } from './asked.ts';
import { presentQuotes, quoteResource, type QuoteResource } from './resource.ts';
import type { QuoteTerms } from './terms.ts';

/** What a sale comes to. */
export const priceFields = {
  discount: amountOrZero.meta({
    description: 'Taken off the face, rounded half-up to the minor unit.',
    example: '162243',
  }),
  proceeds: amountOrZero.meta({
    description: 'Face less discount: what the buyer pays, fees included.',
    example: '12183435',
  }),
  fees: amountOrZero.meta({ description: 'All fees together.', example: '42037' }),
  received: amountOrZero.meta({ description: 'Proceeds less fees: what reaches the seller.', example: '12141398' }),
  allInAnnualCost: costField,
};

export const offerResource = z
  .strictObject({
    quote: quoteResource,
    days: z
      .int()
      .meta({ description: "Days to the due date by the quote's day count; of lots due on different days, the most." }),
    ...priceFields,
  })
  .meta({ id: 'Offer', description: 'What a quote pays for the lots, to the minor unit.' });

export const comparisonResource = z
  .strictObject({
    currency,
    face: amountOrZero.meta({ description: 'Of all lots together.', example: '12345678' }),
    lots: z.array(lotResource),
    offers: z
      .array(offerResource)
      .meta({ description: 'The lowest all-in cost first; of equal costs the older quote.' }),
    none: z
      .array(z.strictObject({ financier: partyReference, quote: quoteResource.nullable(), reason: reasonResource }))
      .meta({
        description: 'Every financier that does not buy, with the reason for each of its quotes, or that it has none.',
      }),
  })
  .meta({
    id: 'QuoteComparison',
    description: 'What every financier pays for the lots at this moment, or why it does not buy them.',
  });

/** A cost that is undefined is above every number. */
export function priceView({
  face,
  discount,
  fees,
  received,
  cost,
}: Pick<Price, 'face' | 'discount' | 'fees' | 'received'> & { readonly cost: bigint | undefined }) {
  return {
    discount: discount.toString(),
    proceeds: (face - discount).toString(),
    fees: fees.toString(),
    received: received.toString(),
    allInAnnualCost: costView(cost),
  };
}

export async function presentComparison(
  ctx: Context,
  lots: readonly NoteLot[],
  { offers, none }: Comparison<QuoteTerms, Price>,
): Promise<z.input<typeof comparisonResource>> {
  const declined = await presentNone(ctx, none, (quotes) => presentQuotes(ctx, quotes));
  return {
    currency: currencyOf(lots),
    face: faceOf(lots).toString(),
    lots: await presentLots(ctx, lots),
    offers: await presentPriced(ctx, lots, offers),
    none: declined.map(({ financier, offer: quote, reason }) => ({ financier, quote, reason })),
  };
}

/** What quotes pay for the lots. */
export async function presentPriced(
  ctx: Context,
  lots: readonly NoteLot[],
  offers: readonly Priced<QuoteTerms, Price>[],
): Promise<z.input<typeof offerResource>[]> {
  const quotes = await presentQuotes(
    ctx,
    offers.map(({ offer }) => offer),
  );
  const today = dateAt(await blockTimeOf(ctx));
  return offers.map(({ offer, price }, place) => ({
    quote: quotes[place] as QuoteResource,
    days: Math.max(
      ...lots.map(({ payable }) => {
        const end = payable.dueDate;
        return countDays(dayCountOf(offer.terms), { start: today, end, termination: end }).days;
      }),
    ),
    ...priceView(price),
  }));
}
