// SPDX-License-Identifier: Apache-2.0
import { REGULATOR_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { idFrom, noteId } from '../values/ids.ts';
import { commandRoute, type Route } from '../http/route.ts';
import { freeze, freezeBody, release } from './commands.ts';
import { findNote } from './find.ts';
import { noteAfterOrder } from './present.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { noteResource } from './resources.ts';

const noteParams = z.strictObject({ id: noteId });

/** Freezes: what a regulator holds back of a note, by order. */
export function freezeRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/freezes',
      access: REGULATOR_MAKERS,
      status: 201,
      summary: 'Freeze units of a note, by order',
      description:
        'They remain with the holder and are still paid at maturity, but cannot be moved until the freeze ends.',
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
        body: (await noteAfterOrder(ctx, idFrom(params.id), 'full')).body,
        location: `/v1/notes/${params.id}`,
      }),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/freezes/release',
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
      respond: async (ctx, _outcome, { params }) => ({
        body: (await noteAfterOrder(ctx, idFrom(params.id), 'full')).body,
      }),
    }),
  ];
}
