import { addDays, addMonths, type LedgerDate } from '../values/dates.ts';
import type { Queryable } from '../store/database.ts';
import type { AtBlock } from '../store/versioned.ts';
import { isOverdue, type Payable } from '../receivables/queries.ts';
import { ruleSetByNumber } from '../rules/queries.ts';

export const STANDINGS = ['current', 'overdue', 'defaulted'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Where a payable stands on a day, and the days that matter once it is not paid: as `Recourse.standingOf` has them. */
export interface PayableStanding {
  readonly standing: Standing;
  readonly dueDate: LedgerDate;
  /** The first day of default. */
  readonly defaultDate: LedgerDate;
  /** Last day for a holder that bought its note to claim on an endorser. */
  readonly recourseUntil: LedgerDate;
  /** Last day of the limitation against the obligor, of a note whose holder made no demand. */
  readonly limitationUntil: LedgerDate;
}

export async function standingOf(
  db: Queryable,
  payable: Pick<Payable, 'id' | 'ruleSet' | 'dueDate' | 'status'>,
  today: LedgerDate,
  block: AtBlock,
): Promise<PayableStanding> {
  const rules = await ruleSetByNumber(db, payable.ruleSet, block);
  if (!rules) throw new Error(`payable ${payable.id} was issued under the unknown rule set ${payable.ruleSet}`);
  const dueDate = payable.dueDate as LedgerDate;
  const defaultDate = addDays(dueDate, rules.defaultDays + 1);
  return {
    standing: !isOverdue(payable, today) ? 'current' : today < defaultDate ? 'overdue' : 'defaulted',
    dueDate,
    defaultDate,
    recourseUntil: addMonths(dueDate, rules.recourseMonths),
    limitationUntil: addMonths(dueDate, rules.limitationMonths),
  };
}
