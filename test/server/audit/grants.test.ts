// SPDX-License-Identifier: Apache-2.0
import type { PartyId, PayableId } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { visibilityOf } from '../../../server/access/visibility.ts';
import { requestOf } from './requester.ts';

let ledger: TestLedger;

const EXPIRES = '2026-03-20T00:00:00Z';
const id = (party: string): string => String(ledger.party(party));
const grant = (party: string, changes: object = {}) =>
  ledger
    .as(`${party}.maker`)
    .post('/v1/access-grants', {
      auditor: id('zhengxin'),
      scope: 'party',
      expiresAt: EXPIRES,
      purpose: 'Annual audit 2026',
      ...changes,
    });
const seenBy = async (party: string) => visibilityOf(await requestOf(ledger, party));
const openTo = async (party: string): Promise<PartyId[]> => {
  const seen = await seenBy(party);
  assert.isOk(seen.kind === 'granted');
  return [...seen.parties].sort((a, b) => Number(a - b));
};

describe('grants of access', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-03-16' });
  });

  after(() => ledger?.stop());

  it('without a grant an auditor sees nothing', async () => {
    assert.deepEqual(await seenBy('zhengxin'), {
      kind: 'granted',
      payables: new Set<PayableId>(),
      parties: new Set<PartyId>(),
      all: false,
    });
  });

  it('a regulator sees all, everybody else, the operator too, what is its own', async () => {
    assert.deepEqual(await seenBy('guangdong'), { kind: 'all' });
    for (const party of ['hengtai', 'xinyuan', 'harbour', 'pearl', 'deeptier']) {
      assert.deepEqual(await seenBy(party), { kind: 'own', parties: new Set([ledger.party(party)]) });
    }
  });

  it('a party opens what is its own to an auditor, until the grant expires by the clock', async () => {
    const { status, body } = await grant('minghua');
    assert.strictEqual(status, 201, JSON.stringify(body));
    assert.deepEqual(body, {
      id: '1',
      grantor: { id: id('minghua'), name: 'Minghua Axles Co., Ltd.' },
      auditor: { id: id('zhengxin'), name: 'Zhengxin Audit LLP' },
      scope: 'party',
      subject: id('minghua'),
      purpose: 'Annual audit 2026',
      expiresAt: '2026-03-20T00:00:00.000Z',
      revokedBy: null,
      inForce: true,
    });
    assert.deepEqual(await openTo('zhengxin'), [ledger.party('minghua')]);
    const now = ledger.clock.now();
    ledger.clock.set(Date.parse(EXPIRES) / 1000 - 1);
    assert.deepEqual(await openTo('zhengxin'), [ledger.party('minghua')]);
    ledger.clock.set(Date.parse(EXPIRES) / 1000);
    assert.deepEqual(await openTo('zhengxin'), []);
    assert.strictEqual((await ledger.as('zhengxin.viewer').get('/v1/access-grants')).body.items[0].inForce, false);
    ledger.clock.set(now);
  });

  it('who gave a grant takes it back, once, and nobody else but a regulator does', async () => {
    const { body: given } = await grant('tailong');
    const path = `/v1/access-grants/${given.id}`;
    assert.deepEqual(await openTo('zhengxin'), [ledger.party('minghua'), ledger.party('tailong')]);
    assert.strictEqual((await ledger.as('zhengxin.maker').delete(path)).body.code, 'ACCESS_DENIED');
    const stranger = await ledger.as('hengtai.maker').delete(path);
    assert.deepEqual([stranger.status, stranger.body.code], [404, 'GRANT_UNKNOWN']);
    const revoked = await ledger.as('tailong.maker').delete(path);
    assert.deepEqual([revoked.status, revoked.body.revokedBy.id, revoked.body.inForce], [200, id('tailong'), false]);
    assert.deepEqual(await openTo('zhengxin'), [ledger.party('minghua')]);
    assert.strictEqual((await ledger.as('tailong.maker').delete(path)).body.code, 'GRANT_UNKNOWN');
    assert.strictEqual((await ledger.as('tailong.maker').delete('/v1/access-grants/99')).body.code, 'GRANT_UNKNOWN');

    const { body: other } = await grant('tailong');
    assert.strictEqual(
      (await ledger.as('guangdong.maker').delete(`/v1/access-grants/${other.id}`)).body.revokedBy.id,
      id('guangdong'),
    );
  });

  it('nobody opens what is another’s', async () => {
    for (const changes of [{ subject: id('tailong') }, { scope: 'all' }]) {
      const { status, body } = await grant('minghua', changes);
      assert.deepEqual([status, body.code], [403, 'GRANT_NOT_ALLOWED']);
    }
    assert.strictEqual((await ledger.as('pearl.maker').post('/v1/access-grants', {})).body.code, 'ACCESS_DENIED');
  });

  it('a regulator opens everything, or one party', async () => {
    const { body: one } = await grant('guangdong', { subject: id('kaida') });
    assert.deepEqual([one.scope, one.subject], ['party', id('kaida')]);
    const { body: all } = await grant('guangdong', { scope: 'all' });
    assert.deepEqual([all.scope, all.subject], ['all', null]);
    const seen = await seenBy('zhengxin');
    assert.isOk(seen.kind === 'granted' && seen.all && seen.parties.has(ledger.party('kaida')));
    await ledger.as('guangdong.maker').delete(`/v1/access-grants/${all.id}`);
    const after = await seenBy('zhengxin');
    assert.isOk(after.kind === 'granted' && !after.all);
  });

  it('a grant needs an end ahead, an auditor, a purpose, and a subject that fits its scope', async () => {
    const code = async (changes: object): Promise<string> => (await grant('hengtai', changes)).body.code;
    assert.strictEqual(await code({ expiresAt: '2026-03-16T01:00:00Z' }), 'GRANT_ALREADY_EXPIRED');
    assert.strictEqual(await code({ auditor: id('harbour') }), 'ROLE_MISSING');
    assert.strictEqual(await code({ auditor: '4444' }), 'PARTY_UNKNOWN');
    assert.strictEqual(await code({ purpose: '' }), 'INPUT_INVALID');
    assert.strictEqual(await code({ expiresAt: '2026-12-31' }), 'INPUT_INVALID');
    assert.strictEqual(await code({ scope: 'payable' }), 'GRANT_SUBJECT_MISPLACED');
    assert.strictEqual(await code({ scope: 'all', subject: '1' }), 'GRANT_SUBJECT_MISPLACED');
  });

  it('grants are known to who gave them, who holds them, and regulators', async () => {
    const listed = async (party: string): Promise<string[]> => {
      const { body } = await ledger.as(`${party}.viewer`).get('/v1/access-grants');
      return [...new Set<string>(body.items.map((item: { grantor: { id: string } }) => item.grantor.id))].sort();
    };
    assert.deepEqual(await listed('minghua'), [id('minghua')]);
    assert.deepEqual(await listed('harbour'), []);
    assert.deepEqual(await listed('zhengxin'), [id('guangdong'), id('minghua'), id('tailong')].sort());
    assert.deepEqual(await listed('guangdong'), [id('guangdong'), id('minghua'), id('tailong')].sort());
  });

  it('an auditor that may not act itself sees nothing meanwhile', async () => {
    await ledger
      .as('deeptier.maker')
      .post(`/v1/parties/${id('zhengxin')}/suspension`, { reason: 'Licence under review' });
    assert.deepEqual(await openTo('zhengxin'), []);
    await ledger.as('deeptier.maker').post(`/v1/parties/${id('zhengxin')}/readmission`);
    assert.deepEqual(
      await openTo('zhengxin'),
      [ledger.party('minghua'), ledger.party('kaida')].sort((a, b) => Number(a - b)),
    );
  });

  it('a grant of a successor opens what it took over, and a predecessor’s grants are the successor’s to take back', async () => {
    const { body: earlier } = await grant('kaida');
    await ledger
      .as('deeptier.maker')
      .post('/v1/successions', { predecessor: id('kaida'), successor: id('minghua'), order: 'x' });
    for (const party of ['minghua', 'kaida'])
      await ledger.as(`${party}.checker`).post(`/v1/successions/${id('kaida')}/consent`, { successor: id('minghua') });
    assert.deepEqual(await seenBy('minghua'), {
      kind: 'own',
      parties: new Set([ledger.party('minghua'), ledger.party('kaida')]),
    });
    const revoked = await ledger.as('minghua.maker').delete(`/v1/access-grants/${earlier.id}`);
    assert.strictEqual(revoked.status, 200, JSON.stringify(revoked.body));
    await ledger.as('guangdong.maker').delete('/v1/access-grants/4');
    assert.deepEqual(
      await openTo('zhengxin'),
      [ledger.party('minghua'), ledger.party('kaida')].sort((a, b) => Number(a - b)),
      'by the grant of Minghua',
    );
  });
});
