// SPDX-License-Identifier: Apache-2.0
import type { LedgerEvent } from '../contract-types.ts';
import { eventFrom, type Contracts } from '../contracts.ts';
import { reviveValues, type StoredValues } from '../event-values.ts';
import type { Queryable } from '../../store/database.ts';
import type { Hash } from '../../values/hex.ts';

/** The events of a transaction with a log index in [from, to), as they were decoded. */
export async function readEvents(
  db: Queryable,
  contracts: Contracts,
  where: { readonly txHash: Hash; readonly from: number; readonly to: number },
): Promise<LedgerEvent[]> {
  const rows = await db
    .selectFrom('events')
    .innerJoin('blocks', 'blocks.number', 'events.block_number')
    .select(['contract', 'name', 'args', 'block_number', 'block_hash', 'timestamp', 'tx_hash', 'log_index'])
    .where('tx_hash', '=', where.txHash)
    .where('log_index', '>=', where.from)
    .where('log_index', '<', where.to)
    .orderBy('log_index')
    .execute();
  return rows.map((row) => {
    const args = reviveValues(contracts.eventInputs(row.contract, row.name), row.args as StoredValues);
    return eventFrom(row.contract, row.name, args, {
      block: { number: row.block_number, hash: row.block_hash, timestamp: Number(row.timestamp) },
      txHash: row.tx_hash,
      logIndex: row.log_index,
    });
  });
}
