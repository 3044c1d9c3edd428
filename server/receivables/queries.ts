import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { HopKind, NoteStatus, PayableStatus, TransferOutcome } from './states.ts';
import type {
  ExposuresTable,
  NoteFreezesTable,
  NotePledgesTable,
  NotesTable,
  NoteTransfersTable,
  PayablesTable,
} from './tables.ts';

/** A promise to pay. Amounts in minor units, moments in Unix seconds. */
export interface Payable {
  readonly id: PayableId;
  readonly obligor: PartyId;
  readonly firstSupplier: PartyId;
  readonly currency: string;
  readonly face: bigint;
  readonly issueDate: string;
  readonly maturity: string;
  /** The maturity, rolled to a business day. */
  readonly dueDate: string;
  /** The due date and the days by which its rule set lets it be late. */
  readonly defaultDate: string;
  readonly ruleSet: number;
  readonly reference: string | null;
  /** Overdue is `active` after the due date, and in default after the default date; see `isOverdue` and `isInDefault`. */
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

/** A piece that was cut for somebody, accepted or not. */
export interface Transfer {
  readonly note: NoteId;
  readonly payable: PayableId;
  readonly fromNote: NoteId | null;
  readonly from: PartyId;
  readonly to: PartyId;
  readonly amount: bigint;
  readonly hop: HopKind;
  readonly tier: number;
  readonly madeAt: bigint;
  readonly expiresAt: bigint | null;
  readonly outcome: TransferOutcome;
  readonly endedAt: bigint | null;
  readonly reference: string | null;
  readonly madeTx: string;
  readonly madeBlock: bigint;
  readonly endedTx: string | null;
  readonly endedBlock: bigint | null;
}

/** A regulator's hold on some of a note's units. */
export interface Freeze {
  readonly note: NoteId;
  readonly executor: PartyId;
  readonly units: bigint;
  readonly since: bigint;
  readonly expiresAt: bigint;
  /** 32 bytes in hex. */
  readonly order: string;
}

/** A lender's hold on all of a note, until it is released. */
export interface Pledge {
  readonly note: NoteId;
  readonly beneficiary: PartyId;
  /** What the note had when it was pledged. */
  readonly units: bigint;
  readonly since: bigint;
  /** 32 bytes in hex. */
  readonly order: string;
}

export interface Exposure {
  readonly obligor: PartyId;
  readonly currency: string;
  readonly limit: bigint;
  readonly outstanding: bigint;
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

export async function transferOf(db: Queryable, note: NoteId, block: AtBlock): Promise<Transfer | undefined> {
  return (await transfersById(db, [note], block)).get(note);
}

export async function transfersById(
  db: Queryable,
  notes: readonly NoteId[],
  block: AtBlock,
): Promise<Map<NoteId, Transfer>> {
  if (notes.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('note_transfers')
      .selectAll()
      .where('note_id', 'in', [...new Set(notes)]),
    'note_transfers',
    block,
  ).execute();
  return new Map(rows.map((row) => [row.note_id, transferRecordOf(row)]));
}

/** The pieces that were cut from a note for others, or sold, in ascending order. */
export async function transfersFrom(db: Queryable, note: NoteId, block: AtBlock): Promise<Transfer[]> {
  const rows = await asOf(
    db.selectFrom('note_transfers').selectAll().where('from_note', '=', note),
    'note_transfers',
    block,
  )
    .orderBy('note_id')
    .execute();
  return rows.map(transferRecordOf);
}

/** The freezes of notes, by note; one that has expired stays until it is released or replaced. */
export async function freezesOn(db: Queryable, notes: readonly NoteId[], block: AtBlock): Promise<Map<NoteId, Freeze>> {
  if (notes.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('note_freezes')
      .selectAll()
      .where('note_id', 'in', [...new Set(notes)]),
    'note_freezes',
    block,
  ).execute();
  return new Map(rows.map((row) => [row.note_id, freezeOf(row)]));
}

/** The pledges of notes that were not released, by note. */
export async function pledgesOn(db: Queryable, notes: readonly NoteId[], block: AtBlock): Promise<Map<NoteId, Pledge>> {
  if (notes.length === 0) return new Map();
  const rows = await asOf(
    db
      .selectFrom('note_pledges')
      .selectAll()
      .where('note_id', 'in', [...new Set(notes)]),
    'note_pledges',
    block,
  ).execute();
  return new Map(rows.map((row) => [row.note_id, pledgeOf(row)]));
}

/** What an obligor may owe and owes, by currency; its own, without those it succeeded. */
export async function exposuresOf(db: Queryable, obligor: PartyId, block: AtBlock): Promise<Exposure[]> {
  const rows = await asOf(db.selectFrom('exposures').selectAll().where('obligor', '=', obligor), 'exposures', block)
    .orderBy('currency')
    .execute();
  return rows.map(exposureOf);
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

function transferRecordOf(row: Selectable<NoteTransfersTable>): Transfer {
  return {
    note: row.note_id,
    payable: row.payable_id,
    fromNote: row.from_note,
    from: row.from_party,
    to: row.to_party,
    amount: row.amount,
    hop: row.hop,
    tier: row.tier,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    outcome: row.outcome,
    endedAt: row.ended_at,
    reference: row.reference,
    madeTx: row.made_tx,
    madeBlock: row.made_block,
    endedTx: row.ended_tx,
    endedBlock: row.ended_block,
  };
}

function freezeOf(row: Selectable<NoteFreezesTable>): Freeze {
  return {
    note: row.note_id,
    executor: row.executor,
    units: row.units,
    since: row.frozen_at,
    expiresAt: row.expires_at,
    order: row.order_id,
  };
}

function pledgeOf(row: Selectable<NotePledgesTable>): Pledge {
  return {
    note: row.note_id,
    beneficiary: row.beneficiary,
    units: row.units,
    since: row.pledged_at,
    order: row.order_id,
  };
}

function exposureOf(row: Selectable<ExposuresTable>): Exposure {
  return { obligor: row.obligor, currency: row.currency, limit: row.credit_limit, outstanding: row.outstanding };
}
