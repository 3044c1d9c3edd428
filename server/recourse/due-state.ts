// SPDX-License-Identifier: Apache-2.0
import { addMonths, type LedgerDate } from '../values/dates.ts';
import type { Queryable } from '../store/database.ts';
import type { AtBlock } from '../store/versioned.ts';
import { isInDefault, isOverdue, type Payable } from '../receivables/queries.ts';
import { ruleSetByNumber } from '../rules/queries.ts';

export const DUE_STATUSES = ['current', 'overdue', 'defaulted'] as const;
export type DueStatus = (typeof DUE_STATUSES)[number];

/** Where a payable stands on a day, and the days that matter once it is not paid: as `Recourse.dueStateOf` has them. */
export interface DueState {
  readonly dueStatus: DueStatus;
  readonly dueDate: LedgerDate;
  /** The first day of default. */
  readonly defaultDate: LedgerDate;
  /** Last day for a holder that bought its note to claim on an endorser. */
  readonly recourseUntil: LedgerDate;
  /** Last day of the limitation against the obligor, of a note whose holder made no demand. */
  readonly limitationUntil: LedgerDate;
}

export async function dueStateOf(
  db: Queryable,
  payable: Pick<Payable, 'id' | 'ruleSet' | 'dueDate' | 'defaultDate' | 'status'>,
  today: LedgerDate,
  block: AtBlock,
): Promise<DueState> {
  const rules = await ruleSetByNumber(db, payable.ruleSet, block);
  if (!rules) throw new Error(`payable ${payable.id} was issued under the unknown rule set ${payable.ruleSet}`);
  const dueDate = payable.dueDate;
  const defaultDate = payable.defaultDate;
  return {
    dueStatus: !isOverdue(payable, today) ? 'current' : isInDefault(payable, today) ? 'defaulted' : 'overdue',
    dueDate,
    defaultDate,
    recourseUntil: addMonths(dueDate, rules.recourseMonths),
    limitationUntil: addMonths(dueDate, rules.limitationMonths),
  };
}
