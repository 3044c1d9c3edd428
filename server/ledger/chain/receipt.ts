import { TransactionReceiptNotFoundError, type Hash, type PublicClient, type TransactionReceipt } from 'viem';

/** Asks for a receipt until there is one; undefined when there is none after `timeoutMs`. */
export async function pollReceipt(
  client: PublicClient,
  hash: Hash,
  timeoutMs: number,
  pollMs: number,
): Promise<TransactionReceipt | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await client.getTransactionReceipt({ hash });
    } catch (error) {
      if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
    }
    if (performance.now() + pollMs > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
