// SPDX-License-Identifier: Apache-2.0
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

/** Where an unpaid payable and its notes stand: dates, and who answers. */
export function defaultRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    readRoute({
      path: '/v1/payables/{id}/default',
      access: MEMBERS,
      lookUp: { one: 'payable' },
      refusals: [receivableRefusals.PAYABLE_UNKNOWN],
      summary: 'Show the default status of a payable, and its dates',
      description:
        'Overdue and default follow from the dates alone, without a declaration. The months for recourse and limitation run from the due date.',
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
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [receivableRefusals.NOTE_UNKNOWN],
      summary: 'Show who answers for a note, and until when',
      description:
        'Read from the contract: the endorsers on the path of the note, back to the first supplier. An endorser that has paid may claim on earlier endorsers.',
      params: z.strictObject({ id: noteId }),
      response: recourseResource,
      async handle(ctx, { params }) {
        return presentRecourse(ctx, contracts, await findNote(ctx, idFrom(params.id)));
      },
    }),
  ];
}
