// SPDX-License-Identifier: Apache-2.0
import { PRINCIPAL_MAKERS } from '../access/who.ts';
import { commandRoute, type Route } from '../http/route.ts';
import { findNote } from '../receivables/find.ts';
import { idFrom } from '../values/ids.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { recourseRefusals } from '../recourse/refusals.ts';
import { claimLoss, lossBody, payShares, sharesBody } from './commands.ts';
import { findCover } from './find.ts';
import { coverRefusals as refusals } from './refusals.ts';
import { coverDetail, coverParams, respondCover } from './resources.ts';

/** Losses on unpaid notes: claimed by the insured, and paid by the carriers. */
export function lossRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/claims',
      access: PRINCIPAL_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Claim the loss on a note',
      description:
        'All its units, of a payable in default. Each carrier pays at once as far as its cash goes, straight to you, or to a lender with a pledge on the note; the rest it ' +
        'owes. You keep the note; later recoveries go back in reverse order.',
      params: coverParams,
      body: lossBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_IN_FORCE,
        refusals.NOT_THE_INSURED,
        refusals.NOTE_NOT_COVERED,
        refusals.LOSS_ALREADY_CLAIMED,
        recourseRefusals.CAUSE_MISSING,
        recourseRefusals.NOT_IN_DEFAULT,
        receivableRefusals.NOTE_UNKNOWN,
        receivableRefusals.NOTE_NOT_HELD,
        receivableRefusals.NOT_THE_HOLDER,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        await findNote(ctx, idFrom(body.note));
        return { calls: [claimLoss(cover.id, body)] };
      },
      respond: (ctx, _outcome, { params }) => respondCover(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/share-payments',
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Have carriers pay what they still owe on a claim',
      description:
        'Each carrier pays as far as its cash allows. Open to the insured that claimed, and to the carriers.',
      params: coverParams,
      body: sharesBody,
      response: coverDetail,
      refusals: [refusals.COVER_UNKNOWN, refusals.LOSS_NOT_CLAIMED, refusals.NOT_IN_COVER, refusals.NOTHING_TO_PAY],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        return { calls: [payShares(cover.id, idFrom(body.note))] };
      },
      respond: (ctx, _outcome, { params }) => respondCover(ctx, idFrom(params.id)),
    }),
  ];
}
