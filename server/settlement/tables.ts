import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

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

/** Why cash went from one party to another; a plain `transfer` used the ERC-20's own functions. */
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

/** Where a payment of a payable stands. */
export const PAYMENT_STAGES = ['under-way', 'completed', 'abandoned', 'returned'] as const;
export type PaymentStage = (typeof PAYMENT_STAGES)[number];

/** Amounts are minor units, moments Unix seconds, references 32 bytes in hex as the ledger has them. */
export interface CashCurrenciesTable extends Validity {
  currency: string;
  bank: bigint;
  address: string;
  decimals: number;
  issued: bigint;
  redeemed: bigint;
}

export interface CashBalancesTable extends Validity {
  currency: string;
  party: bigint;
  balance: bigint;
  /** Set aside, of the balance, for what the party agreed to. */
  reserved: bigint;
}

export interface CashMovementsTable extends Validity {
  block_number: bigint;
  log_index: number;
  currency: string;
  /** None where the bank issued it. */
  payer: bigint | null;
  /** None where the bank redeemed it. */
  payee: bigint | null;
  amount: bigint;
  /** What each had afterwards. */
  payer_balance: bigint | null;
  payee_balance: bigint | null;
  kind: CashKind;
  reference: string | null;
  /** The payment of a payable, and the note paid, of a settlement. */
  payment: bigint | null;
  note: bigint | null;
  moved_at: bigint;
}

export interface PaymentsTable extends Validity {
  id: bigint;
  payable_id: bigint;
  ordered_by: bigint;
  amount: bigint;
  /** What was owed when it was ordered. */
  owed: bigint;
  /** Confirmed by a settlement bank, instead of cash moving here. */
  outside: boolean;
  reference: string;
  stage: PaymentStage;
  paid: bigint;
  returned: bigint;
  return_reason: string | null;
  ordered_at: bigint;
}

export interface PaidNotesTable extends Validity {
  payment: bigint;
  /** The note that stands for the units paid. */
  note: bigint;
  /** The note they were part of; the same one where it was paid whole. */
  cut_from: bigint;
  payable_id: bigint;
  /** Its holder, who has of the amount what the prior claims left. */
  payee: bigint;
  amount: bigint;
  /** Of the amount, what went to others first. */
  prior: bigint;
  paid_at: bigint;
  returned: boolean;
}

/** What went to somebody else before the holder of a note: a lender, a guarantor. */
export interface PriorClaimsTable extends Validity {
  payment: bigint;
  /** The note that stands for the units paid. */
  note: bigint;
  /** From 1, in the order they were paid. */
  position: number;
  payable_id: bigint;
  payee: bigint;
  amount: bigint;
}

export const cashCurrenciesTable = versionedTable('cash_currencies', ['currency']);
export const cashBalancesTable = versionedTable('cash_balances', ['currency', 'party']);
export const cashMovementsTable = versionedTable('cash_movements', ['block_number', 'log_index']);
export const paymentsTable = versionedTable('payments', ['id']);
export const paidNotesTable = versionedTable('paid_notes', ['payment', 'note']);
export const priorClaimsTable = versionedTable('prior_claims', ['payment', 'note', 'position']);

export const settlementTables = [
  cashCurrenciesTable,
  cashBalancesTable,
  cashMovementsTable,
  paymentsTable,
  paidNotesTable,
  priorClaimsTable,
];

const words = (list: readonly string[]): string => list.map((word) => `'${word}'`).join(', ');

// An ERC-20 counts in 256 bits, a payable in 64.
export const settlementSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    cashCurrenciesTable,
    `currency text not null,
     bank bigint not null,
     address text not null,
     decimals integer not null,
     issued numeric(78) not null,
     redeemed numeric(78) not null,
     check (redeemed >= 0 and redeemed <= issued)`,
  ),
  versionedTableDdl(
    cashBalancesTable,
    `currency text not null,
     party bigint not null,
     balance numeric(78) not null,
     reserved numeric(78) not null,
     check (reserved >= 0 and reserved <= balance)`,
  ),
  versionedTableDdl(
    cashMovementsTable,
    `block_number bigint not null,
     log_index integer not null,
     currency text not null,
     payer bigint,
     payee bigint,
     amount numeric(78) not null,
     payer_balance numeric(78),
     payee_balance numeric(78),
     kind text not null check (kind in (${words(CASH_KINDS)})),
     reference text,
     payment bigint,
     note bigint,
     moved_at bigint not null`,
  ),
  versionedTableDdl(
    paymentsTable,
    `id bigint not null,
     payable_id bigint not null,
     ordered_by bigint not null,
     amount numeric(20) not null,
     owed numeric(20) not null,
     outside boolean not null,
     reference text not null,
     stage text not null check (stage in (${words(PAYMENT_STAGES)})),
     paid numeric(20) not null,
     returned numeric(20) not null,
     return_reason text,
     ordered_at bigint not null,
     check (returned <= paid and paid <= amount and amount <= owed)`,
  ),
  versionedTableDdl(
    paidNotesTable,
    `payment bigint not null,
     note bigint not null,
     cut_from bigint not null,
     payable_id bigint not null,
     payee bigint not null,
     amount numeric(20) not null,
     prior numeric(20) not null,
     paid_at bigint not null,
     returned boolean not null,
     check (0 <= prior and prior <= amount)`,
  ),
  versionedTableDdl(
    priorClaimsTable,
    `payment bigint not null,
     note bigint not null,
     position integer not null,
     payable_id bigint not null,
     payee bigint not null,
     amount numeric(20) not null`,
  ),
  {
    name: 'settlement-1',
    sql: `
      create index cash_movements_by_payer on cash_movements (currency, payer, block_number, log_index);
      create index cash_movements_by_payee on cash_movements (currency, payee, block_number, log_index);
      create index payments_by_payable on payments (payable_id, id);
      create index payments_by_reference on payments (reference) where outside;
      create index paid_notes_by_payee on paid_notes (payee, payment, note);
      create index paid_notes_by_payable on paid_notes (payable_id, payee);
      create index paid_notes_by_note on paid_notes (note);
      create index prior_claims_by_payee on prior_claims (payee, payment, note)`,
  },
];
