// SPDX-License-Identifier: Apache-2.0
import { type LoanId, type NoteId, payableIdOf } from '../values/ids.ts';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { patch, put, remove } from '../store/versioned.ts';
import { dateAt } from '../ledger/block-time.ts';
import {
  type LoanActsTable,
  loanActsTable,
  loanNotesTable,
  loansTable,
  type LoansTable,
  loanTables,
} from './tables.ts';

/** Loans and what secures them, as `PledgedLoans` and `LoanCollateral` announce them. */
export const loanProjection: Projection = {
  name: 'loans',
  tables: loanTables,
  on: {
    'PledgedLoans.LoanGranted': async (tx, event) => {
      const { args, block, txHash } = event;
      const [id, offer, lent, fees] = [args.loan, args.offer, args.principal, args.fees];
      const terms = args.terms;
      const drawn = lent - args.undrawn;
      await put(
        tx,
        loansTable,
        { id },
        {
          offer,
          lender: args.lender,
          borrower: args.borrower,
          currency: fixedText(args.currency),
          lent,
          fees,
          fee_to: args.feeTo,
          advance_rate: terms.advanceRate,
          rate: terms.rate,
          day_count: Number(terms.dayCount),
          start_date: dateOfDayNumber(terms.startDate),
          due_date: dateOfDayNumber(terms.dueDate),
          grace_days: Number(terms.graceDays),
          draw_until: dateOfDayNumber(terms.drawUntil),
          payees: terms.payees.map(Number),
          principal: drawn,
          interest: 0n,
          accrued_on: dateOfDayNumber(terms.startDate),
          undrawn: args.undrawn,
          closed: false,
          reference: args.ref,
          granted_at: BigInt(block.timestamp),
          granted_tx: txHash,
        },
        block.number,
      );
      await record(tx, event, 'granted', {
        party: args.borrower,
        principal: drawn,
        reference: args.ref,
        principal_owed: drawn,
        interest_owed: 0n,
      });
    },
    'LoanCollateral.CollateralPledged': (tx, { args, block }) =>
      secure(tx, args.note, args.loan, args.fromNote, false, block.number),
    'PledgedLoans.LoanDrawn': async (tx, event) => {
      const { args } = event;
      const amount = args.amount;
      await owe(tx, event, { undrawn: args.undrawn });
      await record(tx, event, 'drawn', { party: args.payee, principal: amount, reference: args.ref, ...owedIn(args) });
    },
    'PledgedLoans.DrawingEnded': async (tx, event) => {
      const { args, block } = event;
      await patch(tx, loansTable, { id: args.loan }, { undrawn: 0n }, block.number);
      await record(tx, event, 'drawing-ended', { principal: args.unspent });
    },
    'PledgedLoans.LoanRepaid': async (tx, event) => {
      const { args } = event;
      await owe(tx, event);
      await record(tx, event, 'repaid', { party: args.payer, ...paidIn(args), ...owedIn(args) });
    },
    'PledgedLoans.LoanCollected': async (tx, event) => {
      const { args, block } = event;
      const [note, settled] = [args.note, args.settledNote];
      await owe(tx, event);
      if (!args.kept) await remove(tx, loanNotesTable, { note }, block.number);
      await record(tx, event, 'collected', {
        note,
        other_note: settled === 0n ? null : settled,
        ...paidIn(args),
        surplus: args.surplus,
        ...owedIn(args),
      });
    },
    'PledgedLoans.LoanRestored': async (tx, event) => {
      const { args, block } = event;
      const [note, loan] = [args.note, args.loan];
      const [principal, interest] = [args.principal, args.interest];
      await owe(tx, event, principal + interest > 0n ? { closed: false } : {});
      await secure(tx, note, loan, note, args.seized, block.number);
      await record(tx, event, 'restored', { note, principal, interest, ...owedIn(args) });
    },
    'LoanCollateral.CollateralReleased': async (tx, event) => {
      const { args, block } = event;
      const [note, back] = [args.note, args.back];
      await remove(tx, loanNotesTable, { note }, block.number);
      await record(tx, event, 'released', { note, other_note: back });
    },
    'LoanCollateral.CollateralSeized': async (tx, event) => {
      const { args, block } = event;
      const [note, taken] = [args.note, args.taken];
      await remove(tx, loanNotesTable, { note }, block.number);
      await secure(tx, taken, args.loan, note, true, block.number);
      await record(tx, event, 'seized', { note, other_note: taken });
    },
    'PledgedLoans.LoanClosed': async (tx, event) => {
      await patch(tx, loansTable, { id: event.args.loan }, { closed: true }, event.block.number);
      await record(tx, event, 'closed', {});
    },
  },
};

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
  { args, block, logIndex, txHash }: Pick<LedgerEvent, 'block' | 'logIndex' | 'txHash'> & { args: { loan: LoanId } },
  act: LoanActsTable['act'],
  what: Partial<Act>,
): Promise<void> {
  return put(
    tx,
    loanActsTable,
    { block_number: block.number, log_index: logIndex },
    { ...NOTHING, ...what, loan: args.loan, act, happened_at: BigInt(block.timestamp), tx: txHash },
    block.number,
  );
}

/** What is owed since: the ledger worked the interest out up to this day. */
function owe(
  tx: Transaction,
  { args, block }: Pick<LedgerEvent, 'block'> & { args: Owed & { loan: LoanId } },
  change: Partial<LoansTable> = {},
): Promise<void> {
  const { principal_owed, interest_owed } = owedIn(args);
  return patch(
    tx,
    loansTable,
    { id: args.loan },
    { principal: principal_owed, interest: interest_owed, accrued_on: dateAt(BigInt(block.timestamp)), ...change },
    block.number,
  );
}

function secure(
  tx: Transaction,
  note: NoteId,
  loan: LoanId,
  from: NoteId,
  seized: boolean,
  block: bigint,
): Promise<void> {
  return put(tx, loanNotesTable, { note }, { loan, payable_id: payableIdOf(note), cut_from: from, seized }, block);
}

/** What an act leaves owed. */
interface Owed {
  readonly principalOwed: bigint;
  readonly interestOwed: bigint;
}

function owedIn({ principalOwed, interestOwed }: Owed): { principal_owed: bigint; interest_owed: bigint } {
  return { principal_owed: principalOwed, interest_owed: interestOwed };
}

interface Paid {
  readonly principal: bigint;
  readonly interest: bigint;
}

function paidIn({ principal, interest }: Paid): Paid {
  return { principal, interest };
}
