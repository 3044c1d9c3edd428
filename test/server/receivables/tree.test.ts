// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertMirror } from './mirror.ts';
import { acceptBeforehand, activePayable, assertRefused, hand, pass } from './scenario.ts';

let ledger: TestLedger;

interface Node {
  note: string;
  amount: string;
  tier: number;
  status: string;
  children: Node[];
}

function flat(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

function sum(parts: readonly { amount: string }[]): bigint {
  return parts.reduce((total, { amount }) => total + BigInt(amount), 0n);
}

describe('the tree of a payable', () => {
  before(async () => {
    ledger = await openTestLedger();
    for (const name of ['jinfeng', 'kaida', 'lihe', 'xinyuan']) await acceptBeforehand(ledger, name);
  });

  after(() => ledger.stop());

  it('a tree nests each note below the one it came from, and its totals each add up to the face', async () => {
    const { payable, note } = await activePayable(ledger, { face: 1_000n });
    const [second, other] = (await pass(ledger, 'minghua', note, [
      ['jinfeng', 600n],
      ['kaida', 100n],
    ])) as [string, string];
    const [third] = (await pass(ledger, 'jinfeng', second, [['lihe', 500n]])) as [string];
    const [fourth] = (await pass(ledger, 'lihe', third, [['xinyuan', 499n]])) as [string];
    await ledger.as('lihe.maker').post(`/v1/notes/${third}/returns`, { amount: '1' });
    const [offered] = (await pass(ledger, 'minghua', note, [['tailong', 30n]])) as [string];
    const { body } = await ledger.as('guangdong.viewer').get(`/v1/payables/${payable}/tree`);
    assert.deepEqual(
      body.notes.map((node: Node) => [node.note, node.children.map((child) => child.note)]),
      [
        [note, [second, other]],
        [offered, []],
      ],
    );
    assert.deepEqual(
      flat(body.notes).map(({ note: id }) => id),
      [note, second, third, fourth, other, offered],
    );
    for (const totals of [body.byTier, body.byHolder, flat(body.notes)]) assert.strictEqual(sum(totals), 1_000n);
    assert.deepEqual(body.byStatus, { offered: '30', held: '969', settled: '0', void: '1' });
    assert.deepEqual(
      body.byTier.map(({ tier, amount }: { tier: number; amount: string }) => [tier, amount]),
      [
        [1, '300'],
        [2, '200'],
        [3, '1'],
        [4, '499'],
      ],
    );
    await assertMirror(ledger);
  });

  it('a tree of a past block is the tree that was', async () => {
    const { payable, note } = await activePayable(ledger, { face: 1_000n });
    const regulator = ledger.as('guangdong.viewer');
    const seen: { block: string; body: unknown }[] = [];
    const look = async () => {
      const reply = await regulator.get(`/v1/payables/${payable}/tree`);
      seen.push({ block: reply.headers.get('deeptier-block') as string, body: reply.body });
    };
    await look();
    const [second] = (await pass(ledger, 'minghua', note, [['jinfeng', 600n]])) as [string];
    await look();
    await pass(ledger, 'jinfeng', second, [['lihe', 600n]]);
    await look();
    await ledger.as('minghua.maker').post(`/v1/notes/${note}/returns`, { amount: '400' });
    await look();
    for (const { block, body } of seen)
      assert.deepEqual((await regulator.get(`/v1/payables/${payable}/tree?asOfBlock=${block}`)).body, body);
    assert.strictEqual(new Set(seen.map(({ body }) => JSON.stringify(body))).size, 4);
    // A rebuild from the first block makes the same past.
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
  });

  it('penetration leads from a holder to the debtors behind all it holds', async () => {
    const { note } = await activePayable(ledger, { supplier: 'tailong', face: 1_000n, maturity: '2026-06-12' });
    const piece = (await pass(ledger, 'tailong', note, [['xinyuan', 250n]]))[0] as string;
    const own = await ledger.as('xinyuan.viewer').get(`/v1/holders/${ledger.party('xinyuan')}/debtors`);
    assert.strictEqual(own.status, 200, JSON.stringify(own.body));
    const [debtor] = own.body.debtors;
    assert.deepEqual(
      [own.body.debtors.length, debtor.debtor.name, debtor.currency, debtor.nearestDueDate, debtor.overdue],
      [1, 'Hengtai Motors Co., Ltd.', 'CNY', '2026-06-12', '0'],
    );
    const held = await ledger.as('xinyuan.viewer').get('/v1/notes?status=held&limit=500');
    assert.strictEqual(BigInt(debtor.amount), sum(held.body.items));
    assert.strictEqual(sum(debtor.byTier), BigInt(debtor.amount));
    assert.strictEqual(debtor.notes, held.body.items.length);
    assert.isOk(held.body.items.some(({ id }: { id: string }) => id === piece));
    assert.deepEqual(
      (await ledger.as('guangdong.viewer').get(`/v1/holders/${ledger.party('xinyuan')}/debtors`)).body,
      own.body,
    );
    assertRefused(
      await ledger.as('kaida.viewer').get(`/v1/holders/${ledger.party('xinyuan')}/debtors`),
      404,
      'PARTY_UNKNOWN',
    );
    assertRefused(await ledger.as('guangdong.viewer').get('/v1/holders/4294967295/debtors'), 404, 'PARTY_UNKNOWN');
  });

  it('a limit is set by a checker of the operator, and read by the operator, a regulator and the obligor itself', async () => {
    const path = `/v1/parties/${ledger.party('hengtai')}/limits/JPY`;
    const set = await ledger.as('deeptier.checker').put(path, { limit: (2n ** 128n - 1n).toString() });
    assert.deepEqual(
      [set.status, set.body.limit, set.body.available],
      [200, (2n ** 128n - 1n).toString(), (2n ** 128n - 1n).toString()],
      JSON.stringify(set.body),
    );
    for (const who of ['deeptier.viewer', 'guangdong.viewer', 'hengtai.viewer'])
      assert.deepEqual((await ledger.as(who).get(path)).body, set.body);
    assertRefused(await ledger.as('deeptier.maker').put(path, { limit: '1' }), 403, 'ACCESS_DENIED');
    assertRefused(await ledger.as('minghua.viewer').get(path), 403, 'ACCESS_DENIED');
    assertRefused(
      await ledger.as('hengtai.viewer').get(`/v1/parties/${ledger.party('minghua')}/limits/JPY`),
      404,
      'PARTY_UNKNOWN',
    );
    assertRefused(
      await ledger.as('deeptier.checker').put(`/v1/parties/${ledger.party('minghua')}/limits/JPY`, { limit: '1' }),
      403,
      'ROLE_MISSING',
    );
    assertRefused(
      await ledger.as('deeptier.checker').put('/v1/parties/4294967295/limits/JPY', { limit: '1' }),
      404,
      'PARTY_UNKNOWN',
    );
    assertRefused(
      await ledger.as('deeptier.checker').put(path, { limit: (2n ** 128n).toString() }),
      422,
      'INPUT_INVALID',
    );
    await assertMirror(ledger);
  });

  it('lists are cut into pages that miss nothing and repeat nothing, filtered', async () => {
    const client = ledger.as('guangdong.viewer');
    for (const list of [
      '/v1/notes',
      '/v1/notes?status=held',
      '/v1/payables',
      `/v1/payables?obligor=${ledger.party('hengtai')}&currency=CNY&dueBefore=2026-12-31`,
      `/v1/notes?holder=${ledger.party('xinyuan')}`,
    ]) {
      const join = list.includes('?') ? '&' : '?';
      const all = (await client.get(`${list}${join}limit=500`)).body.items.map(({ id }: { id: string }) => id);
      assert.isOk(all.length >= 2, list);
      const paged: string[] = [];
      let cursor = '';
      do {
        const { body } = await client.get(`${list}${join}limit=1${cursor}`);
        paged.push(...body.items.map(({ id }: { id: string }) => id));
        cursor = body.next === null ? '' : `&cursor=${body.next}`;
      } while (cursor !== '');
      assert.deepEqual(paged, all);
    }
    const { body } = await client.get(`/v1/payables?currency=EUR`);
    assert.deepEqual(body.items, []);
    await hand(ledger, 'minghua', (await activePayable(ledger, { face: 5n })).note, 'tailong', 5n);
  });

  it('who succeeds a party sees what that one holds and is offered, moves it, and is the debtor of what it owed', async () => {
    const { note } = await activePayable(ledger, { face: 500n });
    const held = (await pass(ledger, 'minghua', note, [['kaida', 100n]]))[0] as string;
    const before = await ledger.as('lihe.viewer').get(`/v1/holders/${ledger.party('lihe')}/debtors`);
    assertRefused(await ledger.as('lihe.viewer').get(`/v1/notes/${held}`), 404, 'NOTE_UNKNOWN');
    const [kaida, lihe] = [ledger.party('kaida'), ledger.party('lihe')];
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'proposeSuccession',
      args: [kaida, lihe, `0x${'11'.repeat(32)}`],
    });
    for (const name of ['lihe', 'kaida'])
      await ledger.instruct(name, {
        contract: 'PartyRegistry',
        functionName: 'consentToSuccession',
        args: [kaida, lihe],
      });
    const shown = await ledger.as('lihe.viewer').get(`/v1/notes/${held}`);
    assert.deepEqual(
      [shown.status, shown.body.holder.id, shown.body.free],
      [200, String(kaida), '100'],
      JSON.stringify(shown.body),
    );
    const after = await ledger.as('lihe.viewer').get(`/v1/holders/${lihe}/debtors`);
    assert.isOk(BigInt(after.body.debtors[0].amount) - BigInt(before.body.debtors[0].amount) >= 100n);
    const [piece] = (await pass(ledger, 'lihe', held, [['xinyuan', 100n]])) as [string];
    const walk = await ledger.as('lihe.viewer').get(`/v1/notes/${held}/path`);
    assert.deepEqual(
      [walk.body.hops[0].to.id, walk.body.hops[0].redacted, walk.body.hops[0].from.name],
      [String(kaida), false, 'Minghua Axles Co., Ltd.'],
    );
    assert.strictEqual((await ledger.as('xinyuan.viewer').get(`/v1/notes/${piece}`)).body.title.from.id, String(kaida));
    await assertMirror(ledger);
  });
});
