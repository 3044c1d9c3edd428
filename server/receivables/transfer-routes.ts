// SPDX-License-Identifier: Apache-2.0
import { HOLDER_MAKERS, PRINCIPAL_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { idFrom, noteId } from '../values/ids.ts';
import { commandRoute, type Made, type Route } from '../http/route.ts';
import { amount } from '../values/schemas.ts';
import { standingRefusals } from '../parties/refusals.ts';
import { decideOffer, returnBody, returnToObligor, transfer, transferBody } from './commands.ts';
import { findNote } from './find.ts';
import { noteAfterOrder, presentTransfers } from './present.ts';
import { payableById } from './queries.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { noteResource, transferResource } from './resources.ts';
import { eventOf, isOf } from '../ledger/contract-types.ts';
import { transferOf, transfersById } from './transfers.ts';

const noteParams = z.strictObject({ id: noteId });

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
  rejection: { call: 'reject', summary: 'Reject a note that is offered to you', refusal: refusals.NOT_THE_RECIPIENT },
  withdrawal: { call: 'withdraw', summary: 'Withdraw a note that you offered', refusal: refusals.NOT_THE_HOLDER },
  expiry: { call: 'expire', summary: 'End an offer whose window has passed', refusal: refusals.OFFER_STILL_OPEN },
} as const;

/** What moves notes: transfers, the offers that wait for their recipient, and returns to the obligor. */
export function transferRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/transfers',
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Transfer parts of a note in payment of your debts',
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
        const { body, currency } = await noteAfterOrder(ctx, idFrom(params.id), 'holder');
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
      access: HOLDER_MAKERS,
      status: 200,
      summary: 'Accept a note that is offered to you',
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
        body: (await noteAfterOrder(ctx, idFrom(params.id), 'holder')).body,
        location: `/v1/notes/${params.id}`,
      }),
    }),
    ...Object.entries(OFFER_ENDS).map(([end, { call, summary, refusal }]) =>
      commandRoute({
        method: 'post',
        path: `/v1/notes/{id}/${end}`,
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
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Return units of a note to the obligor',
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
        const { body } = await noteAfterOrder(ctx, idFrom(params.id), 'holder');
        return {
          body: { note: body, returned: { note: note.toString(), amount: (end - start).toString() } },
          location: `/v1/notes/${note}`,
        };
      },
    }),
  ];
}
