// SPDX-License-Identifier: Apache-2.0
import { CompiledQuery, sql } from 'kysely';
import type { Database, Transaction } from './database.ts';

/** From here to its end, the transaction looks for tables in these schemas only. */
export async function confine(tx: Transaction, schemas: readonly string[]): Promise<void> {
  await sql`set local search_path to ${sql.join(schemas.map((schema) => sql.id(schema)))}`.execute(tx);
}

/** Creates a schema with its tables, wholly or not at all. False where there is one of that name. */
export async function createSchema(db: Database, name: string, ddl: string): Promise<boolean> {
  if ((await schemasLike(db, name)).includes(name)) return false;
  await db.transaction().execute(async (tx) => {
    await sql`create schema ${sql.id(name)}`.execute(tx);
    await confine(tx, [name]);
    await tx.executeQuery(CompiledQuery.raw(ddl));
  });
  return true;
}

export async function dropSchema(db: Database, name: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(name)} cascade`.execute(db);
}

/**
 * Puts one schema in the place of another, in one moment: whoever looks for a table finds the old one before it and the
 * new one after it. The old one is dropped afterwards, once nobody reads it any more.
 */
export async function replaceSchema(db: Database, name: string, by: string): Promise<void> {
  const old = `${name}_old`;
  await dropSchema(db, old);
  await db.transaction().execute(async (tx) => {
    await sql`alter schema ${sql.id(name)} rename to ${sql.id(old)}`.execute(tx);
    await sql`alter schema ${sql.id(by)} rename to ${sql.id(name)}`.execute(tx);
  });
  await dropSchema(db, old);
}

/** The names of the schemas that begin so. */
export async function schemasLike(db: Database, prefix: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select nspname as name from pg_namespace where starts_with(nspname, ${prefix}) order by nspname
  `.execute(db);
  return rows.map(({ name }) => name);
}
