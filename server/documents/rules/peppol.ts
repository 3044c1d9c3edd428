// SPDX-License-Identifier: Apache-2.0
import { isCurrencyCode } from '../../values/currencies.ts';
import { asLedgerDate } from '../../values/dates.ts';
import { Decimal, ONE, parseDecimal, roundHalfUp, ZERO } from '../decimal.ts';
import type { AllowanceTerms, DocumentTerms, LineTerms, PeriodTerms } from '../terms.ts';
import { electronicAddressRules } from './electronic-addresses.ts';
import {
  ADDRESS_SCHEMES,
  ALLOWANCE_CODES,
  ATTACHMENT_TYPES,
  CHARGE_CODES,
  CREDIT_NOTE_TYPES,
  EXEMPTION_CATEGORIES,
  INVOICE_TYPES,
  PERIOD_CODES,
} from './peppol-codes.ts';
import { allSubtotals, amountOf, broken, isAllowance, isCharge, stated, sumOf } from './reading.ts';
import type { DocumentRule, Finding } from './rule.ts';

/** Peppol BIS Billing 3 on top of EN 16931; only documents that claim it answer to it. */
export const peppolRules: readonly DocumentRule[] = [
  ...documentRules(),
  ...allowanceRules(),
  ...taxTotalRules(),
  ...lineRules(),
  ...codeRules(),
  ...electronicAddressRules,
].map((rule) => ({ ...rule, appliesTo: claimsPeppol }));

const BIS = 'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0';
const SLACK = new Decimal('0.02');

function claimsPeppol(terms: DocumentTerms): boolean {
  return terms.specification?.includes('peppol') ?? false;
}

function documentRules(): DocumentRule[] {
  return [
    content('R001', 'The business process is given (BT-23).', (terms) =>
      unless(terms.process !== undefined, 'it is absent'),
    ),
    content('R002', 'At most one note is given, unless seller and buyer are German.', (terms) =>
      unless(
        terms.notes.length <= 1 || (terms.seller?.country === 'DE' && terms.buyer?.country === 'DE'),
        `there are ${terms.notes.length}`,
      ),
    ),
    content('R003', 'A buyer reference or an order reference is given.', (terms) =>
      unless(terms.buyerReference !== undefined || terms.orderReference !== undefined, 'neither is given'),
    ),
    content('R004', 'The specification is that of Peppol BIS Billing 3.', (terms) =>
      unless(terms.specification?.startsWith(BIS) ?? false, `it is ${terms.specification ?? 'absent'}`),
    ),
    content('R005', 'The VAT accounting currency differs from the invoice currency.', (terms) =>
      unless(terms.vatCurrency === undefined || terms.vatCurrency !== terms.currency, `both are ${terms.currency}`),
    ),
    content('R007', 'The business process has the form urn:fdc:peppol.eu:2017:poacc:billing:NN:1.0.', (terms) =>
      unless(
        /urn:fdc:peppol\.eu:2017:poacc:billing:\d{2}:1\.0/.test(terms.process ?? ''),
        `it is ${terms.process ?? 'absent'}`,
      ),
    ),
    content('R008', 'No element is empty.', (terms) => terms.emptyElements.map((name) => broken(`${name} is`))),
    content('R010', "The buyer's electronic address is given.", ({ buyer }) =>
      unless(buyer === undefined || buyer.endpoint !== undefined, 'BT-49 is absent'),
    ),
    content('R020', "The seller's electronic address is given.", ({ seller }) =>
      unless(seller === undefined || seller.endpoint !== undefined, 'BT-34 is absent'),
    ),
    content('R061', 'A direct debit names its mandate.', (terms) =>
      terms.paymentMeans
        .filter((means) => (means.code === '49' || means.code === '59') && means.mandate === undefined)
        .map(() => broken('BT-89 is absent')),
    ),
    content('R080', 'A credit note has at most one project reference.', (terms) =>
      unless(
        terms.root === 'invoice' ||
          terms.supportingDocuments.filter((document) => document.typeCode === '50').length <= 1,
        'there are more',
      ),
    ),
    content('F001', 'Dates have the form YYYY-MM-DD.', (terms) =>
      datesOf(terms)
        .filter((date) => asLedgerDate(date) === undefined)
        .map((date) => broken(`"${date}" has not`)),
    ),
  ];
}

