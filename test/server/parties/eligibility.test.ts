// SPDX-License-Identifier: Apache-2.0
import { NOBODY } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { setStandingAcceptance } from '../../../server/parties/commands.ts';
import { assertTablesAgree } from './tables-agree.ts';
import { call } from '../../../server/ledger/contract-types.ts';

let ledger: TestLedger;

const operator = () => ledger.as('deeptier.maker');
const write = () => ledger.as('minghua.maker').put('/v1/standing-acceptances/anyone');
const decide = (what: string, body?: object) => operator().post(`/v1/parties/${ledger.party('minghua')}/${what}`, body);

describe('eligibility of a party', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger?.stop());

  it('a suspended party reads, and is refused in the gateway and by the ledger itself', async () => {
    const suspended = await decide('suspension', { reason: 'Licence withdrawn' });
    assert.strictEqual(suspended.status, 200);
    assert.strictEqual(suspended.body.status, 'suspended');
    assert.strictEqual(suspended.body.suspensionReason, 'Licence withdrawn');

    const me = await ledger.as('minghua.viewer').get('/v1/me');
    assert.strictEqual(me.status, 200);
    assert.deepEqual(me.body.eligibility, {
      mayAct: false,
      refusal: { code: 'PARTY_IS_SUSPENDED', sentence: `Party ${ledger.party('minghua')} is suspended.` },
    });
    assert.strictEqual((await ledger.as('minghua.viewer').get('/v1/parties')).status, 200);

    const refused = await write();
    assert.deepEqual([refused.status, refused.body.code], [403, 'PARTY_IS_SUSPENDED']);
    await assert.isRejected(ledger.instruct('minghua', setStandingAcceptance(NOBODY, true)), /PartyIsSuspended/);
  });

  it('a suspended party may still change its key and its passwords', async () => {
    const before = (await ledger.as('minghua.viewer').get(`/v1/parties/${ledger.party('minghua')}`)).body.key;
    const rotated = await ledger.as('minghua.checker').post('/v1/me/key-rotation', {});
    assert.strictEqual(rotated.status, 200, JSON.stringify(rotated.body));
    const after = (await ledger.as('minghua.viewer').get(`/v1/parties/${ledger.party('minghua')}`)).body.key;
    assert.notStrictEqual(after, before);
    const wrong = await ledger
      .as('minghua.viewer')
      .put('/v1/me/password', { current: 'not this one at all', next: 'something quite different' });
    assert.notStrictEqual(wrong.body.code, 'PARTY_IS_SUSPENDED');
  });

  it('why a party is suspended is shown to itself and to who supervises it', async () => {
    const path = `/v1/parties/${ledger.party('minghua')}`;
    const reasonTo = async (username: string): Promise<string> =>
      (await ledger.as(username).get(path)).body.suspensionReason;
    assert.strictEqual(await reasonTo('minghua.viewer'), 'Licence withdrawn');
    assert.strictEqual(await reasonTo('guangdong.viewer'), 'Licence withdrawn');
    assert.strictEqual(await reasonTo('tailong.viewer'), null);
  });

  it('a suspended party is not suspended again, and a readmitted one acts as before', async () => {
    assert.strictEqual((await decide('suspension', { reason: 'Again' })).body.code, 'PARTY_IS_SUSPENDED');
    const readmitted = await decide('readmission');
    assert.deepEqual(
      [readmitted.status, readmitted.body.status, readmitted.body.suspensionReason],
      [200, 'active', null],
    );
    assert.strictEqual((await write()).status, 200);
    const again = await decide('readmission');
    assert.deepEqual([again.status, again.body.code], [409, 'PARTY_NOT_SUSPENDED']);
  });

  it('an admission holds on its last day and not the day after, until it is extended', async () => {
    const extend = (validUntil: string) =>
      operator().put(`/v1/parties/${ledger.party('minghua')}/validity`, { validUntil });
    assert.strictEqual((await extend('2026-03-18')).body.validUntil, '2026-03-18');
    ledger.goTo('2026-03-18');
    assert.strictEqual((await write()).status, 200);
    ledger.goTo('2026-03-19');
    const refused = await write();
    assert.deepEqual([refused.status, refused.body.code], [403, 'ADMISSION_EXPIRED']);
    assert.deepEqual(refused.body.values, {
      party: String(ledger.party('minghua')),
      validUntil: '2026-03-18',
      today: '2026-03-19',
    });
    await assert.isRejected(ledger.instruct('minghua', setStandingAcceptance(NOBODY, true)), /AdmissionExpired/);
    assert.strictEqual((await ledger.as('minghua.viewer').get('/v1/me')).status, 200);
    await extend('2027-12-31');
    assert.strictEqual((await write()).status, 200);
  });

  it('the operator cannot silence a regulator, nor itself', async () => {
    const regulator = ledger.party('guangdong');
    for (const attempt of [
      operator().post(`/v1/parties/${regulator}/suspension`, { reason: 'Too strict' }),
      operator().put(`/v1/parties/${regulator}/validity`, { validUntil: '2026-01-01' }),
    ]) {
      const { status, body } = await attempt;
      assert.deepEqual([status, body.code], [403, 'REGULATOR_PROTECTED']);
    }
    const proposed = await operator().put(`/v1/parties/${regulator}/roles`, { roles: ['supplier'] });
    assert.deepEqual([proposed.body.roles, proposed.body.proposedRoles], [['regulator'], ['supplier']]);
    const itself = await operator().post(`/v1/parties/${ledger.party('deeptier')}/suspension`, { reason: 'Holiday' });
    assert.deepEqual([itself.status, itself.body.code], [422, 'SELF_REFERENCE']);
  });

  it('a party says whose transfers it accepts beforehand, and takes it back', async () => {
    const maker = ledger.as('tailong.maker');
    const from = String(ledger.party('hengtai'));
    assert.deepEqual((await maker.put(`/v1/standing-acceptances/${from}`)).body, {
      from,
      name: 'Hengtai Motors Co., Ltd.',
      accepted: true,
    });
    assert.deepEqual((await maker.put('/v1/standing-acceptances/anyone')).body, {
      from: 'anyone',
      name: null,
      accepted: true,
    });
    const listed = await ledger.as('tailong.viewer').get('/v1/standing-acceptances');
    assert.deepEqual(
      listed.body.items.map((item: { from: string }) => item.from),
      ['anyone', from],
    );
    const onLedger = async () => {
      const { accepted } = await ledger.read(
        call('PartyRegistry', 'acceptsBeforehand', ledger.party('tailong'), ledger.party('hengtai')),
      );
      return accepted;
    };
    assert.strictEqual(await onLedger(), true);
    assert.strictEqual((await maker.delete('/v1/standing-acceptances/anyone')).body.accepted, false);
    assert.strictEqual(await onLedger(), true);
    assert.strictEqual((await maker.delete(`/v1/standing-acceptances/${from}`)).body.accepted, false);
    assert.strictEqual(await onLedger(), false);
    assert.strictEqual((await maker.delete(`/v1/standing-acceptances/${from}`)).status, 200, 'there is none, as asked');
    assert.deepEqual((await ledger.as('tailong.viewer').get('/v1/standing-acceptances')).body.items, []);
    assert.strictEqual((await maker.put('/v1/standing-acceptances/999')).body.code, 'PARTY_UNKNOWN');
    assert.strictEqual((await maker.put('/v1/standing-acceptances/everyone')).status, 422);
  });

  it('a text that no database takes, written by a key of its own, halts nobody', async () => {
    const number = ledger.party('tailong');
    await ledger.instruct('deeptier', call('PartyRegistry', 'suspend', number, 'licence\0withdrawn'));
    assert.strictEqual(
      (await ledger.as('guangdong.viewer').get(`/v1/parties/${number}`)).body.suspensionReason,
      'licence\uFFFDwithdrawn',
    );
    await ledger.instruct('deeptier', call('PartyRegistry', 'readmit', number));
  });

  it('after all of this the tables say what the registry says, and a rebuild makes them again', () =>
    assertTablesAgree(ledger));
});
