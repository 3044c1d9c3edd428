// SPDX-License-Identifier: Apache-2.0
import { type NoteId, numbered, type PartyId, type PayableId, type PaymentId } from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { PaidNotesTable } from './tables.ts';

/** What a payment paid on one note. */
export interface PaidNote {
  readonly payment: PaymentId;
  readonly note: NoteId;
  readonly cutFrom: NoteId;
  readonly payable: PayableId;
  /** Its holder, who has of the amount what `prior` left. */
  readonly payee: PartyId;
  readonly amount: bigint;
  /** Of the amount, what went to others before the holder. */
  readonly prior: bigint;
  /** Unix seconds. */
  readonly paidAt: bigint;
  readonly returned: boolean;
}

/** What of a note's amount went to somebody before its holder. */
export interface PriorClaim {
  readonly note: NoteId;
  readonly payee: PartyId;
  readonly amount: bigint;
}

/** What a party was paid on one note: as its holder, or before it. */
export interface Received {
  readonly payment: PaymentId;
  readonly note: NoteId;
  readonly cutFrom: NoteId;
  readonly payable: PayableId;
  /** 0 for the holder; else the place among those that were paid before it. */
  readonly position: number;
  readonly amount: bigint;
  /** Unix seconds. */
  readonly paidAt: bigint;
  readonly returned: boolean;
}

/** One page of what a payment paid, by note: to all, or on notes of which `parties` were paid something. */
export async function paidNotesOf(
  db: Queryable,
  payment: PaymentId,
  parties: readonly PartyId[] | 'all',
  block: AtBlock,
  page: Page,
): Promise<PaidNote[]> {
  let query = asOf(db.selectFrom('paid_notes').selectAll(), 'paid_notes', block)
    .where('payment', '=', payment)
    .orderBy('note')
    .limit(page.limit + 1);
  if (page.after) query = query.where('note', '>', numbered<NoteId>(page.after[0] ?? '0'));
  if (parties !== 'all') {
    const ids = parties;
    query = query.where((eb) =>
      eb.or([
        eb('payee', 'in', ids),
        eb.exists(
          eb
            .selectFrom('prior_claims as c')
            .select('c.note')
            .whereRef('c.payment', '=', 'paid_notes.payment')
            .whereRef('c.note', '=', 'paid_notes.note')
            .where('c.payee', 'in', ids)
            .where(trueAt('c', block)),
        ),
      ]),
    );
  }
  return (await query.execute()).map(paidNoteFrom);
}

/** Who was paid by a payment before the holders of some of its notes, by note, in the order they were paid. */
export async function priorClaimsOf(
  db: Queryable,
  payment: PaymentId,
  notes: readonly NoteId[],
  block: AtBlock,
): Promise<Map<NoteId, PriorClaim[]>> {
  if (notes.length === 0) return new Map();
  const rows = await asOf(db.selectFrom('prior_claims').select(['note', 'payee', 'amount']), 'prior_claims', block)
    .where('payment', '=', payment)
    .where('note', 'in', [...new Set(notes)])
    .orderBy('note')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, ({ note }) => note);
}

/** What a payment paid and was not returned, by note. */
export async function unreturnedNotesOf(db: Queryable, payment: PaymentId, block: AtBlock): Promise<NoteId[]> {
  const rows = await asOf(db.selectFrom('paid_notes').select('note'), 'paid_notes', block)
    .where('payment', '=', payment)
    .where('returned', '=', false)
    .orderBy('note')
    .execute();
  return rows.map(({ note }) => note);
}

/** One page of what `parties` were paid, as holders and before holders, newest first. */
export async function paidTo(
  db: Queryable,
  parties: readonly PartyId[],
  block: AtBlock,
  page: Page,
): Promise<Received[]> {
  const after = page.after?.map(BigInt);
  const { rows } = await sql<{
    payment: PaymentId;
    note: NoteId;
    position: number;
    cut_from: NoteId;
    payable_id: PayableId;
    amount: bigint;
    paid_at: bigint;
    returned: boolean;
  }>`
    select * from ${received(parties, block)} as r
    ${after ? sql`where (payment, note, position) < (${after[0]}, ${after[1]}, ${after[2]})` : sql``}
    order by payment desc, note desc, position desc
    limit ${page.limit + 1}
  `.execute(db);
  return rows.map((row) => ({
    payment: row.payment,
    note: row.note,
    cutFrom: row.cut_from,
    payable: row.payable_id,
    position: row.position,
    amount: row.amount,
    paidAt: row.paid_at,
    returned: row.returned,
  }));
}

/** What `parties` got of each of some payments, and how much of that was returned; payments that paid them nothing are left out. */
export async function receivedFrom(
  db: Queryable,
  payments: readonly PaymentId[],
  parties: readonly PartyId[],
  block: AtBlock,
): Promise<Map<PaymentId, { amount: bigint; returned: bigint }>> {
  if (payments.length === 0 || parties.length === 0) return new Map();
  const { rows } = await sql<{ payment: PaymentId; amount: bigint; returned: bigint }>`
    select payment, sum(amount) as amount, coalesce(sum(amount) filter (where returned), 0) as returned
    from ${received(parties, block)} as r
    where payment = any(${payments.map(String)}::bigint[])
    group by payment
  `.execute(db);
  return new Map(rows.map(({ payment, amount, returned }) => [payment, { amount, returned }]));
}

/** What the parties were paid: each note of theirs, less what went to others first, and each claim of theirs on another's. */
function received(parties: readonly PartyId[], block: AtBlock): RawBuilder<unknown> {
  const ids = sql`${parties.map(String)}::bigint[]`;
  return sql`(
    select payment, note, 0 as position, cut_from, payable_id, amount - prior as amount, paid_at, returned
    from paid_notes as p where payee = any(${ids}) and ${trueAt('p', block)}
    union all
    select c.payment, c.note, c.position, p.cut_from, c.payable_id, c.amount, p.paid_at, p.returned
    from prior_claims as c join paid_notes as p on p.payment = c.payment and p.note = c.note
    where c.payee = any(${ids}) and ${trueAt('c', block)} and ${trueAt('p', block)}
  )`;
}

function paidNoteFrom(row: Selectable<PaidNotesTable>): PaidNote {
  return {
    payment: row.payment,
    note: row.note,
    cutFrom: row.cut_from,
    payable: row.payable_id,
    payee: row.payee,
    amount: row.amount,
    prior: row.prior,
    paidAt: row.paid_at,
    returned: row.returned,
  };
}
