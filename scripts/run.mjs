// SPDX-License-Identifier: Apache-2.0
// The npm scripts' way in. Runs on whatever Node npm runs on (20 or newer): installs what is missing with a Node that
// Hardhat accepts, then hands over to that Node, which the project carries as a dependency.
import { compile } from './setup/compile.mjs';
import { install } from './setup/install.mjs';
import { checkPort } from './setup/port.mjs';
import { run } from './setup/run.mjs';

const OLDEST_NODE = 20;
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`Deeptier needs Node ${OLDEST_NODE} or newer to begin with, and this is ${process.version}`);
  process.exit(1);
}

const LINT = [
  ['prettier', '--check', '--log-level', 'warn', '.'],
  ['eslint', '.', '--max-warnings', '0'],
  ['solhint', '--noPoster', '--max-warnings', '0', 'contracts/**/*.sol'],
];

const TASKS = {
  start: [['node', 'server/main.ts']],
  demo: [['node', 'scripts/demo/main.ts']],
  rebuild: [['node', 'scripts/rebuild.ts']],
  'first-user': [['node', 'scripts/first-user.ts']],
  bench: [
    ['hardhat', 'build', '--no-typechain', 'test/contracts/bench/Erc3525Reference.sol'],
    ['node', 'scripts/bench/main.ts'],
  ],
  lint: LINT,
  format: [['prettier', '--write', '--log-level', 'warn', '.']],
  coverage: [['hardhat', '--no-typechain', 'test', 'solidity', '--coverage']],
  test: [['node', 'test/run.ts']],
  'test:deep': [['node', 'test/run.ts', '--deep']],
};

const [task = '', ...rest] = process.argv.slice(2);
const commands = TASKS[task];
if (!commands) {
  console.error(`tasks: ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}

if (task === 'start') await checkPort(process.env);
await install();
// The tests compile beside what can be tested without the contracts.
if (task !== 'test' && task !== 'test:deep') await compile();
for (const [index, command] of commands.entries())
  await run([...command, ...(index === commands.length - 1 ? rest : [])]);
