// SPDX-License-Identifier: Apache-2.0
import { parseDecimal } from '../decimal.ts';
import type { AllowanceTerms, AmountText, DocumentTerms, PeriodTerms, Text } from '../terms.ts';
import { COUNTRY_CODES } from './countries.ts';
import { allSubtotals, amountOf, broken, isAllowance, isCharge, stated } from './reading.ts';
import type { DocumentRule, Finding } from './rule.ts';

/** What an EN 16931 invoice must state at all, and what may not stand together (BR-01 to BR-65, BR-CO-03 to 26, BR-DEC). */
export const contentRules: readonly DocumentRule[] = [
  states('BR-01', 'specification identifier (BT-24)', (terms) => terms.specification),
  states('BR-02', 'number (BT-1)', (terms) => terms.number),
  states('BR-03', 'issue date (BT-2)', (terms) => terms.issueDate),
  states('BR-04', 'type code (BT-3)', (terms) => terms.typeCode),
  states('BR-05', 'currency (BT-5)', (terms) => terms.currency),
  states('BR-06', "seller's name (BT-27)", (terms) => terms.seller?.name),
  states('BR-07', "buyer's name (BT-44)", (terms) => terms.buyer?.name),
  content('BR-08', 'The seller has a postal address.', (terms) =>
    unless(terms.seller?.hasAddress ?? false, 'BG-5 is absent'),
  ),
  content('BR-09', "The seller's address has a country.", (terms) =>
    terms.seller?.hasAddress ? unless(stated(terms.seller.country), 'BT-40 is absent') : [],
  ),
  content('BR-10', 'The buyer has a postal address.', (terms) =>
    unless(terms.buyer?.hasAddress ?? false, 'BG-8 is absent'),
  ),
  content('BR-11', "The buyer's address has a country.", (terms) =>
    terms.buyer?.hasAddress ? unless(stated(terms.buyer.country), 'BT-55 is absent') : [],
  ),
  inTotals('BR-12', 'sum of line net amounts (BT-106)', 'lineNet'),
  inTotals('BR-13', 'total without VAT (BT-109)', 'net'),
  inTotals('BR-14', 'total with VAT (BT-112)', 'gross'),
  inTotals('BR-15', 'amount due for payment (BT-115)', 'payable'),
  content('BR-16', 'There is at least one line.', (terms) => unless(terms.lines.length > 0, 'there is no line')),
  content('BR-17', 'A payee other than the seller is named.', payeeIsNamed),
  content('BR-18', 'A tax representative is named.', ({ taxRepresentative }) =>
    taxRepresentative ? unless(stated(taxRepresentative.name), 'BT-62 is absent') : [],
  ),
  content('BR-19', 'A tax representative has a postal address.', ({ taxRepresentative }) =>
    taxRepresentative ? unless(taxRepresentative.hasAddress, 'BG-12 is absent') : [],
  ),
  content('BR-20', "A tax representative's address has a country.", ({ taxRepresentative }) =>
    taxRepresentative?.hasAddress ? unless(stated(taxRepresentative.country), 'BT-69 is absent') : [],
  ),
  eachLine('BR-21', 'Each line has an identifier (BT-126).', (line) => stated(line.id)),
  eachLine('BR-22', 'Each line has a quantity (BT-129).', (line) => stated(line.quantity)),
  eachLine('BR-23', 'Each quantity has a unit (BT-130).', (line) => stated(line.unit)),
  eachLine('BR-24', 'Each line has a net amount (BT-131).', (line) => stated(line.net?.value)),
  eachLine('BR-25', 'Each line names its item (BT-153).', (line) => stated(line.itemName)),
  eachLine('BR-26', 'Each line has a price (BT-146).', (line) => stated(line.price?.value)),
  eachLine('BR-27', 'No price (BT-146) is negative.', (line) => notNegative(line.price)),
  eachLine('BR-28', 'No gross price (BT-148) is negative.', (line) =>
    line.priceAllowances.every((discount) => discount.base === undefined || notNegative(discount.base)),
  ),
  content('BR-29', 'The invoicing period ends on or after its start.', (terms) => endsAfterStart(terms.periods)),
  content('BR-30', 'A line period ends on or after its start.', (terms) =>
    terms.lines.flatMap((line) => endsAfterStart(line.periods)),
  ),
  eachAllowance('BR-31', 'A document level allowance has an amount (BT-92).', allowancesOf, hasAmount),
  eachAllowance('BR-32', 'A document level allowance has a VAT category (BT-95).', allowancesOf, hasCategory),
  eachAllowance('BR-33', 'A document level allowance has a reason (BT-97, BT-98).', allowancesOf, hasReason),
  eachAllowance('BR-36', 'A document level charge has an amount (BT-99).', chargesOf, hasAmount),
  eachAllowance('BR-37', 'A document level charge has a VAT category (BT-102).', chargesOf, hasCategory),
  eachAllowance('BR-38', 'A document level charge has a reason (BT-104, BT-105).', chargesOf, hasReason),
  eachAllowance('BR-41', 'A line allowance has an amount (BT-136).', lineAllowancesOf, hasAmount),
  eachAllowance('BR-42', 'A line allowance has a reason (BT-139, BT-140).', lineAllowancesOf, hasReason),
  eachAllowance('BR-43', 'A line charge has an amount (BT-141).', lineChargesOf, hasAmount),
  eachAllowance('BR-44', 'A line charge has a reason (BT-144, BT-145).', lineChargesOf, hasReason),
  eachSubtotal('BR-45', 'Each row of the VAT breakdown has a taxable amount (BT-116).', (row) =>
    stated(row.taxable?.value),
  ),
  eachSubtotal('BR-46', 'Each row of the VAT breakdown has a tax amount (BT-117).', (row) => stated(row.tax?.value)),
  eachSubtotal('BR-47', 'Each row of the VAT breakdown has a category (BT-118).', (row) => stated(row.vat?.category)),
  eachSubtotal(
    'BR-48',
    'Each row of the VAT breakdown has a rate (BT-119), unless it is not subject to VAT.',
    (row) => stated(row.vat?.rate) || row.vat?.category === 'O',
  ),
  content('BR-49', 'A payment instruction has a means code (BT-81).', (terms) =>
    terms.paymentMeans.flatMap((means) => unless(stated(means.code), 'BT-81 is absent')),
  ),
  content('BR-50', 'A credit transfer names the account (BT-84).', (terms) =>
    terms.paymentMeans.flatMap((means) =>
      means.hasAccount && isCreditTransfer(means.code) ? unless(stated(means.account), 'BT-84 is absent') : [],
    ),
  ),
  {
    ...content('BR-51', 'Of a card number only the last four to six digits are shown (BT-87).', (terms) =>
      terms.paymentMeans.flatMap((means) => cardFindings(means.cardNumber)),
    ),
    severity: 'warning',
  },
  content('BR-52', 'A supporting document has a reference (BT-122).', (terms) =>
    terms.supportingDocuments.flatMap((document) => unless(stated(document.id), 'BT-122 is absent')),
  ),
  content('BR-53', 'Where BT-6 is given, the VAT total is also given in that currency (BT-111).', (terms) =>
    stated(terms.vatCurrency)
      ? unless(
          terms.taxTotals.some((total) => total.amount?.currency === terms.vatCurrency),
          `there is no VAT total in ${terms.vatCurrency}`,
        )
      : [],
  ),
  eachLine('BR-54', 'An item attribute has a name and a value (BT-160, BT-161).', (line) =>
    line.attributes.every((attribute) => stated(attribute.name) && stated(attribute.value)),
  ),
  content('BR-55', 'A reference to a preceding invoice has its number (BT-25).', (terms) =>
    terms.precedingDocuments.flatMap((document) => unless(stated(document.number), 'BT-25 is absent')),
  ),
  content('BR-56', 'A tax representative has a VAT identifier (BT-63).', ({ taxRepresentative }) =>
    taxRepresentative ? unless(taxRepresentative.vatIds.some(stated), 'BT-63 is absent') : [],
  ),
  content('BR-57', 'A delivery address has a country (BT-80).', ({ delivery }) =>
    delivery?.hasAddress ? unless(stated(delivery.country), 'BT-80 is absent') : [],
  ),
  content('BR-61', 'A credit transfer states the account (BT-84).', (terms) =>
    terms.paymentMeans.flatMap((means) =>
      isCreditTransfer(means.code) ? unless(stated(means.account), 'BT-84 is absent') : [],
    ),
  ),
  content('BR-62', "The seller's electronic address has a scheme.", ({ seller }) =>
    seller?.endpoint ? unless(stated(seller.endpoint.scheme), 'the scheme of BT-34 is absent') : [],
  ),
  content('BR-63', "The buyer's electronic address has a scheme.", ({ buyer }) =>
    buyer?.endpoint ? unless(stated(buyer.endpoint.scheme), 'the scheme of BT-49 is absent') : [],
  ),
  eachLine(
    'BR-64',
    'A standard item identifier has a scheme (BT-157).',
    (line) => line.standardId === undefined || stated(line.standardId.scheme),
  ),
  eachLine('BR-65', 'An item classification has a list (BT-158).', (line) =>
    line.classifications.every((classification) => stated(classification.list)),
  ),

  content('BR-CO-03', 'VAT point date (BT-7) and its code (BT-8) exclude each other.', (terms) =>
    unless(terms.taxPointDate === undefined || terms.taxPointCode === undefined, 'both are given'),
  ),
  eachLine('BR-CO-04', 'Each line has a VAT category (BT-151).', (line) => stated(line.vat?.category)),
  content('BR-CO-09', 'VAT identifiers start with a country code.', vatIdsHaveCountry),
  content('BR-CO-18', 'There is a VAT breakdown.', (terms) =>
    unless(allSubtotals(terms).length > 0, 'BG-23 is absent'),
  ),
  content('BR-CO-19', 'An invoicing period has a start or an end.', (terms) => periodsHaveDates(terms.periods)),
  content('BR-CO-20', 'A line period has a start or an end.', (terms) =>
    terms.lines.flatMap((line) => periodsHaveDates(line.periods)),
  ),
  eachAllowance('BR-CO-21', 'A document level allowance has a reason or its code.', allowancesOf, hasReason),
  eachAllowance('BR-CO-22', 'A document level charge has a reason or its code.', chargesOf, hasReason),
  eachAllowance('BR-CO-23', 'A line allowance has a reason or its code.', lineAllowancesOf, hasReason),
  eachAllowance('BR-CO-24', 'A line charge has a reason or its code.', lineChargesOf, hasReason),
  content('BR-CO-25', 'Where something is due (BT-115 > 0), so is a date (BT-9) or terms (BT-20).', dueDateOrTerms),
  content('BR-CO-26', 'The seller can be identified (BT-29, BT-30 or BT-31).', ({ seller }) =>
    seller
      ? unless(
          seller.partyIds.some((id) => stated(id.value)) || stated(seller.legalId?.value) || seller.vatIds.some(stated),
          'BT-29, BT-30 and BT-31 are absent',
        )
      : [],
  ),

  ...decimalsRules(),
];

