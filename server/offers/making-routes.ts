// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { FINANCIER_MAKERS } from '../access/who.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Done, type Made, type Route } from '../http/route.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { ownOffer } from './find.ts';
import { completeTerms, invalid, offering } from './making.ts';
import { offerRefusals as refusals } from './refusals.ts';
import { offerMade, type OfferRoom } from './room.ts';
import type { OrderParts } from './sign.ts';
import { replacementOf } from './store.ts';
import type { OfferTerms } from './terms.ts';

/** Making, changing and withdrawing offers of a kind. */
export function offerMakingRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  parts: OrderParts,
): readonly Route[] {
  const { type, path, name } = room;
  const making = [
    refusals.OFFER_INVALID,
    refusals.OFFER_EXPIRED,
    refusals.TOO_MANY_OFFERS,
    refusals.TOO_MANY_SIGNED,
    partyRefusals.PARTY_UNKNOWN,
    ...actingRefusals,
  ];
  const replacing = [
    type.unknown,
    refusals.NOT_THE_OFFERER,
    refusals.OFFER_IS_WITHDRAWN,
    refusals.OFFER_NOT_PUBLISHED,
    refusals.OFFER_BEING_CHANGED,
  ];
  const params = z.strictObject({ id: room.id });
  return [
    commandRoute({
      method: 'post',
      path,
      access: FINANCIER_MAKERS,
      status: 201,
      summary: room.summaries.make,
      description:
        `It stands until it expires, is withdrawn or is used up; the parties it is open to can ${room.use} at once, without asking. A public one is published on the ` +
        `ledger. A private one is signed with your party's key (EIP-712) for the ${room.takersField} it names, and kept by the gateway.`,
      body: room.newBody,
      response: room.resource,
      refusals: [...making, ...replacing, refusals.OFFER_ALREADY_PUBLISHED],
      async prepare(ctx, { body }) {
        const terms = await completeTerms(room, ctx, body);
        const before = body.replaces === undefined ? undefined : await ownOffer(ctx, type, body.replaces);
        return offering(room, parts, ctx, terms, body.visibility, before);
      },
      respond: (ctx, outcome) => respond(room, ctx, outcome),
    }),
    commandRoute({
      method: 'put',
      path: `${path}/{id}`,
      access: FINANCIER_MAKERS,
      status: 200,
      summary: `Change a ${name}`,
      description:
        'It is withdrawn and a new one with an id of its own takes its place, in the same step and with the same visibility. What was ' +
        'taken under the old one does not count against the capacity of the new one. The currency cannot change.',
      params,
      body: room.changeBody,
      response: room.resource,
      refusals: [...making, ...replacing],
      async prepare(ctx, { params: { id }, body }) {
        const before = await ownOffer(ctx, type, id);
        const terms = await completeTerms(room, ctx, body);
        if (terms.currency !== before.terms.currency) throw invalid('currency');
        return offering(room, parts, ctx, terms, before.visibility, before);
      },
      respond: (ctx, outcome) => respond(room, ctx, outcome),
    }),
    commandRoute({
      method: 'delete',
      path: `${path}/{id}`,
      access: FINANCIER_MAKERS,
      status: 200,
      openWithoutStanding: true, // whoever may make none any more can still take back what it offered
      summary: room.summaries.withdraw,
      params,
      response: room.resource,
      refusals: [type.unknown, refusals.NOT_THE_OFFERER, refusals.OFFER_IS_WITHDRAWN],
      prepare: async (ctx, { params: { id } }) => ({ calls: [type.withdraw((await ownOffer(ctx, type, id)).terms)] }),
      respond: (ctx, _outcome, { params: { id } }) => offerMade(room, ctx, id),
    }),
  ];
}

/** The offer that a command made: the one it published, or the signed one in the place of the one it withdrew. */
async function respond<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
  ctx: Context,
  { events }: Done,
): Promise<Made<Shown>> {
  const published = room.type.publishedIn(events);
  const withdrawn = eventsOf(events, 'OfferBook.OfferWithdrawn')[0]?.args.offer;
  return offerMade(room, ctx, published ?? (withdrawn && (await replacementOf(ctx.db, withdrawn))?.hash));
}
