// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { marketRoutes } from '../../../server/discounting/routes.ts';
import { nameOf, type Route } from '../../../server/http/route.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';

const MEMBERS = {
  operator: 'deeptier',
  regulator: 'guangdong',
  auditor: 'zhengxin',
  obligor: 'hengtai',
  supplier: 'minghua',
  financier: 'harbour',
  bank: 'pearl',
} as const;
type Member = keyof typeof MEMBERS;
const USERS = ['admin', 'maker', 'checker', 'viewer'] as const;

const ALL_BUT_OPERATOR: readonly Member[] = ['regulator', 'auditor', 'obligor', 'supplier', 'financier', 'bank'];
const HOLDERS: readonly Member[] = ['obligor', 'supplier', 'financier'];
const WATCHING: readonly Member[] = ['regulator', 'auditor', ...HOLDERS];

/** Who is let in: financiers quote, holders sell, the operator sees nothing of either. */
const LET_IN: Readonly<Record<string, readonly [members: readonly Member[], users: readonly string[]]>> = {
  'GET /v1/quotes': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/quotes/{id}': [ALL_BUT_OPERATOR, USERS],
  'POST /v1/quotes': [['financier'], ['maker']],
  'PUT /v1/quotes/{id}': [['financier'], ['maker']],
  'DELETE /v1/quotes/{id}': [['financier'], ['maker']],
  'POST /v1/quote-requests': [HOLDERS, ['maker']],
  'GET /v1/quote-requests': [WATCHING, USERS],
  'GET /v1/quote-requests/{id}': [WATCHING, USERS],
  'POST /v1/quote-requests/{id}/answers': [['financier'], ['maker']],
  'POST /v1/quote-requests/{id}/declines': [['financier'], ['maker']],
  'POST /v1/quote-requests/{id}/acceptance': [HOLDERS, ['maker']],
  'DELETE /v1/quote-requests/{id}': [HOLDERS, ['maker']],
  'POST /v1/quote-comparisons': [HOLDERS, USERS],
  'POST /v1/sales': [HOLDERS, ['maker']],
  'GET /v1/sales': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/sales/{id}': [ALL_BUT_OPERATOR, USERS],
};

describe('who may quote, ask and sell', () => {
  let ledger: TestLedger;
  let routes: readonly Route[];

  before(async () => {
    ledger = await openTestLedger();
    routes = marketRoutes({ signer: ledger.gateway.keystore, contracts: ledger.contracts });
  });
  after(() => ledger.stop());

  it('is said of every route', () => {
    assert.deepEqual(routes.map(nameOf).sort(), Object.keys(LET_IN).sort());
  });

  for (const name of Object.keys(LET_IN)) {
    it(name, async () => {
      const route = routes.find((one) => nameOf(one) === name);
      assert.isOk(route);
      const [members, users] = LET_IN[name] ?? [[], []];
      assert.strictEqual((await send(route, 'nobody')).status, 401);
      for (const [member, party] of Object.entries(MEMBERS)) {
        for (const user of USERS) {
          const { status, body } = await send(route, `${party}.${user}`);
          const isLetIn = members.includes(member as Member) && users.includes(user);
          assert.strictEqual(body.code !== 'ACCESS_DENIED', isLetIn, `${party}.${user}: ${status} ${body.code}`);
          assert.isOk(status < 500, `${party}.${user}: ${status} ${body.code}`);
        }
      }
    });
  }

  /** Something about nothing: whoever is let in is refused for that. */
  function send(route: Route, username: string) {
    const id = route.path.startsWith('/v1/quotes')
      ? `0x${'00'.repeat(32)}`
      : route.path.startsWith('/v1/sales')
        ? '77'
        : '3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90';
    const path = route.path.replace('{id}', id);
    const client = ledger.as(username);
    if (route.method === 'get') return client.get(path);
    return route.method === 'delete'
      ? client.delete(path)
      : route.method === 'put'
        ? client.put(path, {})
        : client.post(path, {});
  }
});
