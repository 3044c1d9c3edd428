// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { FINANCIER_MAKERS, FINANCIERS_AND_WATCHERS } from '../access/who.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { partyId } from '../values/ids.ts';
import { currency } from '../values/schemas.ts';
import { declareRiskAssets, riskAssetsBody } from './commands.ts';
import { financierToShow } from './find.ts';
import { limitRefusals as refusals } from './refusals.ts';
import { currencyLimits, presentLimits, riskLimits } from './resource.ts';

/** A financier's limits, and the risk assets that they are shares of. */
export function riskRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/risk-limits',
      access: FINANCIERS_AND_WATCHERS,
      lookUp: { one: 'risk limits' },
      refusals: [refusals.LIMITS_NOT_YOURS],
      summary: "Show a financier's exposure to each debtor, against its limits of today",
      description:
        'Notes and loans together. Shown to the financier itself, to regulators, and to auditors that hold a grant.',
      query: z.strictObject({
        financier: partyId.optional().meta({ description: 'The financier; your own party if absent.' }),
      }),
      response: riskLimits,
      handle: async (ctx, { query }) => presentLimits(ctx, await financierToShow(ctx, query.financier)),
    }),
    commandRoute({
      method: 'put',
      path: '/v1/risk-assets/{currency}',
      access: FINANCIER_MAKERS,
      status: 200,
      refusals: actingRefusals,
      summary: 'Declare your risk assets in a currency',
      description:
        'Exposure to one debtor, and to your own affiliates together, is limited to a share of them by the rule set of the day. Nothing is bought or lent before they are declared.',
      params: z.strictObject({ currency }),
      body: riskAssetsBody,
      response: currencyLimits,
      prepare: async (_ctx, { params, body }) => ({ calls: [declareRiskAssets(params.currency, body)] }),
      async respond(ctx, _outcome, { params }) {
        const { currencies } = await presentLimits(ctx, ctx.caller.party);
        const body = currencies.find((one) => one.currency === params.currency);
        if (!body) throw new Error(`risk assets in ${params.currency} were declared and are not there`);
        return { body, location: '/v1/risk-limits' };
      },
    }),
  ];
}
