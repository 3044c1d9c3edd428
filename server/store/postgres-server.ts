// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../runtime/log.ts';
import { commandOf, isRunning, isThere } from '../runtime/processes.ts';
import { commandFor, type PostgresPrograms } from './postgres-programs.ts';

/** A server process that took a connection. */
export interface PostgresServer {
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  /** Ends all sessions, writes a checkpoint and waits for the process to end. */
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly programs: PostgresPrograms;
  readonly cluster: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly log: Log;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

const STOP_TIMEOUT_MS = 30_000;
/** It may have to replay its log first. */
const START_TIMEOUT_MS = 600_000;

/**
 * Goes before the server: a watcher beside it reads from a pipe whose other end the gateway holds. A word says that the
 * server has ended; the pipe's end without a word says that the gateway is gone, however it went, and the server is shut
 * down. The watcher is no child of the server, which knows all its children.
 */
const WATCHED = '( ( read -r word <&3 || kill -INT $$ ) >/dev/null 2>&1 & ); exec 3<&-; exec "$@"';

/**
 * Starts the server on a cluster, every commit on disk before it is acknowledged, and waits until it takes connections.
 * @throws with what the server said last, when it ended instead
 */
export async function launch({
  programs,
  cluster,
  port,
  user,
  password,
  log,
  signal,
}: LaunchOptions): Promise<PostgresServer> {
  await endOrphan(cluster, log);
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '', // a socket's path has 107 bytes, and a project may lie deeper
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
  const args = ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const watched = process.platform !== 'win32';
  const command = watched
    ? commandFor(programs, 'sh', ['-c', WATCHED, 'sh', programs.postgres, ...args])
    : commandFor(programs, programs.postgres, args);
  // In a session of its own: Ctrl-C reaches the gateway, which ends the server when it is done with it.
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', watched ? 'pipe' : 'ignore'],
  });
  let last = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      last = line;
      log.debug({ postgres: line });
    }
  });
  const watcher = child.stdio[3] as Writable | null | undefined;
  watcher?.on('error', () => undefined); // it has ended as well
  let over = false;
  const hasEnded = (): boolean => over;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `code ${code}` : `signal ${signal}`));
  }).then((how) => {
    over = true;
    watcher?.end('ended\n');
    return how;
  });
  const stop = async (): Promise<void> => {
    if (over) return;
    child.kill('SIGINT'); // "fast": ends sessions, writes a checkpoint
    const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  };
  try {
    await firstConnection({ port, user, password, gaveUp: () => hasEnded() || signal?.aborted === true });
    signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  if (hasEnded()) throw new Error(`PostgreSQL did not start (${await ended}): ${last || 'it said nothing'}`);
  return { ended, stop };
}

/** Resolves when the server takes connections, or has ended. */
async function firstConnection({
  port,
  user,
  password,
  gaveUp,
}: {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly gaveUp: () => boolean;
}): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!gaveUp()) {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres' });
    client.on('error', () => undefined); // the one that is thrown says it
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      await client.end().catch(() => undefined); // it may never have been connected
      const { code } = error as { code?: string };
      const startingUp = code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === '57P03';
      if (Date.now() > deadline || (!startingUp && !gaveUp())) throw error;
      await sleep(20);
    }
  }
}

/**
 * A gateway that was killed may leave its server running for a moment, or leave a pid file that by now may name any other
 * process. We hold the directory's lock, so a server still on it belongs to nobody: it is shut down the normal way.
 */
async function endOrphan(cluster: string, log: Log): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  const text = await fs.readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  if (!isThere(pid)) return; // PostgreSQL recognises the file of a dead process, and waits for what that one left behind
  const command = await commandOf(pid);
  if ((await isRunning(pid)) && (command === undefined || command.includes(cluster))) {
    log.warn({ pid }, 'shutting down the PostgreSQL server that an earlier process left behind');
    await endProcess(pid);
  }
  if (isThere(pid)) await fs.rm(pidFile, { force: true }); // another program, or one that nobody waited for
}

async function endProcess(pid: number): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  while (await isRunning(pid)) {
    if (Date.now() > deadline)
      throw new Error(`the PostgreSQL server left behind (process ${pid}) does not end: end it by hand`);
    await sleep(20);
  }
}
