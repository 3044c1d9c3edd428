import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { fixedText } from '../values/fixed-text.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, hash32, instant, uuid } from '../values/schemas.ts';
import { instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { DISCOUNT_METHODS } from '../pricing/discount.ts';
import { recourseWord, type RecourseWord, wholePpm } from './bodies.ts';
import type { Quote } from './queries.ts';
import { NO_WORD } from './terms.ts';

export const QUOTE_STATUSES = ['open', 'used-up', 'expired', 'pulled'] as const;

export type QuoteStatus = (typeof QUOTE_STATUSES)[number];

export const quoteId = hash32.meta({
  description: 'Id of a quote: its EIP-712 hash.',
  example: `0x${'7a'.repeat(32)}`,
});

export const quoteResource = z
  .strictObject({
    id: quoteId,
    financier: partyReference,
    visibility: z.enum(['public', 'private']),
    status: z.enum(QUOTE_STATUSES),
    currency,
    obligors: z
      .array(partyReference)
      .meta({ description: "Whose promises it buys, beside those of the group; without either, anyone's." }),
    group: referenceShown.meta({ description: "One of the financier's own groups of obligors." }),
    sellers: z.array(partyReference).meta({ description: 'To whom it is open; empty for everyone.' }),
    minDays: z.int(),
    maxDays: z.int().meta({ description: 'Calendar days to the due date, both bounds included.' }),
    minAmount: amountOrZero.meta({ description: 'Least face of one sale, in minor units.' }),
    rate: wholePpm('Per year, in parts per million.', '28500'),
    dayCount: z.enum(DAY_COUNTS),
    method: z.enum(DISCOUNT_METHODS),
    fees: z.strictObject({
      flat: amountOrZero.meta({ description: 'In minor units, once a sale.' }),
      ppm: wholePpm('Of the face, once, in parts per million.', '3000'),
      to: partyReference.nullable().meta({ description: 'Null where the financier keeps them.' }),
    }),
    recourse: recourseWord,
    capacity: amount.meta({ description: 'Face it buys in all, in minor units.' }),
    used: amountOrZero.meta({ description: 'Face bought under it so far.' }),
    left: amountOrZero.meta({ description: 'Face it still buys.' }),
    since: instant.meta({ description: 'When it was published or signed.' }),
    expiresAt: instant,
    pulledAt: instant.nullable(),
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
  const moment = await blockTimeOf(ctx);
  const names = await partyNames(
    ctx.db,
    quotes.flatMap(({ terms }) => [terms.financier, terms.feeTo, ...terms.obligors, ...terms.sellers]),
    ctx.asOf,
  );
  return quotes.map((quote) => presentQuote(quote, names, moment));
}

export function recourseOf(terms: { readonly recourse: boolean }): RecourseWord {
  return terms.recourse ? 'with' : 'without';
}

function presentQuote(quote: Quote, names: ReadonlyMap<number, string>, moment: bigint): QuoteResource {
  const { terms } = quote;
  return {
    id: quote.hash,
    financier: referenceTo(terms.financier, names),
    visibility: quote.visibility,
    status: statusOf(quote, moment),
    currency: fixedText(terms.currency),
    obligors: terms.obligors.map((party) => referenceTo(party, names)),
    group: terms.group === NO_WORD ? null : referenceText(terms.group),
    sellers: terms.sellers.map((party) => referenceTo(party, names)),
    minDays: terms.minDays,
    maxDays: terms.maxDays,
    minAmount: terms.minUnits.toString(),
    rate: String(terms.rate),
    dayCount: dayCountOf(terms),
    method: DISCOUNT_METHODS[terms.method] ?? unheardOf('method', terms.method),
    fees: {
      flat: terms.flatFee.toString(),
      ppm: String(terms.feeRate),
      to: terms.feeTo === 0 ? null : referenceTo(terms.feeTo, names),
    },
    recourse: recourseOf(terms),
    capacity: terms.capacity.toString(),
    used: quote.used.toString(),
    left: (terms.capacity - quote.used).toString(),
    since: instantOf(quote.since),
    expiresAt: instantOf(BigInt(terms.expiresAt)),
    pulledAt: quote.pulledAt === null ? null : instantOf(quote.pulledAt),
    request: quote.request,
  };
}

export function dayCountOf(terms: { readonly dayCount: number }): (typeof DAY_COUNTS)[number] {
  return DAY_COUNTS[terms.dayCount] ?? unheardOf('day count', terms.dayCount);
}

function statusOf({ pulledAt, terms, used }: Quote, moment: bigint): QuoteStatus {
  if (pulledAt !== null) return 'pulled';
  if (moment >= BigInt(terms.expiresAt)) return 'expired';
  return used >= terms.capacity ? 'used-up' : 'open';
}

function unheardOf(what: string, value: number): never {
  throw new Error(`a quote with the unknown ${what} ${value}`);
}
