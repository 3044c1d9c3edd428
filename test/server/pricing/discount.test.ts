// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { MAX_AMOUNT } from '../../../server/values/amounts.ts';
import { addDays, dateOfDayNumber, dayNumber, daysBetween, ledgerDate } from '../../../server/values/dates.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { rollForward } from '../../../server/pricing/business-days.ts';
import { allInAnnualCost, allInCostOf, feesOn } from '../../../server/pricing/costs.ts';
import { countDays, DAY_COUNTS } from '../../../server/values/day-count.ts';
import {
  discountOf,
  DISCOUNT_METHODS,
  type DiscountMethod,
  splitDiscount,
  trueYield,
} from '../../../server/pricing/discount.ts';
import { ppmOf, rateOfPpm } from '../../../server/pricing/rate.ts';
import { rational } from '../../../server/values/rational.ts';
import { sharedData } from '../documents/shared-data.ts';
import { discounts, ppmFromPercent } from './published-discounts.ts';
import { assertThrows } from '../../failures.ts';
import { itWith } from '../../it-with.ts';
import { runs } from '../../depth.ts';

const isWeekday = (date: string): boolean => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
const faces = fc.bigInt({ min: 1n, max: MAX_AMOUNT });
const ratesPpm = fc.integer({ min: 0, max: 1_000_000 });
const methods = fc.constantFrom(...DISCOUNT_METHODS);
const starts = fc
  .integer({ min: dayNumber(ledgerDate('2024-01-01')), max: dayNumber(ledgerDate('2029-12-31')) })
  .map(dateOfDayNumber);

describe('published and derived discounts', () => {
  itWith(discounts.skip, 'come to the same interest and proceeds, to the fen', () => {
    const rows = discounts.rows();
    let rolled = 0;
    for (const { label, method, face, ppm, nominal, adjusted, convention, period, days, discount, proceeds } of rows) {
      // Of the other rows some have dates that only stand for a number of days.
      if (nominal !== adjusted) {
        assert.strictEqual(rollForward(nominal, isWeekday), adjusted, `${label}: the due date`);
        rolled += 1;
      }
      const counted = countDays(convention, period);
      assert.strictEqual(counted.days, days, `${label}: the days`);
      const calculated = discountOf({ method, face, rate: rateOfPpm(ppm), years: counted.years });
      assert.strictEqual(calculated, discount, `${label}: the discount`);
      assert.strictEqual(face - calculated, proceeds, `${label}: the proceeds`);
    }
    assert.isOk(rows.length >= 16 && rolled >= 4, `only ${rows.length} rows, ${rolled} of them rolled`);
  });

  const golden = sharedData('chain/golden_ledger.json');
  itWith(golden.skip, 'the financing of the golden ledger, over a maturity on a Saturday', () => {
    const { events, finance } = JSON.parse(readFileSync(golden.path, 'utf8')) as {
      events: {
        op: string;
        id: string;
        new?: string;
        amount?: number;
        maturity?: string;
        date?: string;
        rate_pct?: string;
        basis?: number;
      }[];
      finance: { days: number; maturity_adjusted: string; interest: number; proceeds: number };
    };
    const sale = events.find(({ op }) => op === 'finance');
    const maturity = events.find(({ op }) => op === 'issue')?.maturity as string;
    const face = BigInt(events.find((event) => event.new === sale?.id)?.amount as number);
    const due = rollForward(ledgerDate(maturity), isWeekday);
    assert.isOk(due);
    assert.strictEqual(due, finance.maturity_adjusted);
    assert.isOk(sale);
    assert.strictEqual(sale.basis, 360);
    const { days, years } = countDays('ACT/360', {
      start: ledgerDate(sale.date as string),
      end: due,
      termination: due,
    });
    assert.strictEqual(days, finance.days);
    const discount = discountOf({
      method: 'bank-discount',
      face,
      rate: rateOfPpm(ppmFromPercent(sale.rate_pct as string)),
      years,
    });
    assert.deepEqual([discount, face - discount], [BigInt(finance.interest), BigInt(finance.proceeds)]);
  });

  it('a half goes up: 0.025 yuan of a thousand is 0.03, where half-even says 0.02', () => {
    assert.strictEqual(
      discountOf({ method: 'bank-discount', face: 100_000n, rate: rateOfPpm('9000'), years: rational(1n, 360n) }),
      3n,
    );
  });

  it('true yields: of 2.85 % over 182 days, on 360 and on 365, and of 6 % over 180', () => {
    const ppm = (rate: string, days: bigint, basis: bigint) =>
      ppmOf(trueYield(rateOfPpm(rate), rational(days, 360n), rational(days, basis)) as ReturnType<typeof rational>);
    assert.strictEqual(ppm('28500', 182n, 360n), 28_917n);
    assert.strictEqual(ppm('28500', 182n, 365n), 29_318n);
    assert.strictEqual(ppm('60000', 180n, 360n), 61_856n);
  });

  it('all-in costs: 6 % and a fee of 0.3 %, 1 % for thirty days, 2/10 net 30', () => {
    const face = 100_000_000n;
    const discount = discountOf({
      method: 'bank-discount',
      face,
      rate: rateOfPpm('60000'),
      years: rational(180n, 360n),
    });
    const received = face - discount - feesOn(face, { flat: 0n, share: rateOfPpm('3000') });
    assert.strictEqual(received, 96_700_000n);
    const cost = (of: bigint, gets: bigint, days: number) =>
      ppmOf(allInAnnualCost(of, gets, days) as ReturnType<typeof rational>);
    assert.strictEqual(cost(face, received, 180), 69_200n);
    assert.strictEqual(cost(100n, 99n, 30), 122_896n);
    assert.strictEqual(cost(100n, 98n, 20), 372_449n);
    assert.strictEqual(allInAnnualCost(100n, 0n, 30), undefined);
    assert.strictEqual(allInAnnualCost(100n, 99n, 0), undefined);
  });

  it('lots due on different days cost as one of their mean time, weighted by face', () => {
    const lots = [
      { face: 100n, days: 30 },
      { face: 300n, days: 90 },
    ];
    assert.deepEqual(allInCostOf(lots, 390n), allInAnnualCost(400n, 390n, 75));
    assert.deepEqual(
      allInCostOf(
        [
          { face: 100n, days: 0 },
          { face: 300n, days: 100 },
        ],
        390n,
      ),
      allInAnnualCost(400n, 390n, 75),
    );
    assert.strictEqual(allInCostOf(lots, 0n), undefined);
    assert.strictEqual(allInCostOf([{ face: 100n, days: 0 }], 99n), undefined);
    assert.strictEqual(allInCostOf([], 1n), undefined);
  });

  it('a whole split into three is discounted once, not three times', () => {
    const parts = [33_333_333n, 33_333_333n, 33_333_334n];
    const discountOn = (face: bigint) =>
      discountOf({ method: 'bank-discount', face, rate: rateOfPpm('28500'), years: rational(182n, 360n) });
    assert.strictEqual(
      parts.map(discountOn).reduce((a, b) => a + b),
      1_440_834n,
      'apart, one fen too much',
    );
    assert.deepEqual(splitDiscount(discountOn(100_000_000n), parts), [480_278n, 480_277n, 480_278n]);
  });
});

