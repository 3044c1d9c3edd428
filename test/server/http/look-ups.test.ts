// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { z } from 'zod';
import type { LookUpDeclaration, LookUp } from '../../../server/access/look-up.ts';
import { readRoute } from '../../../server/http/route.ts';
import { assertProblem } from './problems.ts';
import { type Answered, ask, type Gateway, openTestbed, type Testbed } from './testbed.ts';

/** A route that declares one thing and says another. */
function route(path: string, lookUp: LookUpDeclaration, ...shown: (LookUp | 'own')[]) {
  return readRoute({
    path,
    summary: 'Looks at something',
    access: { partyRoles: 'any', userRoles: ['viewer'] },
    lookUp,
    response: z.strictObject({ secret: z.string() }),
    refusals: [],
    async handle(ctx) {
      for (const what of shown) ctx.shows(what);
      return { secret: 'plums' };
    },
  });
}

describe('a look', () => {
  let bed: Testbed;
  let gateway: Gateway;
  const tokens: Record<string, string> = {};

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open({
      routes: [
        route('/v1/list', { list: 'jars' }),
        route('/v1/one', { one: 'jar' }, { kind: 'jar', subject: '3' }),
        route('/v1/two', { one: 'jar' }, { kind: 'jar', subject: '3' }, { kind: 'jar', subject: '4' }),
        route('/v1/own', { one: 'jar' }, 'own'),
        route('/v1/nothing', null),
        route('/v1/silent', { one: 'jar' }),
        route('/v1/other', { one: 'jar' }, { kind: 'pot', subject: '3' }),
        route('/v1/undeclared', null, { kind: 'pot', subject: '3' }),
      ],
    });
    for (const [name, party] of [
      ['keeper', 1],
      ['auditor', 4],
      ['regulator', 5],
    ] as const)
      tokens[name] = await gateway.token(await bed.user(party, `${name}.viewer`, ['viewer']));
  });
  after(() => bed.close());
  beforeEach(() => {
    bed.looks.length = 0;
    bed.probe.fail = 'nothing';
  });

  const look = (who: string, path: string): Promise<Answered> => ask(gateway, 'GET', path, { token: tokens[who] });
  const onRecord = (): string[] =>
    bed.looks.map(({ username, kind, subject, grants }) => `${username} ${kind} ${subject} ${grants.join()}`.trim());

  it('of an auditor is on record under its grants, of a regulator under none, of others not at all', async () => {
    for (const who of ['auditor', 'regulator', 'keeper'])
      for (const path of ['/v1/list', '/v1/one', '/v1/two', '/v1/own', '/v1/nothing'])
        assert.strictEqual((await look(who, path)).status, 200, `${who} ${path}`);
    assert.deepEqual(onRecord(), [
      'auditor.viewer jars * 5',
      'auditor.viewer jar 3 5',
      'auditor.viewer jar 3 5',
      'auditor.viewer jar 4 5',
      'regulator.viewer jars *',
      'regulator.viewer jar 3',
      'regulator.viewer jar 3',
      'regulator.viewer jar 4',
    ]);
  });

  it('that cannot be put on record shows nothing', async () => {
    bed.probe.fail = 'record';
    for (const path of ['/v1/list', '/v1/one']) {
      const answer = await look('auditor', path);
      assertProblem(answer, 'INTERNAL', 500);
      assert.notInclude(answer.text, 'plums');
    }
    assert.strictEqual((await look('keeper', '/v1/one')).status, 200);
  });

  it('that is not what the route declares shows nothing to anybody', async () => {
    for (const who of ['auditor', 'keeper'])
      for (const path of ['/v1/silent', '/v1/other', '/v1/undeclared']) {
        const answer = await look(who, path);
        assertProblem(answer, 'INTERNAL', 500);
        assert.notInclude(answer.text, 'plums', path);
      }
  });
});
