// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import { looksForItself, shownTo, type Visibility } from '../access/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { PaymentDemandsTable, RecourseClaimsTable, RecourseStage } from './tables.ts';

/** The last claim on a note. Amounts in minor units, moments in Unix seconds. */
export interface RecourseClaim {
  readonly note: NoteId;
  readonly payable: PayableId;
  readonly holder: PartyId;
  readonly endorser: PartyId | null;
  readonly hop: NoteId | null;
  readonly units: bigint;
  readonly until: string | null;
  readonly cause: string | null;
  readonly claimedAt: bigint | null;
  readonly stage: RecourseStage;
  readonly endedAt: bigint | null;
  readonly endCause: string | null;
  readonly paid: bigint | null;
  readonly toHolder: bigint | null;
  readonly taken: NoteId | null;
}

/** A holder's written demand on the obligor. */
export interface PaymentDemand {
  readonly payable: PayableId;
  readonly note: NoteId;
  readonly holder: PartyId;
  readonly limitationUntil: string;
  readonly cause: string;
  readonly demandedAt: bigint;
}

export interface ClaimFilter {
  readonly side?: 'made' | 'received' | undefined;
  readonly stage?: RecourseStage | undefined;
}

export async function recourseClaimOn(db: Queryable, note: NoteId, block: AtBlock): Promise<RecourseClaim | undefined> {
  const row = await asOf(db.selectFrom('recourse_claims').selectAll(), 'recourse_claims', block)
    .where('note', '=', note)
    .executeTakeFirst();
  return row && claimFrom(row);
}

/** One page of the claims the visibility shows, the newest note first. */
export async function recourseClaimsPage(
  db: Queryable,
  visibility: Visibility,
  { side, stage }: ClaimFilter,
  page: Page,
  block: AtBlock,
): Promise<RecourseClaim[]> {
  // The side is that of one's own party; whoever looks by grant or office sees both.
  const asked = looksForItself(visibility) ? side : undefined;
  const parties = [...(asked === 'received' ? [] : ['c.holder']), ...(asked === 'made' ? [] : ['c.endorser'])];
  const { rows } = await sql<Selectable<RecourseClaimsTable>>`
    select c.* from recourse_claims as c
    where ${trueAt('c', block)} and ${shownTo(visibility, { parties, payable: 'c.payable_id' })}
      ${stage === undefined ? sql`` : sql`and c.stage = ${stage}`}
      ${page.after ? sql`and c.note < ${BigInt(page.after[0] as string)}` : sql``}
    order by c.note desc
    limit ${page.limit + 1}
  `.execute(db);
  return rows.map(claimFrom);
}

/** The demands made on a payable, in the order they were made. */
export async function demandsOn(db: Queryable, payable: PayableId, block: AtBlock): Promise<PaymentDemand[]> {
  const rows = await asOf(db.selectFrom('payment_demands').selectAll(), 'payment_demands', block)
    .where('payable_id', '=', payable)
    .orderBy('block_number')
    .orderBy('log_index')
    .execute();
  return rows.map(demandFrom);
}

function claimFrom(row: Selectable<RecourseClaimsTable>): RecourseClaim {
  return {
    note: row.note,
    payable: row.payable_id,
    holder: row.holder,
    endorser: row.endorser,
    hop: row.hop,
    units: row.units,
    until: row.until,
    cause: row.cause,
    claimedAt: row.claimed_at,
    stage: row.stage,
    endedAt: row.ended_at,
    endCause: row.end_cause,
    paid: row.paid,
    toHolder: row.to_holder,
    taken: row.taken,
  };
}

function demandFrom(row: Selectable<PaymentDemandsTable>): PaymentDemand {
  return {
    payable: row.payable_id,
    note: row.note,
    holder: row.holder,
    limitationUntil: row.limitation_until,
    cause: row.cause,
    demandedAt: row.demanded_at,
  };
}
