// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import type { Made } from '../http/route.ts';
import { amount, amountOrZero, currency, instant, ledgerDateText } from '../values/schemas.ts';
import { noteId, type NoteId, payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { notesById, payablesById } from '../receivables/queries.ts';
import { referenceShown } from '../values/references.ts';
import { type RecourseClaim, recourseClaimOn } from './queries.ts';
import { RECOURSE_STAGES } from './tables.ts';

export const stageWord = z.enum(RECOURSE_STAGES).meta({ id: 'RecourseStage' });

export const claimResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    obligor: partyReference,
    currency,
    holder: partyReference,
    endorser: partyReference.nullable().meta({ description: 'Null where recourse was waived without a claim.' }),
    soldNote: noteId.nullable().meta({ description: 'The note that was sold with recourse.' }),
    claimed: amount.meta({ description: 'Units of the note when it was claimed.' }),
    due: amountOrZero.meta({
      description: 'What the endorser pays today: the live units; what the obligor has paid since is not claimed.',
    }),
    claimUntil: ledgerDateText
      .nullable()
      .meta({ description: 'Last day for making it; a claim made in time stays valid.' }),
    cause: referenceShown,
    claimedAt: instant.nullable(),
    stage: stageWord,
    endedAt: instant.nullable(),
    endCause: referenceShown,
    paid: amount.nullable().meta({ description: 'What the endorser paid, in one step with the note.' }),
    toHolder: amountOrZero
      .nullable()
      .meta({
        description:
          'Of that, what went to the holder; the rest went to those that bore part of the loss or lent against the note.',
      }),
    taken: noteId.nullable().meta({ description: 'The note that the endorser holds since.' }),
  })
  .meta({ id: 'RecourseClaim', description: "A holder's claim on the nearest endorser." });

export async function presentClaims(
  { db, asOf }: Pick<Context, 'db' | 'asOf'>,
  claims: readonly RecourseClaim[],
): Promise<z.input<typeof claimResource>[]> {
  const payables = await payablesById(
    db,
    claims.map(({ payable }) => payable),
    asOf,
  );
  const notes = await notesById(
    db,
    claims.map(({ note }) => note),
    asOf,
  );
  const names = await partyNames(
    db,
    [
      ...claims.flatMap(({ holder, endorser }) => (endorser === null ? [holder] : [holder, endorser])),
      ...[...payables.values()].map(({ obligor }) => obligor),
    ],
    asOf,
  );
  return claims.map((claim) => {
    const payable = payables.get(claim.payable);
    const note = notes.get(claim.note);
    if (!payable || !note) throw new Error(`the claim on note ${claim.note} is of a note that is not in the tables`);
    return {
      note: claim.note.toString(),
      payable: claim.payable.toString(),
      obligor: referenceTo(payable.obligor, names),
      currency: payable.currency,
      holder: referenceTo(claim.holder, names),
      endorser: claim.endorser === null ? null : referenceTo(claim.endorser, names),
      soldNote: claim.hop === null ? null : claim.hop.toString(),
      claimed: claim.units.toString(),
      due: (claim.stage === 'open' && note.status === 'held' ? note.units : 0n).toString(),
      claimUntil: claim.until,
      cause: claim.cause,
      claimedAt: claim.claimedAt === null ? null : instantOf(claim.claimedAt),
      stage: claim.stage,
      endedAt: claim.endedAt === null ? null : instantOf(claim.endedAt),
      endCause: claim.endCause,
      paid: claim.paid === null ? null : claim.paid.toString(),
      toHolder: claim.toHolder === null ? null : claim.toHolder.toString(),
      taken: claim.taken === null ? null : claim.taken.toString(),
    };
  });
}

/** One claim, as the caller is shown it. */
export async function presentClaim(
  ctx: Pick<Context, 'db' | 'asOf'>,
  claim: RecourseClaim,
): Promise<z.input<typeof claimResource>> {
  const [shown] = await presentClaims(ctx, [claim]);
  return shown as z.input<typeof claimResource>;
}

/** Answers with the claim on a note after a step that the caller took. */
export async function respondClaim(ctx: Context, id: NoteId): Promise<Made<z.input<typeof claimResource>>> {
  const claim = await recourseClaimOn(ctx.db, id, ctx.asOf);
  if (!claim) throw new Error(`the claim on note ${id} is not in the tables`);
  return { body: await presentClaim(ctx, claim), location: `/v1/recourse-claims/${id}` };
}
