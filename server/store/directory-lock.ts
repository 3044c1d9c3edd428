import fs from 'node:fs/promises';
import path from 'node:path';

export interface DirectoryLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** Kernel ticks at which the process began: a later process with the same number is another one. */
  readonly startedAt: string | null;
}

/**
 * Takes a directory for this process; a lock left by a process that is gone is taken over.
 * @throws when another live process (or another part of this one) holds it
 */
export async function takeDirectory(directory: string): Promise<DirectoryLock> {
  const file = path.join(directory, 'owner.json');
  const mine: Owner = { pid: process.pid, startedAt: await startOf(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await fs.writeFile(file, JSON.stringify(mine), { flag: 'wx', flush: true });
      return { release: () => fs.rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readOwner(file);
    if (owner !== undefined && (await isSame(owner))) {
      throw new Error(`${directory} is in use by process ${owner.pid}; two gateways never share a data directory`);
    }
    await fs.rm(file, { force: true });
  }
  throw new Error(`${directory} is being taken by another process`);
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, 'utf8')) as Owner;
  } catch (error) {
    // Absent, or torn by a crash in the middle of writing it: nobody holds it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isSame(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return owner.startedAt === null || owner.startedAt === (await startOf(owner.pid));
}

/** Field 22 of /proc/<pid>/stat where there is such a file (Linux). */
async function startOf(pid: number): Promise<string | null> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
