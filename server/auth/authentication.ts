// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import type { Database } from '../store/database.ts';
import type { Caller, PartyOf } from './caller.ts';
import { authRefusals } from './refusals.ts';
import type { Tokens, TokenSubject } from './tokens.ts';
import { userById } from './users.ts';

export interface AuthenticationParts {
  readonly db: Database;
  readonly tokens: Tokens;
  readonly partyOf: PartyOf;
}

/** A caller, and why its party may not write at present, if so. */
export interface Authenticated {
  readonly caller: Caller;
  readonly writesRefused: DeeptierError | undefined;
}

/** Reads the bearer token of an Authorization header; `undefined` if there is none. Throws `TOKEN_INVALID`. */
export async function subjectOf(tokens: Tokens, authorization: string | undefined): Promise<TokenSubject | undefined> {
  if (authorization === undefined) return undefined;
  const match = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization);
  if (!match?.[1]) throw new DeeptierError(authRefusals.TOKEN_INVALID);
  return tokens.verify(match[1]);
}

/** The caller behind a token, as user and party stand now. Throws `TOKEN_INVALID` if either is gone or was changed. */
export async function authenticate(parts: AuthenticationParts, subject: TokenSubject): Promise<Authenticated> {
  const user = await userById(parts.db, subject.userId);
  if (!user || user.disabled || user.epoch !== subject.epoch) throw new DeeptierError(authRefusals.TOKEN_INVALID);
  const party = await parts.partyOf(user.party);
  if (!party) throw new DeeptierError(authRefusals.TOKEN_INVALID, {}, { details: `party ${user.party} is unknown` });
  return {
    caller: {
      userId: user.id,
      username: user.username,
      party: user.party,
      partyName: party.name,
      key: party.key,
      partyRoles: party.roles,
      userRoles: user.roles,
    },
    writesRefused: party.writesRefused,
  };
}
