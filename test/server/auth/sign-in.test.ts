import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DeeptierError } from '../../../server/values/errors.ts';
import { openSignIn } from '../../../server/auth/sign-in.ts';
import { openTokens } from '../../../server/auth/tokens.ts';
import { changeUser, createUser, usersOf } from '../../../server/auth/users.ts';
import { assertProblem } from '../http/problems.ts';
import { ask, CHEAP, type Gateway, openTestbed, PASSWORD, SECRET, type Testbed } from '../http/testbed.ts';

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

  test('gives a token that opens what the user may do, however the name is capitalised', async () => {
    const answer = await signIn('MAKER.one', PASSWORD);
    assert.equal(answer.status, 201, answer.text);
    const token = String(answer.body['token']);
    assert.equal((await ask(gateway, 'GET', '/v1/jars/3', { token })).status, 200);
    assert.ok(!answer.text.includes(PASSWORD));
    assert.deepEqual(
      (await usersOf(bed.db, 1)).map(({ username, roles }) => [username, roles]),
      [['maker.one', ['maker', 'viewer']]],
    );
  });

  test('tells a wrong password and an unknown user apart neither by answer nor by work', async () => {
    const wrong = await signIn('maker.one', 'wrong horse battery');
    const unknown = await signIn('nobody.here', 'wrong horse battery');
    assertProblem(wrong, 'SESSION_REFUSED', 401);
    assertProblem(unknown, 'SESSION_REFUSED', 401);
    const bare = ({ text }: { text: string }): string => text.replace(/urn:uuid:[0-9a-f-]+/, '');
    assert.equal(bare(wrong), bare(unknown));

    // With a cost that dwarfs everything else, both must take about as long.
    const cost = { ln: 14, r: 8, p: 2 };
    const slow = openSignIn({
      db: bed.db,
      tokens: openTokens({ secret: SECRET }),
      passwordCost: cost,
      maxFailures: 1_000,
    });
    await createUser(bed.db, {
      party: 1,
      username: 'slow.one',
      password: PASSWORD,
      roles: ['viewer'],
      passwordCost: cost,
    });
    const timed = async (username: string): Promise<number> => {
      const started = performance.now();
      await assert.rejects(slow(username, 'wrong horse battery'), refused('SESSION_REFUSED'));
      return performance.now() - started;
    };
    await timed('warming.up');
    const known = Math.min(...[await timed('slow.one'), await timed('slow.one'), await timed('slow.one')]);
    const none = Math.min(...[await timed('nobody.one'), await timed('nobody.two'), await timed('nobody.three')]);
    assert.ok(none > known / 3 && none < known * 3, `known ${known} ms, unknown ${none} ms`);
  });

  test('locks a name after repeated failures, whether or not it exists, and unlocks it with time', async () => {
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
        await assert.rejects(guarded(name, 'wrong horse battery'), refused('SESSION_REFUSED'));
      await assert.rejects(guarded(name, PASSWORD), refused('USER_LOCKED'), name);
    }
    now += 590_000;
    await assert.rejects(
      guarded('LOCKED.one', PASSWORD),
      refused('USER_LOCKED'),
      'trying does not prolong a lock, nor does it end it',
    );
    now += 11_000;
    assert.equal((await guarded('locked.one', PASSWORD)).user.username, 'locked.one');
    await assert.rejects(guarded('locked.one', 'wrong horse battery'), refused('SESSION_REFUSED'));
    assert.ok(await guarded('locked.one', PASSWORD), 'a success forgets the failures before it');
  });

  test('counts attempts that come at once', async () => {
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
    assert.equal(codes.filter((code) => code === 'SESSION_REFUSED').length, 4);
    assert.equal(codes.filter((code) => code === 'USER_LOCKED').length, 26);
  });

  test('over HTTP, a locked name answers when to try again', async () => {
    for (let n = 0; n < 5; n += 1)
      assertProblem(await signIn('ghost.two', 'wrong horse battery'), 'SESSION_REFUSED', 401);
    const answer = await signIn('ghost.two', 'wrong horse battery');
    assertProblem(answer, 'USER_LOCKED', 429);
    assert.ok(Number(answer.headers.get('retry-after')) > 800);
  });

  test('is over for a disabled user, and for the old password', async () => {
    const user = await bed.user(2, 'leaving.two', ['viewer']);
    await changeUser(bed.db, 2, user.id, { password: 'another horse battery', passwordCost: CHEAP });
    assertProblem(await signIn('leaving.two', PASSWORD), 'SESSION_REFUSED', 401);
    assert.equal((await signIn('leaving.two', 'another horse battery')).status, 201);
    await changeUser(bed.db, 2, user.id, { disabled: true });
    assertProblem(await signIn('leaving.two', 'another horse battery'), 'SESSION_REFUSED', 401);
  });

  test('is for users with a plain name and a long password, one of each name, changed by their own party only', async () => {
    const make = (username: string, password = PASSWORD) =>
      createUser(bed.db, { party: 1, username, password, roles: ['viewer'], passwordCost: CHEAP });
    for (const name of ['ab', '-abc', 'a b c', 'аdmin', 'x'.repeat(65)])
      await assert.rejects(make(name), refused('USERNAME_MALFORMED'), name);
    for (const password of ['short', 'x'.repeat(257), 'my name is plain.one'])
      await assert.rejects(make('plain.one', password), refused('PASSWORD_UNSUITABLE'), password);
    const user = await make('plain.one');
    await assert.rejects(make('PLAIN.one'), refused('USERNAME_TAKEN'));
    await assert.rejects(changeUser(bed.db, 2, user.id, { disabled: true }), refused('USER_UNKNOWN'));
  });
});
