// SPDX-License-Identifier: Apache-2.0
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { patch, put } from '../store/versioned.ts';
import { indexOf, type NoteId, noteIdOf, pathStep, payableIdOf } from '../values/ids.ts';
import { referenceText } from '../values/references.ts';
import { reduceDebt } from './outstanding.ts';
import { unpackNote } from './packed-note.ts';
import { cut, noteRow, pathBeside, payableRow, putNote, transferRow } from './rows.ts';
import { OFFER_ENDS, type TransferOutcome } from './states.ts';
import { notesTable, type NoteTransfersTable, noteTransfersTable, type PayablesTable } from './tables.ts';

/** Transfers: pieces offered, accepted or not, and given outright. */
export const transferEvents: Projection['on'] = {
  'ReceivableLedger.NoteOffered': async (tx, event) => {
    const { args, block } = event;
    const [id, from, [start, end]] = [args.note, args.fromNote, [args.start, args.end]];
    const giver = indexOf(from) === 0n ? undefined : await noteRow(tx, from);
    const payable = giver ? undefined : await payableRow(tx, payableIdOf(id));
    if (giver) await cut(tx, giver, start, 1, block.number);
    const holder = giver?.holder ?? (payable as PayablesTable).obligor;
    // The piece stands beside the note it was cut from, where that note stands on the walk, until somebody takes title.
    await putNote(
      tx,
      id,
      {
        holder,
        parent: giver?.parent ?? null,
        path: giver ? pathBeside(giver.path, id) : pathStep(id),
        start_unit: start,
        end_unit: end,
        since: giver?.since ?? BigInt(block.timestamp),
        tier: giver?.tier ?? 0,
        financings: giver?.financings ?? 0,
        status: 'offered',
        title_note: giver?.title_note ?? id,
      },
      block.number,
    );
    await putTransfer(tx, event, id, {
      from_note: giver?.id ?? null,
      from_party: holder,
      to_party: args.to,
      amount: end - start,
      hop: giver ? 'transfer' : 'issue',
      tier: (giver?.tier ?? 0) + 1,
      expires_at: args.expiresAt,
      outcome: 'open',
      reference: payable?.reference ?? null,
    });
  },
  'ReceivableLedger.NoteAccepted': async (tx, event) => {
    const { args, block } = event;
    const id = args.note;
    const transfer = await transferRow(tx, id);
    const giver = transfer.from_note === null ? undefined : await noteRow(tx, transfer.from_note);
    await patch(
      tx,
      notesTable,
      { id },
      {
        holder: args.by,
        parent: transfer.from_note,
        path: `${giver?.path ?? ''}${pathStep(id)}`,
        since: BigInt(block.timestamp),
        tier: Number(args.tier),
        status: 'held',
        title_note: id,
      },
      block.number,
    );
    await endTransfer(tx, event, id, 'accepted');
  },
  'ReceivableLedger.OfferEnded': async (tx, event) => {
    const { args, block } = event;
    const id = args.note;
    const how = OFFER_ENDS[Number(args.how)];
    if (how === undefined) throw new Error(`an offer ended in an unknown way: ${String(args.how)}`);
    const { from_note: from } = await transferRow(tx, id);
    await endTransfer(tx, event, id, how);
    if (from !== null) return patch(tx, notesTable, { id }, { status: 'held' }, block.number);
    const note = await noteRow(tx, id);
    await patch(tx, notesTable, { id }, { status: 'void' }, block.number);
    await reduceDebt(tx, note.payable_id, { voided: note.end_unit - note.start_unit }, block.number);
  },
  'ReceivableLedger.NoteTransferred': async (tx, event) => {
    const { args, block } = event;
    const id = args.note;
    const packed = unpackNote(args.packed);
    const giver = await noteRow(tx, noteIdOf(payableIdOf(id), packed.parentIndex));
    const isFinancing = packed.financings > giver.financings;
    // A note that a financier takes whole is not counted among those cut from it.
    await cut(tx, giver, packed.start, isFinancing && packed.start === giver.start_unit ? 0 : 1, block.number);
    await putNote(
      tx,
      id,
      {
        holder: packed.holder,
        parent: giver.id,
        path: `${giver.path}${pathStep(id)}`,
        start_unit: packed.start,
        end_unit: packed.end,
        since: packed.since,
        tier: packed.tier,
        financings: packed.financings,
        status: packed.status,
        title_note: id,
      },
      block.number,
    );
    await putTransfer(tx, event, id, {
      from_note: giver.id,
      from_party: giver.holder,
      to_party: packed.holder,
      amount: packed.end - packed.start,
      hop: isFinancing ? 'financing' : 'transfer',
      tier: packed.tier,
      expires_at: null,
      outcome: 'accepted',
      reference: null,
    });
  },
  'ReceivableLedger.TransferReferenced': async (tx, { args, block }) => {
    const reference = referenceText(args.ref);
    for (let index = args.first; index <= args.last; index += 1n) {
      const note = noteIdOf(payableIdOf(args.fromNote), index);
      await patch(tx, noteTransfersTable, { note_id: note }, { reference }, block.number);
    }
  },
};

type NewTransfer = Pick<
  NoteTransfersTable,
  'from_note' | 'from_party' | 'to_party' | 'amount' | 'hop' | 'tier' | 'expires_at' | 'outcome' | 'reference'
>;

function putTransfer(
  tx: Transaction,
  { block, txHash }: LedgerEvent,
  id: NoteId,
  transfer: NewTransfer,
): Promise<void> {
  const done = transfer.outcome === 'accepted';
  return put(
    tx,
    noteTransfersTable,
    { note_id: id },
    {
      payable_id: payableIdOf(id),
      made_at: BigInt(block.timestamp),
      ended_at: done ? BigInt(block.timestamp) : null,
      made_tx: txHash,
      made_block: block.number,
      ended_tx: done ? txHash : null,
      ended_block: done ? block.number : null,
      ...transfer,
    },
    block.number,
  );
}

function endTransfer(
  tx: Transaction,
  { block, txHash }: LedgerEvent,
  id: NoteId,
  outcome: TransferOutcome,
): Promise<void> {
  return patch(
    tx,
    noteTransfersTable,
    { note_id: id },
    { outcome, ended_at: BigInt(block.timestamp), ended_tx: txHash, ended_block: block.number },
    block.number,
  );
}
