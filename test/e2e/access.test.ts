// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { USER_ROLES } from '../../server/auth/caller.ts';
import type { Access } from '../../server/auth/access.ts';
import { capabilities } from '../../server/capabilities.ts';
import { openTestLedger, type TestLedger } from '../server/harness.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

/** One party of each role there is in the consortium. */
const PARTIES = [
  ['deeptier', 'operator'],
  ['guangdong', 'regulator'],
  ['zhengxin', 'auditor'],
  ['hengtai', 'obligor'],
  ['minghua', 'supplier'],
  ['harbour', 'financier'],
  ['pearl', 'settlement-bank'],
] as const;

describe('access, for every route and every role', () => {
  let ledger: TestLedger;
  let operations: Operation[];

  before(async () => {
    ledger = await openTestLedger();
    operations = Object.entries(ledger.gateway.app.openApi.paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { 'x-access'?: Operation['access'] }>).flatMap(([method, operation]) =>
        operation['x-access'] === undefined ? [] : [{ method, path, access: operation['x-access'] }],
      ),
    );
  });
  after(() => ledger.stop());

  it('every refusal names a rule that has its text', () => {
    const { refusals, rules } = ledger.gateway.app.catalogue;
    const named = new Set(refusals.map(({ rule }) => rule));
    assert.deepEqual(
      [...named].filter((rule) => !rules[rule]),
      [],
    );
    assert.isAbove(named.size, 100);
  });

  it('every operation stands under the room it belongs to, and every room says what it is for', () => {
    const { tags = [], paths = {} } = ledger.gateway.app.openApi;
    const rooms = capabilities.map(({ name }) => name);
    assert.sameMembers(
      tags.flatMap(({ name, description }) => (description === undefined ? [] : [name])),
      rooms.filter((name) => name !== 'offers'), // what quotes and loan offers share has no address of its own
    );
    const known = new Set([...rooms, 'platform']);
    const lost = Object.entries(paths).flatMap(([path, methods]) =>
      Object.values(methods as Record<string, { tags?: string[] }>).flatMap(({ tags: [tag = ''] = [] }) =>
        known.has(tag) ? [] : [path],
      ),
    );
    assert.deepEqual(lost, []);
  });

  it('every operation under /v1 says who may call it', () => {
    const described = Object.keys(ledger.gateway.app.openApi.paths ?? {}).filter((path) => path.startsWith('/v1/'));
    assert.isOk(described.length > 40, `only ${described.length} addresses`);
    for (const path of described)
      assert.isOk(
        operations.some((operation) => operation.path === path),
        `${path} does not say who may call it`,
      );
  });

  it('without a token nobody gets anything but a session', async () => {
    for (const { method, path, access } of operations) {
      if (access === 'public') continue;
      const { status, body } = await call(ledger, 'nobody', method, path);
      assert.strictEqual(status, 401, `${method} ${path}`);
      assert.strictEqual(body.code, 'TOKEN_MISSING', `${method} ${path}`);
    }
  });

  for (const [party, partyRole] of PARTIES) {
    for (const userRole of USER_ROLES) {
      it(`a ${userRole} of a party that is ${partyRole} is refused wherever a route does not name both`, async () => {
        let refused = 0;
        for (const { method, path, access } of operations) {
          if (access === 'public') continue;
          const { partyRoles: parties, userRoles } = access;
          const allowed = (parties === 'any' || parties.includes(partyRole)) && userRoles.includes(userRole);
          const { status, body } = await call(ledger, `${party}.${userRole}`, method, path);
          if (allowed) {
            assert.notStrictEqual(body.code, 'ACCESS_DENIED', `${method} ${path} is open to it`);
          } else {
            assert.strictEqual(status, 403, `${method} ${path}: ${JSON.stringify(body)}`);
            assert.strictEqual(body.code, 'ACCESS_DENIED', `${method} ${path}`);
            refused += 1;
          }
        }
        assert.isOk(refused > 5, 'the table has something to refuse');
      });
    }
  }
});

/** Calls a route with made-up parameters and no body: access is looked at first. */
function call(ledger: TestLedger, username: string, method: string, path: string) {
  const target = path.replaceAll(/\{\w+\}/g, '999');
  const client = ledger.as(username);
  if (method === 'get') return client.get(target);
  if (method === 'put') return client.put(target, {});
  if (method === 'delete') return client.delete(target);
  return client.post(target, {});
}
