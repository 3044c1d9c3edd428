// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  asLedgerDate,
  dateOfDayNumber,
  dayNumber,
  daysBetween,
  type LedgerDate,
  ledgerDate,
  ledgerDateFromCompact,
  today,
} from '../../../server/values/dates.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { assertThrows } from '../../failures.ts';

const FIRST = dayNumber(ledgerDate('0001-01-01'));
const LAST = dayNumber(ledgerDate('9999-12-31'));
const dates = fc.integer({ min: FIRST, max: LAST }).map(dateOfDayNumber);

function refused(error: unknown): boolean {
  return error instanceof DeeptierError && error.code === 'DATE_INVALID';
}

describe('a ledger date', () => {
  it('is a day that exists', () => {
    assert.strictEqual(ledgerDate('2028-02-29'), '2028-02-29');
    for (const text of [
      '2026-02-30',
      '2026-02-29',
      '1900-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-04-31',
      '0000-01-01',
    ]) {
      assertThrows(() => ledgerDate(text), refused, text);
    }
  });

  it('has one spelling', () => {
    for (const text of ['', '2026-2-3', '20260203', '2026/02/03', '2026-02-03T00:00', ' 2026-02-03', '02-03-2026']) {
      assert.strictEqual(asLedgerDate(text), undefined, text);
    }
  });

  it('is also read from format 102', () => {
    assert.strictEqual(ledgerDateFromCompact('20260331'), '2026-03-31');
    for (const text of ['20260230', '2026-03-31', '260331'])
      assertThrows(() => ledgerDateFromCompact(text), refused, text);
  });

  it('counts its days from 1970-01-01', () => {
    assert.strictEqual(dayNumber(ledgerDate('1970-01-01')), 0);
    assert.strictEqual(dayNumber(ledgerDate('2026-11-23')), 20780);
    assert.strictEqual(dayNumber(ledgerDate('0099-12-31')), dayNumber(ledgerDate('0100-01-01')) - 1);
    fc.assert(fc.property(dates, (date) => dateOfDayNumber(dayNumber(date)) === date && asLedgerDate(date) === date));
  });

  it('keeps to the years 0001 to 9999', () => {
    assert.throws(() => addDays(ledgerDate('9999-12-31'), 1), RangeError);
    assert.throws(() => addMonths(ledgerDate('0001-01-31'), -1), RangeError);
    assert.throws(() => dateOfDayNumber(0.5), RangeError);
  });
});

describe('adding months', () => {
  it('stops at the end of a shorter month', () => {
    const plus = (date: string, months: number): LedgerDate => addMonths(ledgerDate(date), months);
    assert.strictEqual(plus('2026-08-31', 6), '2027-02-28');
    assert.strictEqual(plus('2027-08-31', 6), '2028-02-29');
    assert.strictEqual(plus('2026-12-31', 2), '2027-02-28');
    assert.strictEqual(plus('2026-03-31', -1), '2026-02-28');
    assert.strictEqual(plus('2026-01-15', 12), '2027-01-15');
    assert.strictEqual(plus('2026-01-15', -13), '2024-12-15');
  });
});

describe('days between two dates', () => {
  it('count the first day and not the last', () => {
    assert.strictEqual(daysBetween(ledgerDate('2026-03-16'), ledgerDate('2026-09-14')), 182);
    fc.assert(
      fc.property(dates, fc.integer({ min: -4000, max: 4000 }), (date, days) => {
        const target = dayNumber(date) + days;
        fc.pre(target >= FIRST && target <= LAST);
        assert.strictEqual(daysBetween(date, addDays(date, days)), days);
      }),
    );
  });
});

describe('today', () => {
  it('is the date in the time zone of the ledger', () => {
    const evening = () => Date.UTC(2026, 10, 23, 16, 30);
    assert.strictEqual(today(evening, 0), '2026-11-23');
    assert.strictEqual(today(evening, 480), '2026-11-24');
    assert.strictEqual(
      today(() => Date.UTC(2026, 10, 23, 1), -300),
      '2026-11-22',
    );
  });
});
