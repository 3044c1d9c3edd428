import { OPERATOR, REGULATOR } from '../deployment.ts';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { createUser, usersOf } from '../auth/users.ts';
import type { Gateway } from '../gateway.ts';
import { signIn, type ApiClient } from './client.ts';
import { demoConsortium, type DemoParty } from './consortium.ts';

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly party: string;
  readonly roles: readonly string[];
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
 */
export async function seedDemo({ gateway, url, usersFile, say }: SeedOptions): Promise<readonly DemoUser[]> {
  const kept = await readUsers(usersFile);
  if (kept) return kept;
  say('Admitting the demo consortium …');
  const parties = await demoConsortium();
  const users: DemoUser[] = [];
  const invent = (party: DemoParty, name: string, roles: readonly string[]): DemoUser => {
    const user = {
      username: `${party.short}.${name}`,
      password: `demo-${randomBytes(9).toString('base64url')}`,
      party: party.name.en,
      roles,
    };
    users.push(user);
    return user;
  };
  const member = (role: DemoParty['role']): DemoParty => parties.find((party) => party.role === role) as DemoParty;
  const enter = ({ username, password }: DemoUser): Promise<ApiClient> => signIn(url, username, password);

  const operator = invent(member('operator'), 'desk', ['admin', 'maker', 'checker', 'viewer']);
  const regulator = invent(member('regulator'), 'desk', ['admin', 'maker', 'checker', 'viewer']);
  for (const [user, party] of [
    [operator, OPERATOR],
    [regulator, REGULATOR],
  ] as const) {
    const others = await usersOf(gateway.db, party); // a start that was broken off had made them with other passwords
    if (others.length > 0) throw new Error(`the demo was left half made; remove the data directory to begin anew`);
    await createUser(gateway.db, {
      party,
      username: user.username,
      password: user.password,
      roles: ['admin', 'maker', 'checker', 'viewer'],
    });
  }
  const asOperator = await enter(operator);
  const asRegulator = await enter(regulator);

  const admitted = await Promise.all(
    parties
      .filter(({ role }) => role !== 'operator' && role !== 'regulator')
      .map(async (party) => {
        const { id } = await asOperator.post<{ id: string }>('/v1/parties', {
          scheme: 'USCC',
          identifier: party.uscc,
          name: party.name.en,
          roles: [party.role],
          validUntil: '2036-12-31',
        });
        if (party.role === 'settlement-bank')
          await asRegulator.post(`/v1/parties/${id}/role-confirmation`, { roles: [party.role] });
        const admin = invent(party, 'admin', ['admin', 'viewer']);
        await asOperator.post(`/v1/parties/${id}/users`, {
          username: admin.username,
          password: admin.password,
          roles: admin.roles,
        });
        const asAdmin = await enter(admin);
        for (const user of [
          invent(party, 'maker', ['maker', 'viewer']),
          invent(party, 'checker', ['checker', 'viewer']),
        ]) {
          await asAdmin.post(`/v1/parties/${id}/users`, {
            username: user.username,
            password: user.password,
            roles: user.roles,
          });
        }
        return { party, id };
      }),
  );

  const idOf = (role: DemoParty['role']): string[] =>
    admitted.filter(({ party }) => party.role === role).map(({ id }) => id);
  await Promise.all(
    idOf('obligor').flatMap((obligor) =>
      CURRENCIES.map((currency) => asOperator.put(`/v1/parties/${obligor}/limits/${currency}`, { limit: LIMIT })),
    ),
  );
  const bank = admitted.find(({ party }) => party.role === 'settlement-bank')?.party.short;
  const userNamed = (username: string): DemoUser => users.find((user) => user.username === username) as DemoUser;
  const asBankChecker = await enter(userNamed(`${bank}.checker`));
  const asBank = await enter(userNamed(`${bank}.maker`));
  await Promise.all(
    CURRENCIES.map(async (currency) => {
      await asBankChecker.post(`/v1/cash/${currency}`);
      for (const to of [...idOf('obligor'), ...idOf('financier')]) {
        await asBank.post(`/v1/cash/${currency}/issues`, { to, amount: DEPOSIT, reference: 'opening deposit' });
      }
    }),
  );

  users.sort((a, b) => (a.username < b.username ? -1 : 1));
  await fs.writeFile(usersFile, `${JSON.stringify(users, null, 2)}\n`, { mode: 0o600 });
  return users;
}

async function readUsers(file: string): Promise<readonly DemoUser[] | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8')) as DemoUser[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
