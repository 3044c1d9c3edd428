// SPDX-License-Identifier: Apache-2.0
import { checkUscc } from '../../parties/identifiers.ts';
import { Decimal, parseDecimal, roundHalfUp, sum, ZERO } from '../decimal.ts';
import type { DocumentTerms, LineTerms, PartyTerms } from '../terms.ts';
import { amountOf, broken, mustEqual, sumOf } from './reading.ts';
import type { DocumentRule, Finding } from './rule.ts';

// Tax is often backed out of a gross price (net = gross / 1.13, tax = gross − net) and lines gather rounded items, so
// net × rate may miss the stated tax by some fen. The tax bureau's invoicing system accepts these differences.
const LINE_TOLERANCE = new Decimal('0.06');
const DOCUMENT_TOLERANCE = new Decimal('1.27');

/** What must hold inside a 数电票 and its accounting record (market.md 3B). */
export const fapiaoRules: readonly DocumentRule[] = [
  rule(
    'FAPIAO-01',
    'amounts',
    'The total with tax is the total without tax plus the tax, to the fen.',
    ({ totals, taxTotals }) => {
      const net = amountOf(totals?.net);
      const tax = amountOf(taxTotals[0]?.amount);
      return mustEqual('the total with tax', amountOf(totals?.gross), 'net + tax', net && tax && net.plus(tax));
    },
  ),
  rule('FAPIAO-02', 'amounts', 'The total without tax is the sum of the lines.', ({ totals, lines }) =>
    lines.length === 0
      ? []
      : mustEqual('the total without tax', amountOf(totals?.net), 'Σ lines', sumOf(lines.map((line) => line.net))),
  ),
  rule('FAPIAO-03', 'amounts', 'The total tax is the sum of the tax of the lines.', ({ taxTotals, lines }) =>
    lines.length === 0
      ? []
      : mustEqual(
          'the total tax',
          amountOf(taxTotals[0]?.amount),
          'Σ tax of the lines',
          sumOf(lines.map((line) => line.tax)),
        ),
  ),
  rule('FAPIAO-04', 'amounts', 'The tax of a line is its amount × its rate, within 0.06.', ({ lines }) =>
    lines.flatMap(lineTaxFindings),
  ),
  rule('FAPIAO-05', 'amounts', 'All differences of line taxes together stay within 1.27.', ({ lines }) => {
    const differences = lines.map(lineTaxDifference).filter((difference) => difference !== undefined);
    const total = sum(differences.map((difference) => difference.abs()));
    return total.lte(DOCUMENT_TOLERANCE) ? [] : [broken(`they are ${total.toFixed()}`)];
  }),
  rule('FAPIAO-06', 'content', "The seller's USCC is valid.", ({ seller }) => usccFindings(seller, true)),
  rule('FAPIAO-07', 'content', "The buyer's USCC, if given, is valid.", ({ buyer }) => usccFindings(buyer, false)),
  rule('FAPIAO-08', 'amounts', 'A red invoice has negative totals, a blue one does not.', signFindings),
  rule('FAPIAO-09', 'amounts', 'The amount and the tax of a line have the same sign.', ({ lines }) =>
    lines.flatMap((line) => {
      const [net, tax] = [amountOf(line.net), amountOf(line.tax)];
      return net && tax && net.cmp(0) * tax.cmp(0) < 0 ? [broken(`not so in line ${line.id}`)] : [];
    }),
  ),
  {
    ...rule('FAPIAO-10', 'content', 'A red invoice names the blue one it cancels.', (terms) =>
      terms.root === 'cancelling-invoice' && terms.precedingDocuments.length === 0 ? [broken('it names none')] : [],
    ),
    severity: 'warning',
  },
  {
    ...rule('FAPIAO-11', 'content', 'The number has 20 digits.', ({ number }) =>
      /^\d{20}$/.test(number ?? '') ? [] : [broken(`it is "${number ?? ''}"`)],
    ),
    severity: 'warning',
  },
  rule('FAPIAO-12', 'amounts', 'The posted debits and credits are equal.', ({ marks }) => {
    const side = (texts: readonly string[]) => sumOf(texts.map((value) => ({ value, currency: undefined })));
    return mustEqual('Σ debits', side(marks.debits), 'Σ credits', side(marks.credits));
  }),
];

function lineTaxFindings(line: LineTerms): readonly Finding[] {
  const difference = lineTaxDifference(line);
  if (difference === undefined) return [broken(`line ${line.id} has no readable amount, rate or tax`)];
  const tax = amountOf(line.tax) as Decimal;
  const exact = tax.minus(difference);
  if (tax.eq(roundHalfUp(exact, 2))) return [];
  const near = difference.abs().lte(LINE_TOLERANCE);
  const what = `the tax of line ${line.id} is ${tax.toFixed()}, amount × rate is ${exact.toFixed()}`;
  return [broken(what, near ? 'text' : 'both')];
}

/** Stated tax less amount × rate, unrounded. */
function lineTaxDifference(line: LineTerms): Decimal | undefined {
  const [net, tax, rate] = [amountOf(line.net), amountOf(line.tax), taxRate(line.vat?.rate)];
  return net && tax && rate && tax.minus(net.times(rate));
}

/** A fraction (`0.13`), a percentage (`13%`) or a word for "no tax" (免税, 不征税, ***). */
function taxRate(text: string | undefined): Decimal | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^(?:免税|不征税|\*+)$/.test(text)) return ZERO;
  const percent = text.endsWith('%');
  const number = parseDecimal(percent ? text.slice(0, -1) : text);
  return percent ? number?.div(100) : number;
}

function usccFindings(party: PartyTerms | undefined, required: boolean): readonly Finding[] {
  const value = party?.legalId?.value;
  if (value === undefined) return required ? [broken('it is absent')] : [];
  const check = checkUscc(value);
  return check.ok ? [] : [broken(`${value}: ${check.reason}`)];
}

function signFindings(terms: DocumentTerms): readonly Finding[] {
  const red = terms.root === 'cancelling-invoice';
  const totals = [terms.totals?.net, terms.totals?.gross, terms.taxTotals[0]?.amount].map(amountOf);
  const wrong = totals.some((total) => total !== undefined && (red ? total.gt(0) : total.lt(0)));
  return wrong ? [broken(`a ${red ? 'red' : 'blue'} invoice has totals of the other sign`)] : [];
}

function rule(id: string, about: DocumentRule['about'], sentence: string, check: DocumentRule['check']): DocumentRule {
  return { id, severity: 'error', about, sentence, check };
}
