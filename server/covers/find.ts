// SPDX-License-Identifier: Apache-2.0
import { visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { successorOf } from '../parties/queries.ts';
import { DeeptierError } from '../values/errors.ts';
import type { CoverId, PartyId } from '../values/ids.ts';
import { type Cover, coverById, isShown, partiesIn } from './queries.ts';
import { coverRefusals as refusals } from './refusals.ts';

/** A cover that the caller may see. Throws `COVER_UNKNOWN`, just as if there were none. */
export async function findCover(ctx: Context, id: CoverId): Promise<Cover> {
  const visibility = await visibilityOf(ctx);
  const cover = await coverById(ctx.db, id, ctx.asOf);
  if (!cover || !(await isShown(ctx.db, visibility, id, ctx.asOf)))
    throw new DeeptierError(refusals.COVER_UNKNOWN, { cover: id.toString() });
  ctx.shows({
    kind: 'cover',
    subject: id.toString(),
    parties: partiesIn(cover),
    ...(cover.payable === null ? {} : { payable: cover.payable }),
  });
  return cover;
}

/** Those of the cover's carriers that the caller is, or stands in for. */
export async function carriedBy({ db, caller, asOf }: Context, cover: Cover): Promise<PartyId[]> {
  const own: PartyId[] = [];
  for (const party of new Set(cover.layers.flatMap(({ carriers }) => carriers.map((carrier) => carrier.party)))) {
    if (party === caller.party || (await successorOf(db, party, asOf)) === caller.party) own.push(party);
  }
  return own;
}
