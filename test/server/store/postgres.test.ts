// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import pg from 'pg';
import { isRunning } from '../../../server/runtime/processes.ts';
import { StartRefused } from '../../../server/runtime/start-refused.ts';
import { findPrograms } from '../../../server/store/postgres-programs.ts';
import { startPostgres, type RunningPostgres } from '../../../server/store/postgres.ts';
import { makeDirectory, quiet } from '../ledger/chain/ledger.ts';

const STORE = path.resolve(import.meta.dirname, '../../../server/store/postgres.ts');
const LOG = path.resolve(import.meta.dirname, '../../../server/runtime/log.ts');

describe('the PostgreSQL server of our own', () => {
  let parent: string;
  let dataDir: string;

  before(async () => {
    parent = await makeDirectory(); // of mode 700, as mkdtemp makes it
    dataDir = path.join(parent, 'Ä path mit blank 数据', 'x'.repeat(120));
  });
  after(() => fs.rm(parent, { recursive: true, force: true }));

  describe('below a directory that only its owner may enter, on a long path with blanks and letters of all kinds', () => {
    let postgres: RunningPostgres;
    before(async () => {
      postgres = await startPostgres({ dataDir, log: quiet });
    });
    after(() => postgres.stop());

    it('answers', async () => {
      assert.strictEqual((await fs.stat(parent)).mode & 0o777, 0o700);
      const [row] = await query(postgres, "select current_setting('data_directory') as dir");
      assert.deepEqual(row, { dir: path.join(dataDir, 'cluster') });
    });

    it('is started again when it is killed, on the same address and with all that was committed', async () => {
      await query(postgres, 'create table kept as select 42 as answer');
      process.kill(await serverOf(dataDir), 'SIGKILL');
      await until(() => postgres.health().state === 'retrying');
      assert.match(postgres.health().reason ?? '', /ended by itself \(signal SIGKILL\) and is being started again/);
      await until(() => postgres.health().state === 'ready');
      assert.deepEqual(await query(postgres, 'select answer from kept'), [{ answer: 42 }]);
    });

    it('is started again each time', async () => {
      for (const signal of ['SIGTERM', 'SIGQUIT'] as const) {
        process.kill(await serverOf(dataDir), signal);
        await until(() => postgres.health().state === 'retrying');
        await until(() => postgres.health().state === 'ready');
      }
      assert.deepEqual(await query(postgres, 'select answer from kept'), [{ answer: 42 }]);
    });
  });

  describe('when whoever started it', () => {
    it('is killed, ends by itself and leaves nothing that stops the next start', async () => {
      const script = `
        const { startPostgres } = await import(${JSON.stringify(STORE)});
        const { createLog } = await import(${JSON.stringify(LOG)});
        await startPostgres({ dataDir: process.argv[1], log: createLog({ level: 'silent' }) });
        console.log('up');`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const server = await serverOf(dataDir);
      assert.isTrue(await isRunning(server));
      child.kill('SIGKILL');
      await exited;

      await until(async () => !(await isRunning(server)));
      const postgres = await startPostgres({ dataDir, log: quiet });
      try {
        assert.deepEqual(await query(postgres, 'select answer from kept'), [{ answer: 42 }]);
      } finally {
        await postgres.stop();
      }
    });

    it('stops it, stays down', async () => {
      const postgres = await startPostgres({ dataDir, log: quiet });
      const server = await serverOf(dataDir);
      await postgres.stop();
      assert.strictEqual(postgres.health().state, 'stopped');
      assert.isFalse(await isRunning(server));
      await sleep(1_000);
      assert.isFalse(await exists(path.join(dataDir, 'cluster/postmaster.pid')));
    });
  });

  describe('for root, on a machine that can neither lend a capability nor make a user namespace', () => {
    const { PATH } = process.env;
    let open: string | undefined;
    before(async function () {
      if (process.getuid?.() !== 0) this.skip(); // an ordinary user runs it without any of this
      open = await makeDirectory();
      await fs.chmod(open, 0o755);
      const tools = path.join(open, 'tools');
      await fs.mkdir(tools);
      for (const tool of ['sh', 'id']) await fs.symlink(await which(tool), path.join(tools, tool));
      process.env['PATH'] = tools;
    });
    after(async () => {
      process.env['PATH'] = PATH;
      if (open !== undefined) await fs.rm(open, { recursive: true, force: true });
    });

    it('is refused where only root may enter, in one sentence that says what to do', async () => {
      const error = await findPrograms(dataDir).then(
        () => assert.fail('it was not refused'),
        (reason: unknown) => reason,
      );
      assert.instanceOf(error, StartRefused);
      assert.include(error.message, dataDir);
      assert.match(error.message, /ordinary user, set DEEPTIER_DATA_DIR .* or set DATABASE_URL/);
    });

    it('runs as another user where everybody may enter, from a copy of the programs if theirs is out of reach', async () => {
      const postgres = await startPostgres({ dataDir: path.join(open as string, 'data'), log: quiet });
      try {
        assert.deepEqual(await query(postgres, 'select 1 as one'), [{ one: 1 }]);
        assert.notStrictEqual((await fs.stat(path.join(open as string, 'data/cluster'))).uid, 0);
      } finally {
        await postgres.stop();
      }
    });
  });
});

async function query(postgres: RunningPostgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function serverOf(dataDir: string): Promise<number> {
  return Number.parseInt(await fs.readFile(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8'), 10);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 240_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not come true');
    await sleep(10);
  }
}

async function which(tool: string): Promise<string> {
  for (const directory of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(directory, tool);
    if (await exists(file)) return file;
  }
  throw new Error(`there is no ${tool}`);
}

function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
