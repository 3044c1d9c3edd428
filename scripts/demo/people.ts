// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import { signIn, type ApiClient } from '../../server/demo/client.ts';
import type { DemoUser } from '../../server/demo/seed.ts';

/** The demo users, each signed in at first use. */
export interface People {
  /** `hengtai.maker` */
  as(username: string): Promise<ApiClient>;
  /** The number of a user's party, by the first word of the party's name. */
  partyOf(short: string): Promise<string>;
}

export async function enterAll(url: string, usersFile: string): Promise<People> {
  const users = JSON.parse(await fs.readFile(usersFile, 'utf8')) as DemoUser[];
  const clients = new Map<string, Promise<ApiClient>>();
  const as = (username: string): Promise<ApiClient> => {
    const user = users.find((each) => each.username === username);
    if (!user) throw new Error(`${usersFile} has no user ${username}`);
    const client = clients.get(username) ?? signIn(url, username, user.password);
    clients.set(username, client);
    return client;
  };
  await as('hengtai.maker');
  return {
    as,
    async partyOf(short) {
      const { party } = await (await as(`${short}.maker`)).get<{ party: { id: string } }>('/v1/me');
      return party.id;
    },
  };
}
