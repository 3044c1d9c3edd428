// SPDX-License-Identifier: Apache-2.0
import type { PartyId, PayableId } from '../values/ids.ts';
import { sql } from 'kysely';
import { type Concern, shownTo, type Visibility } from '../access/visibility.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import type { Bytes32 } from './registry-key.ts';
import type { SimilarityProbes } from './similarity.ts';
import type { PartyMatch, StoredDetails, StoredWarning } from './tables.ts';

/** A document as it stands on the ledger. All amounts are minor units of its currency. */
export interface DocumentRecord {
  readonly fingerprint: Bytes32;
  readonly kind: 'invoice' | 'credit-note';
  readonly currency: string;
  /** The party that brought it. */
  readonly registrar: PartyId;
  /** The buyer, as registered. */
  readonly debtor: PartyId;
  /** What was due for payment on it; 0 for a credit note. */
  readonly payable: bigint;
  readonly credited: bigint;
  /** What payables were issued against. */
  readonly used: bigint;
  /** What may still be issued against it. */
  readonly residual: bigint;
  /** By how much more was issued against it than is left after its credit notes; 0 unless overdrawn. */
  readonly excess: bigint;
  /** Of a credit note: what it lowered, and by how much. */
  readonly lowers: { readonly fingerprint: Bytes32; readonly amount: bigint } | null;
  /** Unix seconds. */
  readonly registeredAt: number;
  readonly place: DocumentPlace;
  /** What its file says; null where another gateway keeps it. */
  readonly file: DocumentFileRecord | null;
}

/** Where in the chain a document was registered. */
export interface DocumentPlace {
  readonly block: bigint;
  readonly logIndex: number;
}

export interface DocumentFileRecord {
  /** The party of the ledger that is the seller, if one is. */
  readonly seller: PartyId | null;
  readonly sellerMatch: PartyMatch;
  readonly buyerMatch: PartyMatch;
  readonly details: StoredDetails;
  readonly warnings: readonly StoredWarning[];
  readonly probes: SimilarityProbes;
  readonly vaultAddress: string;
}

/** What another room shows beside a fingerprint. */
export interface DocumentSummary {
  readonly fingerprint: string;
  readonly kind: 'invoice' | 'credit-note';
  readonly currency: string;
  readonly payable: bigint;
  readonly residual: bigint;
  readonly excess: bigint;
  /** Null where another gateway keeps the file. */
  readonly format: string | null;
  readonly number: string | null;
  readonly issueDate: string | null;
  readonly dueDate: string | null;
  readonly deliveryDate: string | null;
  readonly sellerName: string | null;
}

/** A payable that stands on a document. */
export interface DocumentUseRecord {
  readonly payable: PayableId;
  readonly fingerprint: string;
  readonly amount: bigint;
}

export interface DocumentFilter {
  readonly kind: 'invoice' | 'credit-note' | undefined;
  /** `open`: something may still be issued against it; `exhausted`: nothing; `overdrawn`: more was than is left. */
  readonly status: 'open' | 'exhausted' | 'overdrawn' | undefined;
}

/** Undefined if the ledger has no such document at that block. */
export async function documentByFingerprint(
  db: Queryable,
  fingerprint: string,
  asOf: AtBlock,
): Promise<DocumentRecord | undefined> {
  return (await documentsByFingerprint(db, [fingerprint], asOf))[0];
}

/** Those of them that the ledger has, in the order of registration. */
export async function documentsByFingerprint(
  db: Queryable,
  fingerprints: readonly string[],
  asOf: AtBlock,
): Promise<DocumentRecord[]> {
  if (fingerprints.length === 0) return [];
  const rows = await documentsAt(db, asOf)
    .where('d.fingerprint', 'in', [...fingerprints])
    .orderBy('d.registered_block')
    .orderBy('d.registered_log')
    .execute();
  return rows.map(recordOf);
}

/** Of each of them that the ledger has. */
export async function documentSummaries(
  db: Queryable,
  fingerprints: readonly string[],
  asOf: AtBlock,
): Promise<Map<string, DocumentSummary>> {
  const documents = await documentsByFingerprint(db, [...new Set(fingerprints)], asOf);
  return new Map(
    documents.map(({ fingerprint, kind, currency, payable, residual, excess, file }) => [
      fingerprint,
      {
        fingerprint,
        kind,
        currency,
        payable,
        residual,
        excess,
        format: file?.details.format ?? null,
        number: file?.details.number ?? null,
        issueDate: file?.details.issueDate ?? null,
        dueDate: file?.details.dueDate ?? null,
        deliveryDate: file?.details.deliveryDate ?? null,
        sellerName: file?.details.sellerName ?? null,
      },
    ]),
  );
}

