// SPDX-License-Identifier: Apache-2.0
import { type Decimal, ONE, parseDecimal, ZERO } from '../decimal.ts';
import type {
  AllowanceTerms,
  DocumentTerms,
  LineTerms,
  PartyTerms,
  TaxSubtotalTerms,
  VatCategoryTerms,
} from '../terms.ts';
import { allSubtotals, amountOf, broken, isAllowance, isCharge, stated } from './reading.ts';
import type { DocumentRule, Finding } from './rule.ts';
import { taxOfCategory } from './totals.ts';

/** What EN 16931 asks of one VAT category (UNTDID 5305); rules BR-x-01 to BR-x-10 differ only in these. */
interface VatFamily {
  /** The x of BR-x-01; older and newer editions of the validators name two families differently. */
  readonly names: readonly string[];
  readonly codes: readonly string[];
  readonly rate: 'positive' | 'zero' | 'not negative' | 'absent';
  readonly breakdown: 'one per rate' | 'exactly one';
  readonly exemption: 'required' | 'forbidden';
  readonly seller: 'any tax id' | 'VAT id' | 'no VAT id';
  readonly buyer: 'nothing' | 'VAT or legal id' | 'VAT id' | 'no VAT id';
}

const families: readonly VatFamily[] = [
  family(['S'], ['S'], 'positive', 'one per rate', 'forbidden', 'any tax id', 'nothing'),
  family(['Z'], ['Z'], 'zero', 'exactly one', 'forbidden', 'any tax id', 'nothing'),
  family(['E'], ['E'], 'zero', 'exactly one', 'required', 'any tax id', 'nothing'),
  family(['AE'], ['AE'], 'zero', 'exactly one', 'required', 'any tax id', 'VAT or legal id'),
  family(['IC'], ['K', 'IC'], 'zero', 'exactly one', 'required', 'VAT id', 'VAT id'),
  family(['G'], ['G'], 'zero', 'exactly one', 'required', 'VAT id', 'nothing'),
  family(['O'], ['O'], 'absent', 'exactly one', 'required', 'no VAT id', 'no VAT id'),
  family(['IG', 'AF'], ['L', 'IG'], 'not negative', 'one per rate', 'forbidden', 'any tax id', 'nothing'),
  family(['IP', 'AG'], ['M', 'IP'], 'not negative', 'one per rate', 'forbidden', 'any tax id', 'nothing'),
];

export const vatCategoryRules: readonly DocumentRule[] = [
  ...families.flatMap((each) => each.names.flatMap((name) => familyRules(name, each))),
  ...notSubjectToVatRules(),
  ...intraCommunityRules(),
  ...splitPaymentRules(),
];

function familyRules(name: string, vat: VatFamily): DocumentRule[] {
  const code = vat.codes.join(' or ');
  const lines = (terms: DocumentTerms) => terms.lines.filter((line) => inFamily(line.vat));
  const allowances = (terms: DocumentTerms) =>
    terms.allowances.filter((item) => isAllowance(item) && inFamily(item.vat));
  const charges = (terms: DocumentTerms) => terms.allowances.filter((item) => isCharge(item) && inFamily(item.vat));
  const rows = (terms: DocumentTerms) => allSubtotals(terms).filter((row) => inFamily(row.vat));
  const inFamily = (category: VatCategoryTerms | undefined) => vat.codes.includes(category?.category ?? '');

  const parties = (uses: (terms: DocumentTerms) => readonly unknown[]) => (terms: DocumentTerms) =>
    uses(terms).length === 0 ? [] : partyFindings(vat, terms);
  const rates =
    (uses: (terms: DocumentTerms) => readonly { readonly vat: VatCategoryTerms | undefined }[]) =>
    (terms: DocumentTerms) =>
      uses(terms).flatMap((use) =>
        rateHolds(vat.rate, use.vat?.rate)
          ? []
          : [broken(`the rate is ${use.vat?.rate ?? 'absent'}, it must be ${vat.rate}`)],
      );

  return [
    rule(
      `BR-${name}-01`,
      'content',
      `An invoice that uses category ${code} has its row in the VAT breakdown.`,
      (terms) =>
        breakdownFindings(vat, [...lines(terms), ...allowances(terms), ...charges(terms)].length, rows(terms).length),
    ),
    rule(
      `BR-${name}-02`,
      'content',
      `With lines of category ${code}: seller ${vat.seller}, buyer ${vat.buyer}.`,
      parties(lines),
    ),
    rule(
      `BR-${name}-03`,
      'content',
      `With allowances of category ${code}: seller ${vat.seller}, buyer ${vat.buyer}.`,
      parties(allowances),
    ),
    rule(
      `BR-${name}-04`,
      'content',
      `With charges of category ${code}: seller ${vat.seller}, buyer ${vat.buyer}.`,
      parties(charges),
    ),
    rule(`BR-${name}-05`, 'content', `The rate of a line of category ${code} is ${vat.rate}.`, rates(lines)),
    rule(`BR-${name}-06`, 'content', `The rate of an allowance of category ${code} is ${vat.rate}.`, rates(allowances)),
    rule(`BR-${name}-07`, 'content', `The rate of a charge of category ${code} is ${vat.rate}.`, rates(charges)),
    rule(
      `BR-${name}-08`,
      'amounts',
      `The taxable amount of category ${code} is the sum of its lines − allowances + charges${vat.breakdown === 'one per rate' ? ', rate by rate' : ''}.`,
      (terms) => {
        const bases = taxBases(vat, lines(terms), allowances(terms), charges(terms));
        return rows(terms).flatMap((row) => taxableFindings(vat, row, bases));
      },
    ),
    rule(
      `BR-${name}-09`,
      'amounts',
      vat.breakdown === 'one per rate'
        ? `The tax of category ${code} is its taxable amount × its rate.`
        : `The tax of category ${code} is zero.`,
      (terms) => rows(terms).flatMap((row) => taxFindings(vat, row)),
    ),
    rule(`BR-${name}-10`, 'content', `A reason for exemption is ${vat.exemption} in category ${code}.`, (terms) =>
      rows(terms).flatMap((row) => exemptionFindings(vat, row.vat)),
    ),
  ];
}

