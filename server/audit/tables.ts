// SPDX-License-Identifier: Apache-2.0
import type { AccessGrantId, PartyId } from '../values/ids.ts';
import type { Generated } from 'kysely';
import type { Migration } from '../store/migrations.ts';
import { bigint, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import { GRANT_SCOPES } from './scopes.ts';

declare module '../store/database.ts' {
  interface Tables {
    access_grants: AccessGrantsTable;
    access_log: AccessLogTable;
  }
}

export const accessGrantsTable = versionedTable('access_grants', {
  columns: {
    id: bigint<AccessGrantId>(),
    grantor: bigint<PartyId>(),
    auditor: bigint<PartyId>(),
    scope: oneOf(GRANT_SCOPES),
    /** Number of the payable or party; 0 for all. */
    subject: bigint(),
    /** Unix seconds; from then on it opens nothing. */
    expires_at: bigint(),
    purpose: text(),
    revoked_by: bigint<PartyId>().orNull(),
  },
  key: ['id'],
  indexes: { by_auditor: '(auditor)', by_grantor: '(grantor)' },
});
export type AccessGrantsTable = RowOf<typeof accessGrantsTable>;

/** What auditors and regulators looked at through this gateway. Not of the chain: rows are added, never changed. */
export interface AccessLogTable {
  id: Generated<bigint>;
  /** Unix seconds, by the ledger's clock. */
  looked_at: bigint;
  party: PartyId;
  user_id: string;
  username: string;
  request_id: string;
  kind: string;
  subject: string;
  /** The grants that opened it; none for a regulator. */
  grants: readonly AccessGrantId[];
}

export const auditMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 audit',
    sql: `
      create table access_log (
        id bigint generated always as identity primary key,
        looked_at bigint not null,
        party bigint not null,
        user_id uuid not null,
        username text not null,
        request_id text not null,
        kind text not null,
        subject text not null,
        grants bigint[] not null
      );
      create index access_log_by_party on access_log (party, id);
      create index access_log_by_grant on access_log using gin (grants);
      create function access_log_is_lasting() returns trigger language plpgsql as $$
        begin raise exception 'the access log is only ever added to'; end $$;
      create trigger access_log_is_lasting before update or delete or truncate on access_log
        for each statement execute function access_log_is_lasting()`,
  },
];
