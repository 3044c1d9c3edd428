// SPDX-License-Identifier: Apache-2.0
import type { Projection } from '../ledger/projector/projection.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { carve } from './rows.ts';
import { noteFreezesTable, notePledgesTable, notesTable } from './tables.ts';

/** Holds: freezes and pledges, put on notes and released. */
export const holdEvents: Projection['on'] = {
  'ReceivableLedger.NoteFrozen': async (tx, { args, block }) => {
    const id = args.note;
    await put(
      tx,
      noteFreezesTable,
      { note_id: id },
      {
        executor: args.by,
        units: args.units,
        frozen_at: BigInt(block.timestamp),
        expires_at: args.expiresAt,
        order_id: args.order,
      },
      block.number,
    );
    await patch(tx, notesTable, { id }, { under_hold: true }, block.number);
  },
  'ReceivableLedger.NoteReleased': async (tx, { args, block }) => {
    const id = args.note;
    await remove(tx, noteFreezesTable, { note_id: id }, block.number);
    await patch(
      tx,
      notesTable,
      { id },
      { under_hold: (await current(tx, notePledgesTable, { note_id: id })) !== undefined },
      block.number,
    );
  },
  'ReceivableLedger.NotePledged': async (tx, { args, block }) => {
    const [id, from, [start, end]] = [args.note, args.fromNote, [args.start, args.end]];
    await carve(tx, id, from, start, end, 'held', block.number);
    await put(
      tx,
      notePledgesTable,
      { note_id: id },
      {
        payable_id: payableIdOf(id),
        beneficiary: args.beneficiary,
        units: end - start,
        pledged_at: BigInt(block.timestamp),
        order_id: args.order,
      },
      block.number,
    );
    await patch(tx, notesTable, { id }, { under_hold: true }, block.number);
  },
  'ReceivableLedger.NoteUnpledged': async (tx, { args, block }) => {
    const id = args.note;
    await remove(tx, notePledgesTable, { note_id: id }, block.number);
    await patch(
      tx,
      notesTable,
      { id },
      { under_hold: (await current(tx, noteFreezesTable, { note_id: id })) !== undefined },
      block.number,
    );
  },
};
