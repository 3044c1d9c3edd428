// SPDX-License-Identifier: Apache-2.0
import type { JsonRpcApiProvider } from 'ethers';
import type { Health } from '../../runtime/health.ts';
import type { Clock } from '../../values/clock.ts';
import type { Address, Hash, Hex } from '../../values/hex.ts';
import type { Receipt } from './receipt.ts';

/** What stands in an account's place during a call, by address: the third parameter of `eth_call`. */
export type StateOverride = Readonly<Record<Address, { readonly code?: Hex; readonly balance?: Hex }>>;

export interface CallRequest {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly stateOverride?: StateOverride;
}

/** An EVM chain, whatever it runs on. Gas costs nothing on it: every transaction is a legacy one at price 0. */
export interface Chain {
  readonly id: number;
  readonly kind: 'embedded' | 'remote';
  /** For reading; nothing is cached, batched or polled by it. */
  readonly provider: JsonRpcApiProvider;
  readonly clock: Clock;
  /** Runs a call as the next block would, without leaving a trace. */
  call(request: CallRequest): Promise<Hex>;
  /** Hands over a signed transaction; sending the same one again does nothing. */
  sendRaw(raw: Hex): Promise<Hash>;
  /** Waits until the transaction is in a block; undefined when it is in none after `timeoutMs`. */
  awaitReceipt(hash: Hash, timeoutMs: number): Promise<Receipt | undefined>;
  /** Calls `listener` when there is a new block; returns how to end that. */
  onBlock(listener: () => void): () => void;
  health(): Health;
  stop(): Promise<void>;
}

/** What a transaction may use at most, on any network since Osaka (EIP-7825). */
export const TRANSACTION_GAS_CAP = 16_777_216n;
