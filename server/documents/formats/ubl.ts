// SPDX-License-Identifier: Apache-2.0
import { en16931Rules } from '../rules/en16931.ts';
import { peppolRules } from '../rules/peppol.ts';
import {
  type AllowanceTerms,
  type AmountCurrency,
  type AmountText,
  type DocumentTerms,
  type IdentifierText,
  type LineTerms,
  NO_MARKS,
  type PartyTerms,
  type PeriodTerms,
  type SchemedIdentifier,
  type TaxTotalTerms,
  type VatCategoryTerms,
} from '../terms.ts';
import type { DocumentFormat } from './format.ts';
import { at, child, childrenNamed, everyElement, textAt, type XmlElement } from './xml.ts';

const INVOICE = 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2';
const CREDIT_NOTE = 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2';

/** OASIS UBL 2.1 Invoice and CreditNote, as EN 16931 (CEN/TS 16931-3-2) and Peppol BIS Billing 3 use them. */
export const ubl: DocumentFormat = {
  id: 'ubl',
  title: 'UBL 2.1 Invoice or CreditNote',
  recognises: (root) =>
    (root.namespace === INVOICE && root.name === 'Invoice') ||
    (root.namespace === CREDIT_NOTE && root.name === 'CreditNote'),
  read: readUbl,
  rules: [...en16931Rules, ...peppolRules],
};

/** Reads a whole document or any fragment of one. */
function readUbl(root: XmlElement): DocumentTerms {
  const credit = root.name === 'CreditNote';
  const means = childrenNamed(root, 'PaymentMeans');
  const delivery = child(root, 'Delivery');
  const totals = child(root, 'LegalMonetaryTotal');
  return {
    root: credit ? 'credit-note' : 'invoice',
    specification: textAt(root, 'CustomizationID'),
    process: textAt(root, 'ProfileID'),
    number: textAt(root, 'ID'),
    issueDate: textAt(root, 'IssueDate'),
    typeCode: textAt(root, credit ? 'CreditNoteTypeCode' : 'InvoiceTypeCode'),
    currency: textAt(root, 'DocumentCurrencyCode'),
    vatCurrency: textAt(root, 'TaxCurrencyCode'),
    taxPointDate: textAt(root, 'TaxPointDate'),
    taxPointCode: textAt(root, 'InvoicePeriod', 'DescriptionCode'),
    // A credit note of UBL 2.1 has no DueDate of its own; EN 16931 keeps BT-9 in the payment means there.
    dueDate: textAt(root, 'DueDate') ?? means.map((mean) => textAt(mean, 'PaymentDueDate')).find(Boolean),
    buyerReference: textAt(root, 'BuyerReference'),
    orderReference: textAt(root, 'OrderReference', 'ID'),
    paymentTerms: textAt(root, 'PaymentTerms', 'Note'),
    notes: childrenNamed(root, 'Note').map((note) => note.text),
    precedingDocuments: childrenNamed(root, 'BillingReference').map((reference) => ({
      number: textAt(reference, 'InvoiceDocumentReference', 'ID'),
      issueDate: textAt(reference, 'InvoiceDocumentReference', 'IssueDate'),
    })),
    seller: tradingParty(child(root, 'AccountingSupplierParty')),
    buyer: tradingParty(child(root, 'AccountingCustomerParty')),
    payee: otherParty(child(root, 'PayeeParty')),
    taxRepresentative: otherParty(child(root, 'TaxRepresentativeParty')),
    delivery: delivery && {
      date: textAt(delivery, 'ActualDeliveryDate'),
      hasAddress: at(delivery, 'DeliveryLocation', 'Address') !== undefined,
      country: textAt(delivery, 'DeliveryLocation', 'Address', 'Country', 'IdentificationCode'),
    },
    periods: childrenNamed(root, 'InvoicePeriod').map(period),
    paymentMeans: means.map((mean) => ({
      code: textAt(mean, 'PaymentMeansCode'),
      hasAccount: child(mean, 'PayeeFinancialAccount') !== undefined,
      account: textAt(mean, 'PayeeFinancialAccount', 'ID'),
      cardNumber: textAt(mean, 'CardAccount', 'PrimaryAccountNumberID'),
      mandate: textAt(mean, 'PaymentMandate', 'ID'),
    })),
    allowances: childrenNamed(root, 'AllowanceCharge').map(allowance),
    totals: totals && {
      lineNet: amount(child(totals, 'LineExtensionAmount')),
      allowances: amount(child(totals, 'AllowanceTotalAmount')),
      charges: amount(child(totals, 'ChargeTotalAmount')),
      net: amount(child(totals, 'TaxExclusiveAmount')),
      gross: amount(child(totals, 'TaxInclusiveAmount')),
      prepaid: amount(child(totals, 'PrepaidAmount')),
      rounding: amount(child(totals, 'PayableRoundingAmount')),
      payable: amount(child(totals, 'PayableAmount')),
    },
    taxTotals: childrenNamed(root, 'TaxTotal').map(taxTotal),
    supportingDocuments: childrenNamed(root, 'AdditionalDocumentReference').map((reference) => ({
      id: textAt(reference, 'ID'),
      typeCode: textAt(reference, 'DocumentTypeCode'),
      mimeCode: at(reference, 'Attachment', 'EmbeddedDocumentBinaryObject')?.attributes.get('mimeCode'),
    })),
    lines: childrenNamed(root, 'InvoiceLine', 'CreditNoteLine').map(line),
    identifiers: schemedIdentifiers(root),
    amountCurrencies: amountCurrencies(root),
    emptyElements: [...everyElement(root)]
      .filter((element) => element.children.length === 0 && element.text === '')
      .map((element) => element.name),
    marks: NO_MARKS,
  };
}

