// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../../store/database.ts';

const PAGE = 5_000;

/** A SHA-256 over all rows of the tables, in an order that only depends on the rows. */
export async function digestTables(db: Database, tables: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      for (const table of [...tables].sort()) {
        hash.update(`${table}\n`);
        await sql`declare rows no scroll cursor for
        select to_jsonb(t)::text as row from ${sql.table(table)} as t order by to_jsonb(t)::text collate "C"`.execute(
          tx,
        );
        for (;;) {
          const { rows } = await sql<{ row: string }>`fetch ${sql.raw(String(PAGE))} from rows`.execute(tx);
          for (const { row } of rows) hash.update(`${row}\n`);
          if (rows.length < PAGE) break;
        }
        await sql`close rows`.execute(tx);
      }
    });
  return hash.digest('hex');
}
