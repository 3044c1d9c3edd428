// SPDX-License-Identifier: Apache-2.0
import { Kysely, PostgresDialect, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';

/**
 * Every table of the database, by name. Each room adds its own by declaration merging:
 *
 *     declare module '../store/database.ts' {
 *       interface Tables { notes: NotesTable }
 *     }
 */
// Filled by the rooms; empty here, so that this file knows none of them.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Tables {}

export type Database = Kysely<Tables>;
export type Transaction = KyselyTransaction<Tables>;
/** What both a database and a transaction of it can do. */
export type Queryable = Database | Transaction;

/** The schema of all tables that nothing else could give back; see `migrations.ts`. */
export const ORIGINALS = 'deeptier';

export interface DatabaseOptions {
  /** Where tables are looked for, first to last; those that do not exist yet are passed over. Default `ORIGINALS` alone. */
  readonly schemas?: readonly string[];
  /** Connections held at most; each write needs one for as long as it lasts. Default 12. */
  readonly poolSize?: number;
  /** A connection broke; the next query opens another one. */
  readonly onConnectionError?: (error: Error) => void;
}

const { builtins } = pg.types;
const INT8_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;

/**
 * Opens a pool of connections. `int8` and `numeric` come back as bigint and `date` as 'YYYY-MM-DD': no floating point
 * and no time zone ever touches an amount or a date. A `numeric` with decimals is an error. Close with `db.destroy()`.
 */
export function openDatabase(connectionString: string, options: DatabaseOptions = {}): Database {
  const schemas = options.schemas ?? [ORIGINALS];
  const pool = new pg.Pool({
    connectionString,
    onConnect: async (client) => {
      await client.query(`set search_path to ${schemas.map((schema) => pg.escapeIdentifier(schema)).join(', ')}`);
    },
    max: options.poolSize ?? 12,
    connectionTimeoutMillis: 10_000,
    application_name: 'deeptier',
    types: { getTypeParser },
  });
  // Whoever uses the connection sees the break too; without these listeners it would end the process.
  const report = (error: Error) => options.onConnectionError?.(error);
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format === 'binary') throw new Error('binary results are not used');
  switch (oid) {
    case builtins.INT8:
    case builtins.NUMERIC:
      return BigInt;
    case INT8_ARRAY:
    case NUMERIC_ARRAY:
      return (value) =>
        value === '{}'
          ? []
          : value
              .slice(1, -1)
              .split(',')
              .map((item) => (item === 'NULL' ? null : BigInt(item)));
    case builtins.DATE:
      return (value) => value;
    default:
      return pg.types.getTypeParser(oid, 'text') as (value: string) => unknown;
  }
}
