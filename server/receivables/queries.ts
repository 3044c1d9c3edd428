// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { NoteStatus, PayableStatus } from './states.ts';
import type { NotesTable, PayablesTable } from './tables.ts';

/** A promise to pay. Amounts in minor units, moments in Unix seconds. */
export interface Payable {
  readonly id: PayableId;
  readonly obligor: PartyId;
  readonly firstSupplier: PartyId;
  readonly currency: string;
  readonly face: bigint;
  readonly issueDate: LedgerDate;
  readonly maturity: LedgerDate;
  /** The maturity, rolled to a business day. */
  readonly dueDate: LedgerDate;
  /** The due date and the days by which its rule set lets it be late. */
  readonly defaultDate: LedgerDate;
  readonly ruleSet: number;
  readonly reference: string | null;
  /** Overdue is `active` after the due date, and in default from the default date on; see `isOverdue` and `isInDefault`. */
  readonly status: PayableStatus;
  readonly settled: bigint;
  readonly voided: bigint;
  /** What is still owed. */
  readonly outstanding: bigint;
  readonly issuedAt: bigint;
  readonly issueTx: string;
}

/** A stretch of a payable's units with one holder. */
export interface Note {
  readonly id: NoteId;
  readonly payable: PayableId;
  readonly holder: PartyId;
  readonly parent: NoteId | null;
  readonly path: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly units: bigint;
  readonly since: bigint;
  /** Commercial hops from the obligor. */
  readonly tier: number;
  /** Hops on its walk that moved no tier; the walk has as many notes as both together. */
  readonly financings: number;
  readonly children: number;
  readonly status: NoteStatus;
  readonly underHold: boolean;
  /** The note whose transfer gave its holder the title. */
  readonly titleNote: NoteId;
  readonly returnReference: string | null;
}

export interface LiveNote {
  readonly id: NoteId;
  readonly units: bigint;
  readonly holder: PartyId;
  readonly status: 'offered' | 'held';
  readonly underHold: boolean;
  readonly financings: number;
}

export async function payableById(db: Queryable, id: PayableId, block: AtBlock): Promise<Payable | undefined> {
  return (await payablesById(db, [id], block)).get(id);
}

export async function payablesById(
  db: Queryable,
  ids: readonly PayableId[],
  block: AtBlock,
): Promise<Map<PayableId, Payable>> {
  if (ids.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('payables')
      .selectAll()
      .where('id', 'in', [...new Set(ids)]),
    'payables',
    block,
  ).execute();
  return new Map(rows.map((row) => [row.id, payableOf(row)]));
}

export async function noteById(db: Queryable, id: NoteId, block: AtBlock): Promise<Note | undefined> {
  return (await notesById(db, [id], block)).get(id);
}

export async function notesById(db: Queryable, ids: readonly NoteId[], block: AtBlock): Promise<Map<NoteId, Note>> {
  if (ids.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('notes')
      .selectAll()
      .where('id', 'in', [...new Set(ids)]),
    'notes',
    block,
  ).execute();
  return new Map(rows.map((row) => [row.id, noteOf(row)]));
}

/** All notes of a payable, spent ones too, in the order of the tree: each after the one it was transferred from. */
export async function notesOf(db: Queryable, payable: PayableId, block: AtBlock): Promise<Note[]> {
  const rows = await asOf(db.selectFrom('notes').selectAll().where('payable_id', '=', payable), 'notes', block)
    .orderBy('path')
    .execute();
  return rows.map(noteOf);
}

/** The notes of a payable whose units are owed, in ascending order. */
export async function liveNotesOf(db: Queryable, payable: PayableId, block: AtBlock): Promise<LiveNote[]> {
  const rows = await asOf(
    db
      .selectFrom('notes')
      .select(['id', 'start_unit', 'end_unit', 'holder', 'status', 'under_hold', 'financings'])
      .where('payable_id', '=', payable)
      .where('status', 'in', ['offered', 'held']),
    'notes',
    block,
  )
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    units: row.end_unit - row.start_unit,
    holder: row.holder,
    status: row.status as LiveNote['status'],
    underHold: row.under_hold,
    financings: row.financings,
  }));
}

/** What has become of the face of each payable: units by status of the notes that have some. */
export async function unitsByStatusOf(
  db: Queryable,
  payables: readonly PayableId[],
  block: AtBlock,
): Promise<Map<PayableId, Partial<Record<NoteStatus, bigint>>>> {
  const sums = new Map<PayableId, Partial<Record<NoteStatus, bigint>>>(payables.map((id) => [id, {}]));
  if (payables.length === 0) return sums;
  const rows = await asOf(
    db
      .selectFrom('notes')
      .select(['payable_id', 'status'])
      .select(sql<bigint>`sum(end_unit - start_unit)`.as('units'))
      .where('payable_id', 'in', [...new Set(payables)]),
    'notes',
    block,
  )
    .groupBy(['payable_id', 'status'])
    .execute();
  for (const { payable_id, status, units } of rows)
    (sums.get(payable_id) as Partial<Record<NoteStatus, bigint>>)[status] = units;
  return sums;
}

/** What each payable was issued against, in the order of the issue. */
export async function documentsOf(
  db: Queryable,
  payables: readonly PayableId[],
  block: AtBlock,
): Promise<Map<PayableId, { fingerprint: string; amount: bigint }[]>> {
  const uses = new Map<PayableId, { fingerprint: string; amount: bigint }[]>(payables.map((id) => [id, []]));
  if (payables.length === 0) return uses;
  const rows = await asOf(
    db
      .selectFrom('payable_documents')
      .select(['payable_id', 'fingerprint', 'amount'])
      .where('payable_id', 'in', [...new Set(payables)]),
    'payable_documents',
    block,
  )
    .orderBy('payable_id')
    .orderBy('position')
    .execute();
  for (const { payable_id, fingerprint, amount } of rows) uses.get(payable_id)?.push({ fingerprint, amount });
  return uses;
}

/** Whether something of the payable is owed after its due date, in default or not yet. Dates are 'YYYY-MM-DD'. */
export function isOverdue(payable: Pick<Payable, 'status' | 'dueDate'>, today: string): boolean {
  return payable.status === 'active' && today > payable.dueDate;
}

/** Whether it is owed after so many days more as its rule set allows. */
export function isInDefault(payable: Pick<Payable, 'status' | 'defaultDate'>, today: string): boolean {
  return payable.status === 'active' && today >= payable.defaultDate;
}

export function payableOf(row: Selectable<PayablesTable>): Payable {
  return {
    id: row.id,
    obligor: row.obligor,
    firstSupplier: row.first_supplier,
    currency: row.currency,
    face: row.face,
    issueDate: row.issue_date,
    maturity: row.maturity,
    dueDate: row.due_date,
    defaultDate: row.default_date,
    ruleSet: row.rule_set,
    reference: row.reference,
    status: row.status,
    settled: row.settled,
    voided: row.voided,
    outstanding: row.face - row.settled - row.voided,
    issuedAt: row.issued_at,
    issueTx: row.issue_tx,
  };
}

export function noteOf(row: Selectable<NotesTable>): Note {
  return {
    id: row.id,
    payable: row.payable_id,
    holder: row.holder,
    parent: row.parent,
    path: row.path,
    start: row.start_unit,
    end: row.end_unit,
    units: row.end_unit - row.start_unit,
    since: row.since,
    tier: row.tier,
    financings: row.financings,
    children: row.children,
    status: row.status,
    underHold: row.under_hold,
    titleNote: row.title_note,
    returnReference: row.return_reference,
  };
}
