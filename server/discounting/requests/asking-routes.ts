// SPDX-License-Identifier: Apache-2.0
import { HOLDER_MAKERS, HOLDERS_AND_WATCHERS } from '../../access/who.ts';
import { z } from 'zod';
import { offLedgerRoute, readRoute, type Route } from '../../http/route.ts';
import { pageOf, pageQuery } from '../../http/schemas.ts';
import { offerRefusals } from '../../offers/refusals.ts';
import { LOT_REFUSALS } from '../../offers/taking.ts';
import { partyRefusals } from '../../parties/refusals.ts';
import { quoteRefusals as refusals } from '../refusals.ts';
import { requestBody, requestParams } from './bodies.ts';
import { ownRequest, viewerOf } from './find.ts';
import { requestAsked } from './new-request.ts';
import { presentOwnView, presentRequest, presentRequests, requestDetail, requestResource } from './resource.ts';
import { createRequest, requestOf, requestsPage, requireState, withdrawRequest } from './store.ts';

const listQuery = z.strictObject({
  side: z
    .enum(['asked', 'received'])
    .optional()
    .meta({ description: '`asked`: requests of your party; `received`: requests addressed to it.' }),
  ...pageQuery,
});

/** Requests for quotes: asking, looking, withdrawing. */
export function askingRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-requests',
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Ask financiers for quotes on your notes',
      description:
        'For one note, part of it or several, in one currency. The notes must be free and covered by their documents, so that nothing is offered twice. ' +
        "The financiers see the obligors, amounts, due dates and tiers, and never one another's answers.",
      body: requestBody,
      response: requestDetail,
      refusals: [...LOT_REFUSALS, partyRefusals.PARTY_UNKNOWN, partyRefusals.ROLE_MISSING, offerRefusals.OFFER_INVALID],
      async handle(ctx, { body }, db) {
        const asked = await requestAsked(ctx, body);
        const request = await createRequest(db, ctx.caller, asked, ctx.chain.clock.now());
        return { body: await presentOwnView(ctx, request.id), location: `/v1/quote-requests/${request.id}` };
      },
    }),
    readRoute({
      path: '/v1/quote-requests',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { list: 'quote requests' },
      refusals: [],
      summary: 'List the requests for quotes of your party, and those addressed to it, the newest first',
      description: 'Requests are not on the ledger: they are listed as they stand now.',
      query: listQuery,
      response: pageOf(requestResource),
      async handle(ctx, { query }) {
        const rows = await requestsPage(ctx.db, await viewerOf(ctx), query.side, ctx.page);
        const { items, next } = ctx.page.of(
          rows,
          ({ request }) => [request.asked_at.toString(), request.id],
          (row) => row,
        );
        return { items: await presentRequests(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/quote-requests/{id}',
      access: HOLDERS_AND_WATCHERS,
      lookUp: { one: 'quote request' },
      refusals: [refusals.REQUEST_UNKNOWN],
      summary: 'Show a request for quotes with its answers',
      description:
        'Each answer with what it comes to now, as the ledger prices it. The seller that asked sees all answers, a financier its own.',
      params: requestParams,
      response: requestDetail,
      async handle(ctx, { params }) {
        const viewer = await viewerOf(ctx);
        const found = await requestOf(ctx.db, viewer, params.id);
        ctx.shows({
          kind: 'quote request',
          subject: params.id,
          parties: [found.request.asker, ...(found.request.invited ?? [])],
        });
        return presentRequest(ctx, viewer, found);
      },
    }),
    offLedgerRoute({
      method: 'delete',
      path: '/v1/quote-requests/{id}',
      access: HOLDER_MAKERS,
      status: 200,
      summary: 'Withdraw a request',
      description: 'Financiers no longer see it. The quotes they signed stand until they expire or are withdrawn.',
      params: requestParams,
      response: requestDetail,
      refusals: [refusals.REQUEST_UNKNOWN, refusals.REQUEST_CLOSED],
      async handle(ctx, { params }, db) {
        const request = await ownRequest(ctx, params.id);
        await requireState(ctx, request, 'open', 'expired');
        await withdrawRequest(db, request, ctx.chain.clock.now());
        return { body: await presentOwnView(ctx, request.id) };
      },
    }),
  ];
}
