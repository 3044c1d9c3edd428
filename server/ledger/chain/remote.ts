// SPDX-License-Identifier: Apache-2.0
import type { Health } from '../../runtime/health.ts';
import type { Log } from '../../runtime/log.ts';
import { Loop } from '../../runtime/loop.ts';
import type { CallRequest, Chain } from './chain.ts';
import type { Clock } from '../../values/clock.ts';
import { asHex, keccak, type Hash, type Hex } from '../../values/hex.ts';
import { NodeProvider } from './providers.ts';
import { findReceipt, pollReceipt, type Receipt } from './receipt.ts';

export interface RemoteChainOptions {
  /** The JSON-RPC endpoint of a node of our own; never shown to a caller. */
  readonly url: string;
  /** The network we mean: another answer of the node is an error. */
  readonly chainId: number;
  readonly clock: Clock;
  readonly log: Log;
  /** How often to ask for new blocks. Default 500. */
  readonly pollMs?: number;
}

/** How nodes say that they have the transaction already (geth, Besu, EDR and anvil each in their own words). */
const KNOWN = /already known|known transaction|already imported|already exists/i;

/** Connects to a node of a permissioned EVM network over JSON-RPC. */
export async function openRemoteChain(options: RemoteChainOptions): Promise<Chain> {
  const provider = new NodeProvider(options.chainId, options.url);
  try {
    const id = Number(await provider.send('eth_chainId', []));
    if (id !== options.chainId) throw new Error(`the node is on chain ${id}, not ${options.chainId}`);
    return new RemoteChain(options, provider);
  } catch (error) {
    provider.destroy();
    throw error;
  }
}

class RemoteChain implements Chain {
  readonly id: number;
  readonly kind = 'remote';
  readonly provider: NodeProvider;
  readonly clock: Clock;
  readonly #listeners = new Set<() => void>();
  readonly #pollMs: number;
  readonly #watch: Loop;
  #newest = -1n;

  constructor({ chainId, clock, log, pollMs = 500 }: RemoteChainOptions, provider: NodeProvider) {
    this.id = chainId;
    this.provider = provider;
    this.clock = clock;
    this.#pollMs = pollMs;
    // Filters are never used: nodes drop them silently.
    this.#watch = new Loop({
      name: 'block watch',
      log,
      idleMs: pollMs,
      step: async () => {
        const number = BigInt(await provider.getBlockNumber());
        if (number !== this.#newest) for (const listener of this.#listeners) listener();
        this.#newest = number;
        return false;
      },
    });
    this.#watch.start();
  }

  async call({ from, to, data, stateOverride }: CallRequest): Promise<Hex> {
    const overrides = stateOverride ? [stateOverride] : [];
    return asHex(String(await this.provider.send('eth_call', [{ from, to, data }, 'latest', ...overrides])));
  }

  async sendRaw(raw: Hex): Promise<Hash> {
    const hash = keccak(raw);
    try {
      return asHex(String(await this.provider.send('eth_sendRawTransaction', [raw])));
    } catch (error) {
      if (error instanceof Error && KNOWN.test(error.message)) return hash;
      // "nonce too low" is also what a node says of a transaction that is in a block.
      if (await findReceipt(this.provider, hash)) return hash;
      throw error;
    }
  }

  awaitReceipt(hash: Hash, timeoutMs: number): Promise<Receipt | undefined> {
    return pollReceipt(this.provider, hash, timeoutMs, this.#pollMs);
  }

  onBlock(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  health(): Health {
    return this.#watch.health();
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
    this.provider.destroy();
    this.#listeners.clear();
  }
}
