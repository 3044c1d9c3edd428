// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';
import type { Chain } from '../../../../server/ledger/chain/chain.ts';
import { systemClock } from '../../../../server/values/clock.ts';
import { pollReceipt } from '../../../../server/ledger/chain/receipt.ts';
import { InProcessProvider } from '../../../../server/ledger/chain/providers.ts';
import { asHex, keccak, type Hash } from '../../../../server/values/hex.ts';

export interface FickleChain extends Chain {
  snapshot(): Promise<string>;
  /** Forgets the blocks since; others may take their places. */
  revert(snapshot: string): Promise<void>;
  /** Makes an empty block. */
  mine(): Promise<void>;
  /** Changes what the node answers to one method. */
  lie: { method: string; answer: (truth: unknown) => unknown } | undefined;
}

/** A chain without a journal that can be made to change its mind, and to lie. */
export async function openFickleChain(): Promise<FickleChain> {
  const hardhat = await createHardhatRuntimeEnvironment(
    {
      networks: {
        fickle: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId: 31_416,
          hardfork: 'cancun',
          initialBaseFeePerGas: 0,
          blockGasLimit: 60_000_000,
          allowBlocksWithSameTimestamp: true,
          accounts: [],
          mining: { auto: true, interval: 0 },
          throwOnTransactionFailures: false,
        },
      },
    },
    {},
    path.resolve(import.meta.dirname, '../../../..'),
  );
  const { provider } = await hardhat.network.create({ network: 'fickle' });
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const node = new InProcessProvider(31_416, async (request) => {
    const truth = await provider.request(request);
    return chain.lie?.method === request.method ? chain.lie.answer(truth) : truth;
  });
  const chain: FickleChain = {
    id: 31_416,
    kind: 'embedded',
    provider: node,
    clock: systemClock,
    lie: undefined,
    async call({ from, to, data, stateOverride }) {
      const params = [{ from, to, data }, 'latest', stateOverride ?? {}];
      return asHex(String(await provider.request({ method: 'eth_call', params })));
    },
    async sendRaw(raw) {
      const hash = keccak(raw);
      if ((await provider.request({ method: 'eth_getTransactionByHash', params: [hash] })) === null) {
        await provider.request({ method: 'eth_sendRawTransaction', params: [raw] });
        tell();
      }
      return hash;
    },
    awaitReceipt: (hash: Hash, timeoutMs) => pollReceipt(node, hash, Math.min(timeoutMs, 100), 20),
    onBlock: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    health: () => ({ state: 'ready' }),
    stop: async () => listeners.clear(),
    snapshot: async () => (await provider.request({ method: 'evm_snapshot' })) as string,
    async revert(snapshot) {
      await provider.request({ method: 'evm_revert', params: [snapshot] });
      tell();
    },
    async mine() {
      await provider.request({ method: 'evm_mine' });
      tell();
    },
  };
  return chain;
}
