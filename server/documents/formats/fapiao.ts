// SPDX-License-Identifier: Apache-2.0
import { fapiaoRules } from '../rules/fapiao.ts';
import {
  type AmountText,
  type DocumentTerms,
  type LineTerms,
  NO_MARKS,
  type PartyTerms,
  type VatCategoryTerms,
} from '../terms.ts';
import type { DocumentFormat } from './format.ts';
import { child, childrenNamed, everyElement, textAt, type XmlElement } from './xml.ts';

/** Fully digital e-invoice (数电票) of the State Taxation Administration: root `EInvoice`, versions 0.2 to 0.33. */
export const fapiao: DocumentFormat = {
  id: 'fapiao',
  title: 'China fully digital e-invoice (数电票) XML',
  recognises: (root) => root.name === 'EInvoice' && child(root, 'EInvoiceData') !== undefined,
  read: readFapiao,
  rules: fapiaoRules,
};

const CURRENCY = 'CNY';

function readFapiao(root: XmlElement): DocumentTerms {
  const header = child(root, 'Header');
  const data = child(root, 'EInvoiceData');
  const basic = child(data, 'BasicInformation');
  const supervision = child(root, 'TaxSupervisionInfo');
  const remark = textAt(data, 'AdditionalInformation', 'Remark');
  const gross = textAt(basic, 'TotalTax-includedAmount');
  // InIssuType is the mark of a blue invoice: Y is blue, N is red (红字), which cancels a blue one.
  const red = textAt(header, 'InherentLabel', 'InIssuType', 'LabelCode') === 'N';
  return {
    ...fapiaoTerms({
      red,
      number: textAt(supervision, 'InvoiceNumber') || textAt(header, 'EIid'),
      issued: textAt(basic, 'RequestTime') || textAt(supervision, 'IssueTime'),
      kind: textAt(header, 'InherentLabel', 'GeneralOrSpecialVAT', 'LabelCode'),
      net: textAt(basic, 'TotalAmWithoutTax'),
      tax: textAt(basic, 'TotalTaxAm'),
      gross,
    }),
    notes: remark ? [remark] : [],
    precedingDocuments: precedingNumbers(root, remark).map((number) => ({ number, issueDate: undefined })),
    seller: fapiaoParty(child(data, 'SellerInformation'), 'Seller'),
    buyer: fapiaoParty(child(data, 'BuyerInformation'), 'Buyer'),
    lines: childrenNamed(data, 'IssuItemInformation').map(fapiaoLine),
  };
}

/** The terms both forms of the fapiao share; there is no due date, no prepayment and no other currency on one. */
export function fapiaoTerms(stated: {
  readonly red: boolean;
  readonly number: string | undefined;
  readonly issued: string | undefined;
  readonly kind: string | undefined;
  readonly net: string | undefined;
  readonly tax: string | undefined;
  readonly gross: string | undefined;
}): DocumentTerms {
  return {
    root: stated.red ? 'cancelling-invoice' : 'invoice',
    specification: undefined,
    process: undefined,
    number: stated.number,
    issueDate: dateOfTime(stated.issued),
    typeCode: stated.kind,
    currency: CURRENCY,
    vatCurrency: undefined,
    taxPointDate: undefined,
    taxPointCode: undefined,
    dueDate: undefined,
    buyerReference: undefined,
    orderReference: undefined,
    paymentTerms: undefined,
    notes: [],
    precedingDocuments: [],
    seller: undefined,
    buyer: undefined,
    payee: undefined,
    taxRepresentative: undefined,
    delivery: undefined,
    periods: [],
    paymentMeans: [],
    allowances: [],
    totals: {
      lineNet: money(stated.net),
      allowances: undefined,
      charges: undefined,
      net: money(stated.net),
      gross: money(stated.gross),
      prepaid: undefined,
      rounding: undefined,
      payable: money(stated.gross),
    },
    taxTotals: [{ amount: money(stated.tax), subtotals: [] }],
    supportingDocuments: [],
    lines: [],
    identifiers: [],
    amountCurrencies: [],
    emptyElements: [],
    marks: NO_MARKS,
  };
}

export function fapiaoPartyTerms(name: string | undefined, uscc: string | undefined): PartyTerms {
  return {
    name,
    tradingName: undefined,
    legalId: uscc ? { value: uscc, scheme: 'USCC' } : undefined,
    partyIds: [],
    vatIds: [],
    taxIds: [],
    endpoint: undefined,
    hasAddress: false,
    country: 'CN',
  };
}

function fapiaoParty(element: XmlElement | undefined, role: 'Seller' | 'Buyer'): PartyTerms | undefined {
  return element && fapiaoPartyTerms(textAt(element, `${role}Name`), textAt(element, `${role}IdNum`));
}

function fapiaoLine(element: XmlElement, index: number): LineTerms {
  return {
    id: String(index + 1),
    quantity: textAt(element, 'Quantity'),
    unit: textAt(element, 'MeaUnits'),
    net: money(textAt(element, 'Amount')),
    periods: [],
    allowances: [],
    objects: [],
    price: money(textAt(element, 'UnPrice')),
    priceAllowances: [],
    baseQuantity: undefined,
    baseUnit: undefined,
    vat: vatOf(textAt(element, 'TaxRate')),
    itemName: textAt(element, 'ItemName'),
    standardId: undefined,
    classifications: [],
    attributes: [],
    tax: money(textAt(element, 'ComTaxAm')),
  };
}

// The rate is a fraction here ("0.13"), not a percentage, and is kept as written.
function vatOf(rate: string | undefined): VatCategoryTerms {
  return { category: undefined, rate, exemptionReason: undefined, exemptionCode: undefined };
}

function money(value: string | undefined): AmountText | undefined {
  return value === undefined || value === '' ? undefined : { value, currency: CURRENCY };
}

function dateOfTime(text: string | undefined): string | undefined {
  return text?.slice(0, 10);
}

/** The blue invoice a red one cancels stands in a field of its own or, in earlier versions, in the remark. */
function precedingNumbers(root: XmlElement, remark: string | undefined): string[] {
  const stated = [...everyElement(root)]
    .filter((element) => /^(?:Original|Blue).*(?:InvoiceNumber|EIid|InvoiceNo)$/i.test(element.name))
    .map((element) => element.text);
  const remarked = /被红冲蓝字[^\d]{0,20}号码\s*[:：]\s*(\d{8,20})/.exec(remark ?? '')?.[1];
  return [...new Set([...stated, ...(remarked === undefined ? [] : [remarked])])].filter((number) => number !== '');
}
