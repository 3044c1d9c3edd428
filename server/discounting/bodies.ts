import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { partyId } from '../parties/schemas.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, decimalPattern, instant } from '../values/schemas.ts';
import { referenceField } from '../values/references.ts';
import { orderHash } from '../offers/sign.ts';
import { DAY_COUNTS } from '../values/day-count.ts';
import { DISCOUNT_METHODS } from '../pricing/discount.ts';
import { quoteRefusals } from './refusals.ts';
import { newSalt, NO_WORD, QUOTE_ORDER, type QuoteTerms } from './terms.ts';

const WHOLE_PPM = 1_000_000n;
/** As many as the ledger takes. */
const MOST_NAMES = 100;
export const LONGEST_TENOR = 65_535;

/** Whole parts per million, at most all of it. */
export const wholePpm = (description: string, example: string) =>
  z
    .string()
    .regex(decimalPattern('0', WHOLE_PPM), `must be whole parts per million from 0 to ${WHOLE_PPM}, as a string`)
    .meta({ description, example });

export const RECOURSE_WORDS = ['with', 'without'] as const;

export type RecourseWord = (typeof RECOURSE_WORDS)[number];

export const recourseWord = z
  .enum(RECOURSE_WORDS)
  .meta({
    id: 'Recourse',
    description: '`with`: the seller answers for the obligor; `without`: the buyer bears the risk.',
    example: 'without',
  });

/** What a seller asks for. */
export const recourseWanted = z
  .enum([...RECOURSE_WORDS, 'either'])
  .default('either')
  .meta({ description: 'Which quotes are asked for; `either` unless said.', example: 'either' });

/** What a seller takes unseen: nobody comes to answer for an obligor without having said so. */
export const recourseTaken = z
  .enum([...RECOURSE_WORDS, 'either'])
  .default('without')
  .meta({
    description: 'Which quotes are taken; `without` recourse unless you say that you will answer for the obligor.',
    example: 'without',
  });

export type RecourseWanted = z.output<typeof recourseWanted>;

const days = z.int().min(0).max(LONGEST_TENOR);

const fees = z
  .strictObject({
    flat: amountOrZero.optional().meta({ description: 'In minor units, once a sale.', example: '5000' }),
    ppm: wholePpm('Of the face, once, in parts per million: "3000" is 0.3 %.', '3000').optional(),
    to: partyId.optional().meta({ description: 'Who receives them; the financier keeps them if absent.' }),
  })
  .meta({ id: 'QuoteFees', description: 'Taken out of the proceeds, beside the discount.' });

/** What any quote says of its price. */
export const pricing = {
  rate: wholePpm('Rate per year in parts per million, 0 to 1000000: "28500" is 2.85 %.', '28500'),
  dayCount: z.enum(DAY_COUNTS).meta({ description: 'How days become a fraction of a year.', example: 'ACT/360' }),
  method: z
    .enum(DISCOUNT_METHODS)
    .meta({
      description: 'bank-discount: the rate is taken off the face. simple-yield: the price earns the rate.',
      example: 'bank-discount',
    }),
  fees: fees.optional(),
  recourse: recourseWord,
  expiresAt: instant.meta({ description: 'From then on it buys nothing.' }),
};

const standing = {
  currency,
  obligors: z
    .array(partyId)
    .max(MOST_NAMES)
    .optional()
    .meta({ description: "Whose promises it buys, beside those of `group`; without either, anyone's." }),
  group: referenceField('One of your own groups of obligors, by its name.', 'grade-a').optional(),
  sellers: z
    .array(partyId)
    .max(MOST_NAMES)
    .optional()
    .meta({ description: 'To whom it is open; a public one without is open to everyone.' }),
  minDays: days.default(0).meta({ description: 'Fewest calendar days to the due date.', example: 30 }),
  maxDays: days.meta({ description: 'Most calendar days to the due date.', example: 365 }),
  minAmount: amount.default('1').meta({ description: 'Least face of one sale, in minor units.', example: '100000' }),
  capacity: amount.meta({
    description: 'Face it buys in all, in minor units; purchases use it up.',
    example: '5000000000',
  }),
  ...pricing,
};

/** The terms of a standing quote. */
export const quoteBody = z.strictObject(standing).meta({ id: 'QuoteChange' });

export const newQuoteBody = z
  .strictObject({
    visibility: z
      .enum(['public', 'private'])
      .meta({
        description:
          '`public`: published on the ledger, for every member to see. `private`: signed for `sellers` alone; the ledger learns of it when it is filled or pulled.',
        example: 'public',
      }),
    ...standing,
  })
  .meta({ id: 'QuoteBody' });

export type QuoteOrder = z.output<typeof quoteBody>;
export type PriceOrder = Pick<QuoteOrder, keyof typeof pricing>;

/** A new standing quote of `financier`, as the ledger has it. */
export function standingTerms(financier: number, order: QuoteOrder): QuoteTerms {
  return {
    financier,
    currency: codeBytes3(order.currency),
    obligors: (order.obligors ?? []).map(Number),
    group: textBytes32(order.group),
    sellers: (order.sellers ?? []).map(Number),
    minDays: order.minDays,
    maxDays: order.maxDays,
    minUnits: BigInt(order.minAmount),
    capacity: BigInt(order.capacity),
    lots: NO_WORD,
    ...priceTerms(order),
  };
}

export function priceTerms(order: PriceOrder) {
  return {
    rate: Number(order.rate),
    dayCount: DAY_COUNTS.indexOf(order.dayCount),
    method: DISCOUNT_METHODS.indexOf(order.method),
    flatFee: BigInt(order.fees?.flat ?? '0'),
    feeRate: Number(order.fees?.ppm ?? '0'),
    feeTo: Number(order.fees?.to ?? '0'),
    recourse: order.recourse === 'with',
    expiresAt: Math.max(0, Math.floor(Date.parse(order.expiresAt) / 1000)),
    salt: newSalt(),
  };
}

/**
 * What the ledger checks of a quote when it is published, of one that it will see only when it is filled; and, of any, that
 * the parties it names exist. Throws `QUOTE_INVALID`, `QUOTE_EXPIRED`, `PARTY_UNKNOWN`.
 */
export async function requireComplete(ctx: Context, terms: QuoteTerms): Promise<void> {
  const fault = terms.maxDays < terms.minDays ? 'maxDays' : terms.minUnits > terms.capacity ? 'minAmount' : undefined;
  if (fault !== undefined) throw new DeeptierError(quoteRefusals.QUOTE_INVALID, { field: fault });
  if (terms.expiresAt <= ctx.chain.clock.now()) {
    throw new DeeptierError(quoteRefusals.QUOTE_EXPIRED, {
      quote: orderHash(QUOTE_ORDER, terms),
      expiresAt: new Date(terms.expiresAt * 1000).toISOString(),
    });
  }
  const named = [...terms.obligors, ...terms.sellers, ...(terms.feeTo === 0 ? [] : [terms.feeTo])];
  const known = await partyNames(ctx.db, named, ctx.asOf);
  const unknown = named.find((party) => !known.has(party));
  if (unknown !== undefined) throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(unknown) });
}
