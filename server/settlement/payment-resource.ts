// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { type Visibility, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import type { Done, Made } from '../http/route.ts';
import { amount, amountOrZero, currency, instant } from '../values/schemas.ts';
import { payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { payablesById } from '../receivables/queries.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { receivedFrom } from './paid-notes.ts';
import { payeesOf, paymentVisibilityOf } from './payment-visibility.ts';
import { type Payment, paymentById } from './payments.ts';
import { paymentId, paymentMethod } from './schemas.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { PAYMENT_STAGES } from './tables.ts';

const totalsOnly = 'Null unless the caller may see totals.';

export const paymentResource = z
  .strictObject({
    id: paymentId,
    payable: payableId,
    obligor: partyReference,
    currency,
    method: paymentMethod,
    confirmedBy: partyReference
      .nullable()
      .meta({ description: 'The settlement bank that confirmed a payment outside.' }),
    stage: z
      .enum(PAYMENT_STAGES)
      .meta({ description: 'A payment of many notes takes several steps, and is under way until the last.' }),
    reference: referenceShown,
    orderedAt: instant,
    amount: amount.nullable().meta({ description: totalsOnly }),
    owedBefore: amount.nullable().meta({ description: totalsOnly }),
    owedAfter: amountOrZero
      .nullable()
      .meta({
        description: `The amount still owed after it, as far as it was carried out and not returned. ${totalsOnly}`,
      }),
    paid: amountOrZero
      .nullable()
      .meta({
        description: `What was paid on notes so far, to holders and to the parties with prior claims. ${totalsOnly}`,
      }),
    returned: amountOrZero.nullable().meta({ description: totalsOnly }),
    returnReason: referenceShown,
    received: z
      .strictObject({ amount: amountOrZero, returned: amountOrZero })
      .nullable()
      .meta({ description: 'What your party received by it.' }),
  })
  .meta({ id: 'Payment' });

/** Makes the answer of each of `payments`, as far as the caller sees it. */
export async function paymentPresenter(
  ctx: Context,
  payments: readonly Payment[],
  visibility: Visibility,
): Promise<(one: Payment) => z.input<typeof paymentResource>> {
  const payables = await payablesById(
    ctx.db,
    payments.map(({ payable }) => payable),
    ctx.asOf,
  );
  const received = await receivedFrom(
    ctx.db,
    payments.map(({ id }) => id),
    payeesOf(visibility),
    ctx.asOf,
  );
  const parties = [
    ...[...payables.values()].map(({ obligor }) => obligor),
    ...payments.map(({ orderedBy }) => orderedBy),
  ];
  const names = await partyNames(ctx.db, parties, ctx.asOf);
  return (one) => {
    const payable = payables.get(one.payable);
    if (!payable) throw new Error(`payable ${one.payable} is paid and not known`);
    const total = (units: bigint): string | null =>
      paymentVisibilityOf(visibility, payable, one) === 'received' ? null : units.toString();
    const own = received.get(one.id);
    return {
      id: one.id.toString(),
      payable: one.payable.toString(),
      obligor: referenceTo(payable.obligor, names),
      currency: payable.currency,
      method: one.outside ? 'outside' : 'cash',
      confirmedBy: one.outside ? referenceTo(one.orderedBy, names) : null,
      stage: one.stage,
      reference: referenceText(one.reference),
      orderedAt: instantOf(one.orderedAt),
      amount: total(one.amount),
      owedBefore: total(one.owed),
      owedAfter: total(one.owed - one.paid + one.returned),
      paid: total(one.paid),
      returned: total(one.returned),
      returnReason: one.returnReason === null ? null : referenceText(one.returnReason),
      received: own ? { amount: own.amount.toString(), returned: own.returned.toString() } : null,
    };
  };
}

/** Answers with the payment that an event of this name is of. */
export function respondPayment(name: 'PaymentOrdered' | 'PaymentAbandoned' | 'PaymentReturned') {
  return async (ctx: Context, { events }: Done): Promise<Made<z.input<typeof paymentResource>>> => {
    const { payment: id } = eventOf(events, `Settlement.${name}`).args;
    const found = await paymentById(ctx.db, id, ctx.asOf);
    if (!found) throw new Error(`the ledger announced ${name} of the unknown payment ${id}`);
    const present = await paymentPresenter(ctx, [found], await visibilityOf(ctx));
    return { body: present(found), location: `/v1/payments/${found.id}` };
  };
}
