// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { DeeptierError } from '../../../server/values/errors.ts';
import { openSignIn } from '../../../server/auth/sign-in.ts';
import { openTokens } from '../../../server/auth/tokens.ts';
import { changeUser, createUser, usersOf } from '../../../server/auth/users.ts';
import { assertProblem } from '../http/problems.ts';
import { ask, CHEAP, type Gateway, openTestbed, PASSWORD, SECRET, type Testbed } from '../http/testbed.ts';
import { assertRejects } from '../../failures.ts';

const ONE = numbered<PartyId>(1);
const TWO = numbered<PartyId>(2);

describe('signing in', () => {
  let bed: Testbed;
  let gateway: Gateway;

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    await bed.user(1, 'Maker.One', ['maker', 'viewer', 'maker']);
  });
  after(() => bed.close());

  const signIn = (username: string, password: string) =>
    ask(gateway, 'POST', '/v1/sessions', { json: { username, password } });
  const refused = (code: string) => (error: unknown) => error instanceof DeeptierError && error.code === code;

  it('gives a token that opens what the user may do, however the name is capitalised', async () => {
    const answer = await signIn('MAKER.one', PASSWORD);
    assert.strictEqual(answer.status, 201, answer.text);
    const token = String(answer.body['token']);
    assert.strictEqual((await ask(gateway, 'GET', '/v1/jars/3', { token })).status, 200);
    assert.isOk(!answer.text.includes(PASSWORD));
    assert.deepEqual(
      (await usersOf(bed.db, ONE)).map(({ username, roles }) => [username, roles]),
      [['maker.one', ['maker', 'viewer']]],
    );
  });

  it('tells a wrong password and an unknown user apart neither by answer nor by work', async () => {
    const wrong = await signIn('maker.one', 'wrong horse battery');
    const unknown = await signIn('nobody.here', 'wrong horse battery');
    assertProblem(wrong, 'SESSION_REFUSED', 401);
    assertProblem(unknown, 'SESSION_REFUSED', 401);
    const bare = ({ text }: { text: string }): string => text.replace(/urn:uuid:[0-9a-f-]+/, '');
    assert.strictEqual(bare(wrong), bare(unknown));

    // With a cost that dwarfs everything else, both must take about as long.
    const cost = { ln: 14, r: 8, p: 2 };
    const slow = openSignIn({
      db: bed.db,
      tokens: openTokens({ secret: SECRET }),
      passwordCost: cost,
      maxFailures: 1_000,
    });
    await createUser(bed.db, {
      party: ONE,
      username: 'slow.one',
      password: PASSWORD,
      roles: ['viewer'],
      passwordCost: cost,
    });
    const timed = async (username: string): Promise<number> => {
      const started = performance.now();
      await assertRejects(slow(username, 'wrong horse battery'), refused('SESSION_REFUSED'));
      return performance.now() - started;
    };
    await timed('warming.up');
    const known = Math.min(...[await timed('slow.one'), await timed('slow.one'), await timed('slow.one')]);
    const none = Math.min(...[await timed('nobody.one'), await timed('nobody.two'), await timed('nobody.three')]);
    assert.isOk(none > known / 3 && none < known * 3, `known ${known} ms, unknown ${none} ms`);
  });

  it('locks a name after repeated failures, whether or not it exists, and unlocks it with time', async () => {
    let now = Date.now();
    const guarded = openSignIn({
      db: bed.db,
      tokens: openTokens({ secret: SECRET }),
      passwordCost: CHEAP,
      maxFailures: 3,
      lockSeconds: 600,
      now: () => now,
    });
    await bed.user(1, 'locked.one', ['viewer']);
    for (const name of ['locked.one', 'ghost.one']) {
      for (let n = 0; n < 3; n += 1)
        await assertRejects(guarded(name, 'wrong horse battery'), refused('SESSION_REFUSED'));
      await assertRejects(guarded(name, PASSWORD), refused('USER_LOCKED'), name);
    }
    now += 590_000;
    await assertRejects(
      guarded('LOCKED.one', PASSWORD),
      refused('USER_LOCKED'),
      'trying does not prolong a lock, nor does it end it',
    );
    now += 11_000;
    assert.strictEqual((await guarded('locked.one', PASSWORD)).user.username, 'locked.one');
    await assertRejects(guarded('locked.one', 'wrong horse battery'), refused('SESSION_REFUSED'));
    assert.isOk(await guarded('locked.one', PASSWORD), 'a success forgets the failures before it');
  });

  it('counts attempts that come at once', async () => {
    const guarded = openSignIn({
      db: bed.db,
      tokens: openTokens({ secret: SECRET }),
      passwordCost: CHEAP,
      maxFailures: 4,
    });
    await bed.user(1, 'rushed.one', ['viewer']);
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => guarded('rushed.one', 'wrong horse battery')),
    );
    const codes = results.map((result) =>
      result.status === 'rejected' ? (result.reason as DeeptierError).code : 'in',
    );
    assert.strictEqual(codes.filter((code) => code === 'SESSION_REFUSED').length, 4);
    assert.strictEqual(codes.filter((code) => code === 'USER_LOCKED').length, 26);
  });

  it('over HTTP, a locked name answers when to try again', async () => {
    for (let n = 0; n < 5; n += 1)
      assertProblem(await signIn('ghost.two', 'wrong horse battery'), 'SESSION_REFUSED', 401);
    const answer = await signIn('ghost.two', 'wrong horse battery');
    assertProblem(answer, 'USER_LOCKED', 429);
    assert.isOk(Number(answer.headers.get('retry-after')) > 800);
  });

  it('is over for a disabled user, and for the old password', async () => {
    const user = await bed.user(2, 'leaving.two', ['viewer']);
    await changeUser(bed.db, TWO, user.id, { password: 'another horse battery', passwordCost: CHEAP });
    assertProblem(await signIn('leaving.two', PASSWORD), 'SESSION_REFUSED', 401);
    assert.strictEqual((await signIn('leaving.two', 'another horse battery')).status, 201);
    await changeUser(bed.db, TWO, user.id, { disabled: true });
    assertProblem(await signIn('leaving.two', 'another horse battery'), 'SESSION_REFUSED', 401);
  });

  it('is for users with a plain name and a long password, one of each name, changed by their own party only', async () => {
    const make = (username: string, password = PASSWORD) =>
      createUser(bed.db, { party: ONE, username, password, roles: ['viewer'], passwordCost: CHEAP });
    for (const name of ['ab', '-abc', 'a b c', 'аdmin', 'x'.repeat(65)])
      await assertRejects(make(name), refused('USERNAME_MALFORMED'), name);
    for (const password of ['short', 'x'.repeat(257), 'my name is plain.one'])
      await assertRejects(make('plain.one', password), refused('PASSWORD_UNSUITABLE'), password);
    const user = await make('plain.one');
    await assertRejects(make('PLAIN.one'), refused('USERNAME_TAKEN'));
    await assertRejects(changeUser(bed.db, TWO, user.id, { disabled: true }), refused('USER_UNKNOWN'));
  });
});
