// SPDX-License-Identifier: Apache-2.0
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { end, start } from './killable.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const PAPER = path.join(PROJECT, 'docs/walkthrough.md');
const LONGEST_MS = 120_000;

describe('the walk through the API in docs/walkthrough.md', () => {
  let directory: string;
  let gateway: { readonly process: ChildProcess; readonly url: string };

  before(async function () {
    if (!(await runs('bash', '--version')) || !(await runs('curl', '--version'))) {
      console.log('      the walk needs bash and curl, which are not here');
      this.skip();
    }
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-walk-'));
    gateway = await start(directory);
  });
  after(async () => {
    if (gateway) await end(gateway.process, 'SIGTERM');
    if (directory) await fs.rm(directory, { recursive: true, force: true });
  });

  it('goes through as it stands, from an invoice to cash to trace', async () => {
    const blocks = [...(await fs.readFile(PAPER, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block);
    assert.isAbove(blocks.length, 5);
    const script = ['set -euo pipefail', ...blocks].join('\n');
    const users = path.join(directory, 'demo-users.json');
    const { code, said } = await run(script, { URL: gateway.url, USERS: users, PATH: pathWithNode() });
    assert.strictEqual(code, 0, said);

    const [, received, part] = /^received (\d+) of (\d+), all in \d+ ppm a year$/m.exec(said) ?? [];
    assert.isDefined(received, said);
    assert.isBelow(Number(received), Number(part), 'a discount is paid');
    assert.match(
      said,
      /^\[\{"hop":"financing".*"hop":"transfer".*"hop":"issue".*\}\]$/m,
      'the path ends at the promise',
    );
    const tiers = /^(\[\{"tier":1.*\])$/m.exec(said)?.[1];
    assert.isDefined(tiers, said);
    const byTier = JSON.parse(tiers) as { readonly tier: number; readonly amount: string }[];
    assert.deepEqual([byTier.length, byTier[1]?.amount], [2, part], 'a sale moves no tier');
    assert.match(said, /^payable$/m, "the auditor's look is on record");
  });
});

function run(
  script: string,
  env: Record<string, string>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script], { cwd: PROJECT, env: { ...process.env, ...env }, timeout: LONGEST_MS });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

async function runs(program: string, ...args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    spawn(program, args, { stdio: 'ignore' })
      .on('error', () => resolve(false))
      .on('exit', (code) => resolve(code === 0));
  });
}

/** The blocks call `node`: the one that runs this test. */
function pathWithNode(): string {
  return `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
}
