import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';
import type { StoredTerms } from './terms.ts';

declare module '../store/database.ts' {
  interface Tables {
    published_loan_offers: PublishedLoanOffersTable;
    loan_offer_uses: LoanOfferUsesTable;
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
export interface PublishedLoanOffersTable extends Validity {
  hash: string;
  lender: bigint;
  currency: string;
  expires_at: bigint;
  terms: StoredTerms;
  published_at: bigint;
}

/** What the chain knows of any loan offer, whether published or signed: a row is there once it was taken up or pulled. */
export interface LoanOfferUsesTable extends Validity {
  hash: string;
  /** Principal lent under it. */
  used: bigint;
  pulled_at: bigint | null;
  pulled_by: bigint | null;
}

export interface LoansTable extends Validity {
  id: bigint;
  offer: string;
  lender: bigint;
  borrower: bigint;
  currency: string;
  /** The principal agreed. */
  lent: bigint;
  fees: bigint;
  fee_to: bigint;
  advance_rate: bigint;
  rate: bigint;
  /** Place in `DAY_COUNTS`. */
  day_count: number;
  start_date: string;
  due_date: string;
  grace_days: number;
  draw_until: string;
  /** Empty where the borrower uses the money as it likes. */
  payees: readonly number[];
  /** Drawn and not repaid. */
  principal: bigint;
  /** Up to `accrued_on`, not paid. */
  interest: bigint;
  accrued_on: string;
  /** Reserved for the payees. */
  undrawn: bigint;
  closed: boolean;
  reference: string;
  granted_at: bigint;
  /** Where the ledger announced it; the cash that moved for it follows there. */
  granted_block: bigint;
  granted_log: number;
  granted_tx: string;
}

/** A note that secures a loan, for as long as it does. */
export interface LoanNotesTable extends Validity {
  note: bigint;
  loan: bigint;
  payable_id: bigint;
  /** What it was cut from when it was pledged, or the same; where the lender took it, the note it took. */
  cut_from: bigint;
  /** Whether the lender has taken it. */
  seized: boolean;
}

/** One act, in the order of the ledger. */
export interface LoanActsTable extends Validity {
  block_number: bigint;
  log_index: number;
  loan: bigint;
  act: LoanAct;
  /** Who paid, or was paid. */
  party: bigint | null;
  note: bigint | null;
  /** What the note became: where it was taken, given back, or paid in part. */
  other_note: bigint | null;
  principal: bigint | null;
  interest: bigint | null;
  /** What the borrower had of a note that the lender had taken. */
  surplus: bigint | null;
  reference: string | null;
  /** What was owed afterwards; none where the act changed nothing of it. */
  principal_owed: bigint | null;
  interest_owed: bigint | null;
  happened_at: bigint;
  tx: string;
}

export const publishedLoanOffersTable = versionedTable('published_loan_offers', ['hash']);
export const loanOfferUsesTable = versionedTable('loan_offer_uses', ['hash']);
export const loansTable = versionedTable('loans', ['id']);
export const loanNotesTable = versionedTable('loan_notes', ['note']);
export const loanActsTable = versionedTable('loan_acts', ['block_number', 'log_index']);

export const loanTables = [publishedLoanOffersTable, loanOfferUsesTable, loansTable, loanNotesTable, loanActsTable];

export const loanTableSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    publishedLoanOffersTable,
    `hash text not null,
     lender bigint not null,
     currency text not null,
     expires_at bigint not null,
     terms jsonb not null,
     published_at bigint not null`,
  ),
  versionedTableDdl(
    loanOfferUsesTable,
    `hash text not null,
     used numeric(20) not null,
     pulled_at bigint,
     pulled_by bigint`,
  ),
  versionedTableDdl(
    loansTable,
    `id bigint not null,
     offer text not null,
     lender bigint not null,
     borrower bigint not null,
     currency text not null,
     lent numeric(20) not null,
     fees numeric(20) not null,
     fee_to bigint not null,
     advance_rate bigint not null,
     rate bigint not null,
     day_count integer not null,
     start_date date not null,
     due_date date not null,
     grace_days integer not null,
     draw_until date not null,
     payees jsonb not null,
     principal numeric(20) not null,
     interest numeric(20) not null,
     accrued_on date not null,
     undrawn numeric(20) not null,
     closed boolean not null,
     reference text not null,
     granted_at bigint not null,
     granted_block bigint not null,
     granted_log integer not null,
     granted_tx text not null,
     check (fees <= lent and principal + undrawn <= lent),
     check (not closed or principal + interest + undrawn = 0)`,
  ),
  versionedTableDdl(
    loanNotesTable,
    `note bigint not null,
     loan bigint not null,
     payable_id bigint not null,
     cut_from bigint not null,
     seized boolean not null`,
  ),
  versionedTableDdl(
    loanActsTable,
    `block_number bigint not null,
     log_index integer not null,
     loan bigint not null,
     act text not null check (act in (${LOAN_ACTS.map((act) => `'${act}'`).join(', ')})),
     party bigint,
     note bigint,
     other_note bigint,
     principal numeric(20),
     interest numeric(20),
     surplus numeric(20),
     reference text,
     principal_owed numeric(20),
     interest_owed numeric(20),
     happened_at bigint not null,
     tx text not null`,
  ),
  {
    name: 'financing-loans-1',
    sql: `
      create index published_loan_offers_by_currency on published_loan_offers (currency, expires_at) where to_block is null;
      create index published_loan_offers_by_time on published_loan_offers (published_at, hash);
      create index loans_by_lender on loans (lender, id);
      create index loans_by_borrower on loans (borrower, id);
      create index loans_by_offer on loans (offer);
      create index loan_notes_by_loan on loan_notes (loan, note);
      create index loan_notes_by_payable on loan_notes (payable_id);
      create index loan_acts_by_loan on loan_acts (loan, block_number, log_index)`,
  },
];
