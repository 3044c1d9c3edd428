// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { DeeptierError } from '../values/errors.ts';
import type { Database } from '../store/database.ts';
import { DEFAULT_PASSWORD_COST, hashPassword, type PasswordCost, verifyPassword } from './passwords.ts';
import { authRefusals } from './refusals.ts';
import type { Tokens } from './tokens.ts';
import { normalisedUsername, type User, userOf } from './users.ts';

export interface SignInOptions {
  readonly db: Database;
  readonly tokens: Tokens;
  /** Wrong passwords in a row after which a name is locked. */
  readonly maxFailures?: number;
  readonly lockSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** The cost of the hash compared with where there is no such user; must be that of the real ones. */
  readonly passwordCost?: PasswordCost;
}

export interface SignedIn {
  readonly user: User;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Exchanges a user name and a password for a token. Throws `SESSION_REFUSED` or `USER_LOCKED`. */
export type SignIn = (username: string, password: string) => Promise<SignedIn>;

/**
 * Signing in. The attempt is counted before the password is looked at, so that many at once gain nothing; and names that
 * do not exist are counted and hashed like any other, so that neither time nor answer tells who is a user here.
 */
export function openSignIn({
  db,
  tokens,
  maxFailures = 5,
  lockSeconds = 900,
  now = Date.now,
  passwordCost = DEFAULT_PASSWORD_COST,
}: SignInOptions): SignIn {
  const nobody = hashPassword('nobody has this password', passwordCost);

  return async (username, password) => {
    const name = normalisedUsername(username);
    const nameHash = createHash('sha256').update(name).digest('hex');
    await countAttempt(nameHash);
    const row = await db.selectFrom('users').selectAll().where('username', '=', name).executeTakeFirst();
    const correct = await verifyPassword(password, row?.password_hash ?? (await nobody));
    if (!row || !correct || row.disabled) throw new DeeptierError(authRefusals.SESSION_REFUSED);
    await db.deleteFrom('sign_in_failures').where('name_hash', '=', nameHash).execute();
    const user = userOf(row);
    return { user, ...(await tokens.issue({ userId: user.id, epoch: user.epoch })) };
  };

  async function countAttempt(nameHash: string): Promise<void> {
    const moment = new Date(now());
    const until = new Date(now() + lockSeconds * 1000);
    await db.deleteFrom('sign_in_failures').where('until', '<=', moment).execute();
    const { failures, until: lockedUntil } = await db
      .insertInto('sign_in_failures')
      .values({ name_hash: nameHash, failures: 1, until })
      .onConflict((conflict) =>
        conflict.column('name_hash').doUpdateSet({
          failures: sql<number>`least(sign_in_failures.failures + 1, ${maxFailures + 1}::int)`,
          // A name that is locked already stays so for the time first said, however often it is tried.
          until: sql<Date>`case when sign_in_failures.failures >= ${maxFailures}::int then sign_in_failures.until else excluded.until end`,
        }),
      )
      .returning(['failures', 'until'])
      .executeTakeFirstOrThrow();
    if (failures > maxFailures) {
      throw new DeeptierError(authRefusals.USER_LOCKED, { until: lockedUntil.toISOString() });
    }
  }
}
