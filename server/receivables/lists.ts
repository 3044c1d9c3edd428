// SPDX-License-Identifier: Apache-2.0
import type { PartyId, PayableId } from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import { numbers, partiesOf, type Visibility } from '../access/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import { type Note, noteOf, type Payable, payableOf } from './queries.ts';
import type { PayableWord } from './resources.ts';
import type { NoteStatus } from './states.ts';
import type { NotesTable, PayablesTable } from './tables.ts';
import { notesShown, payablesShown } from './visibility.ts';

export interface PayableFilter {
  readonly status?: PayableWord | undefined;
  readonly obligor?: PartyId | undefined;
  readonly currency?: string | undefined;
  /** 'YYYY-MM-DD'; the day itself included. */
  readonly dueBefore?: string | undefined;
}

export interface NoteFilter {
  readonly status?: NoteStatus | undefined;
  readonly payable?: PayableId | undefined;
  readonly holder?: PartyId | undefined;
  /** `held`: the caller's own; `incoming`: offered to the caller; `pledged`: the caller's by a pledge. */
  readonly side?: 'held' | 'incoming' | 'pledged' | undefined;
}

/** One page of the payables somebody may see, the newest first. */
export async function payablesPage(
  db: Queryable,
  visibility: Visibility,
  filter: PayableFilter,
  today: string,
  page: Page,
  block: AtBlock,
): Promise<Payable[]> {
  const conditions: RawBuilder<unknown>[] = [trueAt('p', block), payablesShown(visibility, block)];
  if (page.after) conditions.push(sql`p.id < ${page.after[0]}::bigint`);
  if (filter.obligor !== undefined) conditions.push(sql`p.obligor = ${filter.obligor}`);
  if (filter.currency !== undefined) conditions.push(sql`p.currency = ${filter.currency}`);
  if (filter.dueBefore !== undefined) conditions.push(sql`p.due_date <= ${filter.dueBefore}::date`);
  if (filter.status === 'overdue')
    conditions.push(sql`p.status = 'active' and p.due_date < ${today}::date and p.default_date > ${today}::date`);
  else if (filter.status === 'defaulted')
    conditions.push(sql`p.status = 'active' and p.default_date <= ${today}::date`);
  else if (filter.status === 'active') conditions.push(sql`p.status = 'active' and p.due_date >= ${today}::date`);
  else if (filter.status !== undefined) conditions.push(sql`p.status = ${filter.status}`);
  const { rows } = await sql<Selectable<PayablesTable>>`
    select p.* from payables as p where ${sql.join(conditions, sql` and `)} order by p.id desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map(payableOf);
}

/** One page of the notes somebody may see, the newest payables first. */
export async function notesPage(
  db: Queryable,
  visibility: Visibility,
  filter: NoteFilter,
  page: Page,
  block: AtBlock,
): Promise<Note[]> {
  const conditions: RawBuilder<unknown>[] = [trueAt('n', block), trueAt('p', block), notesShown(visibility, block)];
  const own = numbers(partiesOf(visibility));
  if (page.after) conditions.push(sql`n.id < ${page.after[0]}::bigint`);
  if (filter.status !== undefined) conditions.push(sql`n.status = ${filter.status}`);
  if (filter.payable !== undefined) conditions.push(sql`n.payable_id = ${filter.payable}`);
  if (filter.holder !== undefined) conditions.push(sql`n.holder = ${filter.holder}`);
  if (filter.side === 'held') conditions.push(sql`n.holder = any(${own})`);
  if (filter.side === 'incoming') conditions.push(sql`n.status = 'offered' and n.holder <> all(${own})`);
  if (filter.side === 'pledged') {
    conditions.push(
      sql`n.id in (select note_id from note_pledges where beneficiary = any(${own}) and ${trueAt('note_pledges', block)})`,
    );
  }
  const { rows } = await sql<Selectable<NotesTable>>`
    select n.* from notes as n join payables as p on p.id = n.payable_id
    where ${sql.join(conditions, sql` and `)} order by n.id desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map(noteOf);
}