function breakdownFindings(vat: VatFamily, uses: number, rows: number): readonly Finding[] {
  if (vat.breakdown === 'exactly one') {
    return uses + rows > 0 && rows !== 1 ? [broken(`there are ${rows} rows`)] : [];
  }
  if (uses > 0 && rows === 0) return [broken('there is no row')];
  // The text asks only for the row of a category in use; the validators also refuse a row nothing belongs to.
  return uses === 0 && rows > 0 ? [broken('there is a row nothing belongs to', 'validator')] : [];
}

function partyFindings(vat: VatFamily, terms: DocumentTerms): readonly Finding[] {
  const findings: Finding[] = [];
  const sellerVat = hasVatId(terms.seller) || hasVatId(terms.taxRepresentative);
  const sellerTax = sellerVat || (terms.seller?.taxIds.some(stated) ?? false);
  if (vat.seller === 'any tax id' && !sellerTax) findings.push(broken('the seller has no tax identifier'));
  if (vat.seller === 'VAT id' && !sellerVat) findings.push(broken('the seller has no VAT identifier'));
  if (vat.seller === 'no VAT id' && sellerVat) findings.push(broken('the seller has a VAT identifier'));
  const buyerLegal = hasVatId(terms.buyer) || stated(terms.buyer?.legalId?.value);
  if (vat.buyer === 'VAT or legal id' && !buyerLegal)
    findings.push(broken('the buyer has neither VAT nor legal identifier'));
  if (vat.buyer === 'VAT id' && !hasVatId(terms.buyer)) findings.push(broken('the buyer has no VAT identifier'));
  if (vat.buyer === 'no VAT id' && hasVatId(terms.buyer)) findings.push(broken('the buyer has a VAT identifier'));
  return findings;
}

function hasVatId(party: PartyTerms | undefined): boolean {
  return party?.vatIds.some(stated) ?? false;
}

function rateHolds(wanted: VatFamily['rate'], text: string | undefined): boolean {
  if (wanted === 'absent') return text === undefined;
  const rate = parseDecimal(text);
  if (rate === undefined) return false;
  if (wanted === 'positive') return rate.gt(0);
  return wanted === 'zero' ? rate.isZero() : rate.gte(0);
}

/** What the lines, allowances and charges of a category come to; `undefined` if one of them cannot be read. */
type TaxBases = ReadonlyMap<string, Decimal | undefined>;

// Summed once, so that a document with many rates costs no more than one with many lines.
function taxBases(
  vat: VatFamily,
  lines: readonly LineTerms[],
  allowances: readonly AllowanceTerms[],
  charges: readonly AllowanceTerms[],
): TaxBases {
  const bases = new Map<string, Decimal | undefined>();
  const count = (category: VatCategoryTerms | undefined, amount: Decimal | undefined): void => {
    const key = baseKey(vat, category);
    if (key === undefined) return;
    const before = bases.has(key) ? bases.get(key) : ZERO;
    bases.set(key, before && amount && before.plus(amount));
  };
  for (const line of lines) count(line.vat, amountOf(line.net));
  for (const charge of charges) count(charge.vat, amountOf(charge.amount));
  for (const allowance of allowances) count(allowance.vat, amountOf(allowance.amount)?.neg());
  return bases;
}

/** 25 and 25.0 are one rate; `undefined` where the rate matters and cannot be read. */
function baseKey(vat: VatFamily, category: VatCategoryTerms | undefined): string | undefined {
  if (vat.breakdown === 'exactly one') return '';
  return parseDecimal(category?.rate)?.toFixed();
}

