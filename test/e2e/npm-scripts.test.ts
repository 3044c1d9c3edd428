// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';

const SCRIPTS = path.resolve(import.meta.dirname, '../../scripts');
const NPX = 'npx --yes --package node@24 npm ci --include=dev --no-audit --no-fund';
const HARDHAT = 'hardhat build --no-tests --quiet';
const GATEWAY = 'node server/main.ts';

/** The npm scripts' way in, in a project of one contract whose programs write down that they were called. */
describe('npm start', () => {
  let project: string;
  const at = (...names: string[]): string => path.join(project, ...names);

  before(async () => {
    project = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-scripts-'));
    await fs.mkdir(at('scripts'));
    await fs.cp(path.join(SCRIPTS, 'run.mjs'), at('scripts/run.mjs'));
    await fs.cp(path.join(SCRIPTS, 'setup'), at('scripts/setup'), { recursive: true });
    await fs.mkdir(at('contracts'));
    await fs.writeFile(at('contracts/Box.sol'), 'contract Box {}');
    await fs.writeFile(at('hardhat.config.ts'), 'export default {};');
    await fs.writeFile(at('package-lock.json'), JSON.stringify({ packages: { '': {}, 'node_modules/one': {} } }));
    await program('tools/npx', 'mkdir -p node_modules/one && echo {} > node_modules/one/package.json');
    await program('node_modules/.bin/node', '');
    await program(
      'node_modules/.bin/hardhat',
      'mkdir -p artifacts/contracts && cp contracts/Box.sol artifacts/contracts/Box.json && exit ${HARDHAT_ENDS:-0}',
    );
  });
  after(() => fs.rm(project, { recursive: true, force: true }));
  beforeEach(() => fs.rm(at('calls'), { force: true }));

  it('installs, compiles and starts, and says so from its first line on', async () => {
    const { code, said, calls } = await npmStart();
    assert.strictEqual(code, 0, said);
    assert.deepEqual(calls, [NPX, HARDHAT, GATEWAY]);
    assert.match(
      said,
      /^Installing 1 packages.*\nInstalled in \d+ s\.\nCompiling the contracts: 1 files.*\nCompiled in \d+ s\.\n$/,
    );
  });

  it('does neither again, even when files are written anew as they were', async () => {
    await fs.writeFile(at('contracts/Box.sol'), 'contract Box {}');
    await fs.writeFile(at('artifacts/contracts/Box.json'), 'contract Box {}');
    assert.deepEqual((await npmStart()).calls, [GATEWAY]);
  });

  it('compiles when a source, the settings or what was compiled is not what it was', async () => {
    for (const [file, text] of [
      ['contracts/Box.sol', 'contract Box { uint256 size; }'],
      ['contracts/Lid.sol', 'contract Lid {}'],
      ['hardhat.config.ts', 'export default { solidity: "0.8.37" };'],
      ['artifacts/contracts/Box.json', 'instrumented, to measure the coverage'],
      ['artifacts/contracts/Old.json', 'of a contract that is gone'],
    ] as const) {
      await fs.writeFile(at(file), text);
      assert.deepEqual((await npmStart()).calls, [HARDHAT, GATEWAY], file);
      assert.deepEqual((await npmStart()).calls, [GATEWAY], file);
    }
    await fs.rm(at('artifacts'), { recursive: true });
    assert.deepEqual((await npmStart()).calls, [HARDHAT, GATEWAY]);
  });

  it('compiles again after a compilation that failed half-way', async () => {
    await fs.writeFile(at('contracts/Box.sol'), 'contract Box { uint256 height; }');
    const failed = await npmStart({ HARDHAT_ENDS: '3' });
    assert.deepEqual([failed.code, failed.calls], [3, [HARDHAT]]);
    assert.deepEqual((await npmStart()).calls, [HARDHAT, GATEWAY]);
  });

  it('installs what another lock file says', async () => {
    await fs.writeFile(at('package-lock.json'), JSON.stringify({ packages: { '': {} } }));
    assert.deepEqual((await npmStart()).calls, [NPX, HARDHAT, GATEWAY]);
    assert.deepEqual((await npmStart()).calls, [GATEWAY]);
  });

  it('says that the port is in use before it installs or compiles', async () => {
    await fs.rm(at('node_modules/.deeptier-installed'));
    const other = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const port = String((other.address() as net.AddressInfo).port);
    const { code, said, calls } = await npmStart({ DEEPTIER_PORT: port });
    await new Promise((resolve) => other.close(resolve));
    assert.deepEqual([code, calls], [1, []]);
    assert.match(
      said,
      new RegExp(`^Deeptier does not start: port ${port} of 127\\.0\\.0\\.1 is in use: .*DEEPTIER_PORT.*\n$`),
    );
  });

  /** A program that writes down how it was called, and then does `more`. */
  async function program(name: string, more: string): Promise<void> {
    await fs.mkdir(path.dirname(at(name)), { recursive: true });
    await fs.writeFile(at(name), `#!/bin/sh\necho "${path.basename(name)} $*" >> calls\n${more}\n`, { mode: 0o755 });
  }

  async function npmStart(env: Record<string, string> = {}): Promise<{ code: number; said: string; calls: string[] }> {
    await fs.rm(at('calls'), { force: true });
    const child = spawn(process.execPath, [at('scripts/run.mjs'), 'start'], {
      env: { ...process.env, PATH: `${at('tools')}:${process.env['PATH'] ?? ''}`, DEEPTIER_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        said += text.toString();
      });
    const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? -1)));
    const calls = await fs.readFile(at('calls'), 'utf8').catch(() => '');
    return { code, said, calls: calls.split('\n').filter(Boolean) };
  }
});