function allowanceRules(): DocumentRule[] {
  const discounts = (terms: DocumentTerms) =>
    terms.lines.flatMap((line) => line.priceAllowances.map((discount) => ({ line, discount })));
  return [
    amounts('R040', 'An allowance or charge is its base × its percentage / 100.', (terms) =>
      everyAllowance(terms).flatMap(percentageFindings),
    ),
    content('R041', 'An allowance or charge with a percentage has a base.', (terms) =>
      everyAllowance(terms).flatMap((item) =>
        unless(item.percentage === undefined || item.base !== undefined, 'the base is absent'),
      ),
    ),
    content('R042', 'An allowance or charge with a base has a percentage.', (terms) =>
      everyAllowance(terms).flatMap((item) =>
        unless(item.base === undefined || item.percentage !== undefined, 'the percentage is absent'),
      ),
    ),
    content('R043', 'A charge indicator is written true or false.', (terms) =>
      everyAllowance(terms).flatMap((item) =>
        unless(item.indicator === 'true' || item.indicator === 'false', `it is ${item.indicator ?? 'absent'}`),
      ),
    ),
    content('R044', 'There is no charge on a price.', (terms) =>
      discounts(terms).flatMap(({ discount }) =>
        unless(discount.indicator === 'false', `the indicator is ${discount.indicator ?? 'absent'}`),
      ),
    ),
    amounts('R046', 'The net price is the gross price less the discount.', (terms) =>
      discounts(terms).flatMap(({ line, discount }) => netPriceFindings(line, discount)),
    ),
  ];
}

function percentageFindings(item: AllowanceTerms): readonly Finding[] {
  if (item.percentage === undefined || item.base === undefined) return [];
  const base = amountOf(item.base);
  const percentage = parseDecimal(item.percentage);
  const amount = item.amount === undefined ? ZERO : amountOf(item.amount);
  if (!base || !percentage || !amount) return [broken('base, percentage or amount is not a number')];
  const exact = base.times(percentage).div(100);
  if (amount.eq(roundHalfUp(exact, 2))) return [];
  const near = amount.minus(exact).abs().lte(SLACK);
  return [broken(`it is ${amount.toFixed()}, base × percentage is ${exact.toFixed()}`, near ? 'text' : 'both')];
}

function netPriceFindings(line: LineTerms, discount: AllowanceTerms): readonly Finding[] {
  if (discount.base === undefined) return [];
  const net = amountOf(line.price);
  const gross = amountOf(discount.base);
  const off = discount.amount === undefined ? ZERO : amountOf(discount.amount);
  if (!net || !gross || !off) return [broken('a price is absent or not a number')];
  const wanted = gross.minus(off);
  return unless(net.eq(wanted), `BT-146 is ${net.toFixed()}, BT-148 − BT-147 is ${wanted.toFixed()}`);
}

function taxTotalRules(): DocumentRule[] {
  return [
    content('R051', 'All amounts are in the invoice currency, but for BT-111.', (terms) =>
      terms.amountCurrencies
        .filter((amount) => !amount.mayDiffer && amount.currency !== terms.currency)
        .map((amount) => broken(`${amount.element} is in ${amount.currency}`)),
    ),
    content('R053', 'There is one VAT total with a breakdown.', (terms) => {
      const count = terms.taxTotals.filter((total) => total.subtotals.length > 0).length;
      return unless(count === 1, `there are ${count}`);
    }),
    content('R054', 'There is one VAT total without a breakdown if BT-6 is given, else none.', (terms) => {
      const count = terms.taxTotals.filter((total) => total.subtotals.length === 0).length;
      return unless(count === (terms.vatCurrency === undefined ? 0 : 1), `there are ${count}`);
    }),
    amounts('R055', 'The VAT totals in both currencies have the same sign.', (terms) => {
      if (terms.vatCurrency === undefined) return [];
      const signs = [terms.vatCurrency, terms.currency].map((currency) => {
        const total = amountOf(terms.taxTotals.find((each) => each.amount?.currency === currency)?.amount);
        return total?.cmp(0);
      });
      const [inAccounting, inInvoice] = signs;
      return unless(
        inAccounting !== undefined && inInvoice !== undefined && inAccounting * inInvoice >= 0,
        'they have not',
      );
    }),
  ];
}

