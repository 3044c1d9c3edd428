// SPDX-License-Identifier: Apache-2.0
import { type Visibility, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { type Payable, payableById } from '../receivables/queries.ts';
import { DeeptierError } from '../values/errors.ts';
import type { PaymentId } from '../values/ids.ts';
import { receivedFrom } from './paid-notes.ts';
import { payeesOf, paymentVisibilityOf } from './payment-visibility.ts';
import { type Payment, paymentById } from './payments.ts';
import { settlementRefusals } from './refusals.ts';

export interface FoundPayment {
  readonly payment: Payment;
  readonly payable: Payable;
  readonly visibility: Visibility;
}

/** A payment of which the caller sees something, recorded as `what`. Throws `PAYMENT_UNKNOWN`, just as if there were none. */
export async function findPayment(ctx: Context, id: PaymentId, what: string): Promise<FoundPayment> {
  const unknown = new DeeptierError(settlementRefusals.PAYMENT_UNKNOWN, { payment: id.toString() });
  const payment = await paymentById(ctx.db, id, ctx.asOf);
  if (!payment) throw unknown;
  const payable = await payableById(ctx.db, payment.payable, ctx.asOf);
  if (!payable) throw new Error(`payable ${payment.payable} is paid and not known`);
  const visibility = await visibilityOf(ctx);
  const payees = payeesOf(visibility);
  if (
    paymentVisibilityOf(visibility, payable, payment) === 'received' &&
    !(await receivedFrom(ctx.db, [payment.id], payees, ctx.asOf)).has(payment.id)
  ) {
    throw unknown;
  }
  ctx.shows({ kind: what, subject: id.toString(), payable: payable.id, parties: [payable.obligor, ...payees] });
  return { payment, payable, visibility };
}
