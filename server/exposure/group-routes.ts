// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { FINANCIER_MAKERS, FINANCIERS } from '../access/who.ts';
import { commandRoute, type DoneAtOnce, type Prepared, readRoute, type Route } from '../http/route.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { DeeptierError } from '../values/errors.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import type { Hex } from '../values/hex.ts';
import { idFrom } from '../values/ids.ts';
import { referenceField } from '../values/references.ts';
import { changeGroup, groupBody } from './commands.ts';
import { ownGroup } from './find.ts';
import { groupsOf, type ObligorGroup } from './queries.ts';
import { limitRefusals as refusals } from './refusals.ts';
import { groupResource, presentGroup, presentGroups } from './resource.ts';

const groupParams = z.strictObject({ name: referenceField('Name of one of your own groups of obligors.', 'grade-a') });

/** A financier's own groups of obligors. */
export function groupRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/obligor-groups',
      access: FINANCIERS,
      lookUp: null,
      refusals: [],
      summary: 'List your own groups of obligors, which quotes can name',
      response: z.strictObject({ items: z.array(groupResource) }),
      handle: async (ctx) => ({ items: await presentGroups(ctx, await groupsOf(ctx.db, ctx.caller.party, ctx.asOf)) }),
    }),
    readRoute({
      path: '/v1/obligor-groups/{name}',
      access: FINANCIERS,
      lookUp: null,
      refusals: [refusals.GROUP_UNKNOWN],
      summary: 'Show one of your own groups of obligors',
      params: groupParams,
      response: groupResource,
      async handle(ctx, { params }) {
        const group = await ownGroup(ctx, textBytes32(params.name));
        if (!group) throw new DeeptierError(refusals.GROUP_UNKNOWN, { name: params.name });
        return presentGroup(ctx, group);
      },
    }),
    commandRoute({
      method: 'put',
      path: '/v1/obligor-groups/{name}',
      access: FINANCIER_MAKERS,
      status: 200,
      summary: 'Set the members of one of your groups of obligors',
      description: 'Quotes that name the group buy the promises of its members at the time of the sale.',
      params: groupParams,
      body: groupBody,
      response: groupResource,
      refusals: [partyRefusals.PARTY_UNKNOWN, ...actingRefusals],
      async prepare(ctx, { params, body }): Promise<Prepared | DoneAtOnce<z.input<typeof groupResource>>> {
        const name = textBytes32(params.name);
        const before = (await ownGroup(ctx, name)) ?? empty(name);
        const calls = changeGroup(
          name,
          before.members,
          body.members.map((member) => idFrom(member)),
        );
        if (calls.length > 0) return { calls };
        return { atOnce: async (tx) => ({ body: await presentGroup({ ...ctx, db: tx }, before) }) };
      },
      async respond(ctx, _outcome, { params }) {
        const name = textBytes32(params.name);
        return {
          body: await presentGroup(ctx, (await ownGroup(ctx, name)) ?? empty(name)),
          location: `/v1/obligor-groups/${encodeURIComponent(params.name)}`,
        };
      },
    }),
  ];
}

function empty(name: Hex): ObligorGroup {
  return { name, members: [] };
}
