// SPDX-License-Identifier: Apache-2.0
import { ownParties, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import { type Offer, visibleOffer } from './queries.ts';
import { offerRefusals } from './refusals.ts';
import type { OfferTerms, OfferType } from './terms.ts';

/** An offer that the caller may see. Throws the kind's `…_UNKNOWN`, just as if there were none. */
export async function findOffer<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  hash: string,
): Promise<Offer<Terms>> {
  const offer = await visibleOffer(ctx.db, type, await visibilityOf(ctx), hash, ctx.asOf);
  if (!offer) throw new DeeptierError(type.unknown, { offer: hash });
  return offer;
}

/** An offer of the caller's party, or of one that it succeeded. Throws the kind's `…_UNKNOWN`, `NOT_THE_OFFERER`. */
export async function ownOffer<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  hash: string,
): Promise<Offer<Terms>> {
  const offer = await findOffer(ctx, type, hash);
  if (ownParties(await visibilityOf(ctx)).has(offer.by)) return offer;
  throw new DeeptierError(offerRefusals.NOT_THE_OFFERER, {
    offer: hash,
    by: String(offer.by),
    caller: String(ctx.caller.party),
  });
}
