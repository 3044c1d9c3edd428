import type { ColumnType, Generated } from 'kysely';
import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';
import type { SimilarityProbes } from './similarity.ts';

declare module '../store/database.ts' {
  interface Tables {
    documents: DocumentsTable;
    document_uses: DocumentUsesTable;
    document_files: DocumentFilesTable;
  }
}

/** What the chain has of a document, by its fingerprint. */
export interface DocumentsTable extends Validity {
  fingerprint: string;
  kind: 'invoice' | 'credit-note';
  /** As registered: successions since then are not followed here. */
  registrar: bigint;
  debtor: bigint;
  currency: string;
  /** Minor units; 0 for a credit note. */
  payable: bigint;
  credited: bigint;
  used: bigint;
  /** Of a credit note: the document it lowers, and by how much. */
  original: string | null;
  taken: bigint | null;
  /** Unix seconds. */
  registered_at: bigint;
  /** Where in the chain it was registered; the order of every list. */
  registered_block: bigint;
  registered_log: number;
}

/** What payables stand on a document; a row ends when the payable's issue was not accepted. */
export interface DocumentUsesTable extends Validity {
  payable: bigint;
  fingerprint: string;
  amount: bigint;
}

/**
 * What never goes on chain: what a file says, who is who in it, and where the vault keeps it. Written before the
 * instruction that registers the document; it stands for nothing until the chain has the document in just these terms.
 */
export interface DocumentFilesTable {
  id: Generated<bigint>;
  fingerprint: string;
  /** The party that brought it. */
  registrar: bigint;
  debtor: bigint;
  currency: string;
  payable: bigint;
  /** Of a credit note: the document it lowers; of an invoice empty. */
  original: string;
  /** The party of the ledger that is the seller, if there is one. */
  seller: bigint | null;
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

export const documentsTable = versionedTable('documents', ['fingerprint']);
export const documentUsesTable = versionedTable('document_uses', ['payable', 'fingerprint']);

export const documentSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    documentsTable,
    `fingerprint text not null,
     kind text not null check (kind in ('invoice', 'credit-note')),
     registrar bigint not null,
     debtor bigint not null,
     currency text not null,
     payable numeric not null,
     credited numeric not null,
     used numeric not null,
     original text,
     taken numeric,
     registered_at bigint not null,
     registered_block bigint not null,
     registered_log integer not null`,
  ),
  versionedTableDdl(documentUsesTable, 'payable bigint not null, fingerprint text not null, amount numeric not null'),
  {
    name: 'documents-1',
    sql: `
      create index documents_by_place on documents (registered_block, registered_log);
      create index documents_by_registrar on documents (registrar);
      create index documents_by_debtor on documents (debtor);
      create index documents_by_original on documents (original) where original is not null;
      create index document_uses_by_fingerprint on document_uses (fingerprint);
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
