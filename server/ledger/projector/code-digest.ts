// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/**
 * A SHA-256 over the text of some modules and of all that they import, directly or not, within `root`; packages count
 * with their version. Paths are taken relative to `root`, so that a copy elsewhere has the same digest. Types that are
 * only imported as types do not count: they are not there when the code runs.
 *
 * It makes the tables again after a change that could not have mattered; that costs some time. A number that people
 * raise by hand makes them wrong after the change for which somebody forgot it.
 */
export async function codeDigest(root: string, entries: readonly string[]): Promise<string> {
  const { files, packages } = await reachable(root, entries);
  const hash = createHash('sha256');
  for (const [file, text] of files) hash.update(`${file}\0${text}\0`);
  for (const name of packages) hash.update(`${name}\0${await versionOf(root, name)}\0`);
  return hash.digest('hex');
}

/** The files that the entries need when they run, by their path below `root`, and the packages. Both are sorted. */
export async function reachable(
  root: string,
  entries: readonly string[],
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly packages: readonly string[] }> {
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const waiting = entries.map((entry) => path.resolve(entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = path.relative(root, file).split(path.sep).join('/');
    if (files.has(name)) continue;
    const text = await fs.readFile(file, 'utf8');
    files.set(name, text);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith('.')) waiting.push(path.resolve(path.dirname(file), specifier));
      else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
    }
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return { files: new Map(sorted), packages: [...packages].sort() };
}

const STATEMENT = /^(?:import|export)\s(?!type\s)(?:[^'"`;]*?\sfrom\s*)?\s*['"]([^'"]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** What a module imports when it runs. */
export function importsOf(text: string): string[] {
  return [STATEMENT, CALL].flatMap((pattern) => [...text.matchAll(pattern)].map(([, specifier = '']) => specifier));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

async function versionOf(root: string, name: string): Promise<string> {
  for (let folder = root; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'node_modules', name, 'package.json');
    const text = await fs.readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
    if (folder === path.dirname(folder)) throw new Error(`the package ${name} is not installed`);
  }
}
