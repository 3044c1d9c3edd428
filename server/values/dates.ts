// SPDX-License-Identifier: Apache-2.0
import type { $brand } from 'zod';
import { DeeptierError, defineRefusals } from './errors.ts';

/** A real calendar date `YYYY-MM-DD` in the ledger's time zone, year 0001 to 9999. Sorts as text. */
export type LedgerDate = string & $brand<'LedgerDate'>;

export const dateRefusals = defineRefusals({
  DATE_INVALID: { rule: 'DAT-1', status: 422, sentence: '"{date}" is not a calendar date of the form {form}.' },
});

/** The rules behind `dateRefusals`, in plain words. */
export const dateRules: Readonly<Record<string, string>> = {
  'DAT-1': 'A date is a day that exists in the calendar, written as its format says.',
};

const MILLISECONDS_PER_DAY = 86_400_000;

/** Checks `YYYY-MM-DD`. Throws `DATE_INVALID`, also for days that do not exist, such as 2026-02-30. */
export function ledgerDate(text: string): LedgerDate {
  const date = asLedgerDate(text);
  if (date === undefined) {
    throw new DeeptierError(dateRefusals.DATE_INVALID, { date: text.slice(0, 32), form: 'YYYY-MM-DD' });
  }
  return date;
}

/** The same check, answering `undefined` instead of throwing. */
export function asLedgerDate(text: string): LedgerDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return exists ? (text as LedgerDate) : undefined;
}

/** Checks `YYYYMMDD`, which is format 102 of UN/EDIFACT 2379 as used in CII. Throws `DATE_INVALID`. */
export function ledgerDateFromCompact(text: string): LedgerDate {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const date = match ? asLedgerDate(`${match[1]}-${match[2]}-${match[3]}`) : undefined;
  if (date === undefined) {
    throw new DeeptierError(dateRefusals.DATE_INVALID, { date: text.slice(0, 32), form: 'YYYYMMDD' });
  }
  return date;
}

/** Days since 1970-01-01; negative before. The chain keeps dates in this form. */
export function dayNumber(date: LedgerDate): number {
  return utcMidnight(yearOf(date), monthOf(date), dayOf(date)) / MILLISECONDS_PER_DAY;
}

/** The date of a day number. Throws `RangeError` outside the years 0001 to 9999. */
export function dateOfDayNumber(day: number | bigint): LedgerDate {
  const days = Number(day);
  if (!Number.isSafeInteger(days)) throw new RangeError(`not a whole number of days: ${days}`);
  const instant = new Date(days * MILLISECONDS_PER_DAY);
  return dateOf(instant.getUTCFullYear(), instant.getUTCMonth() + 1, instant.getUTCDate());
}

export function addDays(date: LedgerDate, days: number): LedgerDate {
  return dateOfDayNumber(dayNumber(date) + days);
}

/** Adds calendar months; a day the target month does not have becomes its last day (31 January + 1 = 28 February). */
export function addMonths(date: LedgerDate, months: number): LedgerDate {
  if (!Number.isSafeInteger(months)) throw new RangeError(`not a whole number of months: ${months}`);
  const monthIndex = yearOf(date) * 12 + (monthOf(date) - 1) + months;
  const year = Math.floor(monthIndex / 12);
  const month = monthIndex - year * 12 + 1;
  return dateOf(year, month, Math.min(dayOf(date), daysInMonth(year, month)));
}

/** Whole days from `start` to `end`: the first day counts, the last does not. Negative if `end` is earlier. */
export function daysBetween(start: LedgerDate, end: LedgerDate): number {
  return dayNumber(end) - dayNumber(start);
}

/** The date it is now where clocks are `utcOffsetMinutes` ahead of UTC (480 for China); `clock` answers epoch milliseconds. */
export function today(clock: () => number, utcOffsetMinutes: number): LedgerDate {
  return dateOfDayNumber(Math.floor((clock() + utcOffsetMinutes * 60_000) / MILLISECONDS_PER_DAY));
}

export function yearOf(date: LedgerDate): number {
  return Number(date.slice(0, 4));
}

export function monthOf(date: LedgerDate): number {
  return Number(date.slice(5, 7));
}

export function dayOf(date: LedgerDate): number {
  return Number(date.slice(8, 10));
}

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days in a month, 1 for January to 12 for December. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function dateOf(year: number, month: number, day: number): LedgerDate {
  if (!(year >= 1 && year <= 9999)) throw new RangeError(`year ${year} is outside 0001 to 9999`);
  const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return text as LedgerDate;
}

function utcMidnight(year: number, month: number, day: number): number {
  const instant = new Date(0);
  // setUTCFullYear, unlike Date.UTC, does not read years below 100 as 19xx.
  instant.setUTCFullYear(year, month - 1, day);
  return instant.getTime();
}
