// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import fc from 'fast-check';
import { sql } from 'kysely';
import { digestTables } from '../../../server/ledger/projector/digest.ts';
import { bigint, bytes, date, json, numeric, text } from '../../../server/store/columns.ts';
import { openDatabase, type Database, type Transaction } from '../../../server/store/database.ts';
import { migrate } from '../../../server/store/migrations.ts';
import { startPostgres, type RunningPostgres } from '../../../server/store/postgres.ts';
import {
  asOf,
  current,
  patch,
  put,
  remove,
  rollback,
  versionedTable,
  type RowOf,
} from '../../../server/store/versioned.ts';
import { makeDirectory, quiet } from '../ledger/chain/ledger.ts';
import { runs } from '../../depth.ts';

declare module '../../../server/store/database.ts' {
  interface Tables {
    test_shelves: RowOf<typeof shelves>;
  }
}

const shelves = versionedTable('test_shelves', {
  columns: {
    room: text(),
    shelf: bigint(),
    content: numeric(78),
    labels: json<unknown>(),
    stamp: bytes().orNull(),
    day: date().orNull(),
  },
  key: ['room', 'shelf'],
});
const key = (shelf: number) => ({ room: 'cellar', shelf: BigInt(shelf) });
const filled = (content: bigint) => ({ content, labels: [], stamp: null, day: null });

let directory: string;
let postgres: RunningPostgres;
let db: Database;

const inTransaction = (work: (tx: Transaction) => Promise<void>) => db.transaction().execute(work);

async function contentsAt(block: bigint | 'latest'): Promise<Record<string, bigint>> {
  const rows = await asOf(db.selectFrom('test_shelves').select(['shelf', 'content']), 'test_shelves', block).execute();
  return Object.fromEntries(rows.map(({ shelf, content }) => [shelf.toString(), content]));
}

type Change = { kind: 'put' | 'patch' | 'remove'; shelf: number; content: bigint; block: bigint };