function lineRules(): DocumentRule[] {
  return [
    content('R100', 'A line refers to at most one object.', (terms) =>
      terms.lines.flatMap((line) =>
        unless(line.objects.length <= 1, `line ${line.id ?? ''} refers to ${line.objects.length}`),
      ),
    ),
    content('R101', 'A document reference of a line is to an invoiced object (130).', (terms) =>
      terms.lines.flatMap((line) =>
        unless(
          line.objects.length === 0 || line.objects.some((object) => object.typeCode === '130'),
          `that of line ${line.id ?? ''} is not`,
        ),
      ),
    ),
    content('R110', 'A line period does not start before the invoicing period.', (terms) =>
      periodPairs(terms).flatMap(({ whole, part }) =>
        whole.start !== undefined && part.start !== undefined
          ? unless(part.start >= whole.start, `${part.start} is before ${whole.start}`)
          : [],
      ),
    ),
    content('R111', 'A line period does not end after the invoicing period.', (terms) =>
      periodPairs(terms).flatMap(({ whole, part }) =>
        whole.end !== undefined && part.end !== undefined
          ? unless(part.end <= whole.end, `${part.end} is after ${whole.end}`)
          : [],
      ),
    ),
    amounts('R120', 'A line net amount is quantity × price / base quantity + charges − allowances.', (terms) =>
      terms.lines.flatMap(lineNetFindings),
    ),
    content('R121', 'A base quantity is above zero.', (terms) =>
      terms.lines.flatMap((line) => {
        const base = parseDecimal(line.baseQuantity);
        return unless(line.baseQuantity === undefined || base?.gt(0) === true, `it is ${line.baseQuantity}`);
      }),
    ),
    content('R130', 'The base quantity has the unit of the quantity.', (terms) =>
      terms.lines.flatMap((line) =>
        line.baseUnit === undefined || line.quantity === undefined
          ? []
          : unless(line.baseUnit === line.unit, `${line.baseUnit} is not ${line.unit ?? 'absent'}`),
      ),
    ),
  ];
}

function lineNetFindings(line: LineTerms): readonly Finding[] {
  const net = line.net === undefined ? ZERO : amountOf(line.net);
  const quantity = line.quantity === undefined ? ONE : parseDecimal(line.quantity);
  const price = line.price === undefined ? ZERO : amountOf(line.price);
  const statedBase = line.baseQuantity === undefined ? ONE : parseDecimal(line.baseQuantity);
  const charges = sumOf(line.allowances.filter(isCharge).map((item) => item.amount));
  const allowances = sumOf(line.allowances.filter(isAllowance).map((item) => item.amount));
  if (!net || !quantity || !price || !statedBase || !charges || !allowances) {
    return [broken(`an amount of line ${line.id ?? ''} is not a number`)];
  }
  const base = statedBase.isZero() ? ONE : statedBase;
  const extra = charges.minus(allowances);
  const worth = quantity.times(price);
  const wanted = roundHalfUp(worth.div(base), 2).plus(extra);
  if (net.eq(wanted)) return [];
  // |net − (worth / base + extra)| ≤ 0.02, multiplied by the base so that nothing is rounded.
  const distance = net.minus(extra).times(base).minus(worth).abs();
  const near = distance.lte(base.abs().times(SLACK));
  const what = `line ${line.id ?? ''} is ${net.toFixed()}, quantity × price + charges − allowances is ${wanted.toFixed()}`;
  return [broken(what, near ? 'text' : 'both')];
}

