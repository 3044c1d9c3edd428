import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { setStandingAcceptance } from '../../../server/parties/commands.ts';
import { assertTablesAgree } from './tables-agree.ts';

let ledger: TestLedger;
before(async () => {
  ledger = await openTestLedger();
});
after(() => ledger?.stop());

const acts = async (party: string): Promise<number> =>
  (await ledger.as(`${party}.maker`).put('/v1/standing-acceptances/anyone')).status;
const keyOf = async (party: string): Promise<string> =>
  (await ledger.as(`${party}.viewer`).get('/v1/me')).body.party.key;

test('a party rotates its key, goes on acting with the new one, and the old one signs nothing', async () => {
  const { status, body } = await ledger.as('minghua.checker').post('/v1/me/key-rotation', {});
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.id, String(ledger.party('minghua')));
  assert.notEqual(body.key, ledger.key('minghua'));
  assert.ok(await ledger.gateway.keystore.has(body.key));
  assert.equal(await acts('minghua'), 200);
  assert.equal(await acts('minghua'), 200);
  await assert.rejects(ledger.instructWith(ledger.key('minghua'), setStandingAcceptance(0, false)), /KeyUnknown/);
});

test('a key may be rotated again and again, also after the gateway was restarted', async () => {
  const before = await keyOf('minghua');
  await ledger.restart();
  assert.equal(await keyOf('minghua'), before);
  assert.equal(await acts('minghua'), 200);
  assert.equal((await ledger.as('minghua.checker').post('/v1/me/key-rotation', {})).status, 200);
  assert.notEqual(await keyOf('minghua'), before);
  assert.equal(await acts('minghua'), 200);
});

test('a key that signs for another party is not taken over', async () => {
  const { status, body } = await ledger
    .as('tailong.checker')
    .post('/v1/me/key-rotation', { key: ledger.key('hengtai') });
  assert.deepEqual([status, body.code], [409, 'KEY_TAKEN']);
  assert.equal(body.values.party, String(ledger.party('hengtai')));
});

test('a party that takes its key into its own hands can no longer be signed for here', async () => {
  const own = '0x8617E340B3D01FA5F11F306F4090FD50E238070D';
  const { status, body } = await ledger.as('xinyuan.checker').post('/v1/me/key-rotation', { key: own });
  assert.deepEqual([status, body.key], [200, own]);
  const refused = await ledger.as('xinyuan.maker').put('/v1/standing-acceptances/anyone');
  assert.deepEqual([refused.status, refused.body.code], [503, 'SIGNER_UNKNOWN']);
});

test('a lost key is replaced by the operator and a regulator together, who name the same key', async () => {
  const id = ledger.party('jinfeng');
  const lost = ledger.key('jinfeng');
  const confirm = (key: string) =>
    ledger.as('guangdong.checker').post(`/v1/parties/${id}/key-recovery/confirmation`, { key });
  assert.equal((await confirm(lost)).body.code, 'NOTHING_PROPOSED');

  const proposed = await ledger.as('deeptier.maker').post(`/v1/parties/${id}/key-recovery`, { order: 'REC 2026-07' });
  assert.equal(proposed.status, 200, JSON.stringify(proposed.body));
  assert.equal(proposed.body.key, lost);
  assert.equal(proposed.body.recoveryOrder, 'REC 2026-07');
  const key = proposed.body.proposedKey;
  assert.equal(await acts('jinfeng'), 200, 'a proposal changes nothing yet');

  assert.equal((await confirm(lost)).body.code, 'PROPOSAL_DIFFERS');
  const confirmed = await confirm(key);
  assert.deepEqual(
    [confirmed.status, confirmed.body.key, confirmed.body.proposedKey, confirmed.body.recoveryOrder],
    [200, key, null, null],
  );
  assert.equal(await acts('jinfeng'), 200);
  await assert.rejects(ledger.instructWith(lost, setStandingAcceptance(0, false)), /KeyUnknown/);
});

test('a party that rotates its key voids a recovery that was proposed behind its back', async () => {
  const id = ledger.party('kaida');
  const { body: proposed } = await ledger
    .as('deeptier.maker')
    .post(`/v1/parties/${id}/key-recovery`, { order: 'REC 2026-08' });
  const rotated = await ledger.as('kaida.checker').post('/v1/me/key-rotation', {});
  assert.equal(rotated.body.proposedKey, null);
  const { body } = await ledger
    .as('guangdong.checker')
    .post(`/v1/parties/${id}/key-recovery/confirmation`, { key: proposed.proposedKey });
  assert.equal(body.code, 'NOTHING_PROPOSED');
});

test('an order reference that the ledger could not keep whole is refused', async () => {
  const { status, body } = await ledger
    .as('deeptier.maker')
    .post(`/v1/parties/${ledger.party('lihe')}/key-recovery`, { order: '粤市监企改〔2026〕第118号' });
  assert.deepEqual([status, body.errors[0].pointer], [422, '#/order']);
});

test('after all of this the tables say what the registry says, and a rebuild makes them again', () =>
  assertTablesAgree(ledger));
