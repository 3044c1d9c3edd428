// SPDX-License-Identifier: Apache-2.0
import { minorUnitDecimals } from './currencies.ts';
import { DeeptierError, defineRefusals } from './errors.ts';

/** The ledger keeps amounts in 64 bits; no amount of either sign may be larger. */
export const MAX_AMOUNT = 2n ** 64n - 1n;

export const amountRefusals = defineRefusals({
  AMOUNT_MALFORMED: { rule: 'AMT-1', status: 422, sentence: '"{amount}" is not a plain decimal number.' },
  AMOUNT_TOO_PRECISE: {
    rule: 'AMT-2',
    status: 422,
    sentence: '{amount} has more decimals than {currency} has ({decimals}).',
  },
  AMOUNT_TOO_LARGE: {
    rule: 'AMT-3',
    status: 422,
    sentence: '{amount} is larger than the largest amount the ledger keeps, {maximum} minor units.',
  },
});

/** The rules behind `amountRefusals`, in plain words. */
export const amountRules: Readonly<Record<string, string>> = {
  'AMT-1': 'An amount is written as a plain decimal number: digits, with at most one decimal point.',
  'AMT-2': 'An amount has no more decimals than the minor unit of its currency; nothing is rounded silently.',
  'AMT-3': 'The ledger keeps amounts of up to 2^64 - 1 minor units.',
};

// No exponent, no grouping, no blanks, no "1." : one spelling per digit string, as in xs:decimal without the loose ends.
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$|^([+-]?)\.(\d+)$/;
const LONGEST_SPELLING = 64;

/**
 * Reads an exact decimal such as `"123456.78"` as minor units of a currency (`12345678n` for CNY).
 * More decimals than the currency has are accepted only if they are zeros.
 * Throws `AMOUNT_MALFORMED`, `AMOUNT_TOO_PRECISE`, `AMOUNT_TOO_LARGE` or the refusals of the currency.
 */
export function parseAmount(text: string, currency: string): bigint {
  const decimals = minorUnitDecimals(currency);
  const match = text.length <= LONGEST_SPELLING ? DECIMAL.exec(text) : null;
  if (!match) throw new DeeptierError(amountRefusals.AMOUNT_MALFORMED, { amount: text.slice(0, LONGEST_SPELLING) });

  const sign = match[1] ?? match[4] ?? '';
  const whole = match[2] ?? '0';
  const fraction = match[3] ?? match[5] ?? '';
  if (/[1-9]/.test(fraction.slice(decimals))) {
    throw new DeeptierError(amountRefusals.AMOUNT_TOO_PRECISE, { amount: text, currency, decimals });
  }
  const magnitude = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (magnitude > MAX_AMOUNT) {
    throw new DeeptierError(amountRefusals.AMOUNT_TOO_LARGE, { amount: text, maximum: String(MAX_AMOUNT) });
  }
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes minor units as a plain decimal with exactly the currency's decimals: `-5n` CNY is `"-0.05"`. */
export function formatAmount(units: bigint, currency: string): string {
  const decimals = minorUnitDecimals(currency);
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals);
  return `${units < 0n ? '-' : ''}${whole}${decimals === 0 ? '' : `.${fraction}`}`;
}

/**
 * Reads minor units as they stand in JSON (`"12345678"`), sign allowed, no leading zeros.
 * Throws `AMOUNT_MALFORMED` or `AMOUNT_TOO_LARGE`.
 */
export function parseUnits(text: string): bigint {
  if (text.length > LONGEST_SPELLING || !/^(?:0|-?[1-9]\d*)$/.test(text)) {
    throw new DeeptierError(amountRefusals.AMOUNT_MALFORMED, { amount: text.slice(0, LONGEST_SPELLING) });
  }
  const units = BigInt(text);
  if (units > MAX_AMOUNT || units < -MAX_AMOUNT) {
    throw new DeeptierError(amountRefusals.AMOUNT_TOO_LARGE, { amount: text, maximum: String(MAX_AMOUNT) });
  }
  return units;
}

/**
 * `numerator / denominator` rounded half-up to an integer, where a half goes away from zero
 * (0.5 → 1, −0.5 → −1): commercial rounding, so that a credit rounds to the mirror image of its invoice.
 * Throws `RangeError` if the denominator is not positive.
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError(`denominator must be positive, got ${denominator}`);
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/**
 * Splits `total` in proportion to `weights` by largest remainder: the parts sum to the total exactly and each is
 * within one unit of its exact share. Equal remainders are served in the order of the weights.
 * A negative total is the mirror image of the positive one.
 * Throws `RangeError` if a weight is negative, or if there is something to split and no weight is positive.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  if (weights.some((weight) => weight < 0n)) throw new RangeError('weights must not be negative');
  const sum = weights.reduce((left, right) => left + right, 0n);
  if (sum === 0n) {
    if (total !== 0n) throw new RangeError('nothing to allocate to: no weight is positive');
    return weights.map(() => 0n);
  }
  const magnitude = total < 0n ? -total : total;
  const shares = weights.map((weight, index) => ({
    index,
    units: (magnitude * weight) / sum,
    remainder: (magnitude * weight) % sum,
  }));
  let left = magnitude - shares.reduce((units, share) => units + share.units, 0n);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.units += 1n;
    left -= 1n;
  }
  return shares.map((share) => (total < 0n ? -share.units : share.units));
}
