// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assert } from 'chai';
import { after, describe, it } from 'mocha';
import { openVault, type VaultAddress } from '../../../server/documents/vault.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { assertRejects } from '../../failures.ts';

const directory = await mkdtemp(path.join(tmpdir(), 'deeptier-vault-'));

const masterKey = Buffer.alloc(32, 9);
const secret = Buffer.from('发票号码 26442000000020261001, a text nobody else may read'.repeat(20));

function refused(code: string): (error: unknown) => boolean {
  return (error) => error instanceof DeeptierError && error.code === code;
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

describe('the document vault', () => {
  after(() => rm(directory, { recursive: true, force: true }));

  it('gives back what was stored, also after it is opened again', async () => {
    const vault = await openVault({ directory, masterKey });
    const address = await vault.store(secret);
    assert.deepEqual(await vault.read(address), secret);
    assert.deepEqual(await (await openVault({ directory, masterKey })).read(address), secret);
    const empty = await vault.store(Buffer.alloc(0));
    assert.strictEqual((await vault.read(empty)).length, 0);
  });

  it('stores the same file once, under one address', async () => {
    const vault = await openVault({ directory: path.join(directory, 'once'), masterKey });
    const address = await vault.store(secret);
    const [file = ''] = await filesUnder(path.join(directory, 'once'));
    const before = await readFile(file);
    assert.strictEqual(await vault.store(secret), address);
    assert.strictEqual(vault.addressOf(secret), address);
    assert.deepEqual(await filesUnder(path.join(directory, 'once')), [file]);
    assert.deepEqual(await readFile(file), before);
  });

  it('leaves no plaintext, no telling name and no left-over on the disk', async () => {
    const folder = path.join(directory, 'plain');
    await (await openVault({ directory: folder, masterKey })).store(secret);
    const files = await filesUnder(folder);
    assert.strictEqual(files.length, 1);
    const [file = ''] = files;
    const raw = await readFile(file);
    assert.strictEqual(raw.includes('26442000000020261001'), false);
    assert.strictEqual(file.includes(createHash('sha256').update(secret).digest('hex')), false);
    assert.strictEqual((await stat(file)).mode & 0o077, 0);
  });

  it('gives another address and other bytes under another key', async () => {
    const other = await openVault({ directory: path.join(directory, 'other'), masterKey: Buffer.alloc(32, 10) });
    const own = await openVault({ directory: path.join(directory, 'own'), masterKey });
    assert.notStrictEqual(other.addressOf(secret), own.addressOf(secret));
  });

  it('refuses a file with any byte changed, cut short, moved or sealed with another key', async () => {
    const folder = path.join(directory, 'tampered');
    const vault = await openVault({ directory: folder, masterKey });
    const address = await vault.store(secret);
    const [file = ''] = await filesUnder(folder);
    const good = await readFile(file);
    for (let position = 0; position < good.length; position += 37) {
      const bad = Buffer.from(good);
      bad[position] = (bad[position] as number) ^ 1;
      await writeFile(file, bad);
      await assertRejects(vault.read(address), refused('VAULT_FILE_TAMPERED'), `byte ${position}`);
    }
    for (const length of [0, 10, 31, 32, good.length - 1]) {
      await writeFile(file, good.subarray(0, length));
      await assertRejects(vault.read(address), refused('VAULT_FILE_TAMPERED'), `${length} bytes`);
    }
    const second = await vault.store(Buffer.from('another document'));
    await writeFile(file, await readFile(path.join(folder, second.slice(0, 2), second)));
    await assertRejects(vault.read(address), refused('VAULT_FILE_TAMPERED'));
    await writeFile(file, good);
    assert.deepEqual(await vault.read(address), secret);
    const stranger = await openVault({ directory: folder, masterKey: Buffer.alloc(32, 1) });
    await assertRejects(stranger.read(address), refused('VAULT_FILE_TAMPERED'));
  });

  it('replaces a damaged copy when the document is stored again', async () => {
    const folder = path.join(directory, 'repaired');
    const vault = await openVault({ directory: folder, masterKey });
    const address = await vault.store(secret);
    const [file = ''] = await filesUnder(folder);
    await writeFile(file, 'damaged');
    assert.strictEqual(await vault.store(secret), address);
    assert.deepEqual(await vault.read(address), secret);
  });

  it('survives many writers of the same file', async () => {
    const folder = path.join(directory, 'many');
    const vault = await openVault({ directory: folder, masterKey });
    const addresses = await Promise.all(Array.from({ length: 20 }, () => vault.store(secret)));
    assert.strictEqual(new Set(addresses).size, 1);
    assert.deepEqual(await vault.read(addresses[0] as VaultAddress), secret);
    assert.strictEqual((await filesUnder(folder)).length, 1);
  });

  it('says that a file is missing, and never leaves its folder to look for one', async () => {
    const vault = await openVault({ directory, masterKey });
    await assertRejects(vault.read('0'.repeat(64) as VaultAddress), refused('VAULT_FILE_MISSING'));
    await assertRejects(vault.read('../../../etc/passwd' as VaultAddress), refused('VAULT_FILE_MISSING'));
  });

  it('opens only with a master key of 32 bytes', async () => {
    await assertRejects(openVault({ directory, masterKey: Buffer.alloc(16) }), refused('VAULT_KEY_INVALID'));
  });
});
