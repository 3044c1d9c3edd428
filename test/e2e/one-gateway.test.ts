// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { sql } from 'kysely';
import pg from 'pg';
import { after, before, describe, it } from 'mocha';
import { createLog } from '../../server/runtime/log.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { startPostgres, type RunningPostgres } from '../../server/store/postgres.ts';
import { end, enterDemo, start } from './killable.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const LOCK = '1684366704, 1953064306';

/** A gateway whose database is a server's that others can reach too. */
describe('the gateway of a database', () => {
  let directory: string;
  let data: string;
  let postgres: RunningPostgres;
  let db: Database;
  let env: Record<string, string>;
  let said = '';
  let running: { readonly process: ChildProcess; readonly url: string };

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-one-gateway-'));
    data = path.join(directory, 'data');
    postgres = await startPostgres({ dataDir: path.join(directory, 'postgres'), log: createLog({ level: 'silent' }) });
    db = openDatabase(postgres.connectionString, { poolSize: 2 });
    env = { DATABASE_URL: postgres.connectionString };
    running = await start(data, { env });
  });
  after(async () => {
    await end(running.process, 'SIGTERM');
    await db.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  for (const [what, program] of [
    ['another gateway', 'server/main.ts'],
    ['a rebuild', 'scripts/rebuild.ts'],
  ] as const) {
    it(`keeps ${what} off it, in a sentence without the password, before anything is changed`, async () => {
      const before = await everything(db);
      const { code, said } = await run(program, { ...env, DEEPTIER_DATA_DIR: path.join(directory, 'other data') });
      assert.strictEqual(code, 1);
      const { port, password } = new URL(postgres.connectionString);
      assert.match(
        said.trimEnd().split('\n').at(-1) ?? '',
        new RegExp(
          `^Deeptier does not start: the database deeptier at 127.0.0.1:${port} is in use by another gateway ` +
            `\\(process ${running.process.pid} at .+\\), and two gateways never share a database: ` +
            'stop that one, or set DATABASE_URL to an empty database$',
        ),
      );
      assert.notMatch(said, /\n\s+at /);
      assert.notInclude(said, password);
      assert.deepEqual(await everything(db), before);
    });
  }

  it('is followed at once by the next one when it is killed', async () => {
    await end(running.process, 'SIGKILL');
    running = await start(data, { env, hear: (text) => (said += text) });
    const client = await enterDemo(data, running.url, 'hengtai.maker');
    assert.isOk(await client.get('/v1/me'));
  });

  it('ends, and says why, when the connection broke that held it and another has it by then', async () => {
    const other = new pg.Client({ connectionString: postgres.connectionString });
    await other.connect();
    try {
      const mine = other.query(`select pg_advisory_lock(${LOCK})`); // it stands first in the line
      await sql`
        select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2 and granted
      `.execute(db);
      await mine;
      if (running.process.exitCode === null) await once(running.process, 'close');
      assert.strictEqual(running.process.exitCode, 1);
      assert.match(
        said,
        /Deeptier ends: the database deeptier at 127.0.0.1:\d+ has been taken by another gateway \(session \d+ of the database\)\n$/,
      );
    } finally {
      await other.end();
    }
    running = await start(data, { env });
  });
});

/** What a start changes that goes through: schemas, tables, migrations, the chain, and the name of the gateway. */
async function everything(db: Database): Promise<unknown> {
  const { rows: schemas } = await sql`select nspname from pg_namespace order by nspname`.execute(db);
  const { rows: tables } = await sql`
    select schemaname, tablename from pg_tables where schemaname !~ '^(pg_|information)' order by 1, 2
  `.execute(db);
  const { rows: gateway } = await sql`select id from deeptier.gateway`.execute(db);
  const { rows: migrations } = await sql`select name, timestamp from deeptier.migrations order by name`.execute(db);
  const { rows: journal } = await sql`select count(*) as count from deeptier.chain_journal`.execute(db);
  return { schemas, tables, gateway, migrations, journal };
}

async function run(program: string, env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [program], {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'test', DEEPTIER_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
