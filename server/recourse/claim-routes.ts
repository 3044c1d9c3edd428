// SPDX-License-Identifier: Apache-2.0
import { HOLDER_CHECKERS, HOLDER_MAKERS, MEMBERS, PRINCIPAL_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { findNote } from '../receivables/find.ts';
import { idFrom, noteId } from '../values/ids.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { claimResource, presentClaim, presentClaims, respondClaim, stageWord } from './claim-resource.ts';
import { causeBody, recordLineage, recourseStep } from './commands.ts';
import { findClaim } from './find.ts';
import { unrecordedLineage } from './note-lineage.ts';
import { recourseClaimsPage } from './queries.ts';
import { recourseRefusals as refusals } from './refusals.ts';

const noteParams = z.strictObject({ id: noteId });
const listQuery = z.strictObject({
  side: z.enum(['made', 'received']).optional().meta({ description: 'Claims your party made, or those on it.' }),
  stage: stageWord.optional(),
  ...pageQuery,
});

const STEP_REFUSALS = [receivableRefusals.NOTE_UNKNOWN, receivableRefusals.NOTE_NOT_HELD, refusals.CAUSE_MISSING];
const OWN_REFUSALS = [
  ...STEP_REFUSALS,
  receivableRefusals.NOT_THE_HOLDER,
  refusals.NOT_IN_DEFAULT,
  refusals.NO_ENDORSER,
  refusals.RECOURSE_IS_WAIVED,
];

/** Claims on endorsers: made, paid or given up. */
export function claimRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/recourse-claims',
      access: MEMBERS,
      lookUp: { list: 'recourse claims' },
      refusals: [],
      summary: 'List the claims on endorsers you may see, the newest note first',
      description: 'Claims by your party, and claims on it.',
      query: listQuery,
      response: pageOf(claimResource),
      async handle(ctx, { query }) {
        const rows = await recourseClaimsPage(ctx.db, await visibilityOf(ctx), query, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ note }) => [note.toString()],
          (claim) => claim,
        );
        return { items: await presentClaims(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/recourse-claims/{id}',
      access: MEMBERS,
      lookUp: { one: 'recourse claim' },
      refusals: [refusals.RECOURSE_CLAIM_UNKNOWN],
      summary: 'Show the claim on a note',
      params: noteParams,
      response: claimResource,
      async handle(ctx, { params }) {
        const claim = await findClaim(ctx, idFrom(params.id));
        return presentClaim(ctx, claim);
      },
    }),

    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims',
      access: HOLDER_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Claim an unpaid note on its nearest endorser',
      description:
        'The payable must be in default, and the period for claims not over. A claim made in time stays valid. A suspended party may claim as well.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [...OWN_REFUSALS, refusals.RECOURSE_TIME_BARRED, refusals.CLAIM_ALREADY_OPEN],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        const lineage = await unrecordedLineage(ctx.db, note, ctx.asOf);
        return { calls: [...lineage.map(recordLineage), recourseStep('claim', note.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => respondClaim(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims/honour',
      access: PRINCIPAL_CHECKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Pay a claim on your party, and take the note',
      description:
        'All live units, out of your settlement cash, in one step with the note: first to those who bore part of the loss or lent against it, the rest to the holder. You ' +
        'hold the note from then on, and may claim on the earlier endorsers.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [
        ...STEP_REFUSALS,
        refusals.RECOURSE_CLAIM_UNKNOWN,
        refusals.CLAIM_NOT_OPEN,
        refusals.NOT_THE_ENDORSER,
        receivableRefusals.NOTE_UNDER_HOLD,
        receivableRefusals.TOO_MANY_FINANCINGS,
        settlementRefusals.ERC20_INSUFFICIENT_BALANCE,
      ],
      async prepare(ctx, { params, body }) {
        const { note } = await findClaim(ctx, idFrom(params.id));
        return { calls: [recourseStep('honour', note, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => respondClaim(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims/waive',
      access: HOLDER_CHECKERS,
      status: 200,
      summary: 'Waive all recourse for a note, permanently',
      description: 'With or without an open claim: no endorser answers for the note any more.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [...OWN_REFUSALS, receivableRefusals.NOTE_UNDER_HOLD],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        const lineage = await unrecordedLineage(ctx.db, note, ctx.asOf);
        return { calls: [...lineage.map(recordLineage), recourseStep('waive', note.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => respondClaim(ctx, idFrom(params.id)),
    }),
  ];
}
