// SPDX-License-Identifier: Apache-2.0
import { OPERATOR, REGULATOR } from '../deployment.ts';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { USER_ROLES, type UserRole } from '../auth/caller.ts';
import { createUser, usersOf } from '../auth/users.ts';
import type { Gateway } from '../gateway.ts';
import { StartRefused } from '../runtime/start-refused.ts';
import type { PartyId } from '../values/ids.ts';
import { ApiError, signIn, type ApiClient } from './client.ts';
import { demoConsortium, type DemoParty } from './consortium.ts';

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly party: string;
  readonly roles: readonly UserRole[];
}

export interface SeedOptions {
  readonly gateway: Gateway;
  readonly url: string;
  /** Where the users and their passwords are kept, readable by the owner alone. */
  readonly usersFile: string;
  readonly say: (text: string) => void;
}

const CURRENCIES = ['CNY', 'EUR', 'USD', 'SEK', 'NOK', 'DKK', 'GBP', 'HUF'];
/** Ten billion in most currencies; in minor units. */
const LIMIT = '1000000000000';
const DEPOSIT = '50000000000';

/**
 * Admits the demo consortium through the API, as an operator would; what was done by an earlier start is left as it is.
 * Only the first two users, the operator's and the regulator's, are made without it: somebody has to be first.
 *
 * A start that is broken off is taken up by the next one: the passwords are on disk before the first user is made, and each
 * step has an idempotency key of its own, so that it happens once however often it is asked for.
 */
export async function seedDemo({ gateway, url, usersFile, say }: SeedOptions): Promise<readonly DemoUser[]> {
  const kept = await readUsers(usersFile);
  if (kept) return kept;
  say('Admitting the demo consortium …');
  const parties = await demoConsortium();
  const unfinished = `${usersFile}.unfinished`;
  const users = (await readUsers(unfinished)) ?? (await writeUsers(unfinished, parties.flatMap(usersOfParty)));
  const userNamed = (username: string): DemoUser => users.find((user) => user.username === username) as DemoUser;
  const enter = ({ username, password }: DemoUser): Promise<ApiClient> => signIn(url, username, password);
  const memberWith = (role: DemoParty['role']): DemoParty => parties.find((party) => party.role === role) as DemoParty;

  const founder = async (role: 'operator' | 'regulator', party: PartyId): Promise<ApiClient> => {
    const { username, password, roles } = userNamed(`${memberWith(role).short}.desk`);
    if ((await usersOf(gateway.db, party)).length === 0)
      await createUser(gateway.db, { party, username, password, roles });
    return enter(userNamed(username)).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      throw new StartRefused(
        `the passwords of the demo users are lost, for ${usersFile} is not there: ` +
          'put it back, or start with an empty data directory',
      );
    });
  };
  const asOperator = await founder('operator', OPERATOR);
  const asRegulator = await founder('regulator', REGULATOR);

  const admitted = await Promise.all(
    parties
      .filter(({ role }) => role !== 'operator' && role !== 'regulator')
      .map(async (party) => {
        const { short } = party;
        const application = {
          scheme: 'USCC',
          identifier: party.uscc,
          name: party.name.en,
          roles: [party.role],
          validUntil: '2036-12-31',
        };
        const { id } = await asOperator.post<{ id: string }>('/v1/parties', application, `demo ${short}`);
        if (party.role === 'settlement-bank')
          await asRegulator.post(`/v1/parties/${id}/role-confirmation`, { roles: [party.role] }, `demo ${short}`);
        const admin = userNamed(`${short}.admin`);
        await asOperator.post(`/v1/parties/${id}/users`, credentials(admin), `demo ${admin.username}`);
        const asAdmin = await enter(admin);
        for (const name of ['maker', 'checker']) {
          const user = userNamed(`${short}.${name}`);
          await asAdmin.post(`/v1/parties/${id}/users`, credentials(user), `demo ${user.username}`);
        }
        return { party, id };
      }),
  );

  const idOf = (role: DemoParty['role']): string[] =>
    admitted.filter(({ party }) => party.role === role).map(({ id }) => id);
  await Promise.all(
    idOf('obligor').flatMap((obligor) =>
      CURRENCIES.map((currency) =>
        asOperator.put(`/v1/parties/${obligor}/limits/${currency}`, { limit: LIMIT }, `demo ${obligor} ${currency}`),
      ),
    ),
  );
  const bank = memberWith('settlement-bank').short;
  const asBankChecker = await enter(userNamed(`${bank}.checker`));
  const asBank = await enter(userNamed(`${bank}.maker`));
  await Promise.all(
    CURRENCIES.map(async (currency) => {
      await asBankChecker.post(`/v1/cash/${currency}`, undefined, `demo ${currency}`);
      for (const to of [...idOf('obligor'), ...idOf('financier')]) {
        const deposit = { to, amount: DEPOSIT, reference: 'opening deposit' };
        await asBank.post(`/v1/cash/${currency}/issues`, deposit, `demo ${currency} ${to}`);
      }
    }),
  );

  await fs.rename(unfinished, usersFile);
  return users;
}

/** The users of a party: one for the two that found the ledger, and for the others an administrator, a maker and a checker. */
function usersOfParty({ short, name, role }: DemoParty): DemoUser[] {
  const roles: Readonly<Record<string, readonly UserRole[]>> =
    role === 'operator' || role === 'regulator'
      ? { desk: USER_ROLES }
      : { admin: ['admin', 'viewer'], maker: ['maker', 'viewer'], checker: ['checker', 'viewer'] };
  return Object.entries(roles).map(([user, of]) => ({
    username: `${short}.${user}`,
    password: `demo-${randomBytes(9).toString('base64url')}`,
    party: name.en,
    roles: of,
  }));
}

function credentials({ username, password, roles }: DemoUser): object {
  return { username, password, roles };
}

/** On disk before anybody relies on it. */
async function writeUsers(file: string, users: readonly DemoUser[]): Promise<readonly DemoUser[]> {
  const sorted = users.toSorted((a, b) => (a.username < b.username ? -1 : 1));
  await fs.writeFile(`${file}.new`, `${JSON.stringify(sorted, null, 2)}\n`, { mode: 0o600, flush: true });
  await fs.rename(`${file}.new`, file);
  return sorted;
}

async function readUsers(file: string): Promise<readonly DemoUser[] | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8')) as DemoUser[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
