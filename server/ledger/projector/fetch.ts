// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcApiProvider, toNumber } from 'ethers';
import type { Contracts } from '../contracts.ts';
import type { LedgerEvent } from '../contract-types.ts';
import { findBlock } from '../chain/block.ts';
import { findReceipt } from '../chain/receipt.ts';
import { TransientError } from '../../runtime/transient.ts';
import type { Address, Hash, Hex } from '../../values/hex.ts';

export interface FetchedBlock {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly timestamp: number;
  /** In the order of the block. */
  readonly events: readonly LedgerEvent[];
}

/** A log as JSON-RPC has it. */
interface RpcLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly blockHash: Hash | null;
  readonly transactionHash: Hash | null;
  readonly logIndex: Hex | null;
  readonly removed?: boolean;
}

const EMPTY_BLOOM = /^0x0*$/;

/**
 * Reads one block and what the ledger announced in it. Logs are asked for by block hash: by number, a node that lags or
 * has switched forks answers with nothing or with another block's.
 */
export async function fetchBlock(
  provider: JsonRpcApiProvider,
  contracts: Contracts,
  number: bigint,
): Promise<FetchedBlock> {
  const block = await findBlock(provider, number);
  if (!block) throw new TransientError(`the node has no block ${number}`);
  const { hash, parentHash } = block;
  const timestamp = Number(block.timestamp);
  if (block.logsBloom !== null && EMPTY_BLOOM.test(block.logsBloom))
    return { number, hash, parentHash, timestamp, events: [] };
  const addresses = contracts.addresses();
  const found =
    addresses.length === 0
      ? []
      : ((await provider.send('eth_getLogs', [{ blockHash: hash, address: addresses }])) as readonly RpcLog[]);
  if (found.length === 0 && addresses.length > 0) await confirmEmpty(provider, contracts, block.transactions);
  const logs = found.map((log) => ({ ...log, logIndex: log.logIndex === null ? -1 : toNumber(log.logIndex) }));
  logs.sort((a, b) => a.logIndex - b.logIndex);
  logs.forEach((log, index) => {
    if (log.blockHash !== hash || log.removed === true)
      throw new TransientError(`the node gave logs of another block than ${hash}`);
    if (logs[index - 1]?.logIndex === log.logIndex)
      throw new TransientError(`the node gave log ${log.logIndex} of block ${hash} twice`);
  });
  const events = logs.map((log) => contracts.decodeLog(log, { number, hash, timestamp }));
  return { number, hash, parentHash, timestamp, events };
}

/** A block whose bloom filter is not empty but for which the node has no log of ours: its receipts decide. */
async function confirmEmpty(
  provider: JsonRpcApiProvider,
  contracts: Contracts,
  hashes: readonly Hash[],
): Promise<void> {
  for (const hash of hashes) {
    const receipt = await findReceipt(provider, hash);
    if (!receipt) throw new TransientError(`the node has no receipt of transaction ${hash}`);
    if (receipt.logs.some((log) => contracts.nameAt(log.address) !== undefined)) {
      throw new TransientError(`the node left out the logs of transaction ${hash}`);
    }
  }
}
