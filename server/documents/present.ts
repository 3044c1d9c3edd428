// SPDX-License-Identifier: Apache-2.0
import type { Context } from '../http/context.ts';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import { nearDuplicatesOf } from './duplicates.ts';
import { creditNotesOf, type DocumentRecord, documentsByFingerprint, usesOf } from './queries.ts';
import { OVERDRAWN_RULE } from './refusals.ts';
import type { DocumentBody } from './resource.ts';

/** Shows documents, all at the block that `ctx` reads at. */
export async function presentDocuments(
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

  function overdrawnBy({ fingerprint: overdrawnOne, excess }: DocumentRecord): DocumentBody['overdrawn'] {
    if (excess === 0n) return null;
    return { excess: String(excess), payables: (uses.get(overdrawnOne) ?? []).map(({ payable }) => String(payable)) };
  }
}

export async function presentDocument(
  ctx: Pick<Context, 'db' | 'asOf'>,
  document: DocumentRecord,
): Promise<DocumentBody> {
  const [body] = await presentDocuments(ctx, [document]);
  return body as DocumentBody;
}

function overdrawnWarnings({
  fingerprint: overdrawnOne,
  excess,
  used,
  payable,
  credited,
  currency: code,
}: DocumentRecord): DocumentBody['warnings'] {
  if (excess === 0n) return [];
  return [
    {
      rule: OVERDRAWN_RULE,
      severity: 'warning',
      sentence:
        'The payables issued against the document exceed what is left of it after its credit notes; the payables on it remain valid.',
      findings: [
        `${used} used of ${overdrawnOne}, ${payable - credited} left of it: ${excess} minor units of ${code} too much`,
      ],
    },
  ];
}

function moment(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
