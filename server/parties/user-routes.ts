// SPDX-License-Identifier: Apache-2.0
import { idFrom } from '../values/ids.ts';
import { ADMINISTRATORS, ANYBODY } from '../access/who.ts';
import { z } from 'zod';
import { USER_ROLES } from '../auth/caller.ts';
import { authRefusals } from '../auth/refusals.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { changeUser, type User, usersOf } from '../auth/users.ts';
import { DeeptierError } from '../values/errors.ts';
import { offLedgerRoute, readRoute, type Route } from '../http/route.ts';
import { instant, uuid } from '../values/schemas.ts';
import { ledgerToday } from '../values/ledger-date.ts';
import { newUserBody, passwordBody, sessionBody, userChangeBody } from './commands.ts';
import { partyRefusals } from './refusals.ts';
import { knownParty, partyResource, partyShownTo } from './resources.ts';
import { partyId } from '../values/ids.ts';
import { eligibilityRefusal } from './eligibility.ts';
import { addUser, alterUser, requireOwnParty } from './users.ts';

const userRoles = z.array(z.enum(USER_ROLES));

const userResource = z
  .strictObject({
    id: uuid,
    username: z.string().meta({ example: 'hengtai.maker' }),
    roles: userRoles,
    disabled: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'User', description: 'A person, or a program, acting for one party.' });

const sessionResource = z
  .strictObject({
    token: z.string().meta({ description: 'Goes into the header "Authorization: Bearer …".' }),
    expiresAt: instant,
  })
  .meta({ id: 'Session', description: 'An access token.' });

const passwordRefusals = [authRefusals.PASSWORD_UNSUITABLE];

/** Signing in, one's own account, and the users of a party. */
export function userRoutes({ signIn }: { readonly signIn: SignIn }): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/sessions',
      summary: 'Sign in',
      access: 'public',
      body: sessionBody,
      status: 201,
      response: sessionResource,
      refusals: [authRefusals.SESSION_REFUSED, authRefusals.USER_LOCKED],
      async handle(_ctx, { body }) {
        const { token, expiresAt } = await signIn(body.username, body.password);
        return { body: { token, expiresAt: expiresAt.toISOString() } };
      },
    }),
    readRoute({
      path: '/v1/me',
      summary: 'Show your user, your party, and whether it may act today',
      access: ANYBODY,
      lookUp: null,
      response: z.strictObject({
        user: z.strictObject({ id: uuid, username: z.string(), roles: userRoles }),
        party: partyResource,
        eligibility: z.strictObject({
          mayAct: z.boolean(),
          refusal: z.strictObject({ code: z.string(), sentence: z.string() }).nullable(),
        }),
      }),
      refusals: [partyRefusals.PARTY_UNKNOWN],
      async handle(ctx) {
        const { caller } = ctx;
        const party = await knownParty({ ...ctx, asOf: 'latest' }, caller.party);
        const refusal = eligibilityRefusal(party, ledgerToday(ctx.chain.clock));
        return {
          user: { id: caller.userId, username: caller.username, roles: [...caller.userRoles] },
          party: await partyShownTo(ctx, caller.party),
          eligibility: {
            mayAct: refusal === undefined,
            refusal: refusal ? { code: refusal.code, sentence: refusal.message } : null,
          },
        };
      },
    }),
    offLedgerRoute({
      method: 'put',
      path: '/v1/me/password',
      openWithoutStanding: true,
      summary: 'Change your password',
      description: 'All your tokens become invalid; the answer holds a new one.',
      access: ANYBODY,
      // The answer holds a token, and a wrong password must be counted.
      idempotency: 'none',
      body: passwordBody,
      status: 200,
      response: sessionResource,
      refusals: [partyRefusals.PASSWORD_WRONG, authRefusals.USER_LOCKED, ...passwordRefusals],
      async handle(ctx, { body }, db) {
        const { userId, username, party } = ctx.caller;
        await signIn(username, body.present).catch((error: unknown) => {
          const wrong = error instanceof DeeptierError && error.code === 'SESSION_REFUSED';
          throw wrong ? new DeeptierError(partyRefusals.PASSWORD_WRONG, {}, { cause: error }) : error;
        });
        await changeUser(db, party, userId, { password: body.next });
        const { token, expiresAt } = await signIn(username, body.next);
        return { body: { token, expiresAt: expiresAt.toISOString() } };
      },
    }),
    readRoute({
      path: '/v1/parties/{id}/users',
      summary: 'List the users of your party',
      access: ADMINISTRATORS,
      lookUp: null,
      params: z.strictObject({ id: partyId }),
      response: z.strictObject({ items: z.array(userResource) }),
      refusals: [partyRefusals.USERS_NOT_YOURS],
      async handle(ctx, { params }) {
        requireOwnParty(ctx.caller, idFrom(params.id));
        return { items: (await usersOf(ctx.db, ctx.caller.party)).map(described) };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/parties/{id}/users',
      summary: 'Add a user',
      description:
        "Open to the party's own administrators. While the party has no user, an administrator of the operator may add the first one: an administrator who is neither maker nor checker.",
      access: ADMINISTRATORS,
      params: z.strictObject({ id: partyId }),
      body: newUserBody,
      status: 201,
      response: userResource,
      refusals: [
        partyRefusals.PARTY_UNKNOWN,
        partyRefusals.USERS_NOT_YOURS,
        partyRefusals.FIRST_USER_IS_ADMIN,
        authRefusals.USERNAME_TAKEN,
        authRefusals.USERNAME_MALFORMED,
        ...passwordRefusals,
      ],
      async handle(ctx, { params, body }, db) {
        const { id } = await knownParty(ctx, idFrom(params.id));
        return { body: described(await addUser(db, ctx.caller, { ...body, party: id })) };
      },
    }),
    offLedgerRoute({
      method: 'put',
      path: '/v1/parties/{id}/users/{userId}',
      openWithoutStanding: true,
      summary: "Change a user's roles, password or access",
      description: 'Any change invalidates all tokens of that user.',
      access: ADMINISTRATORS,
      params: z.strictObject({ id: partyId, userId: uuid }),
      body: userChangeBody,
      status: 200,
      response: userResource,
      refusals: [
        partyRefusals.USERS_NOT_YOURS,
        partyRefusals.LAST_ADMINISTRATOR,
        authRefusals.USER_UNKNOWN,
        ...passwordRefusals,
      ],
      async handle(ctx, { params, body }, db) {
        requireOwnParty(ctx.caller, idFrom(params.id));
        const { roles, disabled, password } = body;
        const change = {
          ...(roles !== undefined && { roles }),
          ...(disabled !== undefined && { disabled }),
          ...(password !== undefined && { password }),
        };
        return { body: described(await alterUser(db, ctx.caller.party, params.userId, change)) };
      },
    }),
  ];
}

function described({ id, username, roles, disabled, createdAt }: User): z.input<typeof userResource> {
  return { id, username, roles: [...roles], disabled, createdAt: createdAt.toISOString() };
}
