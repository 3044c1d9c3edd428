// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyReference } from '../parties/schemas.ts';
import { amount, amountOrZero, currency, hash32, instant, ledgerDateText, signedAmount } from '../values/schemas.ts';
import { payableId } from '../values/ids.ts';
import { PARTY_MATCHES } from './tables.ts';

export const fingerprint = hash32.meta({
  id: 'Fingerprint',
  description: "Keyed hash of a document's seller, kind, number and year: what the ledger knows it by.",
  example: `0x${'d0'.repeat(32)}`,
});

export const documentKind = z.enum(['invoice', 'credit-note']).meta({ id: 'DocumentKind' });

const names = 'As the document states it; null where another gateway keeps the file.';
const statedText = z.string().nullable().meta({ description: names, example: 'MH-2026-1018' });
const statedDate = ledgerDateText.nullable();

/** An amount as a document states it, in minor units. */
const statedAmount = signedAmount
  .nullable()
  .meta({ description: 'Minor units; null where it has more decimals than the currency.' });

const namedParty = z
  .strictObject({
    name: statedText.meta({ example: 'Minghua Axles Co., Ltd.' }),
    party: partyReference.nullable().meta({ description: 'The party of the ledger it is, if one is.' }),
    match: z
      .enum(PARTY_MATCHES)
      .nullable()
      .meta({
        description:
          '`matched` by its USCC or LEI, `declared` by the party that registered the document, or `unknown` here.',
      }),
  })
  .meta({ id: 'DocumentParty' });

const overdrawn = z
  .strictObject({ excess: amount, payables: z.array(payableId) })
  .meta({
    id: 'Overdrawn',
    description: 'The payables issued against the document exceed what is left of it after its credit notes.',
  });

const warning = z
  .strictObject({
    rule: z.string().meta({ example: 'BR-CO-25' }),
    severity: z.enum(['error', 'warning']),
    sentence: z.string(),
    findings: z.array(z.string()).meta({ description: 'The places and the numbers.' }),
  })
  .meta({ id: 'DocumentWarning' });

/** A document as its parties see it. */
export const documentBody = z
  .strictObject({
    fingerprint,
    kind: documentKind,
    format: statedText.meta({ example: 'ubl' }),
    number: statedText,
    typeCode: statedText.meta({ example: '380' }),
    issueDate: statedDate,
    dueDate: statedDate,
    deliveryDate: statedDate,
    orderReference: statedText.meta({ example: 'PO-4711' }),
    paymentTerms: statedText.meta({ example: '90 days net' }),
    seller: namedParty,
    buyer: namedParty,
    registrar: partyReference.meta({ description: 'The party that registered it.' }),
    registeredAt: instant,
    currency,
    amounts: z
      .strictObject({
        net: statedAmount,
        tax: statedAmount,
        gross: statedAmount,
        prepaid: statedAmount,
        rounding: statedAmount,
        payable: statedAmount,
      })
      .nullable()
      .meta({ description: 'What the document states; null where another gateway keeps the file.' }),
    payable: amountOrZero.meta({ description: 'What its debtor owes on it, as registered; of a credit note nothing.' }),
    credited: amountOrZero.meta({ description: 'What credit notes took off it.' }),
    used: amountOrZero.meta({ description: 'The amount of the payables issued against it.' }),
    residual: amountOrZero.meta({ description: 'What may still be issued against it.' }),
    uses: z
      .array(z.strictObject({ payable: payableId, amount }))
      .meta({ description: 'The payables issued against it.' }),
    creditNotes: z.array(
      z.strictObject({ fingerprint, number: statedText, amount: amountOrZero, registeredAt: instant }),
    ),
    lowers: z
      .strictObject({
        fingerprint,
        number: statedText,
        amount: amountOrZero,
        residual: amountOrZero,
        overdrawn: overdrawn.nullable(),
      })
      .nullable()
      .meta({ description: 'Of a credit note: the document it lowered, and by how much.' }),
    overdrawn: overdrawn.nullable(),
    warnings: z
      .array(warning)
      .meta({ description: 'Rules it breaks that do not put its amount in doubt, and points to review.' }),
    similarTo: z
      .array(z.strictObject({ fingerprint, reasons: z.array(z.string()), comparison: z.string() }))
      .meta({ description: 'Registered documents so similar to it that a person must compare them.' }),
  })
  .meta({ id: 'Document' });

export type DocumentBody = z.input<typeof documentBody>;
