// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { auditRoutes } from '../../../server/audit/routes.ts';
import { PARTY_ROLES, type PartyRole } from '../../../server/values/roles.ts';
import { partyRoutes, type PartyParts } from '../../../server/parties/routes.ts';
import { USER_ROLES, type UserRole } from '../../../server/auth/caller.ts';
import { createUser } from '../../../server/auth/users.ts';
import { nameOf } from '../../../server/http/route.ts';
import { ruleRoutes } from '../../../server/rules/routes.ts';
import { application, request } from './fresh-parties.ts';

const ANY = PARTY_ROLES;
const HOLDERS = ['obligor', 'supplier', 'financier'] as const;
const GRANTORS = [...HOLDERS, 'regulator'] as const;

/** Who may call what; written down apart from the routes, so that a slip there shows here. */
const OPEN_TO: Readonly<Record<string, 'public' | readonly [readonly PartyRole[], readonly UserRole[]]>> = {
  'POST /v1/sessions': 'public',
  'GET /v1/me': [ANY, USER_ROLES],
  'PUT /v1/me/password': [ANY, USER_ROLES],
  'POST /v1/me/key-rotation': [ANY, ['checker']],
  'GET /v1/parties': [ANY, USER_ROLES],
  'POST /v1/parties': [['operator'], ['maker']],
  'GET /v1/parties/{id}': [ANY, USER_ROLES],
  'POST /v1/parties/{id}/suspension': [['operator'], ['maker']],
  'POST /v1/parties/{id}/readmission': [['operator'], ['maker']],
  'PUT /v1/parties/{id}/validity': [['operator'], ['maker']],
  'PUT /v1/parties/{id}/roles': [['operator'], ['maker']],
  'POST /v1/parties/{id}/role-confirmation': [['regulator'], ['checker']],
  'POST /v1/parties/{id}/key-recovery': [['operator'], ['maker']],
  'POST /v1/parties/{id}/key-recovery/confirmation': [['regulator'], ['checker']],
  'GET /v1/parties/{id}/users': [ANY, ['admin']],
  'POST /v1/parties/{id}/users': [ANY, ['admin']],
  'PUT /v1/parties/{id}/users/{userId}': [ANY, ['admin']],
  'POST /v1/successions': [['operator'], ['maker']],
  'POST /v1/successions/{predecessor}/consent': [ANY, ['checker']],
  'GET /v1/successions': [ANY, USER_ROLES],
  'GET /v1/successions/{predecessor}': [ANY, USER_ROLES],
  'GET /v1/standing-acceptances': [ANY, USER_ROLES],
  'PUT /v1/standing-acceptances/{from}': [HOLDERS, ['maker']],
  'DELETE /v1/standing-acceptances/{from}': [HOLDERS, ['maker']],
  'POST /v1/rule-sets': [['operator'], ['checker']],
  'GET /v1/rule-sets': [ANY, USER_ROLES],
  'GET /v1/rule-sets/effective': [ANY, USER_ROLES],
  'POST /v1/calendar-days': [['operator'], ['checker']],
  'GET /v1/calendar': [ANY, USER_ROLES],
  'POST /v1/access-grants': [GRANTORS, ['maker']],
  'DELETE /v1/access-grants/{id}': [GRANTORS, ['maker']],
  'GET /v1/access-grants': [ANY, USER_ROLES],
  'GET /v1/access-log': [ANY, USER_ROLES],
};

let ledger: TestLedger;
const tokens = new Map<string, string>();

/** A party that has this role and no other. */
async function partyOf(role: PartyRole, number: number): Promise<PartyId> {
  if (role === 'operator') return ledger.party('deeptier');
  if (role === 'regulator') return ledger.party('guangdong');
  if (role === 'settlement-bank') return ledger.party('pearl');
  const { body } = await ledger.as('deeptier.maker').post('/v1/parties', application(number, { roles: [role] }));
  assert.deepEqual(body.roles, [role]);
  return numbered<PartyId>(body.id as string);
}

const routes = [...partyRoutes({} as PartyParts), ...ruleRoutes(), ...auditRoutes()];

describe('access to parties, rules and audit', () => {
  before(async () => {
    ledger = await openTestLedger();
    for (const [index, role] of PARTY_ROLES.entries()) {
      const party = await partyOf(role, index);
      for (const userRole of USER_ROLES) {
        const user = await createUser(ledger.db, {
          party,
          username: `a.${role}.${userRole}`,
          password: 'a password for tests only',
          roles: [userRole],
          passwordCost: { ln: 1, r: 1, p: 1 },
        });
        tokens.set(
          `${role} ${userRole}`,
          (await ledger.gateway.tokens.issue({ userId: user.id, epoch: user.epoch })).token,
        );
      }
    }
  });

  after(() => ledger?.stop());

  it('every route of parties, rules and audit is in the table, and nothing else', () => {
    assert.deepEqual(routes.map(nameOf).sort(), Object.keys(OPEN_TO).sort());
  });

  for (const route of routes) {
    const name = nameOf(route);
    const openTo = OPEN_TO[name];
    const path = route.path.replaceAll(/\{\w+\}/g, '1');
    // Without a key and a body nothing gets any further than the check.
    const call = (token?: string) =>
      request(ledger, route.method.toUpperCase(), path, undefined, token ? { Authorization: `Bearer ${token}` } : {});

    if (openTo === 'public') {
      it(`${name} needs no token`, async () => assert.notStrictEqual((await call()).body.code, 'TOKEN_MISSING'));
      continue;
    }

    it(`${name} needs a token, and refuses who is not in the right role`, async () => {
      const { status, body } = await call();
      assert.deepEqual([status, body.code], [401, 'TOKEN_MISSING']);
      assert.isOk(openTo);
      for (const partyRole of PARTY_ROLES) {
        for (const userRole of USER_ROLES) {
          const answer = await call(tokens.get(`${partyRole} ${userRole}`));
          const allowed: boolean = openTo[0].includes(partyRole) && openTo[1].includes(userRole);
          assert.strictEqual(
            answer.body.code !== 'ACCESS_DENIED',
            allowed,
            `${partyRole} ${userRole}: ${answer.status} ${answer.body.code}`,
          );
          if (!allowed) assert.strictEqual(answer.status, 403);
          else assert.notStrictEqual(answer.status, 401);
        }
      }
    });
  }
});
