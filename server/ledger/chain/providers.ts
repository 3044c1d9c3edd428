// SPDX-License-Identifier: Apache-2.0
import { FetchRequest, type JsonRpcPayload, JsonRpcApiProvider, JsonRpcProvider, Network } from 'ethers';
import { isTransient } from '../../runtime/transient.ts';

/** Answers a JSON-RPC request (EIP-1193). */
export type Requester = (request: { method: string; params: unknown[] }) => Promise<unknown>;

/** Nothing may stand between a question and the chain: no cache, no collecting of requests, no network look-ups. */
const STRAIGHT = { staticNetwork: true, batchMaxCount: 1, cacheTimeout: -1 } as const;
const TIMEOUT_MS = 20_000;

/** The chain in this process. Its requests go straight through; ethers' own queue would put a timer before each. */
export class InProcessProvider extends JsonRpcApiProvider {
  readonly #request: Requester;

  constructor(chainId: number, request: Requester) {
    super(Network.from(chainId), STRAIGHT);
    this.#request = request;
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    return this.#request({ method, params });
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<never> {
    throw new Error(`nothing is queued, and here is ${JSON.stringify(payload)}`);
  }
}

/** A node over HTTP. A request that the network lost is made once more. */
export class NodeProvider extends JsonRpcProvider {
  constructor(chainId: number, url: string) {
    const connection = new FetchRequest(url);
    connection.timeout = TIMEOUT_MS;
    connection.setThrottleParams({ maxAttempts: 2 });
    super(connection, Network.from(chainId), STRAIGHT);
  }

  override async send(method: string, params: unknown[]): Promise<unknown> {
    try {
      return await super.send(method, params);
    } catch (error) {
      if (!isTransient(error)) throw error;
      return super.send(method, params);
    }
  }
}
