// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, numbered, type PayableId } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { sql } from 'kysely';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { type LookUp, recordLookUp } from '../../../server/access/look-up.ts';
import { requestOf } from './requester.ts';

let ledger: TestLedger;

const look = async (party: string, what: LookUp): Promise<void> => recordLookUp(await requestOf(ledger, party), what);
const log = async (
  party: string,
): Promise<{ kind: string; subject: string; grants: string[]; username: string; at: string }[]> => {
  const { status, body } = await ledger.as(`${party}.viewer`).get('/v1/access-log');
  assert.strictEqual(status, 200, JSON.stringify(body));
  return body.items;
};
const subjects = async (party: string): Promise<string[]> =>
  (await log(party)).map(({ kind, subject }) => `${kind} ${subject}`);

describe('the access log', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-03-16' });
    for (const party of ['minghua', 'tailong']) {
      const { body } = await ledger
        .as(`${party}.maker`)
        .post('/v1/access-grants', {
          auditor: String(ledger.party('zhengxin')),
          scope: 'party',
          expiresAt: '2026-12-31T00:00:00Z',
          purpose: 'Annual audit 2026',
        });
      assert.strictEqual(body.id, party === 'minghua' ? '1' : '2');
    }
  });

  after(() => ledger?.stop());

  it('a look of an auditor is recorded under the grants that opened it, a look of a regulator under none', async () => {
    await look('zhengxin', {
      kind: 'note',
      subject: '16777217',
      payable: numbered<PayableId>(1),
      parties: [ledger.party('minghua')],
    });
    await look('zhengxin', {
      kind: 'note',
      subject: '33554433',
      payable: numbered<PayableId>(2),
      parties: [ledger.party('tailong'), ledger.party('hengtai')],
    });
    await look('zhengxin', { kind: 'notes', subject: '*' });
    await look('guangdong', { kind: 'payable', subject: '1' });
    const all = await log('guangdong');
    assert.deepEqual(
      all.map(({ kind, subject, grants }) => [kind, subject, grants]),
      [
        ['note', '16777217', ['1']],
        ['note', '33554433', ['2']],
        ['notes', '*', ['1', '2']],
        ['payable', '1', []],
      ],
    );
    assert.strictEqual(all[0]?.username, 'zhengxin.viewer');
    assert.strictEqual(all[0]?.at, '2026-03-16T01:00:00.000Z');
  });

  it('who looks at its own leaves no trace', async () => {
    for (const party of ['minghua', 'harbour', 'deeptier'])
      await look(party, { kind: 'note', subject: '1', parties: [ledger.party(party)] });
    assert.strictEqual((await log('guangdong')).length, 4);
  });

  it('each reads the part of the log that concerns it', async () => {
    assert.deepEqual(await subjects('zhengxin'), ['note 16777217', 'note 33554433', 'notes *']);
    assert.deepEqual(await subjects('minghua'), ['note 16777217', 'notes *']);
    assert.deepEqual(
      (await log('minghua')).map(({ grants }) => grants),
      [['1'], ['1']],
      'what another party granted is not its to know',
    );
    assert.deepEqual(await subjects('tailong'), ['note 33554433', 'notes *']);
    assert.deepEqual(await subjects('harbour'), []);
    assert.deepEqual(await subjects('deeptier'), []);
  });

  it('a grant that ended opens nothing more, and what was seen under it stays on record', async () => {
    await ledger.as('minghua.maker').delete('/v1/access-grants/1');
    await look('zhengxin', {
      kind: 'note',
      subject: '16777218',
      payable: numbered<PayableId>(1),
      parties: [ledger.party('minghua')],
    });
    assert.deepEqual((await log('zhengxin')).at(-1)?.grants, []);
    assert.deepEqual(await subjects('minghua'), ['note 16777217', 'notes *']);
  });

  it('a payable and what is below it are recorded under the grant of that payable', async () => {
    // The payable itself is the receivables' business; here its number is enough.
    await ledger.db
      .insertInto('access_grants')
      .values({
        id: numbered<AccessGrantId>(50),
        grantor: ledger.party('hengtai'),
        auditor: ledger.party('zhengxin'),
        scope: 'payable',
        subject: 7n,
        expires_at: 4_000_000_000n,
        purpose: 'Dispute',
        revoked_by: null,
        from_block: 0n,
        to_block: null,
      })
      .execute();
    await look('zhengxin', { kind: 'payable', subject: '7' });
    await look('zhengxin', { kind: 'note', subject: '117440513', payable: numbered<PayableId>(7) });
    await look('zhengxin', { kind: 'payable', subject: '8' });
    assert.deepEqual(
      (await log('zhengxin')).slice(-3).map(({ grants }) => grants),
      [['50'], ['50'], []],
    );
    assert.deepEqual(await subjects('hengtai'), ['payable 7', 'note 117440513']);
  });

  it('the log is read page by page', async () => {
    const first = await ledger.as('guangdong.viewer').get('/v1/access-log?limit=3');
    assert.strictEqual(first.body.items.length, 3);
    const second = await ledger.as('guangdong.viewer').get(`/v1/access-log?limit=500&cursor=${first.body.next}`);
    assert.deepEqual([...first.body.items, ...second.body.items], await log('guangdong'));
  });

  it('nobody changes the log, not even who has the database', async () => {
    await assert.isRejected(sql`delete from access_log`.execute(ledger.db), /only ever added to/);
    await assert.isRejected(sql`update access_log set subject = 'nothing'`.execute(ledger.db), /only ever added to/);
    await assert.isRejected(sql`truncate access_log`.execute(ledger.db), /only ever added to/);
  });

  it('a look that cannot be recorded is refused', async () => {
    const ctx = await requestOf(ledger, 'zhengxin');
    const look = ledger.db
      .transaction()
      .setAccessMode('read only')
      .execute((tx) => recordLookUp({ ...ctx, records: tx }, { kind: 'note', subject: '1' }));
    await assert.isRejected(look, /read-only transaction/);
  });
});
