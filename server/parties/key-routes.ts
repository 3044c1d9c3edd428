// SPDX-License-Identifier: Apache-2.0
import { idFrom } from '../values/ids.ts';
import { CHECKERS, OPERATOR_MAKERS, REGULATOR_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { commandRoute, type Route } from '../http/route.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import { aboutParty } from './admission-routes.ts';
import {
  confirmKeyRecovery,
  keyConfirmationBody,
  keyRecoveryBody,
  keyRotationBody,
  proposeKeyRecovery,
  rotateKey,
} from './commands.ts';
import { withKey } from './new-key.ts';
import { actingRefusals, partyRefusals } from './refusals.ts';
import { partyResource, partyShownTo } from './resources.ts';
import { partyId } from '../values/ids.ts';

/** Changing a party's key: by its present key, or by the operator and a regulator where that is lost. */
export function keyRoutes({ signer }: { readonly signer: Signer }): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/me/key-rotation',
      openWithoutStanding: true,
      summary: "Replace your party's key",
      description:
        'The current key signs the change and is invalid from then on. What the party holds is not affected.',
      access: CHECKERS,
      body: keyRotationBody,
      status: 200,
      response: partyResource,
      refusals: [partyRefusals.KEY_UNKNOWN, partyRefusals.KEY_TAKEN, partyRefusals.PARTY_IS_SUCCEEDED],
      prepare(ctx, { body }) {
        return withKey(ctx, signer, body.key, rotateKey);
      },
      async respond(ctx) {
        return { body: await partyShownTo(ctx, ctx.caller.party) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/parties/{id}/key-recovery',
      summary: 'Propose a new key for a party that lost its own',
      description: 'A regulator confirms it; until then, and if the party rotates its key meanwhile, nothing changes.',
      access: OPERATOR_MAKERS,
      params: z.strictObject({ id: partyId }),
      body: keyRecoveryBody,
      status: 200,
      response: partyResource,
      refusals: [
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.PARTY_IS_SUCCEEDED,
        partyRefusals.KEY_TAKEN,
        ...actingRefusals,
      ],
      prepare(ctx, { params, body }) {
        return withKey(ctx, signer, body.key, (key) => proposeKeyRecovery(idFrom(params.id), key, body.order));
      },
      async respond(ctx, _outcome, { params }) {
        return { body: await partyShownTo(ctx, idFrom(params.id)) };
      },
    }),
    aboutParty({
      method: 'post',
      path: '/v1/parties/{id}/key-recovery/confirmation',
      summary: 'Confirm the key that was proposed for a party',
      description: 'The body names the key, so that a later proposal is not confirmed by mistake.',
      by: REGULATOR_CHECKERS,
      body: keyConfirmationBody,
      refusals: [partyRefusals.NOTHING_PROPOSED, partyRefusals.PROPOSAL_DIFFERS, partyRefusals.KEY_TAKEN],
      call: (party, { key }) => confirmKeyRecovery(party, key),
    }),
  ];
}
