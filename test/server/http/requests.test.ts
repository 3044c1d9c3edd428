// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { DeeptierError, defineRefusals } from '../../../server/values/errors.ts';
import { assertProblem } from './problems.ts';
import { ask, type Gateway, openTestbed, type Testbed } from './testbed.ts';

describe('requests', () => {
  let bed: Testbed;
  let gateway: Gateway;
  let token: string;
  let keyNumber = 0;
  const key = (): Record<string, string> => ({ 'idempotency-key': `requests-${(keyNumber += 1)}` });
  const label = (options: Parameters<typeof ask>[3]) =>
    ask(gateway, 'POST', '/v1/labels', { token, ...options, headers: { ...key(), ...options?.headers } });

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    token = await gateway.token(await bed.user(1, 'maker.one', ['maker']));
  });
  after(() => bed.close());

  it('an address that does not exist is a problem, also where the path cannot be decoded', async () => {
    for (const address of ['/', '/v1', '/v1/nothing', '/v1/jars/', '/V1/jars', '/v1/jars/%E0%A4%A', '/v1/jars/3/x']) {
      assertProblem(await ask(gateway, 'GET', address), 'ROUTE_UNKNOWN', 404);
    }
  });

  it('a method an address does not answer is a problem that names those it does', async () => {
    const answer = await ask(gateway, 'DELETE', '/v1/jars/3', { token });
    const { values } = assertProblem(answer, 'METHOD_NOT_ALLOWED', 405);
    assert.strictEqual(answer.headers.get('allow'), 'GET, HEAD, OPTIONS');
    assert.deepEqual(values, { allowed: 'GET, HEAD, OPTIONS' });
    assertProblem(await ask(gateway, 'POST', '/docs'), 'METHOD_NOT_ALLOWED', 405);
    assert.strictEqual((await ask(gateway, 'OPTIONS', '/v1/labels')).headers.get('allow'), 'OPTIONS, POST');
  });

  it('malformed, empty, badly encoded and deeply nested JSON is refused before it is looked at', async () => {
    const json = { 'content-type': 'application/json' };
    for (const body of ['{"label": ', '', '   ', 'undefined', '{"label":"a"} x', '[1,]']) {
      assertProblem(await label({ body, headers: json }), 'BODY_MALFORMED', 400);
    }
    assertProblem(
      await label({ body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: json }),
      'BODY_MALFORMED',
      400,
    );
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const { detail } = assertProblem(await label({ body: deep, headers: json }), 'BODY_MALFORMED', 400);
    assert.match(detail, /32 levels/);
    const flat = `{"label":"${'['.repeat(100)}"}`;
    assertProblem(await label({ body: flat, headers: json }), 'INPUT_INVALID', 422);
  });

  it('a body above the limit of its route is refused, whether its length is announced or not', async () => {
    const big = JSON.stringify({ label: 'x'.repeat(1_100_000) });
    const { values } = assertProblem(
      await label({ body: big, headers: { 'content-type': 'application/json' } }),
      'BODY_TOO_LARGE',
      413,
    );
    assert.deepEqual(values, { maximum: 1_048_576 });
    const chunked = await fetch(`${gateway.url}/v1/papers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml', ...key() },
      body: new Blob([`<a>${'x'.repeat(5_000)}</a>`]).stream(),
      duplex: 'half',
    });
    assert.strictEqual(chunked.status, 413);
    assert.strictEqual(((await chunked.json()) as { code: string }).code, 'BODY_TOO_LARGE');
  });

  it('a body of another type, in another charset or compressed is refused', async () => {
    const body = '{"label":"a"}';
    for (const type of [
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'application/x-www-form-urlencoded',
    ]) {
      assertProblem(await label({ body, headers: { 'content-type': type } }), 'MEDIA_TYPE_UNSUPPORTED', 415);
    }
    assertProblem(
      await label({
        body: new Uint8Array(gzipSync(body)),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      }),
      'MEDIA_TYPE_UNSUPPORTED',
      415,
    );
    assert.strictEqual(
      (await label({ body, headers: { 'content-type': 'Application/JSON; charset=UTF-8' } })).status,
      201,
    );
  });

  it('XML bodies reach their route as the bytes they are', async () => {
    const xml = '<?xml version="1.0" encoding="GB18030"?><a/>';
    const answer = await ask(gateway, 'POST', '/v1/papers', {
      token,
      body: xml,
      headers: { ...key(), 'content-type': 'text/xml; charset=gb18030' },
    });
    assert.deepEqual(answer.body, { bytes: xml.length });
    assertProblem(
      await ask(gateway, 'POST', '/v1/papers', { token, json: {}, headers: key() }),
      'MEDIA_TYPE_UNSUPPORTED',
      415,
    );
    assertProblem(
      await ask(gateway, 'POST', '/v1/papers', { token, body: '', headers: { ...key(), 'content-type': 'text/xml' } }),
      'BODY_MALFORMED',
      400,
    );
  });

  it('what a route does not describe is refused, with a pointer to each fault and none of what was sent', async () => {
    const json = {
      label: ' blank',
      due: '2026-02-30',
      nested: { deep: ['a', 5], 'a/b~c': 'private' },
      extra: 'private',
      __proto: 1,
    };
    const answer = await label({ json });
    const { errors } = assertProblem(answer, 'INPUT_INVALID', 422);
    const pointers = (errors ?? []).map((fault) => fault.pointer);
    assert.deepEqual(pointers.sort(), [
      '#/__proto',
      '#/due',
      '#/extra',
      '#/label',
      '#/nested/a~1b~0c',
      '#/nested/deep/1',
    ]);
    assert.notMatch(answer.text, /private| blank"|2026-02-30/);
    const polluting = await label({
      body: '{"label":"a","__proto__":{"x":1}}',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual(
      assertProblem(polluting, 'INPUT_INVALID', 422).errors?.map((fault) => fault.pointer),
      ['#/__proto__'],
    );
  });

  it('parameters and queries are checked like bodies', async () => {
    for (const address of [
      '/v1/jars/0',
      '/v1/jars/01',
      '/v1/jars/-1',
      '/v1/jars/1e3',
      '/v1/jars/18446744073709551616',
    ]) {
      assert.strictEqual(
        assertProblem(await ask(gateway, 'GET', address, { token }), 'INPUT_INVALID', 422).errors?.[0]?.in,
        'path',
      );
    }
    assertProblem(await ask(gateway, 'GET', '/v1/jars/9223372036854775807', { token }), 'JAR_UNKNOWN', 404);
    for (const query of [
      '?limit=0',
      '?limit=501',
      '?limit=x',
      '?unknown=1',
      '?label=a&label=b',
      '?asOfBlock=latest',
      '?cursor=x',
    ]) {
      assert.strictEqual(
        assertProblem(await ask(gateway, 'GET', `/v1/jars${query}`, { token }), 'INPUT_INVALID', 422).errors?.[0]?.in,
        'query',
      );
    }
    assertProblem(
      await ask(gateway, 'POST', '/v1/labels?dryRun=1', { token, json: { label: 'a' }, headers: key() }),
      'INPUT_INVALID',
      422,
    );
  });

  it('a fault of ours is told without its words', async () => {
    const answer = await ask(gateway, 'GET', '/v1/faults');
    assertProblem(answer, 'INTERNAL', 500);
    assert.notMatch(answer.text, /postgres|Error|stack|secret/);
  });

  it('a refusal of a capability carries its code, rule and values', async () => {
    const answer = await ask(gateway, 'GET', '/v1/jars/77', { token });
    const body = assertProblem(answer, 'JAR_UNKNOWN', 404);
    assert.deepEqual(
      [body.rule, body.values, body.detail, body.title],
      ['JAR-1', { jar: '77' }, 'There is no jar 77.', 'Jar unknown'],
    );
  });

  it('an answer holds what its schema describes and nothing else', async () => {
    const answer = await ask(gateway, 'GET', '/v1/jars/3', { token });
    assert.deepEqual(answer.body, { id: '3', label: 'jar 3', content: '300' });
    assert.strictEqual(answer.headers.get('deeptier-block'), '10');
  });

  it('a name in a path is not taken for a parameter, and a file is sent as it is', async () => {
    const answer = await ask(gateway, 'GET', '/v1/jars/recent');
    assert.deepEqual([answer.headers.get('content-type'), answer.text], ['text/csv', 'id\r\n1\r\n']);
  });

  it('every answer says that it is not to be stored, framed, sniffed or run', async () => {
    for (const address of ['/v1/jars/3', '/nowhere']) {
      const { headers } = await ask(gateway, 'GET', address, { token });
      assert.strictEqual(headers.get('cache-control'), 'no-store');
      assert.strictEqual(headers.get('x-content-type-options'), 'nosniff');
      assert.strictEqual(headers.get('x-frame-options'), 'DENY');
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none';.*frame-ancestors 'none'/);
      assert.strictEqual(headers.get('x-powered-by'), null);
      assert.strictEqual(headers.get('access-control-allow-origin'), null);
      assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    }
  });

  it('what is not HTTP is answered as a problem too', async () => {
    const socket = net.connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write('nonsense\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.match(text, /application\/problem\+json/);
    assert.match(text, /"code":"BODY_MALFORMED"/);
  });

  it('users have budgets of their own, and strangers share that of their address', async () => {
    const limited = await bed.open({ limits: { reads: 3, writes: 1, strangers: 2 } });
    const other = await limited.token(await bed.user(2, 'maker.two', ['maker']));
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await ask(limited, 'GET', '/v1/jars/3', { token })).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const refused = await ask(limited, 'GET', '/v1/jars/3', { token });
    assert.deepEqual(assertProblem(refused, 'RATE_LIMITED', 429).values, { limit: 3, seconds: 60 });
    assert.isOk(Number(refused.headers.get('retry-after')) > 0);
    assert.match(refused.headers.get('ratelimit') ?? '', /"reads"; r=0; t=\d+/);
    assert.strictEqual((await ask(limited, 'GET', '/v1/jars/3', { token: other })).status, 200);
    const strangers = [];
    for (const bad of [undefined, 'x.y.z', 'x.y.z'])
      strangers.push((await ask(limited, 'GET', '/v1/jars/3', { token: bad })).status);
    assert.deepEqual(strangers, [401, 401, 429]);
  });

  it('readiness tells each part, and commands wait for it while reads do not', async () => {
    let ready = false;
    const starting = await bed.open({
      readiness: async () => [
        { name: 'database', ready: true, detail: 'open' },
        { name: 'chain', ready, detail: ready ? 'at block 10' : 'replaying 3 of 10' },
      ],
    });
    const before = await ask(starting, 'GET', '/readyz');
    assert.strictEqual(before.status, 503);
    assert.deepEqual(before.body, {
      ready: false,
      parts: [
        { name: 'database', ready: true, detail: 'open' },
        { name: 'chain', ready: false, detail: 'replaying 3 of 10' },
      ],
    });
    assert.strictEqual((await ask(starting, 'GET', '/livez')).status, 200);
    const order = { token, json: { amount: '5', currency: 'CNY' }, headers: key() };
    const refused = await ask(starting, 'POST', '/v1/jars/50/pourings', order);
    assertProblem(refused, 'NOT_READY', 503);
    assert.strictEqual(refused.headers.get('retry-after'), '2');
    assert.strictEqual((await ask(starting, 'GET', '/v1/jars/3', { token })).status, 200);
    ready = true;
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.strictEqual((await ask(starting, 'GET', '/readyz')).status, 200);
    assert.strictEqual((await ask(starting, 'POST', '/v1/jars/50/pourings', order)).status, 201);
  });

  it('a readiness check that fails or hangs is not ready', async () => {
    const failing = await bed.open({ readiness: async () => Promise.reject(new Error('password=1')) });
    const answer = await ask(failing, 'GET', '/readyz');
    assert.strictEqual(answer.status, 503);
    assert.notMatch(answer.text, /password/);
  });

  it('measures are for this machine only, and count by route, not by address', async () => {
    await ask(gateway, 'GET', '/v1/jars/5', { token });
    const answer = await ask(gateway, 'GET', '/metrics');
    assert.match(
      answer.text,
      /deeptier_http_request_seconds_count\{method="GET",route="\/v1\/jars\/\{id\}",status="200"\} \d+/,
    );
    assert.match(answer.text, /deeptier_http_refusals_total\{code="JAR_UNKNOWN",route="\/v1\/jars\/\{id\}"\} \d+/);
    assert.notMatch(answer.text, /jars\/5/);
    assertProblem(
      await ask(gateway, 'GET', '/metrics', { headers: { 'x-forwarded-for': '10.0.0.1' } }),
      'ROUTE_UNKNOWN',
      404,
    );
  });

  it('a party that may not write can still read, and is told its own reason', async () => {
    const [refusal] = Object.values(
      defineRefusals({ PARTY_SHUT: { rule: 'PTY-1', status: 403, sentence: 'Closed since {date}.' } }),
    );
    const facts = bed.parties.get(1n);
    assert.isOk(facts && refusal);
    bed.parties.set(1n, { ...facts, writesRefused: new DeeptierError(refusal, { date: '2026-11-01' }) });
    try {
      assert.strictEqual((await ask(gateway, 'GET', '/v1/jars/3', { token })).status, 200);
      const { values } = assertProblem(await label({ json: { label: 'a' } }), 'PARTY_SHUT', 403);
      assert.deepEqual(values, { date: '2026-11-01' });
      assertProblem(
        await ask(gateway, 'POST', '/v1/jars/3/pourings', {
          token,
          json: { amount: '5', currency: 'CNY' },
          headers: key(),
        }),
        'PARTY_SHUT',
        403,
      );
    } finally {
      bed.parties.set(1n, facts);
    }
  });
});
