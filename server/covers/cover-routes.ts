// SPDX-License-Identifier: Apache-2.0
import { CARRIER_CHECKERS, MEMBERS, PRINCIPALS, PRINCIPAL_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { idFrom, payableId } from '../values/ids.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { causeBody } from '../recourse/commands.ts';
import { recourseRefusals } from '../recourse/refusals.ts';
import { calculateWaterfall, waterfallResource } from './calculation.ts';
import { cancel, consentBody, consentTo, coverBody, propose, waterfallBody } from './commands.ts';
import { carriedBy, findCover } from './find.ts';
import { coversPage } from './queries.ts';
import { coverRefusals as refusals } from './refusals.ts';
import { eventOf } from '../ledger/contract-types.ts';
import {
  coverDetail,
  coverParams,
  coverResource,
  coverStage,
  presentCovers,
  presentDetail,
  respondCover,
} from './resources.ts';

const listQuery = z.strictObject({ stage: coverStage.optional(), payable: payableId.optional(), ...pageQuery });

/** Covers: proposed, consented to, and what they would bear. */
export function coverRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/covers/waterfall-calculations',
      status: 200,
      idempotency: 'none',
      access: PRINCIPALS,
      summary: 'Calculate how a loss and a recovery would be shared',
      description: 'By the published waterfall, before anything is signed. Nothing is stored and nobody is bound.',
      body: waterfallBody,
      response: waterfallResource,
      refusals: [refusals.COVER_INVALID, refusals.LOSS_BELOW_RECOVERY],
      handle: async (_ctx, { body }) => ({ body: calculateWaterfall(body) }),
    }),
    readRoute({
      path: '/v1/covers',
      access: MEMBERS,
      lookUp: { list: 'covers' },
      refusals: [],
      summary: 'List the covers you may see, the newest first',
      query: listQuery,
      response: pageOf(coverResource),
      async handle(ctx, { query }) {
        const filter = { stage: query.stage, payable: query.payable === undefined ? undefined : idFrom(query.payable) };
        const rows = await coversPage(ctx.db, await visibilityOf(ctx), filter, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (cover) => cover,
        );
        return { items: await presentCovers(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/covers/{id}',
      access: MEMBERS,
      lookUp: { one: 'cover' },
      refusals: [refusals.COVER_UNKNOWN],
      summary: 'Show a cover and its waterfall',
      description: 'Layers and carriers, claims, payments and recoveries.',
      params: coverParams,
      response: coverDetail,
      handle: async (ctx, { params }) => presentDetail(ctx, await findCover(ctx, idFrom(params.id))),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers',
      access: PRINCIPAL_MAKERS,
      status: 201,
      summary: 'Propose a cover: a policy or a guarantee, in layers',
      description:
        'The insured or a carrier proposes it; a carrier consents by proposing. It is in force once every carrier has consented.',
      body: coverBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_INVALID,
        refusals.NOT_IN_COVER,
        settlementRefusals.CASH_UNKNOWN,
        receivableRefusals.PAYABLE_UNKNOWN,
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.ROLE_MISSING,
        partyRefusals.PARTY_IS_SUSPENDED,
        partyRefusals.PARTY_IS_SUCCEEDED,
        partyRefusals.ADMISSION_EXPIRED,
      ],
      prepare: async (_ctx, { body }) => ({ calls: [propose(body)] }),
      async respond(ctx, { events }) {
        return respondCover(ctx, eventOf(events, 'CoverBook.CoverProposed').args.cover);
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/consents',
      access: CARRIER_CHECKERS,
      status: 200,
      summary: 'Consent to a cover that you carry',
      description:
        'You consent to the terms you name, and instruct the payments under them: a claim is paid from your settlement cash at once.',
      params: coverParams,
      body: consentBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_PROPOSED,
        refusals.COVER_TERMS_DIFFER,
        refusals.CARRIER_CONSENT_NOT_DUE,
        refusals.NOT_THE_CARRIER,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        const carriers = await carriedBy(ctx, cover);
        const due = carriers.filter((party) => !cover.consented.has(party));
        // Where nothing is due, the ledger says why.
        const asked = due.length > 0 ? due : [carriers[0] ?? ctx.caller.party];
        return { calls: asked.map((carrier) => consentTo(cover.id, carrier, body.termsHash)) };
      },
      respond: (ctx, _outcome, { params }) => respondCover(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/covers/{id}/cancellation',
      access: PRINCIPAL_MAKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Cancel a cover that is not in force',
      params: coverParams,
      body: causeBody,
      response: coverDetail,
      refusals: [
        refusals.COVER_UNKNOWN,
        refusals.COVER_NOT_PROPOSED,
        refusals.NOT_IN_COVER,
        recourseRefusals.CAUSE_MISSING,
      ],
      async prepare(ctx, { params, body }) {
        const cover = await findCover(ctx, idFrom(params.id));
        return { calls: [cancel(cover.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => respondCover(ctx, idFrom(params.id)),
    }),
  ];
}
