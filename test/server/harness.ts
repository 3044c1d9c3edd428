// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../../server/values/ids.ts';
import { OPERATOR, REGULATOR } from '../../server/deployment.ts';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Chain } from '../../server/ledger/chain/chain.ts';
import { ManualClock } from '../../server/values/clock.ts';
import type { Contracts } from '../../server/ledger/contracts.ts';
import { readFounding, type Config } from '../../server/config.ts';
import { demoConsortium } from '../../server/demo/consortium.ts';
import { openGateway, type Gateway } from '../../server/gateway.ts';
import { partyById } from '../../server/parties/queries.ts';
import { maskOf } from '../../server/values/roles.ts';
import { createUser, userById } from '../../server/auth/users.ts';
import { USER_ROLES, type UserRole } from '../../server/auth/caller.ts';
import { codeBytes3 } from '../../server/values/fixed-text.ts';
import { dayNumber, ledgerDate } from '../../server/values/dates.ts';
import { listen } from '../../server/http/listen.ts';
import type { AnswerOf, Call } from '../../server/ledger/contract-types.ts';
import type { LedgerClient } from '../../server/ledger/client.ts';
import { createLog } from '../../server/runtime/log.ts';
import type { Projector } from '../../server/ledger/projector/projector.ts';
import type { Database } from '../../server/store/database.ts';
import type { Address } from '../../server/values/hex.ts';
import { readView } from '../../server/ledger/read-view.ts';
import { fromTemplate } from './template.ts';
import { sql } from 'kysely';

const PROJECT = path.resolve(import.meta.dirname, '../..');

export interface Reply {
  readonly status: number;
  /** Open on purpose: tests look into answers freely, and their schemas are held by the OpenAPI document's tests. */
  readonly body: any;
  readonly headers: Headers;
}

/** A user at work: every write carries a fresh idempotency key unless one is given. */
export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body?: object, options?: { key?: string; headers?: Record<string, string> }): Promise<Reply>;
  put(path: string, body?: object, options?: { key?: string }): Promise<Reply>;
  delete(path: string, options?: { key?: string }): Promise<Reply>;
  postXml(path: string, xml: string | Uint8Array, options?: { key?: string }): Promise<Reply>;
}

