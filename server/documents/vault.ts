// SPDX-License-Identifier: Apache-2.0
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DeeptierError } from '../values/errors.ts';
import { documentRefusals } from './refusals.ts';

declare const vaultAddressBrand: unique symbol;

/** Where a file lies: 64 hexadecimal digits that only the owner of the master key can derive from the file. */
export type VaultAddress = string & { readonly [vaultAddressBrand]: true };

export interface DocumentVault {
  /** Stores a file and answers its address; the same file again gives the same address. Durable when it answers. */
  store(bytes: Uint8Array): Promise<VaultAddress>;
  /** Throws `VAULT_FILE_MISSING` or, for anything but what was stored, `VAULT_FILE_TAMPERED`. */
  read(address: VaultAddress): Promise<Buffer>;
  /** The address a file has or would have, without storing it. */
  addressOf(bytes: Uint8Array): VaultAddress;
}

const MAGIC = Buffer.from('DTV1');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + NONCE_BYTES + TAG_BYTES;

/**
 * Opens a vault of original documents, encrypted at rest with AES-256-GCM. A file is `DTV1 | nonce | tag |
 * ciphertext` under a key of its own, derived from the master key and the address; plaintext never touches the disk,
 * and the names tell nobody without the key whether a known document is there.
 * Throws `VAULT_KEY_INVALID` unless `masterKey` has 32 bytes.
 */
export async function openVault(options: {
  readonly directory: string;
  readonly masterKey: Uint8Array;
}): Promise<DocumentVault> {
  if (options.masterKey.byteLength !== 32) throw new DeeptierError(documentRefusals.VAULT_KEY_INVALID);
  const addressKey = derived(options.masterKey, 'address');
  const sealingKey = derived(options.masterKey, 'sealing');
  await mkdir(options.directory, { recursive: true, mode: 0o700 });

  const addressOf = (bytes: Uint8Array): VaultAddress => {
    const content = createHash('sha256').update(bytes).digest();
    return createHmac('sha256', addressKey).update(content).digest('hex') as VaultAddress;
  };
  const folderOf = (address: VaultAddress): string => path.join(options.directory, address.slice(0, 2));
  const fileOf = (address: VaultAddress): string => path.join(folderOf(address), address);
  // A key per file: random nonces can then never meet under one key, however many files there are.
  const fileKey = (address: VaultAddress): Buffer => createHmac('sha256', sealingKey).update(address).digest();

  const read = async (address: VaultAddress): Promise<Buffer> => {
    if (!/^[0-9a-f]{64}$/.test(address)) throw missing(address);
    const sealed = await readFile(fileOf(address)).catch((error: unknown) => {
      if (isMissing(error)) throw missing(address);
      throw error;
    });
    const bytes = unsealed(sealed, fileKey(address), address);
    if (bytes === undefined || !timingSafeEqual(Buffer.from(addressOf(bytes)), Buffer.from(address))) {
      throw new DeeptierError(documentRefusals.VAULT_FILE_TAMPERED, { address });
    }
    return bytes;
  };

  const store = async (bytes: Uint8Array): Promise<VaultAddress> => {
    const address = addressOf(bytes);
    // A damaged copy is replaced by the good one at hand.
    const alreadyThere = await read(address).then(
      () => true,
      (error: unknown) => {
        if (error instanceof DeeptierError) return false;
        throw error;
      },
    );
    if (!alreadyThere) await writeDurably(folderOf(address), address, sealed(bytes, fileKey(address), address));
    return address;
  };

  return { store, read, addressOf };
}

function sealed(bytes: Uint8Array, key: Buffer, address: VaultAddress): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([MAGIC, Buffer.from(address)]));
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([MAGIC, nonce, cipher.getAuthTag(), ciphertext]);
}

function unsealed(file: Buffer, key: Buffer, address: VaultAddress): Buffer | undefined {
  if (file.length < HEADER_BYTES || !file.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const nonce = file.subarray(MAGIC.length, MAGIC.length + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([MAGIC, Buffer.from(address)]));
  decipher.setAuthTag(file.subarray(MAGIC.length + NONCE_BYTES, HEADER_BYTES));
  try {
    return Buffer.concat([decipher.update(file.subarray(HEADER_BYTES)), decipher.final()]);
  } catch {
    // GCM says only that the file is not authentic, never why.
    return undefined;
  }
}

/** After this returns, a power cut leaves either the whole file or none. */
async function writeDurably(folder: string, name: string, content: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = path.join(folder, `.${name}.${randomBytes(8).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path.join(folder, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  for (const each of [folder, path.dirname(folder)]) await syncFolder(each);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function derived(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, new Uint8Array(), `deeptier/vault/${purpose}/v1`, 32));
}

function missing(address: string): DeeptierError {
  return new DeeptierError(documentRefusals.VAULT_FILE_MISSING, { address });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
