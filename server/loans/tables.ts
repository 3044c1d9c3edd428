// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { LoanId, NoteId, PartyId, PayableId } from '../values/ids.ts';
import { bigint, boolean, date, integer, json, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    loans: LoansTable;
    loan_notes: LoanNotesTable;
    loan_acts: LoanActsTable;
  }
}

/** What happened to a loan. */
export const LOAN_ACTS = [
  'granted',
  'drawn',
  'drawing-ended',
  'repaid',
  'collected',
  'restored',
  'released',
  'seized',
  'closed',
] as const;
export type LoanAct = (typeof LOAN_ACTS)[number];

/** Amounts are minor units, moments Unix seconds, hashes and references 32 bytes in hex as the ledger has them. */
export const loansTable = versionedTable('loans', {
  columns: {
    id: bigint<LoanId>(),
    offer: text(),
    lender: bigint<PartyId>(),
    borrower: bigint<PartyId>(),
    currency: text(),
    /** The principal agreed. */
    lent: numeric(20),
    fees: numeric(20),
    fee_to: bigint<PartyId>(),
    advance_rate: bigint(),
    rate: bigint(),
    /** Place in `DAY_COUNTS`. */
    day_count: integer(),
    start_date: date<LedgerDate>(),
    due_date: date<LedgerDate>(),
    grace_days: integer(),
    draw_until: date<LedgerDate>(),
    /** Empty where the borrower uses the money as it likes. */
    payees: json<readonly number[]>(),
    /** Drawn and not repaid. */
    principal: numeric(20),
    /** Up to `accrued_on`, not paid. */
    interest: numeric(20),
    accrued_on: date<LedgerDate>(),
    /** Reserved for the payees. */
    undrawn: numeric(20),
    closed: boolean(),
    reference: text(),
    granted_at: bigint(),
    granted_tx: text(),
  },
  key: ['id'],
  checks: ['fees <= lent and principal + undrawn <= lent', 'not closed or principal + interest + undrawn = 0'],
  indexes: { by_lender: '(lender, id)', by_borrower: '(borrower, id)', by_offer: '(offer)' },
});
export type LoansTable = RowOf<typeof loansTable>;

/** A note that secures a loan, for as long as it does. */
export const loanNotesTable = versionedTable('loan_notes', {
  columns: {
    note: bigint<NoteId>(),
    loan: bigint<LoanId>(),
    payable_id: bigint<PayableId>(),
    /** What it was cut from when it was pledged, or the same; where the lender took it, the note it took. */
    cut_from: bigint<NoteId>(),
    /** Whether the lender has taken it. */
    seized: boolean(),
  },
  key: ['note'],
  indexes: { by_loan: '(loan, note)', by_payable: '(payable_id)' },
});
export type LoanNotesTable = RowOf<typeof loanNotesTable>;

/** One act, in the order of the ledger. */
export const loanActsTable = versionedTable('loan_acts', {
  columns: {
    block_number: bigint(),
    log_index: integer(),
    loan: bigint<LoanId>(),
    act: oneOf(LOAN_ACTS),
    /** Who paid, or was paid. */
    party: bigint<PartyId>().orNull(),
    note: bigint<NoteId>().orNull(),
    /** What the note became: where it was taken, given back, or paid in part. */
    other_note: bigint<NoteId>().orNull(),
    principal: numeric(20).orNull(),
    interest: numeric(20).orNull(),
    /** What the borrower had of a note that the lender had taken. */
    surplus: numeric(20).orNull(),
    reference: text().orNull(),
    /** What was owed afterwards; none where the act changed nothing of it. */
    principal_owed: numeric(20).orNull(),
    interest_owed: numeric(20).orNull(),
    happened_at: bigint(),
    tx: text(),
  },
  key: ['block_number', 'log_index'],
  indexes: { by_loan: '(loan, block_number, log_index)' },
});
export type LoanActsTable = RowOf<typeof loanActsTable>;

export const loanTables = [loansTable, loanNotesTable, loanActsTable];
