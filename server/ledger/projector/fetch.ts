import { type Hash, type PublicClient } from 'viem';
import type { Contracts, LedgerEvent } from '../contracts.ts';
import { TransientError } from '../../runtime/transient.ts';

export interface FetchedBlock {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly timestamp: number;
  /** In the order of the block. */
  readonly events: readonly LedgerEvent[];
}

const EMPTY_BLOOM = /^0x0*$/;

/**
 * Reads one block and what the ledger announced in it. Logs are asked for by block hash: by number, a node that lags or
 * has switched forks answers with nothing or with another block's.
 */
export async function fetchBlock(client: PublicClient, contracts: Contracts, number: bigint): Promise<FetchedBlock> {
  const block = await client.getBlock({ blockNumber: number });
  const { hash, parentHash } = block;
  const timestamp = Number(block.timestamp);
  if (block.logsBloom !== null && EMPTY_BLOOM.test(block.logsBloom))
    return { number, hash, parentHash, timestamp, events: [] };
  const addresses = contracts.addresses();
  const logs = addresses.length === 0 ? [] : await client.getLogs({ blockHash: hash, address: addresses });
  if (logs.length === 0 && addresses.length > 0) await confirmEmpty(client, contracts, block.transactions);
  logs.sort((a, b) => a.logIndex - b.logIndex);
  logs.forEach((log, index) => {
    if (log.blockHash !== hash || log.removed)
      throw new TransientError(`the node gave logs of another block than ${hash}`);
    if (logs[index - 1]?.logIndex === log.logIndex)
      throw new TransientError(`the node gave log ${log.logIndex} of block ${hash} twice`);
  });
  const events = logs.map((log) => contracts.decodeLog(log, { number, hash, timestamp }));
  return { number, hash, parentHash, timestamp, events };
}

/** A block whose bloom filter is not empty but for which the node has no log of ours: its receipts decide. */
async function confirmEmpty(client: PublicClient, contracts: Contracts, hashes: readonly Hash[]): Promise<void> {
  for (const hash of hashes) {
    const { logs } = await client.getTransactionReceipt({ hash });
    if (logs.some((log) => contracts.nameAt(log.address) !== undefined)) {
      throw new TransientError(`the node left out the logs of transaction ${hash}`);
    }
  }
}