const history = fc
  .array(
    fc.record({
      kind: fc.constantFrom('put', 'patch', 'remove'),
      shelf: fc.integer({ min: 0, max: 2 }),
      content: fc.bigInt({ min: 0n, max: 99n }),
      step: fc.constantFrom(0n, 0n, 1n, 2n),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((steps) => {
    let block = 1n;
    const there = new Set<number>();
    return steps.flatMap(({ kind, shelf, content, step }): Change[] => {
      block += step;
      if (kind !== 'put' && !there.has(shelf)) return [];
      if (kind === 'remove') there.delete(shelf);
      else there.add(shelf);
      return [{ kind: kind, shelf, content, block }];
    });
  });

async function play(changes: readonly Change[]): Promise<void> {
  await inTransaction(async (tx) => {
    await sql`delete from test_shelves`.execute(tx);
    for (const { kind, shelf, content, block } of changes) {
      if (kind === 'put') await put(tx, shelves, key(shelf), filled(content), block);
      else if (kind === 'patch') await patch(tx, shelves, key(shelf), { content }, block);
      else await remove(tx, shelves, key(shelf), block);
    }
  });
}

describe('versioned tables', () => {
  before(async () => {
    directory = await makeDirectory();
    postgres = await startPostgres({ dataDir: directory, log: quiet });
    db = openDatabase(postgres.connectionString);
    await migrate(db, [{ name: 'test shelves', sql: shelves.ddl }]);
  });

  after(async () => {
    await db.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  it('a row comes back with its types: exact integers beyond 2^53, lists, bytes and dates', async () => {
    await db.deleteFrom('test_shelves').execute();
    const row = { content: 2n ** 200n, labels: ['a', { b: 1 }], stamp: Buffer.from([0, 255]), day: '2026-02-28' };
    await inTransaction((tx) => put(tx, shelves, key(1), row, 7n));
    assert.deepEqual(await current(db, shelves, key(1)), { ...key(1), ...row, from_block: 7n, to_block: null });
  });

  it('two changes in one block leave one version, and the ones before it stay readable', async () => {
    await db.deleteFrom('test_shelves').execute();
    await inTransaction(async (tx) => {
      await put(tx, shelves, key(1), filled(1n), 10n);
      await put(tx, shelves, key(1), filled(2n), 12n);
      await patch(tx, shelves, key(1), { content: 3n }, 12n);
    });
    assert.deepEqual(await contentsAt(9n), {});
    assert.deepEqual(await contentsAt(10n), { 1: 1n });
    assert.deepEqual(await contentsAt(11n), { 1: 1n });
    assert.deepEqual(await contentsAt(12n), { 1: 3n });
    assert.deepEqual(await contentsAt('latest'), { 1: 3n });
    assert.strictEqual((await db.selectFrom('test_shelves').selectAll().execute()).length, 2);
  });

  it('a change keeps the columns it does not name', async () => {
    await db.deleteFrom('test_shelves').execute();
    const row = { content: 1n, labels: { tags: ['x', 'y'] }, stamp: Buffer.from('ab', 'hex'), day: '2026-01-31' };
    await inTransaction((tx) => put(tx, shelves, key(1), row, 1n));
    await inTransaction((tx) => patch(tx, shelves, key(1), { day: null }, 2n));
    assert.deepEqual(await current(db, shelves, key(1)), {
      ...key(1),
      ...row,
      day: null,
      from_block: 2n,
      to_block: null,
    });
  });

  it('a row that is not there can be neither changed nor ended', async () => {
    await db.deleteFrom('test_shelves').execute();
    await assert.isRejected(
      inTransaction((tx) => patch(tx, shelves, key(1), { content: 1n }, 1n)),
      /no current row/,
    );
    await assert.isRejected(
      inTransaction((tx) => remove(tx, shelves, key(1), 1n)),
      /no current row/,
    );
    await assert.isRejected(
      inTransaction((tx) => put(tx, shelves, { room: 'cellar' }, filled(1n), 1n)),
      /lacks shelf/,
    );
  });

  it('a change of the past is refused', async () => {
    await db.deleteFrom('test_shelves').execute();
    await inTransaction((tx) => put(tx, shelves, key(1), filled(1n), 5n));
    await assert.isRejected(
      inTransaction((tx) => put(tx, shelves, key(1), filled(2n), 4n)),
      /test_shelves/,
    );
  });

  it('for any history, a read at any block gives what was true then', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (changes) => {
        await play(changes);
        const last = changes.at(-1)?.block ?? 0n;
        for (let block = 0n; block <= last + 1n; block += 1n) {
          const expected: Record<string, bigint> = {};
          for (const change of changes) {
            if (change.block > block) break;
            if (change.kind === 'remove') delete expected[change.shelf];
            else expected[change.shelf] = change.content;
          }
          assert.deepEqual(await contentsAt(block), expected, `at block ${block}`);
        }
      }),
      { numRuns: runs(60, 1_000) },
    );
  });

  it('for any history, a rollback leaves the very rows that a replay up to that block makes', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.bigInt({ min: 0n, max: 20n }), async (changes, block) => {
        await play(changes);
        await inTransaction((tx) => rollback(tx, [shelves], block));
        const rolledBack = await digestTables(db, ['test_shelves']);
        await play(changes.filter((change) => change.block <= block));
        assert.strictEqual(rolledBack, await digestTables(db, ['test_shelves']));
      }),
      { numRuns: runs(60, 1_000) },
    );
  });

  it('a numeric with decimals is an error, not a rounded amount', async () => {
    await assert.isRejected(sql`select 1.5::numeric as amount`.execute(db), /SyntaxError|BigInt/);
  });

  it('a second process, or a second part of this one, cannot have the same data directory', async () => {
    await assert.isRejected(startPostgres({ dataDir: directory, log: quiet }), /is in use by process/);
    assert.strictEqual((await fs.stat(path.join(directory, 'password'))).mode & 0o777, 0o600);
  });

  it('every commit is on disk before it is acknowledged', async () => {
    const { rows } =
      await sql`select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('data_checksums') as sums`.execute(
        db,
      );
    assert.deepEqual(rows, [{ fsync: 'on', commit: 'on', sums: 'on' }]);
  });
});
