// SPDX-License-Identifier: Apache-2.0
import { OPERATOR, REGULATOR } from '../server/deployment.ts';
import type { PartyId } from '../server/values/ids.ts';
import readline from 'node:readline/promises';
import { readConfig } from '../server/config.ts';
import { openGateway } from '../server/gateway.ts';
import { createUser, usersOf } from '../server/auth/users.ts';
import { createLog } from '../server/runtime/log.ts';
import { orSayWhyNot } from '../server/runtime/start-refused.ts';

// Makes the first user of a founding party: somebody has to be there before the API can be used.
const FOUNDERS: Readonly<Record<string, PartyId>> = { operator: OPERATOR, regulator: REGULATOR };

const [founder = '', username] = process.argv.slice(2);
const party = FOUNDERS[founder];
if (party === undefined || username === undefined) {
  console.error('usage: npm run first-user -- operator|regulator NAME   (the password is read from standard input)');
  process.exit(2);
}
process.stderr.write('password: ');
// Without an output of its own, what is typed at a terminal is not shown.
const input = readline.createInterface({ input: process.stdin, terminal: process.stdin.isTTY });
const password = await input.question('');
input.close();
process.stderr.write('\n');

const gateway = await orSayWhyNot(async () =>
  openGateway({ config: await readConfig(process.env), log: createLog({ level: 'warn' }) }),
);
try {
  if ((await usersOf(gateway.db, party)).length > 0)
    throw new Error(`the ${founder} has users already: its own administrator adds others`);
  const user = await createUser(gateway.db, {
    party,
    username,
    password,
    roles: ['admin', 'viewer'], // which appoints the others, and orders nothing itself
  });
  console.log(`${user.username} is the first user of the ${founder}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await gateway.stop();
}
process.exit();
