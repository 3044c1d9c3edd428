// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId } from '../values/ids.ts';
import type { Selectable } from 'kysely';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { NoteFreezesTable, NotePledgesTable } from './tables.ts';

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
