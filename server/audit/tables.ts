import type { Generated } from 'kysely';
import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';
import type { GrantScope } from './scopes.ts';

declare module '../store/database.ts' {
  interface Tables {
    access_grants: AccessGrantsTable;
    access_log: AccessLogTable;
  }
}

export interface AccessGrantsTable extends Validity {
  id: bigint;
  grantor: bigint;
  auditor: bigint;
  scope: GrantScope;
  /** Number of the payable or party; 0 for all. */
  subject: bigint;
  /** Unix seconds; from then on it opens nothing. */
  expires_at: bigint;
  purpose: string;
  revoked_by: bigint | null;
}

/** What auditors and regulators looked at through this gateway. Not of the chain: rows are added, never changed. */
export interface AccessLogTable {
  id: Generated<bigint>;
  /** Unix seconds, by the ledger's clock. */
  looked_at: bigint;
  party: bigint;
  user_id: string;
  username: string;
  request_id: string;
  kind: string;
  subject: string;
  /** The grants that opened it; none for a regulator. */
  grants: bigint[];
}

export const accessGrantsTable = versionedTable('access_grants', ['id']);

export const auditSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    accessGrantsTable,
    `id bigint not null,
     grantor bigint not null,
     auditor bigint not null,
     scope text not null check (scope in ('payable', 'party', 'all')),
     subject bigint not null,
     expires_at bigint not null,
     purpose text not null,
     revoked_by bigint`,
  ),
  {
    name: 'audit-1',
    sql: `
      create index access_grants_by_auditor on access_grants (auditor);
      create index access_grants_by_grantor on access_grants (grantor);
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
