import { keccak256, parseSignature, serializeTransaction, type Address, type Hash, type Hex } from 'viem';

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
  request: TransactionRequest,
): Promise<{ raw: Hex; hash: Hash }> {
  const transaction = { ...request, type: 'legacy', gasPrice: 0n, value: 0n } as const;
  const signature = parseSignature(await account.sign(keccak256(serializeTransaction(transaction))));
  const raw = serializeTransaction(transaction, signature);
  return { raw, hash: keccak256(raw) };
}
