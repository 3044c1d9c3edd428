// SPDX-License-Identifier: Apache-2.0
import { type Decimal, parseDecimal, roundLikeXPath, sum, ZERO } from '../decimal.ts';
import type { AllowanceTerms, AmountText, DocumentTerms, TaxSubtotalTerms, Text } from '../terms.ts';
import type { Finding } from './rule.ts';

/** The amount as an exact number; `undefined` if it is absent or not a number. */
export function amountOf(text: AmountText | undefined): Decimal | undefined {
  return parseDecimal(text?.value);
}

/** An optional total that is absent counts as zero; one that is there and unreadable does not count. */
export function amountOrZero(text: AmountText | undefined): Decimal | undefined {
  return text === undefined ? ZERO : amountOf(text);
}

/** Sums amounts; `undefined` if one of them cannot be read. */
export function sumOf(texts: readonly (AmountText | undefined)[]): Decimal | undefined {
  const amounts = texts.map(amountOf);
  return amounts.some((amount) => amount === undefined) ? undefined : sum(amounts as Decimal[]);
}

/** `xs:boolean` may be written 0 and 1; real invoices do. */
export function isCharge(allowance: AllowanceTerms): boolean {
  return allowance.indicator === 'true' || allowance.indicator === '1';
}

export function isAllowance(allowance: AllowanceTerms): boolean {
  return allowance.indicator === 'false' || allowance.indicator === '0';
}

export function allSubtotals(terms: DocumentTerms): readonly TaxSubtotalTerms[] {
  return terms.taxTotals.flatMap((total) => total.subtotals);
}

export function stated(text: Text): boolean {
  return text !== undefined && text !== '';
}

export function broken(what: string, breaks: Finding['breaks'] = 'both'): Finding {
  return { breaks, what };
}

/**
 * Compares a stated amount with the one computed from others: exactly for the text of the standard, and with the
 * computed amount rounded to two decimals for the validators, which work on rounded sums.
 */
export function mustEqual(
  name: string,
  statedAmount: Decimal | undefined,
  formula: string,
  computed: Decimal | undefined,
): readonly Finding[] {
  if (statedAmount === undefined) return [broken(`${name} is absent or not a number`)];
  if (computed === undefined) return [broken(`${formula} cannot be computed`)];
  if (statedAmount.eq(computed)) return [];
  const what = `${name} is ${statedAmount.toFixed()}, ${formula} is ${computed.toFixed()}`;
  return [broken(what, statedAmount.eq(roundLikeXPath(computed, 2)) ? 'text' : 'both')];
}
