// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import type { Selectable } from 'kysely';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { HopKind, TransferOutcome } from './states.ts';
import type { NoteTransfersTable } from './tables.ts';

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