function payeeIsNamed({ payee, seller }: DocumentTerms): readonly Finding[] {
  if (!payee) return [];
  if (!stated(payee.name)) return [broken('BT-59 is absent')];
  const sameName = payee.name === seller?.tradingName;
  const sellerIds = new Set(seller?.partyIds.map((id) => id.value));
  const sameId = payee.partyIds.some((id) => sellerIds.has(id.value));
  // The validators refuse a payee that repeats the seller; the text only asks for the name of another one.
  return sameName || sameId ? [broken('the payee is the seller', 'validator')] : [];
}

function cardFindings(number: Text): readonly Finding[] {
  if (number === undefined) return [];
  if (number.length > 10) return [broken(`${number.length} characters are shown`)];
  return number.length < 4 || number.length > 6 ? [broken(`${number.length} characters are shown`, 'text')] : [];
}

function vatIdsHaveCountry({ seller, buyer, taxRepresentative }: DocumentTerms): readonly Finding[] {
  return [seller, buyer, taxRepresentative]
    .flatMap((party) => party?.vatIds ?? [])
    .filter((id) => !COUNTRY_CODES.has(id.slice(0, 2)) && !VAT_PREFIXES.has(id.slice(0, 2)))
    .map((id) => broken(`"${id}" does not`));
}

