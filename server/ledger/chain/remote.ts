import {
  createPublicClient,
  http,
  keccak256,
  type Hash,
  type Hex,
  type PublicClient,
  type TransactionReceipt,
} from 'viem';
import type { Health } from '../../runtime/health.ts';
import type { Log } from '../../runtime/log.ts';
import { Loop } from '../../runtime/loop.ts';
import type { CallRequest, Chain } from './chain.ts';
import type { Clock } from '../../values/clock.ts';
import { pollReceipt } from './receipt.ts';

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
  const client = createPublicClient({ transport: http(options.url, { timeout: 20_000, retryCount: 1 }) });
  const id = await client.getChainId();
  if (id !== options.chainId) throw new Error(`the node is on chain ${id}, not ${options.chainId}`);
  return new RemoteChain(options, client);
}

class RemoteChain implements Chain {
  readonly id: number;
  readonly kind = 'remote';
  readonly client: PublicClient;
  readonly clock: Clock;
  readonly #listeners = new Set<() => void>();
  readonly #pollMs: number;
  readonly #watch: Loop;
  #newest = -1n;

  constructor({ chainId, clock, log, pollMs = 500 }: RemoteChainOptions, client: PublicClient) {
    this.id = chainId;
    this.client = client;
    this.clock = clock;
    this.#pollMs = pollMs;
    // Filters are never used: nodes drop them silently.
    this.#watch = new Loop({
      name: 'block watch',
      log,
      idleMs: pollMs,
      step: async () => {
        const number = await client.getBlockNumber({ cacheTime: 0 });
        if (number !== this.#newest) for (const listener of this.#listeners) listener();
        this.#newest = number;
        return false;
      },
    });
    this.#watch.start();
  }

  async call(request: CallRequest): Promise<Hex> {
    const { data } = await this.client.call({
      account: request.from,
      to: request.to,
      data: request.data,
      blockTag: 'latest',
      ...(request.stateOverride ? { stateOverride: request.stateOverride } : {}),
    });
    return data ?? '0x';
  }

  async sendRaw(raw: Hex): Promise<Hash> {
    const hash = keccak256(raw);
    try {
      return await this.client.sendRawTransaction({ serializedTransaction: raw });
    } catch (error) {
      if (error instanceof Error && KNOWN.test(error.message)) return hash;
      // "nonce too low" is also what a node says of a transaction that is in a block.
      if (await this.awaitReceipt(hash, 0)) return hash;
      throw error;
    }
  }

  awaitReceipt(hash: Hash, timeoutMs: number): Promise<TransactionReceipt | undefined> {
    return pollReceipt(this.client, hash, timeoutMs, this.#pollMs);
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
    this.#listeners.clear();
  }
}
