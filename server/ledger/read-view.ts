import { toQuantity } from 'ethers';
import { asHex } from '../values/hex.ts';
import type { Chain } from './chain/chain.ts';
import type { AnswerOf, Call } from './contract-types.ts';
import type { Contracts } from './contracts.ts';

/** Asks one view of the ledger as of a block. Many at once are better asked of `LedgerClient.ask`. */
export async function readView<C extends Call>(
  chain: Pick<Chain, 'provider'>,
  contracts: Contracts,
  call: C,
  block: bigint | 'latest' = 'latest',
): Promise<AnswerOf<C>> {
  const { target, data } = contracts.encode(call);
  const at = block === 'latest' ? block : toQuantity(block);
  return contracts.decodeAnswer(call, asHex(String(await chain.provider.send('eth_call', [{ to: target, data }, at]))));
}
