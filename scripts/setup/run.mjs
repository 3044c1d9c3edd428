// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const BIN = path.join(PROJECT, 'node_modules', '.bin');

/**
 * Runs a command in the project with the project's own programs first, and ends this process with it if it fails.
 * `global`: with the machine's programs instead. `silent`: without what it prints.
 */
export function run([program, ...args], { global = false, silent = false } = {}) {
  const child = spawn(program, args, {
    cwd: PROJECT,
    stdio: ['inherit', silent ? 'ignore' : 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
      ...(global ? {} : { PATH: `${BIN}${path.delimiter}${process.env.PATH ?? ''}` }),
    },
  });
  // Ctrl-C reaches the child too; it is the child that ends in good order.
  const pass = (signal) => child.kill(signal);
  const wait = () => {};
  process.on('SIGTERM', pass);
  process.on('SIGINT', wait);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      process.exit(1);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', wait);
      if (code === 0) resolve();
      else process.exit(signal ? 1 : (code ?? 1));
    });
  });
}

const FIRST_TELL_MS = 5_000;
const TELL_EVERY_MS = 15_000;

/** Says every few seconds how far something is, until it is done. Gives the time it took. */
export async function withProgress(work, progress) {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const tell = () => console.log(`  ${progress()}, ${elapsed()}`);
  const first = setTimeout(tell, FIRST_TELL_MS);
  const ticker = setInterval(tell, TELL_EVERY_MS);
  try {
    await work;
  } finally {
    clearTimeout(first);
    clearInterval(ticker);
  }
  return elapsed();
}
