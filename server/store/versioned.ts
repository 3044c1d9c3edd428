// SPDX-License-Identifier: Apache-2.0
import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { columnSql, type Columns, type ValuesOf } from './columns.ts';
import type { Queryable, Transaction } from './database.ts';

/** The columns every versioned table has beside its own; a row is true at block b when from_block <= b < to_block. */
export interface Validity {
  from_block: bigint;
  to_block: bigint | null;
}

/** A block number, or the newest state. */
export type AtBlock = bigint | 'latest';

/** A table that remembers what was true at every block; its rows are written only through this module. */
export interface VersionedTable<Name extends string = string, C extends Columns = Columns> {
  readonly name: Name;
  /** Its own columns, without those of `Validity`. */
  readonly columns: C;
  /** The natural key: at any block there is at most one row of it. */
  readonly key: readonly string[];
  /** What creates it, in SQL. */
  readonly ddl: string;
}

export interface VersionedTableDefinition<C extends Columns> {
  /** Without defaults and without generated columns: each version is written whole. */
  readonly columns: C;
  readonly key: readonly (keyof C & string)[];
  /** Conditions that every row meets. */
  readonly checks?: readonly string[];
  /** Indexes beside those of the key: the rest of the name, and what follows the table's name in `create index`. */
  readonly indexes?: Readonly<Record<string, string>>;
}

/** A row of the table as queries see it. */
export type RowOf<Table extends VersionedTable> = ValuesOf<Table['columns']> & Validity;

/** Declares a versioned table. This is all there is to say about it: its DDL and the type of its rows follow. */
export function versionedTable<const Name extends string, C extends Columns>(
  name: Name,
  definition: VersionedTableDefinition<C>,
): VersionedTable<Name, C> {
  const { columns, key, checks = [], indexes = {} } = definition;
  if (key.length === 0) throw new Error(`${name}: a versioned table needs a natural key`);
  const keys = key.join(', ');
  const lines = [
    ...Object.entries(columns).map(([column, definition]) => columnSql(column, definition)),
    'from_block bigint not null',
    'to_block bigint',
    `primary key (${keys}, from_block)`,
    'check (to_block > from_block)',
    ...checks.map((check) => `check (${check})`),
  ];
  const ddl = [
    `create table ${name} (\n  ${lines.join(',\n  ')}\n);`,
    `create unique index ${name}_current on ${name} (${keys}) where to_block is null;`,
    `create index ${name}_opened on ${name} (from_block);`,
    `create index ${name}_closed on ${name} (to_block) where to_block is not null;`,
    ...Object.entries(indexes).map(([index, on]) => `create index ${name}_${index} on ${name} ${on};`),
  ].join('\n');
  return { name, columns, key, ddl };
}

/**
 * Makes `row` the current version of `key` from `block` on: closes the version before it, or overwrites it where it was
 * opened in the same block. `row` holds all columns that are not part of the key.
 */
export async function put<C extends Columns>(
  tx: Transaction,
  table: VersionedTable<string, C>,
  key: Partial<ValuesOf<C>>,
  row: Partial<ValuesOf<C>>,
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
export async function patch<C extends Columns>(
  tx: Transaction,
  table: VersionedTable<string, C>,
  key: Partial<ValuesOf<C>>,
  changes: Partial<ValuesOf<C>>,
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
export async function remove<C extends Columns>(
  tx: Transaction,
  table: VersionedTable<string, C>,
  key: Partial<ValuesOf<C>>,
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
export async function current<C extends Columns>(
  db: Queryable,
  table: VersionedTable<string, C>,
  key: Partial<ValuesOf<C>>,
): Promise<(ValuesOf<C> & Validity) | undefined> {
  const { rows } = await sql<ValuesOf<C> & Validity>`
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
