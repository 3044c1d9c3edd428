// Runs every mocha file in a process of its own, so that hooks and modules of one never meet another's, two at a time;
// what a file leaves running or lying about ends with it. `node test/run.ts [files]`
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isThere } from '../server/runtime/processes.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const MOCHA = path.join(PROJECT, 'node_modules/mocha/bin/mocha.js');
const JOBS = 2;
/** A file that says nothing new for so long hangs: no test may take that long. */
const SILENCE_MS = 600_000;
/** A file whose tests are over ends by itself, unless a test left something running. */
const FAREWELL_MS = 30_000;
const COUNT = /^(\d+) passed, (\d+) failed$/gm;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const asked = process.argv.slice(2);
const files =
  asked.length > 0 ? asked : globSync(['test/server/**/*.test.ts', 'test/e2e/**/*.test.ts'], { cwd: PROJECT }).sort();
const running = new Map<ChildProcess, string>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const [child, directory] of running) endAll(child, directory);
    process.exit(1);
  });

sweep();
const waiting = [...files];
const outcomes: Outcome[] = [];
await Promise.all(
  Array.from({ length: JOBS }, async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) outcomes.push(await runFile(file));
  }),
);
const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
const failed = sum((outcome) => outcome.failed);
console.log(`${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
process.exitCode = failed > 0 || outcomes.length !== files.length ? 1 : 0;

function runFile(file: string): Promise<Outcome> {
  const directory = mkdtempSync(path.join(os.tmpdir(), `deeptier-test-${process.pid}-`));
  chmodSync(directory, 0o755); // PostgreSQL runs as another user than root
  const begun = Date.now();
  const child = spawn(process.execPath, [MOCHA, file], {
    cwd: PROJECT,
    detached: true, // a group of its own, which can be ended whole
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // by the end of the last one it knows that this process is gone
    env: { ...process.env, NODE_ENV: 'test', TMPDIR: directory, FORCE_COLOR: '0' },
  });
  running.set(child, directory);
  let said = '';
  let counted: Outcome | undefined;
  let complaint: string | undefined;
  let timer = setTimeout(hangs, SILENCE_MS);
  const listen = (text: Buffer): void => {
    said += text.toString();
    clearTimeout(timer);
    const last = [...said.matchAll(COUNT)].at(-1);
    if (last) counted = { passed: Number(last[1]), failed: Number(last[2]) };
    timer = setTimeout(hangs, last ? FAREWELL_MS : SILENCE_MS);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      endAll(child, directory);
      running.delete(child);
      const outcome = counted ?? { passed: 0, failed: 0 };
      if (counted === undefined) complaint ??= `did not get as far as its tests (${signal ?? `code ${code}`})`;
      else if (code !== 0 && outcome.failed === 0)
        complaint ??= `ended with ${signal ?? `code ${code}`} after its tests`;
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      console.log(`\n${file} (${seconds} s)${said.replace(COUNT, '').trimEnd()}`);
      if (complaint !== undefined) console.log(`\n  FAILED: ${file} ${complaint}`);
      resolve(complaint === undefined ? outcome : { ...outcome, failed: outcome.failed + 1 });
    });
  });

  function hangs(): void {
    complaint = counted
      ? `left something running: it did not end within ${FAREWELL_MS / 1000} s of its last test`
      : `hung: it said nothing for ${SILENCE_MS / 1000} s`;
    endAll(child, directory);
  }
}

/** Takes away what a run left that was killed itself. */
function sweep(): void {
  for (const name of readdirSync(os.tmpdir())) {
    const run = /^deeptier-test-(\d+)-/.exec(name)?.[1];
    if (run === undefined || isThere(Number(run))) continue;
    rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends a file's process with all that it started, and takes away what it wrote. */
function endAll(child: ChildProcess, directory: string): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
