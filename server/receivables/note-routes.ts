// SPDX-License-Identifier: Apache-2.0
import { MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { idFrom, noteId, partyId, payableId } from '../values/ids.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { findNote, viewedNotes } from './find.ts';
import { notesPage } from './lists.ts';
import { presentPath, titlesOf, walkInState, walkOf } from './path.ts';
import { presentNotes, presentTransfers } from './present.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { noteDetail, noteResource, noteWord, pathResource } from './resources.ts';
import { transfersFrom } from './transfers.ts';

const noteParams = z.strictObject({ id: noteId });

const listQuery = z.strictObject({
  status: noteWord.optional(),
  payable: payableId.optional(),
  holder: partyId.optional(),
  side: z
    .enum(['held', 'incoming', 'pledged'])
    .optional()
    .meta({
      description:
        '`held`: what your party holds; `incoming`: what is offered to it; `pledged`: what is pledged to it.',
    }),
  ...pageQuery,
});

/** Notes: what somebody holds or is offered, and where it comes from. */
export function noteRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    readRoute({
      path: '/v1/notes',
      access: MEMBERS,
      lookUp: { list: 'notes' },
      refusals: [],
      summary: 'List the notes you may see, the newest first',
      description: 'What your party holds or held, and what is offered or pledged to it.',
      query: listQuery,
      response: pageOf(noteResource),
      async handle(ctx, { query }) {
        const { db, asOf, page } = ctx;
        const visibility = await visibilityOf(ctx);
        const rows = await notesPage(
          db,
          visibility,
          {
            status: query.status,
            side: query.side,
            payable: query.payable === undefined ? undefined : idFrom(query.payable),
            holder: query.holder === undefined ? undefined : idFrom(query.holder),
          },
          page,
          asOf,
        );
        const { items, next } = page.of(
          rows,
          ({ id }) => [id.toString()],
          (note) => note,
        );
        return { items: await presentNotes(ctx, await viewedNotes(ctx, visibility, items)), next };
      },
    }),
    readRoute({
      path: '/v1/notes/{id}',
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [refusals.NOTE_UNKNOWN],
      summary: 'Show a note',
      params: noteParams,
      response: noteDetail,
      async handle(ctx, { params }) {
        const { note, payable, view } = await findNote(ctx, idFrom(params.id));
        const given = view === 'recipient' ? [] : await transfersFrom(ctx.db, note.id, ctx.asOf);
        const [shown] = await presentNotes(ctx, [{ note, view }]);
        return {
          ...(shown as z.input<typeof noteResource>),
          given: await presentTransfers(ctx, given, payable.currency),
        };
      },
    }),
    readRoute({
      path: '/v1/notes/{id}/path',
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [refusals.NOTE_UNKNOWN],
      summary: 'Show the chain of debts behind a note, back to the promise',
      description:
        "From the note itself to the first supplier's. Each hop is the issue, a transfer in payment of a debt, which is one tier further, or a financing, which moves no tier: so there are as many hops as the note's tier and financings together. A holder sees its own hop and its counterparties, and so does a lender that the note is pledged to; of the others, kind, tier and time. `source=state` asks the contract instead of the tables; it keeps no times of offers and no transactions.",
      params: noteParams,
      query: z.strictObject({ source: z.enum(['projection', 'state']).default('projection') }),
      response: pathResource,
      async handle(ctx, { params, query: { source } }) {
        const found = await findNote(ctx, idFrom(params.id));
        if (source === 'state') {
          const walk = await walkInState(ctx, contracts, found.note.id, found.payable.id);
          return presentPath(ctx, { ...found, source, walk, titles: new Map() });
        }
        const walk = await walkOf(ctx.db, found.note, ctx.asOf);
        return presentPath(ctx, { ...found, source, walk, titles: await titlesOf(ctx.db, walk, ctx.asOf) });
      },
    }),
  ];
}
