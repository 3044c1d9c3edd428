import { createHash } from 'node:crypto';
import { CompiledQuery, Kysely, PostgresDialect, sql, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';

/**
 * Every table of the database, by name. Each room adds its own by declaration merging:
 *
 *     declare module '../store/database.ts' {
 *       interface Tables { notes: NotesTable }
 *     }
 */
export interface Tables {
  schema_steps: { name: string; sha256: string };
}

export type Database = Kysely<Tables>;
export type Transaction = KyselyTransaction<Tables>;
/** What both a database and a transaction of it can do. */
export type Queryable = Database | Transaction;

export interface DatabaseOptions {
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
  const pool = new pg.Pool({
    connectionString,
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

/** One change of the schema. Never edit a step that has been released: add another one. */
export interface SchemaStep {
  /** Unique and lasting, e.g. `receivables-1`. */
  readonly name: string;
  /** One or more statements, separated by semicolons. */
  readonly sql: string;
}

/**
 * Brings the schema up to date: runs, in order, the steps that were not run before, each in a transaction with its mark
 * in `schema_steps`. Two processes may call it at once. A step whose text changed since it was run is an error.
 */
export async function migrate(db: Database, steps: readonly SchemaStep[]): Promise<void> {
  const names = new Set(steps.map((step) => step.name));
  if (names.size !== steps.length) throw new Error('two schema steps have the same name');
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('schema_steps'))`.execute(tx);
    await sql`create table if not exists schema_steps (name text primary key, sha256 text not null)`.execute(tx);
    const done = new Map(
      (await tx.selectFrom('schema_steps').selectAll().execute()).map((row) => [row.name, row.sha256]),
    );
    for (const step of steps) {
      const sha256 = createHash('sha256').update(step.sql).digest('hex');
      const before = done.get(step.name);
      if (before === sha256) continue;
      if (before !== undefined) throw new Error(`schema step ${step.name} was changed after it had been run`);
      await tx.executeQuery(CompiledQuery.raw(step.sql)).catch((error: unknown) => {
        throw new Error(`schema step ${step.name} failed: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      });
      await tx.insertInto('schema_steps').values({ name: step.name, sha256 }).execute();
    }
  });
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
