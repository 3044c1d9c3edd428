// SPDX-License-Identifier: Apache-2.0
import { scrypt as nativeScrypt } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { computeAddress, decryptKeystoreJson, encryptKeystoreJson, randomBytes, scrypt, SigningKey } from 'ethers';
import { addressOf, asHex, hexOf, type Address, type Hash, type Hex } from '../../values/hex.ts';
import type { Account } from '../chain/transaction.ts';
import { typedDataHash, type TypedData } from '../typed-data.ts';

/** Signs for parties. A remote signer (Web3Signer, a bank's HSM) can stand in for the keystore. */
export interface Signer {
  /** Makes a new key that never leaves the signer. */
  create(): Promise<Address>;
  has(address: Address): Promise<boolean>;
  /** An EIP-712 signature of 65 bytes: r, s, v. */
  signTypedData(address: Address, typedData: TypedData): Promise<Hex>;
}

export interface KeystoreOptions {
  readonly directory: string;
  readonly passphrase: string;
}

/**
 * scrypt's cost. The passphrase is a machine's secret of high entropy, not one that a person remembers, so 2^14 instead of
 * the usual 2^17 costs a thief enough.
 */
const SCRYPT = { N: 2 ** 14, r: 8, p: 1 };

// ethers brings scrypt in JavaScript; Node's own takes a tenth of the time, and leaves this thread free.
scrypt.register(
  (passphrase, salt, N, r, p, length) =>
    new Promise((resolve, reject) => {
      const options = { N, r, p, maxmem: 256 * N * r };
      nativeScrypt(passphrase, salt, length, options, (error, key) => {
        if (error) reject(error);
        else resolve(key);
      });
    }),
);

/** Keys in encrypted files (Web3 Secret Storage, version 3), one a key, named by address. */
export class Keystore implements Signer {
  readonly #directory: string;
  readonly #passphrase: string;
  /** Decrypted once: signing must not cost a scrypt each time. */
  readonly #open = new Map<Address, Promise<Hex>>();

  private constructor({ directory, passphrase }: KeystoreOptions) {
    this.#directory = directory;
    this.#passphrase = passphrase;
  }

  /** @throws when the passphrase does not open the keys that are there */
  static async open(options: KeystoreOptions): Promise<Keystore> {
    if (options.passphrase === '') throw new Error('the keystore needs a passphrase');
    await fs.mkdir(options.directory, { recursive: true, mode: 0o700 });
    const keystore = new Keystore(options);
    const [first] = await keystore.addresses();
    if (first) await keystore.#privateKey(first);
    return keystore;
  }

  async addresses(): Promise<Address[]> {
    const names = await fs.readdir(this.#directory);
    return names.flatMap((name) => (/^0x[0-9a-f]{40}\.json$/.test(name) ? [addressOf(name.slice(0, 42))] : [])).sort();
  }

  async create(): Promise<Address> {
    const privateKey = hexOf(randomBytes(32));
    const address = addressOf(computeAddress(privateKey));
    const json = await encryptKeystoreJson({ address, privateKey }, this.#passphrase, { scrypt: SCRYPT });
    // Whole and on disk before anyone learns of the address.
    const file = this.#file(address);
    await fs.writeFile(`${file}.new`, json, { mode: 0o600, flag: 'wx', flush: true });
    await fs.rename(`${file}.new`, file);
    const directory = await fs.open(this.#directory);
    await directory.sync().finally(() => directory.close());
    this.#open.set(address, Promise.resolve(privateKey));
    return address;
  }

  async has(address: Address): Promise<boolean> {
    if (this.#open.has(addressOf(address))) return true;
    return fs.access(this.#file(addressOf(address))).then(
      () => true,
      () => false,
    );
  }

  /** Signs a 32-byte digest; the same digest always gives the same signature (RFC 6979). */
  async sign(address: Address, digest: Hash): Promise<Hex> {
    return asHex(new SigningKey(await this.#privateKey(addressOf(address))).sign(digest).serialized);
  }

  async signTypedData(address: Address, typedData: TypedData): Promise<Hex> {
    return this.sign(address, typedDataHash(typedData));
  }

  /** One key as an account of the service itself. */
  account(address: Address): Account {
    return { address: addressOf(address), sign: (digest) => this.sign(address, digest) };
  }

  #privateKey(address: Address): Promise<Hex> {
    const known = this.#open.get(address);
    if (known) return known;
    const opened = this.#decrypt(address);
    this.#open.set(address, opened);
    opened.catch(() => this.#open.delete(address)); // the caller has the error; the next one tries again
    return opened;
  }

  async #decrypt(address: Address): Promise<Hex> {
    const json = await fs.readFile(this.#file(address), 'utf8');
    const account = await decryptKeystoreJson(json, this.#passphrase);
    if (addressOf(account.address) !== address) throw new Error(`the key file of ${address} holds another key`);
    return asHex(account.privateKey);
  }

  #file(address: Address): string {
    return path.join(this.#directory, `${address.toLowerCase()}.json`);
  }
}
