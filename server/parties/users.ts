// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { sql } from 'kysely';
import type { Caller, UserRole } from '../auth/caller.ts';
import { authRefusals } from '../auth/refusals.ts';
import { changeUser, createUser, type NewUser, type User, type UserChange, usersOf } from '../auth/users.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Queryable } from '../store/database.ts';
import { partyRefusals } from './refusals.ts';

/** Throws `USERS_NOT_YOURS` unless the party is the caller's. */
export function requireOwnParty(caller: Caller, party: PartyId): void {
  if (caller.party !== party) throw new DeeptierError(partyRefusals.USERS_NOT_YOURS, { party: String(party) });
}

/**
 * Adds a user: of the caller's own party; or, as an operator, the first one of a party that has none. That one appoints
 * the others and orders nothing itself, so the operator can hand a party over but not act in its name.
 */
export async function addUser(db: Queryable, caller: Caller, user: NewUser): Promise<User> {
  if (caller.party === user.party) return createUser(db, user);
  await oneAtATime(db, user.party);
  if (!caller.partyRoles.includes('operator') || (await usersOf(db, user.party)).length > 0)
    requireOwnParty(caller, user.party);
  if (!user.roles.includes('admin') || user.roles.includes('maker') || user.roles.includes('checker')) {
    throw new DeeptierError(partyRefusals.FIRST_USER_IS_ADMIN);
  }
  return createUser(db, user);
}

/** Changes a user of `party`. Throws `LAST_ADMINISTRATOR` rather than leave the party with nobody to look after it. */
export async function alterUser(db: Queryable, party: PartyId, id: string, change: UserChange): Promise<User> {
  await oneAtATime(db, party);
  const users = await usersOf(db, party);
  const user = users.find((one) => one.id === id);
  if (!user) throw new DeeptierError(authRefusals.USER_UNKNOWN);
  const looksAfter = (one: { readonly roles: readonly UserRole[]; readonly disabled: boolean }): boolean =>
    one.roles.includes('admin') && !one.disabled;
  const after = { roles: change.roles ?? user.roles, disabled: change.disabled ?? user.disabled };
  if (looksAfter(user) && !looksAfter(after) && users.filter(looksAfter).length === 1) {
    throw new DeeptierError(partyRefusals.LAST_ADMINISTRATOR, { username: user.username });
  }
  return changeUser(db, party, id, change);
}

/** Within a transaction: what is counted before a change is still so when it is made. */
async function oneAtATime(db: Queryable, party: PartyId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('users of a party'), hashtext(${String(party)}))`.execute(db);
}
