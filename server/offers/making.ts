// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { DoneAtOnce, Prepared } from '../http/route.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Offer } from './queries.ts';
import { offerRefusals as refusals } from './refusals.ts';
import { requirePrivate, requireStanding } from './requirements.ts';
import { offerMade, type OfferRoom, type OfferVisibility } from './room.ts';
import type { OrderParts } from './sign.ts';
import { dropReplacement, replacementOf, signOffer, storeOrder } from './store.ts';
import { NO_WORD, type OfferTerms, type OfferType } from './terms.ts';

/** The terms that a body orders. Throws `OFFER_INVALID` where they contradict one another, and whatever is against their standing. */
export async function completeTerms<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  order: Order,
): Promise<Terms> {
  const terms = room.termsOf(ctx.caller.party, order);
  const fault = room.faultOf(terms);
  if (fault !== undefined) throw invalid(fault);
  await requireStanding(ctx, room.type, terms);
  return terms;
}

/** A new offer, in the place of the one before where there is one; a private one stands once that is withdrawn. */
export async function offering<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
  ctx: Context,
  terms: Terms,
  visibility: OfferVisibility,
  before: Offer<Terms> | undefined,
): Promise<Prepared | DoneAtOnce<Shown>> {
  const { type } = room;
  if (before?.request) throw invalid('lots'); // an answer to a request is withdrawn, and another one given
  if (visibility === 'public') {
    if (before?.visibility !== 'private') return { calls: [type.publish(terms, before?.hash ?? NO_WORD)] };
    return { calls: [type.withdraw(before.terms), type.publish(terms, NO_WORD)] };
  }
  await requirePrivate(ctx, type, terms, room.takersField);
  const signed = await signOffer(ctx, parts, type, terms);
  if (before) return replacingBySigned(ctx, type, before, signed);
  return {
    async atOnce(tx) {
      await storeOrder(tx, signed);
      return offerMade(room, { ...ctx, db: tx }, signed.hash);
    },
  };
}

async function replacingBySigned<Terms extends OfferTerms>(
  ctx: Context,
  type: OfferType<Terms>,
  before: Offer<Terms>,
  signed: Parameters<typeof storeOrder>[1],
): Promise<Prepared> {
  const other = await replacementOf(ctx.db, before.hash);
  const failed = other && (await ctx.ledgerClient.await(other.operation, 0)).state === 'refused' ? other : undefined;
  return {
    calls: [type.withdraw(before.terms)],
    async record(tx, operation) {
      if (failed) await dropReplacement(tx, failed);
      const stored = await storeOrder(tx, { ...signed, inPlaceOf: { hash: before.hash, operation } });
      if (!stored) throw new DeeptierError(refusals.OFFER_BEING_CHANGED, { offer: before.hash });
    },
  };
}

/** The refusal of an offer whose field is wrong. */
export function invalid(field: string): DeeptierError {
  return new DeeptierError(refusals.OFFER_INVALID, { field });
}