// Greece, Northern Ireland and Kosovo have VAT prefixes that are not ISO 3166 codes.
const VAT_PREFIXES = new Set(['EL', 'XI', '1A']);

function dueDateOrTerms(terms: DocumentTerms): readonly Finding[] {
  const payable = amountOf(terms.totals?.payable);
  if (payable === undefined || payable.lte(0)) return [];
  if (terms.dueDate !== undefined || terms.paymentTerms !== undefined) return [];
  // The validator does not ask this of UBL credit notes.
  return [broken('neither is given', terms.root === 'credit-note' ? 'text' : 'both')];
}

function isCreditTransfer(code: Text): boolean {
  return code === '30' || code === '58';
}

function endsAfterStart(periods: readonly PeriodTerms[]): readonly Finding[] {
  return periods
    .filter((period) => period.start !== undefined && period.end !== undefined && period.end < period.start)
    .map((period) => broken(`it starts ${period.start} and ends ${period.end}`));
}

function periodsHaveDates(periods: readonly PeriodTerms[]): readonly Finding[] {
  return periods
    .filter((period) => !stated(period.start) && !stated(period.end) && !stated(period.code))
    .map(() => broken('a period has neither'));
}

function decimalsRules(): DocumentRule[] {
  const limit = (number: string, name: string, texts: (terms: DocumentTerms) => readonly (AmountText | undefined)[]) =>
    content(`BR-DEC-${number}`, `${name} has at most two decimals.`, (terms) =>
      texts(terms)
        .filter((text) => parseDecimal(text?.value) !== undefined && /\.\d{3,}$/.test(text?.value ?? ''))
        .map((text) => broken(`it is ${text?.value}`)),
    );
  return [
    limit('01', 'BT-92', (terms) => allowancesOf(terms).map((item) => item.amount)),
    limit('02', 'BT-93', (terms) => allowancesOf(terms).map((item) => item.base)),
    limit('05', 'BT-99', (terms) => chargesOf(terms).map((item) => item.amount)),
    limit('06', 'BT-100', (terms) => chargesOf(terms).map((item) => item.base)),
    limit('09', 'BT-106', (terms) => [terms.totals?.lineNet]),
    limit('10', 'BT-107', (terms) => [terms.totals?.allowances]),
    limit('11', 'BT-108', (terms) => [terms.totals?.charges]),
    limit('12', 'BT-109', (terms) => [terms.totals?.net]),
    limit('13', 'BT-110', (terms) =>
      terms.taxTotals.map((total) => total.amount).filter((amount) => amount?.currency === terms.currency),
    ),
    limit('14', 'BT-112', (terms) => [terms.totals?.gross]),
    limit('15', 'BT-111', (terms) =>
      terms.taxTotals
        .map((total) => total.amount)
        .filter((amount) => stated(terms.vatCurrency) && amount?.currency === terms.vatCurrency),
    ),
    limit('16', 'BT-113', (terms) => [terms.totals?.prepaid]),
    limit('17', 'BT-114', (terms) => [terms.totals?.rounding]),
    limit('18', 'BT-115', (terms) => [terms.totals?.payable]),
    limit('19', 'BT-116', (terms) => allSubtotals(terms).map((row) => row.taxable)),
    limit('20', 'BT-117', (terms) => allSubtotals(terms).map((row) => row.tax)),
    limit('23', 'BT-131', (terms) => terms.lines.map((line) => line.net)),
    limit('24', 'BT-136', (terms) => lineAllowancesOf(terms).map((item) => item.amount)),
    limit('25', 'BT-137', (terms) => lineAllowancesOf(terms).map((item) => item.base)),
    limit('27', 'BT-141', (terms) => lineChargesOf(terms).map((item) => item.amount)),
    limit('28', 'BT-142', (terms) => lineChargesOf(terms).map((item) => item.base)),
  ];
}

