// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { assert, expect } from 'chai';
import { sql } from 'kysely';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Address } from '../../../../server/values/hex.ts';
import { PROJECTION_PREFIX } from '../../../../server/ledger/projector/definition.ts';
import { digestTables } from '../../../../server/ledger/projector/digest.ts';
import type { Projection } from '../../../../server/ledger/projector/projection.ts';
import type { Progress } from '../../../../server/ledger/projector/projector.ts';
import { numeric, text } from '../../../../server/store/columns.ts';
import { ORIGINALS } from '../../../../server/store/database.ts';
import { schemasLike } from '../../../../server/store/schema.ts';
import { put, versionedTable } from '../../../../server/store/versioned.ts';
import { add, counters, counting, hand, makeDirectory, schemaOf, startLedger, type Ledger } from '../chain/ledger.ts';
import { openFickleChain, type FickleChain } from './fickle-chain.ts';

const EMPTY_BLOCKS = 120;

/** The counters with a column more; `seen` gets the note of each event that is taken. */
function doubling(seen: string[] = [], poison?: string): Projection {
  const table = versionedTable('test_counters', {
    columns: { ...counters.columns, doubled: numeric(78), origin: text() },
    key: ['who'],
  });
  return {
    name: 'doubling',
    tables: [table],
    on: {
      'Counter.Counted': async (tx, { args, block }) => {
        const { total, note } = args;
        if (note === poison) throw new Error('it cannot take this one');
        seen.push(note);
        await put(
          tx,
          table,
          { who: args.who },
          { total, note, doubled: total * 2n, origin: 'the other definition' },
          block.number,
        );
      },
    },
  };
}

describe('tables made of the chain', () => {
  let directory: string;
  let chain: FickleChain;
  let ledger: Ledger;
  let alice: Address;
  /** Of everything that the chain cannot give back. */
  let originals: string;

  before(async () => {
    directory = await makeDirectory();
    chain = await openFickleChain();
    await start(counting);
    alice = await ledger.keystore.create();
    await count(1, 'early');
    for (let block = 0; block < EMPTY_BLOCKS; block += 1) await chain.mine();
    await count(2, 'late');
    await count(3, 'later');
    await ledger.projector.becomeLevel();
    originals = await digestOfOriginals();
    await ledger.stop();
  });
  afterEach(() => ledger.stop());
  after(() => fs.rm(directory, { recursive: true, force: true }));

  async function start(projection: Projection): Promise<void> {
    ledger = await startLedger({ directory, groupMs: 5, projection, openChain: () => Promise.resolve(chain) });
  }

  async function count(amount: number, note: string): Promise<void> {
    const operation = await hand(ledger, alice, [add(amount, note)]);
    assert.strictEqual((await ledger.ledgerClient.await(operation, 20_000)).state, 'done');
  }

  async function digestOfOriginals(): Promise<string> {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = ${ORIGINALS}
    `.execute(ledger.db);
    assert.isAbove(rows.length, 5);
    return digestTables(
      ledger.db,
      rows.map(({ name }) => `${ORIGINALS}.${name}`),
    );
  }

  const schemas = () => schemasLike(ledger.db, PROJECTION_PREFIX);

  async function totals(): Promise<Record<string, unknown>[]> {
    const { rows } = await sql<Record<string, unknown>>`
      select * from test_counters order by from_block
    `.execute(ledger.db);
    return rows;
  }

  it('are carried on with where they were when their definition is the same', async () => {
    await start(counting);
    const said: Progress[] = [];
    await ledger.projector.becomeLevel((progress) => said.push(progress));
    assert.deepEqual(said, []);
    assert.deepEqual(await schemas(), [schemaOf(counting).name]);
    assert.deepEqual(
      (await totals()).map(({ total }) => total),
      [1n, 3n, 6n],
    );
  });

  it('stay as they were while those of another definition cannot be made, and are there for the version before', async () => {
    const seen: string[] = [];
    await start(doubling(seen, 'later'));
    const said: Progress[] = [];
    await expect(ledger.projector.becomeLevel((progress) => said.push(progress))).to.be.rejectedWith(
      /cannot take this one/,
    );
    const old = schemaOf(counting).name;
    assert.sameMembers(await schemas(), [old, schemaOf(doubling()).name]);
    const { rows } = await sql`select total from ${sql.table(`${old}.test_counters`)} order by from_block`.execute(
      ledger.db,
    );
    assert.deepEqual(rows, [{ total: 1n }, { total: 3n }, { total: 6n }]);
    assert.deepEqual(seen, ['early', 'late'], 'it came as far as that');
    assert.isTrue(said[0]?.again);
  });

  it('are carried on with where they were broken off, said block by block, and then the old ones go; nothing else changes', async () => {
    const seen: string[] = [];
    const changed = doubling(seen);
    await start(changed);
    const said: Progress[] = [];
    await ledger.projector.becomeLevel((progress) => said.push(progress));
    assert.deepEqual(seen, ['late', 'later'], 'the page of blocks that was written whole is not made again');
    const head = BigInt(await chain.provider.getBlockNumber());
    assert.deepInclude(said[0], { of: head, again: true });
    assert.deepEqual(await schemas(), [schemaOf(changed).name]);
    assert.deepEqual(
      (await totals()).map(({ total, doubled, origin }) => [total, doubled, origin]),
      [1n, 3n, 6n].map((total) => [total, total * 2n, 'the other definition']),
    );
    assert.strictEqual(await digestOfOriginals(), originals);
  });

  it('are those that one pass from the first block makes, though they were made in two', async () => {
    await start(doubling());
    await ledger.projector.becomeLevel();
    const before = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), before);
    assert.deepEqual(await schemas(), [schemaOf(doubling()).name]);
  });

  it('stay as they were when a rebuild ends half-way, and what it left is dropped at the next start', async () => {
    await start(doubling([], 'later'));
    await ledger.projector.becomeLevel();
    const before = await ledger.projector.digestTables();
    await expect(ledger.projector.rebuild()).to.be.rejectedWith(/cannot take this one/);
    assert.strictEqual(await ledger.projector.digestTables(), before);
    assert.lengthOf(await schemas(), 2);
    await ledger.stop();
    await start(doubling());
    const said: Progress[] = [];
    await ledger.projector.becomeLevel((progress) => said.push(progress));
    assert.deepEqual(said, [], 'they are of this definition, and nothing is made again');
    assert.deepEqual(await schemas(), [schemaOf(doubling()).name]);
    assert.strictEqual(await ledger.projector.digestTables(), before);
  });

  it('are all that a handler finds: what the chain cannot give back is out of its reach', async () => {
    await start({
      name: 'reaching',
      tables: [versionedTable('test_others', { columns: { id: text() }, key: ['id'] })],
      on: {
        'Counter.Counted': async (tx) => {
          await tx.selectFrom('instructions').selectAll().execute();
        },
      },
    });
    await expect(ledger.projector.becomeLevel()).to.be.rejectedWith(/relation "instructions" does not exist/);
  });

  it('far behind the chain are catching up, with numbers, until they are level', async () => {
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    await start({
      ...counting,
      on: {
        'Counter.Counted': async (tx, event) => {
          entered.resolve();
          await gate.promise;
          await counting.on['Counter.Counted']?.(tx, event);
        },
      },
    });
    await entered.promise;
    const behind = ledger.projector.health();
    assert.strictEqual(behind.state, 'catching-up');
    assert.match(behind.reason ?? '', /^at block \d+ of \d+$/);
    gate.resolve();
    await ledger.projector.becomeLevel();
    assert.deepEqual(ledger.projector.health(), { state: 'ready' });
  });
});
