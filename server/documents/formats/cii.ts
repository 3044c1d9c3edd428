// SPDX-License-Identifier: Apache-2.0
import { en16931Rules } from '../rules/en16931.ts';
import {
  type AllowanceTerms,
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

const CII = 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100';

const NO_ALLOWANCE: AllowanceTerms = {
  indicator: undefined,
  amount: undefined,
  base: undefined,
  percentage: undefined,
  reason: undefined,
  reasonCodes: [],
  vat: undefined,
};

// UNTDID 1001 codes that EN 16931 counts as credit notes; CII has one root element for both kinds.
const CREDIT_NOTE_CODES = new Set(['81', '83', '261', '262', '296', '308', '381', '396', '420', '458', '532']);

/** UN/CEFACT CrossIndustryInvoice D16B, as EN 16931 (CEN/TS 16931-3-3) uses it; also the XML inside Factur-X and ZUGFeRD. */
export const cii: DocumentFormat = {
  id: 'cii',
  title: 'UN/CEFACT CrossIndustryInvoice D16B',
  recognises: (root) => root.namespace === CII && root.name === 'CrossIndustryInvoice',
  read: readCii,
  rules: en16931Rules,
};

/** Reads a whole document or any fragment of one. */
function readCii(root: XmlElement): DocumentTerms {
  const context = child(root, 'ExchangedDocumentContext');
  const document = child(root, 'ExchangedDocument');
  const transaction = child(root, 'SupplyChainTradeTransaction');
  const agreement = child(transaction, 'ApplicableHeaderTradeAgreement');
  const delivery = child(transaction, 'ApplicableHeaderTradeDelivery');
  const settlement = child(transaction, 'ApplicableHeaderTradeSettlement');
  const totals = child(settlement, 'SpecifiedTradeSettlementHeaderMonetarySummation');
  const terms = childrenNamed(settlement, 'SpecifiedTradePaymentTerms');
  const taxes = childrenNamed(settlement, 'ApplicableTradeTax');
  const currency = textAt(settlement, 'InvoiceCurrencyCode');
  const typeCode = textAt(document, 'TypeCode');
  const deliveredTo = child(delivery, 'ShipToTradeParty');
  const deliveryEvent = child(delivery, 'ActualDeliverySupplyChainEvent');
  return {
    root: CREDIT_NOTE_CODES.has(typeCode ?? '') ? 'credit-note' : 'invoice',
    specification: textAt(context, 'GuidelineSpecifiedDocumentContextParameter', 'ID'),
    process: textAt(context, 'BusinessProcessSpecifiedDocumentContextParameter', 'ID'),
    number: textAt(document, 'ID'),
    issueDate: dateText(child(document, 'IssueDateTime')),
    typeCode,
    currency,
    vatCurrency: textAt(settlement, 'TaxCurrencyCode'),
    taxPointDate: taxes.map((tax) => dateText(child(tax, 'TaxPointDate'))).find((date) => date !== undefined),
    taxPointCode: taxes.map((tax) => textAt(tax, 'DueDateTypeCode')).find((code) => code !== undefined),
    dueDate: terms.map((term) => dateText(child(term, 'DueDateDateTime'))).find(Boolean),
    buyerReference: textAt(agreement, 'BuyerReference'),
    orderReference: textAt(agreement, 'BuyerOrderReferencedDocument', 'IssuerAssignedID'),
    paymentTerms: terms.map((term) => textAt(term, 'Description')).find((text) => text !== undefined),
    notes: childrenNamed(document, 'IncludedNote').flatMap((note) => textAt(note, 'Content') ?? []),
    precedingDocuments: childrenNamed(settlement, 'InvoiceReferencedDocument').map((reference) => ({
      number: textAt(reference, 'IssuerAssignedID'),
      issueDate: dateText(child(reference, 'FormattedIssueDateTime')),
    })),
    seller: party(child(agreement, 'SellerTradeParty')),
    buyer: party(child(agreement, 'BuyerTradeParty')),
    payee: party(child(settlement, 'PayeeTradeParty')),
    taxRepresentative: party(child(agreement, 'SellerTaxRepresentativeTradeParty')),
    delivery:
      deliveredTo || deliveryEvent
        ? {
            date: dateText(child(deliveryEvent, 'OccurrenceDateTime')),
            hasAddress: child(deliveredTo, 'PostalTradeAddress') !== undefined,
            country: textAt(deliveredTo, 'PostalTradeAddress', 'CountryID'),
          }
        : undefined,
    periods: childrenNamed(settlement, 'BillingSpecifiedPeriod').map(period),
    paymentMeans: childrenNamed(settlement, 'SpecifiedTradeSettlementPaymentMeans').map((mean) => ({
      code: textAt(mean, 'TypeCode'),
      hasAccount: child(mean, 'PayeePartyCreditorFinancialAccount') !== undefined,
      account:
        textAt(mean, 'PayeePartyCreditorFinancialAccount', 'IBANID') ??
        textAt(mean, 'PayeePartyCreditorFinancialAccount', 'ProprietaryID'),
      cardNumber: textAt(mean, 'ApplicableTradeSettlementFinancialCard', 'ID'),
      mandate: terms.map((term) => textAt(term, 'DirectDebitMandateID')).find((text) => text !== undefined),
    })),
    allowances: childrenNamed(settlement, 'SpecifiedTradeAllowanceCharge').map(allowance),
    totals: totals && {
      lineNet: amount(child(totals, 'LineTotalAmount')),
      allowances: amount(child(totals, 'AllowanceTotalAmount')),
      charges: amount(child(totals, 'ChargeTotalAmount')),
      net: amount(child(totals, 'TaxBasisTotalAmount')),
      gross: amount(child(totals, 'GrandTotalAmount')),
      prepaid: amount(child(totals, 'TotalPrepaidAmount')),
      rounding: amount(child(totals, 'RoundingAmount')),
      payable: amount(child(totals, 'DuePayableAmount')),
    },
    taxTotals: taxTotals(totals, taxes, currency),
    supportingDocuments: childrenNamed(agreement, 'AdditionalReferencedDocument').map((reference) => ({
      id: textAt(reference, 'IssuerAssignedID'),
      typeCode: textAt(reference, 'TypeCode'),
      mimeCode: child(reference, 'AttachmentBinaryObject')?.attributes.get('mimeCode'),
    })),
    lines: childrenNamed(transaction, 'IncludedSupplyChainTradeLineItem').map(line),
    identifiers: schemedIdentifiers(root),
    amountCurrencies: [],
    emptyElements: [...everyElement(root)]
      .filter((element) => element.children.length === 0 && element.text === '')
      .map((element) => element.name),
    marks: NO_MARKS,
  };
}

/** Format 102 (`YYYYMMDD`) becomes `YYYY-MM-DD`; other formats stay as they are, to be refused where a date is needed. */
function dateText(element: XmlElement | undefined): string | undefined {
  const text = textAt(element, 'DateTimeString') ?? textAt(element, 'DateString') ?? textAt(element, 'DateTime');
  return text?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

function party(element: XmlElement | undefined): PartyTerms | undefined {
  if (!element) return undefined;
  const registrations = childrenNamed(element, 'SpecifiedTaxRegistration').flatMap((tax) => child(tax, 'ID') ?? []);
  const taxIds = (scheme: string): string[] =>
    registrations.filter((id) => id.attributes.get('schemeID') === scheme).map((id) => id.text);
  return {
    name: textAt(element, 'Name'),
    tradingName: textAt(element, 'SpecifiedLegalOrganization', 'TradingBusinessName'),
    legalId: identifier(at(element, 'SpecifiedLegalOrganization', 'ID')),
    partyIds: childrenNamed(element, 'GlobalID', 'ID').flatMap((id) => identifier(id) ?? []),
    vatIds: taxIds('VA'),
    taxIds: taxIds('FC'),
    endpoint: identifier(at(element, 'URIUniversalCommunication', 'URIID')),
    hasAddress: child(element, 'PostalTradeAddress') !== undefined,
    country: textAt(element, 'PostalTradeAddress', 'CountryID'),
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
    start: dateText(child(element, 'StartDateTime')),
    end: dateText(child(element, 'EndDateTime')),
    code: undefined,
  };
}

function allowance(element: XmlElement): AllowanceTerms {
  return {
    indicator: textAt(element, 'ChargeIndicator', 'Indicator'),
    amount: amount(child(element, 'ActualAmount')),
    base: amount(child(element, 'BasisAmount')),
    percentage: textAt(element, 'CalculationPercent'),
    reason: textAt(element, 'Reason'),
    reasonCodes: childrenNamed(element, 'ReasonCode').map((code) => code.text),
    vat: vatCategory(child(element, 'CategoryTradeTax')),
  };
}

function vatCategory(element: XmlElement | undefined): VatCategoryTerms | undefined {
  return (
    element && {
      category: textAt(element, 'CategoryCode'),
      rate: textAt(element, 'RateApplicablePercent'),
      exemptionReason: textAt(element, 'ExemptionReason'),
      exemptionCode: textAt(element, 'ExemptionReasonCode'),
    }
  );
}

// CII keeps the breakdown beside the totals; the breakdown belongs to the total in the invoice currency.
function taxTotals(
  totals: XmlElement | undefined,
  taxes: readonly XmlElement[],
  currency: string | undefined,
): TaxTotalTerms[] {
  const amounts = childrenNamed(totals, 'TaxTotalAmount').flatMap((total) => amount(total) ?? []);
  const main = amounts.find((total) => total.currency === undefined || total.currency === currency) ?? amounts[0];
  const subtotals = taxes.map((tax) => ({
    taxable: amount(child(tax, 'BasisAmount')),
    tax: amount(child(tax, 'CalculatedAmount')),
    vat: vatCategory(tax),
  }));
  if (main === undefined && subtotals.length === 0) return [];
  const others = amounts.filter((total) => total !== main);
  return [{ amount: main, subtotals }, ...others.map((total) => ({ amount: total, subtotals: [] }))];
}

function line(element: XmlElement): LineTerms {
  const agreement = child(element, 'SpecifiedLineTradeAgreement');
  const settlement = child(element, 'SpecifiedLineTradeSettlement');
  const product = child(element, 'SpecifiedTradeProduct');
  const netPrice = child(agreement, 'NetPriceProductTradePrice');
  const grossPrice = child(agreement, 'GrossPriceProductTradePrice');
  const quantity = at(element, 'SpecifiedLineTradeDelivery', 'BilledQuantity');
  const baseQuantity = child(netPrice, 'BasisQuantity') ?? child(grossPrice, 'BasisQuantity');
  const gross = amount(child(grossPrice, 'ChargeAmount'));
  const discount = child(grossPrice, 'AppliedTradeAllowanceCharge');
  return {
    id: textAt(element, 'AssociatedDocumentLineDocument', 'LineID'),
    quantity: quantity?.text,
    unit: quantity?.attributes.get('unitCode'),
    net: amount(at(settlement, 'SpecifiedTradeSettlementLineMonetarySummation', 'LineTotalAmount')),
    periods: childrenNamed(settlement, 'BillingSpecifiedPeriod').map(period),
    allowances: childrenNamed(settlement, 'SpecifiedTradeAllowanceCharge').map(allowance),
    objects: childrenNamed(settlement, 'AdditionalReferencedDocument').map((reference) => ({
      id: textAt(reference, 'IssuerAssignedID'),
      typeCode: textAt(reference, 'TypeCode'),
    })),
    price: amount(child(netPrice, 'ChargeAmount')),
    priceAllowances: gross ? [{ ...(discount ? allowance(discount) : NO_ALLOWANCE), base: gross }] : [],
    baseQuantity: baseQuantity?.text,
    baseUnit: baseQuantity?.attributes.get('unitCode'),
    vat: vatCategory(child(settlement, 'ApplicableTradeTax')),
    itemName: textAt(product, 'Name'),
    standardId: identifier(child(product, 'GlobalID')),
    classifications: childrenNamed(product, 'DesignatedProductClassification')
      .flatMap((classification) => child(classification, 'ClassCode') ?? [])
      .map((code) => ({ value: code.text, list: code.attributes.get('listID') })),
    attributes: childrenNamed(product, 'ApplicableProductCharacteristic').map((characteristic) => ({
      name: textAt(characteristic, 'Description'),
      value: textAt(characteristic, 'Value'),
    })),
    tax: undefined,
  };
}

function schemedIdentifiers(root: XmlElement): SchemedIdentifier[] {
  const schemed = (element: XmlElement | undefined, place: SchemedIdentifier['place']): SchemedIdentifier[] => {
    const scheme = element?.attributes.get('schemeID');
    return element && scheme !== undefined ? [{ scheme, value: element.text, place }] : [];
  };
  return [...everyElement(root)]
    .filter((element) => element.name.endsWith('TradeParty'))
    .flatMap((party) => [
      ...schemed(at(party, 'URIUniversalCommunication', 'URIID'), 'endpoint'),
      ...childrenNamed(party, 'GlobalID', 'ID').flatMap((id) => schemed(id, 'party')),
      ...schemed(at(party, 'SpecifiedLegalOrganization', 'ID'), 'company'),
    ]);
}
