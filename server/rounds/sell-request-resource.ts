// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { Made } from '../http/route.ts';
import { blockTimeOf, instantOf } from '../ledger/block-time.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { noteId, payableId, type SellRequestId } from '../values/ids.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { amount, currency, instant } from '../values/schemas.ts';
import { RECOURSE_TAKEN } from './commands.ts';
import { outcomeFields, outcomePresenter, roundId, sellRequestId } from './outcome-resource.ts';
import { type SellRequest, sellRequestsById } from './queries.ts';
import { SELL_REQUEST_STATUSES } from './tables.ts';

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
      .meta({ description: 'Its outcome in the last round.' }),
  })
  .meta({ id: 'SellRequest', description: 'Units of a note that their holder put up for sale in the rounds.' });

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

export async function presentRequest(ctx: Reading, request: SellRequest): Promise<z.input<typeof sellRequestResource>> {
  const [shown] = await presentRequests(ctx, [request]);
  return shown as z.input<typeof sellRequestResource>;
}

/** The request that a command placed or withdrew, as it is answered. */
export async function sellRequestMade(
  ctx: Reading,
  id: SellRequestId,
): Promise<Made<z.input<typeof sellRequestResource>>> {
  const request = (await sellRequestsById(ctx.db, [id], ctx.asOf)).get(id);
  if (!request) throw new Error(`the sell request ${id} was placed and is not there`);
  return { body: await presentRequest(ctx, request), location: `/v1/sell-requests/${id}` };
}
