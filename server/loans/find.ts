// SPDX-License-Identifier: Apache-2.0
import { visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import { idFrom, type IdText } from '../values/ids.ts';
import { type Loan, visibleLoan } from './queries.ts';
import { loanRefusals } from './refusals.ts';

/** A loan that the caller may see. Throws `LOAN_UNKNOWN`, just as if there were none. */
export async function findLoan(ctx: Context, id: IdText<'LoanId'>): Promise<Loan> {
  const loan = await visibleLoan(ctx.db, await visibilityOf(ctx), idFrom(id), ctx.asOf);
  if (!loan) throw new DeeptierError(loanRefusals.LOAN_UNKNOWN, { loan: id });
  return loan;
}
