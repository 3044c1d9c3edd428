// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ruleSetBody, ruleSetFields } from './rules/fields.ts';
import type { Founding } from './deployment.ts';
import { StartRefused } from './runtime/start-refused.ts';
import { checkIdentifier } from './parties/identifiers.ts';
import { ledgerDate } from './values/dates.ts';

/** What the gateway is told from outside; every variable has a default but in production the secrets, which have none. */
export interface Config {
  /** A production start generates no secret and seeds no demo. */
  readonly production: boolean;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** A PostgreSQL server of one's own; the embedded one when absent. */
  readonly databaseUrl: string | undefined;
  /** A node of a permissioned network; the embedded chain when absent. */
  readonly rpcUrl: string | undefined;
  readonly chainId: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly logFile: string | undefined;
  readonly trustedProxies: number;
  readonly metricsForAll: boolean;
  readonly secrets: Secrets;
  /** Who and what is there from the first block. The keys are the keystore's. */
  readonly founding: FoundingFile;
}

export interface Secrets {
  /** Signs tokens, cursors and request hashes. */
  readonly gateway: Uint8Array;
  /** Opens the parties' keys. */
  readonly keystorePassphrase: string;
  /** Keys document fingerprints; the same in every gateway of a network. */
  readonly registry: Uint8Array;
  /** Encrypts the document files. */
  readonly vault: Uint8Array;
}

const secretHex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in lower-case hex');

const environment = z.object({
  NODE_ENV: z.string().optional(),
  DEEPTIER_DATA_DIR: z.string().min(1).default('.deeptier'),
  DEEPTIER_HOST: z.string().min(1).default('127.0.0.1'),
  DEEPTIER_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  DATABASE_URL: z.string().min(1).optional(),
  DEEPTIER_RPC_URL: z.url().optional(),
  DEEPTIER_CHAIN_ID: z.coerce.number().int().positive().default(31_415),
  DEEPTIER_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DEEPTIER_LOG_FILE: z.string().min(1).optional(),
  DEEPTIER_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  DEEPTIER_METRICS_FOR_ALL: z.enum(['0', '1']).default('0'),
  DEEPTIER_FOUNDING_FILE: z.string().min(1).optional(),
  DEEPTIER_SECRET: secretHex.optional(),
  DEEPTIER_KEYSTORE_PASSPHRASE: z.string().min(16).optional(),
  DEEPTIER_REGISTRY_KEY: secretHex.optional(),
  DEEPTIER_VAULT_KEY: secretHex.optional(),
});

const secretsFile = z.strictObject({
  gateway: secretHex,
  keystorePassphrase: z.string().min(16),
  registry: secretHex,
  vault: secretHex,
});

const foundingParty = z
  .strictObject({
    scheme: z.enum(['USCC', 'LEI']),
    identifier: z.string(),
    name: z.string().min(1).max(200),
    validUntil: z.string().transform(ledgerDate),
  })
  .refine(({ scheme, identifier }) => {
    const checked = checkIdentifier(identifier);
    return checked.ok && checked.scheme === scheme;
  }, 'the identifier is not valid');

/** In a file that people write, an amount may be a number too. */
const textOfNumber = (value: unknown): unknown => (typeof value === 'number' ? String(value) : value);

const foundingFile = z.strictObject({
  operator: foundingParty,
  regulator: foundingParty,
  rules: ruleSetBody.extend({ minNote: z.preprocess(textOfNumber, ruleSetFields.minNote) }),
});

export type FoundingFile = z.output<typeof foundingFile>;

const DEMO_FOUNDING = path.resolve(import.meta.dirname, '../samples/founding.json');

