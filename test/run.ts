// SPDX-License-Identifier: Apache-2.0
// Every test: lint, types, Solidity's own tests, and every mocha file in a process of its own, so that hooks and modules of
// one never meet another's; what a file leaves running or lying about ends with it. All of them share the machine, a few at
// a time. The last line is the count.
// `node test/run.ts [--deep] [files]`: with files, those mocha files only; deep, with as many runs as find what is rare.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { compile } from '../scripts/setup/compile.mjs';
import { isThere } from '../server/runtime/processes.ts';
import { TEST_CONTRACTS } from './server/compiled.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const HARDHAT = path.join(PROJECT, 'node_modules/hardhat/dist/src/cli.js');
const MOCHA = path.join(PROJECT, 'node_modules/mocha/bin/mocha.js');
const RUN = path.join(PROJECT, 'scripts/run.mjs');
const TSC = path.join(PROJECT, 'node_modules/typescript/bin/tsc');
/** One more than there are cores: a test of a ledger waits for its database and its blocks more than half of the time. */
const JOBS = Math.min(os.availableParallelism() + 1, 6);
const isDeep = process.argv.includes('--deep');
/** A file that says nothing new for so long hangs: no test may take that long. */
const SILENCE_MS = isDeep ? 7_200_000 : 600_000;
/** A file whose tests are over ends by itself, unless a test left something running. */
const FAREWELL_MS = 30_000;
const COUNT = /^(\d+) passed, (\d+) failed$/gm;
/** The last of them is the sum of a run. */
const SOLIDITY_COUNT = /^\s*(\d+) (passing|failing)\b/gm;

/** Tests of what knows no contract: they run beside the compiler. */
const WITHOUT_CONTRACTS = [
  'test/server/{auth,http,store,values}/*.test.ts',
  'test/server/documents/{arithmetic,examine,fingerprint,read,similarity,vault,xml}.test.ts',
  'test/server/{covers/waterfall,parties/identifiers,pricing/discount,settlement/allotment}.test.ts',
  'test/server/{config,ledger/event-values,ledger/instructions/keystore}.test.ts',
  'test/e2e/{npm-scripts,tests-cut-short}.test.ts',
];

type Job = () => Promise<Outcome>;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

const asked = process.argv.slice(2).filter((argument) => argument !== '--deep');
/** The long ones first: whole gateways, then the rest. */
const files =
  asked.length > 0
    ? asked
    : ['e2e', 'server', 'contracts'].flatMap((folder) =>
        globSync(`test/${folder}/**/*.test.ts`, { cwd: PROJECT }).sort(),
      );

/** Everything that this run writes. */
const base = mkdtempSync(path.join(os.tmpdir(), `deeptier-test-${process.pid}-`));
const templates = path.join(base, 'templates');
mkdirSync(templates);
for (const directory of [base, templates]) chmodSync(directory, 0o755); // PostgreSQL runs as another user than root
const environment = {
  ...process.env,
  NODE_ENV: 'test',
  HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
  // Every file loads the same modules: their types are taken away, and they are compiled, once.
  NODE_COMPILE_CACHE: path.join(PROJECT, 'cache/modules'),
  DEEPTIER_TEST_TEMPLATES: templates,
  ...(isDeep ? { DEEPTIER_TEST_DEPTH: 'deep' } : {}),
};

const running = new Map<ChildProcess, string>();
const commands = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const [child, directory] of running) endAll(child, directory);
    for (const child of commands) child.kill('SIGKILL');
    endDatabases(base);
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
    process.exit(1);
  });

sweep();
const outcomes: Outcome[] = [];
/** Jobs that need no compiled contracts, and those that do. */
const early: Job[] = [];
const late: Job[] = [];
const needNoContracts = new Set(globSync(WITHOUT_CONTRACTS, { cwd: PROJECT }));
for (const file of files) (needNoContracts.has(file) ? early : late).push(() => runFile(file));
if (asked.length === 0) {
  late.unshift(runSolidity);
  if (!isDeep)
    late.splice(
      1,
      0,
      () => check('lint', RUN, 'lint'),
      () => check('types', TSC, '-p', '.'),
    );
}
if (files.length > JOBS)
  console.log(`Running ${early.length + late.length} sets of tests and checks, ${JOBS} at a time …`);
