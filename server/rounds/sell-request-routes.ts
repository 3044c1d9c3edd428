// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { HOLDER_MAKERS, MEMBERS } from '../access/who.ts';
import { visibilityOf } from '../access/visibility.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { offerRefusals } from '../offers/refusals.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { idFrom } from '../values/ids.ts';
import { bookOf, bookQuery } from './book-query.ts';
import { placeRequest, sellRequestBody, withdrawRequest } from './commands.ts';
import { findRequest } from './find.ts';
import { sellRequestsPage } from './queries.ts';
import { roundRefusals as refusals } from './refusals.ts';
import { sellRequestId } from './outcome-resource.ts';
import { presentRequest, presentRequests, sellRequestMade, sellRequestResource } from './sell-request-resource.ts';

const requestParams = z.strictObject({ id: sellRequestId });

const listQuery = z.strictObject({
  ...bookQuery,
  status: z.enum(['open', 'all']).default('open').meta({ example: 'open' }),
  ...pageQuery,
});

/** Sell requests: notes that their holders put up for sale in the rounds. */
export function sellRequestRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/sell-requests',
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Put a note, or part of it, up for sale in the rounds',
      description:
        'It waits for a round that fills it at no more than the cost you state. The note is not held: until then you may sell or transfer it otherwise, which ends the request.',
      body: sellRequestBody,
      response: sellRequestResource,
      refusals: [
        refusals.SELL_REQUEST_ALREADY_EXPIRED,
        refusals.BOOK_FULL,
        refusals.TOO_MANY_SELL_REQUESTS,
        offerRefusals.FINANCED_TOO_OFTEN,
        offerRefusals.DOCUMENT_IS_OVERDRAWN,
        receivableRefusals.NOTE_UNKNOWN,
        receivableRefusals.NOTE_NOT_HELD,
        receivableRefusals.NOTE_MATURED,
        receivableRefusals.NOTE_UNDER_HOLD,
        receivableRefusals.NOTE_TOO_SMALL,
        receivableRefusals.AMOUNT_EXCEEDS_NOTE,
        receivableRefusals.TOO_MANY_CHILDREN,
        receivableRefusals.PAYABLE_NOT_ACTIVE,
        ...actingRefusals,
      ],
      prepare: async (ctx, { body }) => ({ calls: await placeRequest(ctx, body) }),
      respond: (ctx, { events }) => sellRequestMade(ctx, eventOf(events, 'SaleRounds.SellRequestPlaced').args.request),
    }),
    readRoute({
      path: '/v1/sell-requests',
      access: MEMBERS,
      lookUp: { list: 'sell requests' },
      refusals: [],
      summary: 'List the sell requests you may see, the newest first',
      description: 'Those of your party.',
      query: listQuery,
      response: pageOf(sellRequestResource),
      async handle(ctx, { query }) {
        const filter = { ...bookOf(query), openAt: query.status === 'open' ? await blockTimeOf(ctx) : undefined };
        const rows = await sellRequestsPage(ctx.db, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (request) => request,
        );
        return { items: await presentRequests(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/sell-requests/{id}',
      access: MEMBERS,
      lookUp: { one: 'sell request' },
      refusals: [refusals.SELL_REQUEST_UNKNOWN],
      summary: 'Show a sell request, with its outcome in the last round',
      params: requestParams,
      response: sellRequestResource,
      async handle(ctx, { params }) {
        const request = await findRequest(ctx, params.id);
        ctx.shows({ kind: 'sell request', subject: params.id, payable: request.payable, parties: [request.seller] });
        return presentRequest(ctx, request);
      },
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/sell-requests/{id}',
      access: HOLDER_MAKERS,
      status: 200,
      openWithoutStanding: true, // whoever may not sell any more can still take back what it asked for
      summary: 'Withdraw a sell request',
      params: requestParams,
      response: sellRequestResource,
      refusals: [refusals.SELL_REQUEST_UNKNOWN, refusals.SELL_REQUEST_NOT_OPEN, refusals.NOT_THE_SELLER],
      prepare: async (ctx, { params }) => ({ calls: [withdrawRequest((await findRequest(ctx, params.id)).id)] }),
      respond: (ctx, _outcome, { params }) => sellRequestMade(ctx, idFrom(params.id)),
    }),
  ];
}