function codeRules(): DocumentRule[] {
  return [
    inList('CL001', 'attachment type', ATTACHMENT_TYPES, (terms) =>
      terms.supportingDocuments.flatMap((document) => document.mimeCode ?? []),
    ),
    inList('CL002', 'allowance reason code', ALLOWANCE_CODES, (terms) =>
      everyAllowance(terms)
        .filter(isAllowance)
        .flatMap((item) => item.reasonCodes),
    ),
    inList('CL003', 'charge reason code', CHARGE_CODES, (terms) =>
      everyAllowance(terms)
        .filter(isCharge)
        .flatMap((item) => item.reasonCodes),
    ),
    inList('CL006', 'period code', PERIOD_CODES, (terms) => terms.periods.flatMap((period) => period.code ?? [])),
    content('CL007', 'Currencies are codes of ISO 4217.', (terms) =>
      [terms.currency, terms.vatCurrency, ...terms.amountCurrencies.map((amount) => amount.currency)]
        .filter((currency) => stated(currency) && !isCurrencyCode(currency as string))
        .map((currency) => broken(`"${currency}" is not`)),
    ),
    inList('CL008', 'electronic address scheme', ADDRESS_SCHEMES, (terms) =>
      [terms.seller, terms.buyer].flatMap((party) => party?.endpoint?.scheme ?? []),
    ),
    inList('P0100', 'invoice type', INVOICE_TYPES, (terms) => (terms.root === 'invoice' ? (terms.typeCode ?? []) : [])),
    inList('P0101', 'credit note type', CREDIT_NOTE_TYPES, (terms) =>
      terms.root === 'credit-note' ? (terms.typeCode ?? []) : [],
    ),
    ...EXEMPTION_CATEGORIES.map(([rule, code, category]) =>
      content(rule, `${code} is for VAT category ${category} only.`, (terms) =>
        allSubtotals(terms)
          .filter((row) => row.vat?.exemptionCode?.toUpperCase() === code && row.vat.category !== category)
          .map((row) => broken(`it stands with ${row.vat?.category ?? 'none'}`)),
      ),
    ),
    content('P0112', 'Types 326 and 384 are for German sellers and buyers.', (terms) =>
      unless(
        (terms.typeCode !== '326' && terms.typeCode !== '384') ||
          (terms.seller?.country === 'DE' && terms.buyer?.country === 'DE'),
        `the type is ${terms.typeCode}`,
      ),
    ),
  ];
}

function everyAllowance(terms: DocumentTerms): readonly AllowanceTerms[] {
  return [...terms.allowances, ...terms.lines.flatMap((line) => line.allowances)];
}

function periodPairs(terms: DocumentTerms): readonly { readonly whole: PeriodTerms; readonly part: PeriodTerms }[] {
  const whole = terms.periods[0];
  return whole === undefined ? [] : terms.lines.flatMap((line) => line.periods.map((part) => ({ whole, part })));
}

function datesOf(terms: DocumentTerms): readonly string[] {
  return [
    terms.issueDate,
    terms.dueDate,
    terms.taxPointDate,
    terms.delivery?.date,
    ...terms.precedingDocuments.map((document) => document.issueDate),
    ...[...terms.periods, ...terms.lines.flatMap((line) => line.periods)].flatMap((period) => [
      period.start,
      period.end,
    ]),
  ].filter((date) => date !== undefined);
}

function inList(
  id: string,
  name: string,
  codes: ReadonlySet<string>,
  read: (terms: DocumentTerms) => string | readonly string[],
): DocumentRule {
  return content(id, `Every ${name} is one of the list.`, (terms) =>
    [read(terms)]
      .flat()
      .filter((code) => !codes.has(code))
      .map((code) => broken(`"${code}" is not`)),
  );
}

function unless(holds: boolean, what: string): readonly Finding[] {
  return holds ? [] : [broken(what)];
}

function content(number: string, sentence: string, check: DocumentRule['check']): DocumentRule {
  return { id: `PEPPOL-EN16931-${number}`, severity: 'error', about: 'content', sentence, check };
}

function amounts(number: string, sentence: string, check: DocumentRule['check']): DocumentRule {
  return { ...content(number, sentence, check), about: 'amounts' };
}
