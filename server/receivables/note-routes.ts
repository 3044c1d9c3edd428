import { HOLDER_MAKERS, MEMBERS, PRINCIPAL_MAKERS, REGULATOR_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { idFrom, noteId, type NoteId, partyId, payableId } from '../values/ids.ts';
import type { Contracts } from '../ledger/contracts.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { amount } from '../values/schemas.ts';
import { standingRefusals } from '../parties/refusals.ts';
import {
  decideOffer,
  freeze,
  freezeBody,
  release,
  returnBody,
  returnToObligor,
  transfer,
  transferBody,
} from './commands.ts';
import { findNote } from './find.ts';
import { notesPage } from './lists.ts';
import { presentPath, titlesOf, walkInState, walkOf } from './path.ts';
import { presentNotes, presentTransfers } from './present.ts';
import { noteById, payableById, payablesById, pledgesOn, transferOf, transfersById, transfersFrom } from './queries.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { noteDetail, noteResource, noteWord, pathResource, transferResource } from './resources.ts';
import { eventOf, isOf } from '../ledger/contract-types.ts';
import { noteViewOf, type NoteView } from './visibility.ts';

const noteParams = z.strictObject({ id: noteId });
const capability = 'receivables';

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

const transferred = z
  .strictObject({ note: noteResource, transfers: z.array(transferResource) })
  .meta({ id: 'Transferred', description: 'What is left of the note, and the pieces that were cut from it.' });

const returned = z
  .strictObject({ note: noteResource, returned: z.strictObject({ note: noteId, amount }) })
  .meta({
    id: 'Returned',
    description: 'What is left of the note, and the note that stands for what was extinguished.',
  });

const MOVE_REFUSALS = [
  refusals.NOTE_UNKNOWN,
  refusals.NOTE_NOT_HELD,
  refusals.NOT_THE_HOLDER,
  refusals.PAYABLE_NOT_ACTIVE,
  refusals.NOTE_MATURED,
  refusals.AMOUNT_ZERO,
  refusals.AMOUNT_EXCEEDS_NOTE,
  refusals.NOTE_UNDER_HOLD,
  refusals.NOTE_TOO_SMALL,
];

const OFFER_ENDS = {
  rejection: { call: 'reject', summary: 'Decline a note that is offered to you', refusal: refusals.NOT_THE_RECIPIENT },
  withdrawal: { call: 'withdraw', summary: 'Take back a note that you offered', refusal: refusals.NOT_THE_HOLDER },
  expiry: { call: 'expire', summary: 'End an offer whose window has passed', refusal: refusals.OFFER_STILL_OPEN },
} as const;

/** Notes: passing debt down the tiers, and seeing where it comes from. */
export function noteRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    readRoute({
      path: '/v1/notes',
      capability,
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
        const payables = await payablesById(
          db,
          items.map(({ payable }) => payable),
          asOf,
        );
        const transfers = await transfersById(
          db,
          items.map(({ id }) => id),
          asOf,
        );
        const pledges = await pledgesOn(
          db,
          items.map(({ id }) => id),
          asOf,
        );
        const shown = items.flatMap((note) => {
          const payable = payables.get(note.payable);
          const view =
            payable &&
            noteViewOf(visibility, note, payable, { transfer: transfers.get(note.id), pledge: pledges.get(note.id) });
          return view ? [{ note, view }] : [];
        });
        return { items: await presentNotes(ctx, shown), next };
      },
    }),
    readRoute({
      path: '/v1/notes/{id}',
      capability,
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
      capability,
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [refusals.NOTE_UNKNOWN],
      summary: 'Show the chain of debts behind a note, back to the promise',
      description:
        "From the note itself to the first supplier's. Each hop is the issue, a transfer in payment of a debt, which is one tier further, or a financing, which moves no tier: so there are as many hops as the note's tier and financings together. A holder sees its own hop and whom it dealt with, and so does a lender it is pledged to; of the others, kind, tier and time. `source=state` asks the contract instead of the tables; it keeps no times of offers and no transactions.",
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

    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/transfers',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Pass parts of a note on, in payment of your debts',
      description: 'To one party or many. Each waits for its recipient unless a standing acceptance covers it.',
      params: noteParams,
      body: transferBody,
      response: transferred,
      refusals: [
        ...MOVE_REFUSALS,
        refusals.TIER_TOO_DEEP,
        refusals.TOO_MANY_CHILDREN,
        refusals.LOOP_TO_OBLIGOR,
        refusals.TRANSFER_TO_SELF,
        ...standingRefusals,
      ],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        return { calls: [transfer(note.id, body)] };
      },
      async respond(ctx, { events }, { params }) {
        const pieces = events.flatMap((event) =>
          isOf(event, 'ReceivableLedger.NoteOffered') || isOf(event, 'ReceivableLedger.NoteTransferred')
            ? event.args.note
            : [],
        );
        const { body, currency } = await changed(ctx, idFrom(params.id), 'holder');
        const transfers = await transfersById(ctx.db, pieces, ctx.asOf);
        const ordered = pieces.flatMap((piece) => transfers.get(piece) ?? []);
        return {
          body: { note: body, transfers: await presentTransfers(ctx, ordered, currency) },
          location: `/v1/notes/${params.id}`,
        };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/acceptance',
      capability,
      access: HOLDER_MAKERS,
      status: 200,
      summary: 'Take title to a note that is offered to you',
      params: noteParams,
      response: noteResource,
      refusals: [
        refusals.NOTE_UNKNOWN,
        refusals.NOTE_NOT_OFFERED,
        refusals.NOT_THE_RECIPIENT,
        refusals.OFFER_HAS_EXPIRED,
        refusals.NOTE_MATURED,
        refusals.NOTE_UNDER_HOLD,
        refusals.LOOP_TO_OBLIGOR,
      ],
      async prepare(ctx, { params }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        return { calls: [decideOffer('accept', note.id)] };
      },
      respond: async (ctx, _outcome, { params }) => ({
        body: (await changed(ctx, idFrom(params.id), 'holder')).body,
        location: `/v1/notes/${params.id}`,
      }),
    }),
    ...Object.entries(OFFER_ENDS).map(([end, { call, summary, refusal }]) =>
      commandRoute({
        method: 'post',
        path: `/v1/notes/{id}/${end}`,
        capability,
        access: PRINCIPAL_MAKERS,
        status: 200,
        ...(end === 'expiry' && { openWithoutStanding: true as const }), // anybody may say that a window has passed
        summary,
        description: 'The note stays with the party that offered it; an issue is void.',
        params: noteParams,
        response: transferResource,
        refusals: [refusals.NOTE_UNKNOWN, refusals.NOTE_NOT_OFFERED, refusal],
        async prepare(ctx, { params }) {
          const { note } = await findNote(ctx, idFrom(params.id));
          return { calls: [decideOffer(call, note.id)] };
        },
        async respond(ctx, _outcome, { params }): Promise<Made<z.input<typeof transferResource>>> {
          const offer = await transferOf(ctx.db, idFrom(params.id), ctx.asOf);
          const payable = offer && (await payableById(ctx.db, offer.payable, ctx.asOf));
          if (!payable) throw new Error(`the offer of note ${params.id} is not in the tables`);
          const [body] = await presentTransfers(ctx, [offer], payable.currency);
          return { body: body as z.input<typeof transferResource> };
        },
      }),
    ),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/returns',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Give units of a note back to the obligor',
      description: 'They are extinguished: the obligor owes that much less, and nobody is paid for them.',
      params: noteParams,
      body: returnBody,
      response: returned,
      refusals: MOVE_REFUSALS,
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        return { calls: [returnToObligor(note.id, body)] };
      },
      async respond(ctx, { events }, { params }) {
        const { note, start, end } = eventOf(events, 'ReceivableLedger.NoteReturned').args;
        const { body } = await changed(ctx, idFrom(params.id), 'holder');
        return {
          body: { note: body, returned: { note: note.toString(), amount: (end - start).toString() } },
          location: `/v1/notes/${note}`,
        };
      },
    }),

    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/freezes',
      capability,
      access: REGULATOR_MAKERS,
      status: 201,
      summary: 'Hold back units of a note, by order',
      description: "They stay its holder's and are still paid at maturity; until the freeze ends they move nowhere.",
      params: noteParams,
      body: freezeBody,
      response: noteResource,
      refusals: [
        refusals.NOTE_UNKNOWN,
        refusals.NOTE_NOT_HELD,
        refusals.AMOUNT_ZERO,
        refusals.AMOUNT_EXCEEDS_NOTE,
        refusals.HOLD_ALREADY_EXPIRED,
        refusals.NOTE_UNDER_HOLD,
      ],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        return { calls: [freeze(note.id, body)] };
      },
      respond: async (ctx, _outcome, { params }) => ({
        body: (await changed(ctx, idFrom(params.id), 'full')).body,
        location: `/v1/notes/${params.id}`,
      }),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/freezes/release',
      capability,
      access: REGULATOR_MAKERS,
      status: 200,
      summary: 'Lift the freeze of a note',
      params: noteParams,
      response: noteResource,
      refusals: [refusals.NOTE_UNKNOWN, refusals.NOTE_NOT_UNDER_HOLD],
      async prepare(ctx, { params }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        return { calls: [release(note.id)] };
      },
      respond: async (ctx, _outcome, { params }) => ({ body: (await changed(ctx, idFrom(params.id), 'full')).body }),
    }),
  ];
}

/** A note after the caller's own order, whether it may still look it up or not. */
async function changed(
  ctx: Context,
  id: NoteId,
  view: NoteView,
): Promise<{ body: z.input<typeof noteResource>; currency: string }> {
  const note = await noteById(ctx.db, id, ctx.asOf);
  if (!note) throw new Error(`note ${id} is not in the tables`);
  const [body] = await presentNotes(ctx, [{ note, view }]);
  if (!body) throw new Error(`note ${id} cannot be shown`);
  return { body, currency: body.currency };
}