/** At most `limit` of the documents somebody may see, the newest first, after `before` if that is given. */
export async function visibleDocuments(
  db: Queryable,
  visibility: Visibility,
  filter: DocumentFilter,
  page: { readonly before: DocumentPlace | undefined; readonly limit: number },
  asOf: AtBlock,
): Promise<DocumentRecord[]> {
  const { before } = page;
  const left = sql<bigint>`d.payable - d.credited - d.used`;
  const rows = await documentsAt(db, asOf)
    .where(shownTo(visibility, concernAt(asOf)))
    .$if(filter.kind !== undefined, (select) => select.where('d.kind', '=', filter.kind as DocumentRecord['kind']))
    .$if(filter.status !== undefined, (select) => select.where('d.kind', '=', 'invoice'))
    .$if(filter.status === 'open', (select) => select.where(left, '>', 0n))
    .$if(filter.status === 'exhausted', (select) => select.where(left, '<=', 0n))
    .$if(filter.status === 'overdrawn', (select) => select.where(left, '<', 0n))
    .$if(before !== undefined, (select) =>
      select.where(
        sql<boolean>`(d.registered_block, d.registered_log) < (${before?.block}::bigint, ${before?.logIndex}::integer)`,
      ),
    )
    .orderBy('d.registered_block', 'desc')
    .orderBy('d.registered_log', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(recordOf);
}

/** The document, if somebody may see it; undefined just as if there were none. */
export async function visibleDocument(
  db: Queryable,
  visibility: Visibility,
  fingerprint: string,
  asOf: AtBlock,
): Promise<DocumentRecord | undefined> {
  const row = await documentsAt(db, asOf)
    .where('d.fingerprint', '=', fingerprint)
    .where(shownTo(visibility, concernAt(asOf)))
    .executeTakeFirst();
  return row && recordOf(row);
}

/** The payables that stand on the documents, by number. */
export async function usesOf(
  db: Queryable,
  fingerprints: readonly string[],
  asOf: AtBlock,
): Promise<DocumentUseRecord[]> {
  if (fingerprints.length === 0) return [];
  return db
    .selectFrom('document_uses')
    .select(['payable', 'fingerprint', 'amount'])
    .where('fingerprint', 'in', [...fingerprints])
    .where(trueAt('document_uses', asOf))
    .orderBy('payable')
    .execute();
}

/** The credit notes of the documents, in the order of registration. */
export async function creditNotesOf(
  db: Queryable,
  originals: readonly string[],
  asOf: AtBlock,
): Promise<DocumentRecord[]> {
  if (originals.length === 0) return [];
  const rows = await documentsAt(db, asOf)
    .where('d.original', 'in', [...originals])
    .orderBy('d.registered_block')
    .orderBy('d.registered_log')
    .execute();
  return rows.map(recordOf);
}

/** All registered documents that left any of these similarity keys, each with all of its own. */
export async function documentsWithKeys(
  db: Queryable,
  keys: readonly string[],
  asOf: AtBlock,
): Promise<{ fingerprint: Bytes32; keys: Bytes32[] }[]> {
  if (keys.length === 0) return [];
  const rows = await documentsAt(db, asOf)
    .where(sql<boolean>`f.keys && ${[...keys]}::text[]`)
    .orderBy('d.registered_block')
    .orderBy('d.registered_log')
    .execute();
  return rows.map((row) => ({ fingerprint: row.fingerprint as Bytes32, keys: (row.keys ?? []) as Bytes32[] }));
}

type DocumentRow = Awaited<ReturnType<ReturnType<typeof documentsAt>['execute']>>[number];

/** Documents at a block, each with the file that was brought in the very terms that were registered. */
function documentsAt(db: Queryable, asOf: AtBlock) {
  return db
    .selectFrom('documents as d')
    .leftJoin('document_files as f', (join) =>
      join
        .onRef('f.fingerprint', '=', 'd.fingerprint')
        .onRef('f.registrar', '=', 'd.registrar')
        .onRef('f.debtor', '=', 'd.debtor')
        .onRef('f.currency', '=', 'd.currency')
        .onRef('f.payable', '=', 'd.payable')
        .on(sql<boolean>`f.original = coalesce(d.original, '')`),
    )
    .where(trueAt('d', asOf))
    .select([
      'd.fingerprint',
      'd.kind',
      'd.registrar',
      'd.debtor',
      'd.currency',
      'd.payable',
      'd.credited',
      'd.used',
      'd.original',
      'd.taken',
      'd.registered_at',
      'd.registered_block',
      'd.registered_log',
      'f.seller',
      'f.seller_match',
      'f.buyer_match',
      'f.details',
      'f.warnings',
      'f.probes',
      'f.keys',
      'f.vault_address',
    ]);
}

/** Its registrar, its debtor and its seller see a document, and whoever was let in to one of them or to a payable on it. */
function concernAt(asOf: AtBlock): Concern {
  return {
    parties: ['d.registrar', 'd.debtor', 'f.seller'],
    ofPayables: (payables) => sql`exists (
      select 1 from document_uses as u
      where u.fingerprint = d.fingerprint and u.payable = any(${payables}) and ${trueAt('u', asOf)})`,
  };
}

function recordOf(row: DocumentRow): DocumentRecord {
  const left = row.payable - row.credited - row.used;
  return {
    fingerprint: row.fingerprint as Bytes32,
    kind: row.kind,
    currency: row.currency,
    registrar: row.registrar,
    debtor: row.debtor,
    payable: row.payable,
    credited: row.credited,
    used: row.used,
    residual: left > 0n ? left : 0n,
    excess: left < 0n ? -left : 0n,
    lowers:
      row.original === null || row.taken === null ? null : { fingerprint: row.original as Bytes32, amount: row.taken },
    registeredAt: Number(row.registered_at),
    place: { block: row.registered_block, logIndex: row.registered_log },
    file: fileOf(row),
  };
}

function fileOf({
  seller,
  seller_match,
  buyer_match,
  details,
  warnings,
  probes,
  vault_address,
}: DocumentRow): DocumentFileRecord | null {
  if (!seller_match || !buyer_match || !details || !warnings || !probes || !vault_address) return null;
  return {
    seller,
    sellerMatch: seller_match,
    buyerMatch: buyer_match,
    details,
    warnings,
    probes,
    vaultAddress: vault_address,
  };
}
