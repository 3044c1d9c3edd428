// SPDX-License-Identifier: Apache-2.0
import { divideHalfUp } from '../values/amounts.ts';
import { rational, type Rational } from '../values/rational.ts';

const MILLION = 1_000_000n;

/** A rate in ppm as it stands in JSON: up to nine digits, and up to three decimals for rates quoted finer than a ppm. */
export const PPM_PATTERN = /^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,3})?$/;

/**
 * Reads parts per million: `"28500"` is 2.85 %, that is 57/2000. What it is a rate of, a year or an amount, is up to the caller.
 * Throws `RangeError` if the text does not match `PPM_PATTERN`.
 */
export function rateOfPpm(text: string): Rational {
  if (!PPM_PATTERN.test(text)) throw new RangeError('not a number of parts per million');
  const [whole = '', decimals = ''] = text.split('.');
  return rational(BigInt(whole + decimals), MILLION * 10n ** BigInt(decimals.length));
}

/** A rate in whole ppm, rounded half-up. */
export function ppmOf({ numerator, denominator }: Rational): bigint {
  return divideHalfUp(numerator * MILLION, denominator);
}
