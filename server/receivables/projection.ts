import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import {
  indexOf,
  type NoteId,
  noteIdOf,
  numbered,
  type PartyId,
  PATH_STEP_LENGTH,
  pathStep,
  type PayableId,
  payableIdOf,
} from '../values/ids.ts';
import { unpackNote } from './packed-note.ts';
import { referenceText } from '../values/references.ts';
import { type NoteStatus, OFFER_ENDS, payableStatusOf, type TransferOutcome } from './states.ts';
import {
  type ExposuresTable,
  exposuresTable,
  noteFreezesTable,
  notePledgesTable,
  type NotesTable,
  notesTable,
  type NoteTransfersTable,
  noteTransfersTable,
  payableDocumentsTable,
  type PayablesTable,
  payablesTable,
} from './tables.ts';

/** Payables, notes, transfers, holds and exposures, as `ReceivableLedger` and `Issuance` announce them. */
export const receivableProjection: Projection = {
  name: 'receivables',
  tables: [
    payablesTable,
    payableDocumentsTable,
    notesTable,
    noteTransfersTable,
    noteFreezesTable,
    notePledgesTable,
    exposuresTable,
  ],
  on: {
    //------------------------------------------------------------------ payables

    'ReceivableLedger.PayableIssued': async (tx, { args, block, txHash }) => {
      const [obligor, currency, face] = [args.obligor, currencyText(args.currency), args.face];
      await put(
        tx,
        payablesTable,
        { id: args.payableId },
        {
          obligor,
          first_supplier: args.supplier,
          currency,
          face,
          issue_date: dateOfDayNumber(args.issueDate),
          maturity: dateOfDayNumber(args.maturity),
          due_date: dateOfDayNumber(args.dueDate),
          default_date: dateOfDayNumber(args.defaultDate),
          rule_set: Number(args.ruleSet),
          reference: referenceText(args.ref),
          status: 'offered',
          settled: 0n,
          voided: 0n,
          issued_at: BigInt(block.timestamp),
          issue_tx: txHash,
        },
        block.number,
      );
      await changeExposure(
        tx,
        obligor,
        currency,
        (exposure) => ({ outstanding: exposure.outstanding + face }),
        block.number,
      );
    },
    'ReceivableLedger.PayableDocument': (tx, { args, block }) =>
      put(
        tx,
        payableDocumentsTable,
        { payable_id: args.payableId, position: Number(args.position) },
        { fingerprint: args.fingerprint, amount: args.amount },
        block.number,
      ),
    'ReceivableLedger.PayableActivated': (tx, { args, block }) =>
      patch(tx, payablesTable, { id: args.payableId }, { status: 'active' }, block.number),
    'ReceivableLedger.PayableClosed': (tx, { args, block }) =>
      patch(tx, payablesTable, { id: args.payableId }, { status: payableStatusOf(Number(args.status)) }, block.number),
    'ReceivableLedger.PayableReopened': (tx, { args, block }) =>
      patch(tx, payablesTable, { id: args.payableId }, { status: 'active' }, block.number),
    'Issuance.LimitSet': (tx, { args, block }) =>
      changeExposure(tx, args.obligor, currencyText(args.currency), () => ({ credit_limit: args.limit }), block.number),

    //------------------------------------------------------------------ transfers

    'ReceivableLedger.NoteOffered': async (tx, event) => {
      const { args, block } = event;
      const [id, from, [start, end]] = [args.note, numbered<NoteId>(args.from), [args.start, args.end]];
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
        const note = noteIdOf(payableIdOf(numbered(args.from)), index);
        await patch(tx, noteTransfersTable, { note_id: note }, { reference }, block.number);
      }
    },

    //------------------------------------------------------------------ returns and payments

    'ReceivableLedger.NoteReturned': async (tx, { args, block }) => {
      const [id, from, [start, end]] = [args.note, numbered<NoteId>(args.from), [args.start, args.end]];
      await carve(tx, id, from, start, end, 'void', block.number);
      await patch(tx, notesTable, { id }, { return_reference: referenceText(args.ref) }, block.number);
      await reduceDebt(tx, payableIdOf(id), { voided: end - start }, block.number);
    },
    'ReceivableLedger.NoteSettled': async (tx, { args, block }) => {
      const [id, from, [start, end]] = [args.note, numbered<NoteId>(args.from), [args.start, args.end]];
      await carve(tx, id, from, start, end, 'settled', block.number);
      await reduceDebt(tx, payableIdOf(id), { settled: end - start }, block.number);
    },
    'ReceivableLedger.NoteReopened': async (tx, { args, block }) => {
      const note = await noteRow(tx, args.note);
      await patch(tx, notesTable, { id: note.id }, { status: 'held' }, block.number);
      await reduceDebt(tx, note.payable_id, { settled: note.start_unit - note.end_unit }, block.number);
    },

    //------------------------------------------------------------------ holds

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
      const [id, from, [start, end]] = [args.note, numbered<NoteId>(args.from), [args.start, args.end]];
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
  },
};

