// SPDX-License-Identifier: Apache-2.0
import { parseAmount } from '../values/amounts.ts';
import { type CurrencyCode, currencyCode } from '../values/currencies.ts';
import { asLedgerDate, type LedgerDate, ledgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import { parseDecimal } from './decimal.ts';
import { normaliseText } from './normalise.ts';
import { type DocumentParty, documentParty, isSameParty } from './party.ts';
import { documentRefusals } from './refusals.ts';
import type { AmountText, DocumentMarks, DocumentTerms, Text, VatCategoryTerms } from './terms.ts';

/** A trade document as the ledger understands it, whatever its format. */
export interface TradeDocument {
  /** Id of the format it came in: `ubl`, `cii`, `fapiao`, `fapiao-xbrl`. */
  readonly format: string;
  /** `credit-note` also for red-letter invoices and for negative invoices that correct an earlier one. */
  readonly kind: 'invoice' | 'credit-note';
  readonly number: string;
  readonly typeCode: string | null;
  readonly issueDate: LedgerDate;
  readonly dueDate: LedgerDate | null;
  readonly deliveryDate: LedgerDate | null;
  readonly currency: CurrencyCode;
  readonly seller: DocumentParty;
  readonly buyer: DocumentParty;
  /** The payee (BG-10), only if it is somebody else than the seller: then the claim is already assigned. */
  readonly payee: DocumentParty | null;
  readonly orderReference: string | null;
  readonly paymentTerms: string | null;
  readonly notes: readonly string[];
  /** Earlier documents this one corrects or cancels. */
  readonly precedingDocuments: readonly PrecedingDocument[];
  readonly totals: DocumentTotals;
  /** Minor units that may be financed: the amount due for payment (BT-115) of an invoice, else 0. */
  readonly financeable: bigint;
  /** Minor units by which a credit note lowers the claims it refers to; 0 for an invoice. */
  readonly credited: bigint;
  readonly lines: readonly DocumentLine[];
  readonly vatBreakdown: readonly VatBreakdownRow[];
  readonly marks: DocumentMarks;
}

export interface PrecedingDocument {
  readonly number: string;
  readonly issueDate: LedgerDate | null;
}

/** As stated, signs included; an absent optional total is 0. */
export interface DocumentTotals {
  readonly lineNet: StatedAmount; // BT-106
  readonly allowances: StatedAmount; // BT-107
  readonly charges: StatedAmount; // BT-108
  readonly net: StatedAmount; // BT-109
  readonly tax: StatedAmount; // BT-110, in the document's currency
  readonly gross: StatedAmount; // BT-112
  readonly prepaid: StatedAmount; // BT-113
  readonly rounding: StatedAmount; // BT-114
  readonly payable: StatedAmount; // BT-115
}

export interface StatedAmount {
  /** Exact, shortest spelling: `1656.25`, `0`, `-0.1`. */
  readonly decimal: string;
  /** Minor units of the document's currency; `null` if the amount has more decimals than the currency. */
  readonly units: bigint | null;
}

export interface DocumentLine {
  readonly id: string;
  readonly itemName: string | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly net: StatedAmount;
  readonly vat: VatCategory;
}

export interface VatBreakdownRow {
  readonly taxable: StatedAmount;
  readonly tax: StatedAmount;
  readonly vat: VatCategory;
}

export interface VatCategory {
  readonly category: string | null;
  /** As written: a percentage, or a fraction in a fapiao. */
  readonly rate: string | null;
}

/**
 * Makes the document of its terms. Throws `DOCUMENT_TERM_MISSING` or `DOCUMENT_TERM_INVALID` where something every
 * document needs (number, issue date, currency, seller, buyer, totals) is absent or unreadable.
 */
export function tradeDocument(format: string, terms: DocumentTerms): TradeDocument {
  const currency = invalidUnless('currency', required('currency', terms.currency), currencyCode);
  const number = required('number', terms.number);
  if (normaliseText(number) === '') throw invalid('number', number, 'it has neither letters nor digits.');
  const seller = namedParty("seller's name", terms.seller);
  const totals = documentTotals(terms, currency);
  const payable = payableUnits(totals.payable.decimal, currency);
  const precedingDocuments = terms.precedingDocuments
    .filter((document) => document.number)
    .map((document) => ({
      number: document.number as string,
      issueDate: optionalDate('date of the preceding document', document.issueDate),
    }));
  const isCredit = terms.root !== 'invoice' || (payable < 0n && precedingDocuments.length > 0);
  const payee = terms.payee && documentParty(terms.payee);
  const taxes = terms.taxTotals.find((total) => total.subtotals.length > 0)?.subtotals ?? [];

  return {
    format,
    kind: isCredit ? 'credit-note' : 'invoice',
    number,
    typeCode: terms.typeCode || null,
    issueDate: requiredDate('issue date', terms.issueDate),
    dueDate: optionalDate('due date', terms.dueDate),
    deliveryDate: optionalDate('delivery date', terms.delivery?.date),
    currency,
    seller,
    buyer: namedParty("buyer's name", terms.buyer),
    payee: payee && !isSameParty(payee, seller) ? payee : null,
    orderReference: terms.orderReference || null,
    paymentTerms: terms.paymentTerms || null,
    notes: terms.notes.filter((note) => note !== ''),
    precedingDocuments,
    totals,
    financeable: !isCredit && payable > 0n ? payable : 0n,
    credited: isCredit ? creditedUnits(terms.root, payable) : 0n,
    lines: terms.lines.map((line, index) => ({
      id: line.id || String(index + 1),
      itemName: line.itemName || null,
      quantity: line.quantity || null,
      unit: line.unit || null,
      net: statedAmount(`net amount of line ${line.id || index + 1}`, line.net, currency),
      vat: vatCategory(line.vat),
    })),
    vatBreakdown: taxes.map((row) => ({
      taxable: statedAmount('taxable amount (BT-116)', row.taxable, currency),
      tax: statedAmount('tax amount (BT-117)', row.tax, currency),
      vat: vatCategory(row.vat),
    })),
    marks: terms.marks,
  };
}

function documentTotals(terms: DocumentTerms, currency: CurrencyCode): DocumentTotals {
  const { totals } = terms;
  if (totals === undefined) throw missing('totals');
  const tax = terms.taxTotals.find(
    (total) => total.amount?.currency === undefined || total.amount.currency === currency,
  );
  return {
    lineNet: statedAmount('sum of the line net amounts (BT-106)', totals.lineNet, currency),
    allowances: optionalAmount('sum of allowances (BT-107)', totals.allowances, currency),
    charges: optionalAmount('sum of charges (BT-108)', totals.charges, currency),
    net: statedAmount('total without VAT (BT-109)', totals.net, currency),
    tax: optionalAmount('total VAT (BT-110)', tax?.amount, currency),
    gross: statedAmount('total with VAT (BT-112)', totals.gross, currency),
    prepaid: optionalAmount('prepaid amount (BT-113)', totals.prepaid, currency),
    rounding: optionalAmount('rounding amount (BT-114)', totals.rounding, currency),
    payable: statedAmount('amount due for payment (BT-115)', totals.payable, currency),
  };
}

function creditedUnits(root: DocumentTerms['root'], payable: bigint): bigint {
  const credited = root === 'credit-note' ? payable : -payable;
  return credited > 0n ? credited : 0n;
}

// The ledger takes this amount over, so it must be exact in minor units; the others only explain it.
function payableUnits(decimal: string, currency: CurrencyCode): bigint {
  return invalidUnless('amount due for payment (BT-115)', decimal, (text) => parseAmount(text, currency));
}

function statedAmount(term: string, text: AmountText | undefined, currency: CurrencyCode): StatedAmount {
  const value = required(term, text?.value);
  const decimal = parseDecimal(value);
  if (decimal === undefined) throw invalid(term, value, 'it is not a decimal number.');
  const spelling = decimal.toFixed();
  try {
    return { decimal: spelling, units: parseAmount(spelling, currency) };
  } catch (error) {
    if (error instanceof DeeptierError) return { decimal: spelling, units: null };
    throw error;
  }
}

function optionalAmount(term: string, text: AmountText | undefined, currency: CurrencyCode): StatedAmount {
  return text === undefined || text.value === '' ? { decimal: '0', units: 0n } : statedAmount(term, text, currency);
}

function vatCategory(terms: VatCategoryTerms | undefined): VatCategory {
  return { category: terms?.category || null, rate: terms?.rate || null };
}

function namedParty(term: string, terms: DocumentTerms['seller']): DocumentParty {
  const party = terms && documentParty(terms);
  required(term, party?.name);
  return party as DocumentParty;
}

function requiredDate(term: string, text: Text): LedgerDate {
  return invalidUnless(term, required(term, text), (value) => ledgerDate(withoutTimeZone(value)));
}

function optionalDate(term: string, text: Text): LedgerDate | null {
  return text ? (asLedgerDate(withoutTimeZone(text)) ?? requiredDate(term, text)) : null;
}

// xs:date may carry a zone; the calendar date is the one the issuer wrote.
function withoutTimeZone(text: string): string {
  return text.replace(/(?:Z|[+-]\d{2}:\d{2})$/, '');
}

function required(term: string, text: Text): string {
  if (text === undefined || text === '') throw missing(term);
  return text;
}

function invalidUnless<T>(term: string, value: string, read: (value: string) => T): T {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof DeeptierError) throw invalid(term, value, error.message, error);
    throw error;
  }
}

function missing(term: string): DeeptierError {
  return new DeeptierError(documentRefusals.DOCUMENT_TERM_MISSING, { term });
}

function invalid(term: string, value: string, fault: string, cause?: unknown): DeeptierError {
  return new DeeptierError(
    documentRefusals.DOCUMENT_TERM_INVALID,
    { term, value: value.slice(0, 100), fault },
    { cause },
  );
}
