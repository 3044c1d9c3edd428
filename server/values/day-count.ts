// SPDX-License-Identifier: Apache-2.0
import { dayOf, daysBetween, daysInMonth, isLeapYear, ledgerDate, type LedgerDate, monthOf, yearOf } from './dates.ts';
import { plus, rational, type Rational } from './rational.ts';

/**
 * The day count conventions an instrument may be under, by the names of the 2006 ISDA Definitions, section 4.16.
 * It is stored on the instrument: there is no default.
 */
export const DAY_COUNTS = [
  'ACT/360',
  'ACT/365F',
  'ACT/ACT ISDA',
  '30/360 Bond Basis',
  '30E/360',
  '30E/360 ISDA',
] as const;

export type DayCount = (typeof DAY_COUNTS)[number];

/** The first day counts, the last does not. */
export interface Period {
  readonly start: LedgerDate;
  readonly end: LedgerDate;
  /** When the instrument matures; only `30E/360 ISDA` looks at it, for a period that ends there. */
  readonly termination: LedgerDate;
}

export interface CountedDays {
  /** Calendar days, or days of months of 30 under the conventions that have those. */
  readonly days: number;
  /** The same as an exact fraction of a year. */
  readonly years: Rational;
}

/** Counts a period under a convention. Throws `RangeError` if it ends before it starts. */
export function countDays(convention: DayCount, period: Period): CountedDays {
  const { start, end } = period;
  const actual = daysBetween(start, end);
  if (actual < 0) throw new RangeError(`the period ends on ${end}, before it starts on ${start}`);
  switch (convention) {
    case 'ACT/360':
      return { days: actual, years: yearsOf(actual, 360) };
    case 'ACT/365F':
      return { days: actual, years: yearsOf(actual, 365) };
    case 'ACT/ACT ISDA':
      return { days: actual, years: yearsByCalendarYear(start, end) };
    case '30/360 Bond Basis':
    case '30E/360':
    case '30E/360 ISDA': {
      // On one and the same February end, 30E/360 ISDA would count back from its 30th to the termination's 28th.
      const days = actual === 0 ? 0 : daysOfThirty(convention, period);
      return { days, years: yearsOf(days, 360) };
    }
  }
}

function yearsOf(days: number, basis: number): Rational {
  return rational(BigInt(days), BigInt(basis));
}

/** Each calendar year's days over that year's own length. */
function yearsByCalendarYear(start: LedgerDate, end: LedgerDate): Rational {
  const [first, last] = [yearOf(start), yearOf(end)];
  let [days, leapDays] = [0, 0];
  for (let year = first; year <= last; year += 1) {
    const from = year === first ? daysBetween(newYear(year), start) : 0;
    const to = year === last ? daysBetween(newYear(year), end) : isLeapYear(year) ? 366 : 365;
    if (isLeapYear(year)) leapDays += to - from;
    else days += to - from;
  }
  return plus(yearsOf(days, 365), yearsOf(leapDays, 366));
}

function newYear(year: number): LedgerDate {
  return ledgerDate(`${String(year).padStart(4, '0')}-01-01`);
}

function daysOfThirty(
  convention: '30/360 Bond Basis' | '30E/360' | '30E/360 ISDA',
  { start, end, termination }: Period,
): number {
  let [first, last] = [Math.min(dayOf(start), 30), dayOf(end)];
  if (convention === '30/360 Bond Basis') {
    if (first === 30) last = Math.min(last, 30);
  } else {
    last = Math.min(last, 30);
  }
  if (convention === '30E/360 ISDA') {
    if (isFebruaryEnd(start)) first = 30;
    if (isFebruaryEnd(end) && end !== termination) last = 30;
  }
  return 360 * (yearOf(end) - yearOf(start)) + 30 * (monthOf(end) - monthOf(start)) + last - first;
}

function isFebruaryEnd(date: LedgerDate): boolean {
  return monthOf(date) === 2 && dayOf(date) === daysInMonth(yearOf(date), 2);
}
