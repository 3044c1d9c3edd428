// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { ColumnType } from 'kysely';
import type { Migration } from '../store/migrations.ts';

declare module '../store/database.ts' {
  interface Tables {
    operations: OperationsTable;
  }
}

/** One write somebody ordered under an idempotency key. */
export interface OperationsTable {
  id: string;
  party: PartyId;
  user_id: string;
  method: string;
  /** The route's path with its names in braces. */
  route: string;
  idem_key: string;
  /** The path as it was called, and a keyed hash of it and the body. */
  path: string;
  body_hash: string;
  /** `open` until it is known what came of it. */
  state: 'open' | 'done' | 'refused';
  response_status: number | null;
  /** JSON as it was, or would have been, sent: text, so that a replay is the same byte for byte. */
  response_body: string | null;
  response_location: string | null;
  /** The block its events are in. */
  block: bigint | null;
  created_at: ColumnType<Date, never, never>;
}

export const httpMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 http',
    sql: `
      create table operations (
        id uuid primary key,
        party bigint not null,
        user_id uuid not null,
        method text not null,
        route text not null,
        idem_key text not null,
        path text not null,
        body_hash text not null,
        state text not null check (state in ('open', 'done', 'refused')),
        response_status integer,
        response_body text,
        response_location text,
        block bigint,
        created_at timestamptz not null default now(),
        unique (party, method, route, idem_key),
        check ((state = 'open') = (response_status is null))
      )`,
  },
];
