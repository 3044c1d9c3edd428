// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { isRunning } from '../../server/runtime/processes.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const file = (name: string): string => JSON.stringify(path.join(PROJECT, name));

/** A test that holds a database and never ends by itself. */
const ENDLESS = `
import { startPostgres } from ${file('server/store/postgres.ts')};
import { makeDirectory, quiet } from ${file('test/server/ledger/chain/ledger.ts')};
it('waits', async () => {
  await startPostgres({ dataDir: await makeDirectory(), log: quiet });
  await new Promise((resolve) => setTimeout(resolve, 600_000));
});
`;

describe('a run of tests that is killed', () => {
  let directory: string;
  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-cut-short-'));
    await fs.chmod(directory, 0o755);
  });
  after(() => fs.rm(directory, { recursive: true, force: true }));

  it('leaves no process, and no folder after the next run', async () => {
    const endless = path.join(directory, 'endless.test.ts');
    await fs.writeFile(endless, ENDLESS);
    const run = testRun(endless);
    const server = await eventually(() => serverBelow(directory));
    await fs.rm(endless);
    assert.lengthOf(await fs.readdir(directory), 1);
    run.kill('SIGKILL');
    await eventually(async () => !(await isRunning(server)) || undefined);

    const next = testRun('test/server/values/dates.test.ts');
    assert.strictEqual(await new Promise((resolve) => next.once('exit', resolve)), 0);
    assert.deepEqual(await fs.readdir(directory), []);
  });

  function testRun(file: string): ChildProcess {
    return spawn(process.execPath, ['test/run.ts', file], {
      cwd: PROJECT,
      env: { ...process.env, TMPDIR: directory },
      stdio: 'ignore',
    });
  }
});

/** The database server that a test started, once it has. */
async function serverBelow(directory: string): Promise<number | undefined> {
  const files = await fs.readdir(directory, { recursive: true }).catch(() => []);
  const pidFile = files.find((file) => file.endsWith('cluster/postmaster.pid'));
  if (pidFile === undefined) return undefined;
  const pid = Number.parseInt(await fs.readFile(path.join(directory, pidFile), 'utf8'), 10);
  return Number.isInteger(pid) ? pid : undefined;
}

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 240_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('it does not come true');
    await sleep(50);
  }
}
