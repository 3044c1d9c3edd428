// SPDX-License-Identifier: Apache-2.0
import { Decimal as AnyDecimal } from 'decimal.js';

// Far beyond any amount, price or rate, and short enough that a hostile document cannot make the arithmetic slow.
const LONGEST_SPELLING = 64;

/**
 * Decimals that stay exact: trade documents carry more of them than any currency has. No sum or product that a rule forms
 * of such spellings needs as many digits, and a quotient is right to its second decimal with fewer.
 */
export const Decimal = AnyDecimal.clone({ precision: 1_000, rounding: AnyDecimal.ROUND_HALF_UP });

export type Decimal = AnyDecimal;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);

/** Reads the lexical form of xs:decimal (`-12.50`, `.5`, `7.`); `undefined` for anything else, exponents among it. */
export function parseDecimal(text: string | undefined): Decimal | undefined {
  const match = text !== undefined && text.length <= LONGEST_SPELLING ? /^([+-]?)(\d*)\.?(\d*)$/.exec(text) : null;
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  return new Decimal(`${sign === '-' ? '-' : ''}${whole || '0'}.${fraction || '0'}`);
}

export function sum(values: readonly Decimal[]): Decimal {
  return values.reduce((total, value) => total.plus(value), ZERO);
}

/** Rounds to `scale` decimals, a half away from zero: the commercial rounding EN 16931 means by "half up". */
export function roundHalfUp(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_HALF_UP);
}

/** Rounds to `scale` decimals, a half towards +∞: what `round()` of XPath does, and so the official validators. */
export function roundLikeXPath(value: Decimal, scale: number): Decimal {
  return value.toDecimalPlaces(scale, Decimal.ROUND_HALF_CEIL);
}
