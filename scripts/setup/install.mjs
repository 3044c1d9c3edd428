// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { assertWritable } from './access.mjs';
import { PROJECT, run, withProgress } from './run.mjs';

const LOCK = path.join(PROJECT, 'package-lock.json');
/** Holds the hash of the lock file whose packages are there, all of them. */
const MARK = path.join(PROJECT, 'node_modules', '.deeptier-installed');

/** Installs the locked dependencies unless this lock file's are there. */
export async function install() {
  const lock = fs.readFileSync(LOCK);
  const hash = createHash('sha256').update(lock).digest('hex');
  if (fs.existsSync(MARK) && fs.readFileSync(MARK, 'utf8') === hash) return;
  fs.rmSync(MARK, { force: true });
  const packages = packagesOfThisMachine(JSON.parse(lock));
  console.log(`Installing ${packages.length} packages, and a Node that Hardhat accepts (once; a minute or two) …`);
  const there = () => packages.filter((name) => fs.existsSync(path.join(PROJECT, name, 'package.json'))).length;
  assertWritable(PROJECT);
  // All of them, in production too: it compiles the contracts, and the mark says that they are all there.
  // Hardhat's native part is only installed when npm itself runs on a Node that Hardhat accepts.
  const command = ['npx', '--yes', '--package', 'node@24', 'npm', 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const elapsed = await withProgress(
    run(command, { global: true }),
    () => `installing: ${there()} of ${packages.length} packages`,
  );
  fs.writeFileSync(MARK, hash);
  console.log(`Installed in ${elapsed}.`);
}

function packagesOfThisMachine({ packages }) {
  const fits = (list, value) => list === undefined || list.includes(value);
  return Object.entries(packages)
    .filter(([name, { os, cpu }]) => name !== '' && fits(os, process.platform) && fits(cpu, process.arch))
    .map(([name]) => name);
}
