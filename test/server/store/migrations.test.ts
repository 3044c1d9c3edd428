// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { assert, expect } from 'chai';
import { sql } from 'kysely';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { StartRefused } from '../../../server/runtime/start-refused.ts';
import { openDatabase, ORIGINALS, type Database } from '../../../server/store/database.ts';
import { migrate, type Migration } from '../../../server/store/migrations.ts';
import type { Place } from '../../../server/store/place.ts';
import { createSchema } from '../../../server/store/schema.ts';
import { startPostgres, type RunningPostgres } from '../../../server/store/postgres.ts';
import { makeDirectory, quiet } from '../ledger/chain/ledger.ts';

const jars: Migration = {
  name: '2026-01-01 jars',
  sql: "create table jars (id bigint primary key, label text not null); insert into jars values (1, 'plums')",
};
const lids: Migration = {
  name: '2026-02-01 lids',
  sql: 'create table lids (jar bigint references jars (id)); insert into lids select id from jars',
};
const broken: Migration = {
  name: '2026-03-01 broken',
  sql: "alter table jars add column full_at bigint; update jars set label = 'figs'; insert into no_such_table values (1)",
};

const place: Place = { name: 'the data directory /a', elsewhere: 'set DEEPTIER_DATA_DIR to an empty directory' };

describe('migrations', () => {
  let directory: string;
  let postgres: RunningPostgres;
  let main: Database;
  let address: string;
  let count = 0;
  const pools: Database[] = [];

  before(async () => {
    directory = await makeDirectory();
    postgres = await startPostgres({ dataDir: directory, log: quiet });
    main = openDatabase(postgres.connectionString);
  });
  beforeEach(async () => {
    const name = `migrations_${(count += 1)}`;
    await sql`create database ${sql.id(name)}`.execute(main);
    address = postgres.connectionString.replace(/[^/]*$/, name);
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.destroy();
  });
  after(async () => {
    await main.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  function open(...schemas: string[]): Database {
    const db = openDatabase(address, { schemas: [...schemas, ORIGINALS], poolSize: 3 });
    pools.push(db);
    return db;
  }

  /** `schema.table` of everything there is, but for what the migrations keep about themselves. */
  async function tables(db: Database): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      select schemaname || '.' || tablename as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') and tablename not like 'migrations%' order by name
    `.execute(db);
    return rows.map(({ name }) => name);
  }

  async function labels(db: Database): Promise<unknown[]> {
    return (await sql`select * from jars order by id`.execute(db)).rows;
  }

  it('run in the order of their names, each once, in their own schema whatever else is on the path', async () => {
    const db = open('other');
    await createSchema(db, 'other', 'create table something (x bigint)');
    await migrate(db, [lids, jars]);
    await migrate(db, [lids, jars]);
    assert.deepEqual(await tables(db), ['deeptier.jars', 'deeptier.lids', 'other.something']);
    assert.deepEqual((await sql`select jar from lids`.execute(db)).rows, [{ jar: 1n }]);
  });

  it('bring an older database up to date and keep what is in it, also where one arrives later that was written earlier', async () => {
    const db = open();
    await migrate(db, [jars]);
    await sql`insert into jars values (2, 'pears')`.execute(db);
    await migrate(db, [jars, lids]);
    assert.deepEqual(await labels(db), [
      { id: 1n, label: 'plums' },
      { id: 2n, label: 'pears' },
    ]);
    assert.lengthOf((await sql`select 1 from lids`.execute(db)).rows, 2);
    await migrate(db, [{ name: '2026-01-15 shelves', sql: 'create table shelves (id bigint)' }, jars, lids]);
    assert.deepEqual(await tables(db), ['deeptier.jars', 'deeptier.lids', 'deeptier.shelves']);
  });

  it('leave a new database empty when one of them fails half-way', async () => {
    const db = open();
    await expect(migrate(db, [jars, lids, broken])).to.be.rejectedWith(
      /^the migration "2026-03-01 broken" failed, and the database is as it was: relation "no_such_table" does not exist$/,
    );
    assert.deepEqual(await tables(db), []);
    await migrate(db, [jars, lids]);
    assert.deepEqual(await labels(db), [{ id: 1n, label: 'plums' }]);
  });

  it('leave an older database as it was when one of them fails half-way, so that the older version still starts on it', async () => {
    const db = open();
    await migrate(db, [jars]);
    await expect(migrate(db, [jars, lids, broken])).to.be.rejectedWith(/"2026-03-01 broken" failed/);
    assert.deepEqual(await tables(db), ['deeptier.jars']);
    assert.deepEqual(await labels(db), [{ id: 1n, label: 'plums' }]);
    await migrate(db, [jars]);
  });

  it('refuse the database of a later version in a sentence, and leave it alone', async () => {
    const db = open();
    await migrate(db, [jars, lids]);
    await expect(
      migrate(db, [jars, { name: '2026-01-02 other', sql: 'create table other (x bigint)' }], place),
    ).to.be.rejectedWith(
      StartRefused,
      /^the data directory \/a was written by a later version of Deeptier \(this one does not know its migration "2026-02-01 lids"\): start that version or a newer one, or set DEEPTIER_DATA_DIR to an empty directory$/,
    );
    assert.deepEqual(await tables(db), ['deeptier.jars', 'deeptier.lids']);
  });

  it('refuse a database of the layout before this one in a sentence, and leave it alone', async () => {
    const db = open();
    await sql`create table public.schema_steps (name text primary key, sha256 text not null)`.execute(db);
    await expect(migrate(db, [jars], place)).to.be.rejectedWith(
      StartRefused,
      /^the data directory \/a was made by an earlier version of Deeptier, whose tables this version does not read: start the version that made it, or set DEEPTIER_DATA_DIR to an empty directory$/,
    );
    assert.deepEqual(await tables(db), ['public.schema_steps']);
  });

  it('run once when several processes start at the same time', async () => {
    const slow = [
      jars,
      lids,
      { name: '2026-03-01 slow', sql: 'select pg_sleep(0.3); insert into jars values (9, $$x$$)' },
    ];
    await Promise.all([open(), open(), open()].map((db) => migrate(db, slow)));
    assert.deepEqual(
      (await labels(open())).map((row) => (row as { id: bigint }).id),
      [1n, 9n],
    );
  });

  it('of one name are an error before anything is done', async () => {
    const db = open();
    await expect(migrate(db, [jars, { ...lids, name: jars.name }])).to.be.rejectedWith(/two migrations/);
    assert.deepEqual(await tables(db), []);
  });
});
