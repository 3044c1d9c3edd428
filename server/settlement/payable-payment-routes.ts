// SPDX-License-Identifier: Apache-2.0
import { MEMBERS, PRINCIPAL_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { idFrom, payableId } from '../values/ids.ts';
import { knownPayable } from '../receivables/find.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { abandonPayment, paymentBody, payPayable } from './commands.ts';
import { paymentPresenter, paymentResource, respondPayment } from './payment-resource.ts';
import { payeesOf, seesAllOf } from './payment-visibility.ts';
import { paymentsOf } from './payments.ts';
import { PAYMENT_ORDER_REFUSALS, settlementRefusals } from './refusals.ts';

const payableParams = z.strictObject({ id: payableId });
const {
  CASH_UNKNOWN,
  ERC20_INSUFFICIENT_BALANCE,
  NOT_THE_OBLIGOR,
  NOT_THE_PAYER,
  NOTHING_UNDER_WAY,
  PAYMENT_EXCEEDS_BALANCE,
} = settlementRefusals;

/** Payments of a payable in settlement cash, and all there are of it. */
export const payablePaymentRoutes: readonly Route[] = [
  commandRoute({
    method: 'post',
    path: '/v1/payables/{id}/payments',
    openWithoutStanding: true,
    summary: 'Pay a matured payable, in full or in part',
    description:
      'The cash goes from the obligor straight to each holder, after the parties that come before it: those that bore part of the loss, those that lent against the note. Holders share a part payment pro rata, to the minor unit.',
    access: PRINCIPAL_CHECKERS,
    params: payableParams,
    body: paymentBody,
    status: 201,
    response: paymentResource,
    refusals: [
      ...PAYMENT_ORDER_REFUSALS,
      NOT_THE_OBLIGOR,
      CASH_UNKNOWN,
      PAYMENT_EXCEEDS_BALANCE,
      ERC20_INSUFFICIENT_BALANCE,
    ],
    prepare: (ctx, { params, body }) => payPayable(ctx, idFrom(params.id), body),
    respond: respondPayment('PaymentOrdered'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/payables/{id}/payments/abandonment',
    openWithoutStanding: true,
    summary: 'Abandon a payment under way; what is unpaid stays owed',
    access: PRINCIPAL_CHECKERS,
    params: payableParams,
    status: 200,
    response: paymentResource,
    refusals: [NOTHING_UNDER_WAY, NOT_THE_PAYER],
    prepare: (ctx, { params }) => abandonPayment(ctx, idFrom(params.id)),
    respond: respondPayment('PaymentAbandoned'),
  }),
  readRoute({
    path: '/v1/payables/{id}/payments',
    summary: 'List the payments of a payable',
    description:
      'Its obligor sees the sums, a holder or a lender what it was paid, a bank what it confirmed, an auditor what its grants open.',
    access: MEMBERS,
    lookUp: { one: 'payments' },
    params: payableParams,
    query: z.strictObject(pageQuery),
    response: pageOf(paymentResource),
    refusals: [receivableRefusals.PAYABLE_UNKNOWN],
    async handle(ctx, { params }) {
      const visibility = await visibilityOf(ctx);
      const { payable } = await knownPayable(ctx, visibility, idFrom(params.id));
      const payees = payeesOf(visibility);
      ctx.shows({ kind: 'payments', subject: params.id, payable: payable.id, parties: [payable.obligor, ...payees] });
      const rows = await paymentsOf(
        ctx.db,
        payable.id,
        seesAllOf(visibility, payable) ? 'all' : payees,
        ctx.asOf,
        ctx.page,
      );
      const present = await paymentPresenter(ctx, rows, visibility);
      return ctx.page.of(rows, (row) => [row.id.toString()], present);
    },
  }),
];
