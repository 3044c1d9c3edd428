import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, hash32, instant, ledgerDateText, signedAmount } from '../values/schemas.ts';
import { payableId } from '../values/ids.ts';
import { nearDuplicatesOf } from './duplicates.ts';
import { creditNotesOf, type DocumentRecord, documentsByFingerprint, usesOf } from './queries.ts';
import { OVERDRAWN_RULE } from './refusals.ts';
import { PARTY_MATCHES, type StoredWarning } from './tables.ts';

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
        description: '`matched` by its USCC or LEI, `declared` by who brought the document, or `unknown` here.',
      }),
  })
  .meta({ id: 'DocumentParty' });

const overdrawn = z
  .strictObject({ excess: amount, payables: z.array(payableId) })
  .meta({
    id: 'Overdrawn',
    description: 'More was issued against the document than is left of it after its credit notes.',
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
    registrar: partyReference.meta({ description: 'Who brought it.' }),
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
    used: amountOrZero.meta({ description: 'What payables were issued against.' }),
    residual: amountOrZero.meta({ description: 'What may still be issued against it.' }),
    uses: z
      .array(z.strictObject({ payable: payableId, amount }))
      .meta({ description: 'The payables that stand on it.' }),
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
      .meta({ description: 'Rules it breaks without making its amount doubtful, and what is to be looked at.' }),
    similarTo: z
      .array(z.strictObject({ fingerprint, reasons: z.array(z.string()), comparison: z.string() }))
      .meta({ description: 'Registered documents that are so much like it that a person must look.' }),
  })
  .meta({ id: 'Document' });

export type DocumentBody = z.input<typeof documentBody>;

/** Shows documents, all at the block that `ctx` reads at. */
export async function documentBodies(
  ctx: Pick<Context, 'db' | 'asOf'>,
  documents: readonly DocumentRecord[],
): Promise<DocumentBody[]> {
  const { db, asOf } = ctx;
  const originals = new Map(
    (
      await documentsByFingerprint(
        db,
        documents.flatMap(({ lowers }) => lowers?.fingerprint ?? []),
        asOf,
      )
    ).map((each) => [each.fingerprint, each]),
  );
  const fingerprints = [...new Set([...documents.map((document) => document.fingerprint), ...originals.keys()])];
  const uses = Map.groupBy(await usesOf(db, fingerprints, asOf), (use) => use.fingerprint);
  const creditNotes = Map.groupBy(await creditNotesOf(db, fingerprints, asOf), (note) => note.lowers?.fingerprint);
  const similar = await nearDuplicatesOf(
    db,
    documents.flatMap(({ file }) => file?.probes ?? []),
    asOf,
  );
  const parties = await partyNames(
    db,
    documents.flatMap(({ registrar, debtor, file }) => [
      registrar,
      debtor,
      ...(file?.seller == null ? [] : [file.seller]),
    ]),
    asOf,
  );

  return documents.map((document): DocumentBody => {
    const { file, lowers } = document;
    const original = lowers && originals.get(lowers.fingerprint);
    return {
      fingerprint: document.fingerprint,
      kind: document.kind,
      format: file?.details.format ?? null,
      number: file?.details.number ?? null,
      typeCode: file?.details.typeCode ?? null,
      issueDate: file?.details.issueDate ?? null,
      dueDate: file?.details.dueDate ?? null,
      deliveryDate: file?.details.deliveryDate ?? null,
      orderReference: file?.details.orderReference ?? null,
      paymentTerms: file?.details.paymentTerms ?? null,
      seller: {
        name: file?.details.sellerName ?? null,
        party: file?.seller == null ? null : referenceTo(file.seller, parties),
        match: file?.sellerMatch ?? null,
      },
      buyer: {
        name: file?.details.buyerName ?? null,
        party: referenceTo(document.debtor, parties),
        match: file?.buyerMatch ?? null,
      },
      registrar: referenceTo(document.registrar, parties),
      registeredAt: moment(document.registeredAt),
      currency: document.currency,
      amounts: file?.details.amounts ?? null,
      payable: String(document.payable),
      credited: String(document.credited),
      used: String(document.used),
      residual: String(document.residual),
      uses: (uses.get(document.fingerprint) ?? []).map((use) => ({
        payable: String(use.payable),
        amount: String(use.amount),
      })),
      creditNotes: (creditNotes.get(document.fingerprint) ?? []).map((note) => ({
        fingerprint: note.fingerprint,
        number: note.file?.details.number ?? null,
        amount: String(note.lowers?.amount ?? 0n),
        registeredAt: moment(note.registeredAt),
      })),
      lowers:
        lowers && original
          ? {
              fingerprint: lowers.fingerprint,
              number: original.file?.details.number ?? null,
              amount: String(lowers.amount),
              residual: String(original.residual),
              overdrawn: overdrawnBy(original),
            }
          : null,
      overdrawn: overdrawnBy(document),
      warnings: [
        ...(file?.warnings.map((each) => ({ ...each, findings: [...each.findings] })) ?? []),
        ...overdrawnWarnings(original ?? document),
      ],
      similarTo: (similar.get(document.fingerprint) ?? []).map((each) => ({ ...each, reasons: [...each.reasons] })),
    };
  });

  function overdrawnBy({ fingerprint: overdrawnOne, excess }: DocumentRecord): z.input<typeof overdrawn> | null {
    if (excess === 0n) return null;
    return { excess: String(excess), payables: (uses.get(overdrawnOne) ?? []).map(({ payable }) => String(payable)) };
  }
}

function overdrawnWarnings({
  fingerprint: overdrawnOne,
  excess,
  used,
  payable,
  credited,
  currency: code,
}: DocumentRecord): StoredWarning[] & z.input<typeof warning>[] {
  if (excess === 0n) return [];
  return [
    {
      rule: OVERDRAWN_RULE,
      severity: 'warning',
      sentence:
        'More was issued against the document than is left of it after its credit notes; the payables on it stand all the same.',
      findings: [
        `${used} used of ${overdrawnOne}, ${payable - credited} left of it: ${excess} minor units of ${code} too much`,
      ],
    },
  ];
}

function moment(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
