// SPDX-License-Identifier: Apache-2.0
import { sql } from 'kysely';
import type { Database } from './database.ts';

export interface AdvisoryLock {
  release(): Promise<void>;
}

/**
 * Takes a lock that all processes on this database share, for as long as this process holds it (one connection is kept
 * for it). It keeps honest processes apart; what must never happen twice also has a unique key.
 * @throws when another process holds it
 */
export async function takeAdvisoryLock(db: Database, name: string): Promise<AdvisoryLock> {
  const taken = Promise.withResolvers<boolean>();
  const wanted = Promise.withResolvers<void>();
  const held = db.connection().execute(async (connection) => {
    const { rows } = await sql<{ taken: boolean }>`
      select pg_try_advisory_lock(hashtextextended(${name}, 0)) as taken
    `.execute(connection);
    taken.resolve(rows[0]?.taken === true);
    if (rows[0]?.taken !== true) return;
    await wanted.promise;
    await sql`select pg_advisory_unlock(hashtextextended(${name}, 0))`.execute(connection);
  });
  held.catch((error: unknown) => taken.reject(error));
  if (!(await taken.promise)) throw new Error(`another process holds the lock "${name}" of this database`);
  return {
    release: async () => {
      wanted.resolve();
      await held.catch(() => undefined); // a connection that broke has given the lock back
    },
  };
}
