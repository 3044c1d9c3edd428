import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { MAX_AMOUNT } from '../../../server/values/amounts.ts';
import { defineRefusals } from '../../../server/values/errors.ts';
import { catalogueOf } from '../../../server/http/catalogue.ts';
import { openApiOf } from '../../../server/http/openapi.ts';
import { platformRefusals, platformRules } from '../../../server/http/refusals.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../../../server/http/route.ts';
import { amount, amountOrZero, currency, ledgerDateText, line, signedAmount } from '../../../server/values/schemas.ts';

const response = z.strictObject({});
const described = {
  path: '/v1/things',
  capability: 'things',
  summary: 'Things',
  response,
  refusals: [],
  handle: async () => ({}),
} as const;
const everybody = { partyRoles: 'any', userRoles: ['viewer'] } as const;

describe('declaring a route', () => {
  test('is impossible without saying who may call it', () => {
    // @ts-expect-error access is missing
    assert.throws(() => readRoute({ ...described }), /does not say who may call/);
    // @ts-expect-error access is undefined
    assert.throws(() => readRoute({ ...described, access: undefined }), /does not say who may call/);
    // @ts-expect-error no such word
    assert.throws(() => readRoute({ ...described, access: 'everyone' }), /does not say who may call/);
    // @ts-expect-error the roles of users are missing
    assert.throws(() => readRoute({ ...described, access: { partyRoles: 'any' } }), /no known role of users/);
    assert.throws(
      () => readRoute({ ...described, access: { partyRoles: 'any', userRoles: [] } }),
      /no known role of users/,
    );
    assert.throws(
      () => readRoute({ ...described, access: { partyRoles: [], userRoles: ['viewer'] } }),
      /no role of parties/,
    );
    // @ts-expect-error no such role
    const unknownRole = () => readRoute({ ...described, access: { partyRoles: 'any', userRoles: ['root'] } });
    assert.throws(unknownRole, /no known role of users/);
    assert.equal(readRoute({ ...described, access: 'public' }).access, 'public');
  });

  test('of a command is impossible for everybody: somebody must sign', () => {
    const command = {
      method: 'post',
      path: '/v1/things',
      capability: 'things',
      summary: 'Order',
      status: 201,
      response,
      refusals: [],
      prepare: async () => ({ calls: [] }),
      respond: async () => ({ body: {} }),
    } as const;
    // @ts-expect-error a command is never public
    assert.throws(() => commandRoute({ ...command, access: 'public' }), /needs a party to sign/);
    assert.equal(commandRoute({ ...command, access: everybody }).kind, 'command');
  });

  test('ties path and parameters together', () => {
    assert.throws(() => readRoute({ ...described, path: '/v1/things/{id}', access: everybody }), /the path names "id"/);
    assert.throws(
      () => readRoute({ ...described, params: z.strictObject({ id: z.string() }), access: everybody }),
      /params describes "id"/,
    );
    assert.throws(() => readRoute({ ...described, path: '/v1/things/:id', access: everybody }), /malformed path/);
  });

  test('tells a public handler that there is no caller', () => {
    readRoute({
      ...described,
      access: 'public',
      // @ts-expect-error nobody is the caller of a public route
      handle: async (ctx) => ctx.caller && {},
    });
    readRoute({ ...described, access: everybody, handle: async (ctx) => ctx.caller && {} });
  });

  test('infers what a handler is given and must answer', () => {
    readRoute({
      ...described,
      path: '/v1/things/{id}',
      access: everybody,
      params: z.strictObject({ id: z.string() }),
      query: z.strictObject({ size: z.coerce.number() }),
      response: z.strictObject({ size: z.number() }),
      // @ts-expect-error the answer must have a size that is a number
      handle: async (_ctx, { params }) => ({ size: params.id }),
    });
    readRoute({
      ...described,
      access: everybody,
      response: z.strictObject({ size: z.number() }),
      query: z.strictObject({ size: z.coerce.number() }),
      handle: async (_ctx, { query }) => ({ size: query.size }),
    });
  });

  test('of a public act never asks for an idempotency key, and cannot', () => {
    const act = {
      method: 'post',
      path: '/v1/things',
      capability: 'things',
      summary: 'Act',
      status: 200,
      response,
      refusals: [],
      handle: async () => ({ body: {} }),
    } as const;
    assert.equal(offLedgerRoute({ ...act, access: 'public' }).idempotency, 'none');
    assert.equal(offLedgerRoute({ ...act, access: everybody }).idempotency, 'required');
    assert.throws(() => offLedgerRoute({ ...act, access: 'public', idempotency: 'required' }), /no party to keep/);
  });
});

