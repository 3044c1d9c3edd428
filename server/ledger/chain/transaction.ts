// SPDX-License-Identifier: Apache-2.0
import { Signature, Transaction } from 'ethers';
import { asHex, keccak, type Address, type Hash, type Hex } from '../../values/hex.ts';

/** A key that signs for the service itself: the deployer's, the relayer's. */
export interface Account {
  readonly address: Address;
  /** Signs a 32-byte digest: r, s and v (27 or 28) in 65 bytes. */
  sign(digest: Hash): Promise<Hex>;
}

export interface TransactionRequest {
  readonly chainId: number;
  readonly nonce: number;
  /** Null creates a contract. */
  readonly to: Address | null;
  readonly data: Hex;
  readonly gas: bigint;
}

/** Signs a legacy transaction at gas price 0. The same request always gives the same bytes (RFC 6979). */
export async function signTransaction(
  account: Account,
  { chainId, nonce, to, data, gas }: TransactionRequest,
): Promise<{ raw: Hex; hash: Hash }> {
  const transaction = Transaction.from({ type: 0, chainId, nonce, to, data, gasLimit: gas, gasPrice: 0n, value: 0n });
  transaction.signature = Signature.from(await account.sign(asHex(transaction.unsignedHash)));
  const raw = asHex(transaction.serialized);
  return { raw, hash: keccak(raw) };
}
