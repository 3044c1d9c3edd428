import type { LedgerEvent } from '../ledger/contracts.ts';
import type { Transaction } from '../store/database.ts';
import { patch } from '../store/versioned.ts';
import { type CashMovementsTable, cashMovementsTable } from './tables.ts';

/** What a movement of cash was for. */
export type Explanation = Partial<Pick<CashMovementsTable, 'kind' | 'reference' | 'payment' | 'note'>>;

/** Says what the movement announced just before was for: who moves cash announces why in the very next log. */
export async function explainMovement(
  tx: Transaction,
  { block, logIndex }: LedgerEvent,
  why: Explanation,
): Promise<void> {
  await patch(tx, cashMovementsTable, { block_number: block.number, log_index: logIndex - 1 }, why, block.number);
}

/**
 * Says what the plain movements announced between two logs of a block were for. `why` is asked for each in turn, by its
 * place among them; those that were explained already are left as they are.
 */
export async function explainMovements(
  tx: Transaction,
  { block, after, before }: { readonly block: bigint; readonly after: number; readonly before: number },
  why: (place: number) => Explanation,
): Promise<void> {
  const rows = await tx
    .selectFrom('cash_movements')
    .select('log_index')
    .where('block_number', '=', block)
    .where('log_index', '>', after)
    .where('log_index', '<', before)
    .where('kind', '=', 'transfer')
    .where('to_block', 'is', null)
    .orderBy('log_index')
    .execute();
  for (const [place, { log_index }] of rows.entries()) {
    await patch(tx, cashMovementsTable, { block_number: block, log_index }, why(place), block);
  }
}
