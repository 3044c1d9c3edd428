// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId, SaleId } from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Hex } from '../values/hex.ts';
import { type Concern, numbers, partiesOf, shownTo, type Visibility } from '../access/visibility.ts';
import type { LedgerDate } from '../values/dates.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { SalesTable, SoldNotesTable } from './tables.ts';

/** A sale of notes. Amounts in minor units, moments in Unix seconds. */
export interface Sale {
  readonly id: SaleId;
  readonly quote: Hex;
  readonly seller: PartyId;
  readonly buyer: PartyId;
  readonly currency: string;
  readonly recourse: boolean;
  readonly face: bigint;
  readonly discount: bigint;
  readonly fees: bigint;
  readonly received: bigint;
  readonly feeTo: PartyId;
  readonly reference: Hex;
  readonly soldAt: bigint;
  readonly soldTx: string;
  readonly notes: readonly SoldNote[];
}

export interface SoldNote {
  readonly note: NoteId;
  readonly from: NoteId;
  readonly payable: PayableId;
  readonly obligor: PartyId;
  readonly units: bigint;
  readonly discount: bigint;
  readonly dueDate: LedgerDate;
  readonly daysLeft: number;
}

export interface SaleFilter {
  /** The caller's side. */
  readonly side?: 'sold' | 'bought' | undefined;
  readonly currency?: string | undefined;
  readonly quote?: string | undefined;
}

/** One page of the sales somebody may see, the newest first. */
export async function salesPage(
  db: Queryable,
  visibility: Visibility,
  filter: SaleFilter,
  page: Page,
  block: AtBlock,
): Promise<Sale[]> {
  const parties = numbers(partiesOf(visibility));
  const conditions: RawBuilder<unknown>[] = [trueAt('s', block), shownTo(visibility, concernAt(block))];
  if (page.after) conditions.push(sql`s.id < ${page.after[0]}::bigint`);
  if (filter.side !== undefined)
    conditions.push(filter.side === 'sold' ? sql`s.seller = any(${parties})` : sql`s.buyer = any(${parties})`);
  if (filter.currency !== undefined) conditions.push(sql`s.currency = ${filter.currency}`);
  if (filter.quote !== undefined) conditions.push(sql`s.quote = ${filter.quote}`);
  const { rows } = await sql<Selectable<SalesTable>>`
    select s.* from sales s where ${sql.join(conditions, sql` and `)} order by s.id desc limit ${page.limit + 1}
  `.execute(db);
  return withNotes(db, rows, block);
}

/** The sale, if somebody may see it; undefined just as if there were none. */
export async function visibleSale(
  db: Queryable,
  visibility: Visibility,
  id: SaleId,
  block: AtBlock,
): Promise<Sale | undefined> {
  const { rows } = await sql<Selectable<SalesTable>>`
    select s.* from sales s where s.id = ${id} and ${trueAt('s', block)} and ${shownTo(visibility, concernAt(block))}
  `.execute(db);
  return (await withNotes(db, rows, block))[0];
}

export async function saleById(db: Queryable, id: SaleId, block: AtBlock): Promise<Sale | undefined> {
  return visibleSale(db, { kind: 'all' }, id, block);
}

/** The sale under each of some quotes, of those that bought; the first where there were several. */
export async function salesUnder(
  db: Queryable,
  quotes: readonly string[],
  block: AtBlock,
): Promise<Map<string, SaleId>> {
  if (quotes.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('sales')
      .select(['id', 'quote'])
      .where('quote', 'in', [...quotes]),
    'sales',
    block,
  )
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map(({ id, quote }) => [quote, id]));
}

/** Those of the notes that were sold with recourse to whoever took them. */
export async function soldWithRecourse(
  db: Queryable,
  notes: readonly NoteId[],
  block: AtBlock,
): Promise<ReadonlySet<bigint>> {
  if (notes.length === 0) return new Set();
  const query = db
    .selectFrom('sold_notes')
    .innerJoin('sales', 'sales.id', 'sold_notes.sale')
    .select('sold_notes.note')
    .where('sold_notes.note', 'in', [...notes])
    .where('sales.recourse', '=', true);
  const rows = await asOf(asOf(query, 'sold_notes', block), 'sales', block).execute();
  return new Set(rows.map(({ note }) => note));
}

/** Seller and buyer see a sale, and whoever was let in to one of them or to a payable whose notes were sold. */
function concernAt(block: AtBlock): Concern {
  return {
    parties: ['s.seller', 's.buyer'],
    ofPayables: (payables) => sql`exists (
      select 1 from sold_notes n
      where n.sale = s.id and n.payable_id = any(${payables}) and ${trueAt('n', block)})`,
  };
}

async function withNotes(db: Queryable, rows: readonly Selectable<SalesTable>[], block: AtBlock): Promise<Sale[]> {
  if (rows.length === 0) return [];
  const sold = await asOf(
    db
      .selectFrom('sold_notes')
      .selectAll()
      .where(
        'sale',
        'in',
        rows.map(({ id }) => id),
      ),
    'sold_notes',
    block,
  )
    .orderBy('note')
    .execute();
  return rows.map((row) =>
    saleOf(
      row,
      sold.filter(({ sale }) => sale === row.id),
    ),
  );
}

function saleOf(row: Selectable<SalesTable>, notes: readonly Selectable<SoldNotesTable>[]): Sale {
  return {
    id: row.id,
    quote: row.quote as Hex,
    seller: row.seller,
    buyer: row.buyer,
    currency: row.currency,
    recourse: row.recourse,
    face: row.face,
    discount: row.discount,
    fees: row.fees,
    received: row.received,
    feeTo: row.fee_to,
    reference: row.reference as Hex,
    soldAt: row.sold_at,
    soldTx: row.sold_tx,
    notes: notes.map((note) => ({
      note: note.note,
      from: note.cut_from,
      payable: note.payable_id,
      obligor: note.obligor,
      units: note.units,
      discount: note.discount,
      dueDate: note.due_date,
      daysLeft: note.days_left,
    })),
  };
}
