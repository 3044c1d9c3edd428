import fs from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ApiError } from '../../server/demo/client.ts';
import { importFolder } from './import.ts';
import { issueAll } from './issue.ts';
import { enterAll } from './people.ts';
import { passDown } from './pass-down.ts';
import { drawTree } from './tree.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

const USAGE = `Plays the main job against a running gateway: import a folder of invoices, issue against them by maker and checker,
accept, split and pass one payable down four tiers; ends with the debt tree.

  npm run demo -- [--folder DIR] [--url URL] [--users FILE]`;

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: path.join(PROJECT, 'samples/invoices') },
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    users: { type: 'string', default: path.join(PROJECT, '.deeptier/demo-users.json') },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit();
}

try {
  await fs.access(values.users).catch(() => { throw new Error(`there is no ${values.users}: is a gateway running with its demo consortium? (npm start)`); });
  const people = await enterAll(values.url, values.users);

  console.log(`\n1  Import the invoices in ${path.relative(process.cwd(), values.folder) || '.'}`);
  await importFolder(people, values.folder);

  console.log('\n2  Issue a payable against each (maker, then checker) and accept it');
  const payables = await issueAll(people);

  console.log('\n3  Pass the largest one down the tiers');
  const largest = payables.toSorted((a, b) => (BigInt(a.face) < BigInt(b.face) ? 1 : -1))[0];
  if (!largest) throw new Error('nothing was issued: no invoice of this folder has anything left to issue against');
  await passDown(people, largest);

  console.log('\n4  The debt tree, as the regulator sees it');
  await drawTree(people, largest.id);
} catch (error) {
  if (error instanceof TypeError && error.cause) console.error(`no gateway answers at ${values.url}: start one with npm start`);
  else if (error instanceof ApiError || error instanceof Error) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
}
