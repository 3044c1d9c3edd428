// SPDX-License-Identifier: Apache-2.0
import { type LoanId, type NoteId, numbered, type PartyId, type PayableId } from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Hex } from '../values/hex.ts';
import { type Concern, numbers, partiesOf, shownTo, type Visibility } from '../access/visibility.ts';
import type { LedgerDate } from '../values/dates.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import { notesById, payablesById } from '../receivables/queries.ts';
import { DAY_COUNTS, type DayCount } from '../values/day-count.ts';
import type { LoanAct, LoanActsTable, LoansTable } from './tables.ts';

/** A pledged loan. Amounts in minor units, rates in ppm, moments in Unix seconds. */
export interface Loan {
  readonly id: LoanId;
  readonly offer: Hex;
  readonly lender: PartyId;
  readonly borrower: PartyId;
  readonly currency: string;
  readonly lent: bigint;
  readonly fees: bigint;
  readonly feeTo: PartyId;
  readonly advanceRate: number;
  readonly rate: number;
  readonly dayCount: DayCount;
  readonly startDate: LedgerDate;
  readonly dueDate: LedgerDate;
  readonly graceDays: number;
  readonly drawUntil: LedgerDate;
  readonly payees: readonly PartyId[];
  /** Drawn and not repaid. */
  readonly principal: bigint;
  /** Up to `accruedOn`, not paid. */
  readonly interest: bigint;
  readonly accruedOn: LedgerDate;
  readonly undrawn: bigint;
  readonly closed: boolean;
  readonly reference: Hex;
  readonly grantedAt: bigint;
  readonly grantedTx: string;
  readonly collateral: readonly Collateral[];
}

export interface Collateral {
  readonly note: NoteId;
  readonly payable: PayableId;
  readonly obligor: PartyId;
  /** What it still has. */
  readonly units: bigint;
  readonly dueDate: string;
  readonly seized: boolean;
}

/** Something that happened to a loan, as the ledger announced it. */
export interface LoanEventKind {
  readonly act: LoanAct;
  readonly party: PartyId | null;
  readonly note: NoteId | null;
  readonly otherNote: NoteId | null;
  readonly principal: bigint | null;
  readonly interest: bigint | null;
  readonly surplus: bigint | null;
  readonly reference: Hex | null;
  readonly principalOwed: bigint | null;
  readonly interestOwed: bigint | null;
  readonly at: bigint;
  readonly tx: string;
}

export interface LoanFilter {
  /** The caller's side. */
  readonly side?: 'borrowed' | 'lent' | undefined;
  readonly currency?: string | undefined;
  readonly offer?: string | undefined;
  readonly status?: 'open' | 'closed' | undefined;
}

/** One page of the loans somebody may see, the newest first. */
export async function loansPage(
  db: Queryable,
  visibility: Visibility,
  filter: LoanFilter,
  page: Page,
  block: AtBlock,
): Promise<Loan[]> {
  const parties = numbers(partiesOf(visibility));
  const conditions: RawBuilder<unknown>[] = [trueAt('l', block), shownTo(visibility, concernAt(block))];
  if (page.after) conditions.push(sql`l.id < ${page.after[0]}::bigint`);
  if (filter.side !== undefined)
    conditions.push(filter.side === 'lent' ? sql`l.lender = any(${parties})` : sql`l.borrower = any(${parties})`);
  if (filter.currency !== undefined) conditions.push(sql`l.currency = ${filter.currency}`);
  if (filter.offer !== undefined) conditions.push(sql`l.offer = ${filter.offer}`);
  if (filter.status !== undefined) conditions.push(sql`l.closed = ${filter.status === 'closed'}`);
  const { rows } = await sql<Selectable<LoansTable>>`
    select l.* from loans l where ${sql.join(conditions, sql` and `)} order by l.id desc limit ${page.limit + 1}
  `.execute(db);
  return withCollateral(db, rows, block);
}

/** The loan, if somebody may see it; undefined just as if there were none. */
export async function visibleLoan(
  db: Queryable,
  visibility: Visibility,
  id: LoanId,
  block: AtBlock,
): Promise<Loan | undefined> {
  const { rows } = await sql<Selectable<LoansTable>>`
    select l.* from loans l where l.id = ${id} and ${trueAt('l', block)} and ${shownTo(visibility, concernAt(block))}
  `.execute(db);
  return (await withCollateral(db, rows, block))[0];
}

