import { idFrom, type IdText, partyId, type RoundId, type SellRequestId } from '../values/ids.ts';
import { HOLDERS, HOLDER_MAKERS, MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { referenceTo } from '../parties/schemas.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, commandRoute, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { currency } from '../values/schemas.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { offerRefusals } from '../offers/refusals.ts';
import { matchRound, placeRequest, roundBody, sellRequestBody, withdrawRequest } from './commands.ts';
import { previewRound } from './preview.ts';
import {
  outcomesOf,
  roundById,
  roundsPage,
  type SellRequest,
  sellRequestsById,
  sellRequestsPage,
  visibleSellRequest,
} from './queries.ts';
import { roundRefusals as refusals } from './refusals.ts';
import { eventOf } from '../ledger/contract-types.ts';
import {
  presentOutcomes,
  presentRequests,
  presentRounds,
  roundId,
  roundPreview,
  roundResource,
  roundWithOutcomes,
  sellRequestId,
  sellRequestResource,
} from './resource.ts';

const capability = 'financing';
const requestParams = z.strictObject({ id: sellRequestId });
const roundParams = z.strictObject({ id: roundId });

const bookQuery = { obligor: partyId.optional(), currency: currency.optional() };

const listQuery = z.strictObject({
  ...bookQuery,
  status: z.enum(['open', 'all']).default('open').meta({ example: 'open' }),
  ...pageQuery,
});

const RULE =
  "All open sell requests for the obligor's promises in the currency are matched with all published quotes. Of all pairs of request and quote that fit, the one of the " +
  "lowest all-in cost is filled; of equal costs the earlier request's, then the earlier published quote's; and so on until no pair fits. A pair fits if the ledger takes " +
  "the sale, whole, at no more than the seller's limit, within the quote's capacity and what its financier has left. The ledger finds all of this itself: who calls has no " +
  'say in it, and the same book gives the same fills. Each request that was not filled has its reason.';

const ROUND_REFUSALS = [
  refusals.BOOK_EMPTY,
  refusals.QUOTES_INCOMPLETE,
  refusals.ROUND_TOO_LARGE,
  refusals.ROUND_CUT_SHORT,
  ...actingRefusals,
];

/** Sell requests, and the rounds that match them with published quotes. */
export function roundRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/sell-requests',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Put a note, or part of it, up for sale in the rounds',
      description:
        'It waits for a round that fills it at no more than the cost you say. Nothing is held back: until then you may sell the note otherwise or pass it on, and the request ends.',
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
      respond: async (ctx, { events }) => shown(ctx, eventOf(events, 'SaleRounds.SellRequestPlaced').args.request),
    }),
    readRoute({
      path: '/v1/sell-requests',
      capability,
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
      capability,
      access: MEMBERS,
      lookUp: { one: 'sell request' },
      refusals: [refusals.SELL_REQUEST_UNKNOWN],
      summary: 'Show a sell request, with what the last round made of it',
      params: requestParams,
      response: sellRequestResource,
      async handle(ctx, { params }) {
        const request = await findRequest(ctx, params.id);
        ctx.shows({ kind: 'sell request', subject: params.id, payable: request.payable, parties: [request.seller] });
        return (await shown(ctx, request.id)).body;
      },
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/sell-requests/{id}',
      capability,
      access: HOLDER_MAKERS,
      status: 200,
      openWithoutStanding: true, // whoever may not sell any more can still take back what it asked for
      summary: 'Withdraw a sell request',
      params: requestParams,
      response: sellRequestResource,
      refusals: [refusals.SELL_REQUEST_UNKNOWN, refusals.SELL_REQUEST_NOT_OPEN, refusals.NOT_THE_SELLER],
      prepare: async (ctx, { params }) => ({ calls: [withdrawRequest((await findRequest(ctx, params.id)).id)] }),
      respond: (ctx, _outcome, { params }) => shown(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/rounds',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: "Match all sell requests for an obligor's promises with all published quotes",
      description: RULE,
      body: roundBody,
      response: roundWithOutcomes,
      refusals: ROUND_REFUSALS,
      prepare: async (ctx, { body }) => ({ calls: [await matchRound(ctx, contracts, body)] }),
      async respond(ctx, { events }) {
        const { round: id } = eventOf(events, 'SaleRounds.RoundMatched').args;
        return { body: await roundShown(ctx, id), location: `/v1/rounds/${id}` };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/round-previews',
      capability,
      access: HOLDERS,
      status: 200,
      summary: 'What a round would come to now',
      description: 'The ledger runs the round without leaving a trace. Nothing is stored and nobody is bound.',
      body: roundBody,
      response: roundPreview,
      idempotency: 'none',
      refusals: ROUND_REFUSALS,
      async handle(ctx, { body }) {
        const { requests, fills, outcomes } = await previewRound(ctx, await matchRound(ctx, contracts, body));
        const names = await partyNames(ctx.db, [idFrom(body.obligor)], ctx.asOf);
        return {
          body: {
            obligor: referenceTo(idFrom(body.obligor), names),
            currency: body.currency,
            requests,
            fills,
            outcomes: await presentOutcomes(ctx, outcomes),
          },
        };
      },
    }),
    readRoute({
      path: '/v1/rounds',
      capability,
      access: MEMBERS,
      lookUp: null,
      refusals: [],
      summary: 'List the rounds, the newest first',
      query: z.strictObject({ ...bookQuery, ...pageQuery }),
      response: pageOf(roundResource),
      async handle(ctx, { query }) {
        const rows = await roundsPage(ctx.db, bookOf(query), ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (round) => round,
        );
        return { items: await presentRounds(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/rounds/{id}',
      capability,
      access: MEMBERS,
      lookUp: { one: 'round' },
      refusals: [refusals.ROUND_UNKNOWN],
      summary: 'Show a round: what was filled, and why the rest was not',
      description: 'A seller sees its own requests, a financier those it bought from.',
      params: roundParams,
      response: roundWithOutcomes,
      async handle(ctx, { params }) {
        ctx.shows({ kind: 'round', subject: params.id });
        return roundShown(ctx, idFrom(params.id));
      },
    }),
  ];
}

function bookOf({
  obligor,
  currency: code,
}: {
  readonly obligor?: IdText<'PartyId'> | undefined;
  readonly currency?: string | undefined;
}) {
  return { obligor: obligor === undefined ? undefined : idFrom(obligor), currency: code };
}

/** A request that the caller may see. Throws `SELL_REQUEST_UNKNOWN`. */
async function findRequest(ctx: Context, id: IdText<'SellRequestId'>): Promise<SellRequest> {
  const request = await visibleSellRequest(ctx.db, await visibilityOf(ctx), idFrom(id), ctx.asOf);
  if (!request) throw new DeeptierError(refusals.SELL_REQUEST_UNKNOWN, { request: id });
  return request;
}

async function shown(ctx: Context, id: SellRequestId): Promise<Made<z.input<typeof sellRequestResource>>> {
  const request = (await sellRequestsById(ctx.db, [id], ctx.asOf)).get(id);
  if (!request) throw new Error(`the sell request ${id} was placed and is not there`);
  const [body] = await presentRequests(ctx, [request]);
  return { body: body as z.input<typeof sellRequestResource>, location: `/v1/sell-requests/${id}` };
}

async function roundShown(ctx: Context, id: RoundId): Promise<z.input<typeof roundWithOutcomes>> {
  const round = await roundById(ctx.db, id, ctx.asOf);
  if (!round) throw new DeeptierError(refusals.ROUND_UNKNOWN, { round: id.toString() });
  const [body] = await presentRounds(ctx, [round]);
  const outcomes = await outcomesOf(ctx.db, await visibilityOf(ctx), id, ctx.asOf);
  return { ...(body as z.input<typeof roundResource>), outcomes: await presentOutcomes(ctx, outcomes) };
}