describe('discounts', () => {
  it('a bank discount may take the whole face and no more', () => {
    const years = rational(360n, 360n);
    assert.strictEqual(discountOf({ method: 'bank-discount', face: 7n, rate: rateOfPpm('1000000'), years }), 7n);
    assert.strictEqual(trueYield(rateOfPpm('1000000'), years), undefined);
    assertThrows(
      () => discountOf({ method: 'bank-discount', face: 7n, rate: rateOfPpm('1000000.001'), years }),
      (error) =>
        error instanceof DeeptierError && error.code === 'DISCOUNT_ABOVE_FACE' && error.values['discount'] === '8',
    );
  });

  it('they are those of whole numbers alone: a numerator over 360 or 365 million, and a half added', () => {
    fc.assert(
      fc.property(
        methods,
        faces,
        ratesPpm,
        fc.integer({ min: 0, max: 360 }),
        fc.constantFrom([360, 'ACT/360'] as const, [365, 'ACT/365F'] as const),
        starts,
        (method, face, ppm, length, [basis, dayCount], start) => {
          const end = addDays(start, length);
          const { years } = countDays(dayCount, { start, end, termination: end });
          const interest = BigInt(ppm) * BigInt(length);
          const whole = BigInt(basis) * 1_000_000n;
          const expected =
            method === 'bank-discount'
              ? (2n * face * interest + whole) / (2n * whole)
              : face - (2n * face * whole + whole + interest) / (2n * (whole + interest));
          assert.strictEqual(discountOf({ method, face, rate: rateOfPpm(String(ppm)), years }), expected);
        },
      ),
      { numRuns: runs(1_000, 100_000) },
    );
  });

  it('more days or a higher rate never mean less discount, under any convention', () => {
    fc.assert(
      fc.property(
        methods,
        fc.constantFrom(...DAY_COUNTS),
        faces,
        fc.integer({ min: 0, max: 400_000 }),
        starts,
        fc.integer({ min: 0, max: 400 }),
        fc.nat(300),
        fc.nat(100_000),
        (method, dayCount, face, ppm, start, length, moreDays, morePpm) => {
          const at = (days: number, rate: number): bigint => {
            const end = addDays(start, days);
            return discountOf({
              method,
              face,
              rate: rateOfPpm(String(rate)),
              years: countDays(dayCount, { start, end, termination: end }).years,
            });
          };
          const base = at(length, ppm);
          assert.isOk(base >= 0n && base <= face);
          assert.isOk(at(length + moreDays, ppm) >= base, 'more days');
          assert.isOk(at(length, ppm + morePpm) >= base, 'a higher rate');
        },
      ),
      { numRuns: runs(1_000, 100_000) },
    );
  });

  it('the price at a simple yield earns that yield, and its true yield is dearer than the discount rate', () => {
    fc.assert(
      fc.property(ratesPpm, fc.integer({ min: 1, max: 300 }), (ppm, days) => {
        const [rate, years] = [rateOfPpm(String(ppm)), rational(BigInt(days), 360n)];
        const equivalent = trueYield(rate, years);
        assert.isOk(equivalent && equivalent.numerator * rate.denominator >= rate.numerator * equivalent.denominator);
        const terms = { face: 10n ** 15n, years };
        const [byDiscount, byYield] = (['bank-discount', 'simple-yield'] as DiscountMethod[]).map((method) =>
          discountOf({ ...terms, method, rate: method === 'bank-discount' ? rate : equivalent }),
        ) as [bigint, bigint];
        const apart = byDiscount - byYield;
        assert.isOk(apart >= -1n && apart <= 1n, `the same price by either road, ${apart} units apart`);
      }),
    );
  });

  it('splits add up exactly, and each part is within one unit of its own share and never above the part', () => {
    const splits = fc.array(fc.bigInt({ min: 1n, max: 10n ** 15n }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(splits, fc.integer({ min: 0, max: 1_000_000 }), (parts, ppm) => {
        const face = parts.reduce((a, b) => a + b);
        const discount = discountOf({
          method: 'bank-discount',
          face,
          rate: rateOfPpm(String(ppm)),
          years: rational(1n, 1n),
        });
        const shares = splitDiscount(discount, parts);
        assert.strictEqual(
          shares.reduce((a, b) => a + b),
          discount,
        );
        for (const [index, share] of shares.entries()) {
          const part = parts[index] as bigint;
          const apart = share * face - discount * part;
          assert.isOk(apart > -face && apart < face, 'within one unit of its share');
          assert.isOk(share >= 0n && share <= part, 'not above the part');
        }
      }),
    );
  });
});

describe('rates', () => {
  it('are read exactly, also finer than a ppm', () => {
    assert.deepEqual(rateOfPpm('28500'), { numerator: 57n, denominator: 2000n });
    assert.deepEqual(rateOfPpm('43512.345'), rational(43_512_345n, 1_000_000_000n));
    assert.deepEqual(rateOfPpm('0'), { numerator: 0n, denominator: 1n });
    for (const text of ['', '-1', '01', '1.', '.5', '1e3', '1.2345', '1234567890', ' 1', '１'])
      assert.throws(() => rateOfPpm(text), RangeError, undefined, text);
    assert.deepEqual([ppmOf(rateOfPpm('0.5')), ppmOf(rateOfPpm('0.499'))], [1n, 0n]);
  });
});

describe('due dates', () => {
  it('roll forward to the next business day, and stay on one', () => {
    fc.assert(
      fc.property(starts, fc.array(fc.boolean(), { minLength: 31, maxLength: 31 }), (date, open) => {
        const rolled = rollForward(date, (day) => open[daysBetween(date, day)] as boolean);
        const first = open.indexOf(true);
        assert.strictEqual(rolled, first === -1 ? undefined : addDays(date, first));
      }),
    );
  });

  it('roll 30 days at most', () => {
    const date = ledgerDate('2026-03-01');
    assert.strictEqual(
      rollForward(date, (day) => day === '2026-03-31'),
      '2026-03-31',
    );
    assert.strictEqual(
      rollForward(date, (day) => day === '2026-04-01'),
      undefined,
    );
  });
});
