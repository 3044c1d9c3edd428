// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
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
  summary: 'Things',
  response,
  refusals: [],
  lookUp: null,
  handle: async () => ({}),
} as const;
const everybody = { partyRoles: 'any', userRoles: ['viewer'] } as const;

describe('declaring a route', () => {
  it('is impossible without saying who may call it', () => {
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
    assert.strictEqual(readRoute({ ...described, access: 'public' }).access, 'public');
  });

  it('of a read is impossible without saying what a look at it is recorded as', () => {
    const { lookUp: _left, ...undeclared } = described;
    assert.throws(
      () => readRoute({ ...undeclared, access: everybody }),
      /does not say what a look at it is recorded as/,
    );
    assert.deepEqual(readRoute({ ...described, access: everybody, lookUp: { list: 'things' } }).lookUp, {
      list: 'things',
    });
    assert.strictEqual(readRoute({ ...undeclared, access: 'public' }).lookUp, undefined);
  });

  it('of a command is impossible for everybody: somebody must sign', () => {
    const command = {
      method: 'post',
      path: '/v1/things',
      summary: 'Order',
      status: 201,
      response,
      refusals: [],
      prepare: async () => ({ calls: [] }),
      respond: async () => ({ body: {} }),
    } as const;
    // @ts-expect-error a command is never public
    assert.throws(() => commandRoute({ ...command, access: 'public' }), /needs a party to sign/);
    assert.strictEqual(commandRoute({ ...command, access: everybody }).kind, 'command');
  });

  it('ties path and parameters together', () => {
    assert.throws(() => readRoute({ ...described, path: '/v1/things/{id}', access: everybody }), /the path names "id"/);
    assert.throws(
      () => readRoute({ ...described, params: z.strictObject({ id: z.string() }), access: everybody }),
      /params describes "id"/,
    );
    assert.throws(() => readRoute({ ...described, path: '/v1/things/:id', access: everybody }), /malformed path/);
  });

  it('tells a public handler that there is no caller', () => {
    readRoute({
      ...described,
      access: 'public',
      // @ts-expect-error nobody is the caller of a public route
      handle: async (ctx) => ctx.caller && {},
    });
    readRoute({ ...described, access: everybody, handle: async (ctx) => ctx.caller && {} });
  });

  it('infers what a handler is given and must answer', () => {
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

  it('of a public act never asks for an idempotency key, and cannot', () => {
    const act = {
      method: 'post',
      path: '/v1/things',
      summary: 'Act',
      status: 200,
      response,
      refusals: [],
      handle: async () => ({ body: {} }),
    } as const;
    assert.strictEqual(offLedgerRoute({ ...act, access: 'public' }).idempotency, 'none');
    assert.strictEqual(offLedgerRoute({ ...act, access: everybody }).idempotency, 'required');
    assert.throws(() => offLedgerRoute({ ...act, access: 'public', idempotency: 'required' }), /no party to keep/);
  });
});

describe('a set of routes', () => {
  const documentOf = (route: Route) => openApiOf([route], catalogueOf([route], [], []), '1');

  it('is refused if a body leaves open which properties it has, however deep', () => {
    const withBody = (body: z.ZodType): Route =>
      offLedgerRoute({
        method: 'post',
        path: '/v1/things',
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
    assert.isOk(
      documentOf(
        withBody(
          z.strictObject({ list: z.array(z.strictObject({ a: z.string() })), map: z.record(z.string(), z.string()) }),
        ),
      ),
    );
  });

  it('is refused if one rule has two texts', () => {
    assert.throws(() => catalogueOf([], [], [{ 'S-1': 'One.' }, { 'S-1': 'Two.' }]), /S-1 is said twice/);
  });

  it('is refused if one code has two meanings', () => {
    const [one, two] = ['One.', 'Two.'].map(
      (sentence) => defineRefusals({ SAME: { rule: 'S-1', status: 409, sentence } }).SAME,
    );
    assert.isOk(one && two);
    const route = readRoute({ ...described, access: everybody, refusals: [one] });
    assert.throws(() => catalogueOf([route], [two], []), /SAME is declared twice/);
    assert.strictEqual(
      catalogueOf([route], [{ ...one }], []).refusals.filter((refusal) => refusal.code === 'SAME').length,
      1,
    );
  });
});

describe('a refusal of the platform', () => {
  it('has a code of its own, a rule with a text, and a sentence', () => {
    assert.strictEqual(new Set(platformRefusals.map((refusal) => refusal.code)).size, platformRefusals.length);
    for (const { code, rule, sentence } of platformRefusals) {
      assert.match(code, /^[A-Z]+(_[A-Z]+)*$/);
      assert.isOk((platformRules[rule] ?? '').length > 20, `${code}: ${rule}`);
      assert.match(sentence, /\.$/, code);
    }
  });
});

describe('amounts in JSON', () => {
  it('are decimal strings from 1 to 2^64 - 1 and nothing else', () => {
    const edges = [1n, 9n, 10n, MAX_AMOUNT - 1n, MAX_AMOUNT, 10n ** 19n, 10n ** 19n - 1n];
    for (const edge of edges) assert.isOk(amount.safeParse(String(edge)).success, String(edge));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 66n }), (n) => {
        assert.strictEqual(amount.safeParse(String(n)).success, n >= 1n && n <= MAX_AMOUNT);
        assert.strictEqual(amountOrZero.safeParse(String(n)).success, n <= MAX_AMOUNT);
        assert.strictEqual(signedAmount.safeParse(String(-n)).success, n <= MAX_AMOUNT);
        assert.isOk(
          !amount.safeParse(`0${n}`).success &&
            !amount.safeParse(`-${n}`).success &&
            !amount.safeParse(`${n}.0`).success &&
            !amount.safeParse(`${n}\n`).success,
        );
      }),
    );
    for (const bad of [5, 5n, '-0', '', ' 5', '٥', '５', null]) {
      assert.isOk(!amount.safeParse(bad).success && !signedAmount.safeParse(bad).success, String(bad));
    }
  });

  it('stand beside an ISO currency and a date that exists', () => {
    assert.isOk(
      currency.safeParse('CNY').success && !currency.safeParse('cny').success && !currency.safeParse('XAU').success,
    );
    assert.isOk(ledgerDateText.safeParse('2028-02-29').success && !ledgerDateText.safeParse('2027-02-29').success);
  });

  it('and text is one line without control characters', () => {
    const name = line(10, 'A name.');
    for (const good of ['a', '深圳 供应链', 'a b']) assert.isOk(name.safeParse(good).success, good);
    for (const bad of ['', ' a', 'a ', 'a\nb', 'a\u0000', '12345678901'])
      assert.isOk(!name.safeParse(bad).success, JSON.stringify(bad));
  });
});
