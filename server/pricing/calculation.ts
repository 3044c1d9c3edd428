// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { daysBetween, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import { amount, amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import { dateOnLedger } from '../parties/schemas.ts';
import { allInAnnualCost, feesOn } from './costs.ts';
import { countDays, DAY_COUNTS } from '../values/day-count.ts';
import { DISCOUNT_METHODS, discountOf, splitDiscount, trueYield } from './discount.ts';
import { PPM_PATTERN, ppmOf, rateOfPpm } from './rate.ts';
import type { Rational } from '../values/rational.ts';
import { pricingRefusals } from './refusals.ts';

const MOST_PARTS = 1_000;
/** There have to be dates left to roll to. */
const LAST_MATURITY = '9999-11-30';
const HIGHEST_RATE_PPM = 1_000_000n;

const ppm = (description: string, example: string) =>
  z
    .string()
    .regex(PPM_PATTERN, 'must be parts per million as a string, with at most three decimals')
    .meta({ description, example });

const annualPpm = (description: string, example: string) =>
  z
    .string()
    .regex(/^[0-9]+$/)
    .nullable()
    .meta({ description, example });

export const calculationBody = z
  .strictObject({
    amount: amount.meta({ description: 'Face that is discounted, in minor units.' }),
    currency,
    from: dateOnLedger.meta({
      description: 'Day the discount is paid out; the first day that counts.',
      example: '2026-04-01',
    }),
    maturity: dateOnLedger
      .refine((date) => date <= LAST_MATURITY, `must not be after ${LAST_MATURITY}`)
      .meta({
        description: 'Maturity as agreed; another day than a business day rolls to the next one.',
        example: '2026-09-12',
      }),
    rate: ppm('Rate per year in parts per million, 0 to 1000000: "28500" is 2.85 %.', '28500'),
    dayCount: z.enum(DAY_COUNTS).meta({ description: 'Day count convention of the instrument.', example: 'ACT/360' }),
    method: z
      .enum(DISCOUNT_METHODS)
      .meta({
        description:
          'bank-discount: the rate is taken off the face, F·r·t. simple-yield: the price earns the rate, F/(1 + r·t).',
        example: 'bank-discount',
      }),
    fees: z
      .strictObject({
        flat: amountOrZero.optional().meta({ description: 'In minor units, once.', example: '5000' }),
        ppm: ppm('Of the face, once, in parts per million: "3000" is 0.3 %.', '3000').optional(),
      })
      .optional(),
    parts: z
      .array(amount)
      .min(1)
      .max(MOST_PARTS)
      .optional()
      .meta({
        description: 'Parts of the amount, such as notes sold together, that share the discount by largest remainder.',
        example: ['4115226', '8230452'],
      }),
  })
  .meta({ id: 'DiscountCalculationBody' });

export const calculationResource = z
  .strictObject({
    currency,
    days: z
      .int()
      .meta({
        description: 'Days to the due date under the convention; the first counts, the last does not.',
        example: 166,
      }),
    dueDate: ledgerDateText.meta({ description: 'The maturity, or the business day after it.', example: '2026-09-14' }),
    discount: amountOrZero.meta({
      description: 'Taken off the face, rounded half-up to the minor unit.',
      example: '162243',
    }),
    proceeds: amountOrZero.meta({ description: 'Face less discount: what the buyer pays.', example: '12183435' }),
    fees: amountOrZero.meta({ description: 'All fees together.', example: '42037' }),
    received: amountOrZero.meta({
      description: 'Proceeds less fees: what is left for the seller.',
      example: '12141398',
    }),
    trueYield: annualPpm(
      'Simple yearly yield in ppm that the rate amounts to, under the same day count, before fees and rounding. Null where no day counts or nothing is left.',
      '28880',
    ),
    allInAnnualCost: annualPpm(
      'Everything given up, fees included, over what is received, per year in ppm on ACT/365F. Null where nothing is received.',
      '36995',
    ),
    parts: z
      .array(z.strictObject({ amount, discount: amountOrZero, proceeds: amountOrZero }))
      .optional()
      .meta({
        description: 'The parts in the order they were given, before fees; they add up to discount and proceeds.',
        example: [
          { amount: '4115226', discount: '54081', proceeds: '4061145' },
          { amount: '8230452', discount: '108162', proceeds: '8122290' },
        ],
      }),
  })
  .meta({ id: 'DiscountCalculation', description: 'The cost of a discount.' });

/**
 * Calculates a discount to its due date, which is the maturity after rolling.
 * Throws the refusals of financing.
 */
export function calculate(
  body: z.output<typeof calculationBody>,
  dueDate: LedgerDate,
): z.input<typeof calculationResource> {
  const { method, currency, dayCount } = body;
  const face = BigInt(body.amount);
  const from = body.from;
  const rate = annualRate(body.rate);
  if (from >= dueDate) throw new DeeptierError(pricingRefusals.DISCOUNT_NOT_BEFORE_DUE_DATE, { from, dueDate });
  const parts = body.parts && partsOf(face, body.parts);

  const { days, years } = countDays(dayCount, { start: from, end: dueDate, termination: dueDate });
  const discount = discountOf({ method, face, rate, years });
  const proceeds = face - discount;
  const fees = feesOn(face, { flat: BigInt(body.fees?.flat ?? '0'), share: rateOfPpm(body.fees?.ppm ?? '0') });
  if (fees > proceeds) {
    throw new DeeptierError(pricingRefusals.FEES_ABOVE_PROCEEDS, {
      fees: fees.toString(),
      proceeds: proceeds.toString(),
    });
  }
  const received = proceeds - fees;
  return {
    currency,
    days,
    dueDate,
    discount: discount.toString(),
    proceeds: proceeds.toString(),
    fees: fees.toString(),
    received: received.toString(),
    trueYield: ppmText(method === 'simple-yield' ? rate : trueYield(rate, years)),
    allInAnnualCost: ppmText(allInAnnualCost(face, received, daysBetween(from, dueDate))),
    ...(parts && { parts: partsWith(parts, splitDiscount(discount, parts)) }),
  };
}

function annualRate(text: string): Rational {
  const rate = rateOfPpm(text);
  if (rate.numerator * 1_000_000n > HIGHEST_RATE_PPM * rate.denominator) {
    throw new DeeptierError(pricingRefusals.RATE_OUT_OF_BOUNDS, { rate: text, maximum: HIGHEST_RATE_PPM.toString() });
  }
  return rate;
}

function partsOf(face: bigint, texts: readonly string[]): bigint[] {
  const parts = texts.map(BigInt);
  const sum = parts.reduce((left, right) => left + right, 0n);
  if (sum !== face)
    throw new DeeptierError(pricingRefusals.PARTS_DIFFER_FROM_WHOLE, { sum: sum.toString(), amount: face.toString() });
  return parts;
}

function partsWith(
  parts: readonly bigint[],
  discounts: readonly bigint[],
): { amount: string; discount: string; proceeds: string }[] {
  return parts.map((part, index) => {
    const discount = discounts[index] as bigint;
    return { amount: part.toString(), discount: discount.toString(), proceeds: (part - discount).toString() };
  });
}

function ppmText(rate: Rational | undefined): string | null {
  return rate === undefined ? null : ppmOf(rate).toString();
}
