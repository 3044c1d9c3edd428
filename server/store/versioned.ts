import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely';
import type { Queryable, SchemaStep, Tables, Transaction } from './database.ts';

/** The columns every versioned table has beside its own; a row is true at block b when from_block <= b < to_block. */
export interface Validity {
  from_block: bigint;
  to_block: bigint | null;
}

/** A block number, or the newest state. */
export type AtBlock = bigint | 'latest';

/** A table that remembers what was true at every block; its rows are written only through this module. */
export interface VersionedTable<Name extends keyof Tables = keyof Tables> {
  readonly name: Name;
  /** The natural key: at any block there is at most one row of it. */
  readonly key: readonly string[];
}

type Columns<Name extends keyof Tables> = Omit<Tables[Name], keyof Validity>;
type Row<Name extends keyof Tables> = Tables[Name];

/** Declares a versioned table by its name and natural key; its DDL is `versionedTableDdl`. */
export function versionedTable<const Name extends keyof Tables>(
  name: Name,
  key: readonly (keyof Columns<Name> & string)[],
): VersionedTable<Name> {
  if (key.length === 0) throw new Error(`${name}: a versioned table needs a natural key`);
  return { name, key };
}

/**
 * The schema step that creates a versioned table. `columns` are the table's own columns in SQL, without defaults and
 * without generated columns (each version is written whole).
 */
export function versionedTableDdl(table: VersionedTable, columns: string): SchemaStep {
  const { name } = table;
  const key = table.key.join(', ');
  return {
    name: `table ${name}`,
    sql: `create table ${name} (
  ${columns.trim().replace(/,$/, '')},
  from_block bigint not null,
  to_block bigint,
  primary key (${key}, from_block),
  check (to_block > from_block)
);
create unique index ${name}_current on ${name} (${key}) where to_block is null;
create index ${name}_opened on ${name} (from_block);
create index ${name}_closed on ${name} (to_block) where to_block is not null;`,
  };
}

/**
 * Makes `row` the current version of `key` from `block` on: closes the version before it, or overwrites it where it was
 * opened in the same block. `row` holds all columns that are not part of the key.
 */
export async function put<Name extends keyof Tables>(
  tx: Transaction,
  table: VersionedTable<Name>,
  key: Partial<Columns<Name>>,
  row: Partial<Columns<Name>>,
  block: bigint,
): Promise<void> {
  const full = { ...key, ...row };
  const own = Object.keys(full).filter((column) => !table.key.includes(column));
  const name = sql.table(table.name);
  const overwrite =
    own.length === 0
      ? sql`to_block = null`
      : sql.join(own.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`));
  // One round trip. The insert reads `closed`, so the old version is closed before the new one meets the unique index.
  await sql`
    with closed as (
      update ${name} set to_block = ${block}
      where ${whereKey(table, key)} and to_block is null and from_block < ${block} returning 1
    )
    insert into ${name}
    select (jsonb_populate_record(null::${name}, ${toJson({ ...full, from_block: block })}::jsonb)).*
    from (select count(*) from closed) as done
    on conflict (${sql.join([...table.key, 'from_block'].map((column) => sql.ref(column)))}) do update set ${overwrite}
  `.execute(tx);
}

/**
 * Changes some columns of the current version of `key` from `block` on.
 * @throws when there is no current version.
 */
export async function patch<Name extends keyof Tables>(
  tx: Transaction,
  table: VersionedTable<Name>,
  key: Partial<Columns<Name>>,
  changes: Partial<Columns<Name>>,
  block: bigint,
): Promise<void> {
  const name = sql.table(table.name);
  const changed = Object.keys(changes);
  if (changed.length === 0) return;
  if (changed.some((column) => table.key.includes(column))) throw new Error(`${table.name}: a key never changes`);
  const overwrite = sql.join(changed.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`));
  const opened = toJson({ ...changes, from_block: block, to_block: null });
  const { rows } = await sql`
    with before as (
      select t as row from ${name} as t where ${whereKey(table, key)} and to_block is null
    ), closed as (
      update ${name} set to_block = ${block}
      where ${whereKey(table, key)} and to_block is null and from_block < ${block} returning 1
    )
    insert into ${name}
    select (jsonb_populate_record(before.row, ${opened}::jsonb)).*
    from before, (select count(*) from closed) as done
    on conflict (${sql.join([...table.key, 'from_block'].map((column) => sql.ref(column)))}) do update set ${overwrite}
    returning 1
  `.execute(tx);
  if (rows.length !== 1) throw new Error(`${table.name}: no current row of ${toJson(key)} to change at block ${block}`);
}