/** Reads the environment. Throws with every variable that is wrong, or that a production start lacks. */
export async function readConfig(env: NodeJS.ProcessEnv): Promise<Config> {
  // What is set to nothing is not set: a file of settings keeps its lines.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  if (!parsed.success) throw new StartRefused(`the environment is not usable:\n${z.prettifyError(parsed.error)}`);
  const variables = parsed.data;
  const production = variables.NODE_ENV === 'production';
  if (production && !variables.DEEPTIER_FOUNDING_FILE)
    throw new StartRefused('a production start needs DEEPTIER_FOUNDING_FILE');
  return {
    production,
    dataDir: path.resolve(variables.DEEPTIER_DATA_DIR),
    host: variables.DEEPTIER_HOST,
    port: variables.DEEPTIER_PORT,
    databaseUrl: variables.DATABASE_URL,
    rpcUrl: variables.DEEPTIER_RPC_URL,
    chainId: variables.DEEPTIER_CHAIN_ID,
    logLevel: variables.DEEPTIER_LOG_LEVEL,
    logFile: variables.DEEPTIER_LOG_FILE,
    trustedProxies: variables.DEEPTIER_TRUSTED_PROXIES,
    metricsForAll: variables.DEEPTIER_METRICS_FOR_ALL === '1',
    secrets: await readSecrets(variables, production),
    founding: await readFounding(variables.DEEPTIER_FOUNDING_FILE ?? DEMO_FOUNDING),
  };
}

/** The founding with the keys that sign for its two parties. */
export function foundingWithKeys(
  file: FoundingFile,
  keys: { operator: Founding['operator']['key']; regulator: Founding['regulator']['key'] },
): Founding {
  return {
    operator: { ...file.operator, key: keys.operator },
    regulator: { ...file.regulator, key: keys.regulator },
    rules: file.rules,
  };
}

export async function readFounding(file: string): Promise<FoundingFile> {
  return readJsonFile(file, foundingFile, 'the founding file');
}

type Variables = z.output<typeof environment>;

/** What the environment gives; outside production, what it leaves out is made once and kept in the data directory. */
async function readSecrets(variables: Variables, production: boolean): Promise<Secrets> {
  const given = {
    gateway: variables.DEEPTIER_SECRET,
    keystorePassphrase: variables.DEEPTIER_KEYSTORE_PASSPHRASE,
    registry: variables.DEEPTIER_REGISTRY_KEY,
    vault: variables.DEEPTIER_VAULT_KEY,
  };
  if (production) {
    if (Object.values(given).includes(undefined)) {
      throw new StartRefused(
        'a production start needs DEEPTIER_SECRET, DEEPTIER_KEYSTORE_PASSPHRASE, DEEPTIER_REGISTRY_KEY and DEEPTIER_VAULT_KEY',
      );
    }
  }
  const complete = Object.values(given).every((value) => value !== undefined);
  const kept = complete ? undefined : await keptSecrets(path.resolve(variables.DEEPTIER_DATA_DIR));
  const all = secretsFile.parse(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value ?? kept?.[name as keyof typeof given]]),
    ),
  );
  return {
    gateway: Buffer.from(all.gateway, 'hex'),
    keystorePassphrase: all.keystorePassphrase,
    registry: Buffer.from(all.registry, 'hex'),
    vault: Buffer.from(all.vault, 'hex'),
  };
}

/** Of a file that people may write or lose. @throws StartRefused when it is not there, is no JSON, or says what it should not */
async function readJsonFile<T>(file: string, schema: z.ZodType<T>, what: string): Promise<T> {
  const text = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new StartRefused(`${what} ${file} is not there`);
    throw error;
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new StartRefused(`${what} ${file} is no JSON: put the whole file back`);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw new StartRefused(`${what} ${file} is not usable:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function keptSecrets(dataDir: string): Promise<z.output<typeof secretsFile>> {
  const file = path.join(dataDir, 'secrets.json');
  const fresh = (): string => randomBytes(32).toString('hex');
  const made = { gateway: fresh(), keystorePassphrase: fresh(), registry: fresh(), vault: fresh() };
  try {
    await fs.mkdir(dataDir, { recursive: true, mode: 0o700 });
    await fs
      .writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    return await readJsonFile(file, secretsFile, 'the file of secrets');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') throw error;
    throw new StartRefused(
      `this user cannot use the data directory ${dataDir} (${code}): start as the user it belongs to, ` +
        'or set DEEPTIER_DATA_DIR to another directory',
    );
  }
}
