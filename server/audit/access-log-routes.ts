// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ANYBODY } from '../access/who.ts';
import type { Context } from '../http/context.ts';
import { readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { isRegulator, ownParties } from './find.ts';
import { grantsGivenBy, type LogFilter, lookUps } from './queries.ts';
import { lookUpResource, presentLookUps } from './resources.ts';

/** The access log: what auditors and regulators looked at. */
export function accessLogRoutes(): readonly Route[] {
  return [
    readRoute({
      path: '/v1/access-log',
      summary: 'List what auditors and regulators looked at',
      description:
        'A regulator reads all of it, an auditor its own look-ups, and a party that gave grants the look-ups under them.',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(lookUpResource),
      refusals: [],
      async handle(ctx) {
        const filter = await readableLog(ctx);
        const { items, next } = ctx.page.of(
          await lookUps(ctx.db, filter, ctx.page),
          ({ id }) => [id.toString()],
          (look) => look,
        );
        const isShown = (grant: bigint): boolean =>
          filter.kind !== 'under' || filter.grants.some((own) => own === grant);
        return { items: await presentLookUps(ctx, items, isShown), next };
      },
    }),
  ];
}

async function readableLog(ctx: Context): Promise<LogFilter> {
  if (isRegulator(ctx)) return { kind: 'all' };
  if (ctx.caller.partyRoles.includes('auditor')) return { kind: 'by', party: ctx.caller.party };
  return { kind: 'under', grants: await grantsGivenBy(ctx.db, await ownParties(ctx)) };
}
