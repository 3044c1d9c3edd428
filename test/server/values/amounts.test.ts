// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import {
  allocate,
  divideHalfUp,
  formatAmount,
  MAX_AMOUNT,
  parseAmount,
  parseUnits,
} from '../../../server/values/amounts.ts';
import { CURRENCY_CODES, currencyCode, minorUnitDecimals } from '../../../server/values/currencies.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { sharedData } from '../documents/shared-data.ts';
import { assertThrows } from '../../failures.ts';
import { itWith } from '../../it-with.ts';

const amounts = fc.bigInt({ min: -MAX_AMOUNT, max: MAX_AMOUNT });

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DeeptierError && error.code === code;
}

describe('the currency table', () => {
  const data = sharedData('currency/iso4217-codes-all.csv');
  itWith(data.skip, 'has every active currency of ISO 4217 with its minor unit, and no other', () => {
    const active = new Map<string, string>();
    for (const row of readFileSync(data.path, 'utf8').trim().split(/\r?\n/).slice(1)) {
      const [code = '', , decimals = '', withdrawn = ''] = row.split(',').slice(-4);
      if (withdrawn === '' && code !== '') active.set(code, decimals);
    }
    for (const [code, decimals] of active) {
      if (decimals === '-') assertThrows(() => minorUnitDecimals(code), refused('CURRENCY_WITHOUT_MINOR_UNIT'), code);
      else assert.strictEqual(minorUnitDecimals(code), Number(decimals), code);
    }
    assert.deepEqual(
      CURRENCY_CODES.filter((code) => !active.has(code)),
      [],
    );
  });

  it('refuses codes that are no currency', () => {
    for (const code of ['', 'cny', 'RMB', 'EUS', 'BGN']) {
      assertThrows(() => currencyCode(code), refused('CURRENCY_UNKNOWN'), code);
    }
  });
});

describe('an amount', () => {
  it('is read exactly in the minor unit of its currency', () => {
    assert.strictEqual(parseAmount('123456.78', 'CNY'), 12345678n);
    assert.strictEqual(parseAmount('-0.05', 'CNY'), -5n);
    assert.strictEqual(parseAmount('.5', 'CNY'), 50n);
    assert.strictEqual(parseAmount('+7', 'KWD'), 7000n);
    assert.strictEqual(parseAmount('1000', 'JPY'), 1000n);
    assert.strictEqual(parseAmount('1.2345', 'CLF'), 12345n);
  });

  it('may have more decimals than its currency only if they are zeros', () => {
    assert.strictEqual(parseAmount('10.5000', 'CNY'), 1050n);
    assert.strictEqual(parseAmount('100.00', 'JPY'), 100n);
    assertThrows(() => parseAmount('10.001', 'CNY'), refused('AMOUNT_TOO_PRECISE'));
    assertThrows(() => parseAmount('0.5', 'JPY'), refused('AMOUNT_TOO_PRECISE'));
  });

  it('is refused unless it is a plain decimal', () => {
    const wrong = [
      '',
      ' ',
      '1 ',
      ' 1',
      '1e3',
      'NaN',
      'Infinity',
      '1,000.00',
      '1.',
      '.',
      '-',
      '--1',
      '0x10',
      '１',
      `1${'0'.repeat(80)}`,
    ];
    for (const text of wrong)
      assertThrows(() => parseAmount(text, 'CNY'), refused('AMOUNT_MALFORMED'), JSON.stringify(text));
  });

  it('is refused above 2^64 − 1 minor units', () => {
    assert.strictEqual(parseAmount('184467440737095516.15', 'CNY'), MAX_AMOUNT);
    assertThrows(() => parseAmount('184467440737095516.16', 'CNY'), refused('AMOUNT_TOO_LARGE'));
    assertThrows(() => parseUnits(String(-MAX_AMOUNT - 1n)), refused('AMOUNT_TOO_LARGE'));
  });

  it('reads back as written, in every currency', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...CURRENCY_CODES), (units, currency) => {
        const text = formatAmount(units, currency);
        assert.strictEqual(parseAmount(text, currency), units);
        assert.strictEqual((text.split('.')[1] ?? '').length, minorUnitDecimals(currency));
        assert.strictEqual(parseUnits(String(units)), units);
      }),
    );
  });

  it('in JSON has one spelling', () => {
    for (const text of ['-0', '007', '+5', '1.0', '', '1n'])
      assertThrows(() => parseUnits(text), refused('AMOUNT_MALFORMED'), text);
  });
});

describe('rounding half-up', () => {
  it('takes a half away from zero', () => {
    assert.deepEqual(
      [1n, -1n, 3n, -3n, 2n].map((n) => divideHalfUp(n, 2n)),
      [1n, -1n, 2n, -2n, 1n],
    );
    assert.strictEqual(divideHalfUp(-1n, 3n), 0n);
    assert.throws(() => divideHalfUp(1n, 0n), RangeError);
  });

  it('is never further than half a unit off and mirrors at zero', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 1n, max: 10n ** 12n }), (numerator, denominator) => {
        const rounded = divideHalfUp(numerator, denominator);
        const twice = 2n * (rounded * denominator - numerator);
        assert.isOk(twice <= denominator && twice >= -denominator);
        assert.strictEqual(divideHalfUp(-numerator, denominator), -rounded);
      }),
    );
  });
});

describe('allocation by largest remainder', () => {
  it('gives the odd units to the largest remainders, ties in the order of the weights', () => {
    assert.deepEqual(allocate(100n, [1n, 1n, 1n]), [34n, 33n, 33n]);
    assert.deepEqual(allocate(1440833n, [33333333n, 33333333n, 33333334n]), [480278n, 480277n, 480278n]);
    assert.deepEqual(allocate(5n, [0n, 3n, 2n]), [0n, 3n, 2n]);
    assert.deepEqual(allocate(0n, [0n, 0n]), [0n, 0n]);
    assert.deepEqual(allocate(-100n, [1n, 1n, 1n]), [-34n, -33n, -33n]);
    assert.throws(() => allocate(1n, []), RangeError);
    assert.throws(() => allocate(1n, [2n, -1n]), RangeError);
  });

  it('sums to the total and leaves every part within one unit of its exact share', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(amounts, weights, (total, each) => {
        const sum = each.reduce((left, right) => left + right, 0n);
        fc.pre(sum > 0n);
        const parts = allocate(total, each);
        assert.strictEqual(
          parts.reduce((left, right) => left + right, 0n),
          total,
        );
        parts.forEach((part, index) => {
          const distance = part * sum - total * (each[index] as bigint);
          assert.isOk(distance < sum && distance > -sum, `part ${index}`);
        });
      }),
    );
  });
});