describe('a set of routes', () => {
  const documentOf = (route: Route) => openApiOf([route], catalogueOf([route], [], {}), '1');

  test('is refused if a body leaves open which properties it has, however deep', () => {
    const withBody = (body: z.ZodType): Route =>
      offLedgerRoute({
        method: 'post',
        path: '/v1/things',
        capability: 'things',
        summary: 'Act',
        access: everybody,
        body,
        status: 200,
        response,
        refusals: [],
        handle: async () => ({ body: {} }),
      });
    const open = z.object({ a: z.string() });
    for (const body of [
      open,
      z.strictObject({ list: z.array(open) }),
      z.strictObject({ one: z.union([z.strictObject({ b: z.string() }), open]) }),
      z.strictObject({ named: open.meta({ id: 'OpenThing' }) }),
      z.looseObject({ a: z.string() }),
    ]) {
      assert.throws(() => documentOf(withBody(body)), /is not strict \(a\)/);
    }
    assert.ok(
      documentOf(
        withBody(
          z.strictObject({ list: z.array(z.strictObject({ a: z.string() })), map: z.record(z.string(), z.string()) }),
        ),
      ),
    );
  });

  test('is refused if one code has two meanings', () => {
    const [one, two] = ['One.', 'Two.'].map(
      (sentence) => defineRefusals({ SAME: { rule: 'S-1', status: 409, sentence } }).SAME,
    );
    assert.ok(one && two);
    const route = readRoute({ ...described, access: everybody, refusals: [one] });
    assert.throws(() => catalogueOf([route], [two], {}), /SAME is declared twice/);
    assert.equal(
      catalogueOf([route], [{ ...one }], {}).refusals.filter((refusal) => refusal.code === 'SAME').length,
      1,
    );
  });
});

test('every refusal of the platform has a code of its own, a rule with a text, and a sentence', () => {
  assert.equal(new Set(platformRefusals.map((refusal) => refusal.code)).size, platformRefusals.length);
  for (const { code, rule, sentence } of platformRefusals) {
    assert.match(code, /^[A-Z]+(_[A-Z]+)*$/);
    assert.ok((platformRules[rule] ?? '').length > 20, `${code}: ${rule}`);
    assert.match(sentence, /\.$/, code);
  }
});

describe('amounts in JSON', () => {
  test('are decimal strings from 1 to 2^64 - 1 and nothing else', () => {
    const edges = [1n, 9n, 10n, MAX_AMOUNT - 1n, MAX_AMOUNT, 10n ** 19n, 10n ** 19n - 1n];
    for (const edge of edges) assert.ok(amount.safeParse(String(edge)).success, String(edge));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 66n }), (n) => {
        assert.equal(amount.safeParse(String(n)).success, n >= 1n && n <= MAX_AMOUNT);
        assert.equal(amountOrZero.safeParse(String(n)).success, n <= MAX_AMOUNT);
        assert.equal(signedAmount.safeParse(String(-n)).success, n <= MAX_AMOUNT);
        assert.ok(
          !amount.safeParse(`0${n}`).success &&
            !amount.safeParse(`-${n}`).success &&
            !amount.safeParse(`${n}.0`).success &&
            !amount.safeParse(`${n}\n`).success,
        );
      }),
    );
    for (const bad of [5, 5n, '-0', '', ' 5', '٥', '５', null]) {
      assert.ok(!amount.safeParse(bad).success && !signedAmount.safeParse(bad).success, String(bad));
    }
  });

  test('stand beside an ISO currency and a date that exists', () => {
    assert.ok(
      currency.safeParse('CNY').success && !currency.safeParse('cny').success && !currency.safeParse('XAU').success,
    );
    assert.ok(ledgerDateText.safeParse('2028-02-29').success && !ledgerDateText.safeParse('2027-02-29').success);
  });

  test('and text is one line without control characters', () => {
    const name = line(10, 'A name.');
    for (const good of ['a', '深圳 供应链', 'a b']) assert.ok(name.safeParse(good).success, good);
    for (const bad of ['', ' a', 'a ', 'a\nb', 'a\u0000', '12345678901'])
      assert.ok(!name.safeParse(bad).success, JSON.stringify(bad));
  });
});
