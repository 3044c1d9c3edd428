// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { application, freshUscc } from './fresh-parties.ts';
import { assertTablesAgree } from './tables-agree.ts';

let ledger: TestLedger;

const operator = () => ledger.as('deeptier.maker');
const refused = async (changes: object, code: string): Promise<Record<string, unknown>> => {
  const { status, body } = await operator().post('/v1/parties', application(900, changes));
  assert.strictEqual(body.code, code, JSON.stringify(body));
  assert.strictEqual(status, body.status);
  return body.values;
};

describe('admission', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger?.stop());

  it('the operator admits a legal entity, for which the gateway makes and keeps a key', async () => {
    const { status, body, headers } = await operator().post(
      '/v1/parties',
      application(1, { identifier: freshUscc(1).toLowerCase(), roles: ['supplier', 'financier'] }),
    );
    assert.strictEqual(status, 201);
    assert.strictEqual(headers.get('location'), `/v1/parties/${body.id}`);
    assert.strictEqual(body.identifier, freshUscc(1));
    assert.deepEqual(body.roles, ['supplier', 'financier']);
    assert.strictEqual(body.status, 'active');
    assert.strictEqual(body.validUntil, '2030-12-31');
    assert.isOk(await ledger.gateway.keystore.has(body.key));
    assert.deepEqual((await ledger.as('minghua.viewer').get(`/v1/parties/${body.id}`)).body, body);
  });

  it('a party may keep its key itself; then the gateway has none of it', async () => {
    const key = '0x52908400098527886E0F7030069857D2E4169EE7';
    const { status, body } = await operator().post('/v1/parties', application(2, { key: key.toLowerCase() }));
    assert.strictEqual(status, 201);
    assert.strictEqual(body.key, key);
    assert.strictEqual(await ledger.gateway.keystore.has(key), false);
    assert.deepEqual(await refused({ key }, 'KEY_TAKEN'), { key, party: body.id });
  });

  it('an LEI is admitted under its own scheme', async () => {
    const { status, body } = await operator().post(
      '/v1/parties',
      application(3, { scheme: 'LEI', identifier: '5493 00TR UWO2 CD2G 5692' }),
    );
    assert.strictEqual(status, 201, JSON.stringify(body));
    assert.strictEqual(body.identifier, '549300TRUWO2CD2G5692');
  });

  it('an identifier that is wrong is refused, and the refusal says which check failed', async () => {
    const good = freshUscc(4);
    const wrongEnd = good.slice(0, 17) + (good[17] === '0' ? '1' : '0');
    assert.deepEqual(await refused({ identifier: wrongEnd }, 'IDENTIFIER_INVALID'), {
      scheme: 'USCC',
      identifier: wrongEnd,
      check: 'checksum',
    });
    assert.strictEqual((await refused({ identifier: good.slice(0, 17) }, 'IDENTIFIER_INVALID'))['check'], 'length');
    assert.strictEqual((await refused({ identifier: `I${good.slice(1)}` }, 'IDENTIFIER_INVALID'))['check'], 'format');
    assert.strictEqual(
      (await refused({ scheme: 'LEI', identifier: '549300TRUWO2CD2G5693' }, 'IDENTIFIER_INVALID'))['check'],
      'checksum',
    );
    assert.strictEqual((await refused({ scheme: 'LEI', identifier: good }, 'IDENTIFIER_INVALID'))['check'], 'length');
  });

  it('a legal entity is admitted once, however its identifier is written', async () => {
    const identifier = '91440101 ma5htm018b';
    assert.deepEqual(await refused({ identifier }, 'IDENTIFIER_TAKEN'), { party: String(ledger.party('hengtai')) });
  });

  it('a refused admission leaves no key behind', async () => {
    const keys = async () => (await ledger.gateway.keystore.addresses()).length;
    const before = await keys();
    await refused({ identifier: '91440101MA5HTM018B' }, 'IDENTIFIER_TAKEN');
    await refused({ roles: ['auditor', 'supplier'] }, 'ROLES_INCOMPATIBLE');
    assert.strictEqual(await keys(), before);
  });

  it('an incomplete admission names each field that is missing or wrong', async () => {
    const { status, body } = await operator().post('/v1/parties', {
      scheme: 'DUNS',
      identifier: freshUscc(5),
      roles: [],
      validUntil: '2026-02-30',
      admin: {},
    });
    assert.strictEqual(status, 422);
    assert.deepEqual(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort(), [
      '#/admin',
      '#/name',
      '#/roles',
      '#/scheme',
      '#/validUntil',
    ]);
    await refused({ roles: ['supplier', 'supplier'] }, 'INPUT_INVALID');
    await refused({ validUntil: '1969-12-31' }, 'INPUT_INVALID');
  });

  it('the same idempotency key admits once', async () => {
    const key = 'admission of newcomer 6';
    const first = await operator().post('/v1/parties', application(6), { key });
    const again = await operator().post('/v1/parties', application(6), { key });
    assert.strictEqual(first.status, 201);
    assert.deepEqual(again.body, first.body);
    assert.strictEqual(again.headers.get('idempotency-replayed'), 'true');
  });

  it('the role of a settlement bank waits until a regulator confirms it by name', async () => {
    const { body: bank } = await operator().post(
      '/v1/parties',
      application(7, { roles: ['financier', 'settlement-bank'] }),
    );
    assert.deepEqual(bank.roles, ['financier']);
    assert.deepEqual(bank.proposedRoles, ['financier', 'settlement-bank']);
    const confirm = (roles: string[], as = 'guangdong.checker') =>
      ledger.as(as).post(`/v1/parties/${bank.id}/role-confirmation`, { roles });

    assert.strictEqual((await confirm(['settlement-bank'])).body.code, 'PROPOSAL_DIFFERS');
    assert.strictEqual((await confirm(['financier', 'settlement-bank'], 'deeptier.maker')).body.code, 'ACCESS_DENIED');
    const confirmed = await confirm(['financier', 'settlement-bank']);
    assert.strictEqual(confirmed.status, 200);
    assert.deepEqual(confirmed.body.roles, ['financier', 'settlement-bank']);
    assert.strictEqual(confirmed.body.proposedRoles, null);
    assert.strictEqual((await confirm(['financier', 'settlement-bank'])).body.code, 'NOTHING_PROPOSED');
  });

  for (const role of ['operator', 'regulator']) {
    it(`the role ${role} waits for a regulator too`, async () => {
      const { body } = await operator().post(
        '/v1/parties',
        application(role === 'operator' ? 8 : 9, { roles: [role] }),
      );
      assert.deepEqual(body.roles, []);
      assert.deepEqual(body.proposedRoles, [role]);
    });
  }

  it('the operator changes other roles at once, while what waits for a regulator goes on waiting', async () => {
    const { body: party } = await operator().post(
      '/v1/parties',
      application(10, { roles: ['supplier', 'settlement-bank'] }),
    );
    const change = (roles: string[]) => operator().put(`/v1/parties/${party.id}/roles`, { roles });
    const direct = await change(['supplier', 'guarantor']);
    assert.deepEqual(direct.body.roles, ['supplier', 'guarantor']);
    assert.deepEqual(direct.body.proposedRoles, ['supplier', 'settlement-bank']);
    const replaced = await change(['settlement-bank']);
    assert.deepEqual(replaced.body.roles, ['supplier', 'guarantor']);
    assert.deepEqual(replaced.body.proposedRoles, ['settlement-bank']);
    assert.strictEqual((await change(['settlement-bank', 'regulator'])).body.code, 'ROLES_INCOMPATIBLE');
    assert.strictEqual(
      (await operator().put('/v1/parties/4000000000/roles', { roles: ['supplier'] })).body.code,
      'PARTY_UNKNOWN',
    );
  });

  it('the register is listed page by page, by role, status and identifier', async () => {
    const viewer = ledger.as('lihe.viewer');
    const found: string[] = [];
    let path: string | null = '/v1/parties?limit=4';
    while (path !== null) {
      const { body } = (await viewer.get(path)) as { body: { items: { id: string }[]; next: string | null } };
      assert.isOk(body.items.length <= 4);
      found.push(...body.items.map(({ id }) => id));
      path = body.next === null ? null : `/v1/parties?limit=4&cursor=${body.next}`;
    }
    assert.deepEqual(
      found,
      [...found].sort((a, b) => Number(a) - Number(b)),
    );
    assert.strictEqual(found.length, new Set(found).size);
    assert.isOk(found.length > 12);

    const auditors = await viewer.get('/v1/parties?role=auditor');
    assert.deepEqual(
      auditors.body.items.map(({ id }: { id: string }) => id),
      [String(ledger.party('zhengxin'))],
    );
    const hengtai = await viewer.get('/v1/parties?identifier=91440101MA5HTM018B&status=active');
    assert.deepEqual(
      hengtai.body.items.map(({ name }: { name: string }) => name),
      ['Hengtai Motors Co., Ltd.'],
    );
    assert.deepEqual((await viewer.get('/v1/parties?status=succeeded')).body.items, []);
    assert.strictEqual((await viewer.get('/v1/parties?role=emperor')).status, 422);
  });

  it('a party is read as it was at an earlier block', async () => {
    const { headers: then } = await ledger.as('deeptier.viewer').get('/v1/me');
    const block = then.get('deeptier-block');
    const id = ledger.party('kaida');
    await operator().put(`/v1/parties/${id}/validity`, { validUntil: '2031-06-30' });
    assert.strictEqual(
      (await operator().put(`/v1/parties/${id}/roles`, { roles: ['supplier', 'insurer'] })).status,
      200,
    );
    const now = await ledger
      .as('kaida.viewer')
      .get(`/v1/parties/${id}`)
      .catch(() => undefined);
    const past = await ledger.as('kaida.viewer').get(`/v1/parties/${id}?asOfBlock=${block}`);
    assert.deepEqual([now?.body.validUntil, now?.body.roles], ['2031-06-30', ['supplier', 'insurer']]);
    assert.deepEqual([past.body.validUntil, past.body.roles], ['2036-12-31', ['supplier']]);
  });

  it('after all of this the tables say what the registry says, and a rebuild makes them again', () =>
    assertTablesAgree(ledger));
});
