// SPDX-License-Identifier: Apache-2.0
import { idFrom } from '../values/ids.ts';
import type { PartyId } from '../values/ids.ts';
import { ANYBODY, CHECKERS, OPERATOR_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { consentBody, consentToSuccession, proposeSuccession, successionBody } from './commands.ts';
import { successionOf, successionsOn } from './queries.ts';
import { actingRefusals, partyRefusals } from './refusals.ts';
import { successionResource, successionsShown } from './resources.ts';
import { eventOf } from '../ledger/contract-types.ts';
import { partyId } from '../values/ids.ts';

/** Mergers: one party steps into another one's place. */
export function successionRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/successions',
      summary: 'Propose that one party succeeds another',
      description:
        'Takes effect with the consent of the successor, and of the predecessor or a regulator. A new proposal replaces an open one.',
      access: OPERATOR_MAKERS,
      body: successionBody,
      status: 201,
      response: successionResource,
      refusals: [
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.PARTY_IS_SUCCEEDED,
        partyRefusals.SELF_REFERENCE,
        ...actingRefusals,
      ],
      async prepare(_ctx, { body }) {
        return { calls: [proposeSuccession(idFrom(body.predecessor), idFrom(body.successor), body.order)] };
      },
      async respond(ctx, outcome) {
        const { args } = eventOf(outcome.events, 'PartyRegistry.SuccessionProposed');
        return { body: await shown(ctx, args.predecessor) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/successions/{predecessor}/consent',
      summary: 'Consent to a succession',
      description:
        'The successor consents, and the predecessor or a regulator in its place. The body names the successor. Consent cannot be withdrawn.',
      access: CHECKERS,
      params: z.strictObject({ predecessor: partyId }),
      body: consentBody,
      status: 200,
      response: successionResource,
      refusals: [
        partyRefusals.NOTHING_PROPOSED,
        partyRefusals.PROPOSAL_DIFFERS,
        partyRefusals.CONSENT_NOT_DUE,
        partyRefusals.PARTY_IS_SUCCEEDED,
        ...actingRefusals,
      ],
      async prepare(_ctx, { params, body }) {
        return { calls: [consentToSuccession(idFrom(params.predecessor), idFrom(body.successor))] };
      },
      async respond(ctx, _outcome, { params }) {
        return { body: await shown(ctx, idFrom(params.predecessor)) };
      },
    }),
    readRoute({
      path: '/v1/successions',
      summary: 'List successions, proposed and completed',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(successionResource),
      refusals: [],
      async handle(ctx) {
        const successions = await successionsShown(ctx, await successionsOn(ctx.db, ctx.asOf, ctx.page));
        return ctx.page.of(
          successions,
          ({ predecessor }) => [predecessor.id],
          (succession) => succession,
        );
      },
    }),
    readRoute({
      path: '/v1/successions/{predecessor}',
      summary: 'Show the succession of a party, and who has consented to it',
      access: ANYBODY,
      lookUp: null,
      params: z.strictObject({ predecessor: partyId }),
      response: successionResource,
      refusals: [partyRefusals.SUCCESSION_UNKNOWN],
      handle(ctx, { params }) {
        return shown(ctx, idFrom(params.predecessor));
      },
    }),
  ];
}

async function shown(ctx: Context, predecessor: PartyId): Promise<z.input<typeof successionResource>> {
  const succession = await successionOf(ctx.db, predecessor, ctx.asOf);
  if (!succession) throw new DeeptierError(partyRefusals.SUCCESSION_UNKNOWN, { party: String(predecessor) });
  const [resource] = await successionsShown(ctx, [succession]);
  return resource as z.input<typeof successionResource>;
}
