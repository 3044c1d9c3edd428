// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Address } from '../../../../server/values/hex.ts';
import { Projector } from '../../../../server/ledger/projector/projector.ts';
import type { Projection } from '../../../../server/ledger/projector/projection.ts';
import { put, rollback } from '../../../../server/store/versioned.ts';
import {
  add,
  counters,
  countOf,
  counting,
  hand,
  ignored,
  makeDirectory,
  quiet,
  schemaOf,
  startLedger,
  type Ledger,
} from '../chain/ledger.ts';
import { openFickleChain, type FickleChain } from './fickle-chain.ts';

const WAIT_MS = 20_000;

let directory: string;
let ledger: Ledger;
let chain: FickleChain;
let alice: Address;

async function run(amount: number, note = '') {
  return ledger.ledgerClient.await(await hand(ledger, alice, [add(amount, note)]), WAIT_MS);
}

async function head(): Promise<bigint> {
  return BigInt(await chain.provider.getBlockNumber());
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!(await condition())) {
    assert.isOk(Date.now() < deadline, 'it takes too long');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Another projector on the same tables, while the ledger's own one stands still. */
function projectorWith(projections: readonly Projection[], also: readonly string[] = []): Projector {
  return new Projector({
    db: ledger.db,
    chain,
    contracts: ledger.contracts,
    projections,
    schema: schemaOf(counting),
    ignored: [...ignored, ...also],
    log: quiet,
  });
}

describe('the projector', () => {
  before(async () => {
    directory = await makeDirectory();
    chain = await openFickleChain();
    ledger = await startLedger({ directory, groupMs: 5, openChain: async () => chain });
    alice = await ledger.keystore.create();
  });

  after(async () => {
    await ledger.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  it('a rebuild from the first block makes the very same rows', async () => {
    for (const amount of [1, 2, 3]) assert.strictEqual((await run(amount)).state, 'done');
    const before = await ledger.projector.digestTables();
    assert.strictEqual((await ledger.db.selectFrom('test_counters').selectAll().execute()).length, 3);
    await ledger.db.deleteFrom('test_counters').execute();
    assert.notStrictEqual(await ledger.projector.digestTables(), before);
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), before);
  });

  it('after a reorganisation the tables are those of the new chain alone, and what was taken back is carried out again', async () => {
    await run(10, 'stays');
    const ancestor = await head();
    const snapshot = await chain.snapshot();
    const lost = [await run(20, 'taken back'), await run(30, 'taken back too')];
    assert.deepEqual(
      lost.map(({ state }) => state),
      ['done', 'done'],
    );
    const hashes = (await ledger.db.selectFrom('blocks').select('hash').where('number', '>', ancestor).execute()).map(
      ({ hash }) => hash,
    );
    assert.strictEqual(hashes.length, 2);
    // Another history takes their place: first an empty block, and then whatever is sent again.
    await chain.revert(snapshot);
    await chain.mine();
    await until(
      async () =>
        (await ledger.db.selectFrom('instructions').select('id').where('state', '!=', 'done').executeTakeFirst()) ===
          undefined && (await countOf(ledger, alice)) === 66n,
    );
    await ledger.projector.catchUp(WAIT_MS);
    const now = await ledger.db
      .selectFrom('blocks')
      .select(['number', 'hash'])
      .where('number', '>', ancestor)
      .orderBy('number')
      .execute();
    assert.isOk(now.length >= 3);
    assert.isOk(now.every(({ hash }) => !hashes.includes(hash)));
    const rows = await ledger.db
      .selectFrom('test_counters')
      .select(['total', 'to_block'])
      .where('who', '=', alice)
      .orderBy('from_block')
      .execute();
    assert.deepEqual(
      rows.map(({ total }) => total),
      [1n, 3n, 6n, 16n, 36n, 66n],
    );
    const followed = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), followed, 'the rollback left what a rebuild makes');
  });

  it('a reorganisation to a shorter chain is followed too', async () => {
    const snapshot = await chain.snapshot();
    const ancestor = await head();
    for (let blocks = 0; blocks < 60; blocks += 1) await chain.mine();
    assert.strictEqual(await ledger.projector.catchUp(WAIT_MS), true);
    await chain.revert(snapshot);
    await until(() => ledger.projector.checkpoint()?.number === ancestor);
    assert.strictEqual(
      (await ledger.db.selectFrom('blocks').select('number').where('number', '>', ancestor).execute()).length,
      0,
    );
  });

  it('while the node leaves logs out, repeats them or gives those of another block, nothing is projected; then all is', async () => {
    const lies: ((truth: unknown) => unknown)[] = [
      () => [],
      (truth) => [...(truth as object[]), ...(truth as object[])],
      (truth) => (truth as object[]).map((log) => ({ ...log, blockHash: `0x${'ab'.repeat(32)}` })),
    ];
    for (const answer of lies) {
      const checkpoint = ledger.projector.checkpoint();
      chain.lie = { method: 'eth_getLogs', answer };
      const operation = await hand(ledger, alice, [add(1)]);
      assert.strictEqual((await ledger.ledgerClient.await(operation, 400)).state, 'pending');
      assert.deepEqual(ledger.projector.checkpoint(), checkpoint);
      assert.strictEqual(ledger.projector.health().state, 'retrying');
      chain.lie = undefined;
      assert.strictEqual((await ledger.ledgerClient.await(operation, WAIT_MS)).state, 'done');
      assert.strictEqual(ledger.projector.health().state, 'ready');
    }
  });

  it('an event that nobody takes, and a handler of an event that does not exist, are found at the start', () => {
    assert.throws(() => projectorWith([]), /no projection takes Counter\.Counted/);
    assert.throws(
      // The compiler finds it too, where the name is written down.
      () => projectorWith([{ ...counting, on: Object.assign({ 'Counter.Recounted': async () => {} }, counting.on) }]),
      /no contract announces Counter\.Recounted/,
    );
    assert.doesNotThrow(() => projectorWith([], ['Counter.Counted']));
  });

  it('a projection that fails halts with its reason, leaves nothing of the block behind, and says so to those who wait', async () => {
    await ledger.projector.stop();
    const failing: Projection = {
      name: 'failing',
      tables: [counters],
      on: {
        'Counter.Counted': async (tx, event) => {
          await counting.on['Counter.Counted']?.(tx, event);
          if (event.args.note === 'poison') throw new Error('it cannot take this one');
        },
      },
    };
    const projector = projectorWith([failing]);
    await projector.start();
    const operations = [await hand(ledger, alice, [add(1, 'sound'), add(1, 'poison')])];
    await until(() => projector.health().state === 'halted');
    assert.match(projector.health().reason ?? '', /Counter\.Counted in block \d+, log \d+: it cannot take this one/);
    const block = await head();
    const checkpoint = projector.checkpoint();
    assert.isOk(checkpoint && checkpoint.number < block);
    await assert.isRejected(projector.waitFor(block, WAIT_MS), /cannot take/);
    assert.strictEqual(
      (await ledger.db.selectFrom('blocks').select('number').where('number', '>', checkpoint.number).execute()).length,
      0,
    );
    assert.strictEqual(
      (await ledger.db.selectFrom('events').select('name').where('block_number', '>', checkpoint.number).execute())
        .length,
      0,
    );
    assert.strictEqual(
      (await ledger.db.selectFrom('test_counters').select('who').where('from_block', '>', checkpoint.number).execute())
        .length,
      0,
    );
    await projector.stop();
    // Mended, it goes on from where it stood.
    const mended = projectorWith([counting]);
    await mended.start();
    assert.strictEqual(await mended.catchUp(WAIT_MS), true);
    assert.strictEqual(operations.length, 1);
    assert.strictEqual(
      (
        await ledger.db
          .selectFrom('events')
          .select('name')
          .where('block_number', '=', block)
          .where('name', '=', 'Counted')
          .execute()
      ).length,
      2,
    );
    await mended.stop();
  });

  it('an event that is not in the ABI halts the projection', async () => {
    const projector = projectorWith([counting]);
    await projector.start();
    chain.lie = {
      method: 'eth_getLogs',
      answer: (truth) => (truth as { topics: string[] }[]).map((log) => ({ ...log, topics: [`0x${'12'.repeat(32)}`] })),
    };
    await hand(ledger, alice, [add(1)]);
    await until(() => projector.health().state === 'halted');
    assert.match(projector.health().reason ?? '', /not in its ABI/);
    chain.lie = undefined;
    await projector.stop();
  });

  it('two projectors never work on one database at once', async () => {
    const first = projectorWith([counting]);
    await first.start();
    await assert.isRejected(projectorWith([counting]).start(), /another process holds the lock "projector"/);
    await first.stop();
  });

  it('a rollback of the tables alone equals what the history says', async () => {
    const projector = projectorWith([counting]);
    await projector.start();
    await projector.catchUp(WAIT_MS);
    const before = await projector.digestTables();
    const block = await head();
    await ledger.db.transaction().execute(async (tx) => {
      await put(tx, counters, { who: alice }, { total: 0n, note: 'never happened' }, block + 1n);
      await rollback(tx, [counters], block);
    });
    assert.strictEqual(await projector.digestTables(), before);
    await projector.stop();
  });
});
