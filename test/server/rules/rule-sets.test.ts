// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { ledgerDate } from '../../../server/values/dates.ts';
import { ledgerDateAt } from '../../../server/values/ledger-date.ts';
import { ruleSetOn, ruleSets } from '../../../server/rules/queries.ts';
import { call } from '../../../server/ledger/contract-types.ts';

let ledger: TestLedger;

const RULES = {
  effectiveFrom: '2026-03-18',
  maxTermMonths: 6,
  maxTier: 8,
  maxChildren: 40,
  offerWindowDays: 5,
  minNote: '100',
  recourseAllowed: false,
  maxDebtorShare: 5001,
  maxAffiliateShare: 4002,
  defaultDays: 31,
  recourseMonths: 7,
  reRecourseMonths: 3,
  limitationMonths: 37,
};
const publish = (changes: object = {}) => ledger.as('deeptier.checker').post('/v1/rule-sets', { ...RULES, ...changes });
const inEffect = async (date?: string): Promise<number> =>
  (await ledger.as('minghua.viewer').get(`/v1/rule-sets/effective${date === undefined ? '' : `?date=${date}`}`)).body
    .number;

describe('rule sets', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-03-16' });
  });

  after(() => ledger?.stop());

  it('a rule set takes effect after today, never today or before', async () => {
    for (const effectiveFrom of ['2026-03-16', '2026-03-15', '1970-01-01']) {
      const { status, body } = await publish({ effectiveFrom });
      assert.deepEqual([status, body.code], [422, 'RULE_SET_NOT_AHEAD']);
      assert.strictEqual(body.values.effectiveFrom, effectiveFrom);
      assert.strictEqual(body.values.today, '2026-03-16');
    }
    const { status, body } = await publish();
    assert.strictEqual(status, 201, JSON.stringify(body));
    assert.deepEqual(body, { number: 2, ...RULES });
  });

  it('it is in effect from the day the clock reaches it, at midnight in Beijing', async () => {
    const lastSecond = Date.parse('2026-03-17T23:59:59+08:00') / 1000;
    ledger.clock.set(lastSecond);
    assert.strictEqual(ledgerDateAt(lastSecond), '2026-03-17');
    assert.strictEqual(await inEffect(), 1);
    ledger.clock.set(lastSecond + 1);
    assert.strictEqual(ledgerDateAt(lastSecond + 1), '2026-03-18');
    assert.strictEqual(await inEffect(), 2);
    assert.deepEqual([await inEffect('2026-03-17'), await inEffect('2026-03-18')], [1, 2]);
  });

  it('the boundary is that of the midnight for publishing too', async () => {
    assert.strictEqual((await publish({ effectiveFrom: '2026-03-18' })).body.code, 'RULE_SET_NOT_AHEAD');
    assert.strictEqual((await publish({ effectiveFrom: '2026-03-19', maxTermMonths: 5 })).status, 201);
  });

  it('none takes effect before the one published last, and of two of one day the later one counts', async () => {
    assert.strictEqual((await publish({ effectiveFrom: '2026-06-01', maxTermMonths: 4 })).body.number, 4);
    const { body } = await publish({ effectiveFrom: '2026-05-31' });
    assert.deepEqual([body.code, body.values.earliest], ['RULE_SET_NOT_AHEAD', '2026-06-01']);
    assert.strictEqual((await publish({ effectiveFrom: '2026-06-01', maxTermMonths: 3 })).body.number, 5);
    assert.strictEqual(await inEffect('2026-06-01'), 5);
    assert.strictEqual(await inEffect('2026-05-31'), 3);
  });

  it('nothing was in effect before the first rule set', async () => {
    const { status, body } = await ledger.as('minghua.viewer').get('/v1/rule-sets/effective?date=1999-12-31');
    assert.deepEqual([status, body.code, body.values.day], [404, 'NO_RULE_SET', '1999-12-31']);
  });

  it('a rule set that leaves something out, or forbids everything, is refused', async () => {
    const { minNote: _minNote, ...incomplete } = RULES;
    assert.strictEqual(
      (await ledger.as('deeptier.checker').post('/v1/rule-sets', incomplete)).body.errors[0].pointer,
      '#/minNote',
    );
    for (const changes of [
      { maxTermMonths: 0 },
      { maxTier: 256 },
      { maxChildren: 65_536 },
      { minNote: '0' },
      { minNote: '4294967296' },
      { minNote: 1 },
      { maxTier: 2.5 },
      { recourseAllowed: 1 },
      { maxDebtorShare: 0 },
      { maxDebtorShare: 10_001 },
      { maxAffiliateShare: 0 },
      { maxAffiliateShare: 10_001 },
      { defaultDays: 0 },
      { defaultDays: 65_536 },
      { recourseMonths: 0 },
      { reRecourseMonths: 256 },
      { limitationMonths: 0 },
    ]) {
      const { status, body } = await publish({ effectiveFrom: '2027-01-01', ...changes });
      assert.deepEqual(
        [status, body.errors.map(({ pointer }: { pointer: string }) => pointer)],
        [422, Object.keys(changes).map((field) => `#/${field}`)],
      );
    }
    const largest = {
      maxTermMonths: 255,
      maxTier: 255,
      maxChildren: 65_535,
      offerWindowDays: 255,
      minNote: '4294967295',
      recourseAllowed: true,
      maxDebtorShare: 10_000,
      maxAffiliateShare: 10_000,
      defaultDays: 65_535,
      recourseMonths: 255,
      reRecourseMonths: 255,
      limitationMonths: 255,
    };
    assert.deepEqual((await publish({ effectiveFrom: '2027-01-01', ...largest })).body, {
      number: 6,
      effectiveFrom: '2027-01-01',
      ...largest,
    });
  });

  it('what the tables say is in effect is what the ledger says, on every day around a change', async () => {
    for (const date of [
      '2026-03-17',
      '2026-03-18',
      '2026-03-19',
      '2026-05-31',
      '2026-06-01',
      '2026-12-31',
      '2027-01-01',
      '2030-02-28',
    ].map(ledgerDate)) {
      const [number] = await ledger.read(call('RuleBook', 'ruleSetOn', Date.parse(date) / 86_400_000));
      assert.strictEqual((await ruleSetOn(ledger.db, date, 'latest'))?.number, Number(number), date);
    }
    const all = await ledger.as('minghua.viewer').get('/v1/rule-sets?limit=4');
    assert.strictEqual(all.body.items.length, 4);
    const rest = await ledger.as('minghua.viewer').get(`/v1/rule-sets?limit=4&cursor=${all.body.next}`);
    assert.deepEqual(
      [...all.body.items, ...rest.body.items].map(({ number }: { number: number }) => number),
      (await ruleSets(ledger.db, 'latest')).map(({ number }) => number),
    );
  });
});
