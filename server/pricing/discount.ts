// SPDX-License-Identifier: Apache-2.0
import { allocate, divideHalfUp } from '../values/amounts.ts';
import { DeeptierError } from '../values/errors.ts';
import { over, plus, rational, type Rational, times } from '../values/rational.ts';
import { pricingRefusals } from './refusals.ts';

/** `bank-discount` takes the rate off the face; `simple-yield` is what the buyer earns on the price. */
export const DISCOUNT_METHODS = ['bank-discount', 'simple-yield'] as const;

export type DiscountMethod = (typeof DISCOUNT_METHODS)[number];

export interface DiscountTerms {
  readonly method: DiscountMethod;
  /** Minor units. */
  readonly face: bigint;
  /** Per year, not negative: 57/2000 is 2.85 %. */
  readonly rate: Rational;
  /** From the day of the discount to the due date, by the instrument's day count. */
  readonly years: Rational;
}

const ONE = rational(1n, 1n);

/**
 * What is taken off the face F, in minor units; the price is the face less that.
 * Bank discount: F·r·t, rounded half-up. Simple yield: F less the price F/(1 + r·t), where the price is rounded half-up.
 * Throws `DISCOUNT_ABOVE_FACE` if a bank discount would be, before rounding.
 */
export function discountOf({ method, face, rate, years }: DiscountTerms): bigint {
  const { numerator, denominator } = times(rate, years);
  if (method === 'simple-yield') return face - divideHalfUp(face * denominator, denominator + numerator);
  if (numerator > denominator) {
    // Rounded up, so that the refusal never names two equal amounts.
    const discount = (face * numerator + denominator - 1n) / denominator;
    throw new DeeptierError(pricingRefusals.DISCOUNT_ABOVE_FACE, {
      discount: discount.toString(),
      face: face.toString(),
    });
  }
  return divideHalfUp(face * numerator, denominator);
}

/**
 * The discount of a whole, shared among its parts by largest remainder: discounts of parts rounded one by one would not
 * add up to it. No part's discount is above that part.
 */
export function splitDiscount(discount: bigint, parts: readonly bigint[]): bigint[] {
  return allocate(discount, parts);
}

/**
 * The yearly simple yield a bank discount amounts to, r/(1 − r·t), before rounding to minor units. `years` is by the day
 * count of the rate; `yieldYears` is the same time by the day count of the yield, if that is another.
 * `undefined` if nothing is left to earn on, or no time to earn it in.
 */
export function trueYield(rate: Rational, years: Rational, yieldYears: Rational = years): Rational | undefined {
  const taken = times(rate, years);
  const left = plus(ONE, { numerator: -taken.numerator, denominator: taken.denominator });
  if (left.numerator <= 0n || yieldYears.numerator <= 0n) return undefined;
  return over(over(taken, left), yieldYears);
}
