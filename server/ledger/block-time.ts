// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from '../store/database.ts';
import type { AtBlock } from '../store/versioned.ts';
import type { Clock } from '../values/clock.ts';
import type { LedgerDate } from '../values/dates.ts';
import { ledgerDateAt } from '../values/ledger-date.ts';

/** Where and as of when an answer is read. */
export interface Moment {
  readonly db: Queryable;
  readonly chain: { readonly clock: Clock };
  readonly asOf: AtBlock;
}

/** The moment an answer is true at, in Unix seconds: now, or the time of the block asked for. */
export async function blockTimeOf({ asOf, chain, db }: Moment): Promise<bigint> {
  if (asOf === 'latest') return BigInt(chain.clock.now());
  const block = await db.selectFrom('blocks').select('timestamp').where('number', '=', asOf).executeTakeFirstOrThrow();
  return block.timestamp;
}

/** The ledger's date at that moment. */
export function dateAt(moment: bigint): LedgerDate {
  return ledgerDateAt(Number(moment));
}

/** Unix seconds as an instant in UTC. */
export function instantOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString();
}
