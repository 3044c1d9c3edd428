// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from '../../store/database.ts';

/** The latest block that has been projected, as the given database or snapshot sees it; 0 before the first. */
export async function headOf(db: Queryable): Promise<bigint> {
  const row = await db
    .selectFrom('blocks')
    .select((eb) => eb.fn.max<bigint | null>('number').as('number'))
    .executeTakeFirst();
  return row?.number ?? 0n;
}
