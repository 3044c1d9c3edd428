import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { DeeptierError } from '../values/errors.ts';
import type { LedgerDate } from '../values/dates.ts';
import type { Context } from '../http/context.ts';
import { amountOrZero, currency } from '../values/schemas.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { countDays } from '../values/day-count.ts';
import type { Price } from './appraisal.ts';
import type { Comparison, NoOffer, Offer } from './comparison.ts';
import { faceOf, lotResource, type NoteLot, presentLots } from './lots.ts';
import { dayCountOf, presentQuotes, quoteResource, type QuoteResource } from './resource.ts';

/** What the ledger calls a cost above every number: nothing would be received, or no time goes by. */
const INFINITE_COST = 2n ** 256n - 1n;

export const costField = z
  .string()
  .regex(/^[0-9]+$/)
  .nullable()
  .meta({
    description:
      'Everything given up, fees included, over what is received, per year in ppm on ACT/365F. Null where nothing is received or no day goes by.',
    example: '36995',
  });

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

export const reasonResource = z
  .strictObject({
    code: z.string().meta({ example: 'CAPACITY_EXCEEDED' }),
    rule: z.string().meta({ example: 'FIN-19' }),
    sentence: z.string(),
    values: z.record(z.string(), z.unknown()).meta({ description: 'The values in the sentence.' }),
  })
  .meta({ id: 'Reason', description: 'Why not: the very refusal that a sale would meet.' });

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
      .meta({ description: 'The one that leaves most to you first; of equal ones the older.' }),
    none: z
      .array(z.strictObject({ financier: partyReference, quote: quoteResource.nullable(), reason: reasonResource }))
      .meta({
        description:
          'Every financier that does not buy, with its reason: one for each of its quotes, or the want of any.',
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
}: Omit<Price, 'cost' | 'costKey'> & { readonly cost: bigint | undefined }) {
  return {
    discount: discount.toString(),
    proceeds: (face - discount).toString(),
    fees: fees.toString(),
    received: received.toString(),
    allInAnnualCost: cost === undefined || cost === INFINITE_COST ? null : cost.toString(),
  };
}

export function reasonOf({ refusal, message, values }: DeeptierError): z.input<typeof reasonResource> {
  return { code: refusal.code, rule: refusal.rule, sentence: message, values: { ...values } };
}

export async function presentComparison(
  ctx: Context,
  lots: readonly NoteLot[],
  { offers, none }: Comparison,
): Promise<z.input<typeof comparisonResource>> {
  const [shownLots, offered, declined] = [
    await presentLots(ctx, lots),
    await presentOffers(ctx, lots, offers),
    await presentNone(ctx, none),
  ];
  return {
    currency: lots[0]?.payable.currency ?? '',
    face: faceOf(lots).toString(),
    lots: shownLots,
    offers: offered,
    none: declined,
  };
}

export async function presentOffers(
  ctx: Context,
  lots: readonly NoteLot[],
  offers: readonly Offer[],
): Promise<z.input<typeof offerResource>[]> {
  const quotes = await presentQuotes(
    ctx,
    offers.map(({ quote }) => quote),
  );
  const today = dateAt(await blockTimeOf(ctx));
  return offers.map(({ quote, price }, place) => ({
    quote: quotes[place] as QuoteResource,
    days: Math.max(
      ...lots.map(({ payable }) => {
        const end = payable.dueDate as LedgerDate;
        return countDays(dayCountOf(quote.terms), { start: today, end, termination: end }).days;
      }),
    ),
    ...priceView(price),
  }));
}

async function presentNone(
  ctx: Context,
  none: readonly NoOffer[],
): Promise<z.input<typeof comparisonResource>['none']> {
  const quotes = new Map(
    (
      await presentQuotes(
        ctx,
        none.flatMap(({ quote }) => quote ?? []),
      )
    ).map((quote) => [quote.id, quote]),
  );
  const names = await partyNames(
    ctx.db,
    none.map(({ financier }) => financier),
    ctx.asOf,
  );
  return none.map(({ financier, quote, refusal }) => ({
    financier: referenceTo(financier, names),
    quote: quote === null ? null : (quotes.get(quote.hash) ?? null),
    reason: reasonOf(refusal),
  }));
}
