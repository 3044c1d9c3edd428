// SPDX-License-Identifier: Apache-2.0
import pg from 'pg';
import { StartRefused } from '../runtime/start-refused.ts';

/** Where the data is, in words for people. The address of a database has its password in it, and is never shown. */
export interface Place {
  /** The subject of a sentence. */
  readonly name: string;
  /** What to do to work elsewhere. */
  readonly elsewhere: string;
}

/** @throws {StartRefused} when the address of the database cannot be read */
export function placeOf({ dataDir, databaseUrl }: { dataDir: string; databaseUrl: string | undefined }): Place {
  if (databaseUrl === undefined)
    return { name: `the data directory ${dataDir}`, elsewhere: 'set DEEPTIER_DATA_DIR to an empty directory' };
  const { database, host, port } = readAddress(databaseUrl);
  return {
    name: `the database ${database ?? 'of no name'} at ${host}:${port}`,
    elsewhere: 'set DATABASE_URL to an empty database',
  };
}

function readAddress(connectionString: string): pg.Client {
  try {
    return new pg.Client({ connectionString });
  } catch {
    // What was thrown may quote it.
    throw new StartRefused(
      'DATABASE_URL is no address of a database: write it as postgresql://user:password@host/name',
    );
  }
}
