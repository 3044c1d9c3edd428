import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import {
  CASH_PURPOSES,
  type CashBalancesTable,
  cashBalancesTable,
  cashCurrenciesTable,
  cashMovementsTable,
  type CashPurpose,
  paidNotesTable,
  type PaymentsTable,
  paymentsTable,
  priorClaimsTable,
  settlementTables,
} from './tables.ts';

/** Cash and payments, as `CashBook` and `Settlement` announce them, and the ledger the notes owed again. */
export const settlementProjection: Projection = {
  name: 'settlement',
  tables: settlementTables,
  on: {
    'CashBook.CashOpened': (tx, { args, block }) =>
      put(
        tx,
        cashCurrenciesTable,
        { currency: fixedText(args.currency) },
        { bank: args.bank, address: args.cash, decimals: Number(args.decimals), issued: 0n, redeemed: 0n },
        block.number,
      ),
    'CashBook.CashMoved': cashMoved,
    'CashBook.CashReserved': (tx, { args, block }) =>
      changeCash(tx, fixedText(args.currency), args.party, { reserved: args.reserved }, block.number),
    'Settlement.PaymentOrdered': (tx, { args, block }) =>
      put(
        tx,
        paymentsTable,
        { id: args.payment },
        {
          payable_id: args.payableId,
          ordered_by: args.by,
          amount: args.amount,
          owed: args.base,
          outside: args.outside,
          reference: args.ref,
          stage: 'under-way',
          paid: 0n,
          returned: 0n,
          return_reason: null,
          ordered_at: BigInt(block.timestamp),
        },
        block.number,
      ),
    'Settlement.PriorClaimPaid': priorClaimPaid,
    'Settlement.NotePaid': notePaid,
    'Settlement.PaymentCompleted': (tx, event) => changePayment(tx, event, { stage: 'completed' }),
    'Settlement.PaymentAbandoned': (tx, event) => changePayment(tx, event, { stage: 'abandoned' }),
    'Settlement.PaymentReturned': (tx, event) =>
      changePayment(tx, event, { stage: 'returned', returned: event.args.returned, return_reason: event.args.reason }),
    'ReceivableLedger.NoteReopened': noteReopened,
  },
};

async function cashMoved(tx: Transaction, { args, block, logIndex }: LedgerEvent<'CashBook.CashMoved'>): Promise<void> {
  const currency = fixedText(args.currency);
  const amount = args.amount;
  const payer = someParty(args.from);
  const payee = someParty(args.to);
  if (payer === null || payee === null) {
    const cash = await current(tx, cashCurrenciesTable, { currency });
    if (!cash) throw new Error(`cash in ${currency} moved before it was opened`);
    const totals = payer === null ? { issued: cash.issued + amount } : { redeemed: cash.redeemed + amount };
    await patch(tx, cashCurrenciesTable, { currency }, totals, block.number);
  }
  const payerBalance = payer === null ? null : await changeBalance(tx, currency, payer, -amount, block.number);
  const payeeBalance = payee === null ? null : await changeBalance(tx, currency, payee, amount, block.number);
  await put(
    tx,
    cashMovementsTable,
    { block_number: block.number, log_index: logIndex },
    {
      currency,
      payer,
      payee,
      amount,
      payer_balance: payer !== null && payer === payee ? payeeBalance : payerBalance,
      payee_balance: payeeBalance,
      purpose: purposeAt(args.purpose),
      subject: numberOrNull(args.subject),
      note: numberOrNull(args.note),
      reference: referenceOrNull(args.ref),
      moved_at: BigInt(block.timestamp),
    },
    block.number,
  );
}

async function changeBalance(
  tx: Transaction,
  currency: string,
  party: bigint,
  change: bigint,
  block: bigint,
): Promise<bigint> {
  const balance = ((await current(tx, cashBalancesTable, { currency, party }))?.balance ?? 0n) + change;
  await changeCash(tx, currency, party, { balance }, block);
  return balance;
}