function tradingParty(role: XmlElement | undefined): PartyTerms | undefined {
  if (!role) return undefined;
  const party = child(role, 'Party');
  return partyTerms(party, textAt(party, 'PartyLegalEntity', 'RegistrationName'));
}

function otherParty(party: XmlElement | undefined): PartyTerms | undefined {
  return party && partyTerms(party, textAt(party, 'PartyName', 'Name'));
}

function partyTerms(party: XmlElement | undefined, name: string | undefined): PartyTerms {
  const taxIds = (inScheme: (scheme: string | undefined) => boolean): string[] =>
    childrenNamed(party, 'PartyTaxScheme')
      .filter((tax) => inScheme(textAt(tax, 'TaxScheme', 'ID')?.toUpperCase()))
      .flatMap((tax) => textAt(tax, 'CompanyID') ?? []);
  return {
    name,
    tradingName: textAt(party, 'PartyName', 'Name'),
    legalId: identifier(at(party, 'PartyLegalEntity', 'CompanyID')),
    partyIds: childrenNamed(party, 'PartyIdentification').flatMap((id) => identifier(child(id, 'ID')) ?? []),
    vatIds: taxIds((scheme) => scheme === 'VAT'),
    taxIds: taxIds((scheme) => scheme !== 'VAT'),
    endpoint: identifier(child(party, 'EndpointID')),
    hasAddress: child(party, 'PostalAddress') !== undefined,
    country: textAt(party, 'PostalAddress', 'Country', 'IdentificationCode'),
  };
}

function identifier(element: XmlElement | undefined): IdentifierText | undefined {
  return element && { value: element.text, scheme: element.attributes.get('schemeID') };
}

function amount(element: XmlElement | undefined): AmountText | undefined {
  return element && { value: element.text, currency: element.attributes.get('currencyID') };
}

function period(element: XmlElement): PeriodTerms {
  return {
    start: textAt(element, 'StartDate'),
    end: textAt(element, 'EndDate'),
    code: textAt(element, 'DescriptionCode'),
  };
}

function allowance(element: XmlElement): AllowanceTerms {
  return {
    indicator: textAt(element, 'ChargeIndicator'),
    amount: amount(child(element, 'Amount')),
    base: amount(child(element, 'BaseAmount')),
    percentage: textAt(element, 'MultiplierFactorNumeric'),
    reason: textAt(element, 'AllowanceChargeReason'),
    reasonCodes: childrenNamed(element, 'AllowanceChargeReasonCode').map((code) => code.text),
    vat: vatCategory(child(element, 'TaxCategory')),
  };
}

