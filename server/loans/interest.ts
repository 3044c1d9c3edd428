// SPDX-License-Identifier: Apache-2.0
import { divideHalfUp, MAX_AMOUNT } from '../values/amounts.ts';
import type { LedgerDate } from '../values/dates.ts';
import { countDays, type DayCount } from '../values/day-count.ts';

/** What a loan's interest is worked out of; amounts in minor units. */
export interface Accrual {
  readonly principal: bigint;
  /** Worked out up to `accruedOn`, and not paid. */
  readonly interest: bigint;
  readonly accruedOn: LedgerDate;
  readonly dueDate: LedgerDate;
  /** Per year, in ppm. */
  readonly rate: number;
  readonly dayCount: DayCount;
}

/** The interest owed on a day: simple, on what was drawn and is not repaid, rounded half-up; as the ledger works it out. */
export function interestOn(
  { principal, interest, accruedOn, dueDate, rate, dayCount }: Accrual,
  day: LedgerDate,
): bigint {
  const { years } = countDays(dayCount, { start: accruedOn, end: day, termination: dueDate });
  const owed = interest + divideHalfUp(principal * BigInt(rate) * years.numerator, 1_000_000n * years.denominator);
  const most = MAX_AMOUNT - principal;
  return owed > most ? most : owed;
}
