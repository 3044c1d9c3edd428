// SPDX-License-Identifier: Apache-2.0
import { BANK_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { commandRoute, type Route } from '../http/route.ts';
import { confirmationBody, confirmPayment, reference, returnBody, returnPayment } from './commands.ts';
import { paymentResource, respondPayment } from './payment-resource.ts';
import { PAYMENT_ORDER_REFUSALS, settlementRefusals } from './refusals.ts';

const {
  NOT_THE_PAYER,
  NOTE_NOT_IN_PAYMENT,
  PAYMENT_ALREADY_RETURNED,
  PAYMENT_CURRENCY_DIFFERS,
  PAYMENT_UNDER_WAY,
  REFERENCE_TAKEN,
  REFERENCE_UNKNOWN,
} = settlementRefusals;

/** Payments that a settlement bank made in the banking system. */
export const confirmationRoutes: readonly Route[] = [
  commandRoute({
    method: 'post',
    path: '/v1/payment-confirmations',
    summary: 'Confirm that a payable was paid in the banking system',
    access: BANK_CHECKERS,
    body: confirmationBody,
    status: 201,
    response: paymentResource,
    refusals: [...PAYMENT_ORDER_REFUSALS, PAYMENT_CURRENCY_DIFFERS, REFERENCE_TAKEN],
    prepare: (ctx, { body }) => confirmPayment(ctx, body),
    respond: respondPayment('PaymentOrdered'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/payment-confirmations/{reference}/return',
    summary: 'Report a confirmed payment as returned; everything it settled is owed again',
    access: BANK_CHECKERS,
    params: z.strictObject({ reference }),
    body: returnBody,
    status: 200,
    response: paymentResource,
    refusals: [REFERENCE_UNKNOWN, PAYMENT_ALREADY_RETURNED, PAYMENT_UNDER_WAY, NOTE_NOT_IN_PAYMENT, NOT_THE_PAYER],
    prepare: (ctx, { params, body }) => returnPayment(ctx, params.reference, body),
    respond: respondPayment('PaymentReturned'),
  }),
];
