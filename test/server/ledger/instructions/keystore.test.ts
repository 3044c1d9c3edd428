// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { recoverAddress } from 'ethers';
import { typedInstruction } from '../../../../server/ledger/instructions/forward-request.ts';
import { Keystore } from '../../../../server/ledger/instructions/keystore.ts';
import { makeDirectory } from '../chain/ledger.ts';
import { typedDataHash } from '../../../../server/ledger/typed-data.ts';
import type { Address } from '../../../../server/values/hex.ts';

const passphrase = 'correct horse';
let directory: string;

const typedData = typedInstruction(
  { chainId: 1, forwarder: '0x00000000000000000000000000000000000000aa' },
  {
    signer: '0x00000000000000000000000000000000000000bb',
    target: '0x00000000000000000000000000000000000000cc',
    gas: 1n,
    nonce: 2n,
    deadline: 3,
    data: '0x04',
  },
);

describe('the keystore', () => {
  before(async () => {
    directory = await makeDirectory();
  });

  after(() => fs.rm(directory, { recursive: true, force: true }));

  it('a key is kept encrypted, for its owner alone, and signs the same after a restart', async () => {
    const keystore = await Keystore.open({ directory, passphrase });
    const address = await keystore.create();
    const signature = await keystore.signTypedData(address, typedData);
    assert.strictEqual(recoverAddress(typedDataHash(typedData), signature), address);
    const file = path.join(directory, `${address.toLowerCase()}.json`);
    assert.strictEqual((await fs.stat(file)).mode & 0o777, 0o600);
    assert.strictEqual((JSON.parse(await fs.readFile(file, 'utf8')) as { version: number }).version, 3);
    const again = await Keystore.open({ directory, passphrase });
    assert.deepEqual(await again.addresses(), [address]);
    assert.strictEqual(await again.signTypedData(address, typedData), signature);
  });

  it('a wrong passphrase is found when the keystore is opened', async () => {
    await (await Keystore.open({ directory, passphrase })).create();
    await assert.isRejected(Keystore.open({ directory, passphrase: 'wrong' }), /password/);
    await assert.isRejected(Keystore.open({ directory, passphrase: '' }), /needs a passphrase/);
  });

  it('a file with the key of another address is not used', async () => {
    const keystore = await Keystore.open({ directory, passphrase });
    const [one, other] = [await keystore.create(), await keystore.create()];
    await fs.copyFile(
      path.join(directory, `${other.toLowerCase()}.json`),
      path.join(directory, `${one.toLowerCase()}.json`),
    );
    const fresh = await Keystore.open({ directory, passphrase }).catch((error: unknown) => error as Error);
    if (fresh instanceof Keystore) await assert.isRejected(fresh.signTypedData(one, typedData), /holds another key/);
    else assert.match(fresh.message, /holds another key/); // it was the first one, which is tried at once
  });

  it('a key that is not there is not had', async () => {
    const keystore = await Keystore.open({ directory: path.join(directory, 'empty'), passphrase });
    const nobody: Address = '0x00000000000000000000000000000000000000dd';
    assert.strictEqual(await keystore.has(nobody), false);
    await assert.isRejected(keystore.signTypedData(nobody, typedData), /ENOENT/);
  });
});
