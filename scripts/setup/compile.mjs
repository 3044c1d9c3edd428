// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { assertWritable } from './access.mjs';
import { PROJECT, run, withProgress } from './run.mjs';

/** What decides how the contracts are compiled: the sources, the settings, and the versions of compiler and libraries. */
const INPUTS = ['contracts', 'hardhat.config.ts', 'package-lock.json'];
/** What the compilation makes, and the gateway and its tests read. */
const OUTPUTS = ['artifacts/contracts', 'types'];
/** Holds the hashes of both after a compilation that went through. */
const MARK = path.join(PROJECT, 'artifacts', 'deeptier-built');

/**
 * Compiles the contracts unless what is there was made of these sources. Both ends are compared by content: a build that
 * was broken off, files of another checkout and instrumented ones (as for coverage) are made again.
 */
export async function compile() {
  const inputs = hashOf(INPUTS);
  if (fs.existsSync(MARK) && fs.readFileSync(MARK, 'utf8') === `${inputs} ${hashOf(OUTPUTS)}`) return;
  for (const name of ['', ...OUTPUTS]) assertWritable(path.join(PROJECT, name));
  fs.rmSync(MARK, { force: true });
  // What belongs to a source that is there no more goes too.
  for (const output of OUTPUTS) fs.rmSync(path.join(PROJECT, output), { recursive: true, force: true });
  const sources = filesOf('contracts').filter((file) => file.endsWith('.sol'));
  console.log(`Compiling the contracts: ${sources.length} files, optimised (after a change only; some minutes) …`);
  const elapsed = await withProgress(
    run(['hardhat', 'build', '--no-tests', '--quiet'], { silent: true }),
    () => `compiling: ${sources.length} files`,
  );
  fs.writeFileSync(MARK, `${inputs} ${hashOf(OUTPUTS)}`);
  console.log(`Compiled in ${elapsed}.`);
}

function hashOf(names) {
  const hash = createHash('sha256');
  for (const file of names.flatMap(filesOf)) {
    const content = fs.readFileSync(path.join(PROJECT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** A file, or all files below a directory; none where there is nothing. */
function filesOf(name) {
  const full = path.join(PROJECT, name);
  if (!fs.existsSync(full)) return [];
  if (!fs.statSync(full).isDirectory()) return [name];
  return fs
    .readdirSync(full, { recursive: true })
    .map((file) => path.join(name, file))
    .filter((file) => fs.statSync(path.join(PROJECT, file)).isFile())
    .sort();
}
