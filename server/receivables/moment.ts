import type { Context } from '../platform/http/context.ts';
import type { LedgerDate } from '../platform/dates.ts';
import { ledgerDateAt } from '../rules/ledger-date.ts';

/** The moment an answer is true at, in Unix seconds: now, or the time of the block asked for. */
export async function momentOf({ asOf, chain, db }: Pick<Context, 'asOf' | 'chain' | 'db'>): Promise<bigint> {
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
