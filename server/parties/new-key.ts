// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { type Address, addressOf, hexOf } from '../values/hex.ts';
import type { Context } from '../http/context.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import type { Call } from '../ledger/contract-types.ts';
import type { Prepared } from '../http/route.ts';

/**
 * A command that gives a party a key: the one the party keeps itself, or a fresh one of the gateway's. That is made only
 * once the ledger has said, of a key that nobody has, that it would go through, so that a refusal leaves no key behind.
 */
export async function withKey(
  ctx: Context,
  signer: Signer,
  own: string | undefined,
  callWith: (key: Address) => Call,
): Promise<Prepared> {
  if (own !== undefined) return { calls: [callWith(addressOf(own))] };
  const [rehearsed] = await ctx.ledgerClient.simulateAll(ctx.caller.key, [callWith(addressOf(hexOf(randomBytes(20))))]);
  const call = callWith(await signer.create());
  return { calls: [{ ...call, ...(rehearsed?.gas !== undefined && { gas: rehearsed.gas }) }], simulate: false };
}
