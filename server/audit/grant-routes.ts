// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ANYBODY, GRANTOR_MAKERS } from '../access/who.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { idFrom } from '../values/ids.ts';
import { accessGrantBody, accessGrantId, grantAccess, revokeAccess } from './commands.ts';
import { findGrant, isRegulator, knownGrant, ownParties } from './find.ts';
import { grantsOn } from './queries.ts';
import { auditRefusals } from './refusals.ts';
import { accessGrantResource, presentGrant, presentGrants } from './resources.ts';

/** Access grants: who lets an auditor look, at what, and until when. */
export function grantRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/access-grants',
      summary: 'Grant an auditor access',
      description: 'An obligor may open a payable of its own, a party what it holds and owes, a regulator anything.',
      access: GRANTOR_MAKERS,
      body: accessGrantBody,
      status: 201,
      response: accessGrantResource,
      refusals: [
        ...Object.values(auditRefusals).filter(({ code }) => code !== 'GRANT_UNKNOWN'),
        partyRefusals.PARTY_UNKNOWN,
        ...actingRefusals,
      ],
      async prepare(ctx, { body }) {
        return { calls: [grantAccess(body, ctx.caller.party, ctx.chain.clock.now())] };
      },
      async respond(ctx, outcome) {
        const { args } = eventOf(outcome.events, 'AccessGrants.AccessGranted');
        return { body: await presentGrant(ctx, await knownGrant(ctx, args.grantId)) };
      },
    }),
    commandRoute({
      method: 'delete',
      path: '/v1/access-grants/{id}',
      summary: 'Revoke a grant',
      description: 'The party that gave it, or a regulator, may revoke it.',
      access: GRANTOR_MAKERS,
      params: z.strictObject({ id: accessGrantId }),
      status: 200,
      response: accessGrantResource,
      refusals: [auditRefusals.GRANT_UNKNOWN, auditRefusals.GRANT_NOT_ALLOWED, ...actingRefusals],
      async prepare(ctx, { params }) {
        return { calls: [revokeAccess((await findGrant(ctx, params.id)).id)] };
      },
      async respond(ctx, _outcome, { params }) {
        return { body: await presentGrant(ctx, await knownGrant(ctx, idFrom(params.id))) };
      },
    }),
    readRoute({
      path: '/v1/access-grants',
      summary: 'List the grants given by or to your party; a regulator sees all of them',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(accessGrantResource),
      refusals: [],
      async handle(ctx) {
        const parties = isRegulator(ctx) ? 'all' : await ownParties(ctx);
        const grants = await presentGrants(ctx, await grantsOn(ctx.db, parties, ctx.asOf, ctx.page));
        return ctx.page.of(
          grants,
          ({ id }) => [id],
          (grant) => grant,
        );
      },
    }),
  ];
}
