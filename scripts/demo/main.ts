// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiError } from '../../server/demo/client.ts';
import { importFolder } from './import.ts';
import { issueAll } from './issue.ts';
import { enterAll } from './people.ts';
import { passDown } from './pass-down.ts';
import { compareWithBuyer, quoteFor, sellAtBest } from './sell.ts';
import { drawTree } from './tree.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

// Where `npm start` puts a gateway with the same environment.
const { DEEPTIER_HOST = '127.0.0.1', DEEPTIER_PORT = '3000', DEEPTIER_DATA_DIR = '.deeptier' } = process.env;

const USAGE = `Plays the main job against a running gateway: import a folder of invoices, issue against them by maker and checker,
accept, split and pass one payable down four tiers, sell what the last supplier holds; ends with the debt tree and with that
supplier's cash, and what it cost beside what it would have cost on its buyer's own name.

  npm run demo -- [--folder DIR] [--url URL] [--users FILE] [--buyer-rate PPM]

  --buyer-rate  what a bank would ask a year for the buyer's own promise, in parts per million; 85000 (8.5 %) unless said`;

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: path.join(PROJECT, 'samples/invoices') },
    url: { type: 'string', default: `http://${DEEPTIER_HOST}:${DEEPTIER_PORT}` },
    users: { type: 'string', default: path.resolve(PROJECT, DEEPTIER_DATA_DIR, 'demo-users.json') },
    'buyer-rate': { type: 'string', default: '85000' },
    help: { type: 'boolean', default: false },
  },
});
// Paths are those of whoever typed them; npm runs this in the project.
const asTyped = (name: string): string => path.resolve(process.env['INIT_CWD'] ?? process.cwd(), name);
const [folder, usersFile] = [asTyped(values.folder), asTyped(values.users)];
if (values.help) {
  console.log(USAGE);
  process.exit();
}

try {
  await fs.access(usersFile).catch(() => {
    throw new Error(`there is no ${usersFile}: is a gateway running with its demo consortium? (npm start)`);
  });
  const people = await enterAll(values.url, usersFile);

  console.log(`\n1  Import the invoices in ${path.relative(process.cwd(), folder) || '.'}`);
  await importFolder(people, folder);

  console.log('\n2  Issue a payable against each (maker, then checker) and accept it');
  const payables = await issueAll(people);

  console.log('\n3  Pass the largest one down the tiers');
  const largest = payables.toSorted((a, b) => (BigInt(a.face) < BigInt(b.face) ? 1 : -1))[0];
  if (!largest) throw new Error('nothing was issued: no invoice of this folder has anything left to issue against');
  const deepest = await passDown(people, largest);

  console.log('\n4  Two financiers quote for what is promised at the top');
  await quoteFor(people, largest);

  console.log(
    `\n5  ${deepest.holder}, in tier 4, asks who buys its note, and sells it at the best price in one request`,
  );
  const sale = await sellAtBest(people, largest, deepest);

  console.log('\n6  The debt tree, as the regulator sees it');
  await drawTree(people, largest.id);

  console.log(`\n7  What ${deepest.holder} has in its account, and what that cost`);
  await compareWithBuyer(people, largest, deepest, sale, values['buyer-rate']);
} catch (error) {
  if (error instanceof TypeError && error.cause)
    console.error(`no gateway answers at ${values.url}: start one with npm start`);
  else if (error instanceof ApiError || error instanceof Error) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
}
