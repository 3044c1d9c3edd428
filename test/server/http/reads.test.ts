// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { assertProblem } from './problems.ts';
import { addBlock, ask, type Gateway, openTestbed, type Testbed } from './testbed.ts';

interface Listed {
  readonly items: ReadonlyArray<{ readonly id: string }>;
  readonly next: string | null;
}

describe('reads', () => {
  let bed: Testbed;
  let gateway: Gateway;
  let token: string;
  let other: string;

  before(async () => {
    bed = await openTestbed();
    gateway = await bed.open();
    token = await gateway.token(await bed.user(1, 'viewer.one', ['viewer']));
    other = await gateway.token(await bed.user(2, 'viewer.two', ['viewer']));
  });
  after(() => bed.close());

  async function list(
    query: string,
    as = token,
  ): Promise<{ ids: string[]; next: string | null; block: string | null }> {
    const answer = await ask(gateway, 'GET', `/v1/jars${query}`, { token: as });
    assert.strictEqual(answer.status, 200, answer.text);
    const { items, next } = answer.body as unknown as Listed;
    return { ids: items.map((item) => item.id), next, block: answer.headers.get('deeptier-block') };
  }

  it('a list is cut into pages that join without gap or overlap', async () => {
    const seen: string[] = [];
    let query = '?limit=3';
    for (;;) {
      const { ids, next } = await list(query);
      seen.push(...ids);
      if (next === null) break;
      query = `?limit=3&cursor=${next}`;
    }
    assert.deepEqual(seen, ['1', '2', '3', '4', '5', '6', '7']);
    assert.strictEqual((await list('?limit=7')).next, null);
    assert.strictEqual((await list('')).ids.length, 7);
  });

  it('a cursor is bound to list, filters and party, and cannot be made up', async () => {
    const { next } = await list('?limit=3');
    assert.isOk(next !== null);
    for (const [query, as] of [
      [`?limit=3&label=jar&cursor=${next}`, token],
      [`?limit=3&cursor=${next}`, other],
      [`?limit=3&cursor=${next.replace('.', 'A.')}`, token],
      [`?limit=3&cursor=WyIxMCIsIjEiXQ.${next.split('.')[1]}`, token],
      [`?limit=3&asOfBlock=9&cursor=${next}`, token],
    ] as const) {
      assertProblem(await ask(gateway, 'GET', `/v1/jars${query}`, { token: as }), 'CURSOR_INVALID', 400);
    }
    assert.deepEqual((await list(`?limit=2&cursor=${next}`)).ids, ['4', '5'], 'the size of a page may change');
  });

  it('the pages of a list stay at the block of the first, however the ledger grows', async () => {
    const first = await list('?limit=5');
    await bed.db.insertInto('test_jars').values({ id: 8n, label: 'late', content: 1n, block: 11n }).execute();
    assert.strictEqual(await addBlock(bed.db), 11n);
    const second = await list(`?limit=5&cursor=${first.next}`);
    assert.deepEqual([second.ids, second.next, second.block], [['6', '7'], null, first.block]);
    assert.deepEqual((await list('?limit=100')).ids.at(-1), '8');
  });

  it('a read can look back at any block, and not ahead', async () => {
    assert.deepEqual(await list('?asOfBlock=9'), { ids: [], next: null, block: '9' });
    const { values } = assertProblem(
      await ask(gateway, 'GET', '/v1/jars?asOfBlock=999', { token }),
      'BLOCK_NOT_REACHED',
      409,
    );
    assert.deepEqual(values, { asked: '999', reached: '11' });
  });

  it('a read sees one state of the tables, whatever is written meanwhile', async () => {
    const { body } = await ask(gateway, 'GET', '/v1/snapshots', { token });
    assert.strictEqual(body['after'], body['before']);
    const later = await ask(gateway, 'GET', '/v1/snapshots', { token });
    assert.strictEqual(Number(later.body['before']), Number(body['before']) + 1);
  });
});
