// SPDX-License-Identifier: Apache-2.0
import { fapiaoRules } from '../rules/fapiao.ts';
import type { DocumentMarks, DocumentTerms } from '../terms.ts';
import { fapiaoPartyTerms, fapiaoTerms } from './fapiao.ts';
import type { DocumentFormat } from './format.ts';
import { childrenNamed, everyElement, textAt, type XmlElement } from './xml.ts';

const XBRL = 'http://www.xbrl.org/2003/instance';
const EINV = 'http://xbrl.mof.gov.cn/taxonomy/';

/**
 * The buyer's accounting record of a 数电票: an XBRL instance of the Ministry of Finance's `einv` taxonomy
 * (2023-12-31), with the marks booked, checked, paid and factored, and the posting.
 */
export const fapiaoXbrl: DocumentFormat = {
  id: 'fapiao-xbrl',
  title: 'China e-invoice accounting record (MoF einv XBRL)',
  recognises: (root) =>
    root.namespace === XBRL &&
    root.name === 'xbrl' &&
    root.children.some((fact) => isEinv(fact) && fact.name === 'InvoiceNumber'),
  read: readFapiaoXbrl,
  rules: fapiaoRules,
};

function readFapiaoXbrl(root: XmlElement): DocumentTerms {
  const red = flag(root, 'WhetherEinvoiceIsRedEinvoice') === true;
  return {
    ...fapiaoTerms({
      red,
      number: textAt(root, 'InvoiceNumber'),
      issued: textAt(root, 'IssueTime') || textAt(root, 'RequestTime'),
      kind: undefined,
      net: textAt(root, 'TotalAmWithoutTax'),
      tax: textAt(root, 'TotalTaxAm'),
      gross: textAt(root, 'TotalTax-includedAmount'),
    }),
    seller: fapiaoPartyTerms(textAt(root, 'SellerName'), textAt(root, 'SellerIdNum')),
    // The record is the buyer's own: where it does not name a buyer, the accounting entity is the buyer.
    buyer: fapiaoPartyTerms(
      textAt(root, 'BuyerName') || textAt(root, 'NameOfAccountingEntity'),
      textAt(root, 'BuyerIdNum') || textAt(root, 'UnifiedSocialCreditCodeOfAccountingEntity'),
    ),
    orderReference: textAt(root, 'ContractNumber'),
    marks: marks(root),
  };
}

function marks(root: XmlElement): DocumentMarks {
  const entries = [...everyElement(root)].filter((element) => element.name === 'InformationOfDebitAndCreditEntryTuple');
  const recorded = (side: string): string[] =>
    entries
      .filter((entry) => textAt(entry, 'DebitOrCredit') === side)
      .flatMap((entry) => childrenNamed(entry, 'RecordedAmount').map((amount) => amount.text));
  return {
    factored: flag(root, 'WhetherEinvoiceHasBeenFactoredSoldOrSecuritized'),
    paid: flag(root, 'WhetherEinvoiceHasBeenPaid'),
    booked: flag(root, 'WhetherEinvoiceHasBeenBooked'),
    checked: flag(root, 'WhetherEinvoiceHasBeenChecked'),
    debits: recorded('借方'),
    credits: recorded('贷方'),
  };
}

function flag(root: XmlElement, name: string): boolean | null {
  const text = textAt(root, name);
  if (text === 'true' || text === '1' || text === '是') return true;
  if (text === 'false' || text === '0' || text === '否') return false;
  return null;
}

function isEinv(element: XmlElement): boolean {
  return element.namespace.startsWith(EINV) && element.namespace.endsWith('/einv');
}
