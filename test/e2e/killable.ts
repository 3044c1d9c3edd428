// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { signIn, type ApiClient } from '../../server/demo/client.ts';
import type { DemoUser } from '../../server/demo/seed.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');

/** Less than a hook may take, so that it is here that a start ends that comes to nothing. */
const START_MS = 240_000;

/**
 * Starts the gateway with its demo consortium on the data in `directory`, and waits until it is up. `hear` gets what it
 * says; `project` is where its code is, if not here.
 */
export async function start(
  directory: string,
  {
    project = PROJECT,
    preload,
    env = {},
    hear = () => {},
    onProcess = () => {},
  }: {
    project?: string;
    preload?: string;
    env?: Record<string, string>;
    hear?: (text: string) => void;
    onProcess?: (child: ChildProcess) => void;
  } = {},
): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [...(preload === undefined ? [] : ['--import', preload]), 'server/main.ts'], {
    cwd: project,
    env: { ...process.env, NODE_ENV: 'test', DEEPTIER_DATA_DIR: directory, DEEPTIER_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onProcess(child);
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the gateway did not come up:\n${said}`));
    }, START_MS);
    const listen = (text: Buffer): void => {
      said += text.toString();
      hear(text.toString());
      const match = /Deeptier is up: (\S+)/.exec(said);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1] as string);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`the gateway ended with ${signal ?? code}:\n${said}`));
    });
  });
  return { process: child, url };
}

/** Ends it, and waits until it has. */
export function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}

/** A user of the demo consortium, by the password that the gateway invented at its first start. */
export async function enterDemo(directory: string, url: string, username: string): Promise<ApiClient> {
  const users = JSON.parse(await fs.readFile(path.join(directory, 'demo-users.json'), 'utf8')) as DemoUser[];
  const user = users.find((each) => each.username === username);
  assert.isOk(user, `${username} is a demo user`);
  return signIn(url, username, user.password);
}
