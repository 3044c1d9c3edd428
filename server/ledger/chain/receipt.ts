// SPDX-License-Identifier: Apache-2.0
import type { Provider, TransactionReceipt } from 'ethers';
import { addressOf, asHex, type Address, type Hash, type Hex } from '../../values/hex.ts';

/** What came of a transaction, in the block it is in. */
export interface Receipt {
  readonly txHash: Hash;
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
  readonly done: boolean;
  readonly gasUsed: bigint;
  /** In the order of the block. */
  readonly logs: readonly ReceiptLog[];
}

export interface ReceiptLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly logIndex: number;
}

/** The receipt, where the transaction is in a block. */
export async function findReceipt(provider: Provider, hash: Hash): Promise<Receipt | undefined> {
  const receipt = await provider.getTransactionReceipt(hash);
  return receipt === null ? undefined : receiptFrom(receipt);
}

/** Asks for a receipt until there is one; undefined when there is none after `timeoutMs`. */
export async function pollReceipt(
  provider: Provider,
  hash: Hash,
  timeoutMs: number,
  pollMs: number,
): Promise<Receipt | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const receipt = await findReceipt(provider, hash);
    if (receipt) return receipt;
    if (performance.now() + pollMs > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function receiptFrom({ hash, blockNumber, blockHash, status, gasUsed, logs }: TransactionReceipt): Receipt {
  return {
    txHash: asHex(hash),
    blockNumber: BigInt(blockNumber),
    blockHash: asHex(blockHash),
    done: status === 1,
    gasUsed,
    logs: logs.map((log) => ({
      address: addressOf(log.address),
      topics: log.topics.map(asHex),
      data: asHex(log.data),
      logIndex: log.index,
    })),
  };
}
