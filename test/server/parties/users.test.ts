// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { application, request, signedIn } from './fresh-parties.ts';

let ledger: TestLedger;
let newcomer: string;

const PASSWORD = 'four unrelated words';
const session = (username: string, password: string) => request(ledger, 'POST', '/v1/sessions', { username, password });
const addFirst = (username: string, roles: string[], party = newcomer) =>
  ledger.as('deeptier.admin').post(`/v1/parties/${party}/users`, { username, password: PASSWORD, roles });

describe('users of a party', () => {
  before(async () => {
    ledger = await openTestLedger();
    newcomer = (await ledger.as('deeptier.maker').post('/v1/parties', application(1))).body.id;
  });

  after(() => ledger?.stop());

  it('the first user of a party is an administrator who can order nothing, named by the operator', async () => {
    for (const roles of [['maker'], ['admin', 'maker'], ['admin', 'checker'], ['viewer']]) {
      const { status, body } = await addFirst('newcomer.one', roles);
      assert.deepEqual([status, body.code], [422, 'FIRST_USER_IS_ADMIN']);
    }
    const { status, body } = await addFirst('newcomer.admin', ['admin']);
    assert.strictEqual(status, 201, JSON.stringify(body));
    assert.deepEqual([body.username, body.roles, body.disabled], ['newcomer.admin', ['admin'], false]);
    assert.strictEqual('password' in body, false);
  });

  it('of a party that has a user, the operator names no other', async () => {
    const { status, body } = await addFirst('newcomer.spy', ['admin']);
    assert.deepEqual([status, body.code], [403, 'USERS_NOT_YOURS']);
    assert.strictEqual(
      (await addFirst('hengtai.spy', ['admin'], String(ledger.party('hengtai')))).body.code,
      'USERS_NOT_YOURS',
    );
    assert.strictEqual((await addFirst('nobody.admin', ['admin'], '5555')).body.code, 'PARTY_UNKNOWN');
  });

  it('two first users asked for at once are still one', async () => {
    const { body: party } = await ledger.as('deeptier.maker').post('/v1/parties', application(2));
    const both = await Promise.all(['second.a', 'second.b'].map((username) => addFirst(username, ['admin'], party.id)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 403]);
  });

  it('its administrator signs in, appoints the others, and they act for the party', async () => {
    const admin = await signedIn(ledger, 'newcomer.admin', PASSWORD);
    const me = await admin.get('/v1/me');
    assert.deepEqual(
      [me.body.user.username, me.body.user.roles, me.body.party.id, me.body.eligibility.mayAct],
      ['newcomer.admin', ['admin'], newcomer, true],
    );
    const added = await admin.post(`/v1/parties/${newcomer}/users`, {
      username: 'Newcomer.Maker',
      password: PASSWORD,
      roles: ['maker', 'viewer'],
    });
    assert.deepEqual([added.status, added.body.username], [201, 'newcomer.maker']);
    const maker = await signedIn(ledger, 'newcomer.maker', PASSWORD);
    assert.strictEqual((await maker.put('/v1/standing-acceptances/anyone')).status, 200);
    assert.strictEqual((await maker.get(`/v1/parties/${newcomer}/users`)).body.code, 'ACCESS_DENIED');
    const listed = await admin.get(`/v1/parties/${newcomer}/users`);
    assert.deepEqual(
      listed.body.items.map(({ username }: { username: string }) => username),
      ['newcomer.admin', 'newcomer.maker'],
    );
  });

  it('the administrator of another party sees and changes none of them', async () => {
    const users = (await ledger.as('hengtai.admin').get(`/v1/parties/${ledger.party('hengtai')}/users`)).body.items;
    const path = `/v1/parties/${ledger.party('hengtai')}/users`;
    const stranger = ledger.as('minghua.admin');
    for (const attempt of [
      stranger.get(path),
      stranger.post(path, { username: 'spy.one', password: PASSWORD, roles: ['viewer'] }),
      stranger.put(`${path}/${users[0].id}`, { roles: ['viewer'] }),
      ledger.as('deeptier.admin').get(path),
    ]) {
      const { status, body } = await attempt;
      assert.deepEqual([status, body.code], [403, 'USERS_NOT_YOURS']);
    }
    const own = await stranger.put(`/v1/parties/${ledger.party('minghua')}/users/${users[0].id}`, {
      roles: ['viewer'],
    });
    assert.deepEqual([own.status, own.body.code], [404, 'USER_UNKNOWN']);
  });

  it('a user whose roles change, or who is disabled, loses every token', async () => {
    const admin = await signedIn(ledger, 'newcomer.admin', PASSWORD);
    const maker = await signedIn(ledger, 'newcomer.maker', PASSWORD);
    const userId = (await maker.get('/v1/me')).body.user.id;
    const change = (body: object) => admin.put(`/v1/parties/${newcomer}/users/${userId}`, body);
    assert.deepEqual((await change({ roles: ['viewer'] })).body.roles, ['viewer']);
    assert.strictEqual((await maker.get('/v1/me')).body.code, 'TOKEN_INVALID');
    const viewer = await signedIn(ledger, 'newcomer.maker', PASSWORD);
    assert.strictEqual((await viewer.put('/v1/standing-acceptances/anyone')).body.code, 'ACCESS_DENIED');
    assert.strictEqual((await change({ disabled: true })).body.disabled, true);
    assert.strictEqual((await viewer.get('/v1/me')).body.code, 'TOKEN_INVALID');
    assert.strictEqual((await session('newcomer.maker', PASSWORD)).body.code, 'SESSION_REFUSED');
    assert.strictEqual((await change({ disabled: false, password: 'four other words, please' })).status, 200);
    assert.strictEqual((await session('newcomer.maker', 'four other words, please')).status, 201);
  });

  it('a party keeps an administrator who can sign in', async () => {
    const admin = await signedIn(ledger, 'newcomer.admin', PASSWORD);
    const { id } = (await admin.get('/v1/me')).body.user;
    const change = (userId: string, body: object) => admin.put(`/v1/parties/${newcomer}/users/${userId}`, body);
    for (const body of [{ roles: ['viewer'] }, { disabled: true }]) {
      const refused = await change(id, body);
      assert.deepEqual([refused.status, refused.body.code], [409, 'LAST_ADMINISTRATOR']);
    }
    const other = await admin.post(`/v1/parties/${newcomer}/users`, {
      username: 'newcomer.deputy',
      password: PASSWORD,
      roles: ['admin'],
    });
    assert.strictEqual((await change(other.body.id, { disabled: true })).status, 200);
    assert.strictEqual(
      (await change(id, { disabled: true })).body.code,
      'LAST_ADMINISTRATOR',
      'a disabled one does not count',
    );
  });

  it('who changes a password knows the present one, and gets a new token for the old ones', async () => {
    const user = await signedIn(ledger, 'newcomer.admin', PASSWORD);
    const wrong = await user.put('/v1/me/password', { present: 'not this one, sadly', next: 'a new long password' });
    assert.deepEqual([wrong.status, wrong.body.code], [403, 'PASSWORD_WRONG']);
    assert.strictEqual(
      (await user.put('/v1/me/password', { present: PASSWORD, next: 'short' })).body.code,
      'PASSWORD_UNSUITABLE',
    );
    const changed = await user.put('/v1/me/password', { present: PASSWORD, next: 'a new long password' });
    assert.strictEqual(changed.status, 200, JSON.stringify(changed.body));
    assert.strictEqual((await user.get('/v1/me')).body.code, 'TOKEN_INVALID');
    const again = await request(ledger, 'GET', '/v1/me', undefined, { Authorization: `Bearer ${changed.body.token}` });
    assert.strictEqual(again.body.user.username, 'newcomer.admin');
    assert.strictEqual((await session('newcomer.admin', PASSWORD)).status, 401);
    assert.strictEqual((await session('newcomer.admin', 'a new long password')).status, 201);
  });

  it('a user name is taken once across all parties', async () => {
    const { status, body } = await ledger
      .as('hengtai.admin')
      .post(`/v1/parties/${ledger.party('hengtai')}/users`, {
        username: 'Newcomer.Admin',
        password: PASSWORD,
        roles: ['viewer'],
      });
    assert.deepEqual([status, body.code], [409, 'USERNAME_TAKEN']);
  });

  it('five wrong passwords lock the name, for signing in and for changing the password alike', async () => {
    const user = await signedIn(ledger, 'newcomer.admin', 'a new long password');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      assert.strictEqual(
        (await user.put('/v1/me/password', { present: `guess number ${attempt}`, next: 'whatever it takes' })).body
          .code,
        'PASSWORD_WRONG',
      );
    }
    assert.strictEqual(
      (await user.put('/v1/me/password', { present: 'a new long password', next: 'whatever it takes' })).body.code,
      'USER_LOCKED',
    );
    assert.strictEqual((await session('newcomer.admin', 'a new long password')).body.code, 'USER_LOCKED');
  });
});