async function changeCash(
  tx: Transaction,
  currency: string,
  party: bigint,
  change: Partial<Pick<CashBalancesTable, 'balance' | 'reserved'>>,
  block: bigint,
): Promise<void> {
  const { balance, reserved } = {
    balance: 0n,
    reserved: 0n,
    ...(await current(tx, cashBalancesTable, { currency, party })),
    ...change,
  };
  await put(tx, cashBalancesTable, { currency, party }, { balance, reserved }, block);
}

async function priorClaimPaid(
  tx: Transaction,
  { args, block }: LedgerEvent<'Settlement.PriorClaimPaid'>,
): Promise<void> {
  const [id, note] = [args.payment, args.settled];
  const payment = await paymentRow(tx, id, note);
  const { length } = await priorClaimRows(tx, id, note);
  await put(
    tx,
    priorClaimsTable,
    { payment: id, note, position: length + 1 },
    { payable_id: payment.payable_id, payee: args.payee, amount: args.amount },
    block.number,
  );
}

async function notePaid(tx: Transaction, { args, block }: LedgerEvent<'Settlement.NotePaid'>): Promise<void> {
  const id = args.payment;
  const note = args.settled;
  const amount = args.amount;
  const payment = await paymentRow(tx, id, note);
  const prior = (await priorClaimRows(tx, id, note)).reduce((sum, claim) => sum + claim.amount, 0n);
  await put(
    tx,
    paidNotesTable,
    { payment: id, note },
    {
      cut_from: args.from,
      payable_id: payment.payable_id,
      payee: args.payee,
      amount,
      prior,
      paid_at: BigInt(block.timestamp),
      returned: false,
    },
    block.number,
  );
  await patch(tx, paymentsTable, { id }, { paid: payment.paid + amount }, block.number);
}

async function paymentRow(tx: Transaction, id: bigint, note: bigint): Promise<PaymentsTable> {
  const payment = await current(tx, paymentsTable, { id });
  if (!payment) throw new Error(`note ${note} is paid by payment ${id}, which was never ordered`);
  return payment;
}

function priorClaimRows(tx: Transaction, payment: bigint, note: bigint): Promise<{ amount: bigint }[]> {
  return tx
    .selectFrom('prior_claims')
    .select('amount')
    .where('payment', '=', payment)
    .where('note', '=', note)
    .where('to_block', 'is', null)
    .execute();
}

/** The ledger names the note alone; what paid it last is what was returned. */
async function noteReopened(
  tx: Transaction,
  { args, block }: LedgerEvent<'ReceivableLedger.NoteReopened'>,
): Promise<void> {
  const note = args.note;
  const { payment } = await tx
    .selectFrom('paid_notes')
    .select('payment')
    .where('note', '=', note)
    .where('returned', '=', false)
    .where('to_block', 'is', null)
    .executeTakeFirstOrThrow();
  await patch(tx, paidNotesTable, { payment, note }, { returned: true }, block.number);
}

function changePayment(
  tx: Transaction,
  { args, block }: Pick<LedgerEvent, 'block'> & { readonly args: { readonly payment: bigint } },
  changes: Partial<PaymentsTable>,
): Promise<void> {
  return patch(tx, paymentsTable, { id: args.payment }, changes, block.number);
}

/** The party, or none: 0 stands for nobody. */
function someParty(party: bigint): bigint | null {
  return party === 0n ? null : party;
}

function purposeAt(place: bigint): CashPurpose {
  const purpose = CASH_PURPOSES[Number(place)];
  if (!purpose) throw new Error(`cash moved for an unknown purpose: ${place}`);
  return purpose.name;
}

/** 0 stands for none. */
function numberOrNull(number: bigint): bigint | null {
  return number === 0n ? null : number;
}

function referenceOrNull(reference: string): string | null {
  return BigInt(reference) === 0n ? null : reference;
}
