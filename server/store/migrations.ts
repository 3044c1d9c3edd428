// SPDX-License-Identifier: Apache-2.0
import { CompiledQuery, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StartRefused } from '../runtime/start-refused.ts';
import { ORIGINALS, type Database } from './database.ts';
import type { Place } from './place.ts';

/**
 * One change of the tables that nothing else could give back. Never edit or rename one that was released: add another.
 * They run in the order of their names, which begin with the day they were written.
 */
export interface Migration {
  /** Unique and lasting: `2026-11-28 receivables`. */
  readonly name: string;
  /** One or more statements, separated by semicolons. */
  readonly sql: string;
}

const TABLE = 'migrations';

/**
 * Brings the tables of the schema `ORIGINALS` up to date: all the migrations that were not run before, or none where one
 * of them fails. Of several processes that call it at once, one does it while the others wait.
 *
 * @throws {StartRefused} when the database is of an earlier layout, or of a later version of Deeptier
 */
export async function migrate(
  db: Database,
  migrations: readonly Migration[],
  place: Place = { name: 'this database', elsewhere: 'use an empty database' },
): Promise<void> {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  if (byName.size !== migrations.length) throw new Error('two migrations have the same name');
  await refuseEarlierLayout(db, place);
  await refuseLaterVersion(db, byName, place);
  const migrator = new Migrator({
    db,
    migrationTableSchema: ORIGINALS,
    migrationTableName: TABLE,
    migrationLockTableName: 'migrations_lock',
    // Rooms add theirs on branches of their own: one that was written earlier may arrive later.
    allowUnorderedMigrations: true,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          migrations.map((migration) => [
            migration.name,
            {
              up: async (tx) => {
                // Whatever else is on the path of this connection, the tables are made in their own schema.
                await sql`set local search_path to ${sql.id(ORIGINALS)}`.execute(tx);
                await tx.executeQuery(CompiledQuery.raw(migration.sql));
              },
            },
          ]),
        ),
    },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results.find(({ status }) => status === 'Error');
  const reason = error instanceof Error ? error.message : String(error);
  throw new Error(
    failed
      ? `the migration "${failed.migrationName}" failed, and the database is as it was: ${reason}`
      : `the tables could not be brought up to date: ${reason}`,
    { cause: error },
  );
}

/** Until 0.1 all tables were in `public`, and those of the projection were migrated with the others. */
async function refuseEarlierLayout(db: Database, place: Place): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('public.schema_steps') is not null as there
  `.execute(db);
  if (rows[0]?.there === true) {
    throw new StartRefused(
      `${place.name} was made by an earlier version of Deeptier, whose tables this version does not read: ` +
        `start the version that made it, or ${place.elsewhere}`,
    );
  }
}

async function refuseLaterVersion(db: Database, known: ReadonlyMap<string, Migration>, place: Place): Promise<void> {
  const table = sql.table(`${ORIGINALS}.${TABLE}`);
  const { rows: found } = await sql<{ there: boolean }>`
    select to_regclass(${`${ORIGINALS}.${TABLE}`}) is not null as there
  `.execute(db);
  if (found[0]?.there !== true) return;
  const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new StartRefused(
      `${place.name} was written by a later version of Deeptier ` +
        `(this one does not know its migration "${unknown.join('", "')}"): ` +
        `start that version or a newer one, or ${place.elsewhere}`,
    );
  }
}