function allowancesOf(terms: DocumentTerms): readonly AllowanceTerms[] {
  return terms.allowances.filter(isAllowance);
}

function chargesOf(terms: DocumentTerms): readonly AllowanceTerms[] {
  return terms.allowances.filter(isCharge);
}

function lineAllowancesOf(terms: DocumentTerms): readonly AllowanceTerms[] {
  return terms.lines.flatMap((line) => line.allowances.filter(isAllowance));
}

function lineChargesOf(terms: DocumentTerms): readonly AllowanceTerms[] {
  return terms.lines.flatMap((line) => line.allowances.filter(isCharge));
}

function hasAmount(item: AllowanceTerms): boolean {
  return stated(item.amount?.value);
}

function hasCategory(item: AllowanceTerms): boolean {
  return stated(item.vat?.category);
}

function hasReason(item: AllowanceTerms): boolean {
  return stated(item.reason) || item.reasonCodes.some(stated);
}

function notNegative(text: AmountText | undefined): boolean {
  const amount = amountOf(text);
  return amount?.gte(0) === true;
}

function unless(holds: boolean, what: string): readonly Finding[] {
  return holds ? [] : [broken(what)];
}

function content(id: string, sentence: string, check: DocumentRule['check']): DocumentRule {
  return { id, severity: 'error', about: 'content', sentence, check };
}

function states(id: string, term: string, read: (terms: DocumentTerms) => Text): DocumentRule {
  return content(id, `The document states its ${term}.`, (terms) => unless(stated(read(terms)), `${term} is absent`));
}

function inTotals(id: string, term: string, name: 'lineNet' | 'net' | 'gross' | 'payable'): DocumentRule {
  return content(id, `The document states its ${term}.`, ({ totals }) =>
    totals ? unless(stated(totals[name]?.value), `${term} is absent`) : [],
  );
}

function eachLine(
  id: string,
  sentence: string,
  holds: (line: DocumentTerms['lines'][number]) => boolean,
): DocumentRule {
  return content(id, sentence, (terms) =>
    terms.lines.flatMap((line, index) => unless(holds(line), `not so in line ${line.id || index + 1}`)),
  );
}

function eachAllowance(
  id: string,
  sentence: string,
  items: (terms: DocumentTerms) => readonly AllowanceTerms[],
  holds: (item: AllowanceTerms) => boolean,
): DocumentRule {
  return content(id, sentence, (terms) =>
    items(terms).flatMap((item, index) => unless(holds(item), `not so in number ${index + 1}`)),
  );
}

function eachSubtotal(
  id: string,
  sentence: string,
  holds: (row: ReturnType<typeof allSubtotals>[number]) => boolean,
): DocumentRule {
  return content(id, sentence, (terms) =>
    allSubtotals(terms).flatMap((row, index) => unless(holds(row), `not so in row ${index + 1}`)),
  );
}
