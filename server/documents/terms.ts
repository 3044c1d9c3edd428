// SPDX-License-Identifier: Apache-2.0
/**
 * What a document says, term by term of EN 16931 (BT = business term, BG = group), before anything is believed.
 * Every value is the text as written: `undefined` if the element is absent, `''` if it is there but empty.
 * All formats are read into this shape; rules look at nothing else.
 */
export interface DocumentTerms {
  /**
   * How the amounts are meant: a `credit-note` states what is credited as positive amounts, a `cancelling-invoice`
   * (红字发票) states an earlier invoice again with negative ones.
   */
  readonly root: 'invoice' | 'credit-note' | 'cancelling-invoice';
  readonly specification: Text; // BT-24
  readonly process: Text; // BT-23
  readonly number: Text; // BT-1
  readonly issueDate: Text; // BT-2
  readonly typeCode: Text; // BT-3
  readonly currency: Text; // BT-5
  readonly vatCurrency: Text; // BT-6
  readonly taxPointDate: Text; // BT-7
  readonly taxPointCode: Text; // BT-8
  readonly dueDate: Text; // BT-9
  readonly buyerReference: Text; // BT-10
  readonly orderReference: Text; // BT-13
  readonly paymentTerms: Text; // BT-20
  readonly notes: readonly string[]; // BT-22
  readonly precedingDocuments: readonly PrecedingDocumentTerms[]; // BG-3
  readonly seller: PartyTerms | undefined; // BG-4
  readonly buyer: PartyTerms | undefined; // BG-7
  readonly payee: PartyTerms | undefined; // BG-10
  readonly taxRepresentative: PartyTerms | undefined; // BG-11
  readonly delivery: DeliveryTerms | undefined; // BG-13
  readonly periods: readonly PeriodTerms[]; // BG-14
  readonly paymentMeans: readonly PaymentMeansTerms[]; // BG-16
  readonly allowances: readonly AllowanceTerms[]; // BG-20 and BG-21
  readonly totals: TotalsTerms | undefined; // BG-22
  readonly taxTotals: readonly TaxTotalTerms[]; // BT-110, BT-111 and BG-23
  readonly supportingDocuments: readonly SupportingDocumentTerms[]; // BG-24
  readonly lines: readonly LineTerms[]; // BG-25
  readonly identifiers: readonly SchemedIdentifier[];
  /** Every amount that carries a currency, with the element it stands in. */
  readonly amountCurrencies: readonly AmountCurrency[];
  /** Names of elements that are there and say nothing. */
  readonly emptyElements: readonly string[];
  /** Formats other than EN 16931 keep what they add here, by their own names. */
  readonly marks: DocumentMarks;
}

export type Text = string | undefined;

export interface AmountText {
  readonly value: string;
  readonly currency: Text;
}

export interface PrecedingDocumentTerms {
  readonly number: Text; // BT-25
  readonly issueDate: Text; // BT-26
}

export interface PartyTerms {
  readonly name: Text; // the registered name
  readonly tradingName: Text;
  readonly legalId: IdentifierText | undefined; // BT-30, BT-47, BT-61
  readonly partyIds: readonly IdentifierText[]; // BT-29, BT-46, BT-60
  readonly vatIds: readonly string[]; // BT-31, BT-48, BT-63
  readonly taxIds: readonly string[]; // BT-32
  readonly endpoint: IdentifierText | undefined; // BT-34, BT-49
  readonly hasAddress: boolean;
  readonly country: Text;
}

export interface IdentifierText {
  readonly value: string;
  readonly scheme: Text;
}

export interface SchemedIdentifier {
  readonly scheme: string;
  readonly value: string;
  readonly place: 'endpoint' | 'party' | 'company';
}

export interface DeliveryTerms {
  readonly date: Text; // BT-72
  readonly hasAddress: boolean; // BG-15
  readonly country: Text; // BT-80
}

export interface PeriodTerms {
  readonly start: Text;
  readonly end: Text;
  readonly code: Text;
}

export interface PaymentMeansTerms {
  readonly code: Text; // BT-81
  readonly hasAccount: boolean;
  readonly account: Text; // BT-84
  readonly cardNumber: Text; // BT-87
  readonly mandate: Text; // BT-89
}

export interface AllowanceTerms {
  readonly indicator: Text; // as written: true, false, 1, 0
  readonly amount: AmountText | undefined;
  readonly base: AmountText | undefined;
  readonly percentage: Text;
  readonly reason: Text;
  readonly reasonCodes: readonly string[];
  readonly vat: VatCategoryTerms | undefined;
}

export interface VatCategoryTerms {
  readonly category: Text;
  readonly rate: Text;
  readonly exemptionReason: Text;
  readonly exemptionCode: Text;
}

export interface TotalsTerms {
  readonly lineNet: AmountText | undefined; // BT-106
  readonly allowances: AmountText | undefined; // BT-107
  readonly charges: AmountText | undefined; // BT-108
  readonly net: AmountText | undefined; // BT-109
  readonly gross: AmountText | undefined; // BT-112
  readonly prepaid: AmountText | undefined; // BT-113
  readonly rounding: AmountText | undefined; // BT-114
  readonly payable: AmountText | undefined; // BT-115
}

export interface TaxTotalTerms {
  readonly amount: AmountText | undefined;
  readonly subtotals: readonly TaxSubtotalTerms[];
}

export interface TaxSubtotalTerms {
  readonly taxable: AmountText | undefined; // BT-116
  readonly tax: AmountText | undefined; // BT-117
  readonly vat: VatCategoryTerms | undefined; // BT-118 to BT-121
}

export interface SupportingDocumentTerms {
  readonly id: Text; // BT-122
  readonly typeCode: Text;
  readonly mimeCode: Text;
}

export interface LineTerms {
  readonly id: Text; // BT-126
  readonly quantity: Text; // BT-129
  readonly unit: Text; // BT-130
  readonly net: AmountText | undefined; // BT-131
  readonly periods: readonly PeriodTerms[]; // BG-26
  readonly allowances: readonly AllowanceTerms[]; // BG-27 and BG-28
  readonly objects: readonly { readonly id: Text; readonly typeCode: Text }[]; // BT-128
  readonly price: AmountText | undefined; // BT-146
  readonly priceAllowances: readonly AllowanceTerms[]; // BT-147 and BT-148
  readonly baseQuantity: Text; // BT-149
  readonly baseUnit: Text; // BT-150
  readonly vat: VatCategoryTerms | undefined; // BG-30
  readonly itemName: Text; // BT-153
  readonly standardId: IdentifierText | undefined; // BT-157
  readonly classifications: readonly { readonly value: string; readonly list: Text }[]; // BT-158
  readonly attributes: readonly { readonly name: Text; readonly value: Text }[]; // BG-32
  /** Tax of this line; formats outside EN 16931 state it. */
  readonly tax: AmountText | undefined;
}

export interface AmountCurrency {
  readonly element: string;
  readonly currency: string;
  /** BT-111, the VAT total in accounting currency, and it alone may be in another currency. */
  readonly mayDiffer: boolean;
}

/** Marks some formats put on a document; `null` where the format or the document does not say. */
export interface DocumentMarks {
  readonly factored: boolean | null;
  readonly paid: boolean | null;
  readonly booked: boolean | null;
  readonly checked: boolean | null;
  /** Sums of the posted debits and credits, where the document carries its booking. */
  readonly debits: readonly string[];
  readonly credits: readonly string[];
}

export const NO_MARKS: DocumentMarks = {
  factored: null,
  paid: null,
  booked: null,
  checked: null,
  debits: [],
  credits: [],
};