export async function loanById(db: Queryable, id: LoanId, block: AtBlock): Promise<Loan | undefined> {
  return visibleLoan(db, { kind: 'all' }, id, block);
}

/** What happened to a loan, in order. */
export async function actsOf(db: Queryable, loan: LoanId, block: AtBlock): Promise<LoanEventKind[]> {
  const rows = await asOf(db.selectFrom('loan_acts').selectAll().where('loan', '=', loan), 'loan_acts', block)
    .orderBy('block_number')
    .orderBy('log_index')
    .execute();
  return rows.map(loanEventOf);
}

/** Lender and borrower see a loan, and whoever was let in to one of them or to a payable whose notes secure or secured it. */
function concernAt(block: AtBlock): Concern {
  return {
    parties: ['l.lender', 'l.borrower'],
    ofPayables: (payables) => sql`exists (
      select 1 from loan_notes n
      where n.loan = l.id and n.payable_id = any(${payables})
        and (${block === 'latest'} or n.from_block <= ${block === 'latest' ? 0n : block}))`,
  };
}

async function withCollateral(db: Queryable, rows: readonly Selectable<LoansTable>[], block: AtBlock): Promise<Loan[]> {
  if (rows.length === 0) return [];
  const pledged = await asOf(
    db
      .selectFrom('loan_notes')
      .select(['loan', 'note', 'payable_id', 'seized'])
      .where(
        'loan',
        'in',
        rows.map(({ id }) => id),
      ),
    'loan_notes',
    block,
  )
    .orderBy('note')
    .execute();
  const notes = await notesById(
    db,
    pledged.map(({ note }) => note),
    block,
  );
  const payables = await payablesById(
    db,
    pledged.map(({ payable_id }) => payable_id),
    block,
  );
  const collateralOf = ({ note, payable_id, seized }: (typeof pledged)[number]): Collateral => {
    const [{ units }, { obligor, dueDate }] = [known(notes, note), known(payables, payable_id)];
    return { note, payable: payable_id, obligor, units, dueDate, seized };
  };
  return rows.map((row) => loanOf(row, pledged.filter(({ loan }) => loan === row.id).map(collateralOf)));
}

function known<Id extends bigint, T>(all: ReadonlyMap<Id, T>, id: Id): T {
  const one = all.get(id);
  if (one === undefined) throw new Error(`a loan is secured by ${id}, which is not there`);
  return one;
}

function loanOf(row: Selectable<LoansTable>, collateral: readonly Collateral[]): Loan {
  const dayCount = DAY_COUNTS[row.day_count];
  if (!dayCount) throw new Error(`a loan with the unknown day count ${row.day_count}`);
  return {
    id: row.id,
    offer: row.offer as Hex,
    lender: row.lender,
    borrower: row.borrower,
    currency: row.currency,
    lent: row.lent,
    fees: row.fees,
    feeTo: row.fee_to,
    advanceRate: Number(row.advance_rate),
    rate: Number(row.rate),
    dayCount,
    startDate: row.start_date,
    dueDate: row.due_date,
    graceDays: row.grace_days,
    drawUntil: row.draw_until,
    payees: row.payees.map(numbered<PartyId>),
    principal: row.principal,
    interest: row.interest,
    accruedOn: row.accrued_on,
    undrawn: row.undrawn,
    closed: row.closed,
    reference: row.reference as Hex,
    grantedAt: row.granted_at,
    grantedTx: row.granted_tx,
    collateral,
  };
}

function loanEventOf(row: Selectable<LoanActsTable>): LoanEventKind {
  return {
    act: row.act,
    party: row.party === null ? null : row.party,
    note: row.note,
    otherNote: row.other_note,
    principal: row.principal,
    interest: row.interest,
    surplus: row.surplus,
    reference: row.reference as Hex | null,
    principalOwed: row.principal_owed,
    interestOwed: row.interest_owed,
    at: row.happened_at,
    tx: row.tx,
  };
}
