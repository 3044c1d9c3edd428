import type { Hex } from 'viem';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contracts.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { dateAt } from '../ledger/block-time.ts';
import {
  type LoanActsTable,
  loanActsTable,
  loanNotesTable,
  type LoanOfferUsesTable,
  loanOfferUsesTable,
  loansTable,
  type LoansTable,
  loanTables,
  publishedLoanOffersTable,
} from './tables.ts';
import type { StoredTerms } from './terms.ts';

/** The terms of a loan, as the ledger announces them. */
interface LoanTerms {
  readonly advanceRate: number;
  readonly rate: number;
  readonly dayCount: number;
  readonly startDate: number;
  readonly dueDate: number;
  readonly graceDays: number;
  readonly drawUntil: number;
  readonly payees: readonly number[];
}

/** Loan offers and loans, as `LoanOffers` and `PledgedLoans` announce them. */
export const loanProjection: Projection = {
  name: 'loans',
  tables: loanTables,
  on: {
    //------------------------------------------------------------------ offers

    'LoanOffers.LoanOfferPublished': async (tx, { args, block }) => {
      const terms = args['terms'] as StoredTerms; // whole numbers become decimal strings on their way into the table
      await put(
        tx,
        publishedLoanOffersTable,
        { hash: args['offer'] as string },
        {
          lender: partyIn(args, 'lender'),
          currency: fixedText(terms.currency),
          expires_at: BigInt(terms.expiresAt),
          terms,
          published_at: BigInt(block.timestamp),
        },
        block.number,
      );
    },
    'LoanOffers.LoanOfferPulled': (tx, { args, block }) =>
      changeUse(
        tx,
        args['offer'] as string,
        { pulled_at: BigInt(block.timestamp), pulled_by: partyIn(args, 'by') },
        block.number,
      ),

    //------------------------------------------------------------------ loans

    'PledgedLoans.LoanGranted': async (tx, event) => {
      const { args, block, logIndex, txHash } = event;
      const [id, offer, lent, fees] = [
        args['loan'] as bigint,
        args['offer'] as string,
        amountIn(args, 'principal'),
        amountIn(args, 'fees'),
      ];
      const terms = args['terms'] as LoanTerms;
      const drawn = terms.payees.length > 0 ? fees : lent; // fees are drawn at once, whoever may draw the rest
      await put(
        tx,
        loansTable,
        { id },
        {
          offer,
          lender: partyIn(args, 'lender'),
          borrower: partyIn(args, 'borrower'),
          currency: fixedText(args['currency'] as Hex),
          lent,
          fees,
          fee_to: partyIn(args, 'feeTo'),
          advance_rate: BigInt(terms.advanceRate),
          rate: BigInt(terms.rate),
          day_count: terms.dayCount,
          start_date: dateOfDayNumber(terms.startDate),
          due_date: dateOfDayNumber(terms.dueDate),
          grace_days: terms.graceDays,
          draw_until: dateOfDayNumber(terms.drawUntil),
          payees: terms.payees,
          principal: drawn,
          interest: 0n,
          accrued_on: dateOfDayNumber(terms.startDate),
          undrawn: lent - drawn,
          closed: false,
          reference: args['ref'] as string,
          granted_at: BigInt(block.timestamp),
          granted_block: block.number,
          granted_log: logIndex,
          granted_tx: txHash,
        },
        block.number,
      );
      await changeUse(tx, offer, { used: amountIn(args, 'used') }, block.number);
      await record(tx, event, 'granted', {
        party: partyIn(args, 'borrower'),
        principal: drawn,
        reference: args['ref'] as string,
        principal_owed: drawn,
        interest_owed: 0n,
      });
    },
    'PledgedLoans.CollateralPledged': (tx, { args, block }) =>
      secure(tx, args['note'] as bigint, args['loan'] as bigint, args['from'] as bigint, false, block.number),
    'PledgedLoans.LoanDrawn': async (tx, event) => {
      const { args } = event;
      const amount = amountIn(args, 'amount');
      const { undrawn } = await loanRow(tx, args['loan'] as bigint);
      await owe(tx, event, { undrawn: undrawn - amount });
      await record(tx, event, 'drawn', {
        party: partyIn(args, 'payee'),
        principal: amount,
        reference: args['ref'] as string,
        ...owedIn(args),
      });
    },
    'PledgedLoans.DrawingEnded': async (tx, event) => {
      const { args, block } = event;
      await patch(tx, loansTable, { id: args['loan'] as bigint }, { undrawn: 0n }, block.number);
      await record(tx, event, 'drawing-ended', { principal: amountIn(args, 'unspent') });
    },
    'PledgedLoans.LoanRepaid': async (tx, event) => {
      const { args } = event;
      await owe(tx, event);
      await record(tx, event, 'repaid', { party: partyIn(args, 'payer'), ...paidIn(args), ...owedIn(args) });
    },
    'PledgedLoans.LoanCollected': async (tx, event) => {
      const { args, block } = event;
      const [note, settled] = [args['note'] as bigint, args['settled'] as bigint];
      await owe(tx, event);
      if (!(args['kept'] as boolean)) await remove(tx, loanNotesTable, { note }, block.number);
      await record(tx, event, 'collected', {
        note,
        other_note: settled === 0n ? null : settled,
        ...paidIn(args),
        surplus: amountIn(args, 'surplus'),
        ...owedIn(args),
      });
    },
    'PledgedLoans.LoanRestored': async (tx, event) => {
      const { args, block } = event;
      const [note, loan] = [args['note'] as bigint, args['loan'] as bigint];
      const [principal, interest] = [amountIn(args, 'principal'), amountIn(args, 'interest')];
      await owe(tx, event, principal + interest > 0n ? { closed: false } : {});
      await secure(tx, note, loan, note, args['seized'] as boolean, block.number);
      await record(tx, event, 'restored', { note, principal, interest, ...owedIn(args) });
    },
    'PledgedLoans.CollateralReleased': async (tx, event) => {
      const { args, block } = event;
      const [note, back] = [args['note'] as bigint, args['back'] as bigint];
      await remove(tx, loanNotesTable, { note }, block.number);
      await record(tx, event, 'released', { note, other_note: back });
    },
    'PledgedLoans.CollateralSeized': async (tx, event) => {
      const { args, block } = event;
      const [note, taken] = [args['note'] as bigint, args['taken'] as bigint];
      await remove(tx, loanNotesTable, { note }, block.number);
      await secure(tx, taken, args['loan'] as bigint, note, true, block.number);
      await record(tx, event, 'seized', { note, other_note: taken });
    },
    'PledgedLoans.LoanClosed': async (tx, event) => {
      await patch(tx, loansTable, { id: event.args['loan'] as bigint }, { closed: true }, event.block.number);
      await record(tx, event, 'closed', {});
    },
  },
};

