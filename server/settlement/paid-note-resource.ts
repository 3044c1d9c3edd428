// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, instant } from '../values/schemas.ts';
import { noteId, type PartyId, payableId, type PaymentId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { payablesById } from '../receivables/queries.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { type PaidNote, priorClaimsOf, type Received } from './paid-notes.ts';
import { paymentsById } from './payments.ts';
import { paymentId, paymentMethod } from './schemas.ts';

export const paidNoteResource = z
  .strictObject({
    note: noteId.meta({ description: 'The note that represents the paid units.' }),
    cutFrom: noteId.meta({ description: 'The note it was part of; the same where it was paid whole.' }),
    payee: partyReference.meta({ description: 'Its holder.' }),
    amount: amount.meta({ description: 'What was paid on it.' }),
    prior: z
      .array(z.strictObject({ payee: partyReference, amount }))
      .meta({
        description:
          'Who was paid before its holder, in that order: a lender, a guarantor. A party that was paid so sees its own claim alone.',
      }),
    toHolder: amountOrZero
      .nullable()
      .meta({ description: 'The amount left for its holder. Null for a party that was paid before the holder.' }),
    paidAt: instant,
    returned: z.boolean(),
  })
  .meta({ id: 'PaidNote' });

export const receivedPaymentResource = z
  .strictObject({
    note: paidNoteResource.shape.note,
    cutFrom: paidNoteResource.shape.cutFrom,
    payable: payableId,
    obligor: partyReference,
    payment: paymentId,
    currency,
    as: z
      .enum(['holder', 'prior claim'])
      .meta({ description: "As the note's holder, or before the holder: as a lender on the note, as a guarantor." }),
    amount: amountOrZero.meta({
      description: 'The amount you received; zero if parties before you received all of it.',
    }),
    method: paymentMethod,
    reference: referenceShown,
    paidAt: instant,
    returned: z.boolean(),
  })
  .meta({ id: 'ReceivedPayment' });

/** Makes the answer of each of `rows`, notes that a payment paid, as far as `payees` may see it. */
export async function paidNotePresenter(
  ctx: Context,
  payment: PaymentId,
  rows: readonly PaidNote[],
  payees: readonly PartyId[] | 'all',
): Promise<(row: PaidNote) => z.input<typeof paidNoteResource>> {
  const claims = await priorClaimsOf(
    ctx.db,
    payment,
    rows.map(({ note }) => note),
    ctx.asOf,
  );
  const names = await partyNames(
    ctx.db,
    [...rows, ...[...claims.values()].flat()].map(({ payee }) => payee),
    ctx.asOf,
  );
  return (row) => {
    const isOpen = payees === 'all' || payees.includes(row.payee);
    const prior = (claims.get(row.note) ?? []).filter(({ payee }) => isOpen || payees.includes(payee));
    return {
      note: row.note.toString(),
      cutFrom: row.cutFrom.toString(),
      payee: referenceTo(row.payee, names),
      amount: row.amount.toString(),
      prior: prior.map((claim) => ({ payee: referenceTo(claim.payee, names), amount: claim.amount.toString() })),
      toHolder: isOpen ? (row.amount - row.prior).toString() : null,
      paidAt: instantOf(row.paidAt),
      returned: row.returned,
    };
  };
}

/** Makes the answer of each of `rows`. */
export async function receivedPresenter(
  ctx: Context,
  rows: readonly Received[],
): Promise<(row: Received) => z.input<typeof receivedPaymentResource>> {
  const payments = await paymentsById(
    ctx.db,
    rows.map((row) => row.payment),
    ctx.asOf,
  );
  const payables = await payablesById(
    ctx.db,
    rows.map((row) => row.payable),
    ctx.asOf,
  );
  const names = await partyNames(
    ctx.db,
    [...payables.values()].map(({ obligor }) => obligor),
    ctx.asOf,
  );
  return (row) => {
    const [by, payable] = [payments.get(row.payment), payables.get(row.payable)];
    if (!by || !payable)
      throw new Error(`note ${row.note} is paid by payment ${row.payment}, and not all of that is known`);
    return {
      note: row.note.toString(),
      cutFrom: row.cutFrom.toString(),
      payable: row.payable.toString(),
      obligor: referenceTo(payable.obligor, names),
      payment: row.payment.toString(),
      currency: payable.currency,
      as: row.position === 0 ? 'holder' : 'prior claim',
      amount: row.amount.toString(),
      method: by.outside ? 'outside' : 'cash',
      reference: referenceText(by.reference),
      paidAt: instantOf(row.paidAt),
      returned: row.returned,
    };
  };
}
