// SPDX-License-Identifier: Apache-2.0
import { isShownTo, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Hex } from '../values/hex.ts';
import { idFrom, type IdText, type PartyId } from '../values/ids.ts';
import { groupsOf, type ObligorGroup } from './queries.ts';
import { limitRefusals } from './refusals.ts';

/**
 * The financier whose limits are asked for, the caller's own party if none is named; and on record that the caller looked if
 * it looks by grant or office. Throws `LIMITS_NOT_YOURS` unless the caller may see them.
 */
export async function financierToShow(ctx: Context, asked: IdText<'PartyId'> | undefined): Promise<PartyId> {
  const financier = asked === undefined ? ctx.caller.party : idFrom(asked);
  if (financier === ctx.caller.party) {
    ctx.shows('own');
    return financier;
  }
  if (!isShownTo(await visibilityOf(ctx), { parties: [financier] }))
    throw new DeeptierError(limitRefusals.LIMITS_NOT_YOURS, { party: String(financier) });
  ctx.shows({ kind: 'risk limits', subject: String(financier), parties: [financier] });
  return financier;
}

/** The caller's own group of that name; undefined where it has no members. */
export async function ownGroup(
  ctx: Pick<Context, 'db' | 'asOf' | 'caller'>,
  name: Hex,
): Promise<ObligorGroup | undefined> {
  return (await groupsOf(ctx.db, ctx.caller.party, ctx.asOf)).find((group) => group.name === name);
}
