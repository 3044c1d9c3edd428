// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { call } from '../../../server/ledger/contract-types.ts';

let ledger: TestLedger;

const declare = (kind: string, ...dates: string[]) =>
  ledger.as('deeptier.checker').post('/v1/calendar-days', { kind, dates });
const days = async (from: string, to: string): Promise<{ date: string; kind: string; businessDay: boolean }[]> =>
  (await ledger.as('lihe.viewer').get(`/v1/calendar?from=${from}&to=${to}`)).body.items;
const business = async (from: string, to: string): Promise<string[]> =>
  (await days(from, to)).filter(({ businessDay }) => businessDay).map(({ date }) => date);

describe('the calendar', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-09-15' });
  });

  after(() => ledger?.stop());

  it('Saturdays and Sundays are no business days unless they are declared to be', async () => {
    assert.deepEqual(await business('2026-09-18', '2026-09-22'), ['2026-09-18', '2026-09-21', '2026-09-22']);
    assert.strictEqual((await declare('working-day', '2026-09-20')).status, 200);
    assert.deepEqual(await business('2026-09-18', '2026-09-22'), [
      '2026-09-18',
      '2026-09-20',
      '2026-09-21',
      '2026-09-22',
    ]);
  });

  it('the National Day holiday with its working weekend is declared ahead', async () => {
    const { status, body } = await declare(
      'holiday',
      '2026-10-07',
      '2026-10-01',
      '2026-10-02',
      '2026-10-05',
      '2026-10-06',
    );
    assert.strictEqual(status, 200, JSON.stringify(body));
    assert.deepEqual(body.items[0], { date: '2026-10-01', kind: 'holiday', businessDay: false });
    await declare('working-day', '2026-10-10');
    assert.deepEqual(await business('2026-09-29', '2026-10-12'), [
      '2026-09-29',
      '2026-09-30',
      '2026-10-08',
      '2026-10-09',
      '2026-10-10',
      '2026-10-12',
    ]);
  });

  it('a declaration is taken back, whether or not there was one', async () => {
    assert.strictEqual((await declare('by-weekday', '2026-10-07', '2026-10-14')).status, 200);
    assert.deepEqual(await days('2026-10-07', '2026-10-07'), [
      { date: '2026-10-07', kind: 'by-weekday', businessDay: true },
    ]);
  });

  it('today and the past are closed', async () => {
    for (const date of ['2026-09-15', '2026-09-14', '1970-01-01']) {
      const { status, body } = await declare('holiday', date);
      assert.deepEqual(
        [status, body.code, body.values.day, body.values.today],
        [422, 'CALENDAR_CLOSED', date, '2026-09-15'],
      );
    }
    const mixed = await declare('holiday', '2026-11-02', '2026-09-15');
    assert.strictEqual(mixed.body.code, 'CALENDAR_CLOSED');
    assert.deepEqual(
      await business('2026-11-02', '2026-11-02'),
      ['2026-11-02'],
      'of a refused declaration, nothing holds',
    );
    assert.strictEqual((await declare('holiday', '2026-09-16')).status, 200);
  });

  it('a declaration names each day once and is bounded, and so is a question', async () => {
    assert.strictEqual((await declare('holiday', '2026-11-03', '2026-11-03')).status, 422);
    assert.strictEqual((await declare('holiday')).status, 422);
    assert.strictEqual(
      (await ledger.as('lihe.viewer').get('/v1/calendar?from=2026-01-02&to=2026-01-01')).body.code,
      'CALENDAR_RANGE',
    );
    assert.strictEqual(
      (await ledger.as('lihe.viewer').get('/v1/calendar?from=0001-01-01&to=9999-12-31')).body.code,
      'CALENDAR_RANGE',
    );
    assert.strictEqual(
      (await days('1969-12-28', '1970-01-04'))
        .filter(({ businessDay }) => !businessDay)
        .map(({ date }) => date)
        .join(),
      '1969-12-28,1970-01-03,1970-01-04',
    );
  });

  it('the calendar is that of the ledger, day by day, and is read as it was at an earlier block', async () => {
    for (const { date, businessDay } of await days('2026-09-10', '2026-10-20')) {
      const onLedger = await ledger.read(call('RuleBook', 'isBusinessDay', Date.parse(date) / 86_400_000));
      assert.strictEqual(businessDay, onLedger, date);
    }
    const declared = await declare('holiday', '2026-12-25');
    const before = BigInt(declared.headers.get('deeptier-block') as string) - 1n;
    const past = await ledger.as('lihe.viewer').get(`/v1/calendar?from=2026-12-25&to=2026-12-25&asOfBlock=${before}`);
    assert.strictEqual(past.body.items[0].businessDay, true);
    assert.deepEqual(await business('2026-12-25', '2026-12-25'), []);
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
  });
});
