// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { demoConsortium } from '../../server/demo/consortium.ts';
import { createLog } from '../../server/runtime/log.ts';
import { isRunning } from '../../server/runtime/processes.ts';
import { openDatabase, type Database } from '../../server/store/database.ts';
import { startPostgres } from '../../server/store/postgres.ts';
import { end, enterDemo, start } from './killable.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

describe('a start', () => {
  let directory: string;
  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-start-'));
  });
  after(() => fs.rm(directory, { recursive: true, force: true }));

  it('on a port that is in use says so in one line, and does nothing else', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as net.AddressInfo;
    try {
      const dataDir = path.join(directory, 'untouched');
      const { code, said } = await refused({ DEEPTIER_DATA_DIR: dataDir, DEEPTIER_PORT: String(port) });
      assert.strictEqual(code, 1);
      assert.strictEqual(
        said,
        `Deeptier does not start: port ${port} of 127.0.0.1 is in use: ` +
          'stop the program that listens there, or set DEEPTIER_PORT to another one\n',
      );
      assert.deepEqual(await fs.readdir(dataDir), ['secrets.json']);
    } finally {
      other.close();
    }
  });

  it('with settings that are wrong names them all, without a stack', async () => {
    const { code, said } = await refused({ DEEPTIER_DATA_DIR: directory, DEEPTIER_PORT: 'x', DEEPTIER_CHAIN_ID: '-1' });
    assert.strictEqual(code, 1);
    assert.match(said, /DEEPTIER_PORT/);
    assert.match(said, /DEEPTIER_CHAIN_ID/);
    assert.notMatch(said, /\n\s+at /);
  });

  it('with a founding file or secrets that cannot be read says which file, without a stack', async () => {
    const broken = path.join(directory, 'broken.json');
    await fs.writeFile(broken, '{"operator":');
    const dataDir = path.join(directory, 'cut off');
    await fs.mkdir(dataDir);
    await fs.writeFile(path.join(dataDir, 'secrets.json'), '{"gateway":"00');
    for (const [env, sentence] of [
      [
        { DEEPTIER_FOUNDING_FILE: path.join(directory, 'nowhere.json') },
        /the founding file \S.*nowhere\.json is not there/,
      ],
      [{ DEEPTIER_FOUNDING_FILE: broken }, /the founding file \S.*broken\.json is no JSON/],
      [{ DEEPTIER_DATA_DIR: dataDir }, /the file of secrets \S.*secrets\.json is no JSON/],
    ] as const) {
      const { code, said } = await refused({ DEEPTIER_DATA_DIR: directory, ...env });
      assert.strictEqual(code, 1);
      assert.match(said, sentence);
      assert.notMatch(said, /\n\s+at /);
    }
  });

  describe('that was broken off twice while it admitted the demo consortium, and then went through', () => {
    let dataDir: string;
    let running: { readonly process: ChildProcess; readonly url: string };
    let killed: string;
    let interrupted: string;
    before(async () => {
      dataDir = path.join(directory, 'data');
      killed = await brokenOff(dataDir, 'SIGKILL');
      interrupted = await brokenOff(dataDir, 'SIGINT');
      running = await start(dataDir);
    });
    after(() => end(running.process, 'SIGTERM'));

    it('says nothing of it but that it ended, has each party once, and each deposit', async () => {
      assert.match(killed, /ended with SIGKILL/);
      assert.match(interrupted, /ended with 0:/);
      assert.notMatch(interrupted, /\n\s+at /);
      const operator = await enterDemo(dataDir, running.url, 'deeptier.desk');
      const { items } = await operator.get<{ items: { identifier: string }[] }>('/v1/parties?limit=100');
      const identifiers = items.map(({ identifier }) => identifier);
      assert.sameMembers(
        identifiers,
        (await demoConsortium()).map(({ uscc }) => uscc),
      );
      for (const holder of ['hengtai.maker', 'harbour.checker']) {
        const client = await enterDemo(dataDir, running.url, holder);
        const { available } = await client.get<{ available: string }>('/v1/cash/CNY/balance');
        assert.strictEqual(available, '50000000000');
      }
      assert.notInclude(await fs.readdir(dataDir), 'demo-users.json.unfinished');
    });

    it('outlives its database: /readyz says what is wrong, and then requests go on', async () => {
      assert.deepEqual(await readiness(running.url), { status: 200, unready: [] });
      const client = await enterDemo(dataDir, running.url, 'hengtai.maker');
      const me = await client.get<{ party: { id: string } }>('/v1/me');
      const payee = (await (await enterDemo(dataDir, running.url, 'minghua.maker')).get<typeof me>('/v1/me')).party.id;
      const pay = (key: string) =>
        client.post('/v1/cash/CNY/payments', { to: payee, amount: '1', reference: 'after the database' }, key);
      await pay('before');

      const settings = path.join(dataDir, 'postgres/cluster/postgresql.conf');
      await fs.rename(settings, `${settings}.away`); // no server can come up without it
      process.kill(await serverOf(dataDir), 'SIGKILL');
      await eventually(async () => (await readiness(running.url)).unready.includes('database'));
      await fs.rename(`${settings}.away`, settings);
      await eventually(async () => (await readiness(running.url)).status === 200);
      await pay('after');
      assert.deepEqual(await client.get('/v1/me'), me);
    });

    it('leaves no database behind when it is killed, and the next one goes on', async () => {
      const pid = await serverOf(dataDir);
      await end(running.process, 'SIGKILL');
      await eventually(async () => !(await isRunning(pid)));
      running = await start(dataDir);
      assert.strictEqual((await readiness(running.url)).status, 200);
    });

    describe('and left contracts that this version', () => {
      before(() => end(running.process, 'SIGTERM'));

      it('has too, but for the comments in their sources: it starts', async () => {
        // What the compiler says of the sources is the last of the code, before the arguments.
        await changeCode(dataDir, (raw) =>
          raw.replaceAll(/(a2646970667358221220)[0-9a-f]{64}/g, `$1${'0'.repeat(64)}`),
        );
        running = await start(dataDir);
        assert.strictEqual((await readiness(running.url)).status, 200);
        await end(running.process, 'SIGTERM');
      });

      it('does not know: it says which and what to do, and leaves the data as it is', async () => {
        await changeCode(
          dataDir,
          (raw) => `${raw.slice(0, 1_000)}${raw[1_000] === '0' ? '1' : '0'}${raw.slice(1_001)}`,
        );
        const before = await deploymentOf(dataDir);
        const { code, said } = await refused({ DEEPTIER_DATA_DIR: dataDir });
        assert.strictEqual(code, 1);
        const [line = '', ...more] = said.trimEnd().split('\n').slice(1); // after the line that says what it does
        assert.deepEqual(more, []);
        assert.include(
          line,
          `the data directory ${dataDir} holds contracts that this version of Deeptier does not know`,
        );
        assert.match(line, /\(step \d+: deploy \w+ \(\w+\)\): move it away to begin anew, or start the version/);
        assert.deepEqual(await deploymentOf(dataDir), before);
      });
    });
  });
});

