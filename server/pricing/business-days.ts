// SPDX-License-Identifier: Apache-2.0
import { addDays, type LedgerDate } from '../values/dates.ts';

/** How far a due date is rolled at most, in days; as the rule book does it. */
export const MOST_ROLLED_DAYS = 30;

/** The following convention: `date` if it is a business day, else the next one; `undefined` if there is none within 30 days. */
export function rollForward(date: LedgerDate, isBusinessDay: (date: LedgerDate) => boolean): LedgerDate | undefined {
  for (let days = 0; days <= MOST_ROLLED_DAYS; days += 1) {
    const day = addDays(date, days);
    if (isBusinessDay(day)) return day;
  }
  return undefined;
}
