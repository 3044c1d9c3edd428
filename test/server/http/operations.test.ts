// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { httpRefusals } from '../../../server/http/refusals.ts';
import { assertProblem } from './problems.ts';
import { ask, count, type Gateway, openTestbed, type Testbed } from './testbed.ts';

describe('writes', () => {
  let bed: Testbed;
  let gateway: Gateway;
  let token: string;
  let colleague: string;
  let stranger: string;
  let number = 0;

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    token = await gateway.token(await bed.user(1, 'maker.one', ['maker']));
    colleague = await gateway.token(await bed.user(1, 'viewer.one', ['viewer']));
    stranger = await gateway.token(await bed.user(2, 'maker.two', ['maker']));
  });
  after(() => bed.close());
  beforeEach(() => {
    Object.assign(bed.probe, { prepared: 0, acted: 0, responded: 0, fail: 'nothing', refuse: undefined, prepareMs: 0 });
    bed.ledger.automatic = true;
    bed.ledger.simulated = 0;
  });

  const newKey = (): string => `writes-${(number += 1)}`;
  const pour = (key: string, jar = '31', amount = '5', more: { token?: string; prefer?: string; at?: Gateway } = {}) =>
    ask(more.at ?? gateway, 'POST', `/v1/jars/${jar}/pourings`, {
      token: more.token ?? token,
      json: { amount, currency: 'CNY' },
      headers: { 'idempotency-key': key, ...(more.prefer !== undefined && { prefer: more.prefer }) },
    });
  const write = (key: string, label: string) =>
    ask(gateway, 'POST', '/v1/labels', { token, json: { label }, headers: { 'idempotency-key': key } });

  it('a command answers once its outcome can be read, as of its block', async () => {
    const answer = await pour(newKey(), '21', '70');
    assert.strictEqual(answer.status, 201, answer.text);
    const block = answer.headers.get('deeptier-block');
    assert.deepEqual(answer.body, { jar: '21', content: '70', asOf: block });
    assert.strictEqual(answer.headers.get('location'), '/v1/jars/21');
    assert.strictEqual(answer.headers.get('idempotency-replayed'), null);
    assert.strictEqual(bed.ledger.simulated, 1);
  });

  it('a write without a usable key is refused', async () => {
    const json = { amount: '5', currency: 'CNY' };
    assertProblem(await ask(gateway, 'POST', '/v1/jars/3/pourings', { token, json }), 'IDEMPOTENCY_KEY_MISSING', 400);
    assertProblem(
      await ask(gateway, 'POST', '/v1/labels', { token, json: { label: 'a' } }),
      'IDEMPOTENCY_KEY_MISSING',
      400,
    );
    for (const key of ['k'.repeat(256), 'Schlüssel']) {
      assertProblem(
        await ask(gateway, 'POST', '/v1/jars/3/pourings', { token, json, headers: { 'idempotency-key': key } }),
        'IDEMPOTENCY_KEY_MALFORMED',
        400,
      );
    }
    assert.strictEqual((await pour('k'.repeat(255))).status, 201);
  });

  it('the same key and body gives the same answer, byte for byte, and says so', async () => {
    const key = newKey();
    const first = await pour(key);
    // The order of properties and blanks do not make another body.
    const again = await ask(gateway, 'POST', '/v1/jars/31/pourings', {
      token,
      body: '{ "currency": "CNY",\n "amount": "5" }',
      headers: { 'idempotency-key': key, 'content-type': 'application/json' },
    });
    assert.deepEqual([again.status, again.text], [first.status, first.text]);
    assert.strictEqual(again.headers.get('idempotency-replayed'), 'true');
    for (const name of ['location', 'deeptier-block', 'deeptier-operation'])
      assert.strictEqual(again.headers.get(name), first.headers.get(name));
    assert.strictEqual(bed.probe.prepared, 1);
  });

  it('the same key with another body, or for another thing, is refused', async () => {
    const key = newKey();
    await pour(key, '31', '5');
    const { values } = assertProblem(await pour(key, '31', '6'), 'IDEMPOTENCY_KEY_REUSED', 409);
    assert.deepEqual(values, { method: 'POST', route: '/v1/jars/{id}/pourings' });
    assertProblem(await pour(key, '32', '5'), 'IDEMPOTENCY_KEY_REUSED', 409);
  });

  it('a key belongs to its party and route', async () => {
    const key = newKey();
    await pour(key, '31', '5');
    const other = await pour(key, '31', '6', { token: stranger });
    assert.deepEqual([other.status, other.headers.get('idempotency-replayed')], [201, null]);
    assert.strictEqual((await write(key, 'Plums')).status, 201);
  });

  it('twenty requests with one key at once run once and answer alike', async () => {
    const key = newKey();
    bed.probe.prepareMs = 100;
    const before = await count(bed.db, 'test_orders');
    const answers = await Promise.all(Array.from({ length: 20 }, () => pour(key, '41', '8')));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201]);
    assert.strictEqual(new Set(answers.map((answer) => answer.text)).size, 1);
    assert.strictEqual(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true').length, 19);
    assert.strictEqual(bed.probe.prepared, 1);
    assert.strictEqual((await count(bed.db, 'test_orders')) - before, 1);
  });

  it('one key at two gateways over one database runs once too', async () => {
    const second = await bed.open();
    const before = await count(bed.db, 'test_orders');
    for (let round = 0; round < 5; round += 1) {
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) => pour(key, '42', '8', { at: n % 2 ? gateway : second })),
      );
      assert.strictEqual(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size, 1);
    }
    assert.strictEqual((await count(bed.db, 'test_orders')) - before, 5);
  });

  it('twenty acts with one key at once run once', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => write(key, 'Pears')));
    assert.deepEqual(
      [...new Set(answers.map((answer) => `${answer.status} ${answer.text}`))],
      ['201 {"label":"Pears","number":1}'],
    );
    assert.strictEqual(bed.probe.acted, 1);
    assert.strictEqual(answers[0]?.headers.get('location'), '/v1/labels/1');
  });

  it('forty acts with keys of their own at once do not starve one another of connections', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => write(newKey(), 'Figs')));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201]);
  });

  it('a command that takes longer than its caller waits answers with its operation, which tells the rest later', async () => {
    bed.ledger.automatic = false;
    const key = newKey();
    const waiting = await pour(key, '51', '9', { prefer: 'wait=0' });
    assert.strictEqual(waiting.status, 202);
    assert.strictEqual(waiting.headers.get('retry-after'), '1');
    assert.strictEqual(waiting.headers.get('preference-applied'), 'wait=0');
    const address = waiting.headers.get('location') ?? '';
    assert.strictEqual(address, `/v1/operations/${waiting.headers.get('deeptier-operation')}`);

    const open = await ask(gateway, 'GET', address, { token: colleague });
    assert.strictEqual(open.body['state'], 'open');
    assertProblem(await ask(gateway, 'GET', address, { token: stranger }), 'OPERATION_UNKNOWN', 404);
    assert.strictEqual((await pour(key, '51', '9', { prefer: 'respond-async' })).status, 202);

    await bed.ledger.run();
    const done = await ask(gateway, 'GET', address, { token: colleague });
    const { state, status, location, response, problem } = done.body;
    assert.deepEqual(
      { state, status, location, response, problem },
      {
        state: 'done',
        status: 201,
        location: '/v1/jars/51',
        response: { jar: '51', content: '9', asOf: done.body['block'] },
        problem: null,
      },
    );
    const replayed = await pour(key, '51', '9');
    assert.deepEqual([replayed.status, replayed.headers.get('idempotency-replayed')], [201, 'true']);
    assert.deepEqual(replayed.body, response);
  });

  it('a waiting request answers as soon as there is an outcome', async () => {
    bed.ledger.automatic = false;
    const waiting = pour(newKey(), '52', '9', { prefer: 'wait=20' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const settled = performance.now();
    await bed.ledger.run();
    assert.strictEqual((await waiting).status, 201);
    assert.isOk(performance.now() - settled < 2_000);
  });

  it('all who wait for one refusal are given the same one', async () => {
    bed.ledger.automatic = false;
    const key = newKey();
    const waiting = Array.from({ length: 6 }, () => pour(key, '53', '13', { prefer: 'wait=20' }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await bed.ledger.run();
    const answers = await Promise.all(waiting);
    for (const answer of answers) assertProblem(answer, 'JAR_SEALED', 409);
    assert.strictEqual(new Set(answers.map((answer) => answer.text)).size, 1);
  });

  it('after a crash between outbox and answer, the key gives the answer, made from the outcome', async () => {
    bed.ledger.automatic = false;
    const doomed = await bed.open();
    const key = newKey();
    assert.strictEqual((await pour(key, '61', '4', { at: doomed, prefer: 'wait=0' })).status, 202);
    await doomed.close();
    await bed.ledger.run();

    const risen = await bed.open();
    bed.probe.prepared = 0;
    const answer = await pour(key, '61', '4', { at: risen });
    assert.deepEqual([answer.status, answer.headers.get('idempotency-replayed')], [201, 'true']);
    assert.deepEqual(answer.body, { jar: '61', content: '4', asOf: answer.headers.get('deeptier-block') });
    assert.strictEqual(bed.probe.prepared, 0);
  });

  it('an answer that could not be made is no answer: the operation stays open until it can', async () => {
    const key = newKey();
    bed.probe.fail = 'respond';
    assertProblem(await pour(key, '62', '4'), 'INTERNAL', 500);
    bed.probe.fail = 'nothing';
    const answer = await pour(key, '62', '4');
    assert.deepEqual([answer.status, answer.headers.get('idempotency-replayed')], [201, 'true']);
    assert.strictEqual(bed.probe.prepared, 1);
  });

  it('a fault of ours before the order is written leaves no trace, and the key still works', async () => {
    for (const [fail, send] of [
      ['prepare', (key: string) => pour(key, '63', '4')],
      ['act', (key: string) => write(key, 'Quinces')],
    ] as const) {
      const key = newKey();
      const before = [await count(bed.db, 'operations'), await count(bed.db, 'test_jars')];
      bed.probe.fail = fail;
      assertProblem(await send(key), 'INTERNAL', 500);
      assert.deepEqual([await count(bed.db, 'operations'), await count(bed.db, 'test_jars')], before);
      bed.probe.fail = 'nothing';
      const answer = await send(key);
      assert.deepEqual([answer.status, answer.headers.get('idempotency-replayed')], [201, null]);
    }
  });

  it('a refusal that may be gone by itself is not stored', async () => {
    for (const [refusal, status] of [
      [httpRefusals.NOT_READY, 503],
      [httpRefusals.RATE_LIMITED, 429],
    ] as const) {
      const key = newKey();
      bed.probe.refuse = refusal;
      assert.strictEqual((await pour(key, '64', '4')).status, status);
      bed.probe.refuse = undefined;
      const answer = await pour(key, '64', '4');
      assert.deepEqual([answer.status, answer.headers.get('idempotency-replayed')], [201, null]);
    }
  });

  it('a refusal in preparing, in simulating or by the ledger is stored and replayed', async () => {
    const cases = [
      ['404', '5', 'JAR_UNKNOWN', 404],
      ['70', '999', 'JAR_FULL', 422],
      ['70', '13', 'JAR_SEALED', 409],
    ] as const;
    for (const [jar, amount, code, status] of cases) {
      const key = newKey();
      const first = await pour(key, jar, amount);
      assertProblem(first, code, status);
      const again = await pour(key, jar, amount);
      assertProblem(again, code, status);
      assert.deepEqual([again.text, again.headers.get('idempotency-replayed')], [first.text, 'true']);
      const operation = await ask(gateway, 'GET', `/v1/operations/${first.headers.get('deeptier-operation')}`, {
        token,
      });
      assert.strictEqual(operation.body['state'], 'refused');
      assert.deepEqual(operation.body['problem'], first.body);
    }
  });

  it('a command that needs nothing of the ledger is done at once, on record once, and refused as a whole', async () => {
    const [orders, jars] = [await count(bed.db, 'test_orders'), await count(bed.db, 'test_jars')];
    const refused = await pour(newKey(), '500', '999');
    assertProblem(refused, 'JAR_FULL', 422);
    assert.strictEqual(await count(bed.db, 'test_jars'), jars, 'what it had written is gone');
    const key = newKey();
    const first = await pour(key, '500', '8');
    assert.deepEqual([first.status, first.body['content'], first.headers.get('location')], [201, '8', '/v1/jars/500']);
    const again = await pour(key, '500', '8');
    assert.deepEqual([again.text, again.headers.get('idempotency-replayed')], [first.text, 'true']);
    const operation = await ask(gateway, 'GET', `/v1/operations/${first.headers.get('deeptier-operation')}`, { token });
    assert.deepEqual([operation.body['state'], operation.body['block']], ['done', null]);
    assert.deepEqual([await count(bed.db, 'test_orders'), await count(bed.db, 'test_jars')], [orders, jars + 1]);
  });

  it('a refused act leaves nothing behind but its refusal', async () => {
    const key = newKey();
    const before = await count(bed.db, 'test_jars');
    const first = await write(key, 'full');
    assertProblem(first, 'JAR_FULL', 422);
    assert.strictEqual(await count(bed.db, 'test_jars'), before);
    const again = await write(key, 'full');
    assert.deepEqual([again.text, again.headers.get('idempotency-replayed')], [first.text, 'true']);
    assert.strictEqual(bed.probe.acted, 1);
  });

  it('an input that is refused outright does not use the key up', async () => {
    const key = newKey();
    assertProblem(await pour(key, '71', '0'), 'INPUT_INVALID', 422);
    assert.strictEqual((await pour(key, '71', '1')).status, 201);
  });

  it('what is kept to compare bodies tells nothing about them to who can read the database', async () => {
    const key = newKey();
    await write(key, 'Medlars');
    const { body_hash } = await bed.db
      .selectFrom('operations')
      .select('body_hash')
      .where('idem_key', '=', key)
      .executeTakeFirstOrThrow();
    const other = await bed.open({ secret: new Uint8Array(32).fill(9) });
    assertProblem(
      await ask(other, 'POST', '/v1/labels', {
        token,
        json: { label: 'Medlars' },
        headers: { 'idempotency-key': key },
      }),
      'IDEMPOTENCY_KEY_REUSED',
      409,
    );
    assert.match(body_hash, /^[0-9a-f]{64}$/);
  });
});
