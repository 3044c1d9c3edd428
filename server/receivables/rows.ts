// SPDX-License-Identifier: Apache-2.0
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import { type NoteId, PATH_STEP_LENGTH, pathStep, type PayableId, payableIdOf } from '../values/ids.ts';
import type { NoteStatus } from './states.ts';
import {
  type NotesTable,
  notesTable,
  type NoteTransfersTable,
  noteTransfersTable,
  type PayablesTable,
  payablesTable,
} from './tables.ts';

// What the handlers of this room's events share: rows that must be there, and how a note is made and cut.

type NewNote = Omit<
  NotesTable,
  'id' | 'payable_id' | 'children' | 'under_hold' | 'return_reference' | 'from_block' | 'to_block'
>;
/** A note that is new on the ledger. */
export function putNote(tx: Transaction, id: NoteId, note: NewNote, block: bigint): Promise<void> {
  return put(
    tx,
    notesTable,
    { id },
    { payable_id: payableIdOf(id), children: 0, under_hold: false, return_reference: null, ...note },
    block,
  );
}

/** Takes the tail from `start` off a note; without units it is spent. */
export function cut(tx: Transaction, note: NotesTable, start: bigint, children: 0 | 1, block: bigint): Promise<void> {
  return patch(
    tx,
    notesTable,
    { id: note.id },
    {
      end_unit: start,
      children: note.children + children,
      ...(start === note.start_unit ? { status: 'spent' as const } : {}),
    },
    block,
  );
}

/** Gives the last units of a note a status: the note itself where they are all, else a piece beside it. */
export async function carve(
  tx: Transaction,
  id: NoteId,
  from: NoteId,
  start: bigint,
  end: bigint,
  status: NoteStatus,
  block: bigint,
): Promise<void> {
  if (id === from) return patch(tx, notesTable, { id }, { status }, block);
  const note = await noteRow(tx, from);
  await cut(tx, note, start, 0, block);
  await putNote(
    tx,
    id,
    {
      holder: note.holder,
      parent: note.parent,
      path: pathBeside(note.path, id),
      start_unit: start,
      end_unit: end,
      since: note.since,
      tier: note.tier,
      financings: note.financings,
      status,
      title_note: note.title_note,
    },
    block,
  );
}

export async function noteRow(tx: Transaction, id: NoteId): Promise<NotesTable> {
  return known(await current(tx, notesTable, { id }), `note ${id}`);
}

export async function payableRow(tx: Transaction, id: PayableId): Promise<PayablesTable> {
  return known(await current(tx, payablesTable, { id }), `payable ${id}`);
}

export async function transferRow(tx: Transaction, id: NoteId): Promise<NoteTransfersTable> {
  return known(await current(tx, noteTransfersTable, { note_id: id }), `transfer of note ${id}`);
}

function known<T>(row: T | undefined, what: string): T {
  if (!row) throw new Error(`the ledger speaks of the unknown ${what}`);
  return row;
}

/** The path of a note that stands beside the one of that path. */
export function pathBeside(path: string, id: NoteId): string {
  return `${path.slice(0, -PATH_STEP_LENGTH)}${pathStep(id)}`;
}
