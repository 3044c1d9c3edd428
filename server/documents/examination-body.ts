// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import { amountOrZero, currency, ledgerDateText, signedAmount } from '../values/schemas.ts';
import { documentKind } from './resource.ts';
import type { StatedAmount } from './document.ts';
import { examine } from './examine.ts';
import type { DocumentParty } from './party.ts';
import type { DocumentReading } from './read.ts';
import { sentenceOf } from './rule-sentences.ts';

const stated = z
  .strictObject({
    decimal: z.string().meta({ description: 'Exact, shortest spelling.', example: '1656.25' }),
    units: signedAmount
      .nullable()
      .meta({ description: 'Minor units; null where it has more decimals than the currency.' }),
  })
  .meta({ id: 'StatedAmount', description: 'An amount as a document states it.' });

const party = z
  .strictObject({
    name: z.string(),
    country: z.string().nullable(),
    identifiers: z.array(z.strictObject({ kind: z.string(), scheme: z.string().nullable(), value: z.string() })),
  })
  .meta({ id: 'ExaminedParty' });

/** What is to be said of a file that is not registered, or not yet. */
export const examinationBody = z
  .strictObject({
    format: z.string(),
    kind: documentKind,
    number: z.string(),
    typeCode: z.string().nullable(),
    issueDate: ledgerDateText,
    dueDate: ledgerDateText.nullable(),
    deliveryDate: ledgerDateText.nullable(),
    currency,
    seller: party,
    buyer: party,
    payee: party.nullable(),
    precedingDocuments: z.array(z.strictObject({ number: z.string(), issueDate: ledgerDateText.nullable() })),
    totals: z.strictObject({
      lineNet: stated,
      allowances: stated,
      charges: stated,
      net: stated,
      tax: stated,
      gross: stated,
      prepaid: stated,
      rounding: stated,
      payable: stated,
    }),
    sound: z
      .boolean()
      .meta({
        description:
          'Whether its amounts agree and its parties are correctly identified; a credit note can be sound too.',
      }),
    financeable: amountOrZero.meta({ description: 'Minor units that payables could be issued against.' }),
    credited: amountOrZero.meta({ description: 'Minor units that it takes off the document it refers to.' }),
    refusals: z
      .array(z.strictObject({ code: z.string(), rule: z.string(), sentence: z.string() }))
      .meta({ description: 'Every reason why it cannot be financed.' }),
    verdicts: z
      .array(
        z.strictObject({
          rule: z.string().meta({ example: 'BR-CO-15' }),
          severity: z.enum(['error', 'warning']),
          about: z.enum(['amounts', 'content']),
          sentence: z.string(),
          text: z.boolean().meta({ description: 'Is the rule kept as the standard words it?' }),
          validator: z.boolean().meta({ description: 'Is it kept as the official validator tests it?' }),
          findings: z.array(z.string()),
        }),
      )
      .meta({ description: 'One for each rule that applies to documents of its format, kept or not.' }),
  })
  .meta({ id: 'DocumentExamination' });

/** Never with a fingerprint: who could ask for those of invented documents could find out which ones are registered. */
export function examinationOf(reading: DocumentReading): z.input<typeof examinationBody> {
  const { document, verdicts } = reading;
  const { sound, financeable, refusals } = examine(reading);
  const { totals } = document;
  return {
    format: document.format,
    kind: document.kind,
    number: document.number,
    typeCode: document.typeCode,
    issueDate: document.issueDate,
    dueDate: document.dueDate,
    deliveryDate: document.deliveryDate,
    currency: document.currency,
    seller: partyBody(document.seller),
    buyer: partyBody(document.buyer),
    payee: document.payee && partyBody(document.payee),
    precedingDocuments: document.precedingDocuments.map(({ number, issueDate }) => ({ number, issueDate })),
    totals: {
      lineNet: amountBody(totals.lineNet),
      allowances: amountBody(totals.allowances),
      charges: amountBody(totals.charges),
      net: amountBody(totals.net),
      tax: amountBody(totals.tax),
      gross: amountBody(totals.gross),
      prepaid: amountBody(totals.prepaid),
      rounding: amountBody(totals.rounding),
      payable: amountBody(totals.payable),
    },
    sound,
    financeable: String(financeable),
    credited: String(document.credited),
    refusals: refusals.map(({ refusal, values }) => ({
      code: refusal.code,
      rule: refusal.rule,
      sentence: new DeeptierError(refusal, values).message,
    })),
    verdicts: verdicts.map((verdict) => ({
      ...verdict,
      sentence: sentenceOf(document.format, verdict.rule),
      findings: [...verdict.findings],
    })),
  };
}

function partyBody({ name, country, identifiers }: DocumentParty): z.input<typeof party> {
  return { name, country, identifiers: identifiers.map(({ kind, scheme, value }) => ({ kind, scheme, value })) };
}

function amountBody({ decimal, units }: StatedAmount): z.input<typeof stated> {
  return { decimal, units: units?.toString() ?? null };
}
