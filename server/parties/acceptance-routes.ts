// SPDX-License-Identifier: Apache-2.0
import { NOBODY, type PartyId } from '../values/ids.ts';
import { ANYBODY, HOLDER_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { type CommandRoute, commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { acceptanceParams, senderOf, setStandingAcceptance } from './commands.ts';
import { partyNames, standingAcceptancesOf } from './queries.ts';
import { actingRefusals, partyRefusals } from './refusals.ts';

const acceptanceResource = z
  .strictObject({
    from: acceptanceParams.shape.from.meta({ description: 'Number of a party, or "anyone".', example: 'anyone' }),
    name: z.string().nullable(),
    accepted: z.boolean(),
  })
  .meta({
    id: 'StandingAcceptance',
    description: 'Whether transfers of a party, or of anyone, are accepted beforehand.',
  });

/** Standing acceptances: transfers that need not wait for their recipient. */
export function acceptanceRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/standing-acceptances',
      summary: 'List the standing acceptances of your party',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(acceptanceResource),
      refusals: [],
      async handle(ctx) {
        const senders = await standingAcceptancesOf(ctx.db, ctx.caller.party, ctx.asOf, ctx.page);
        const names = await partyNames(ctx.db, senders, ctx.asOf);
        return ctx.page.of(
          senders,
          (sender) => [String(sender)],
          (sender) => described(sender, names, true),
        );
      },
    }),
    setting({ method: 'put', summary: 'Add a standing acceptance', accepted: true }),
    setting({ method: 'delete', summary: 'Remove a standing acceptance', accepted: false }),
  ];
}

function setting({
  method,
  summary,
  accepted,
}: {
  method: 'put' | 'delete';
  summary: string;
  accepted: boolean;
}): CommandRoute {
  return commandRoute({
    method,
    path: '/v1/standing-acceptances/{from}',
    summary,
    description: 'It covers transfers from one party, or from anyone.',
    access: HOLDER_MAKERS,
    params: acceptanceParams,
    status: 200,
    response: acceptanceResource,
    refusals: [partyRefusals.PARTY_UNKNOWN, partyRefusals.PARTY_IS_SUCCEEDED, ...actingRefusals],
    async prepare(_ctx, { params }) {
      return { calls: [setStandingAcceptance(senderOf(params), accepted)] };
    },
    async respond(ctx: Context, _outcome, { params }) {
      const sender = senderOf(params);
      return { body: described(sender, await partyNames(ctx.db, [sender], ctx.asOf), accepted) };
    },
  });
}

function described(
  sender: PartyId,
  names: ReadonlyMap<PartyId, string>,
  accepted: boolean,
): z.input<typeof acceptanceResource> {
  return { from: sender === NOBODY ? 'anyone' : String(sender), name: names.get(sender) ?? null, accepted };
}
