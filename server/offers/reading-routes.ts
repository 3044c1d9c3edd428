// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { MEMBERS } from '../access/who.ts';
import { readRoute, type Route } from '../http/route.ts';
import { pageOf } from '../http/schemas.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { idFrom } from '../values/ids.ts';
import { findOffer } from './find.ts';
import { offersPage } from './queries.ts';
import { type OfferRoom, presentOffer } from './room.ts';
import type { OfferTerms } from './terms.ts';

/** Looking at the offers of a kind. */
export function offerReadingRoutes<Terms extends OfferTerms, Order, Query extends z.ZodObject, Shown>(
  room: OfferRoom<Terms, Order, Query, Shown>,
): readonly Route[] {
  const { type, path, name } = room;
  return [
    readRoute({
      path,
      access: MEMBERS,
      lookUp: { list: `${name}s` },
      refusals: [],
      summary: `List the ${name}s you may see, the newest first`,
      description:
        'Published ones, and private ones of your party or for it. Private ones are not on the ledger: they are listed as they are now.',
      query: room.query,
      response: pageOf(room.resource),
      async handle(ctx, { query }) {
        const { by, status, ...narrowed } = room.filterOf(query);
        const filter = {
          ...narrowed,
          by: by === undefined ? undefined : idFrom(by),
          openAt: status === 'open' ? await blockTimeOf(ctx) : undefined,
        };
        const rows = await offersPage(ctx.db, type, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ since, hash }) => [since.toString(), hash],
          (offer) => offer,
        );
        return { items: await room.present(ctx, items), next };
      },
    }),
    readRoute({
      path: `${path}/{id}`,
      access: MEMBERS,
      lookUp: { one: name },
      refusals: [type.unknown],
      summary: `Show a ${name}`,
      params: z.strictObject({ id: room.id }),
      response: room.resource,
      async handle(ctx, { params }) {
        const offer = await findOffer(ctx, type, params.id);
        ctx.shows({ kind: name, subject: offer.hash, parties: [offer.by, ...type.takers(offer.terms)] });
        return presentOffer(room, ctx, offer);
      },
    }),
  ];
}