let isCompiled = false;
/** A run of some files takes the contracts as they are. */
const compiled = (asked.length === 0 ? build() : Promise.resolve()).then(() => {
  isCompiled = true;
});
await Promise.all(
  Array.from({ length: JOBS }, async () => {
    // solc takes a core for minutes: what can be tested without the contracts is tested beside it.
    for (;;) {
      if (!isCompiled && early.length === 0) await compiled;
      const job = (isCompiled ? late.shift() : undefined) ?? early.shift();
      if (job) outcomes.push(await job());
      else if (isCompiled && late.length === 0) return;
    }
  }),
);
endDatabases(base);
rmSync(base, { recursive: true, force: true, maxRetries: 5 });
const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
const failed = sum((outcome) => outcome.failed);
console.log(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** The contracts, and those that only tests of the server deploy. */
async function build(): Promise<void> {
  await compile();
  await hardhat('build', ...TEST_CONTRACTS, '--quiet');
}

/** A check that is one command; it says something where it fails. */
async function check(name: string, ...command: readonly string[]): Promise<Outcome> {
  const begun = Date.now();
  const { code, said } = await run(command);
  const isGood = code === 0;
  console.log(`\n${name} (${secondsSince(begun)} s)${isGood ? ': nothing found' : `\n${said}\n  FAILED: ${name}`}`);
  return { passed: Number(isGood), failed: Number(!isGood) };
}

async function runSolidity(): Promise<Outcome> {
  const begun = Date.now();
  const { code, said } = await hardhat('test', 'solidity');
  console.log(`\nthe contracts' own tests (${secondsSince(begun)} s)${said.trimEnd()}`);
  const last = (what: string): number =>
    Number([...said.matchAll(SOLIDITY_COUNT)].findLast(([, , which]) => which === what)?.[1] ?? 0);
  const outcome = { passed: last('passing'), failed: last('failing') };
  const isWhole = code === 0 ? outcome.passed > 0 && outcome.failed === 0 : outcome.failed > 0;
  if (!isWhole) console.log(`\n  FAILED: the Solidity tests ended with code ${code} and no count that fits`);
  return isWhole ? outcome : { ...outcome, failed: outcome.failed + 1 };
}

/** Hardhat leaves the types as they are: those of a part of the contracts would replace all. */
function hardhat(...args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return run([HARDHAT, '--no-typechain', ...args]);
}

/** Runs a script of Node, and gives all that it said. */
function run(command: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, command, {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, FORCE_COLOR: '0' },
  });
  commands.add(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      said += text.toString();
    });
  return new Promise((resolve) => {
    child.once('close', (code) => {
      commands.delete(child);
      resolve({ code, said });
    });
  });
}

function secondsSince(begun: number): string {
  return ((Date.now() - begun) / 1000).toFixed(1);
}

function runFile(file: string): Promise<Outcome> {
  const directory = mkdtempSync(path.join(base, 'file-'));
  chmodSync(directory, 0o755);
  const begun = Date.now();
  const child = spawn(process.execPath, [MOCHA, ...(isDeep ? ['--timeout', String(SILENCE_MS)] : []), file], {
    cwd: PROJECT,
    detached: true, // a group of its own, which can be ended whole
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // by the end of the last one it knows that this process is gone
    env: { ...environment, TMPDIR: directory, FORCE_COLOR: '0' },
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
      const how = signal ?? `code ${code}`;
      if (counted === undefined) complaint ??= `did not get as far as its count (${how})`;
      else if (code !== 0 && outcome.failed === 0) complaint ??= `ended with ${how} after its tests`;
      console.log(`\n${file} (${secondsSince(begun)} s)${said.replace(COUNT, '').trimEnd()}`);
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
  if (child.pid !== undefined) signalIfThere(-child.pid, 'SIGKILL');
  endDatabases(directory);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** A database runs in a session of its own, and outlives a gateway that was killed. */
function endDatabases(directory: string): void {
  for (const file of globSync('**/postmaster.pid', { cwd: directory })) {
    const pid = Number(readFileSync(path.join(directory, file), 'utf8').split('\n')[0]);
    if (pid > 1) signalIfThere(pid, 'SIGQUIT'); // at once, shared memory given back
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
