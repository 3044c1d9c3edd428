// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId, PaymentId } from '../values/ids.ts';
import { bigint, boolean, integer, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    cash_currencies: CashCurrenciesTable;
    cash_balances: CashBalancesTable;
    cash_movements: CashMovementsTable;
    payments: PaymentsTable;
    paid_notes: PaidNotesTable;
    prior_claims: PriorClaimsTable;
  }
}

/** Why cash went from one party to another; a plain `transfer` used the ERC-20's own functions, by whomever it allowed. */
export const CASH_KINDS = [
  'issue',
  'redemption',
  'payment',
  'settlement',
  'inheritance',
  'sale',
  'fee',
  'loan',
  'repayment',
  'recourse',
  'cover',
  'transfer',
] as const;
export type CashKind = (typeof CASH_KINDS)[number];

/** The book's purposes, in the order of its enumeration: the kind of each, and what its subject numbers. */
export const CASH_PURPOSES = [
  { name: 'transfer', kind: 'transfer', subject: null },
  { name: 'allowed-transfer', kind: 'transfer', subject: 'party' },
  { name: 'issue', kind: 'issue', subject: null },
  { name: 'redemption', kind: 'redemption', subject: null },
  { name: 'payment', kind: 'payment', subject: null },
  { name: 'inheritance', kind: 'inheritance', subject: null },
  { name: 'settlement', kind: 'settlement', subject: 'payment' },
  { name: 'prior-claim', kind: 'settlement', subject: 'payment' },
  { name: 'sale', kind: 'sale', subject: 'sale' },
  { name: 'sale-fee', kind: 'fee', subject: 'sale' },
  { name: 'loan-advance', kind: 'loan', subject: 'loan' },
  { name: 'loan-draw', kind: 'loan', subject: 'loan' },
  { name: 'loan-fee', kind: 'fee', subject: 'loan' },
  { name: 'loan-repayment', kind: 'repayment', subject: 'loan' },
  { name: 'recourse', kind: 'recourse', subject: null },
  { name: 'cover-share', kind: 'cover', subject: 'cover' },
] as const satisfies readonly { readonly name: string; readonly kind: CashKind; readonly subject: string | null }[];
export type CashPurpose = (typeof CASH_PURPOSES)[number]['name'];

/** Where a payment of a payable stands. */
export const PAYMENT_STAGES = ['under-way', 'completed', 'abandoned', 'returned'] as const;
export type PaymentStage = (typeof PAYMENT_STAGES)[number];

/**
 * Amounts are minor units, moments Unix seconds, references 32 bytes in hex as the ledger has them. An
 * ERC-20 counts in 256 bits, a payable in 64.
 */
export const cashCurrenciesTable = versionedTable('cash_currencies', {
  columns: {
    currency: text(),
    bank: bigint<PartyId>(),
    address: text(),
    decimals: integer(),
    issued: numeric(78),
    redeemed: numeric(78),
  },
  key: ['currency'],
  checks: ['redeemed >= 0 and redeemed <= issued'],
});
export type CashCurrenciesTable = RowOf<typeof cashCurrenciesTable>;

export const cashBalancesTable = versionedTable('cash_balances', {
  columns: {
    currency: text(),
    party: bigint<PartyId>(),
    balance: numeric(78),
    /** Set aside, of the balance, for what the party agreed to. */
    reserved: numeric(78),
  },
  key: ['currency', 'party'],
  checks: ['reserved >= 0 and reserved <= balance'],
});
export type CashBalancesTable = RowOf<typeof cashBalancesTable>;

export const cashMovementsTable = versionedTable('cash_movements', {
  columns: {
    block_number: bigint(),
    log_index: integer(),
    currency: text(),
    /** None where the bank issued it. */
    payer: bigint<PartyId>().orNull(),
    /** None where the bank redeemed it. */
    payee: bigint<PartyId>().orNull(),
    amount: numeric(78),
    /** What each had afterwards. */
    payer_balance: numeric(78).orNull(),
    payee_balance: numeric(78).orNull(),
    purpose: oneOf(CASH_PURPOSES.map(({ name }) => name)),
    /** The number of what it was for: see {@link CASH_PURPOSES}. */
    subject: bigint().orNull(),
    /** The note it was paid for. */
    note: bigint<NoteId>().orNull(),
    reference: text().orNull(),
    moved_at: bigint(),
  },
  key: ['block_number', 'log_index'],
  indexes: {
    by_payer: '(currency, payer, block_number, log_index)',
    by_payee: '(currency, payee, block_number, log_index)',
  },
});
export type CashMovementsTable = RowOf<typeof cashMovementsTable>;

export const paymentsTable = versionedTable('payments', {
  columns: {
    id: bigint<PaymentId>(),
    payable_id: bigint<PayableId>(),
    ordered_by: bigint<PartyId>(),
    amount: numeric(20),
    /** What was owed when it was ordered. */
    owed: numeric(20),
    /** Confirmed by a settlement bank, instead of cash moving here. */
    outside: boolean(),
    reference: text(),
    stage: oneOf(PAYMENT_STAGES),
    paid: numeric(20),
    returned: numeric(20),
    return_reason: text().orNull(),
    ordered_at: bigint(),
  },
  key: ['id'],
  checks: ['returned <= paid and paid <= amount and amount <= owed'],
  indexes: { by_payable: '(payable_id, id)', by_reference: '(reference) where outside' },
});
export type PaymentsTable = RowOf<typeof paymentsTable>;

export const paidNotesTable = versionedTable('paid_notes', {
  columns: {
    payment: bigint<PaymentId>(),
    /** The note that stands for the units paid. */
    note: bigint<NoteId>(),
    /** The note they were part of; the same one where it was paid whole. */
    cut_from: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    /** Its holder, who has of the amount what the prior claims left. */
    payee: bigint<PartyId>(),
    amount: numeric(20),
    /** Of the amount, what went to others first. */
    prior: numeric(20),
    paid_at: bigint(),
    returned: boolean(),
  },
  key: ['payment', 'note'],
  checks: ['0 <= prior and prior <= amount'],
  indexes: { by_payee: '(payee, payment, note)', by_payable: '(payable_id, payee)', by_note: '(note)' },
});
export type PaidNotesTable = RowOf<typeof paidNotesTable>;

/** What went to somebody else before the holder of a note: a lender, a guarantor. */
export const priorClaimsTable = versionedTable('prior_claims', {
  columns: {
    payment: bigint<PaymentId>(),
    /** The note that stands for the units paid. */
    note: bigint<NoteId>(),
    /** From 1, in the order they were paid. */
    position: integer(),
    payable_id: bigint<PayableId>(),
    payee: bigint<PartyId>(),
    amount: numeric(20),
  },
  key: ['payment', 'note', 'position'],
  indexes: { by_payee: '(payee, payment, note)' },
});
export type PriorClaimsTable = RowOf<typeof priorClaimsTable>;

export const settlementTables = [
  cashCurrenciesTable,
  cashBalancesTable,
  cashMovementsTable,
  paymentsTable,
  paidNotesTable,
  priorClaimsTable,
];
