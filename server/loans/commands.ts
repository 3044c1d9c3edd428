// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { call, type Call } from '../ledger/contract-types.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { idFrom, type LoanId, noteId, type NoteId, partyId } from '../values/ids.ts';
import { referenceField } from '../values/references.ts';
import { amount } from '../values/schemas.ts';

const MOST_NOTES = 50;

export const repaymentBody = z
  .union([
    z.strictObject({ amount: amount.meta({ description: 'Minor units; interest first, then principal.' }) }),
    z.strictObject({ inFull: z.literal(true).meta({ description: 'All that is owed today.' }) }),
  ])
  .meta({ id: 'RepaymentBody' });

export const drawBody = z
  .strictObject({
    payee: partyId,
    amount,
    reference: referenceField('Your own reference, such as the invoice that is paid.', 'INV-4711').optional(),
  })
  .meta({ id: 'DrawBody' });

const notesField = z.array(noteId).min(1).max(MOST_NOTES);

export const releaseBody = z.strictObject({ notes: notesField }).meta({ id: 'ReleaseBody' });

export const seizureBody = z
  .strictObject({ notes: notesField.optional().meta({ description: 'All that secure the loan if absent.' }) })
  .meta({ id: 'SeizureBody' });

/** Pays `sum` minor units to the lender: interest first, then principal. */
export function repay(loan: LoanId, sum: bigint): Call {
  return call('PledgedLoans', 'repay', loan, sum);
}

export function draw(loan: LoanId, { payee, amount: sum, reference }: z.output<typeof drawBody>): Call {
  return call('PledgedLoans', 'draw', loan, idFrom(payee), BigInt(sum), textBytes32(reference));
}

export function endDrawing(loan: LoanId): Call {
  return call('PledgedLoans', 'endDrawing', loan);
}

export function release(loan: LoanId, notes: readonly NoteId[]): Call {
  return call('LoanCollateral', 'release', loan, notes);
}

export function seize(loan: LoanId, notes: readonly NoteId[]): Call {
  return call('LoanCollateral', 'seize', loan, notes);
}
