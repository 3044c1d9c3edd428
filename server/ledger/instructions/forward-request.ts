// SPDX-License-Identifier: Apache-2.0
import { asHex, type Address, type Hash, type Hex } from '../../values/hex.ts';
import type { Receipt } from '../chain/receipt.ts';
import { call, isOf, type CallOf } from '../contract-types.ts';
import type { Contracts } from '../contracts.ts';
import { typedDataHash, type TypedData } from '../typed-data.ts';

/** What a party signs. */
export interface ForwardRequest {
  readonly signer: Address;
  readonly target: Address;
  readonly gas: bigint;
  readonly nonce: bigint;
  /** Unix seconds; the last at which it may run. */
  readonly deadline: number;
  readonly data: Hex;
}

export interface ForwarderDomain {
  readonly chainId: number;
  readonly forwarder: Address;
}

const FIELDS = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'gas', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint48' },
  { name: 'data', type: 'bytes' },
];

/** An instruction as EIP-712 typed data. */
export function typedInstruction({ chainId, forwarder }: ForwarderDomain, request: ForwardRequest): TypedData {
  return {
    domain: { name: 'Deeptier', version: '1', chainId, verifyingContract: forwarder },
    primaryType: 'ForwardRequest',
    fields: FIELDS,
    message: {
      from: request.signer,
      to: request.target,
      value: 0n,
      gas: request.gas,
      nonce: request.nonce,
      deadline: request.deadline,
      data: request.data,
    },
  };
}

/** What is signed: 32 bytes. */
export function instructionDigest(domain: ForwarderDomain, request: ForwardRequest): Hash {
  return typedDataHash(typedInstruction(domain, request));
}

/** A call of the forwarder that carries the instructions in order, passing over any that cannot run. */
export function batchCall(
  requests: readonly (ForwardRequest & { readonly signature: Hex })[],
  relayer: Address,
): CallOf<'InstructionForwarder', 'executeBatch'> {
  return call(
    'InstructionForwarder',
    'executeBatch',
    requests.map(({ signer, target, gas, deadline, data, signature }) => ({
      from: signer,
      to: target,
      value: 0n,
      gas,
      deadline,
      data,
      signature,
    })),
    relayer, // a receiver of what is left over must be named for others to go through; nothing ever is left over
  );
}

/** What came of one instruction in a block. */
export interface Execution {
  readonly done: boolean;
  /** The error of a refused one, ABI-encoded; empty where it gave none. */
  readonly reason: Hex;
  /** Its own logs are those with an index in [firstLog, endLog). */
  readonly firstLog: number;
  readonly endLog: number;
}

/** What came of the instructions in a batch, by `executionKey`; one that is missing never ran. */
export function readExecutions(receipt: Receipt, contracts: Contracts): Map<string, Execution> {
  const forwarder = contracts.address('InstructionForwarder');
  const executions = new Map<string, Execution>();
  let firstLog = receipt.logs[0]?.logIndex ?? 0;
  for (const log of receipt.logs) {
    if (log.address !== forwarder) continue;
    const event = contracts.decodeLog(
      { ...log, transactionHash: receipt.txHash },
      { number: receipt.blockNumber, hash: receipt.blockHash, timestamp: 0 },
    );
    if (isOf(event, 'InstructionForwarder.ExecutedForwardRequest')) {
      const { signer, nonce, success } = event.args;
      executions.set(executionKey(signer, nonce), { done: success, reason: '0x', firstLog, endLog: log.logIndex });
    } else if (isOf(event, 'InstructionForwarder.InstructionRefused')) {
      const { signer, nonce, reason } = event.args;
      const key = executionKey(signer, nonce);
      const execution = executions.get(key);
      if (!execution) throw new Error(`a refusal of an instruction that did not run: ${key}`);
      executions.set(key, { ...execution, reason: asHex(reason) });
    } else continue; // EIP712DomainChanged says nothing of instructions
    firstLog = log.logIndex + 1;
  }
  return executions;
}

export function executionKey(signer: string, nonce: bigint): string {
  return `${signer.toLowerCase()}:${nonce}`;
}
