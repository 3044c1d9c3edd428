// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { nameOf, type Route } from '../../../server/http/route.ts';
import { settlementRoutes } from '../../../server/settlement/routes.ts';
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
const IN_BUSINESS: readonly Member[] = ['obligor', 'supplier', 'financier', 'bank'];

/** The parties and users that each route is open to; it refuses all others, whatever the request. */
const LET_IN: Readonly<Record<string, readonly [members: readonly Member[], users: readonly string[]]>> = {
  'GET /v1/cash': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/cash/{currency}/balance': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/cash/{currency}/statement': [ALL_BUT_OPERATOR, USERS],
  'POST /v1/cash/{currency}': [['bank'], ['checker']],
  'POST /v1/cash/{currency}/issues': [['bank'], ['maker']],
  'POST /v1/cash/{currency}/redemptions': [ALL_BUT_OPERATOR, ['maker']],
  'POST /v1/cash/{currency}/payments': [ALL_BUT_OPERATOR, ['maker']],
  'POST /v1/cash/{currency}/inheritances': [ALL_BUT_OPERATOR, ['maker']],
  'POST /v1/payables/{id}/payments': [IN_BUSINESS, ['checker']],
  'POST /v1/payables/{id}/payments/abandonment': [IN_BUSINESS, ['checker']],
  'POST /v1/payment-confirmations': [['bank'], ['checker']],
  'POST /v1/payment-confirmations/{reference}/return': [['bank'], ['checker']],
  'GET /v1/payables/{id}/payments': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/payments/received': [IN_BUSINESS, USERS],
  'GET /v1/payments/{id}': [ALL_BUT_OPERATOR, USERS],
  'GET /v1/payments/{id}/notes': [ALL_BUT_OPERATOR, USERS],
};

describe('who may ask and order what of cash and payments', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openTestLedger();
  });
  after(() => ledger.stop());

  it('is said of every route', () => {
    assert.deepEqual(settlementRoutes().map(nameOf).sort(), Object.keys(LET_IN).sort());
  });

  for (const route of settlementRoutes()) {
    it(nameOf(route), async () => {
      const [members, users] = LET_IN[nameOf(route)] ?? [[], []];
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

  /** Something about nothing: whoever is let in is refused for that, or opens a currency nobody needs. */
  function send(route: Route, username: string) {
    const path = route.path.replace('{currency}', 'CHF').replace('{id}', '77').replace('{reference}', 'none');
    const client = ledger.as(username);
    return route.method === 'get'
      ? client.get(path)
      : client.post(path, 'body' in route && route.body ? {} : undefined);
  }
});
