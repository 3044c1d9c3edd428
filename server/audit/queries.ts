// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, numbered, type PartyId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { GrantScope } from './scopes.ts';
import type { AccessGrantsTable, AccessLogTable } from './tables.ts';

/** Permission for an auditor to look. */
export interface AccessGrant {
  readonly id: AccessGrantId;
  readonly grantor: PartyId;
  readonly auditor: PartyId;
  readonly scope: GrantScope;
  /** Number of the payable or party; 0 for all. */
  readonly subject: bigint;
  /** Unix seconds; from then on it opens nothing. */
  readonly expiresAt: number;
  readonly purpose: string;
  readonly revokedBy: PartyId | null;
}

/** One look of an auditor or a regulator. */
export type LookedUp = Selectable<AccessLogTable>;

export async function grantById(db: Queryable, id: AccessGrantId, block: AtBlock): Promise<AccessGrant | undefined> {
  const row = await asOf(db.selectFrom('access_grants').selectAll(), 'access_grants', block)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && grantFrom(row);
}

/** The grants that open something to `auditor` at `now` (Unix seconds), by number. */
export async function grantsInForce(db: Queryable, auditor: PartyId, now: number): Promise<AccessGrant[]> {
  const rows = await asOf(db.selectFrom('access_grants').selectAll(), 'access_grants', 'latest')
    .where('auditor', '=', auditor)
    .where('revoked_by', 'is', null)
    .where('expires_at', '>', BigInt(now))
    .orderBy('id')
    .execute();
  return rows.map(grantFrom);
}

/** One page of the grants given by or to `parties`, or of all, by number. */
export async function grantsOn(
  db: Queryable,
  parties: readonly PartyId[] | 'all',
  block: AtBlock,
  page: Page,
): Promise<AccessGrant[]> {
  let query = asOf(db.selectFrom('access_grants').selectAll(), 'access_grants', block)
    .orderBy('id')
    .limit(page.limit + 1);
  if (page.after) query = query.where('id', '>', numbered<AccessGrantId>(page.after[0] ?? 0));
  if (parties !== 'all') {
    const ids = parties;
    query = query.where((eb) => eb.or([eb('grantor', 'in', ids), eb('auditor', 'in', ids)]));
  }
  return (await query.execute()).map(grantFrom);
}

/** The numbers of all grants that `grantors` ever gave. */
export async function grantsGivenBy(db: Queryable, grantors: readonly PartyId[]): Promise<AccessGrantId[]> {
  const rows = await asOf(db.selectFrom('access_grants').select('id'), 'access_grants', 'latest')
    .where('grantor', 'in', grantors)
    .execute();
  return rows.map((row) => row.id);
}

/** Whose look-ups: everybody's, one party's own, or those that certain grants opened. */
export type LogFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'by'; readonly party: PartyId }
  | { readonly kind: 'under'; readonly grants: readonly AccessGrantId[] };

/** One page of the look-ups, in the order they were made. */
export async function lookUps(db: Queryable, filter: LogFilter, page: Page): Promise<LookedUp[]> {
  let query = db
    .selectFrom('access_log')
    .selectAll()
    .orderBy('id')
    .limit(page.limit + 1);
  if (page.after) query = query.where('id', '>', BigInt(page.after[0] ?? 0));
  if (filter.kind === 'by') query = query.where('party', '=', filter.party);
  if (filter.kind === 'under')
    query = query.where(sql<boolean>`grants && ${sql.val(filter.grants.map(String))}::bigint[]`);
  return query.execute();
}

function grantFrom(row: Selectable<AccessGrantsTable>): AccessGrant {
  return {
    id: row.id,
    grantor: row.grantor,
    auditor: row.auditor,
    scope: row.scope,
    subject: row.subject,
    expiresAt: Number(row.expires_at),
    purpose: row.purpose,
    revokedBy: row.revoked_by === null ? null : row.revoked_by,
  };
}