export interface TestLedger {
  readonly url: string;
  readonly gateway: Gateway;
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly ledgerClient: LedgerClient;
  readonly projector: Projector;
  readonly clock: ManualClock;
  readonly directory: string;
  /** The number of a party of the demo consortium, by the first word of its name: `hengtai`. */
  party(name: string): PartyId;
  /** The key it was admitted with. */
  key(name: string): Address;
  /** `hengtai.maker`: a user of that party with that one role. `nobody` has no token. */
  as(username: string): Client;
  /** Has a party call the ledger without the API, and waits until the tables know. */
  instruct(name: string, ...calls: Call[]): Promise<Awaited<ReturnType<LedgerClient['await']>>>;
  /** The same with any key of the keystore. */
  instructWith(key: Address, ...calls: Call[]): Promise<Awaited<ReturnType<LedgerClient['await']>>>;
  /** What the ledger itself answers, as of a block. */
  read<C extends Call>(call: C, block?: bigint | 'latest'): Promise<AnswerOf<C>>;
  /** Sets the ledger's time to 09:00 in Beijing on that day. */
  goTo(date: string): void;
  /** Stops and starts the gateway on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What is made once and copied for every test: the keys and users of the consortium beside its data. */
interface Consortium {
  readonly parties: readonly (readonly [name: string, party: { number: string; key: Address }])[];
  readonly users: readonly (readonly [username: string, user: { userId: string }])[];
  readonly secrets: { gateway: string; keystorePassphrase: string; registry: string; vault: string };
}

/**
 * Starts a real ledger in a directory of its own: PostgreSQL, chain, gateway on a free port; the consortium of
 * `samples/parties.json` admitted, each party with one user a role, limits of 10^15 in the usual currencies.
 */
export async function openTestLedger(options: { readonly date?: string } = {}): Promise<TestLedger> {
  const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-ledger-'));
  const clock = new ManualClock(0);
  const goTo = (date: string): void => clock.set(dayNumber(ledgerDate(date)) * 86_400 + 3_600);
  const date = options.date ?? '2026-03-16';
  goTo(date);
  const consortium = await fromTemplate(`consortium-${date}`, directory, (made) => admitConsortium(made, clock));
  const byName = new Map(
    consortium.parties.map(([name, { number, key }]) => [name, { number: numbered<PartyId>(number), key }]),
  );
  const users = new Map(consortium.users);
  const open = () => openOn(directory, clock, consortium.secrets);
  let running = await open();

  const ledger: TestLedger = {
    get url() {
      return running.server.url;
    },
    get gateway() {
      return running.gateway;
    },
    get db() {
      return running.gateway.db;
    },
    get chain() {
      return running.gateway.chain;
    },
    get contracts() {
      return running.gateway.contracts;
    },
    get ledgerClient() {
      return running.gateway.ledgerClient;
    },
    get projector() {
      return running.gateway.projector;
    },
    clock,
    directory,
    party: (name) => known(name).number,
    key: (name) => known(name).key,
    as: (username) => clientOf(username),
    async instruct(name, ...calls) {
      const party = await partyById(running.gateway.db, known(name).number, 'latest'); // its key may have been rotated
      return instructAs(running, party?.key as Address, calls);
    },
    instructWith: (key, ...calls) => instructAs(running, key, calls),
    read: (call, block) => readView(running.gateway.chain, running.gateway.contracts, call, block),
    goTo,
    async restart() {
      await running.server.close(100);
      await running.gateway.stop();
      running = await open();
    },
    async stop() {
      await running.server.close(100);
      await running.gateway.stop();
      await fs.rm(directory, { recursive: true, force: true });
    },
  };
  return ledger;

  function known(name: string): { number: PartyId; key: Address } {
    const party = byName.get(name);
    if (!party) throw new Error(`the consortium has no ${name}: ${[...byName.keys()].join(', ')}`);
    return party;
  }

  function clientOf(username: string): Client {
    const user = users.get(username);
    if (!user && username !== 'nobody') throw new Error(`there is no user ${username}`);
    const call = async (
      method: string,
      target: string,
      content?: { type: string; body: string | Uint8Array },
      headers: Record<string, string> = {},
    ): Promise<Reply> => {
      const epoch = user && (await userById(running.gateway.db, user.userId))?.epoch;
      const token = user && (await running.gateway.tokens.issue({ userId: user.userId, epoch: epoch ?? 0 })).token;
      const response = await fetch(running.server.url + target, {
        method,
        headers: {
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(content && { 'Content-Type': content.type }),
          ...headers,
        },
        ...(content && { body: content.body as NonNullable<RequestInit['body']> }),
      });
      const text = await response.text();
      const isJson = (response.headers.get('content-type') ?? '').includes('json');
      return {
        status: response.status,
        body: isJson ? (JSON.parse(text) as unknown) : text,
        headers: response.headers,
      };
    };
    const json = (body: object | undefined) => body && { type: 'application/json', body: JSON.stringify(body) };
    const keyed = (options?: { key?: string; headers?: Record<string, string> }) => ({
      'Idempotency-Key': options?.key ?? randomUUID(),
      ...options?.headers,
    });
    return {
      get: (target, headers) => call('GET', target, undefined, headers),
      post: (target, body, options) => call('POST', target, json(body), keyed(options)),
      put: (target, body, options) => call('PUT', target, json(body), keyed(options)),
      delete: (target, options) => call('DELETE', target, undefined, keyed(options)),
      postXml: (target, xml, options) => call('POST', target, { type: 'application/xml', body: xml }, keyed(options)),
    };
  }
}

async function openOn(dataDir: string, clock: ManualClock, secrets: Consortium['secrets']) {
  const config: Config = {
    production: false,
    dataDir,
    host: '127.0.0.1',
    port: 0,
    databaseUrl: undefined,
    rpcUrl: undefined,
    chainId: 31_415,
    logLevel: 'silent',
    logFile: undefined,
    trustedProxies: 0,
    metricsForAll: false,
    secrets: {
      gateway: Buffer.from(secrets.gateway, 'hex'),
      keystorePassphrase: secrets.keystorePassphrase,
      registry: Buffer.from(secrets.registry, 'hex'),
      vault: Buffer.from(secrets.vault, 'hex'),
    },
    founding: await readFounding(path.join(PROJECT, 'samples/founding.json')),
  };
  const log = createLog({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });
  const limits = { reads: 1_000_000, writes: 1_000_000, strangers: 1_000_000 };
  const gateway = await openGateway({ config, log, clock, limits });
  return { gateway, server: await listen(gateway.app.express, { host: config.host, port: 0 }) };
}

type Running = Awaited<ReturnType<typeof openOn>>;

/** Has a key call the ledger, and waits until the tables know. */
async function instructAs({ gateway }: Running, key: Address, calls: readonly Call[]) {
  const operation = randomUUID();
  await gateway.db.transaction().execute((tx) => gateway.ledgerClient.enqueue(tx, operation, key, calls));
  const outcome = await gateway.ledgerClient.await(operation, 60_000);
  if (outcome.state !== 'done')
    throw new Error(
      `the instruction was not done: ${JSON.stringify(outcome, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}` : v))}`,
    );
  return outcome;
}

/** Founds a ledger and admits the consortium; stops it again. */
async function admitConsortium(directory: string, clock: ManualClock): Promise<Consortium> {
  const secret = (): string => randomBytes(32).toString('hex');
  const secrets = { gateway: secret(), keystorePassphrase: randomUUID(), registry: secret(), vault: secret() };
  const running = await openOn(directory, clock, secrets);
  const instruct = (key: Address, calls: readonly Call[]) => instructAs(running, key, calls);
  const byName = new Map<string, { number: PartyId; key: Address }>();
  const known = (name: string) => byName.get(name) as { number: PartyId; key: Address };
  const users = new Map<string, { userId: string }>();
  try {
    const { db } = running.gateway;
    await forgetful(db);
    const parties = await demoConsortium();
    const { keystore } = running.gateway;
    const founders = await db.selectFrom('service_accounts').selectAll().execute();
    const founder = (purpose: string) => founders.find((row) => row.purpose === purpose)?.address as Address;
    const operator = founder('founding operator');
    const regulator = founder('founding regulator');
    const others = parties.filter(({ role }) => role !== 'operator' && role !== 'regulator');
    const keys = await Promise.all(others.map(() => keystore.create()));
    await instruct(
      operator,
      others.map((party, index) => ({
        contract: 'PartyRegistry',
        functionName: 'admit',
        args: [
          {
            scheme: 'USCC',
            identifier: party.uscc,
            name: party.name.en,
            roles: maskOf([party.role]),
            validUntil: dayNumber(ledgerDate('2036-12-31')),
            key: keys[index] as Address,
          },
        ],
      })),
    );
    for (const party of parties) {
      const name = party.short;
      if (party.role === 'operator') byName.set(name, { number: OPERATOR, key: operator });
      else if (party.role === 'regulator') byName.set(name, { number: REGULATOR, key: regulator });
      else {
        const index = others.indexOf(party);
        byName.set(name, { number: numbered<PartyId>(3 + index), key: keys[index] as Address });
      }
    }
    const banks = others.filter(({ role }) => role === 'settlement-bank').map((party) => known(party.short).number);
    await instruct(
      regulator,
      banks.map((bank) => ({
        contract: 'PartyRegistry',
        functionName: 'confirmRoles',
        args: [bank, maskOf(['settlement-bank'])],
      })),
    );
    const obligors = others.filter(({ role }) => role === 'obligor').map((party) => known(party.short).number);
    await instruct(
      operator,
      obligors.flatMap((obligor) =>
        ['CNY', 'EUR', 'USD', 'SEK', 'NOK', 'DKK', 'GBP', 'HUF'].map((currency) => ({
          contract: 'Issuance',
          functionName: 'setLimit',
          args: [obligor, codeBytes3(currency), 10n ** 15n],
        })),
      ),
    );
    for (const party of parties) {
      for (const role of USER_ROLES)
        users.set(`${party.short}.${role}`, {
          userId: await addUser(db, known(party.short).number, party.short, role),
        });
    }
    const admitted = [...byName].map(([name, { number, key }]) => [name, { number: String(number), key }] as const);
    return { parties: admitted, users: [...users], secrets };
  } finally {
    await running.server.close(100);
    await running.gateway.stop();
  }
}

/** No test of this ledger cuts its power: from the next connection on, its commits need not wait for the disk. */
async function forgetful(db: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
  await sql`alter database ${sql.id(rows[0]?.name ?? '')} set synchronous_commit = off`.execute(db);
}

async function addUser(db: Database, party: PartyId, name: string, role: UserRole): Promise<string> {
  const user = await createUser(db, {
    party,
    username: `${name}.${role}`,
    password: 'a password for tests only',
    roles: [role],
    passwordCost: { ln: 1, r: 1, p: 1 },
  });
  return user.id;
}
