// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, expect } from 'chai';
import { sql } from 'kysely';
import { after, afterEach, before, describe, it } from 'mocha';
import { takeDatabase, lockMigrations, type DatabaseLock } from '../../../server/store/database-lock.ts';
import { openDatabase, type Database } from '../../../server/store/database.ts';
import { migrate } from '../../../server/store/migrations.ts';
import { placeOf } from '../../../server/store/place.ts';
import { startPostgres, type RunningPostgres } from '../../../server/store/postgres.ts';
import { StartRefused } from '../../../server/runtime/start-refused.ts';
import { makeDirectory, quiet } from '../ledger/chain/ledger.ts';

const FILE = JSON.stringify(path.resolve(import.meta.dirname, '../../../server/store/database-lock.ts'));
const SESSIONS = sql`select pid from pg_locks where locktype = 'advisory' and granted and objsubid = 2`;

describe('a database', () => {
  let directory: string;
  let postgres: RunningPostgres;
  let db: Database;
  let proxy: Proxy;
  const locks: DatabaseLock[] = [];

  before(async () => {
    directory = await makeDirectory();
    postgres = await startPostgres({ dataDir: directory, log: quiet });
    db = openDatabase(postgres.connectionString, { onConnectionError: () => undefined });
    await migrate(db, lockMigrations);
    proxy = await openProxy(Number(new URL(postgres.connectionString).port));
  });
  afterEach(async () => {
    proxy.mend();
    for (const lock of locks.splice(0)) await lock.release();
  });
  after(async () => {
    proxy.close();
    await db.destroy();
    await postgres.stop();
    await fs.rm(directory, { recursive: true, force: true });
  });

  function addressAt(port?: number): string {
    const url = new URL(postgres.connectionString);
    if (port !== undefined) url.port = String(port);
    return url.href;
  }

  async function take({ port, onLost = failed }: { port?: number; onLost?: (reason: string) => void } = {}) {
    const connectionString = addressAt(port);
    const place = placeOf({ dataDir: directory, databaseUrl: connectionString });
    const lock = await takeDatabase({ connectionString, place, log: quiet, onLost });
    locks.push(lock);
    return lock;
  }

  function failed(reason: string): void {
    throw new Error(`lost: ${reason}`);
  }

  async function holder(): Promise<number | undefined> {
    return ((await SESSIONS.execute(db)).rows[0] as { pid: number } | undefined)?.pid;
  }

  /** Resolves once the lock was lost, with the reason. */
  function loss(): { onLost: (reason: string) => void; reason: Promise<string> } {
    const { promise, resolve } = Promise.withResolvers<string>();
    return { onLost: resolve, reason: promise };
  }

  it('is one gateway’s at a time: another is refused in a sentence that names the database and the process, and no password', async () => {
    await take();
    const { port, password } = new URL(postgres.connectionString);
    const error = await take().catch((thrown: unknown) => thrown);
    assert.instanceOf(error, StartRefused);
    assert.match(
      error.message,
      new RegExp(
        `^the database deeptier at 127.0.0.1:${port} is in use by another gateway \\(process ${process.pid} at .+\\), ` +
          'and two gateways never share a database: stop that one, or set DATABASE_URL to an empty database$',
      ),
    );
    assert.notInclude(error.message, password);
  });

  it('is free once it was given back', async () => {
    await (await take()).release();
    assert.isUndefined(await holder());
    await take();
  });

  it('is free once the process was killed that had it', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `import { takeDatabase } from ${FILE};
         const log = { warn() {} };
         const place = { name: 'it', elsewhere: 'go' };
         await takeDatabase({ connectionString: process.env.ADDRESS, place, log, onLost() {} });
         console.log('taken');
         setInterval(() => undefined, 1_000);`,
      ],
      { env: { ...process.env, ADDRESS: addressAt() }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    assert.isDefined(await holder());
    child.kill('SIGKILL');
    await take();
  });

  it('that cannot be reached, or whose address is none, is refused in a sentence without a password', async () => {
    await expect(take({ port: 1 })).to.be.rejectedWith(
      StartRefused,
      /^the database deeptier at 127.0.0.1:1 cannot be opened \(connect ECONNREFUSED 127.0.0.1:1\): see that its server runs/,
    );
    const wrong = 'postgresql://deeptier:a sesame@:x y';
    assert.throws(
      () => placeOf({ dataDir: directory, databaseUrl: wrong }),
      StartRefused,
      /^(?!.*sesame)DATABASE_URL is/,
    );
  });

  it('is taken again at once when the connection broke that held it, and is nobody else’s', async () => {
    const lock = await take();
    await lock.sign();
    const first = await holder();
    await sql`select pg_terminate_backend(${first})`.execute(db);
    await eventually(async () => ![first, undefined].includes(await holder()));
    await eventually(() => lock.health().state === 'ready');
    await expect(take()).to.be.rejectedWith(/is in use by another gateway/);
  });

  it('is taken again after its server was killed and came back', async () => {
    const lock = await take();
    await lock.sign();
    process.kill(
      Number.parseInt(await fs.readFile(path.join(directory, 'cluster/postmaster.pid'), 'utf8'), 10),
      'SIGKILL',
    );
    await eventually(() => lock.health().state === 'retrying');
    await eventually(() => lock.health().state === 'ready');
    assert.isDefined(await holder());
  });

  it('is taken from a session of one’s own that the server still believes in', async () => {
    const lock = await take({ port: proxy.port });
    await lock.sign();
    const first = await holder();
    proxy.cut({ unnoticed: true });
    await eventually(() => lock.health().state === 'retrying');
    assert.strictEqual(await holder(), first);
    proxy.mend();
    await eventually(() => lock.health().state === 'ready');
    assert.notStrictEqual(await holder(), first);
  });

  it('is lost when another gateway has it by then', async () => {
    const { onLost, reason } = loss();
    const lock = await take({ port: proxy.port, onLost });
    await lock.sign();
    proxy.cut();
    await take();
    proxy.mend();
    assert.match(await reason, /has been taken by another gateway \(process \d+ at .+\)$/);
    assert.strictEqual(lock.health().state, 'halted');
  });

  it('is lost when another gateway had it meanwhile, though it is gone', async () => {
    const { onLost, reason } = loss();
    const lock = await take({ port: proxy.port, onLost });
    await lock.sign();
    proxy.cut();
    await (await take()).release();
    proxy.mend();
    assert.match(await reason, /^another gateway had the database deeptier at .+ meanwhile$/);
    assert.strictEqual(lock.health().state, 'halted');
  });

  it('can be given back while it is being taken again', async () => {
    const lock = await take({ port: proxy.port });
    proxy.cut();
    await eventually(() => lock.health().state === 'retrying');
    await lock.release();
    assert.strictEqual(lock.health().state, 'stopped');
  });
});

/** Stands between a gateway and its database, and can part them. */
interface Proxy {
  readonly port: number;
  /** `unnoticed`: the server learns nothing of it. */
  cut(options?: { unnoticed?: boolean }): void;
  mend(): void;
  close(): void;
}

async function openProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [near: net.Socket, far: net.Socket]>();
  let isCut = false;
  const server = net.createServer((near) => {
    if (isCut) return void near.destroy();
    const far = net.connect(target, '127.0.0.1');
    pairs.add([near, far]);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('data', (data) => far.write(data));
    far.on('data', (data) => near.write(data));
    near.on('end', () => far.end());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    cut({ unnoticed = false } = {}) {
      isCut = true;
      for (const [near, far] of pairs) {
        near.destroy();
        if (!unnoticed) far.destroy();
      }
    },
    mend() {
      isCut = false;
    },
    close() {
      server.close();
      for (const pair of pairs) for (const socket of pair) socket.destroy();
    },
  };
}

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it does not come true');
    await sleep(10);
  }
}