/**
 * Ends the current version of `key`: from `block` on there is no such row.
 * @throws when there is no current version.
 */
export async function remove<Name extends keyof Tables>(
  tx: Transaction,
  table: VersionedTable<Name>,
  key: Partial<Columns<Name>>,
  block: bigint,
): Promise<void> {
  const name = sql.table(table.name);
  const { rows } = await sql`
    with closed as (
      update ${name} set to_block = ${block}
      where ${whereKey(table, key)} and to_block is null and from_block < ${block} returning 1
    ), dropped as (
      delete from ${name} where ${whereKey(table, key)} and to_block is null and from_block = ${block} returning 1
    )
    select * from closed union all select * from dropped
  `.execute(tx);
  if (rows.length !== 1) throw new Error(`${table.name}: no current row of ${toJson(key)} to end at block ${block}`);
}

/** The current version of `key`, if there is one. */
export async function current<Name extends keyof Tables>(
  db: Queryable,
  table: VersionedTable<Name>,
  key: Partial<Columns<Name>>,
): Promise<Row<Name> | undefined> {
  const { rows } = await sql<Row<Name>>`
    select * from ${sql.table(table.name)} where ${whereKey(table, key)} and to_block is null
  `.execute(db);
  return rows[0];
}

/**
 * Keeps the rows of `table` that are true at `block`. `table` is its name in the query, or its alias there. A query
 * that joins several versioned tables needs it once for each.
 */
export function asOf<DB, TB extends keyof DB, O>(
  query: SelectQueryBuilder<DB, TB, O>,
  table: TB & string,
  block: AtBlock,
): SelectQueryBuilder<DB, TB, O> {
  return query.where(trueAt(table, block));
}

/** The same condition on its own, for joins and raw queries. */
export function trueAt(table: string, block: AtBlock) {
  const from = sql.ref(`${table}.from_block`);
  const to = sql.ref(`${table}.to_block`);
  return block === 'latest'
    ? sql<SqlBool>`${to} is null`
    : sql<SqlBool>`(${from} <= ${block} and (${to} is null or ${to} > ${block}))`;
}

/** Takes every change after `toBlock` back, so that the tables are as they were when that block was the newest one. */
export async function rollback(tx: Transaction, tables: readonly VersionedTable[], toBlock: bigint): Promise<void> {
  for (const table of tables) {
    const name = sql.table(table.name);
    await sql`delete from ${name} where from_block > ${toBlock}`.execute(tx);
    await sql`update ${name} set to_block = null where to_block > ${toBlock}`.execute(tx);
  }
}

function whereKey(table: VersionedTable, key: object) {
  const values = key as Record<string, unknown>;
  return sql.join(
    table.key.map((column) => {
      const value = values[column];
      if (value === undefined || value === null) throw new Error(`${table.name}: the key lacks ${column}`);
      return sql`${sql.ref(column)} = ${value}`;
    }),
    sql` and `,
  );
}

/** Rows travel as JSON, which PostgreSQL turns into the columns' own types: bigint exactly, bytes as `\x…`. */
function toJson(row: object): string {
  return JSON.stringify(row, function (this: Record<string, unknown>, name, value: unknown) {
    const own = this[name]; // a Buffer has been made JSON of by the time it arrives as `value`
    if (own instanceof Uint8Array) return `\\x${Buffer.from(own).toString('hex')}`;
    return typeof value === 'bigint' ? value.toString() : value;
  });
}
