// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { FINANCIER_MAKERS } from '../access/who.ts';
import { commandRoute, type DoneAtOnce, type Prepared, type Route } from '../http/route.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { MOST_AT_ONCE, recount } from './commands.ts';
import { driftOf } from './queries.ts';
import { recountResource } from './resource.ts';

/** Exposure that is still counted, on notes that the financier passed on. */
export function recountRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/risk-limits/recounts',
      access: FINANCIER_MAKERS,
      status: 200,
      refusals: [],
      summary: 'Recount exposure on notes you no longer hold',
      description:
        'A note that you transferred in payment, or part of it, stays counted until it is recounted. What you sold or were paid is taken off at once.',
      response: recountResource,
      async prepare(ctx): Promise<Prepared | DoneAtOnce<z.input<typeof recountResource>>> {
        const drift = await driftOf(ctx.db, ctx.caller.party, MOST_AT_ONCE, ctx.asOf);
        if (drift.length === 0) return { atOnce: async () => ({ body: { notes: [], more: false } }) };
        return { calls: [recount(drift.map(({ note }) => note))] };
      },
      async respond(ctx, { events }) {
        const notes = eventsOf(events, 'Concentration.ExposureChanged').map(({ args }) => String(args.note));
        const more = (await driftOf(ctx.db, ctx.caller.party, 1, ctx.asOf)).length > 0;
        return { body: { notes, more } };
      },
    }),
  ];
}
