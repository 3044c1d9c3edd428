// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { PartyId, PayableId } from '../values/ids.ts';
import type { ColumnType } from 'kysely';
import type { Migration } from '../store/migrations.ts';

declare module '../store/database.ts' {
  interface Tables {
    issue_drafts: IssueDraftsTable;
  }
}

/** What an obligor means to issue, while its second person has not decided. Not of the chain. */
export interface IssueDraftsTable {
  id: string;
  obligor: PartyId;
  supplier: PartyId;
  currency: string;
  face: bigint;
  maturity: LedgerDate;
  /** `[{ fingerprint, amount }]`, amounts as decimal strings. */
  documents: ColumnType<readonly DraftDocument[], string, never>;
  reference: string | null;
  warnings: ColumnType<readonly DraftWarning[], string, never>;
  made_by: string;
  made_by_name: string;
  /** Unix seconds, by the ledger's clock. */
  made_at: bigint;
  /** Of an approval, the ledger has the last word; see `drafts.ts`. */
  decision: 'approval' | 'rejection' | null;
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: bigint | null;
  /** The operation of the newest approval. */
  operation: string | null;
  /** What was issued on it, once that is recorded. */
  payable_id: PayableId | null;
  rejection_reason: string | null;
}

export interface DraftDocument {
  readonly fingerprint: string;
  readonly amount: string;
}

/** Something the second person should know; it stops nothing. */
export interface DraftWarning {
  readonly code: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
}

export const draftMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 receivables',
    sql: `
      create table issue_drafts (
        id uuid primary key,
        obligor bigint not null,
        supplier bigint not null,
        currency text not null,
        face numeric(20) not null,
        maturity date not null,
        documents jsonb not null,
        reference text,
        warnings jsonb not null,
        made_by uuid not null,
        made_by_name text not null,
        made_at bigint not null,
        decision text check (decision in ('approval', 'rejection')),
        decided_by uuid,
        decided_by_name text,
        decided_at bigint,
        operation uuid,
        payable_id bigint,
        rejection_reason text,
        check (decided_by <> made_by)
      );
      create index issue_drafts_by_obligor on issue_drafts (obligor, made_at, id)`,
  },
];
