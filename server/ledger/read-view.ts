// SPDX-License-Identifier: Apache-2.0
import { isHexString, toQuantity } from 'ethers';
import { asHex, type Hex } from '../values/hex.ts';
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
  const returned: unknown = await chain.provider
    .send('eth_call', [{ to: target, data }, at])
    .catch((error: unknown) => {
      const { name } = contracts.decodeRefusal(revertData(error));
      if (name === '') throw error;
      throw new Error(`${call.contract}.${call.functionName} is refused: ${name}`, { cause: error });
    });
  return contracts.decodeAnswer(call, asHex(String(returned)));
}

/** What a refused call returned: nodes and ethers give it with their error, some of them within another object. */
function revertData(error: unknown): Hex {
  for (let part = error; typeof part === 'object' && part !== null && 'data' in part; part = part.data)
    if (isHexString(part.data)) return asHex(part.data);
  return '0x';
}
