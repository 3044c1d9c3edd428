// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process, told apart from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** Kernel ticks at which it began; null where the system does not say. */
  readonly startedAt: string | null;
}

/** The mark of a process that is there now. */
export async function markOf(pid: number): Promise<ProcessMark> {
  return { pid, startedAt: (await statusOf(pid))?.startedAt ?? null };
}

/** Whether there is a process of that number, be it one that has ended and was not waited for. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether a process of that number runs. */
export async function isRunning(pid: number): Promise<boolean> {
  return isThere(pid) && (await statusOf(pid))?.state !== 'Z';
}

/** Whether the very process that was marked still runs. */
export async function stillRuns({ pid, startedAt }: ProcessMark): Promise<boolean> {
  if (!(await isRunning(pid))) return false;
  return startedAt === null || startedAt === (await markOf(pid)).startedAt;
}

/** The command line of a process, or undefined where it cannot be read. */
export async function commandOf(pid: number): Promise<string | undefined> {
  try {
    return (await fs.readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch {
    if (process.platform === 'linux') return undefined;
    return run('ps', ['-p', String(pid), '-o', 'command=']).then(
      ({ stdout }) => stdout,
      () => undefined,
    );
  }
}

/** From /proc/<pid>/stat, where there is such a file (Linux): the fields after the name, which may hold anything. */
async function statusOf(pid: number): Promise<{ state: string; startedAt: string } | undefined> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}
