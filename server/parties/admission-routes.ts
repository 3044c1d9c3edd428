// SPDX-License-Identifier: Apache-2.0
import { idFrom } from '../values/ids.ts';
import type { PartyId } from '../values/ids.ts';
import { ANYBODY, OPERATOR_MAKERS, REGULATOR_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { type CommandRoute, commandRoute, readRoute, type Route } from '../http/route.ts';
import type { Context } from '../http/context.ts';
import { eventOf, type Call } from '../ledger/contract-types.ts';
import { DeeptierError, type Refusal } from '../values/errors.ts';
import type { Signer } from '../ledger/instructions/keystore.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { line } from '../values/schemas.ts';
import {
  admissionBody,
  admit,
  changeRoles,
  changeValidity,
  confirmRoles,
  readmit,
  rolesBody,
  suspend,
  suspensionBody,
  validityBody,
} from './commands.ts';
import { withKey } from './new-key.ts';
import { partiesOn } from './queries.ts';
import { actingRefusals, partyRefusals } from './refusals.ts';
import { PARTY_STATUSES, partiesShownTo, partyResource, partyShownTo } from './resources.ts';
import type { Access } from '../auth/access.ts';
import { partyRole } from './schemas.ts';
import { partyId } from '../values/ids.ts';

/** Admitting parties, and what the operator and regulators decide about them. */
export function admissionRoutes({ signer }: { readonly signer: Signer }): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/parties',
      summary: 'Admit a legal entity',
      description:
        'A regulator must confirm the roles operator, regulator and settlement bank. The first user of the party is added at /v1/parties/{id}/users.',
      access: OPERATOR_MAKERS,
      body: admissionBody,
      status: 201,
      response: partyResource,
      refusals: [
        partyRefusals.IDENTIFIER_INVALID,
        partyRefusals.IDENTIFIER_TAKEN,
        partyRefusals.ROLES_INCOMPATIBLE,
        partyRefusals.ADMISSION_INCOMPLETE,
        partyRefusals.KEY_TAKEN,
        ...actingRefusals,
      ],
      prepare(ctx, { body }) {
        return withKey(ctx, signer, body.key, (key) => admit(body, key));
      },
      async respond(ctx, outcome) {
        const { args } = eventOf(outcome.events, 'PartyRegistry.PartyAdmitted');
        const party = await partyShownTo(ctx, args.party);
        return { body: party, location: `/v1/parties/${party.id}` };
      },
    }),
    readRoute({
      path: '/v1/parties',
      summary: 'List the parties of the ledger',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject({
        role: partyRole.optional(),
        status: z.enum(PARTY_STATUSES).optional(),
        identifier: line(40, 'USCC or LEI, in capitals and without blanks.').optional(),
        ...pageQuery,
      }),
      response: pageOf(partyResource),
      refusals: [],
      async handle(ctx, { query }) {
        const parties = await partiesShownTo(ctx, await partiesOn(ctx.db, query, ctx.asOf, ctx.page));
        return ctx.page.of(
          parties,
          ({ id }) => [id],
          (party) => party,
        );
      },
    }),
    readRoute({
      path: '/v1/parties/{id}',
      summary: 'Show a party',
      access: ANYBODY,
      lookUp: null,
      params: z.strictObject({ id: partyId }),
      response: partyResource,
      refusals: [partyRefusals.PARTY_UNKNOWN],
      handle(ctx, { params }) {
        return partyShownTo(ctx, idFrom(params.id));
      },
    }),
    aboutParty({
      method: 'post',
      path: '/v1/parties/{id}/suspension',
      summary: 'Suspend a party',
      description: 'It can give no more instructions. It keeps what it holds and is still paid.',
      body: suspensionBody,
      refusals: [partyRefusals.REGULATOR_PROTECTED, partyRefusals.SELF_REFERENCE],
      call(party, { reason }, ctx) {
        // The ledger would let it, and nobody could let it act again.
        if (party === ctx.caller.party) throw new DeeptierError(partyRefusals.SELF_REFERENCE, { party: String(party) });
        return suspend(party, reason);
      },
    }),
    aboutParty({
      method: 'post',
      path: '/v1/parties/{id}/readmission',
      summary: 'Readmit a suspended party',
      refusals: [partyRefusals.PARTY_NOT_SUSPENDED],
      call: (party) => readmit(party),
    }),
    aboutParty({
      method: 'put',
      path: '/v1/parties/{id}/validity',
      summary: "Set the last day of a party's admission",
      body: validityBody,
      refusals: [partyRefusals.REGULATOR_PROTECTED],
      call: (party, { validUntil }) => changeValidity(party, validUntil),
    }),
    aboutParty({
      method: 'put',
      path: '/v1/parties/{id}/roles',
      summary: "Set a party's roles",
      description:
        'If the role operator, regulator or settlement bank changes, a regulator must confirm the whole change.',
      body: rolesBody,
      refusals: [partyRefusals.ROLES_INCOMPATIBLE],
      call: (party, { roles }) => changeRoles(party, roles),
    }),
    aboutParty({
      method: 'post',
      path: '/v1/parties/{id}/role-confirmation',
      summary: 'Confirm the roles that were proposed for a party',
      description: 'The body names the roles, so that a later proposal is not confirmed by mistake.',
      by: REGULATOR_CHECKERS,
      body: rolesBody,
      refusals: [partyRefusals.NOTHING_PROPOSED, partyRefusals.PROPOSAL_DIFFERS],
      call: (party, { roles }) => confirmRoles(party, roles),
    }),
  ];
}

/** A decision about one party that becomes one call and is answered with the party; the operator's makers take it. */
export function aboutParty<B extends z.ZodType = z.ZodObject<Record<never, never>, z.core.$strict>>(decision: {
  readonly method: 'post' | 'put';
  readonly path: `/v1/parties/{id}/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly by?: Exclude<Access, 'public'>;
  readonly body?: B;
  readonly refusals: readonly Refusal[];
  call(party: PartyId, body: z.output<B>, ctx: Context): Call;
}): CommandRoute {
  const { method, path, summary, description, body, by = OPERATOR_MAKERS } = decision;
  return commandRoute({
    method,
    path,
    summary,
    ...(description !== undefined && { description }),
    access: by,
    params: z.strictObject({ id: partyId }),
    ...(body && { body }),
    status: 200,
    response: partyResource,
    refusals: [partyRefusals.PARTY_UNKNOWN, partyRefusals.PARTY_IS_SUCCEEDED, ...decision.refusals, ...actingRefusals],
    async prepare(ctx, input) {
      return { calls: [decision.call(idFrom(input.params.id), input.body, ctx)] };
    },
    async respond(ctx, _outcome, { params }) {
      return { body: await partyShownTo(ctx, idFrom(params.id)) };
    },
  });
}
