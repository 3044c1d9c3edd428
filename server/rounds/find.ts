// SPDX-License-Identifier: Apache-2.0
import { visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import { idFrom, type IdText, type RoundId } from '../values/ids.ts';
import { type Round, roundById, type SellRequest, visibleSellRequest } from './queries.ts';
import { roundRefusals as refusals } from './refusals.ts';

/** A request that the caller may see. Throws `SELL_REQUEST_UNKNOWN`. */
export async function findRequest(ctx: Context, id: IdText<'SellRequestId'>): Promise<SellRequest> {
  const request = await visibleSellRequest(ctx.db, await visibilityOf(ctx), idFrom(id), ctx.asOf);
  if (!request) throw new DeeptierError(refusals.SELL_REQUEST_UNKNOWN, { request: id });
  return request;
}

/** A round, which every member may see. Throws `ROUND_UNKNOWN`. */
export async function findRound(ctx: Context, id: RoundId): Promise<Round> {
  const round = await roundById(ctx.db, id, ctx.asOf);
  if (!round) throw new DeeptierError(refusals.ROUND_UNKNOWN, { round: id.toString() });
  return round;
}
