import { MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import type { Contracts } from '../ledger/contracts.ts';
import { readRoute, type Route } from '../http/route.ts';
import { findNote, findPayable } from '../receivables/find.ts';
import { idFrom, noteId, payableId } from '../values/ids.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { defaultResource, presentDemands } from './default-resource.ts';
import { dueStateOf } from './due-state.ts';
import { presentRecourse, recourseResource } from './note-recourse.ts';
import { demandsOn } from './queries.ts';

const capability = 'financing';

/** Where an unpaid payable and its notes stand: dates, and who answers. */
export function defaultRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    readRoute({
      path: '/v1/payables/{id}/default',
      capability,
      access: MEMBERS,
      lookUp: { one: 'payable' },
      refusals: [receivableRefusals.PAYABLE_UNKNOWN],
      summary: 'Where an unpaid payable stands, and every date that matters',
      description:
        'Overdue and default come by the date alone. The months run from the due date: that the obligor did not pay on it is its refusal.',
      params: z.strictObject({ id: payableId }),
      response: defaultResource,
      async handle(ctx, { params }) {
        const { payable, view, own } = await findPayable(ctx, idFrom(params.id));
        const state = await dueStateOf(ctx.db, payable, dateAt(await blockTimeOf(ctx)), ctx.asOf);
        const demands = await demandsOn(ctx.db, payable.id, ctx.asOf);
        const seen = demands.filter(({ holder }) => view === 'full' || view === 'obligor' || own.has(holder));
        return { payable: params.id, ...state, demands: await presentDemands(ctx, seen) };
      },
    }),
    readRoute({
      path: '/v1/notes/{id}/recourse',
      capability,
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [receivableRefusals.NOTE_UNKNOWN],
      summary: 'Who answers for a note, until when, and why not',
      description:
        'Asked of the contract: the walk over the notes it came from, to those who sold it with recourse. Who stepped in claims on those before it.',
      params: z.strictObject({ id: noteId }),
      response: recourseResource,
      async handle(ctx, { params }) {
        return presentRecourse(ctx, contracts, await findNote(ctx, idFrom(params.id)));
      },
    }),
  ];
}
