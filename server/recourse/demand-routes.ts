// SPDX-License-Identifier: Apache-2.0
import { HOLDER_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { DeeptierError } from '../values/errors.ts';
import { commandRoute, type Route } from '../http/route.ts';
import { findPayable } from '../receivables/find.ts';
import { idFrom, payableId } from '../values/ids.ts';
import { liveNotesOf } from '../receivables/queries.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { causeBody, recourseStep } from './commands.ts';
import { demandResource, presentDemands } from './default-resource.ts';
import { demandsOn } from './queries.ts';
import { recourseRefusals as refusals } from './refusals.ts';

/** Written demands on the obligor. */
export function demandRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/payables/{id}/demands',
      access: HOLDER_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Demand payment from the obligor in writing',
      description: 'For every note of an overdue payable that you hold. The limitation period of each restarts today.',
      params: z.strictObject({ id: payableId }),
      body: causeBody,
      response: z.strictObject({ items: z.array(demandResource) }),
      refusals: [
        receivableRefusals.PAYABLE_UNKNOWN,
        refusals.NOTHING_TO_DEMAND,
        refusals.CAUSE_MISSING,
        refusals.NOT_OVERDUE,
        refusals.LIMITATION_PASSED,
      ],
      async prepare(ctx, { params, body }) {
        const { payable, own } = await findPayable(ctx, idFrom(params.id));
        const notes = (await liveNotesOf(ctx.db, payable.id, ctx.asOf)).filter(
          ({ holder, status }) => status === 'held' && own.has(holder),
        );
        if (notes.length === 0) throw new DeeptierError(refusals.NOTHING_TO_DEMAND, { payableId: params.id });
        return { calls: notes.map(({ id }) => recourseStep('demand', id, body.cause)) };
      },
      async respond(ctx, { events }, { params }) {
        const made = new Set(eventsOf(events, 'Recourse.PaymentDemanded').map(({ args }) => args.note));
        const demands = (await demandsOn(ctx.db, idFrom(params.id), ctx.asOf)).reverse();
        const latest = [...made].flatMap((note) => demands.find((demand) => demand.note === note) ?? []);
        return { body: { items: await presentDemands(ctx, latest) }, location: `/v1/payables/${params.id}/default` };
      },
    }),
  ];
}
