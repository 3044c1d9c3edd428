// SPDX-License-Identifier: Apache-2.0
import { TRANSACTION_GAS_CAP } from '../chain/chain.ts';
import type { Instruction } from './outbox.ts';

export const BATCH_LIMIT = 100;
/** What a batch costs beside its instructions. */
const BATCH_GAS = 100_000n;
/** What carrying one instruction costs: the signature, the nonce, its events. */
const CARRY_GAS = 60_000n;
/** 16 for a byte of calldata, and something for its copies in memory. */
const BYTE_GAS = 24n;

/** The gas to set aside for one instruction in a batch. A call gets at most 63/64 of what is left (EIP-150). */
export function carryingGas(gas: bigint, dataBytes: number): bigint {
  return gas + gas / 63n + 1n + CARRY_GAS + BYTE_GAS * BigInt(dataBytes);
}

/** The most that a batch of one instruction has room for. */
export const INSTRUCTION_GAS_LIMIT = TRANSACTION_GAS_CAP - BATCH_GAS;

/** The most gas that an instruction with so much data can be given. */
export function mostGas(dataBytes: number): bigint {
  const most = INSTRUCTION_GAS_LIMIT - carryingGas(0n, dataBytes);
  return most - most / 64n - 1n;
}

/**
 * The longest beginning of the list that fits into one transaction. One that did not run before goes alone, so that it
 * cannot take others down with it.
 */
export function fillBatch(ready: readonly Instruction[]): Instruction[] {
  const batch: Instruction[] = [];
  let gas = BATCH_GAS;
  for (const instruction of ready) {
    gas += carryingGas(instruction.gas, (instruction.data.length - 2) / 2);
    const alone = instruction.attempts > 0;
    if (batch.length > 0 && (alone || gas > TRANSACTION_GAS_CAP)) break;
    batch.push(instruction);
    if (alone || batch.length === BATCH_LIMIT) break;
  }
  return batch;
}
