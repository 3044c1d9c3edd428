// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { instantOf } from '../ledger/block-time.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { noteId, type PartyId } from '../values/ids.ts';
import { amount, currency, hash32, instant } from '../values/schemas.ts';
import { outcomeFields, outcomePresenter, roundId, sellRequestId } from './outcome-resource.ts';
import type { RoundPreview } from './preview.ts';
import type { RequestOutcome, Round } from './queries.ts';

const roundOutcome = z.strictObject({
  request: sellRequestId,
  seller: partyReference,
  note: noteId,
  amount,
  maxCost: z.string().meta({ example: '42000' }),
  ...outcomeFields,
});

export const roundResource = z
  .strictObject({
    id: roundId,
    obligor: partyReference,
    currency,
    calledBy: partyReference,
    requests: z.int().meta({ description: 'Sell requests in the book.' }),
    quotes: z.int().meta({ description: 'Published quotes that took part.' }),
    fills: z.int().meta({ description: 'Requests that were filled.' }),
    matchedAt: instant,
    transaction: hash32,
  })
  .meta({
    id: 'Round',
    description: "A matching of all sell requests for an obligor's promises with all published quotes.",
  });

export const roundWithOutcomes = roundResource
  .extend({
    outcomes: z
      .array(roundOutcome)
      .meta({ description: 'Of the requests that you may see, in order of time; each filled, or with its reason.' }),
  })
  .meta({ id: 'RoundWithOutcomes' });

export const roundPreview = z
  .strictObject({
    obligor: partyReference,
    currency,
    requests: z.int(),
    fills: z.int(),
    outcomes: z.array(roundOutcome),
  })
  .meta({ id: 'RoundPreview', description: 'What a round would come to at this moment.' });

type Reading = Pick<Context, 'db' | 'asOf' | 'ledgerClient'>;

export async function presentRounds(ctx: Reading, rounds: readonly Round[]): Promise<z.input<typeof roundResource>[]> {
  const names = await partyNames(
    ctx.db,
    rounds.flatMap(({ obligor, calledBy }) => [obligor, calledBy]),
    ctx.asOf,
  );
  return rounds.map((round) => ({
    id: round.id.toString(),
    obligor: referenceTo(round.obligor, names),
    currency: round.currency,
    calledBy: referenceTo(round.calledBy, names),
    requests: round.requests,
    quotes: round.quotes,
    fills: round.fills,
    matchedAt: instantOf(round.matchedAt),
    transaction: round.matchedTx,
  }));
}

export async function presentRoundWithOutcomes(
  ctx: Reading,
  round: Round,
  outcomes: readonly RequestOutcome[],
): Promise<z.input<typeof roundWithOutcomes>> {
  const [shown] = await presentRounds(ctx, [round]);
  return { ...(shown as z.input<typeof roundResource>), outcomes: await presentOutcomes(ctx, outcomes) };
}

export async function presentPreview(
  ctx: Reading,
  obligor: PartyId,
  code: string,
  { requests, fills, outcomes }: RoundPreview,
): Promise<z.input<typeof roundPreview>> {
  const names = await partyNames(ctx.db, [obligor], ctx.asOf);
  return {
    obligor: referenceTo(obligor, names),
    currency: code,
    requests,
    fills,
    outcomes: await presentOutcomes(ctx, outcomes),
  };
}

async function presentOutcomes(
  ctx: Reading,
  outcomes: readonly RequestOutcome[],
): Promise<z.input<typeof roundOutcome>[]> {
  const present = await outcomePresenter(
    ctx,
    outcomes.map(({ outcome }) => outcome),
  );
  const names = await partyNames(
    ctx.db,
    outcomes.map(({ request }) => request.seller),
    ctx.asOf,
  );
  return outcomes.map(({ request, outcome }) => ({
    request: request.id.toString(),
    seller: referenceTo(request.seller, names),
    note: request.note.toString(),
    amount: request.units.toString(),
    maxCost: request.maxCost.toString(),
    ...present(outcome),
  }));
}