type Args = LedgerEvent['args'];
type Act = Omit<
  LoanActsTable,
  'from_block' | 'to_block' | 'block_number' | 'log_index' | 'loan' | 'act' | 'happened_at' | 'tx'
>;

const NOTHING: Act = {
  party: null,
  note: null,
  other_note: null,
  principal: null,
  interest: null,
  surplus: null,
  reference: null,
  principal_owed: null,
  interest_owed: null,
};

function record(
  tx: Transaction,
  { args, block, logIndex, txHash }: LedgerEvent,
  act: LoanActsTable['act'],
  what: Partial<Act>,
): Promise<void> {
  return put(
    tx,
    loanActsTable,
    { block_number: block.number, log_index: logIndex },
    { ...NOTHING, ...what, loan: args['loan'] as bigint, act, happened_at: BigInt(block.timestamp), tx: txHash },
    block.number,
  );
}

/** What is owed since: the ledger worked the interest out up to this day. */
function owe(tx: Transaction, { args, block }: LedgerEvent, change: Partial<LoansTable> = {}): Promise<void> {
  const { principal_owed, interest_owed } = owedIn(args);
  return patch(
    tx,
    loansTable,
    { id: args['loan'] as bigint },
    { principal: principal_owed, interest: interest_owed, accrued_on: dateAt(BigInt(block.timestamp)), ...change },
    block.number,
  );
}

function secure(
  tx: Transaction,
  note: bigint,
  loan: bigint,
  from: bigint,
  seized: boolean,
  block: bigint,
): Promise<void> {
  return put(tx, loanNotesTable, { note }, { loan, payable_id: payableIdOf(note), cut_from: from, seized }, block);
}

async function changeUse(
  tx: Transaction,
  hash: string,
  change: Partial<LoanOfferUsesTable>,
  block: bigint,
): Promise<void> {
  const { used, pulled_at, pulled_by } = {
    used: 0n,
    pulled_at: null,
    pulled_by: null,
    ...(await current(tx, loanOfferUsesTable, { hash })),
    ...change,
  };
  await put(tx, loanOfferUsesTable, { hash }, { used, pulled_at, pulled_by }, block);
}

async function loanRow(tx: Transaction, id: bigint): Promise<LoansTable> {
  const loan = await current(tx, loansTable, { id });
  if (!loan) throw new Error(`the loan ${id} was never granted`);
  return loan;
}

function owedIn(args: Args): { principal_owed: bigint; interest_owed: bigint } {
  return { principal_owed: amountIn(args, 'principalOwed'), interest_owed: amountIn(args, 'interestOwed') };
}

function paidIn(args: Args): { principal: bigint; interest: bigint } {
  return { principal: amountIn(args, 'principal'), interest: amountIn(args, 'interest') };
}

function amountIn(args: Args, name: string): bigint {
  return args[name] as bigint;
}

function partyIn(args: Args, name: string): bigint {
  return BigInt(args[name] as number);
}
