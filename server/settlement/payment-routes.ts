import { BANK_CHECKERS, MEMBERS, PRINCIPALS, PRINCIPAL_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { type Visibility, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Done, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { amount, amountOrZero, currency, instant } from '../values/schemas.ts';
import { idFrom, noteId, payableId, type PaymentId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { type Payable, payableById, payablesById } from '../receivables/queries.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { payableViewOf } from '../receivables/visibility.ts';
import {
  abandonPayment,
  confirmationBody,
  confirmPayment,
  paymentBody,
  payPayable,
  reference,
  returnBody,
  returnPayment,
} from './commands.ts';
import {
  paidNotesOf,
  paidTo,
  type Payment,
  paymentById,
  paymentsById,
  paymentsOf,
  priorClaimsOf,
  type Received,
  receivedFrom,
} from './queries.ts';
import { settlementRefusals } from './refusals.ts';
import { paymentId } from './schemas.ts';
import { payeesOf, seesAllOf, paymentVisibilityOf } from './payment-visibility.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { PAYMENT_STAGES } from './tables.ts';

const payableParams = z.strictObject({ id: payableId });
const paymentParams = z.strictObject({ id: paymentId });
const method = z
  .enum(['cash', 'outside'])
  .meta({ description: 'In settlement cash here, or in the banking system, as a settlement bank confirmed.' });
const totalsOnly = 'Null unless the caller may see totals.';

const payment = z
  .strictObject({
    id: paymentId,
    payable: payableId,
    obligor: partyReference,
    currency,
    method,
    confirmedBy: partyReference.nullable().meta({ description: 'The bank, of a payment outside.' }),
    stage: z
      .enum(PAYMENT_STAGES)
      .meta({ description: 'One of many notes takes several steps, and is under way in between.' }),
    reference: referenceShown,
    orderedAt: instant,
    amount: amount.nullable().meta({ description: totalsOnly }),
    owedBefore: amount.nullable().meta({ description: totalsOnly }),
    owedAfter: amountOrZero
      .nullable()
      .meta({ description: `What it left owed, so far as it went and was not returned. ${totalsOnly}` }),
    paid: amountOrZero
      .nullable()
      .meta({ description: `What was paid on notes so far, to holders and to who comes before them. ${totalsOnly}` }),
    returned: amountOrZero.nullable().meta({ description: totalsOnly }),
    returnReason: referenceShown,
    received: z
      .strictObject({ amount: amountOrZero, returned: amountOrZero })
      .nullable()
      .meta({ description: 'What you were paid by it.' }),
  })
  .meta({ id: 'Payment' });

const paidNote = z
  .strictObject({
    note: noteId.meta({ description: 'The note that stands for what was paid.' }),
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
      .meta({ description: 'What that left its holder. Null for a party that was paid before it.' }),
    paidAt: instant,
    returned: z.boolean(),
  })
  .meta({ id: 'PaidNote' });

const receivedPayment = z
  .strictObject({
    note: paidNote.shape.note,
    cutFrom: paidNote.shape.cutFrom,
    payable: payableId,
    obligor: partyReference,
    payment: paymentId,
    currency,
    as: z
      .enum(['holder', 'prior claim'])
      .meta({ description: "As the note's holder, or before it: as a lender on the note, as a guarantor." }),
    amount: amountOrZero.meta({ description: 'What reached you; zero where others before you had all of it.' }),
    method,
    reference: referenceShown,
    paidAt: instant,
    returned: z.boolean(),
  })
  .meta({ id: 'ReceivedPayment' });

const {
  CUT_DOES_NOT_ADD_UP,
  NOT_THE_OBLIGOR,
  NOT_THE_PAYER,
  NOT_YET_DUE,
  NOTE_NOT_IN_PAYMENT,
  NOTES_OUT_OF_ORDER,
  NOTHING_UNDER_WAY,
  PAYMENT_ALREADY_RETURNED,
  PAYMENT_CURRENCY_DIFFERS,
  PAYMENT_EXCEEDS_BALANCE,
  PAYMENT_EXCEEDS_DEBT,
  PAYMENT_UNDER_WAY,
  PAYMENT_UNKNOWN,
  REFERENCE_TAKEN,
  REFERENCE_UNKNOWN,
  CASH_UNKNOWN,
} = settlementRefusals;
const { PAYABLE_NOT_ACTIVE, PAYABLE_UNKNOWN } = receivableRefusals;
/** What the ledger may say to either kind of payment. */
const ORDER_REFUSALS = [
  PAYABLE_UNKNOWN,
  PAYABLE_NOT_ACTIVE,
  NOT_YET_DUE,
  PAYMENT_UNDER_WAY,
  PAYMENT_EXCEEDS_DEBT,
  NOTE_NOT_IN_PAYMENT,
  NOTES_OUT_OF_ORDER,
  CUT_DOES_NOT_ADD_UP,
];

export const paymentRoutes: readonly Route[] = [
  commandRoute({
    method: 'post',
    path: '/v1/payables/{id}/payments',
    openWithoutStanding: true,
    capability: 'settlement',
    summary: 'Pay a matured payable, all that is owed or part of it',
    description:
      'The cash goes from the obligor straight to each holder, after the parties that come before it: those that bore part of the loss, those that lent against the note. Holders share a part payment pro rata, to the minor unit.',
    access: PRINCIPAL_CHECKERS,
    params: payableParams,
    body: paymentBody,
    status: 201,
    response: payment,
    refusals: [
      ...ORDER_REFUSALS,
      NOT_THE_OBLIGOR,
      CASH_UNKNOWN,
      PAYMENT_EXCEEDS_BALANCE,
      settlementRefusals.ERC20_INSUFFICIENT_BALANCE,
    ],
    prepare: (ctx, { params, body }) => payPayable(ctx, idFrom(params.id), body),
    respond: respondPayment('PaymentOrdered'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/payables/{id}/payments/abandonment',
    openWithoutStanding: true,
    capability: 'settlement',
    summary: 'Give up the rest of a payment under way; what is unpaid stays owed',
    access: PRINCIPAL_CHECKERS,
    params: payableParams,
    status: 200,
    response: payment,
    refusals: [NOTHING_UNDER_WAY, NOT_THE_PAYER],
    prepare: (ctx, { params }) => abandonPayment(ctx, idFrom(params.id)),
    respond: respondPayment('PaymentAbandoned'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/payment-confirmations',
    capability: 'settlement',
    summary: 'Confirm that a payable was paid in the banking system',
    access: BANK_CHECKERS,
    body: confirmationBody,
    status: 201,
    response: payment,
    refusals: [...ORDER_REFUSALS, PAYMENT_CURRENCY_DIFFERS, REFERENCE_TAKEN],
    prepare: (ctx, { body }) => confirmPayment(ctx, body),
    respond: respondPayment('PaymentOrdered'),
  }),
  commandRoute({
    method: 'post',
    path: '/v1/payment-confirmations/{reference}/return',
    capability: 'settlement',
    summary: 'Say that a confirmed payment was returned; all it settled is owed again',
    access: BANK_CHECKERS,
    params: z.strictObject({ reference }),
    body: returnBody,
    status: 200,
    response: payment,
    refusals: [REFERENCE_UNKNOWN, PAYMENT_ALREADY_RETURNED, PAYMENT_UNDER_WAY, NOTE_NOT_IN_PAYMENT, NOT_THE_PAYER],
    prepare: (ctx, { params, body }) => returnPayment(ctx, params.reference, body),
    respond: respondPayment('PaymentReturned'),
  }),
  readRoute({
    path: '/v1/payables/{id}/payments',
    capability: 'settlement',
    summary: 'The payments of a payable',
    description:
      'Its obligor sees the sums, a holder or a lender what it was paid, a bank what it confirmed, an auditor what its grants open.',
    access: MEMBERS,
    lookUp: { one: 'payments' },
    params: payableParams,
    query: z.strictObject(pageQuery),
    response: pageOf(payment),
    refusals: [PAYABLE_UNKNOWN],
    async handle(ctx, { params }) {
      const payable = await payableById(ctx.db, idFrom(params.id), ctx.asOf);
      const visibility = await visibilityOf(ctx);
      if (!payable || !(await payableViewOf(ctx.db, visibility, ctx.caller, payable, ctx.asOf))) {
        throw new DeeptierError(PAYABLE_UNKNOWN, { payableId: params.id });
      }
      const payees = payeesOf(visibility);
      ctx.shows({ kind: 'payments', subject: params.id, payable: payable.id, parties: [payable.obligor, ...payees] });
      const rows = await paymentsOf(
        ctx.db,
        payable.id,
        seesAllOf(visibility, payable) ? 'all' : payees,
        ctx.asOf,
        ctx.page,
      );
      const viewOf = await paymentViewer(ctx, rows, visibility);
      return ctx.page.of(rows, (row) => [row.id.toString()], viewOf);
    },
  }),
  readRoute({
    path: '/v1/payments/received',
    capability: 'settlement',
    summary: 'What your party was paid on its notes and on notes it has a claim on, newest first',
    access: PRINCIPALS,
    lookUp: null,
    query: z.strictObject(pageQuery),
    response: pageOf(receivedPayment),
    refusals: [],
    async handle(ctx) {
      const rows = await paidTo(ctx.db, payeesOf(await visibilityOf(ctx)), ctx.asOf, ctx.page);
      const viewOf = await receivedViewer(ctx, rows);
      return ctx.page.of(rows, (row) => [row.payment.toString(), row.note.toString(), String(row.position)], viewOf);
    },
  }),
  readRoute({
    path: '/v1/payments/{id}',
    capability: 'settlement',
    summary: 'A payment of a payable',
    access: MEMBERS,
    lookUp: { one: 'payment' },
    params: paymentParams,
    response: payment,
    refusals: [PAYMENT_UNKNOWN],
    async handle(ctx, { params }) {
      const { found, visibility } = await paymentToShow(ctx, idFrom(params.id), 'payment');
      return (await paymentViewer(ctx, [found], visibility))(found);
    },
  }),
  readRoute({
    path: '/v1/payments/{id}/notes',
    capability: 'settlement',
    summary: 'The notes a payment paid',
    description:
      'A holder sees its own, and who was paid on them first; a party that was paid first sees its own claims. An obligor does not see who holds its promise. A bank sees those it confirmed, an auditor what its grants open.',
    access: MEMBERS,
    lookUp: { one: 'payment notes' },
    params: paymentParams,
    query: z.strictObject(pageQuery),
    response: pageOf(paidNote),
    refusals: [PAYMENT_UNKNOWN],
    async handle(ctx, { params }) {
      const { found, payable, visibility } = await paymentToShow(ctx, idFrom(params.id), 'payment notes');
      const payees = paymentVisibilityOf(visibility, payable, found) === 'notes' ? 'all' : payeesOf(visibility);
      const rows = await paidNotesOf(ctx.db, found.id, payees, ctx.asOf, ctx.page);
      const claims = await priorClaimsOf(
        ctx.db,
        found.id,
        rows.map(({ note }) => note),
        ctx.asOf,
      );
      const names = await partyNames(
        ctx.db,
        [...rows, ...[...claims.values()].flat()].map(({ payee }) => payee),
        ctx.asOf,
      );
      return ctx.page.of(
        rows,
        (row) => [row.note.toString()],
        (row) => {
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
        },
      );
    },
  }),
];

/** A payment of which the caller sees something. */
async function paymentToShow(
  ctx: Context,
  id: PaymentId,
  what: string,
): Promise<{ found: Payment; payable: Payable; visibility: Visibility }> {
  const unknown = new DeeptierError(PAYMENT_UNKNOWN, { payment: id.toString() });
  const found = await paymentById(ctx.db, id, ctx.asOf);
  if (!found) throw unknown;
  const payable = await payableOf(ctx, found);
  const visibility = await visibilityOf(ctx);
  const payees = payeesOf(visibility);
  if (
    paymentVisibilityOf(visibility, payable, found) === 'received' &&
    !(await receivedFrom(ctx.db, [found.id], payees, ctx.asOf)).has(found.id)
  ) {
    throw unknown;
  }
  ctx.shows({ kind: what, subject: id.toString(), payable: payable.id, parties: [payable.obligor, ...payees] });
  return { found, payable, visibility };
}

async function payableOf(ctx: Context, { payable }: Payment): Promise<Payable> {
  const found = await payableById(ctx.db, payable, ctx.asOf);
  if (!found) throw new Error(`payable ${payable} is paid and not known`);
  return found;
}

/** Makes the answer of each of `payments`, as far as the caller sees it. */
async function paymentViewer(
  ctx: Context,
  payments: readonly Payment[],
  visibility: Visibility,
): Promise<(one: Payment) => z.input<typeof payment>> {
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

async function receivedViewer(
  ctx: Context,
  rows: readonly Received[],
): Promise<(row: Received) => z.input<typeof receivedPayment>> {
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

/** Answers with the payment that an event of this name is of. */
function respondPayment(name: 'PaymentOrdered' | 'PaymentAbandoned' | 'PaymentReturned') {
  return async (ctx: Context, { events }: Done): Promise<Made<z.input<typeof payment>>> => {
    const { payment: id } = eventOf(events, `Settlement.${name}`).args;
    const found = await paymentById(ctx.db, id, ctx.asOf);
    if (!found) throw new Error(`the ledger announced ${name} of the unknown payment ${id}`);
    const viewOf = await paymentViewer(ctx, [found], await visibilityOf(ctx));
    return { body: viewOf(found), location: `/v1/payments/${found.id}` };
  };
}
