// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert, expect } from 'chai';
import { sql } from 'kysely';
import { after, before, describe, it } from 'mocha';
import { PROJECTION_PREFIX } from '../../server/ledger/projector/definition.ts';
import { digestTables } from '../../server/ledger/projector/digest.ts';
import { createLog } from '../../server/runtime/log.ts';
import { openDatabase, ORIGINALS, type Database } from '../../server/store/database.ts';
import { startPostgres, type RunningPostgres } from '../../server/store/postgres.ts';
import { schemasLike } from '../../server/store/schema.ts';
import { runs } from '../depth.ts';
import { end, enterDemo, start } from './killable.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const AGAIN = /making the tables again, since their definition has changed: block \d+ of \d+/;

/** The gateway as it is, and then a copy whose projection of parties has a column more, on the same data. */
// Seven starts of a gateway: for `npm run test:deep`. What they rest on, `test/server/ledger/projector/again.test.ts` tests always.
(runs(0, 1) === 0 ? describe.skip : describe)('a version that defines its projection otherwise', () => {
  let directory: string;
  let data: string;
  let copy: string;
  let postgres: RunningPostgres;
  let db: Database;
  let running: { readonly process: ChildProcess; readonly url: string } | undefined;
  let env: Record<string, string>;
  let earlier: { schemas: string[]; originals: string; answers: unknown };

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-definition-'));
    data = path.join(directory, 'data');
    copy = path.join(directory, 'copy');
    const log = createLog({ level: 'silent' });
    postgres = await startPostgres({ dataDir: path.join(directory, 'postgres'), log });
    db = openDatabase(postgres.connectionString, { poolSize: 2 });
    env = { DATABASE_URL: postgres.connectionString };
    running = await start(data, { env });
    earlier = { schemas: await schemas(), answers: await answers(), originals: await originals() };
    await stop('SIGTERM');
    await copyProject();
  });
  after(async () => {
    await stop('SIGTERM');
    await db.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (running) await end(running.process, signal);
    running = undefined;
  }

  const schemas = () => schemasLike(db, PROJECTION_PREFIX);

  async function blocksOf(schema: string): Promise<number> {
    const { rows } = await sql<{ count: bigint }>`
      select count(*) as count from ${sql.table(`${schema}.blocks`)}
    `.execute(db);
    return Number(rows[0]?.count);
  }

  /** Of all rows that the chain cannot give back, but for the name of the gateway that has them. */
  async function originals(): Promise<string> {
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables where schemaname = ${ORIGINALS} and tablename <> 'gateway' order by name
    `.execute(db);
    assert.isAbove(rows.length, 15);
    return digestTables(
      db,
      rows.map(({ name }) => `${ORIGINALS}.${name}`),
    );
  }

  async function answers(): Promise<unknown> {
    const client = await enterDemo(data, running?.url ?? '', 'hengtai.maker');
    return client.get('/v1/parties?limit=100');
  }

  async function copyProject(): Promise<void> {
    await fs.mkdir(copy);
    for (const name of ['server', 'samples', 'package.json'])
      await fs.cp(path.join(PROJECT, name), path.join(copy, name), { recursive: true });
    for (const name of ['artifacts', 'node_modules', 'types'])
      await fs.symlink(path.join(PROJECT, name), path.join(copy, name));
    await edit('server/parties/tables.ts', /( +)admitted_at: .*\n/, '$&$1motto: text(),\n');
    await edit(
      'server/parties/projection.ts',
      /( +)admitted_at: (.*),\n/,
      "$1admitted_at: $2,\n$1motto: 'made again',\n",
    );
    // Its pages are small, so that there is a way between the first of them and the last.
    await edit('server/ledger/projector/projector.ts', /const PAGE = 50;/, 'const PAGE = 5;');
    await edit(
      'server/ledger/projector/projector.ts',
      / +let position = before;\n/,
      "$&    if (before && process.env['DIE_HALF_WAY']) process.kill(process.pid, 'SIGKILL');\n",
    );
  }

  async function edit(file: string, pattern: RegExp, replacement: string): Promise<void> {
    const name = path.join(copy, file);
    const text = await fs.readFile(name, 'utf8');
    assert.match(text, pattern);
    await fs.writeFile(name, text.replace(pattern, replacement));
  }

  it('killed while it makes the tables again, leaves the old ones and all else as it was', async () => {
    await expect(start(data, { project: copy, env: { ...env, DIE_HALF_WAY: '1' } })).to.be.rejectedWith(
      /ended with SIGKILL/,
    );
    const [half = '', ...more] = (await schemas()).filter((name) => !earlier.schemas.includes(name));
    assert.isEmpty(more);
    const [blocks, all] = [await blocksOf(half), await blocksOf(earlier.schemas[0] ?? '')];
    assert.isAbove(blocks, 0);
    assert.isBelow(blocks, all);
    assert.includeMembers(await schemas(), earlier.schemas);
    assert.strictEqual(await originals(), earlier.originals);
  });

  it('makes them again and says so, drops the old ones, and touches nothing else', async () => {
    let said = '';
    running = await start(data, { project: copy, env, hear: (text) => (said += text) });
    assert.match(said, AGAIN);
    const [schema = '', ...others] = await schemas();
    assert.isEmpty(others);
    assert.notInclude(earlier.schemas, schema);
    const { rows } = await sql<{ motto: string; count: bigint }>`
      select motto, count(*) as count from ${sql.table(`${schema}.parties`)} group by motto
    `.execute(db);
    assert.lengthOf(rows, 1);
    assert.strictEqual(rows[0]?.motto, 'made again');
    assert.isAbove(Number(rows[0]?.count), 5);
    assert.strictEqual(await originals(), earlier.originals);
    assert.deepEqual(await answers(), earlier.answers);
  });

  it('keeps a second gateway off the database, in a sentence, before that one changes anything', async () => {
    const schemasNow = await schemas();
    await expect(start(path.join(directory, 'other data'), { env })).to.be.rejectedWith(
      /Deeptier does not start: the database deeptier at 127\.0\.0\.1:\d+ is in use by another gateway/,
    );
    assert.deepEqual(await schemas(), schemasNow);
    assert.strictEqual(await originals(), earlier.originals);
  });

  it('carries on with its tables at the next start, and the version before makes its own again', async () => {
    await stop('SIGTERM');
    const made = await schemas();
    let said = '';
    running = await start(data, { project: copy, env, hear: (text) => (said += text) });
    assert.notMatch(said, AGAIN);
    assert.deepEqual(await schemas(), made);
    await stop('SIGTERM');
    said = '';
    running = await start(data, { env, hear: (text) => (said += text) });
    assert.match(said, AGAIN);
    assert.deepEqual(await schemas(), earlier.schemas);
    assert.deepEqual(await answers(), earlier.answers);
  });
});
