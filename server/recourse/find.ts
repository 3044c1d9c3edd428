// SPDX-License-Identifier: Apache-2.0
import { isShownTo, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import type { NoteId } from '../values/ids.ts';
import { type RecourseClaim, recourseClaimOn } from './queries.ts';
import { recourseRefusals as refusals } from './refusals.ts';

/** A claim that the caller may see. Throws `RECOURSE_CLAIM_UNKNOWN`, just as if there were none. */
export async function findClaim(ctx: Context, note: NoteId): Promise<RecourseClaim> {
  const claim = await recourseClaimOn(ctx.db, note, ctx.asOf);
  if (
    !claim ||
    !isShownTo(await visibilityOf(ctx), { parties: [claim.holder, claim.endorser], payable: claim.payable })
  )
    throw new DeeptierError(refusals.RECOURSE_CLAIM_UNKNOWN, { note: note.toString() });
  const parties = claim.endorser === null ? [claim.holder] : [claim.holder, claim.endorser];
  ctx.shows({ kind: 'recourse claim', subject: note.toString(), payable: claim.payable, parties });
  return claim;
}
