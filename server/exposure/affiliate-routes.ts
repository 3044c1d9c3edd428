// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { FINANCIER_MAKERS } from '../access/who.ts';
import { type CommandRoute, commandRoute, type Route } from '../http/route.ts';
import { actingRefusals, partyRefusals } from '../parties/refusals.ts';
import { idFrom, partyId } from '../values/ids.ts';
import { setAffiliate } from './commands.ts';
import { affiliateList, presentAffiliates } from './resource.ts';

/** The parties that a financier names its affiliates, and whose limit they share. */
export function affiliateRoutes(): readonly Route[] {
  return [
    naming({
      method: 'put',
      summary: 'Add an affiliate',
      description: 'Exposure to it that you take on from now on counts against the limit of your affiliates.',
      affiliate: true,
    }),
    naming({
      method: 'delete',
      summary: 'Remove an affiliate',
      description: 'Exposure already counted against that limit stays counted until it is paid or transferred.',
      affiliate: false,
    }),
  ];
}

function naming({
  method,
  summary,
  description,
  affiliate,
}: {
  readonly method: 'put' | 'delete';
  readonly summary: string;
  readonly description: string;
  readonly affiliate: boolean;
}): CommandRoute {
  return commandRoute({
    method,
    path: '/v1/affiliates/{party}',
    access: FINANCIER_MAKERS,
    status: 200,
    summary,
    description,
    params: z.strictObject({ party: partyId }),
    response: affiliateList,
    refusals: [partyRefusals.PARTY_UNKNOWN, partyRefusals.SELF_REFERENCE, ...actingRefusals],
    prepare: async (_ctx, { params }) => ({ calls: [setAffiliate(idFrom(params.party), affiliate)] }),
    respond: async (ctx) => ({ body: await presentAffiliates(ctx, ctx.caller.party), location: '/v1/risk-limits' }),
  });
}
