import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { signIn, type ApiClient } from '../../../server/demo/client.ts';
import type { DemoUser } from '../../../server/demo/seed.ts';

const PROJECT = path.resolve(import.meta.dirname, '../../..');
const PAYMENTS = 30;

/** The gateway as `npm start` runs it, in a process of its own that can be killed. */
describe('kill -9 of the gateway', () => {
  let directory: string;
  let running: { readonly process: ChildProcess; readonly url: string };

  before(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-crash-'));
    running = await start(directory);
  });
  after(async () => {
    await end(running.process, 'SIGTERM');
    await fs.rm(directory, { recursive: true, force: true });
  });

  for (const round of [1, 2]) {
    test(`in the middle of ${PAYMENTS} payments loses none that was acknowledged and makes none twice (round ${round})`, async () => {
      const payer = await enter('hengtai.maker');
      const payee = (await (await enter('minghua.maker')).get<{ party: { id: string } }>('/v1/me')).party.id;
      const before = await balanceOf('minghua.maker');
      const acknowledged = new Set<number>();
      const pay = (client: ApiClient, index: number) =>
        client.post('/v1/cash/CNY/payments', { to: payee, amount: '1', reference: `round ${round}` }, `crash-${round}-${index}`);

      const all = Array.from({ length: PAYMENTS }, (_, index) => index);
      const sent = Promise.allSettled(all.map((index) => pay(payer, index).then(() => acknowledged.add(index))));
      await new Promise((resolve) => { setTimeout(resolve, 150 * round); });
      await end(running.process, 'SIGKILL');
      await sent;

      running = await start(directory);
      const waiting = await balanceOf('minghua.maker') - before;
      assert.ok(waiting >= BigInt(acknowledged.size), `${acknowledged.size} were acknowledged and ${waiting} are there`);

      const again = await enter('hengtai.maker');
      await Promise.all(all.map((index) => pay(again, index)));
      assert.equal(await balanceOf('minghua.maker') - before, BigInt(PAYMENTS), 'each payment was made once');
    });
  }

  async function enter(username: string): Promise<ApiClient> {
    const users = JSON.parse(await fs.readFile(path.join(directory, 'demo-users.json'), 'utf8')) as DemoUser[];
    const user = users.find((each) => each.username === username);
    assert.ok(user, `${username} is a demo user`);
    return signIn(running.url, username, user.password);
  }

  async function balanceOf(username: string): Promise<bigint> {
    const { balance } = await (await enter(username)).get<{ balance: string }>('/v1/cash/CNY/balance');
    return BigInt(balance);
  }
});

async function start(directory: string): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['server/main.ts'], {
    cwd: PROJECT,
    env: { ...process.env, NODE_ENV: 'test', DEEPTIER_DATA_DIR: directory, DEEPTIER_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the gateway did not come up:\n${said}`)), 120_000);
    const hear = (text: Buffer): void => {
      said += text.toString();
      const match = /Deeptier is up: (\S+)/.exec(said);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1] as string);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`the gateway ended with ${code}:\n${said}`)));
  });
  return { process: child, url };
}

function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.on('exit', () => resolve());
    child.kill(signal);
  });
}
