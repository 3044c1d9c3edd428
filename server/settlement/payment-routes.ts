// SPDX-License-Identifier: Apache-2.0
import { MEMBERS, PRINCIPALS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { idFrom } from '../values/ids.ts';
import { findPayment } from './find.ts';
import {
  paidNotePresenter,
  paidNoteResource,
  receivedPaymentResource,
  receivedPresenter,
} from './paid-note-resource.ts';
import { paidNotesOf, paidTo } from './paid-notes.ts';
import { paymentPresenter, paymentResource } from './payment-resource.ts';
import { payeesOf, paymentVisibilityOf } from './payment-visibility.ts';
import { settlementRefusals } from './refusals.ts';
import { paymentId } from './schemas.ts';

const paymentParams = z.strictObject({ id: paymentId });
const { PAYMENT_UNKNOWN } = settlementRefusals;

/** What was paid, by whom it concerns: payments, their notes, and what a party received. */
export const paymentRoutes: readonly Route[] = [
  readRoute({
    path: '/v1/payments/received',
    summary: 'List what your party was paid on its notes and its prior claims, newest first',
    access: PRINCIPALS,
    lookUp: null,
    query: z.strictObject(pageQuery),
    response: pageOf(receivedPaymentResource),
    refusals: [],
    async handle(ctx) {
      const rows = await paidTo(ctx.db, payeesOf(await visibilityOf(ctx)), ctx.asOf, ctx.page);
      const present = await receivedPresenter(ctx, rows);
      return ctx.page.of(rows, (row) => [row.payment.toString(), row.note.toString(), String(row.position)], present);
    },
  }),
  readRoute({
    path: '/v1/payments/{id}',
    summary: 'Show a payment',
    access: MEMBERS,
    lookUp: { one: 'payment' },
    params: paymentParams,
    response: paymentResource,
    refusals: [PAYMENT_UNKNOWN],
    async handle(ctx, { params }) {
      const { payment, visibility } = await findPayment(ctx, idFrom(params.id), 'payment');
      return (await paymentPresenter(ctx, [payment], visibility))(payment);
    },
  }),
  readRoute({
    path: '/v1/payments/{id}/notes',
    summary: 'List the notes that a payment paid',
    description:
      'A holder sees its own, and who was paid on them first; a party that was paid first sees its own claims. An obligor does not see who holds its promise. A bank sees those it confirmed, an auditor what its grants open.',
    access: MEMBERS,
    lookUp: { one: 'payment notes' },
    params: paymentParams,
    query: z.strictObject(pageQuery),
    response: pageOf(paidNoteResource),
    refusals: [PAYMENT_UNKNOWN],
    async handle(ctx, { params }) {
      const { payment, payable, visibility } = await findPayment(ctx, idFrom(params.id), 'payment notes');
      const payees = paymentVisibilityOf(visibility, payable, payment) === 'notes' ? 'all' : payeesOf(visibility);
      const rows = await paidNotesOf(ctx.db, payment.id, payees, ctx.asOf, ctx.page);
      const present = await paidNotePresenter(ctx, payment.id, rows, payees);
      return ctx.page.of(rows, (row) => [row.note.toString()], present);
    },
  }),
];
