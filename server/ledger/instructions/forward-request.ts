import {
  decodeEventLog,
  encodeFunctionData,
  hashTypedData,
  parseAbi,
  type Address,
  type Hash,
  type Hex,
  type TransactionReceipt,
  type TypedDataDefinition,
} from 'viem';

/** The part of `InstructionForwarder` (OpenZeppelin's ERC2771Forwarder) that carries instructions. */
export const forwarderAbi = parseAbi([
  'struct ForwardRequestData { address from; address to; uint256 value; uint256 gas; uint48 deadline; bytes data; bytes signature; }',
  'function executeBatch(ForwardRequestData[] requests, address refundReceiver) payable',
  'function nonces(address owner) view returns (uint256)',
  'event ExecutedForwardRequest(address indexed signer, uint256 nonce, bool success)',
  'event InstructionRefused(address indexed signer, uint256 nonce, bytes reason)',
]);

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

const TYPES = {
  ForwardRequest: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'gas', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint48' },
    { name: 'data', type: 'bytes' },
  ],
} as const;

/** An instruction as EIP-712 typed data. */
export function typedInstruction(
  { chainId, forwarder }: ForwarderDomain,
  request: ForwardRequest,
): TypedDataDefinition {
  return {
    domain: { name: 'Deeptier', version: '1', chainId, verifyingContract: forwarder },
    types: TYPES,
    primaryType: 'ForwardRequest',
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
  return hashTypedData(typedInstruction(domain, request));
}

/** A call of the forwarder that carries the instructions in order, passing over any that cannot run. */
export function encodeBatch(
  requests: readonly (ForwardRequest & { readonly signature: Hex })[],
  relayer: Address,
): Hex {
  return encodeFunctionData({
    abi: forwarderAbi,
    functionName: 'executeBatch',
    args: [
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
    ],
  });
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
export function readExecutions(receipt: TransactionReceipt, forwarder: Address): Map<string, Execution> {
  const executions = new Map<string, Execution>();
  let firstLog = receipt.logs[0]?.logIndex ?? 0;
  for (const log of receipt.logs) {
    if (log.address.toLowerCase() !== forwarder.toLowerCase()) continue;
    const { eventName, args } = decodeForwarderLog(log);
    if (eventName === undefined) continue;
    const key = executionKey(args.signer, args.nonce);
    if (eventName === 'ExecutedForwardRequest') {
      executions.set(key, { done: args.success, reason: '0x', firstLog, endLog: log.logIndex });
    } else {
      const execution = executions.get(key);
      if (!execution) throw new Error(`a refusal of an instruction that did not run: ${key}`);
      executions.set(key, { ...execution, reason: args.reason });
    }
    firstLog = log.logIndex + 1;
  }
  return executions;
}

export function executionKey(signer: Address, nonce: bigint): string {
  return `${signer.toLowerCase()}:${nonce}`;
}

function decodeForwarderLog(log: { topics: [] | [Hex, ...Hex[]]; data: Hex }) {
  try {
    return decodeEventLog({ abi: forwarderAbi, topics: log.topics, data: log.data, strict: true });
  } catch {
    return { eventName: undefined, args: undefined } as const; // EIP712DomainChanged and the like say nothing of instructions
  }
}
