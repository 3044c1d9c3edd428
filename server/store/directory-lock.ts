// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { markOf, stillRuns, type ProcessMark } from '../runtime/processes.ts';
import { StartRefused } from '../runtime/start-refused.ts';

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes a directory for this process; a lock left by a process that is gone is taken over.
 * @throws when another live process (or another part of this one) holds it
 */
export async function takeDirectory(directory: string): Promise<DirectoryLock> {
  const file = path.join(directory, 'owner.json');
  const mine = await markOf(process.pid);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await fs.writeFile(file, JSON.stringify(mine), { flag: 'wx', flush: true });
      return { release: () => fs.rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readOwner(file);
    if (owner !== undefined && (await stillRuns(owner))) {
      throw new StartRefused(
        `${directory} is in use by process ${owner.pid}, and two gateways never share a data directory: ` +
          'stop that one, or set DEEPTIER_DATA_DIR to another directory',
      );
    }
    await fs.rm(file, { force: true });
  }
  throw new StartRefused(`${directory} is being taken by another process: try again`);
}

async function readOwner(file: string): Promise<ProcessMark | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8')) as ProcessMark;
  } catch (error) {
    // Absent, or torn by a crash in the middle of writing it: nobody holds it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
