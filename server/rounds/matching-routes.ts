// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { HOLDER_MAKERS, HOLDERS, MEMBERS } from '../access/who.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, offLedgerRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { eventOf } from '../ledger/contract-types.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { idFrom, type RoundId } from '../values/ids.ts';
import { bookOf, bookQuery } from './book-query.ts';
import { matchRound, roundBody } from './commands.ts';
import { findRound } from './find.ts';
import { roundId } from './outcome-resource.ts';
import { previewRound } from './preview.ts';
import { outcomesOf, roundsPage } from './queries.ts';
import { roundRefusals as refusals } from './refusals.ts';
import {
  presentPreview,
  presentRounds,
  presentRoundWithOutcomes,
  roundPreview,
  roundResource,
  roundWithOutcomes,
} from './round-resource.ts';

const roundParams = z.strictObject({ id: roundId });

const RULE =
  "All open sell requests for the obligor's promises in the currency are matched with all published quotes. Of all pairs of request and quote that fit, the one of the " +
  "lowest all-in cost is filled; of equal costs the earlier request's, then the earlier published quote's; and so on until no pair fits. A pair fits if the ledger accepts " +
  "the whole sale, at no more than the seller's limit, within the quote's capacity and what its financier has left. The ledger works all of this out itself: the caller has no " +
  'influence on it, and the same book gives the same fills. Each request that was not filled has its reason.';

const ROUND_REFUSALS = [
  refusals.BOOK_EMPTY,
  refusals.QUOTES_INCOMPLETE,
  refusals.ROUND_TOO_LARGE,
  refusals.ROUND_CUT_SHORT,
  ...actingRefusals,
];

/** Rounds, which match the sell requests with published quotes. */
export function matchingRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/rounds',
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
        return { body: await shown(ctx, id), location: `/v1/rounds/${id}` };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/round-previews',
      access: HOLDERS,
      status: 200,
      summary: 'Preview a round as of now',
      description: 'The ledger runs the round without leaving a trace. Nothing is stored and nobody is bound.',
      body: roundBody,
      response: roundPreview,
      idempotency: 'none',
      refusals: ROUND_REFUSALS,
      async handle(ctx, { body }) {
        const preview = await previewRound(ctx, await matchRound(ctx, contracts, body));
        return { body: await presentPreview(ctx, idFrom(body.obligor), body.currency, preview) };
      },
    }),
    readRoute({
      path: '/v1/rounds',
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
      access: MEMBERS,
      lookUp: { one: 'round' },
      refusals: [refusals.ROUND_UNKNOWN],
      summary: 'Show a round: what was filled, and why the rest was not',
      description: 'A seller sees its own requests, a financier those it bought from.',
      params: roundParams,
      response: roundWithOutcomes,
      async handle(ctx, { params }) {
        ctx.shows({ kind: 'round', subject: params.id });
        return shown(ctx, idFrom(params.id));
      },
    }),
  ];
}

/** A round with those of its outcomes that the caller may see. */
async function shown(ctx: Context, id: RoundId): Promise<z.input<typeof roundWithOutcomes>> {
  const round = await findRound(ctx, id);
  return presentRoundWithOutcomes(ctx, round, await outcomesOf(ctx.db, await visibilityOf(ctx), id, ctx.asOf));
}
