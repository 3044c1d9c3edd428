// SPDX-License-Identifier: Apache-2.0
import { type JsonRpcApiProvider, toQuantity } from 'ethers';
import type { Hash, Hex } from '../../values/hex.ts';

/** A block's header, and the hashes of its transactions. */
export interface BlockHeader {
  readonly number: bigint;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly stateRoot: Hash;
  /** Unix seconds. */
  readonly timestamp: bigint;
  /** Null where the node does not say. */
  readonly logsBloom: Hex | null;
  readonly transactions: readonly Hash[];
}

/** A block as JSON-RPC has it; the `Block` of ethers leaves the bloom filter out. */
interface RpcBlock {
  readonly number: Hex;
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly stateRoot: Hash;
  readonly timestamp: Hex;
  readonly logsBloom?: Hex | null;
  readonly transactions: readonly Hash[];
}

/** A block of the chain as it is now; undefined where there is none of that number. */
export async function findBlock(
  provider: Pick<JsonRpcApiProvider, 'send'>,
  number: bigint | 'latest',
): Promise<BlockHeader | undefined> {
  const tag = number === 'latest' ? number : toQuantity(number);
  const block = (await provider.send('eth_getBlockByNumber', [tag, false])) as RpcBlock | null;
  if (block === null) return undefined;
  return {
    number: BigInt(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    stateRoot: block.stateRoot,
    timestamp: BigInt(block.timestamp),
    logsBloom: block.logsBloom ?? null,
    transactions: block.transactions,
  };
}
