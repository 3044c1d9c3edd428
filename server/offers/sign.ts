import { type Address, type Hex, hashStruct, type TypedDataDefinition, type TypedDataParameter } from 'viem';
import type { Chain } from '../ledger/chain/chain.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import { instructionRefusals } from '../ledger/instructions/refusals.ts';

/** A kind of order as EIP-712 typed data. */
export interface OrderType {
  /** The contract that fills it, which checks the signature. */
  readonly contract: string;
  readonly primaryType: string;
  readonly fields: readonly TypedDataParameter[];
}

export interface OrderParts {
  readonly signer: Signer;
  readonly contracts: Contracts;
}

/** An order as it was signed. */
export interface Signed {
  /** EIP-712 `hashStruct`: what the contract keeps the order by. */
  readonly hash: Hex;
  readonly signature: Hex;
}

/** The hash by which the chain knows an order. */
export function orderHash({ primaryType, fields }: OrderType, order: object): Hex {
  return hashStruct({ types: { [primaryType]: fields }, primaryType, data: order } as Parameters<typeof hashStruct>[0]);
}

/** Signs an order with a party's key, for the contract that fills it and no other. Throws `SIGNER_UNKNOWN` where the key is kept elsewhere. */
export async function signOrder(
  { signer, contracts }: OrderParts,
  chain: Pick<Chain, 'client'>,
  key: Address,
  type: OrderType,
  order: object,
): Promise<Signed> {
  const { contract, primaryType, fields } = type;
  if (!(await signer.has(key))) throw new DeeptierError(instructionRefusals.SIGNER_UNKNOWN, { signer: key });
  const address = contracts.address(contract);
  const [, name, version, chainId] = await chain.client.readContract({
    address,
    abi: domainAbi,
    functionName: 'eip712Domain',
  });
  const typed = {
    domain: { name, version, chainId, verifyingContract: address },
    types: { [primaryType]: fields },
    primaryType,
    message: order,
  };
  const signature = await signer.signTypedData(key, typed as TypedDataDefinition);
  return { hash: orderHash(type, order), signature };
}

/** EIP-5267: what a contract says its signatures are for. */
const domainAbi = [
  {
    type: 'function',
    name: 'eip712Domain',
    stateMutability: 'view',
    inputs: [],
    outputs: [
      { name: 'fields', type: 'bytes1' },
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
      { name: 'verifyingContract', type: 'address' },
      { name: 'salt', type: 'bytes32' },
      { name: 'extensions', type: 'uint256[]' },
    ],
  },
] as const;
