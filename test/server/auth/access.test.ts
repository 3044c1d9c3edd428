// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../../../server/values/ids.ts';
import { createHmac } from 'node:crypto';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { SignJWT, generateKeyPair } from 'jose';
import { USER_ROLES } from '../../../server/auth/caller.ts';
import { deriveSecret } from '../../../server/auth/secrets.ts';
import { openTokens } from '../../../server/auth/tokens.ts';
import { changeUser, type User } from '../../../server/auth/users.ts';
import { assertProblem } from '../http/problems.ts';
import { ask, type Gateway, openTestbed, SECRET, type Testbed } from '../http/testbed.ts';

const ONE = numbered<PartyId>(1);

describe('access', () => {
  let bed: Testbed;
  let gateway: Gateway;
  let user: User;

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    user = await bed.user(1, 'maker.one', ['maker']);
  });
  after(() => bed.close());

  const read = (token?: string, headers?: Record<string, string>) =>
    ask(gateway, 'GET', '/v1/jars/3', { token, ...(headers && { headers }) });

  it('needs a token, in the Authorization header only', async () => {
    const answer = await read();
    assertProblem(answer, 'TOKEN_MISSING', 401);
    assert.strictEqual(answer.headers.get('www-authenticate'), 'Bearer realm="deeptier"');
    const token = await gateway.token(user);
    assert.strictEqual((await read(token)).status, 200);
    assertProblem(await ask(gateway, 'GET', `/v1/jars?access_token=${token}`), 'TOKEN_MISSING', 401);
    assertProblem(await read(undefined, { cookie: `token=${token}` }), 'TOKEN_MISSING', 401);
    for (const authorization of [
      `Basic ${Buffer.from('a:b').toString('base64')}`,
      'Bearer',
      'Bearer ',
      `Bearer ${token} x`,
      token,
    ]) {
      assertProblem(await read(undefined, { authorization }), 'TOKEN_INVALID', 401);
    }
    assert.strictEqual((await read(undefined, { authorization: `bearer ${token}` })).status, 200);
  });

  it('is denied to every token this gateway did not sign for itself', async () => {
    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const claims = { sub: user.id, epoch: 0, iss: 'deeptier', aud: 'deeptier', iat: now, exp: now + 600, jti: 'x' };
    const key = deriveSecret(SECRET, 'access-tokens');
    const signed = (
      header: { alg: string; typ?: string },
      payload: Record<string, unknown>,
      by: Uint8Array = key,
    ): Promise<string> => new SignJWT(payload).setProtectedHeader(header).sign(by);
    const good = { alg: 'HS256', typ: 'at+jwt' };
    assert.strictEqual((await read(await signed(good, claims))).status, 200, 'the control');

    const unsigned = `${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(claims)}.`;
    const [head = '', body = '', seal = ''] = (await signed(good, claims)).split('.');
    const { privateKey } = await generateKeyPair('ES256');
    const hs512 = `${encoded({ alg: 'HS512', typ: 'at+jwt' })}.${encoded(claims)}`;
    const forged: Record<string, string> = {
      unsigned,
      'unsigned, with a seal': `${unsigned}${seal}`,
      'seal cut off': `${head}.${body}.`,
      'claims exchanged': `${head}.${encoded({ ...claims, sub: 'somebody-else' })}.${seal}`,
      'another key': await signed(good, claims, new Uint8Array(32)),
      'the secret itself as key': await signed(good, claims, SECRET),
      'another algorithm of the same key': `${hs512}.${createHmac('sha512', key).update(hs512).digest('base64url')}`,
      'an asymmetric algorithm': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .sign(privateKey),
      'another type': await signed({ alg: 'HS256', typ: 'JWT' }, claims),
      'no type': await signed({ alg: 'HS256' }, claims),
      'a foreign audience': await signed(good, { ...claims, aud: 'elsewhere' }),
      'a foreign issuer': await signed(good, { ...claims, iss: 'elsewhere' }),
      expired: await signed(good, { ...claims, exp: now - 1 }),
      'not yet valid': await signed(good, { ...claims, nbf: now + 60 }),
      'no such user': await signed(good, { ...claims, sub: '3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90' }),
      'a later epoch': await signed(good, { ...claims, epoch: 1 }),
      'an epoch that is no number': await signed(good, { ...claims, epoch: '0' }),
      noise: 'a.b.c',
    };
    for (const missing of ['sub', 'exp', 'iat', 'jti', 'epoch', 'aud', 'iss']) {
      const { [missing]: _left, ...rest } = claims as Record<string, unknown>;
      forged[`no ${missing}`] = await signed(good, rest);
    }
    for (const [name, token] of Object.entries(forged)) {
      const answer = await read(token);
      assert.strictEqual(answer.status, 401, name);
      assertProblem(answer, 'TOKEN_INVALID', 401);
      assert.strictEqual(answer.headers.get('www-authenticate'), 'Bearer realm="deeptier", error="invalid_token"');
    }
  });

  it('ends when the token does', async () => {
    let now = Date.now();
    const tokens = openTokens({ secret: SECRET, lifetimeSeconds: 60, now: () => now });
    const later = await bed.open({ tokens });
    const { token, expiresAt } = await tokens.issue({ userId: user.id, epoch: user.epoch });
    assert.isOk(Math.abs(expiresAt.getTime() - now - 60_000) < 1_000);
    now += 58_000;
    assert.strictEqual((await ask(later, 'GET', '/v1/jars/3', { token })).status, 200);
    now += 3_000;
    assertProblem(await ask(later, 'GET', '/v1/jars/3', { token }), 'TOKEN_INVALID', 401);
  });

  it('ends when its user is changed or disabled, or its party is gone', async () => {
    const changing = await bed.user(1, 'changing.one', ['maker']);
    const first = await gateway.token(changing);
    assert.strictEqual((await read(first)).status, 200);
    const changed = await changeUser(bed.db, ONE, changing.id, { roles: ['viewer'] });
    assertProblem(await read(first), 'TOKEN_INVALID', 401);
    const second = await gateway.token(changed);
    assert.strictEqual((await read(second)).status, 200);
    const disabled = await changeUser(bed.db, ONE, changing.id, { disabled: true });
    assertProblem(await read(second), 'TOKEN_INVALID', 401);
    assertProblem(await read(await gateway.token(disabled)), 'TOKEN_INVALID', 401);
    const homeless = await bed.user(77, 'homeless.one', ['maker']);
    assertProblem(await read(await gateway.token(homeless)), 'TOKEN_INVALID', 401);
  });

  it('follows from the role of the party and the role of the user, on every route', async () => {
    interface Described {
      readonly 'x-access':
        'public' | { readonly partyRoles: 'any' | readonly string[]; readonly userRoles: readonly string[] };
    }
    const parties = [1, 3] as const;
    const users = await Promise.all(
      parties.flatMap((party) =>
        USER_ROLES.map(async (role) => ({ party, role, user: await bed.user(party, `${role}.of.${party}`, [role]) })),
      ),
    );
    let allowed = 0;
    let denied = 0;
    for (const [path, item] of Object.entries(gateway.openApi.paths ?? {})) {
      if (!path.startsWith('/v1/')) continue;
      for (const [method, operation] of Object.entries(item as Record<string, Described>)) {
        const access = operation['x-access'];
        const address = path.replace('{id}', '3');
        if (access !== 'public') assertProblem(await ask(gateway, method.toUpperCase(), address), 'TOKEN_MISSING', 401);
        for (const { party, role, user: who } of users) {
          const answer = await ask(gateway, method.toUpperCase(), address, { token: await gateway.token(who) });
          const partyRole = bed.parties.get(BigInt(party))?.roles[0] ?? '';
          const open =
            access === 'public' ||
            ((access.partyRoles === 'any' || access.partyRoles.includes(partyRole)) && access.userRoles.includes(role));
          if (open) {
            allowed += 1;
            assert.isOk(
              answer.status !== 401 && answer.status !== 403,
              `${method} ${path} for ${role} of ${partyRole}: ${answer.status}`,
            );
          } else {
            denied += 1;
            assertProblem(answer, 'ACCESS_DENIED', 403);
          }
        }
      }
    }
    assert.isOk(allowed > 20 && denied > 10, `${allowed} allowed, ${denied} denied`);
  });
});
