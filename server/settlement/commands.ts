// SPDX-License-Identifier: Apache-2.0
import type { Hex } from '../values/hex.ts';
import { z } from 'zod';
import { ownParties, visibilityOf } from '../access/visibility.ts';
import { idFrom, partyId, payableId, type PayableId } from '../values/ids.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import { minorUnitDecimals } from '../values/currencies.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import type { Prepared } from '../http/route.ts';
import { amount, currency } from '../values/schemas.ts';
import { call, type Call } from '../ledger/contract-types.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { isOverdue, liveNotesOf, notesById, payableById } from '../receivables/queries.ts';
import { knownPayable } from '../receivables/find.ts';
import { referenceField } from '../values/references.ts';
import { fitsRehearsal, orderAlone, paymentCalls, type PaymentOrder, returnCalls } from './instalments.ts';
import { priorClaimsOf, unreturnedNotesOf } from './paid-notes.ts';
import { type Payment, paymentByReference } from './payments.ts';
import { settlementRefusals } from './refusals.ts';

/** What the bank and its customer know a movement or a payment by. */
export const reference = referenceField(
  'Reference of the movement or payment, at most 32 bytes in UTF-8.',
  'EB-20261130-0007',
);

export const issueBody = z.strictObject({ to: partyId, amount, reference }).meta({ id: 'CashIssueOrder' });
export const redemptionBody = z.strictObject({ amount, reference }).meta({ id: 'CashRedemptionOrder' });
export const cashPaymentBody = z.strictObject({ to: partyId, amount, reference }).meta({ id: 'CashPaymentOrder' });
export const inheritanceBody = z.strictObject({ predecessor: partyId }).meta({ id: 'CashInheritanceOrder' });
export const paymentBody = z.strictObject({ amount, reference }).meta({ id: 'PaymentOrder' });
export const confirmationBody = z
  .strictObject({ payable: payableId, currency, amount, reference })
  .meta({ id: 'PaymentConfirmation' });
export const returnBody = z
  .strictObject({
    reason: reference
      .optional()
      .meta({ description: 'Reason of the return, as the bank was told: an ISO 20022 code.', example: 'AC04' }),
  })
  .meta({ id: 'PaymentReturn' });

//---------------------------------------------------------------------- cash

export function openCash(code: string): Call {
  return call('CashBook', 'open', codeBytes3(code), minorUnitDecimals(code));
}

export function issueCash(code: string, body: z.output<typeof issueBody>): Call {
  return call('CashBook', 'mint', codeBytes3(code), idFrom(body.to), BigInt(body.amount), textBytes32(body.reference));
}

export function redeemCash(code: string, body: z.output<typeof redemptionBody>): Call {
  return call('CashBook', 'redeem', codeBytes3(code), BigInt(body.amount), textBytes32(body.reference));
}

export function payCash(code: string, body: z.output<typeof cashPaymentBody>): Call {
  return call('CashBook', 'pay', codeBytes3(code), idFrom(body.to), BigInt(body.amount), textBytes32(body.reference));
}

export function inheritCash(code: string, body: z.output<typeof inheritanceBody>): Call {
  return call('CashBook', 'inherit', codeBytes3(code), idFrom(body.predecessor));
}

//---------------------------------------------------------------------- payments

/** Pays what is owed on a payable, or part of it, in settlement cash. */
export async function payPayable(
  ctx: Context,
  payable: PayableId,
  body: z.output<typeof paymentBody>,
): Promise<Prepared> {
  // Whether the caller is the one to pay it, the ledger says.
  const known = await knownPayable(ctx, await visibilityOf(ctx), payable);
  return prepared(ctx, 'pay', {
    payable,
    currency: known.payable.currency,
    amount: BigInt(body.amount),
    reference: textBytes32(body.reference),
  });
}

/** Books a payment that a settlement bank made in the banking system. */
export async function confirmPayment(ctx: Context, body: z.output<typeof confirmationBody>): Promise<Prepared> {
  return prepared(ctx, 'confirm', {
    payable: idFrom(body.payable),
    currency: body.currency,
    amount: BigInt(body.amount),
    reference: textBytes32(body.reference),
  });
}

/** Makes all that an outside payment had settled owed again. */
export async function returnPayment(ctx: Context, ref: string, body: z.output<typeof returnBody>): Promise<Prepared> {
  const word = textBytes32(ref);
  const payment = await confirmedPayment(ctx, ref, word);
  const notes = await unreturnedNotesOf(ctx.db, payment.id, ctx.asOf);
  if (notes.length === 0 && payment.stage === 'returned') {
    throw new DeeptierError(settlementRefusals.PAYMENT_ALREADY_RETURNED, { ref });
  }
  const states = await notesById(ctx.db, notes, ctx.asOf);
  const claims = await priorClaimsOf(ctx.db, payment.id, notes, ctx.asOf);
  return rehearsed(
    ctx,
    returnCalls(
      payment.orderedBy,
      word,
      textBytes32(body.reason),
      notes.map((id) => {
        const state = states.get(id);
        return { id, hasClaims: claims.has(id) || state === undefined || state.underHold || state.financings > 0 };
      }),
    ),
  );
}

/** Gives up the rest of the payment that is under way. */
export async function abandonPayment(ctx: Context, payable: PayableId): Promise<Prepared> {
  await knownPayable(ctx, await visibilityOf(ctx), payable);
  return { calls: [call('Settlement', 'abandon', payable)] };
}

async function prepared(ctx: Context, how: 'pay' | 'confirm', order: PaymentOrder): Promise<Prepared> {
  // First the ledger's own answer to the order; what it says holds also where these tables are behind.
  await ctx.ledgerClient.simulate(ctx.caller.key, orderAlone(how, order));
  const notes = (await liveNotesOf(ctx.db, order.payable, ctx.asOf)).map(({ id, units, underHold, financings }) => ({
    id,
    units,
    hasClaims: underHold || financings > 0,
  }));
  const owed = notes.reduce((sum, { units }) => sum + units, 0n);
  if (order.amount > owed) {
    throw new DeeptierError(settlementRefusals.PAYMENT_EXCEEDS_DEBT, {
      payableId: order.payable.toString(),
      owed: owed.toString(),
      amount: order.amount.toString(),
    });
  }
  const payable = await payableById(ctx.db, order.payable, ctx.asOf);
  const isLate = !payable || isOverdue(payable, dateAt(await blockTimeOf(ctx)));
  return rehearsed(ctx, paymentCalls(how, order, notes, isLate));
}

/** Rehearses all of it where that fits into one block, else only how it begins. */
async function rehearsed(ctx: Context, calls: readonly Call[]): Promise<Prepared> {
  if (fitsRehearsal(calls)) return { calls };
  await ctx.ledgerClient.simulateAll(ctx.caller.key, calls.slice(0, 1));
  return { calls, simulate: false };
}

/** The outside payment that the caller's bank, or one it succeeded, confirmed under that reference. */
async function confirmedPayment(ctx: Context, ref: string, word: Hex): Promise<Payment> {
  const banks = [...ownParties(await visibilityOf(ctx))];
  const payment = await paymentByReference(ctx.db, banks, word, ctx.asOf);
  if (!payment) throw new DeeptierError(settlementRefusals.REFERENCE_UNKNOWN, { ref });
  return payment;
}
