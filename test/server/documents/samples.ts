// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { call, eventOf } from '../../../server/ledger/contract-types.ts';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../../../server/values/dates.ts';
import { formatAmount } from '../../../server/values/amounts.ts';
import { type NoteId, numbered, type PayableId, payableIdOf } from '../../../server/values/ids.ts';
import type { TestLedger } from '../harness.ts';

const folder = path.resolve(import.meta.dirname, '../../../samples/invoices');

export function sample(name: string, change: (content: string) => string = (content) => content): string {
  return change(readFileSync(path.join(folder, name), 'utf8'));
}

export interface InvoiceRow {
  readonly seller: string;
  readonly buyer: string;
  readonly number: string;
  readonly date: string;
  readonly gross: bigint;
  /** What it cancels, if it is a red letter; then the gross is below zero. */
  readonly cancels?: string;
}

/** A fully digital fapiao of one line with 13 % tax, backed out of the gross. */
export function fapiao({ seller, buyer, number, date, gross, cancels }: InvoiceRow): string {
  const magnitude = gross < 0n ? -gross : gross;
  const sign = gross < 0n ? -1n : 1n;
  const net = (magnitude * 200n + 113n) / 226n;
  const yuan = (units: bigint): string => formatAmount(sign * units, 'CNY');
  return `<?xml version="1.0" encoding="utf-8"?>
<EInvoice>
  <Header><EIid>${number}</EIid><EInvoiceTag>SWEI4400</EInvoiceTag><Version>0.2</Version>
    <InherentLabel><InIssuType><LabelCode>${cancels === undefined ? 'Y' : 'N'}</LabelCode></InIssuType><GeneralOrSpecialVAT><LabelCode>01</LabelCode></GeneralOrSpecialVAT></InherentLabel></Header>
  <EInvoiceData>
    <SellerInformation><SellerIdNum>${seller}</SellerIdNum><SellerName>Seller ${seller}</SellerName></SellerInformation>
    <BuyerInformation><BuyerIdNum>${buyer}</BuyerIdNum><BuyerName>Buyer ${buyer}</BuyerName></BuyerInformation>
    <BasicInformation>
      <TotalAmWithoutTax>${yuan(net)}</TotalAmWithoutTax><TotalTaxAm>${yuan(magnitude - net)}</TotalTaxAm>
      <TotalTax-includedAmount>${yuan(magnitude)}</TotalTax-includedAmount><RequestTime>${date}</RequestTime>
    </BasicInformation>
    <IssuItemInformation>
      <ItemName>parts</ItemName><Quantity>${sign}</Quantity><Amount>${yuan(net)}</Amount><TaxRate>0.13</TaxRate>
      <ComTaxAm>${yuan(magnitude - net)}</ComTaxAm><TotaltaxIncludedAmount>${yuan(magnitude)}</TotaltaxIncludedAmount>
    </IssuItemInformation>
    <AdditionalInformation><Remark>${cancels === undefined ? '' : `被红冲蓝字数电票号码：${cancels}`}</Remark></AdditionalInformation>
  </EInvoiceData>
  <TaxSupervisionInfo><InvoiceNumber>${number}</InvoiceNumber><IssueTime>${date} 10:08:05</IssueTime></TaxSupervisionInfo>
</EInvoice>`;
}

/** Has hengtai issue a payable on documents, without the receivables' routes; it waits for its supplier. */
export async function issueOn(
  ledger: TestLedger,
  supplier: string,
  documents: readonly { readonly fingerprint: string; readonly amount: bigint }[],
  maturity = '2027-03-20',
): Promise<PayableId> {
  const order = {
    supplier: ledger.party(supplier),
    currency: codeBytes3('CNY'),
    face: documents.reduce((sum, { amount }) => sum + amount, 0n),
    maturity: dayNumber(ledgerDate(maturity)),
    documents,
    ref: `0x${'0'.repeat(64)}`,
  };
  const { events } = await ledger.instruct('hengtai', call('Issuance', 'issue', order));
  return eventOf(events, 'ReceivableLedger.PayableIssued').args.payableId;
}

/** The first note of a payable. */
export function firstNoteOf(payable: PayableId): NoteId {
  const note = numbered<NoteId>((payable << 24n) | 1n);
  if (payableIdOf(note) !== payable) throw new Error('the layout of note ids changed');
  return note;
}
