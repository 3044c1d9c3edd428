// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Health } from '../runtime/health.ts';
import type { Log } from '../runtime/log.ts';
import { StartRefused } from '../runtime/start-refused.ts';
import { ORIGINALS } from './database.ts';
import type { Migration } from './migrations.ts';
import type { Place } from './place.ts';

/** Its one row names the gateway that had the database last. */
const TABLE = 'gateway';

export const lockMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 gateway',
    sql: `create table gateway (
  one boolean primary key default true check (one),
  id text not null
);`,
  },
];

export interface DatabaseLock {
  /** Puts this gateway's name into the database. Call it once its table is there. */
  sign(): Promise<void>;
  /** `retrying` while the connection that held it is gone, and it is being taken again. */
  health(): Health;
  release(): Promise<void>;
}

export interface DatabaseLockOptions {
  readonly connectionString: string;
  readonly place: Place;
  readonly log: Log;
  /** Another gateway has, or had, the database: this one must not touch it any more. */
  readonly onLost: (reason: string) => void;
}

/** The two numbers of the lock: "deep", "tier". */
const KEY = '1684366704, 1953064306';
/** For a gateway that was killed a moment ago, whose session the server is still ending. */
const PATIENCE_MS = 5_000;
const POLL_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
const APPLICATION = 'deeptier-gateway';

/**
 * Takes a database for this gateway, by a lock of PostgreSQL that lasts as long as the connection that took it: however
 * the gateway ends, the next one can have it. When the connection breaks and the gateway lives, the lock is taken again,
 * which is safe if nobody had it meanwhile; the name in the database tells. Otherwise `onLost` is called, once.
 *
 * @throws {StartRefused} when another gateway has it, or the database cannot be reached
 */
export async function takeDatabase(options: DatabaseLockOptions): Promise<DatabaseLock> {
  const id = randomBytes(8).toString('hex');
  const session = await connect(options.connectionString, id).catch((error: unknown) => {
    throw new StartRefused(
      `${options.place.name} cannot be opened (${messageOf(error)}): see that its server runs and lets this user in`,
      { cause: error },
    );
  });
  const { client } = session;
  try {
    if (!(await take(client, id, PATIENCE_MS))) {
      const holder = await holderOf(client);
      throw new StartRefused(
        `${options.place.name} is in use by another gateway${holder ? ` (${holder.process})` : ''}, ` +
          `and two gateways never share a database: stop that one, or ${options.place.elsewhere}`,
      );
    }
    await sign(client, id);
  } catch (error) {
    await client.end();
    throw error;
  }
  return new HeldLock(options, id, session);
}

class HeldLock implements DatabaseLock {
  readonly #options: DatabaseLockOptions;
  readonly #id: string;
  readonly #stopping = new AbortController();
  #session: Session;
  #health: Health = { state: 'ready' };
  #takingAgain: Promise<void> | undefined;

  constructor(options: DatabaseLockOptions, id: string, session: Session) {
    this.#options = options;
    this.#id = id;
    this.#session = session;
    this.#watch(session);
  }

  sign(): Promise<void> {
    return sign(this.#session.client, this.#id);
  }

  health(): Health {
    return this.#health;
  }

  async release(): Promise<void> {
    this.#stopping.abort();
    await this.#takingAgain;
    await this.#session.client.end();
    this.#health = { state: 'stopped' };
  }

  #watch({ ended }: Session): void {
    void ended.then(() => {
      if (!this.#stopping.signal.aborted) this.#takingAgain = this.#takeAgain();
    });
  }

  async #takeAgain(): Promise<void> {
    const { log, onLost, connectionString } = this.#options;
    const { signal } = this.#stopping;
    const reason = 'the connection that holds the database for this gateway broke';
    this.#health = { state: 'retrying', reason };
    log.warn(`${reason}; taking it again`);
    for (let pause = POLL_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const session = await connect(connectionString, this.#id);
        const lost = await this.#whyLost(session.client).catch(async (error: unknown) => {
          await session.client.end();
          throw error;
        });
        this.#session = session;
        if (lost === undefined) {
          this.#health = { state: 'ready' };
          log.warn('the database is held for this gateway again');
          this.#watch(session);
        } else {
          this.#health = { state: 'halted', reason: lost };
          onLost(lost);
        }
        return;
      } catch (err) {
        log.warn({ err, pauseMs: pause }, 'the database is not held for this gateway yet');
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Takes the lock on another connection. Undefined if nobody had it meanwhile. */
  async #whyLost(client: pg.Client): Promise<string | undefined> {
    const { name } = this.#options.place;
    if (!(await take(client, this.#id, 0))) {
      const holder = await holderOf(client);
      return `${name} has been taken by another gateway${holder ? ` (${holder.process})` : ''}`;
    }
    return (await signature(client)) === this.#id ? undefined : `another gateway had ${name} meanwhile`;
  }
}

interface Session {
  readonly client: pg.Client;
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
}

async function connect(connectionString: string, id: string): Promise<Session> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  client.on('error', () => undefined); // its end is what counts
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  try {
    await client.connect();
    // The server notices within half a minute that a machine is gone, and it never ends this session for being idle.
    const name = `${APPLICATION} ${id} process ${process.pid} at ${os.hostname()}`.slice(0, 63);
    await client.query(`
      set application_name = ${pg.escapeLiteral(name)};
      set idle_session_timeout = 0; set statement_timeout = 0;
      set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`);
    return { client, ended };
  } catch (error) {
    await client.end().catch(() => undefined); // it may never have been connected
    throw error;
  }
}

/** True when the session has the lock; false when another gateway still has it after `patienceMs`. */
async function take(client: pg.Client, id: string, patienceMs: number): Promise<boolean> {
  for (const deadline = performance.now() + patienceMs; ; await sleep(POLL_MS)) {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${KEY}) as taken`);
    if (rows[0]?.taken === true) return true;
    const holder = await holderOf(client);
    // Of ours, a session whose end the server has not noticed.
    if (holder?.id === id) await client.query('select pg_terminate_backend($1)', [holder.pid]);
    else if (holder && performance.now() >= deadline) return false;
  }
}

interface Holder {
  readonly pid: number;
  readonly id: string | undefined;
  /** For people. */
  readonly process: string;
}

async function holderOf(client: pg.Client): Promise<Holder | undefined> {
  const [classid, objid] = KEY.split(', ');
  const { rows } = await client.query<{ pid: number; name: string | null }>(
    `select pid, application_name as name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and classid = $1::oid and objid = $2::oid and objsubid = 2
       and database = (select oid from pg_database where datname = current_database())`,
    [classid, objid],
  );
  const [row] = rows;
  if (!row) return undefined;
  const [, id, process] = new RegExp(`^${APPLICATION} (\\w+) (process .*)$`).exec(row.name ?? '') ?? [];
  return { pid: row.pid, id, process: process ?? `session ${row.pid} of the database` };
}

/** Does nothing before the table is there. */
async function sign(client: pg.Client, id: string): Promise<void> {
  if (!(await isTableThere(client))) return;
  await client.query(
    `insert into ${ORIGINALS}.${TABLE} (id) values ($1) on conflict (one) do update set id = excluded.id`,
    [id],
  );
}

async function signature(client: pg.Client): Promise<string | undefined> {
  if (!(await isTableThere(client))) return undefined;
  return (await client.query<{ id: string }>(`select id from ${ORIGINALS}.${TABLE}`)).rows[0]?.id;
}

async function isTableThere(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
    `${ORIGINALS}.${TABLE}`,
  ]);
  return rows[0]?.there === true;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; '); // one for each address of a host
  return error instanceof Error ? error.message : String(error);
}
