// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { patch, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { referenceText } from '../values/references.ts';
import { changeExposure, reduceDebt } from './outstanding.ts';
import { carve, noteRow } from './rows.ts';
import { payableStatusOf } from './states.ts';
import { notesTable, payableDocumentsTable, payablesTable } from './tables.ts';

/** Payables: issued, activated and closed; and what of them is returned, settled or owed again. */
export const payableEvents: Projection['on'] = {
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

  'ReceivableLedger.NoteReturned': async (tx, { args, block }) => {
    const [id, from, [start, end]] = [args.note, args.fromNote, [args.start, args.end]];
    await carve(tx, id, from, start, end, 'void', block.number);
    await patch(tx, notesTable, { id }, { return_reference: referenceText(args.ref) }, block.number);
    await reduceDebt(tx, payableIdOf(id), { voided: end - start }, block.number);
  },
  'ReceivableLedger.NoteSettled': async (tx, { args, block }) => {
    const [id, from, [start, end]] = [args.note, args.fromNote, [args.start, args.end]];
    await carve(tx, id, from, start, end, 'settled', block.number);
    await reduceDebt(tx, payableIdOf(id), { settled: end - start }, block.number);
  },
  'ReceivableLedger.NoteReopened': async (tx, { args, block }) => {
    const note = await noteRow(tx, args.note);
    await patch(tx, notesTable, { id: note.id }, { status: 'held' }, block.number);
    await reduceDebt(tx, note.payable_id, { settled: note.start_unit - note.end_unit }, block.number);
  },
};

/** The ledger takes any three bytes; what is no code stays in hex. */
function currencyText(bytes: string): string {
  const code = fixedText(bytes);
  return /^[A-Z]{3}$/.test(code) ? code : bytes;
}
