// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import type { Address } from '../values/hex.ts';
import type { Page } from '../http/pagination.ts';
import type { PartyOf } from '../auth/caller.ts';
import type { Clock } from '../values/clock.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import { ledgerToday } from '../values/ledger-date.ts';
import type { Party } from './party.ts';
import { maskOf, type PartyRole, rolesOf } from '../values/roles.ts';
import { eligibilityRefusal } from './eligibility.ts';
import type { PartiesTable, StandingAcceptancesTable, SuccessionsTable } from './tables.ts';

export interface Succession {
  readonly predecessor: PartyId;
  readonly successor: PartyId;
  readonly order: string;
  readonly successorConsented: boolean;
  /** The predecessor itself, or a regulator. */
  readonly predecessorConsentBy: PartyId | null;
  readonly completed: boolean;
}

export interface PartyFilter {
  readonly role?: PartyRole | undefined;
  readonly status?: PartiesTable['status'] | undefined;
  /** Canonical spelling. */
  readonly identifier?: string | undefined;
}

const NO_KEY: Address = `0x${'0'.repeat(40)}`;

export async function partyById(db: Queryable, id: PartyId, block: AtBlock): Promise<Party | undefined> {
  const row = await asOf(db.selectFrom('parties').selectAll(), 'parties', block)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && partyFrom(row);
}

export async function partyByIdentifier(
  db: Queryable,
  scheme: string,
  identifier: string,
  block: AtBlock,
): Promise<Party | undefined> {
  const row = await asOf(db.selectFrom('parties').selectAll(), 'parties', block)
    .where('scheme', '=', scheme)
    .where('identifier', '=', identifier)
    .executeTakeFirst();
  return row && partyFrom(row);
}

/** The names of parties by number; numbers that are no party's are left out. */
export async function partyNames(
  db: Queryable,
  ids: readonly PartyId[],
  block: AtBlock,
): Promise<Map<PartyId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await asOf(db.selectFrom('parties').select(['id', 'name']), 'parties', block)
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** One page of the parties, by number. */
export async function partiesOn(db: Queryable, filter: PartyFilter, block: AtBlock, page: Page): Promise<Party[]> {
  let query = asOf(db.selectFrom('parties').selectAll(), 'parties', block)
    .orderBy('id')
    .limit(page.limit + 1);
  if (page.after) query = query.where('id', '>', numbered<PartyId>(page.after[0] ?? 0));
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.identifier) query = query.where('identifier', '=', filter.identifier);
  if (filter.role) query = query.where(sql<boolean>`(parties.roles & ${maskOf([filter.role])}) <> 0`);
  return (await query.execute()).map(partyFrom);
}

/** The numbers of the parties that have a role and were not succeeded, in ascending order; suspended ones too. */
export async function partiesWithRole(db: Queryable, role: PartyRole, block: AtBlock): Promise<PartyId[]> {
  const rows = await asOf(db.selectFrom('parties').select('id'), 'parties', block)
    .where(sql<boolean>`(parties.roles & ${maskOf([role])}) <> 0`)
    .where('status', '<>', 'succeeded')
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** The party that stands in `id`'s place, through every succession; itself if none does. */
export async function successorOf(db: Queryable, id: PartyId, block: AtBlock): Promise<PartyId> {
  const { rows } = await sql<{ id: PartyId }>`
    with recursive line as (
      select p.id, p.successor from parties p where p.id = ${id} and ${trueAt('p', block)}
      union
      select p.id, p.successor from parties p join line on p.id = line.successor where ${trueAt('p', block)}
    )
    select id from line where successor is null
  `.execute(db);
  return rows[0]?.id ?? id;
}

/** Every party that `id` stands in for, directly or through another, by number; not itself. */
export async function predecessorsOf(db: Queryable, id: PartyId, block: AtBlock): Promise<PartyId[]> {
  const { rows } = await sql<{ id: PartyId }>`
    with recursive line as (
      select p.id from parties p where p.successor = ${id} and ${trueAt('p', block)}
      union
      select p.id from parties p join line on p.successor = line.id where ${trueAt('p', block)}
    )
    select id from line order by id
  `.execute(db);
  return rows.map((row) => row.id);
}

export async function successionOf(
  db: Queryable,
  predecessor: PartyId,
  block: AtBlock,
): Promise<Succession | undefined> {
  const row = await asOf(db.selectFrom('successions').selectAll(), 'successions', block)
    .where('predecessor', '=', predecessor)
    .executeTakeFirst();
  return row && successionFrom(row);
}

/** One page of the successions, by predecessor: those proposed and those completed. */
export async function successionsOn(db: Queryable, block: AtBlock, page: Page): Promise<Succession[]> {
  let query = asOf(db.selectFrom('successions').selectAll(), 'successions', block)
    .orderBy('predecessor')
    .limit(page.limit + 1);
  if (page.after) query = query.where('predecessor', '>', numbered<PartyId>(page.after[0] ?? 0));
  return (await query.execute()).map(successionFrom);
}

/** Whose transfers `recipient` accepts beforehand, by number; `ANYONE` is first. */
export async function standingAcceptancesOf(
  db: Queryable,
  recipient: PartyId,
  block: AtBlock,
  page: Page,
): Promise<PartyId[]> {
  let query = asOf(db.selectFrom('standing_acceptances').select('sender'), 'standing_acceptances', block)
    .where('recipient', '=', recipient)
    .orderBy('sender')
    .limit(page.limit + 1);
  if (page.after) query = query.where('sender', '>', numbered<PartyId>(page.after[0] ?? 0));
  return (await query.execute()).map((row: Pick<StandingAcceptancesTable, 'sender'>) => row.sender);
}

/** What the platform has to know of a party: who it is, and whether it may write today. */
export function partyFacts(db: Queryable, clock: Clock): PartyOf {
  return async (id) => {
    const party = await partyById(db, id, 'latest');
    return (
      party && {
        name: party.name,
        key: party.key ?? NO_KEY,
        roles: party.roles,
        writesRefused: eligibilityRefusal(party, ledgerToday(clock)),
      }
    );
  };
}

function partyFrom(row: Selectable<PartiesTable>): Party {
  return {
    id: row.id,
    scheme: row.scheme,
    identifier: row.identifier,
    name: row.name,
    roles: rolesOf(row.roles),
    proposedRoles: row.proposed_roles === null ? null : rolesOf(row.proposed_roles),
    validUntil: row.valid_until,
    status: row.status,
    suspensionReason: row.suspension_reason,
    key: row.key as Address | null,
    proposedKey: row.proposed_key as Address | null,
    recoveryOrder: row.recovery_order,
    successor: row.successor === null ? null : row.successor,
    admittedAt: Number(row.admitted_at),
  };
}

function successionFrom(row: Selectable<SuccessionsTable>): Succession {
  return {
    predecessor: row.predecessor,
    successor: row.successor,
    order: row.order_reference,
    successorConsented: row.successor_consented,
    predecessorConsentBy: row.predecessor_consent_by === null ? null : row.predecessor_consent_by,
    completed: row.completed,
  };
}
