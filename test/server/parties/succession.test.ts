// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { predecessorsOf, successorOf } from '../../../server/parties/queries.ts';
import { assertTablesAgree } from './tables-agree.ts';

let ledger: TestLedger;

const id = (party: string): string => String(ledger.party(party));
const propose = (predecessor: string, successor: string) =>
  ledger
    .as('deeptier.maker')
    .post('/v1/successions', { predecessor: id(predecessor), successor: id(successor), order: 'SAMR 2026-118' });
const consent = (by: string, predecessor: string, successor: string) =>
  ledger.as(`${by}.checker`).post(`/v1/successions/${id(predecessor)}/consent`, { successor: id(successor) });

describe('succession', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger?.stop());

  it('a party does not succeed itself, and an unknown one succeeds nobody', async () => {
    assert.strictEqual((await propose('jinfeng', 'jinfeng')).body.code, 'SELF_REFERENCE');
    const unknown = await ledger
      .as('deeptier.maker')
      .post('/v1/successions', { predecessor: id('jinfeng'), successor: '777', order: 'x' });
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'PARTY_UNKNOWN']);
  });

  it('nobody consents to what was not proposed, or to another successor', async () => {
    assert.strictEqual((await consent('minghua', 'jinfeng', 'minghua')).body.code, 'NOTHING_PROPOSED');
    assert.strictEqual(
      (await ledger.as('minghua.viewer').get(`/v1/successions/${id('jinfeng')}`)).body.code,
      'SUCCESSION_UNKNOWN',
    );
    const proposed = await propose('jinfeng', 'minghua');
    assert.strictEqual(proposed.status, 201);
    assert.deepEqual(proposed.body, {
      predecessor: { id: id('jinfeng'), name: 'Jinfeng Castings Co., Ltd.' },
      successor: { id: id('minghua'), name: 'Minghua Axles Co., Ltd.' },
      order: 'SAMR 2026-118',
      successorConsented: false,
      predecessorConsentBy: null,
      completed: false,
    });
    assert.strictEqual((await consent('minghua', 'jinfeng', 'tailong')).body.code, 'PROPOSAL_DIFFERS');
    const stranger = await consent('kaida', 'jinfeng', 'minghua');
    assert.deepEqual([stranger.status, stranger.body.code], [403, 'CONSENT_NOT_DUE']);
    assert.strictEqual(
      (await consent('deeptier', 'jinfeng', 'minghua')).body.code,
      'CONSENT_NOT_DUE',
      'the operator proposes and decides nothing',
    );
  });

  it('successor and predecessor consent, each once, and the successor stands in its place', async () => {
    const first = await consent('minghua', 'jinfeng', 'minghua');
    assert.deepEqual(
      [first.body.successorConsented, first.body.predecessorConsentBy, first.body.completed],
      [true, null, false],
    );
    assert.strictEqual((await consent('minghua', 'jinfeng', 'minghua')).body.code, 'CONSENT_NOT_DUE');
    const second = await consent('jinfeng', 'jinfeng', 'minghua');
    assert.deepEqual([second.body.predecessorConsentBy.id, second.body.completed], [id('jinfeng'), true]);

    const predecessor = await ledger.as('jinfeng.viewer').get('/v1/me');
    assert.deepEqual(
      [predecessor.body.party.status, predecessor.body.party.key, predecessor.body.party.successor.id],
      ['succeeded', null, id('minghua')],
    );
    const refused = await ledger.as('jinfeng.maker').put('/v1/standing-acceptances/anyone');
    assert.deepEqual([refused.status, refused.body.code], [409, 'PARTY_IS_SUCCEEDED']);
    assert.deepEqual(refused.body.values, { party: id('jinfeng'), successor: id('minghua') });
    assert.strictEqual((await ledger.as('minghua.maker').put('/v1/standing-acceptances/anyone')).status, 200);
  });

  it('what was succeeded is decided about no more', async () => {
    for (const attempt of [
      propose('jinfeng', 'tailong'),
      propose('kaida', 'jinfeng'),
      ledger.as('deeptier.maker').post(`/v1/parties/${id('jinfeng')}/suspension`, { reason: 'x' }),
      ledger.as('deeptier.maker').post(`/v1/parties/${id('jinfeng')}/key-recovery`, { order: 'x' }),
    ]) {
      const { status, body } = await attempt;
      assert.deepEqual([status, body.code], [409, 'PARTY_IS_SUCCEEDED']);
    }
  });

  it('a regulator consents for a predecessor that cannot', async () => {
    await propose('xinyuan', 'lihe');
    const first = await consent('guangdong', 'xinyuan', 'lihe');
    assert.deepEqual([first.body.predecessorConsentBy.id, first.body.completed], [id('guangdong'), false]);
    assert.strictEqual((await consent('xinyuan', 'xinyuan', 'lihe')).body.code, 'CONSENT_NOT_DUE');
    assert.strictEqual((await consent('lihe', 'xinyuan', 'lihe')).body.completed, true);
  });

  it('a new proposal voids the consents to the one before', async () => {
    await propose('kaida', 'lihe');
    assert.strictEqual((await consent('lihe', 'kaida', 'lihe')).body.successorConsented, true);
    const replaced = await propose('kaida', 'tailong');
    assert.deepEqual([replaced.body.successor.id, replaced.body.successorConsented], [id('tailong'), false]);
    assert.strictEqual((await consent('lihe', 'kaida', 'lihe')).body.code, 'PROPOSAL_DIFFERS');
  });

  it('what waited for a regulator waits no more once the party is succeeded', async () => {
    const roles = ['financier', 'settlement-bank'];
    const proposed = await ledger.as('deeptier.maker').put(`/v1/parties/${id('rongda')}/roles`, { roles });
    assert.deepEqual(proposed.body.proposedRoles, roles);
    await propose('rongda', 'harbour');
    await consent('harbour', 'rongda', 'harbour');
    assert.strictEqual((await consent('rongda', 'rongda', 'harbour')).body.completed, true);
    const { body } = await ledger.as('deeptier.viewer').get(`/v1/parties/${id('rongda')}`);
    assert.deepEqual([body.status, body.roles, body.proposedRoles], ['succeeded', ['financier'], null]);
    const late = await ledger.as('guangdong.checker').post(`/v1/parties/${id('rongda')}/role-confirmation`, { roles });
    assert.deepEqual([late.status, late.body.code], [409, 'NOTHING_PROPOSED']);
  });

  it('a successor that is succeeded itself hands everything on', async () => {
    await propose('minghua', 'tailong');
    await consent('tailong', 'minghua', 'tailong');
    assert.strictEqual((await consent('minghua', 'minghua', 'tailong')).body.completed, true);
    assert.strictEqual(await successorOf(ledger.db, ledger.party('jinfeng'), 'latest'), ledger.party('tailong'));
    assert.deepEqual(
      await predecessorsOf(ledger.db, ledger.party('tailong'), 'latest'),
      [ledger.party('minghua'), ledger.party('jinfeng')].sort((a, b) => Number(a - b)),
    );
    assert.deepEqual(await predecessorsOf(ledger.db, ledger.party('hengtai'), 'latest'), []);
    assert.strictEqual(await successorOf(ledger.db, ledger.party('hengtai'), 'latest'), ledger.party('hengtai'));
  });

  it('all successions are listed', async () => {
    const { body } = await ledger.as('hengtai.viewer').get('/v1/successions');
    const shown = body.items.map(
      (item: { predecessor: { id: string }; successor: { id: string }; completed: boolean }) => [
        item.predecessor.id,
        item.successor.id,
        item.completed,
      ],
    );
    assert.deepEqual(
      shown,
      [
        [id('minghua'), id('tailong'), true],
        [id('jinfeng'), id('minghua'), true],
        [id('kaida'), id('tailong'), false],
        [id('rongda'), id('harbour'), true],
        [id('xinyuan'), id('lihe'), true],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    );
  });

  it('after all of this the tables say what the registry says, and a rebuild makes them again', () =>
    assertTablesAgree(ledger));
});