function vatCategory(element: XmlElement | undefined): VatCategoryTerms | undefined {
  return (
    element && {
      category: textAt(element, 'ID'),
      rate: textAt(element, 'Percent'),
      exemptionReason: textAt(element, 'TaxExemptionReason'),
      exemptionCode: textAt(element, 'TaxExemptionReasonCode'),
    }
  );
}

function taxTotal(element: XmlElement): TaxTotalTerms {
  return {
    amount: amount(child(element, 'TaxAmount')),
    subtotals: childrenNamed(element, 'TaxSubtotal').map((subtotal) => ({
      taxable: amount(child(subtotal, 'TaxableAmount')),
      tax: amount(child(subtotal, 'TaxAmount')),
      vat: vatCategory(child(subtotal, 'TaxCategory')),
    })),
  };
}

function line(element: XmlElement): LineTerms {
  const quantity = child(element, 'InvoicedQuantity') ?? child(element, 'CreditedQuantity');
  const item = child(element, 'Item');
  const price = child(element, 'Price');
  const baseQuantity = child(price, 'BaseQuantity');
  return {
    id: textAt(element, 'ID'),
    quantity: quantity?.text,
    unit: quantity?.attributes.get('unitCode'),
    net: amount(child(element, 'LineExtensionAmount')),
    periods: childrenNamed(element, 'InvoicePeriod').map(period),
    allowances: childrenNamed(element, 'AllowanceCharge').map(allowance),
    objects: childrenNamed(element, 'DocumentReference').map((reference) => ({
      id: textAt(reference, 'ID'),
      typeCode: textAt(reference, 'DocumentTypeCode'),
    })),
    price: amount(child(price, 'PriceAmount')),
    priceAllowances: childrenNamed(price, 'AllowanceCharge').map(allowance),
    baseQuantity: baseQuantity?.text,
    baseUnit: baseQuantity?.attributes.get('unitCode'),
    vat: vatCategory(child(item, 'ClassifiedTaxCategory')),
    itemName: textAt(item, 'Name'),
    standardId: identifier(at(item, 'StandardItemIdentification', 'ID')),
    classifications: childrenNamed(item, 'CommodityClassification')
      .flatMap((classification) => child(classification, 'ItemClassificationCode') ?? [])
      .map((code) => ({ value: code.text, list: code.attributes.get('listID') })),
    attributes: childrenNamed(item, 'AdditionalItemProperty').map((property) => ({
      name: textAt(property, 'Name'),
      value: textAt(property, 'Value'),
    })),
    tax: undefined,
  };
}

function schemedIdentifiers(root: XmlElement): SchemedIdentifier[] {
  const found: SchemedIdentifier[] = [];
  const note = (element: XmlElement, place: SchemedIdentifier['place']): void => {
    const scheme = element.attributes.get('schemeID');
    if (scheme !== undefined) found.push({ scheme, value: element.text, place });
  };
  for (const element of everyElement(root)) {
    if (element.name === 'EndpointID') note(element, 'endpoint');
    if (element.name === 'CompanyID') note(element, 'company');
    if (element.name === 'PartyIdentification') for (const id of childrenNamed(element, 'ID')) note(id, 'party');
  }
  return found;
}

function amountCurrencies(root: XmlElement): AmountCurrency[] {
  // Only a tax total without breakdown may be BT-111; one with breakdown is BT-110.
  const accountingTotals = new Set(
    childrenNamed(root, 'TaxTotal')
      .filter((total) => child(total, 'TaxSubtotal') === undefined)
      .flatMap((total) => child(total, 'TaxAmount') ?? []),
  );
  return [...everyElement(root)].flatMap((element) => {
    const currency = element.attributes.get('currencyID');
    return currency === undefined
      ? []
      : [{ element: element.name, currency, mayDiffer: accountingTotals.has(element) }];
  });
}
