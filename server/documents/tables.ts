// SPDX-License-Identifier: Apache-2.0
import type { PartyId, PayableId } from '../values/ids.ts';
import type { ColumnType, Generated } from 'kysely';
import type { Migration } from '../store/migrations.ts';
import { bigint, integer, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import type { SimilarityProbes } from './similarity.ts';

declare module '../store/database.ts' {
  interface Tables {
    documents: DocumentsTable;
    document_uses: DocumentUsesTable;
    document_files: DocumentFilesTable;
  }
}

/** What the chain has of a document, by its fingerprint. */
export const documentsTable = versionedTable('documents', {
  columns: {
    fingerprint: text(),
    kind: oneOf(['invoice', 'credit-note']),
    /** As registered: successions since then are not followed here. */
    registrar: bigint<PartyId>(),
    debtor: bigint<PartyId>(),
    currency: text(),
    /** Minor units; 0 for a credit note. */
    payable: numeric(20),
    credited: numeric(20),
    used: numeric(20),
    /** Of a credit note: the document it lowers, and by how much. */
    original: text().orNull(),
    taken: numeric(20).orNull(),
    /** Unix seconds. */
    registered_at: bigint(),
    /** Where in the chain it was registered; the order of every list. */
    registered_block: bigint(),
    registered_log: integer(),
  },
  key: ['fingerprint'],
  indexes: {
    by_place: '(registered_block, registered_log)',
    by_registrar: '(registrar)',
    by_debtor: '(debtor)',
    by_original: '(original) where original is not null',
  },
});
export type DocumentsTable = RowOf<typeof documentsTable>;

/** What payables stand on a document; a row ends when the payable's issue was not accepted. */
export const documentUsesTable = versionedTable('document_uses', {
  columns: { payable: bigint<PayableId>(), fingerprint: text(), amount: numeric(20) },
  key: ['payable', 'fingerprint'],
  indexes: { by_fingerprint: '(fingerprint)' },
});
export type DocumentUsesTable = RowOf<typeof documentUsesTable>;

/**
 * What never goes on chain: what a file says, who is who in it, and where the vault keeps it. Written before the
 * instruction that registers the document; it stands for nothing until the chain has the document in just these terms.
 */
export interface DocumentFilesTable {
  id: Generated<bigint>;
  fingerprint: string;
  /** The party that brought it. */
  registrar: PartyId;
  debtor: PartyId;
  currency: string;
  payable: bigint;
  /** Of a credit note: the document it lowers; of an invoice empty. */
  original: string;
  /** The party of the ledger that is the seller, if there is one. */
  seller: PartyId | null;
  seller_match: PartyMatch;
  buyer_match: PartyMatch;
  details: Stored<StoredDetails>;
  warnings: Stored<readonly StoredWarning[]>;
  probes: Stored<SimilarityProbes>;
  /** What near duplicates find it by; see `similarity.ts`. */
  keys: string[];
  vault_address: string;
  file_bytes: number;
  brought_by: string;
  brought_at: ColumnType<Date, never, Date>;
}

/**
 * How a document's seller or buyer was found among the parties: by an identifier the document states, by the word of who
 * brought it, or not at all.
 */
export const PARTY_MATCHES = ['matched', 'declared', 'unknown'] as const;

export type PartyMatch = (typeof PARTY_MATCHES)[number];

export interface StoredDetails {
  readonly format: string;
  readonly number: string;
  readonly typeCode: string | null;
  readonly issueDate: string;
  readonly dueDate: string | null;
  readonly deliveryDate: string | null;
  readonly sellerName: string;
  readonly buyerName: string;
  readonly orderReference: string | null;
  readonly paymentTerms: string | null;
  readonly amounts: StoredAmounts;
}

/** Minor units as text; null where the document states more decimals than its currency has. */
export interface StoredAmounts {
  readonly net: string | null;
  readonly tax: string | null;
  readonly gross: string | null;
  readonly prepaid: string | null;
  readonly rounding: string | null;
  readonly payable: string | null;
}

export interface StoredWarning {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly sentence: string;
  readonly findings: readonly string[];
}

/** JSON: read as it is, written as text. */
type Stored<T> = ColumnType<T, string, string>;

export const documentMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 documents',
    sql: `
      create table document_files (
        id bigint generated always as identity primary key,
        fingerprint text not null,
        registrar bigint not null,
        debtor bigint not null,
        currency text not null,
        payable numeric not null,
        original text not null,
        seller bigint,
        seller_match text not null check (seller_match in ('matched', 'declared', 'unknown')),
        buyer_match text not null check (buyer_match in ('matched', 'declared')),
        details jsonb not null,
        warnings jsonb not null,
        probes jsonb not null,
        keys text[] not null,
        vault_address text not null,
        file_bytes integer not null,
        brought_by uuid not null,
        brought_at timestamptz not null,
        unique (fingerprint, registrar, debtor, currency, payable, original),
        check ((seller is null) = (seller_match = 'unknown'))
      );
      create index document_files_by_seller on document_files (seller) where seller is not null;
      create index document_files_by_key on document_files using gin (keys)`,
  },
];
