// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { USER_ROLES } from '../../../server/auth/caller.ts';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';

let ledger: TestLedger;

const TERMS = {
  amount: '12345678',
  currency: 'CNY',
  from: '2026-04-01',
  maturity: '2026-09-12',
  rate: '28500',
  dayCount: 'ACT/360',
  method: 'bank-discount',
};
const calculate = (changes: object = {}, user = 'minghua.viewer'): Promise<Reply> =>
  ledger.as(user).post('/v1/discount-calculations', { ...TERMS, ...changes });

async function refusal(changes: object): Promise<{ code: string; rule: string; values: Record<string, string> }> {
  const { status, body } = await calculate(changes);
  assert.strictEqual(status, 422, JSON.stringify(body));
  return { code: body.code, rule: body.rule, values: body.values };
}

describe('a discount calculation', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-03-16' });
  });

  after(() => ledger?.stop());

  it('a discount is told with its days to the rolled due date and its all-in cost', async () => {
    const { status, body } = await calculate();
    assert.strictEqual(status, 200, JSON.stringify(body));
    assert.deepEqual(body, {
      currency: 'CNY',
      days: 166,
      dueDate: '2026-09-14',
      discount: '162243',
      proceeds: '12183435',
      fees: '0',
      received: '12183435',
      trueYield: '28880',
      allInAnnualCost: '29281',
    });
  });

  it('fees come off what the seller receives and go into the cost', async () => {
    const { body } = await calculate({ fees: { flat: '5000', ppm: '3000' } });
    assert.deepEqual(
      [body.proceeds, body.fees, body.received, body.trueYield, body.allInAnnualCost],
      ['12183435', '42037', '12141398', '28880', '36995'],
    );
  });

  it('at a simple yield the price earns the rate', async () => {
    const { body } = await calculate({
      amount: '100000000',
      from: '2026-03-16',
      method: 'simple-yield',
      dayCount: 'ACT/365F',
    });
    assert.deepEqual(
      [body.days, body.discount, body.proceeds, body.trueYield, body.allInAnnualCost],
      [182, '1401184', '98598816', '28500', '28500'],
    );
  });

  it('parts share the discount of the whole to the unit', async () => {
    const { body } = await calculate({
      amount: '100000000',
      from: '2026-03-16',
      parts: ['33333333', '33333333', '33333334'],
    });
    assert.strictEqual(body.discount, '1440833');
    assert.deepEqual(body.parts, [
      { amount: '33333333', discount: '480278', proceeds: '32853055' },
      { amount: '33333333', discount: '480277', proceeds: '32853056' },
      { amount: '33333334', discount: '480278', proceeds: '32853056' },
    ]);
  });

  it('the due date follows the calendar of the ledger', async () => {
    const declared = await ledger
      .as('deeptier.checker')
      .post('/v1/calendar-days', { kind: 'holiday', dates: ['2026-10-01', '2026-10-02', '2026-10-05'] });
    assert.strictEqual(declared.status, 200);
    const { body } = await calculate({ maturity: '2026-10-01' });
    assert.deepEqual([body.dueDate, body.days], ['2026-10-06', 188]);
  });

  it('every refusal names its rule and its numbers', async () => {
    const late = { code: 'DISCOUNT_NOT_BEFORE_DUE_DATE', rule: 'FIN-1' };
    assert.deepEqual(await refusal({ from: '2026-09-14' }), {
      ...late,
      values: { from: '2026-09-14', dueDate: '2026-09-14' },
    });
    assert.deepEqual(await refusal({ from: '2027-01-01' }), {
      ...late,
      values: { from: '2027-01-01', dueDate: '2026-09-14' },
    });
    assert.deepEqual(await refusal({ rate: '1000000.001' }), {
      code: 'RATE_OUT_OF_BOUNDS',
      rule: 'FIN-2',
      values: { rate: '1000000.001', maximum: '1000000' },
    });
    assert.deepEqual(await refusal({ maturity: '2027-09-13', rate: '1000000' }), {
      code: 'DISCOUNT_ABOVE_FACE',
      rule: 'FIN-3',
      values: { discount: '18175582', face: '12345678' },
    });
    assert.deepEqual(await refusal({ parts: ['12345677'] }), {
      code: 'PARTS_DIFFER_FROM_WHOLE',
      rule: 'FIN-4',
      values: { sum: '12345677', amount: '12345678' },
    });
    assert.deepEqual(await refusal({ fees: { flat: '12183436' } }), {
      code: 'FEES_ABOVE_PROCEEDS',
      rule: 'FIN-5',
      values: { fees: '12183436', proceeds: '12183435' },
    });
  });

  it('the last day before the due date still counts, and receiving nothing has no yearly cost', async () => {
    assert.strictEqual((await calculate({ from: '2026-09-13' })).body.days, 1);
    const { status, body } = await calculate({ fees: { flat: '12183435' } });
    assert.deepEqual([status, body.received, body.allInAnnualCost], [200, '0', null]);
  });

  it('what is no amount, date, rate or convention is not calculated with', async () => {
    const malformed = [
      { amount: 12345678 },
      { amount: '0' },
      { amount: '-1' },
      { currency: 'RMB' },
      { from: '2026-02-30' },
      { maturity: '9999-12-01' },
      { rate: '-1' },
      { rate: '2.85%' },
      { rate: 28500 },
      { dayCount: 'ACT/364' },
      { dayCount: undefined },
      { method: 'compound' },
      { parts: [] },
      { parts: ['0', '12345678'] },
      { fees: { flat: '-1' } },
      { more: true },
    ];
    for (const changes of malformed) {
      const { status, body } = await calculate(changes);
      assert.strictEqual(status, 422, `${JSON.stringify(changes)}: ${JSON.stringify(body)}`);
      assert.isOk(body.errors.length > 0, JSON.stringify(changes));
    }
  });

  it('the far end of the calendar and of the amounts is calculated too', async () => {
    const { status, body } = await calculate({
      amount: '18446744073709551615',
      maturity: '9999-11-30',
      method: 'simple-yield',
      dayCount: 'ACT/ACT ISDA',
    });
    assert.strictEqual(status, 200, JSON.stringify(body));
    assert.strictEqual(body.dueDate, '9999-11-30');
    assert.strictEqual(BigInt(body.discount) + BigInt(body.proceeds), 18_446_744_073_709_551_615n);
  });

  it('suppliers, financiers and obligors calculate, whoever they send; nobody else does', async () => {
    for (const party of ['minghua', 'harbour', 'hengtai']) {
      for (const role of USER_ROLES)
        assert.strictEqual((await calculate({}, `${party}.${role}`)).status, 200, `${party}.${role}`);
    }
    for (const party of ['deeptier', 'guangdong', 'zhengxin', 'pearl']) {
      const { status, body } = await calculate({}, `${party}.maker`);
      assert.deepEqual([status, body.code], [403, 'ACCESS_DENIED'], party);
    }
    assert.strictEqual((await calculate({}, 'nobody')).status, 401);
  });

  it('nothing is stored: no key is asked for, and no operation is left behind', async () => {
    const before = await ledger.db.selectFrom('operations').select('id').execute();
    assert.strictEqual((await calculate()).headers.get('idempotency-replayed'), null);
    const after = await ledger.db.selectFrom('operations').select('id').execute();
    assert.strictEqual(after.length, before.length);
  });
});
