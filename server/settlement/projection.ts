// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import { type PartyId, payableIdOf, type PaymentId } from '../values/ids.ts';
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

/** Cash and payments, as `CashBook` and `Settlement` announce them. */
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
    'Settlement.PriorClaimPaid': (tx, { args, block }) => {
      const note = args.settledNote;
      return put(
        tx,
        priorClaimsTable,
        { payment: args.payment, note, position: Number(args.position) },
        { payable_id: payableIdOf(note), payee: args.payee, amount: args.amount },
        block.number,
      );
    },
    'Settlement.NotePaid': notePaid,
    'Settlement.PaymentCompleted': (tx, event) => changePayment(tx, event, { stage: 'completed' }),
    'Settlement.PaymentAbandoned': (tx, event) => changePayment(tx, event, { stage: 'abandoned' }),
    'Settlement.PaymentReturned': (tx, event) =>
      changePayment(tx, event, { stage: 'returned', returned: event.args.returned, return_reason: event.args.reason }),
    'Settlement.NotePaymentReturned': (tx, { args, block }) =>
      patch(tx, paidNotesTable, { payment: args.payment, note: args.settledNote }, { returned: true }, block.number),
  },
};

async function cashMoved(tx: Transaction, { args, block, logIndex }: LedgerEvent<'CashBook.CashMoved'>): Promise<void> {
  const currency = fixedText(args.currency);
  const amount = args.amount;
  const payer = numberOrNull(args.payer);
  const payee = numberOrNull(args.payee);
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
  party: PartyId,
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
  party: PartyId,
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

async function notePaid(tx: Transaction, { args, block }: LedgerEvent<'Settlement.NotePaid'>): Promise<void> {
  const { payment: id, amount } = args;
  const note = args.settledNote;
  await put(
    tx,
    paidNotesTable,
    { payment: id, note },
    {
      cut_from: args.fromNote,
      payable_id: payableIdOf(note),
      payee: args.payee,
      amount,
      prior: args.prior,
      paid_at: BigInt(block.timestamp),
      returned: false,
    },
    block.number,
  );
  const payment = await current(tx, paymentsTable, { id });
  if (!payment) throw new Error(`note ${note} is paid by payment ${id}, which was never ordered`);
  await patch(tx, paymentsTable, { id }, { paid: payment.paid + amount }, block.number);
}

function changePayment(
  tx: Transaction,
  { args, block }: Pick<LedgerEvent, 'block'> & { readonly args: { readonly payment: PaymentId } },
  changes: Partial<PaymentsTable>,
): Promise<void> {
  return patch(tx, paymentsTable, { id: args.payment }, changes, block.number);
}

function purposeAt(place: bigint): CashPurpose {
  const purpose = CASH_PURPOSES[Number(place)];
  if (!purpose) throw new Error(`cash moved for an unknown purpose: ${place}`);
  return purpose.name;
}

/** 0 stands for none, and for nobody. */
function numberOrNull<N extends bigint>(number: N): N | null {
  return number === 0n ? null : number;
}

function referenceOrNull(reference: string): string | null {
  return BigInt(reference) === 0n ? null : reference;
}
