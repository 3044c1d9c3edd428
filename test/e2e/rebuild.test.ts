// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { issueAndAccept, registerSample } from './main-job.ts';
import { openTestLedger, type TestLedger } from '../server/harness.ts';
import { findBlock } from '../../server/ledger/chain/block.ts';

describe('the projection', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openTestLedger({ date: '2026-11-24' });
  });
  after(() => ledger.stop());

  it('rebuilt from block 0 has the same rows, past ones too', async () => {
    await playThrough(ledger);
    const before = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), before);
  });

  it('is as it was after a restart, which replays the chain', async () => {
    const before = await ledger.projector.digestTables();
    const head = await findBlock(ledger.chain.provider, 'latest');
    await ledger.restart();
    assert.deepEqual(await findBlock(ledger.chain.provider, 'latest'), head);
    assert.strictEqual(await ledger.projector.digestTables(), before);
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), before);
  });
});

/** A little of everything: documents, two payables, offers of every ending, hops, a freeze, a payment. */
async function playThrough(ledger: TestLedger): Promise<void> {
  const document = await registerSample(ledger, 'ubl-minghua-1018.xml');
  const payable = await issueAndAccept(ledger, {
    supplier: 'minghua',
    document,
    face: '100000',
    maturity: '2026-12-31',
  });
  const root = String((BigInt(payable) << 24n) | 1n);
  const shares = [
    { to: String(ledger.party('jinfeng')), amount: '30000' },
    { to: String(ledger.party('kaida')), amount: '20000' },
  ];
  const transferred = await ledger.as('minghua.maker').post(`/v1/notes/${root}/transfers`, { shares });
  assert.strictEqual(transferred.status, 201, JSON.stringify(transferred.body));
  const [first, second] = [(BigInt(payable) << 24n) | 2n, (BigInt(payable) << 24n) | 3n];
  await ok(ledger.as('jinfeng.maker').post(`/v1/notes/${first}/acceptance`));
  await ok(ledger.as('kaida.maker').post(`/v1/notes/${second}/rejection`));
  await ok(
    ledger
      .as('jinfeng.maker')
      .post(`/v1/notes/${first}/transfers`, { shares: [{ to: String(ledger.party('lihe')), amount: '1' }] }),
  );
  await ok(
    ledger
      .as('guangdong.maker')
      .post(`/v1/notes/${root}/freezes`, { amount: '5', expiresAt: '2026-12-01T00:00:00Z', order: 'court 12' }),
  );
  await ok(
    ledger.as('deeptier.maker').post(`/v1/parties/${ledger.party('kaida')}/suspension`, { reason: 'licence lapsed' }),
  );
  ledger.goTo('2027-01-04');
  await ok(ledger.as('pearl.checker').post('/v1/cash/CNY'));
  await ok(
    ledger
      .as('pearl.maker')
      .post('/v1/cash/CNY/issues', { to: String(ledger.party('hengtai')), amount: '1000000', reference: 'deposit' }),
  );
  await ok(
    ledger.as('hengtai.checker').post(`/v1/payables/${payable}/payments`, { amount: '60000', reference: 'first part' }),
  );
}

async function ok(reply: Promise<{ status: number; body: unknown }>): Promise<void> {
  const { status, body } = await reply;
  assert.isOk(status === 200 || status === 201, `${status} ${JSON.stringify(body)}`);
}
