// SPDX-License-Identifier: Apache-2.0
import { looksForItself, partiesOf, visibilityOf } from '../../access/visibility.ts';
import type { Context } from '../../http/context.ts';
import { offerRefusals } from '../../offers/refusals.ts';
import { DeeptierError } from '../../values/errors.ts';
import { quoteRefusals as refusals } from '../refusals.ts';
import { type QuoteRequest, requestOf, type Viewer } from './store.ts';

export async function viewerOf(ctx: Context): Promise<Viewer> {
  const visibility = await visibilityOf(ctx);
  return { visibility, isFinancier: looksForItself(visibility) && ctx.caller.partyRoles.includes('financier') };
}

/** A request of the caller's party, or of one that it succeeded. Throws `REQUEST_UNKNOWN`. */
export async function ownRequest(ctx: Context, id: string): Promise<QuoteRequest> {
  const { request, view } = await requestOf(ctx.db, await viewerOf(ctx), id);
  if (view !== 'asker') throw new DeeptierError(refusals.REQUEST_UNKNOWN, { request: id });
  return request;
}

/** A request of somebody else that is put to the caller's party. Throws `REQUEST_UNKNOWN`, `OFFER_TO_SELF`. */
export async function requestPutTo(ctx: Context, id: string): Promise<QuoteRequest> {
  const viewer = await viewerOf(ctx);
  const { request } = await requestOf(ctx.db, viewer, id);
  if (partiesOf(viewer.visibility).has(request.asker))
    throw new DeeptierError(offerRefusals.OFFER_TO_SELF, { party: String(ctx.caller.party) });
  return request;
}
