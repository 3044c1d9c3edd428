// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../../values/ids.ts';
import type { ColumnType } from 'kysely';
import type { Migration } from '../../store/migrations.ts';
import type { RecourseWanted } from '../recourse.ts';

declare module '../../store/database.ts' {
  interface Tables {
    quote_requests: QuoteRequestsTable;
    quote_request_declines: QuoteRequestDeclinesTable;
  }
}

/** A lot as it was asked for: decimal strings. */
export interface StoredLot {
  readonly note: string;
  readonly units: string;
}

/**
 * Requests for quotes, which never go on chain: the chain learns of the answer that is accepted, when notes and cash change
 * hands. Made of no events, so it is no projection. Moments in Unix seconds.
 */
export interface QuoteRequestsTable {
  id: string;
  asker: PartyId;
  currency: string;
  lots: ColumnType<readonly StoredLot[], string, never>;
  /** What its answers are for; see `lotsHash`. */
  lots_hash: string;
  recourse: RecourseWanted;
  /** Whom it is put to; all financiers where there is none. */
  invited: readonly PartyId[] | null;
  expires_at: bigint;
  asked_by: string;
  asked_at: bigint;
  withdrawn_at: bigint | null;
  /** The answer that is accepted, and the operation that does it: the ledger decides. */
  accepted: string | null;
  operation: string | null;
}

export interface QuoteRequestDeclinesTable {
  request: string;
  financier: PartyId;
  reason: string;
  declined_by: string;
  declined_at: bigint;
}

export const requestMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 discounting',
    sql: `
      create table quote_requests (
        id uuid primary key,
        asker bigint not null,
        currency text not null,
        lots jsonb not null,
        lots_hash text not null,
        recourse text not null check (recourse in ('with', 'without', 'either')),
        invited bigint[],
        expires_at bigint not null,
        asked_by text not null,
        asked_at bigint not null,
        withdrawn_at bigint,
        accepted text,
        operation uuid,
        check ((accepted is null) = (operation is null))
      );
      create index quote_requests_by_asker on quote_requests (asker, asked_at, id);
      create index quote_requests_by_time on quote_requests (asked_at, id);
      create table quote_request_declines (
        request uuid not null references quote_requests,
        financier bigint not null,
        reason text not null,
        declined_by text not null,
        declined_at bigint not null,
        primary key (request, financier)
      )`,
  },
];
