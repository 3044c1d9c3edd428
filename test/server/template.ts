// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const WAIT_MS = 240_000;

/**
 * What `make` leaves in an empty directory, in `directory`: made there, or, where a run of many files shares templates
 * (DEEPTIER_TEST_TEMPLATES), made once under this name and copied. `make` answers what JSON can hold, and leaves nothing
 * running.
 */
export async function fromTemplate<T>(
  name: string,
  directory: string,
  make: (directory: string) => Promise<T>,
): Promise<T> {
  const templates = process.env['DEEPTIER_TEST_TEMPLATES'];
  if (templates === undefined) return make(directory);
  const template = path.join(templates, name);
  const answer = `${template}.json`;
  if (await isMine(template)) {
    try {
      const made = await make(template);
      await fs.writeFile(`${answer}.new`, JSON.stringify(made));
      await fs.rename(`${answer}.new`, answer);
    } catch (error) {
      await fs.writeFile(`${template}.failed`, String(error));
      throw error;
    }
  }
  await untilThere(answer, `${template}.failed`);
  await copy(template, directory);
  return JSON.parse(await fs.readFile(answer, 'utf8')) as T;
}

/** Of the processes that come for it at once, one makes it. */
async function isMine(template: string): Promise<boolean> {
  try {
    await fs.mkdir(template, { mode: 0o755 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function untilThere(file: string, failure: string): Promise<void> {
  const exists = (name: string): Promise<boolean> =>
    fs.stat(name).then(
      () => true,
      () => false,
    );
  for (const deadline = Date.now() + WAIT_MS; !(await exists(file)); await sleep(100)) {
    if (await exists(failure)) throw new Error(`the template was not made: ${await fs.readFile(failure, 'utf8')}`);
    if (Date.now() > deadline) throw new Error(`nobody made ${file} in ${WAIT_MS / 1000} s`);
  }
}

/** With owners and modes: the database is another user's where root runs the tests. */
async function copy(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') await fs.cp(from, to, { recursive: true });
  else await run('cp', ['-a', `${from}/.`, to]);
}