function taxableFindings(vat: VatFamily, row: TaxSubtotalTerms, bases: TaxBases): readonly Finding[] {
  const key = baseKey(vat, row.vat);
  if (key === undefined) return [];
  const taxable = amountOf(row.taxable);
  if (taxable === undefined) return [broken('BT-116 is absent or not a number')];
  const computed = bases.has(key) ? bases.get(key) : ZERO;
  if (computed === undefined) return [broken('an amount of the category is absent or not a number')];
  if (taxable.eq(computed)) return [];
  // The validators compare rate by rate with less than one unit of slack, if anything has the rate at all.
  const near = vat.breakdown === 'one per rate' && bases.has(key) && taxable.minus(computed).abs().lt(ONE);
  const what = `BT-116 is ${taxable.toFixed()}, lines − allowances + charges are ${computed.toFixed()}`;
  return [broken(what, near ? 'text' : 'both')];
}

function taxFindings(vat: VatFamily, row: TaxSubtotalTerms): readonly Finding[] {
  if (vat.breakdown === 'one per rate') return taxOfCategory(row);
  const tax = amountOf(row.tax);
  if (tax === undefined) return [broken('BT-117 is absent or not a number')];
  return tax.isZero() ? [] : [broken(`BT-117 is ${tax.toFixed()}, it must be 0`)];
}

function exemptionFindings(vat: VatFamily, category: VatCategoryTerms | undefined): readonly Finding[] {
  const given = category?.exemptionReason !== undefined || category?.exemptionCode !== undefined;
  if (vat.exemption === 'required' && !given) return [broken('no reason for exemption is given')];
  return vat.exemption === 'forbidden' && given ? [broken('a reason for exemption is given')] : [];
}

function notSubjectToVatRules(): DocumentRule[] {
  const used = (terms: DocumentTerms) => allSubtotals(terms).some((row) => row.vat?.category === 'O');
  const others = (categories: readonly (VatCategoryTerms | undefined)[]): readonly Finding[] => {
    const other = categories.find((category) => category !== undefined && category.category !== 'O');
    return other === undefined ? [] : [broken(`category ${other.category ?? 'absent'} stands beside O`)];
  };
  const only = (
    id: string,
    what: string,
    categories: (terms: DocumentTerms) => readonly (VatCategoryTerms | undefined)[],
  ) =>
    rule(id, 'content', `Where the breakdown has category O, ${what} are of category O.`, (terms) =>
      used(terms) ? others(categories(terms)) : [],
    );
  return [
    only('BR-O-11', 'all its rows', (terms) => allSubtotals(terms).map((row) => row.vat)),
    only('BR-O-12', 'all lines', (terms) => terms.lines.map((line) => line.vat)),
    only('BR-O-13', 'all allowances', (terms) => terms.allowances.filter(isAllowance).map((item) => item.vat)),
    only('BR-O-14', 'all charges', (terms) => terms.allowances.filter(isCharge).map((item) => item.vat)),
  ];
}

function intraCommunityRules(): DocumentRule[] {
  const used = (terms: DocumentTerms) =>
    allSubtotals(terms).some((row) => row.vat?.category === 'K' || row.vat?.category === 'IC');
  return [
    rule('BR-IC-11', 'content', 'An intra-community supply states its delivery date or invoicing period.', (terms) =>
      used(terms) && !stated(terms.delivery?.date) && terms.periods.length === 0
        ? [broken('neither BT-72 nor BG-14 is given')]
        : [],
    ),
    rule('BR-IC-12', 'content', 'An intra-community supply states the country it is delivered to.', (terms) =>
      used(terms) && !stated(terms.delivery?.country) ? [broken('BT-80 is absent')] : [],
    ),
  ];
}

function splitPaymentRules(): DocumentRule[] {
  const categories = (terms: DocumentTerms): readonly (string | undefined)[] =>
    [...terms.lines, ...terms.allowances, ...allSubtotals(terms)].map((use) => use.vat?.category);
  return [
    rule('BR-B-01', 'content', 'Category B (split payment) is for invoices within Italy.', (terms) =>
      categories(terms).includes('B') && (terms.seller?.country !== 'IT' || terms.buyer?.country !== 'IT')
        ? [broken('seller and buyer are not both in IT')]
        : [],
    ),
    rule('BR-B-02', 'content', 'Category B does not stand beside category S.', (terms) =>
      categories(terms).includes('B') && categories(terms).includes('S') ? [broken('both are used')] : [],
    ),
  ];
}

function rule(id: string, about: DocumentRule['about'], sentence: string, check: DocumentRule['check']): DocumentRule {
  return { id, severity: 'error', about, sentence, check };
}

function family(
  names: readonly string[],
  codes: readonly string[],
  rate: VatFamily['rate'],
  breakdown: VatFamily['breakdown'],
  exemption: VatFamily['exemption'],
  seller: VatFamily['seller'],
  buyer: VatFamily['buyer'],
): VatFamily {
  return { names, codes, rate, breakdown, exemption, seller, buyer };
}
