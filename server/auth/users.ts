// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { DeeptierError } from '../values/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { UserRole } from './caller.ts';
import { DEFAULT_PASSWORD_COST, hashPassword, type PasswordCost } from './passwords.ts';
import { authRefusals } from './refusals.ts';
import type { UsersTable } from './tables.ts';

/** A person, or a program, acting for one party. */
export interface User {
  readonly id: string;
  readonly party: PartyId;
  readonly username: string;
  readonly roles: readonly UserRole[];
  readonly disabled: boolean;
  readonly epoch: number;
  readonly createdAt: Date;
}

export interface NewUser {
  readonly party: PartyId;
  readonly username: string;
  readonly password: string;
  readonly roles: readonly UserRole[];
  readonly passwordCost?: PasswordCost;
}

export interface UserChange {
  readonly password?: string;
  readonly roles?: readonly UserRole[];
  readonly disabled?: boolean;
  readonly passwordCost?: PasswordCost;
}

const MINIMUM_PASSWORD = 12;
const MAXIMUM_PASSWORD = 256;
const USERNAME = /^[a-z0-9](?:[a-z0-9._@+-]{1,62})[a-z0-9]$/;

/** Adds a user. Throws `USERNAME_MALFORMED`, `PASSWORD_UNSUITABLE` or `USERNAME_TAKEN`. */
export async function createUser(db: Queryable, user: NewUser): Promise<User> {
  const username = normalisedUsername(user.username);
  if (!USERNAME.test(username)) throw new DeeptierError(authRefusals.USERNAME_MALFORMED);
  checkPassword(user.password, username);
  const row = await db
    .insertInto('users')
    .values({
      id: randomUUID(),
      party: user.party,
      username,
      password_hash: await hashPassword(user.password, user.passwordCost ?? DEFAULT_PASSWORD_COST),
      roles: [...new Set(user.roles)],
    })
    .onConflict((conflict) => conflict.column('username').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new DeeptierError(authRefusals.USERNAME_TAKEN, { username });
  return userOf(row);
}

/** Changes a user of `party` and ends all of that user's tokens. Throws `USER_UNKNOWN` or `PASSWORD_UNSUITABLE`. */
export async function changeUser(db: Queryable, party: PartyId, id: string, change: UserChange): Promise<User> {
  const user = await userById(db, id);
  if (user?.party !== party) throw new DeeptierError(authRefusals.USER_UNKNOWN);
  if (change.password !== undefined) checkPassword(change.password, user.username);
  const passwordHash =
    change.password === undefined
      ? undefined
      : await hashPassword(change.password, change.passwordCost ?? DEFAULT_PASSWORD_COST);
  const row = await db
    .updateTable('users')
    .set((eb) => ({
      epoch: eb('epoch', '+', 1),
      ...(passwordHash !== undefined && { password_hash: passwordHash }),
      ...(change.roles && { roles: [...new Set(change.roles)] }),
      ...(change.disabled !== undefined && { disabled: change.disabled }),
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return userOf(row);
}

export async function userById(db: Queryable, id: string): Promise<User | undefined> {
  const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  return row && userOf(row);
}

/** The users of a party, by name. */
export async function usersOf(db: Queryable, party: PartyId): Promise<User[]> {
  const rows = await db.selectFrom('users').selectAll().where('party', '=', party).orderBy('username').execute();
  return rows.map(userOf);
}

/** User names are compared in lower case. */
export function normalisedUsername(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}

export function userOf(row: Selectable<UsersTable>): User {
  return {
    id: row.id,
    party: row.party,
    username: row.username,
    roles: row.roles as UserRole[],
    disabled: row.disabled,
    epoch: row.epoch,
    createdAt: row.created_at,
  };
}

function checkPassword(password: string, username: string): void {
  const length = [...password].length;
  if (length >= MINIMUM_PASSWORD && length <= MAXIMUM_PASSWORD && !password.toLowerCase().includes(username)) return;
  throw new DeeptierError(authRefusals.PASSWORD_UNSUITABLE, { minimum: MINIMUM_PASSWORD, maximum: MAXIMUM_PASSWORD });
}
