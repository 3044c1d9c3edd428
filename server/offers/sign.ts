// SPDX-License-Identifier: Apache-2.0
import type { TypedDataField } from 'ethers';
import type { Chain } from '../ledger/chain/chain.ts';
import { call } from '../ledger/contract-types.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { readView } from '../ledger/read-view.ts';
import { structHash } from '../ledger/typed-data.ts';
import type { Address, Hex } from '../values/hex.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import { instructionRefusals } from '../ledger/instructions/refusals.ts';

/** Orders as EIP-712 typed data. */
export interface OrderType {
  readonly primaryType: string;
  readonly fields: readonly TypedDataField[];
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
  return structHash({ primaryType, fields, message: { ...order } });
}

/** Signs an order with a party's key, for the offer book and nothing else. Throws `SIGNER_UNKNOWN` where the key is kept elsewhere. */
export async function signOrder(
  { signer, contracts }: OrderParts,
  chain: Pick<Chain, 'provider'>,
  key: Address,
  type: OrderType,
  order: object,
): Promise<Signed> {
  const { primaryType, fields } = type;
  if (!(await signer.has(key))) throw new DeeptierError(instructionRefusals.SIGNER_UNKNOWN, { signer: key });
  // EIP-5267: what a contract says its signatures are for.
  const { name, version, chainId } = await readView(chain, contracts, call('OfferBook', 'eip712Domain'));
  const signature = await signer.signTypedData(key, {
    domain: { name, version, chainId, verifyingContract: contracts.address('OfferBook') },
    primaryType,
    fields,
    message: { ...order },
  });
  return { hash: orderHash(type, order), signature };
}
