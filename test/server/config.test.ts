// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readConfig } from '../../server/config.ts';
import { assertRejects } from '../failures.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  DEEPTIER_FOUNDING_FILE: path.resolve(import.meta.dirname, '../../samples/founding.json'),
  DEEPTIER_SECRET: '11'.repeat(32),
  DEEPTIER_KEYSTORE_PASSPHRASE: 'a passphrase of a machine',
  DEEPTIER_REGISTRY_KEY: '22'.repeat(32),
  DEEPTIER_VAULT_KEY: '33'.repeat(32),
};

let directory: string;

const read = (env: Record<string, string | undefined>) =>
  readConfig({ DEEPTIER_DATA_DIR: path.join(directory, 'data'), ...env });

describe('the configuration of a gateway', () => {
  beforeEach(async () => {
    directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-config-'));
  });

  afterEach(() => fs.rm(directory, { recursive: true, force: true }));

  it('a gateway listens on loopback, with the embedded database and chain, unless told otherwise', async () => {
    const config = await read({});
    assert.deepEqual(
      [config.production, config.host, config.port, config.databaseUrl, config.rpcUrl, config.metricsForAll],
      [false, '127.0.0.1', 3000, undefined, undefined, false],
    );
  });

  it('outside production the secrets are made once, for the owner alone, and kept', async () => {
    const first = await read({});
    const second = await read({});
    assert.deepEqual(second.secrets, first.secrets);
    assert.strictEqual((await fs.stat(path.join(directory, 'data/secrets.json'))).mode & 0o777, 0o600);
    assert.strictEqual(first.secrets.gateway.length, 32);
  });

  it('what the environment gives goes before what was kept', async () => {
    await read({});
    const config = await read({ DEEPTIER_REGISTRY_KEY: 'ab'.repeat(32) });
    assert.strictEqual(Buffer.from(config.secrets.registry).toString('hex'), 'ab'.repeat(32));
  });

  it('a production start makes no secret of its own', async () => {
    for (const missing of [
      'DEEPTIER_SECRET',
      'DEEPTIER_KEYSTORE_PASSPHRASE',
      'DEEPTIER_REGISTRY_KEY',
      'DEEPTIER_VAULT_KEY',
      'DEEPTIER_FOUNDING_FILE',
    ]) {
      await assertRejects(
        read({ ...PRODUCTION, [missing]: undefined }),
        (error) => /a production start needs/.test(String(error)),
        missing,
      );
    }
    assert.strictEqual((await read(PRODUCTION)).production, true);
    await assertRejects(fs.access(path.join(directory, 'data/secrets.json')), { code: 'ENOENT' });
  });

  it('an environment that makes no sense is refused with the name of what is wrong', async () => {
    await assert.isRejected(read({ DEEPTIER_PORT: '70000' }), /DEEPTIER_PORT/);
    await assert.isRejected(read({ DEEPTIER_SECRET: 'short' }), /DEEPTIER_SECRET/);
    await assert.isRejected(read({ DEEPTIER_RPC_URL: 'not a url' }), /DEEPTIER_RPC_URL/);
  });

  it('a founding party with a wrong identifier is refused', async () => {
    const file = path.join(directory, 'founding.json');
    const founding = JSON.parse(await fs.readFile(PRODUCTION.DEEPTIER_FOUNDING_FILE, 'utf8')) as {
      operator: { identifier: string };
    };
    founding.operator.identifier = '91440101MA5DPT1340';
    await fs.writeFile(file, JSON.stringify(founding));
    await assert.isRejected(read({ DEEPTIER_FOUNDING_FILE: file }), /identifier is not valid/);
  });

  it('first rules that leave something out, or allow more than the whole, are refused', async () => {
    const file = path.join(directory, 'founding.json');
    const founding = JSON.parse(await fs.readFile(PRODUCTION.DEEPTIER_FOUNDING_FILE, 'utf8')) as {
      rules: Record<string, unknown>;
    };
    for (const [field, value] of [
      ['maxDebtorShare', 10_001],
      ['maxAffiliateShare', 0],
      ['recourseAllowed', undefined],
    ] as const) {
      await fs.writeFile(file, JSON.stringify({ ...founding, rules: { ...founding.rules, [field]: value } }));
      await assert.isRejected(read({ DEEPTIER_FOUNDING_FILE: file }), new RegExp(`rules\\.${field}`));
    }
  });
});
