// SPDX-License-Identifier: Apache-2.0
import { type Decimal, ONE, parseDecimal, roundHalfUp, roundLikeXPath, sum } from '../decimal.ts';
import type { DocumentTerms, TaxSubtotalTerms } from '../terms.ts';
import {
  allSubtotals,
  amountOf,
  amountOrZero,
  broken,
  isAllowance,
  isCharge,
  mustEqual,
  stated,
  sumOf,
} from './reading.ts';
import type { DocumentRule, Finding } from './rule.ts';

/** How the totals of an EN 16931 invoice hang together (EN 16931-1, 6.4.2; market.md 3A). */
export const totalsRules: readonly DocumentRule[] = [
  amounts('BR-CO-10', 'BT-106 is the sum of the line net amounts (BT-131).', (terms) =>
    terms.totals === undefined
      ? []
      : mustEqual('BT-106', amountOf(terms.totals.lineNet), 'Σ BT-131', sumOf(terms.lines.map((line) => line.net))),
  ),
  amounts('BR-CO-11', 'BT-107 is the sum of the document level allowances (BT-92).', (terms) =>
    sumOfAllowances(terms, 'BT-107', 'Σ BT-92', terms.totals?.allowances, isAllowance),
  ),
  amounts('BR-CO-12', 'BT-108 is the sum of the document level charges (BT-99).', (terms) =>
    sumOfAllowances(terms, 'BT-108', 'Σ BT-99', terms.totals?.charges, isCharge),
  ),
  amounts('BR-CO-13', 'BT-109 = BT-106 − BT-107 + BT-108.', ({ totals }) =>
    totals === undefined
      ? []
      : mustEqual(
          'BT-109',
          amountOf(totals.net),
          'BT-106 − BT-107 + BT-108',
          combine(amountOf(totals.lineNet), minus(amountOrZero(totals.allowances)), amountOrZero(totals.charges)),
        ),
  ),
  amounts('BR-CO-14', 'BT-110 is the sum of the VAT category tax amounts (BT-117).', (terms) =>
    terms.taxTotals
      .filter((total) => total.subtotals.length > 0)
      .flatMap((total) =>
        // CII may leave BT-110 out where no VAT is due.
        mustEqual(
          'BT-110',
          amountOrZero(total.amount),
          'Σ BT-117',
          sumOf(total.subtotals.map((subtotal) => subtotal.tax)),
        ),
      ),
  ),
  amounts('BR-CO-15', 'BT-112 = BT-109 + BT-110.', grossIsNetPlusVat),
  amounts('BR-CO-16', 'BT-115 = BT-112 − BT-113 + BT-114.', ({ totals }) =>
    totals === undefined
      ? []
      : mustEqual(
          'BT-115',
          amountOf(totals.payable),
          'BT-112 − BT-113 + BT-114',
          combine(amountOf(totals.gross), minus(amountOrZero(totals.prepaid)), amountOrZero(totals.rounding)),
        ),
  ),
  amounts('BR-CO-17', 'BT-117 = BT-116 × BT-119 / 100, rounded to two decimals.', (terms) =>
    allSubtotals(terms).flatMap(taxOfCategory),
  ),
];

/**
 * The tax of one breakdown row. The standard wants it to the cent; the validators accept any amount that is less
 * than one currency unit off, because countries round per line or to whole units (HUF).
 */
export function taxOfCategory(subtotal: TaxSubtotalTerms): readonly Finding[] {
  const tax = amountOf(subtotal.tax);
  if (tax === undefined) return [broken('BT-117 is absent or not a number')];
  const rateText = subtotal.vat?.rate;
  const taxable = amountOf(subtotal.taxable);
  if (!stated(rateText)) {
    if (tax.isZero()) return [];
    const roundsToZero = roundLikeXPath(tax, 0).isZero();
    return [broken(`BT-117 is ${tax.toFixed()} without a rate`, roundsToZero ? 'text' : 'both')];
  }
  const rate = parseDecimal(rateText);
  if (rate === undefined || taxable === undefined) return [broken('BT-116 or BT-119 is not a number')];

  const exact = taxable.times(rate).div(100);
  const wanted = roundHalfUp(exact, 2);
  if (tax.eq(wanted)) return [];
  const validatorHolds = roundLikeXPath(rate, 0).isZero()
    ? roundLikeXPath(tax, 0).isZero()
    : tax.abs().minus(wanted.abs()).abs().lt(ONE);
  const what = `BT-117 is ${tax.toFixed()}, BT-116 × BT-119 / 100 is ${wanted.toFixed()}`;
  return [broken(what, validatorHolds ? 'text' : 'both')];
}

function grossIsNetPlusVat(terms: DocumentTerms): readonly Finding[] {
  const { currency, totals } = terms;
  if (totals === undefined || !stated(currency)) return [];
  // BT-111, the same tax in the accounting currency, is no part of this sum.
  const taxes = terms.taxTotals.flatMap((total) =>
    total.amount !== undefined && (total.amount.currency === undefined || total.amount.currency === currency)
      ? [total.amount]
      : [],
  );
  if (taxes.length > 1) return [broken(`there are ${taxes.length} VAT totals in ${currency}`)];
  return mustEqual(
    'BT-112',
    amountOf(totals.gross),
    'BT-109 + BT-110',
    combine(amountOf(totals.net), amountOrZero(taxes[0])),
  );
}

function sumOfAllowances(
  terms: DocumentTerms,
  name: string,
  formula: string,
  total: Parameters<typeof amountOf>[0],
  belongs: typeof isCharge,
): readonly Finding[] {
  if (terms.totals === undefined) return [];
  const items = terms.allowances.filter(belongs);
  if (total === undefined && items.length === 0) return [];
  return mustEqual(name, amountOf(total), formula, sumOf(items.map((item) => item.amount)));
}

function combine(...amountsToAdd: readonly (Decimal | undefined)[]): Decimal | undefined {
  return amountsToAdd.some((amount) => amount === undefined) ? undefined : sum(amountsToAdd as Decimal[]);
}

function minus(amount: Decimal | undefined): Decimal | undefined {
  return amount?.neg();
}

function amounts(id: string, sentence: string, check: DocumentRule['check']): DocumentRule {
  return { id, severity: 'error', about: 'amounts', sentence, check };
}
