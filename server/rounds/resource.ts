import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { amount, currency, hash32, instant, numberedId } from '../values/schemas.ts';
import { noteId, payableId } from '../values/ids.ts';
import { instantOf, blockTimeOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { quoteId } from '../discounting/bodies.ts';
import { reasonOf, reasonResource } from '../offers/comparison-resource.ts';
import { saleId } from '../discounting/sale-resource.ts';
import { RECOURSE_TAKEN } from './commands.ts';
import type { Outcome, RequestOutcome, Round, SellRequest } from './queries.ts';
import { SELL_REQUEST_STATUSES } from './tables.ts';

export const sellRequestId = numberedId('SellRequestId', 63, 'Number of a sell request.', '5');
export const roundId = numberedId('RoundId', 63, 'Number of a round.', '3');

const fill = z.strictObject({
  sale: saleId.nullable().meta({ description: 'None in a preview.' }),
  quote: quoteId,
  buyer: partyReference,
});

const outcomeFields = {
  fill: fill.nullable().meta({ description: 'The sale that filled it.' }),
  reason: reasonResource.nullable().meta({ description: 'Why it was not filled.' }),
};

export const sellRequestResource = z
  .strictObject({
    id: sellRequestId,
    seller: partyReference,
    note: noteId,
    payable: payableId,
    obligor: partyReference,
    currency,
    amount,
    maxCost: z
      .string()
      .meta({ description: 'Most all-in cost the seller takes, per year in ppm on ACT/365F.', example: '42000' }),
    recourse: z.enum(RECOURSE_TAKEN),
    status: z.enum(SELL_REQUEST_STATUSES).meta({ description: "`void`: the note is no longer the seller's to sell." }),
    placedAt: instant,
    expiresAt: instant,
    reference: referenceShown,
    lastRound: z
      .strictObject({ round: roundId, ...outcomeFields })
      .nullable()
      .meta({ description: 'What the last round made of it.' }),
  })
  .meta({ id: 'SellRequest', description: 'Units of a note that their holder put up for sale in the rounds.' });

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

type Reading = Pick<Context, 'db' | 'asOf' | 'chain' | 'ledgerClient'>;

export async function presentRequests(
  ctx: Reading,
  requests: readonly SellRequest[],
): Promise<z.input<typeof sellRequestResource>[]> {
  const moment = await blockTimeOf(ctx);
  const outcomes = await outcomePresenter(
    ctx,
    requests.flatMap(({ last }) => last ?? []),
  );
  const names = await partyNames(
    ctx.db,
    requests.flatMap(({ seller, obligor }) => [seller, obligor]),
    ctx.asOf,
  );
  return requests.map((request) => ({
    id: request.id.toString(),
    seller: referenceTo(request.seller, names),
    note: request.note.toString(),
    payable: request.payable.toString(),
    obligor: referenceTo(request.obligor, names),
    currency: request.currency,
    amount: request.units.toString(),
    maxCost: request.maxCost.toString(),
    recourse: request.recourse ? 'either' : 'without',
    status: request.status === 'open' && moment >= request.expiresAt ? 'expired' : request.status,
    placedAt: instantOf(request.placedAt),
    expiresAt: instantOf(request.expiresAt),
    reference: referenceText(request.reference),
    lastRound: request.last && { round: request.last.round.toString(), ...outcomes(request.last) },
  }));
}

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

export async function presentOutcomes(
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

/** Makes the answer of each of the outcomes: whom it was sold to, or why not. */
async function outcomePresenter(
  ctx: Reading,
  outcomes: readonly Outcome[],
): Promise<(outcome: Outcome) => Pick<z.input<typeof roundOutcome>, 'fill' | 'reason'>> {
  const names = await partyNames(
    ctx.db,
    outcomes.flatMap(({ fill: filled }) => filled?.buyer ?? []),
    ctx.asOf,
  );
  return ({ fill: filled, reason }) =>
    reason === null
      ? {
          fill: { sale: filled.sale?.toString() ?? null, quote: filled.quote, buyer: referenceTo(filled.buyer, names) },
          reason: null,
        }
      : { fill: null, reason: reasonOf(ctx.ledgerClient.refusalIn(reason)) };
}
