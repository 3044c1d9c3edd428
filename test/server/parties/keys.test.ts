// SPDX-License-Identifier: Apache-2.0
import { NOBODY } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { setStandingAcceptance } from '../../../server/parties/commands.ts';
import { assertTablesAgree } from './tables-agree.ts';

let ledger: TestLedger;

const acts = async (party: string): Promise<number> =>
  (await ledger.as(`${party}.maker`).put('/v1/standing-acceptances/anyone')).status;
const keyOf = async (party: string): Promise<string> =>
  (await ledger.as(`${party}.viewer`).get('/v1/me')).body.party.key;

describe('keys of a party', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger?.stop());

  it('a party rotates its key, goes on acting with the new one, and the old one signs nothing', async () => {
    const { status, body } = await ledger.as('minghua.checker').post('/v1/me/key-rotation', {});
    assert.strictEqual(status, 200, JSON.stringify(body));
    assert.strictEqual(body.id, String(ledger.party('minghua')));
    assert.notStrictEqual(body.key, ledger.key('minghua'));
    assert.isOk(await ledger.gateway.keystore.has(body.key));
    assert.strictEqual(await acts('minghua'), 200);
    assert.strictEqual(await acts('minghua'), 200);
    await assert.isRejected(
      ledger.instructWith(ledger.key('minghua'), setStandingAcceptance(NOBODY, false)),
      /KeyUnknown/,
    );
  });

  it('a key may be rotated again and again, also after the gateway was restarted', async () => {
    const before = await keyOf('minghua');
    await ledger.restart();
    assert.strictEqual(await keyOf('minghua'), before);
    assert.strictEqual(await acts('minghua'), 200);
    assert.strictEqual((await ledger.as('minghua.checker').post('/v1/me/key-rotation', {})).status, 200);
    assert.notStrictEqual(await keyOf('minghua'), before);
    assert.strictEqual(await acts('minghua'), 200);
  });

  it('a key that signs for another party is not taken over', async () => {
    const { status, body } = await ledger
      .as('tailong.checker')
      .post('/v1/me/key-rotation', { key: ledger.key('hengtai') });
    assert.deepEqual([status, body.code], [409, 'KEY_TAKEN']);
    assert.strictEqual(body.values.party, String(ledger.party('hengtai')));
  });

  it('a party that takes its key into its own hands can no longer be signed for here', async () => {
    const own = '0x8617E340B3D01FA5F11F306F4090FD50E238070D';
    const { status, body } = await ledger.as('xinyuan.checker').post('/v1/me/key-rotation', { key: own });
    assert.deepEqual([status, body.key], [200, own]);
    const refused = await ledger.as('xinyuan.maker').put('/v1/standing-acceptances/anyone');
    assert.deepEqual([refused.status, refused.body.code], [503, 'SIGNER_UNKNOWN']);
  });

  it('a lost key is replaced by the operator and a regulator together, who name the same key', async () => {
    const id = ledger.party('jinfeng');
    const lost = ledger.key('jinfeng');
    const confirm = (key: string) =>
      ledger.as('guangdong.checker').post(`/v1/parties/${id}/key-recovery/confirmation`, { key });
    assert.strictEqual((await confirm(lost)).body.code, 'NOTHING_PROPOSED');

    const proposed = await ledger.as('deeptier.maker').post(`/v1/parties/${id}/key-recovery`, { order: 'REC 2026-07' });
    assert.strictEqual(proposed.status, 200, JSON.stringify(proposed.body));
    assert.strictEqual(proposed.body.key, lost);
    assert.strictEqual(proposed.body.recoveryOrder, 'REC 2026-07');
    const key = proposed.body.proposedKey;
    assert.strictEqual(await acts('jinfeng'), 200, 'a proposal changes nothing yet');

    assert.strictEqual((await confirm(lost)).body.code, 'PROPOSAL_DIFFERS');
    const confirmed = await confirm(key);
    assert.deepEqual(
      [confirmed.status, confirmed.body.key, confirmed.body.proposedKey, confirmed.body.recoveryOrder],
      [200, key, null, null],
    );
    assert.strictEqual(await acts('jinfeng'), 200);
    await assert.isRejected(ledger.instructWith(lost, setStandingAcceptance(NOBODY, false)), /KeyUnknown/);
  });

  it('a party that rotates its key voids a recovery that was proposed behind its back', async () => {
    const id = ledger.party('kaida');
    const { body: proposed } = await ledger
      .as('deeptier.maker')
      .post(`/v1/parties/${id}/key-recovery`, { order: 'REC 2026-08' });
    const rotated = await ledger.as('kaida.checker').post('/v1/me/key-rotation', {});
    assert.strictEqual(rotated.body.proposedKey, null);
    const { body } = await ledger
      .as('guangdong.checker')
      .post(`/v1/parties/${id}/key-recovery/confirmation`, { key: proposed.proposedKey });
    assert.strictEqual(body.code, 'NOTHING_PROPOSED');
  });

  it('an order reference that the ledger could not keep whole is refused', async () => {
    const { status, body } = await ledger
      .as('deeptier.maker')
      .post(`/v1/parties/${ledger.party('lihe')}/key-recovery`, { order: '粤市监企改〔2026〕第118号' });
    assert.deepEqual([status, body.errors[0].pointer], [422, '#/order']);
  });

  it('after all of this the tables say what the registry says, and a rebuild makes them again', () =>
    assertTablesAgree(ledger));
});