type NewNote = Omit<
  NotesTable,
  'id' | 'payable_id' | 'children' | 'under_hold' | 'return_reference' | 'from_block' | 'to_block'
>;
type NewTransfer = Pick<
  NoteTransfersTable,
  'from_note' | 'from_party' | 'to_party' | 'amount' | 'hop' | 'tier' | 'expires_at' | 'outcome' | 'reference'
>;

function putNote(tx: Transaction, id: NoteId, note: NewNote, block: bigint): Promise<void> {
  return put(
    tx,
    notesTable,
    { id },
    { payable_id: payableIdOf(id), children: 0, under_hold: false, return_reference: null, ...note },
    block,
  );
}

/** Takes the tail from `start` off a note; without units it is spent. */
function cut(tx: Transaction, note: NotesTable, start: bigint, children: 0 | 1, block: bigint): Promise<void> {
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
async function carve(
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

/** Units stop being owed, or are owed again where the change is negative. */
async function reduceDebt(
  tx: Transaction,
  id: PayableId,
  change: { readonly settled?: bigint; readonly voided?: bigint },
  block: bigint,
): Promise<void> {
  const payable = await payableRow(tx, id);
  const { settled = 0n, voided = 0n } = change;
  await patch(
    tx,
    payablesTable,
    { id },
    { settled: payable.settled + settled, voided: payable.voided + voided },
    block,
  );
  await changeExposure(
    tx,
    payable.obligor,
    payable.currency,
    (exposure) => ({ outstanding: exposure.outstanding - settled - voided }),
    block,
  );
}

async function changeExposure(
  tx: Transaction,
  obligor: PartyId,
  currency: string,
  change: (exposure: ExposuresTable) => Partial<ExposuresTable>,
  block: bigint,
): Promise<void> {
  const key = { obligor, currency };
  const before = (await current(tx, exposuresTable, key)) ?? {
    ...key,
    credit_limit: 0n,
    outstanding: 0n,
    from_block: block,
    to_block: null,
  };
  const { credit_limit, outstanding } = { ...before, ...change(before) };
  await put(tx, exposuresTable, key, { credit_limit, outstanding }, block);
}

async function noteRow(tx: Transaction, id: NoteId): Promise<NotesTable> {
  return known(await current(tx, notesTable, { id }), `note ${id}`);
}

async function payableRow(tx: Transaction, id: PayableId): Promise<PayablesTable> {
  return known(await current(tx, payablesTable, { id }), `payable ${id}`);
}

async function transferRow(tx: Transaction, id: NoteId): Promise<NoteTransfersTable> {
  return known(await current(tx, noteTransfersTable, { note_id: id }), `transfer of note ${id}`);
}

function known<T>(row: T | undefined, what: string): T {
  if (!row) throw new Error(`the ledger speaks of the unknown ${what}`);
  return row;
}

function pathBeside(path: string, id: NoteId): string {
  return `${path.slice(0, -PATH_STEP_LENGTH)}${pathStep(id)}`;
}

/** The ledger takes any three bytes; what is no code stays in hex. */
function currencyText(bytes: string): string {
  const code = fixedText(bytes);
  return /^[A-Z]{3}$/.test(code) ? code : bytes;
}
