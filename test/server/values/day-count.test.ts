// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  addDays,
  dateOfDayNumber,
  dayNumber,
  dayOf,
  isLeapYear,
  ledgerDate,
  type LedgerDate,
  monthOf,
  yearOf,
} from '../../../server/values/dates.ts';
import { countDays, DAY_COUNTS, type DayCount } from '../../../server/values/day-count.ts';
import { plus, rational, type Rational } from '../../../server/values/rational.ts';
import { actuals, bonds, fractions, thirties } from './published-day-counts.ts';
import { itWith } from '../../it-with.ts';
import { runs } from '../../depth.ts';

const dates = fc
  .integer({ min: dayNumber(ledgerDate('1999-01-01')), max: dayNumber(ledgerDate('2037-12-31')) })
  .map(dateOfDayNumber);
const periods = fc.tuple(dates, dates).map(([a, b]) => (a <= b ? { start: a, end: b } : { start: b, end: a }));
const conventions = fc.constantFrom(...DAY_COUNTS);

const count = (convention: DayCount, start: string, end: string, termination = end) =>
  countDays(convention, { start: ledgerDate(start), end: ledgerDate(end), termination: ledgerDate(termination) });

function close(actual: Rational, expected: number, tolerance: number, message: string): void {
  assert.isOk(
    Math.abs(Number(actual.numerator) / Number(actual.denominator) - expected) <= tolerance,
    `${message}: ${actual.numerator}/${actual.denominator}, not ${expected}`,
  );
}

describe('published day counts', () => {
  itWith(thirties.skip, "ISDA's examples of months of 30 days", () => {
    const rows = thirties.rows();
    for (const { label, convention, period, days } of rows) {
      assert.deepEqual(countDays(convention, period), { days, years: rational(BigInt(days), 360n) }, label);
    }
    assert.isOk(rows.length >= 40, `only ${rows.length} rows`);
  });

  itWith(actuals.skip, 'years of their own length', () => {
    const rows = actuals.rows();
    for (const { label, convention, period, decimal } of rows)
      close(countDays(convention, period).years, decimal, 1e-10, label);
    assert.isOk(rows.length >= 4, `only ${rows.length} rows`);
  });

  itWith(bonds.skip, 'the bond basis beside its American variant', () => {
    for (const { label, convention, period, days } of bonds.rows())
      assert.strictEqual(countDays(convention, period).days, days, label);
  });

  itWith(fractions.skip, 'year fractions, exactly as the expressions they are published as', () => {
    const rows = fractions.rows();
    for (const { label, convention, period, exact, decimal } of rows) {
      const { years } = countDays(convention, period);
      assert.deepEqual(years, exact, label);
      close(years, decimal, 1e-12, label);
    }
    assert.isOk(rows.length >= 30, `only ${rows.length} rows`);
  });
});

describe('day counts', () => {
  it('the conventions disagree around the end of February', () => {
    const days = (start: string, end: string, termination: string) =>
      DAY_COUNTS.map((convention) => count(convention, start, end, termination).days);
    assert.deepEqual(days('2006-08-31', '2007-02-28', '2012-02-29'), [181, 181, 181, 178, 178, 180]);
    assert.deepEqual(days('2007-02-28', '2007-08-31', '2012-02-29'), [184, 184, 184, 183, 182, 180]);
    assert.deepEqual(days('2027-12-31', '2028-02-29', '2028-02-29'), [60, 60, 60, 59, 59, 59]);
  });

  it('no day passes within a day, whatever day it is and whenever the instrument ends', () => {
    for (const convention of DAY_COUNTS) {
      for (const day of ['2026-02-28', '2028-02-29', '2026-01-31', '2026-12-31']) {
        assert.deepEqual(
          count(convention, day, day),
          { days: 0, years: { numerator: 0n, denominator: 1n } },
          `${convention} ${day}`,
        );
      }
    }
  });

  it('a period does not end before it starts', () => {
    for (const convention of DAY_COUNTS) assert.throws(() => count(convention, '2026-03-02', '2026-03-01'), RangeError);
  });

  it('ACT/ACT ISDA is each day over the length of its own year', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 1_500 }), (start, length) => {
        let [ordinary, leap] = [0n, 0n];
        for (let day = 0; day < length; day += 1) {
          if (isLeapYear(yearOf(addDays(start, day)))) leap += 1n;
          else ordinary += 1n;
        }
        const { years, days } = count('ACT/ACT ISDA', start, addDays(start, length));
        assert.strictEqual(days, length);
        assert.deepEqual(years, rational(ordinary * 366n + leap * 365n, 365n * 366n));
      }),
      { numRuns: 60 },
    );
  });

  it('counts of actual days add up over any split of the period', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<DayCount>('ACT/360', 'ACT/365F', 'ACT/ACT ISDA'),
        periods,
        fc.nat(),
        (convention, { start, end }, at) => {
          const middle = addDays(start, at % (dayNumber(end) - dayNumber(start) + 1));
          const [whole, first, second] = [
            count(convention, start, end),
            count(convention, start, middle),
            count(convention, middle, end),
          ];
          assert.strictEqual(whole.days, first.days + second.days);
          assert.deepEqual(whole.years, plus(first.years, second.years));
        },
      ),
    );
  });

  it('months of 30 days are differences of serial numbers', () => {
    // Independent of the formula: a day's place among twelve months of 30; the 31st is the 30th, or under the bond basis the 31st, at the end only.
    const place = (date: LedgerDate, day: number): number => (yearOf(date) * 12 + monthOf(date) - 1) * 30 + day;
    const monthEnd = (date: LedgerDate): boolean => monthOf(addDays(date, 1)) !== monthOf(date);
    fc.assert(
      fc.property(periods, dates, ({ start, end }, other) => {
        fc.pre(start !== end);
        const capped = (date: LedgerDate): number => (dayOf(date) === 31 ? 30 : dayOf(date));
        assert.strictEqual(count('30E/360', start, end).days, place(end, capped(end)) - place(start, capped(start)));
        assert.strictEqual(
          count('30/360 Bond Basis', start, end).days,
          place(end, dayOf(start) >= 30 ? capped(end) : dayOf(end)) - place(start, capped(start)),
        );
        // Under 30E/360 ISDA every month's last day is its 30th, except the end of a February the instrument matures on.
        const termination = other < end ? end : other;
        const full = (date: LedgerDate): number => (monthEnd(date) ? 30 : dayOf(date));
        const last = end === termination && monthOf(end) === 2 ? dayOf(end) : full(end);
        assert.strictEqual(
          count('30E/360 ISDA', start, end, termination).days,
          place(end, last) - place(start, full(start)),
        );
      }),
      { numRuns: runs(2_000, 200_000) },
    );
  });

  it('a later end never counts fewer days, and no count is below zero', () => {
    fc.assert(
      fc.property(conventions, periods, fc.integer({ min: 1, max: 40 }), (convention, { start, end }, more) => {
        const [shorter, longer] = [count(convention, start, end), count(convention, start, addDays(end, more))];
        assert.isOk(shorter.days >= 0);
        assert.isOk(longer.days >= shorter.days);
        assert.isOk(
          longer.years.numerator * shorter.years.denominator >= shorter.years.numerator * longer.years.denominator,
        );
      }),
      { numRuns: runs(2_000, 200_000) },
    );
  });
});