/** Starts the gateway, ends it a moment after it began to admit the demo consortium, and gives what it said. */
async function brokenOff(dataDir: string, signal: NodeJS.Signals): Promise<string> {
  let gateway: ChildProcess | undefined;
  const ended: unknown = await start(dataDir, {
    onProcess: (child) => (gateway = child),
    hear: (text) => {
      if (text.includes('Admitting the demo consortium')) setTimeout(() => gateway?.kill(signal), 700);
    },
  }).catch((error: unknown) => error);
  assert.instanceOf(ended, Error, 'the start was over before it could be broken off');
  return ended.message;
}

/** Starts the gateway where it is to be refused. */
async function refused(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'test', DEEPTIER_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, said };
}

async function readiness(url: string): Promise<{ status: number; unready: string[] }> {
  const response = await fetch(`${url}/readyz`);
  const { parts } = (await response.json()) as { parts: { name: string; ready: boolean }[] };
  return { status: response.status, unready: parts.filter(({ ready }) => !ready).map(({ name }) => name) };
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 240_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not come true');
    await sleep(20);
  }
}

async function serverOf(dataDir: string): Promise<number> {
  return Number.parseInt(await fs.readFile(path.join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
}

/** Makes the first contract on record another one. */
async function changeCode(dataDir: string, change: (raw: string) => string): Promise<void> {
  await withDatabase(dataDir, async (db) => {
    const { nonce, raw } = await db
      .selectFrom('deployment')
      .select(['nonce', 'raw'])
      .where('artifact', 'is not', null)
      .orderBy('nonce')
      .limit(1)
      .executeTakeFirstOrThrow();
    const changed = change(raw);
    assert.notStrictEqual(changed, raw);
    await db.updateTable('deployment').set({ raw: changed }).where('nonce', '=', nonce).execute();
  });
}

function deploymentOf(dataDir: string): Promise<unknown[]> {
  return withDatabase(dataDir, (db) => db.selectFrom('deployment').selectAll().orderBy('nonce').execute());
}

async function withDatabase<T>(dataDir: string, work: (db: Database) => Promise<T>): Promise<T> {
  const log = createLog({ level: 'silent' });
  const postgres = await startPostgres({ dataDir: path.join(dataDir, 'postgres'), log });
  const db = openDatabase(postgres.connectionString);
  try {
    return await work(db);
  } finally {
    await db.destroy();
    await postgres.stop();
  }
}
