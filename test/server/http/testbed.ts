// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, numbered, type PartyId } from '../../../server/values/ids.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import type { Address } from '../../../server/values/hex.ts';
import { z } from 'zod';
import type { LookUp } from '../../../server/access/look-up.ts';
import type { PartyFacts, UserRole } from '../../../server/auth/caller.ts';
import type { PasswordCost } from '../../../server/auth/passwords.ts';
import { authRefusals } from '../../../server/auth/refusals.ts';
import { openSignIn } from '../../../server/auth/sign-in.ts';
import { authMigrations } from '../../../server/auth/tables.ts';
import { openTokens, type TokenOptions } from '../../../server/auth/tokens.ts';
import { createUser, type User } from '../../../server/auth/users.ts';
import type { Chain } from '../../../server/ledger/chain/chain.ts';
import { DeeptierError, defineRefusals, type Refusal } from '../../../server/values/errors.ts';
import { type App, type AppParts, createApp } from '../../../server/http/app.ts';
import { headOf } from '../../../server/ledger/projector/head.ts';
import { listen, type Listening } from '../../../server/http/listen.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../../../server/http/route.ts';
import { fileBody, pageOf, pageQuery, xmlBody } from '../../../server/http/schemas.ts';
import { amount, currency, ledgerDateText, line, numberedId } from '../../../server/values/schemas.ts';
import { httpMigrations } from '../../../server/http/tables.ts';
import type { LedgerClient } from '../../../server/ledger/client.ts';
import { createLog } from '../../../server/runtime/log.ts';
import { openMetrics } from '../../../server/runtime/metrics.ts';
import { type Database, openDatabase, type Queryable } from '../../../server/store/database.ts';
import { migrate } from '../../../server/store/migrations.ts';
import { projectorDdl } from '../../../server/ledger/projector/tables.ts';
import { startPostgres } from '../../../server/store/postgres.ts';
import type { BaseContract } from 'ethers';
import type { TypedContractMethod } from '../../../types/common.ts';
import { call } from '../../../server/ledger/contract-types.ts';

/** The contract that the jars would have. */
interface Jars extends BaseContract {
  pour: TypedContractMethod<[jar: string, amount: string], [void], 'nonpayable'>;
  filters: Record<never, never>;
}

declare module '../../../server/ledger/contract-types.ts' {
  interface LedgerContracts {
    Jars: { attach(address: string): Jars; deploy(): Promise<Jars> };
  }
}

declare module '../../../server/store/database.ts' {
  interface Tables {
    test_orders: { operation_id: string; call: string; outcome: string | null };
    test_jars: { id: bigint; label: string; content: bigint; block: bigint };
  }
}

/** Fast enough for many sign-ins; what the real cost is has a test of its own. */
export const CHEAP: PasswordCost = { ln: 10, r: 8, p: 1 };
export const PASSWORD = 'correct horse battery';
export const SECRET = new Uint8Array(32).fill(7);

const KEY: Address = `0x${'a1'.repeat(20)}`;

export const jarRefusals = defineRefusals({
  JAR_UNKNOWN: { rule: 'JAR-1', status: 404, sentence: 'There is no jar {jar}.' },
  JAR_FULL: {
    rule: 'JAR-2',
    status: 422,
    sentence: 'The jar holds {content} and takes at most {capacity}; {amount} is too much.',
  },
  JAR_SEALED: { rule: 'JAR-3', status: 409, sentence: 'The jar is sealed until {date}, by <who> & when.' },
});

export interface Testbed {
  readonly db: Database;
  readonly ledger: TestLedger;
  /** How often each handler ran, and what the test wants them to do. */
  readonly probe: Probe;
  readonly parties: Map<bigint, PartyFacts>;
  /** What is on record of looks, in order. */
  readonly looks: RecordedLook[];
  open(changes?: Partial<AppParts>, tokens?: Partial<TokenOptions>): Promise<Gateway>;
  user(party: number, username: string, roles: readonly UserRole[]): Promise<User>;
  close(): Promise<void>;
}

export interface RecordedLook extends LookUp {
  readonly username: string;
  readonly grants: readonly bigint[];
}

export interface Gateway extends App {
  readonly url: string;
  readonly parts: AppParts;
  token(user: User): Promise<string>;
  close(): Promise<void>;
}

export interface Probe {
  prepared: number;
  acted: number;
  responded: number;
  fail: 'nothing' | 'prepare' | 'respond' | 'act' | 'record';
  /** What preparing refuses, if anything. */
  refuse: Refusal | undefined;
  /** How long preparing takes. */
  prepareMs: number;
}

/** A ledger of jars, standing in for relayer, chain and projector: it takes orders from one table and fills another. */
export interface TestLedger {
  /** Runs orders as soon as they come; otherwise they wait for `run`. */
  automatic: boolean;
  run(): Promise<void>;
  readonly ledgerClient: LedgerClient;
  simulated: number;
}

export async function openTestbed(): Promise<Testbed> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'deeptier-http-'));
  const log = createLog({ level: 'silent' });
  const postgres = await startPostgres({ dataDir, log });
  const db = openDatabase(postgres.connectionString);
  await migrate(db, [
    ...authMigrations,
    ...httpMigrations,
    {
      name: 'test-1',
      sql: `${projectorDdl}
            create table test_orders (operation_id uuid primary key, call text not null, outcome text);
            create table test_jars (id bigint not null, label text not null, content bigint not null, block bigint not null);
            insert into blocks select n, 'hash ' || n, '', 0, 0, '' from generate_series(0, 10) n;
            insert into test_jars select n, 'jar ' || n, n * 100, 10 from generate_series(1, 7) n;`,
    },
  ]);
  const ledger = testLedger(db);
  const probe: Probe = { prepared: 0, acted: 0, responded: 0, fail: 'nothing', refuse: undefined, prepareMs: 0 };
  const facts = (name: string, roles: string[]): PartyFacts => ({ name, key: KEY, roles, writesRefused: undefined });
  const parties = new Map<bigint, PartyFacts>([
    [1n, facts('Keeper One', ['keeper'])],
    [2n, facts('Keeper Two', ['keeper'])],
    [3n, facts('Observer', ['observer'])],
    [4n, facts('Auditor', ['auditor'])],
    [5n, facts('Regulator', ['regulator'])],
  ]);
  const gateways: Gateway[] = [];
  const looks: RecordedLook[] = [];

  return {
    db,
    ledger,
    probe,
    parties,
    looks,
    async open(changes = {}, tokenOptions = {}) {
      const tokens = openTokens({ secret: SECRET, ...tokenOptions });
      const parts: AppParts = {
        routes: testRoutes(db, probe, tokenOptions),
        db,
        // No route of this test asks the chain.
        chain: {} as Chain,
        ledgerClient: ledger.ledgerClient,
        partyOf: async (party) => parties.get(party),
        access: {
          grantsTo: async () => [{ id: numbered<AccessGrantId>(5), scope: 'all', subject: 0n }],
          predecessorsOf: async () => [],
          async record({ caller }, what, grants) {
            if (probe.fail === 'record') throw new Error('broke down');
            looks.push({ username: caller.username, ...what, grants });
          },
        },
        tokens,
        metrics: openMetrics(),
        log,
        refusalOf: (name) => refusalNamed(name),
        readiness: async () => [{ name: 'database', ready: true, detail: 'open' }],
        secret: SECRET,
        version: '0.0.0-test',
        rules: [
          { 'JAR-1': 'Jars are numbered.', 'JAR-2': 'A jar takes 1000 at most.', 'JAR-3': 'A sealed jar stays shut.' },
        ],
        limits: { reads: 100_000, writes: 100_000, strangers: 100_000 },
        ...changes,
      };
      const app = createApp(parts);
      const server: Listening = await listen(app.express, { host: '127.0.0.1', port: 0 });
      const gateway: Gateway = {
        ...app,
        url: server.url,
        parts,
        token: async (user) => (await tokens.issue({ userId: user.id, epoch: user.epoch })).token,
        close: () => server.close(200),
      };
      gateways.push(gateway);
      return gateway;
    },
    user: (party, username, roles) =>
      createUser(db, { party: numbered<PartyId>(party), username, password: PASSWORD, roles, passwordCost: CHEAP }),
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.close().catch(() => undefined)));
      await db.destroy();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** As if the projector had applied one more block. */
export async function addBlock(db: Queryable): Promise<bigint> {
  const number = (await headOf(db)) + 1n;
  await db
    .insertInto('blocks')
    .values({ number, hash: `0x${number}`, parent_hash: '0x', timestamp: 0n, events: 0, rolling_sha256: '' })
    .execute();
  return number;
}

function refusalNamed(name: string): DeeptierError {
  if (name === 'JarSealed') return new DeeptierError(jarRefusals.JAR_SEALED, { date: '2026-12-31' });
  throw new Error(`the test ledger gives no reason ${name}`);
}

function testLedger(db: Database): TestLedger {
  const run = async (): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const orders = await tx.selectFrom('test_orders').selectAll().where('outcome', 'is', null).forUpdate().execute();
      for (const order of orders) {
        const { args } = JSON.parse(order.call) as { args: [string, string] };
        const block = await addBlock(tx);
        const isSealed = args[1] === '13';
        if (!isSealed)
          await tx
            .insertInto('test_jars')
            .values({ id: BigInt(args[0]), label: 'poured', content: BigInt(args[1]), block })
            .execute();
        const outcome = { state: isSealed ? 'refused' : 'done', block: block.toString() };
        await tx
          .updateTable('test_orders')
          .set({ outcome: JSON.stringify(outcome) })
          .where('operation_id', '=', order.operation_id)
          .execute();
      }
    });
  };
  const ledger: TestLedger = {
    automatic: true,
    simulated: 0,
    run,
    ledgerClient: {
      async ask() {
        throw new Error('the test ledger has no views');
      },
      refusalIn() {
        throw new Error('the test ledger announces no errors');
      },
      async preview() {
        throw new Error('the test ledger returns nothing');
      },
      async simulate(signer, call) {
        await ledger.ledgerClient.simulateAll(signer, [call]);
      },
      async simulateAll(_signer, calls) {
        ledger.simulated += 1;
        if (calls[0]?.args[1] === '999')
          throw new DeeptierError(jarRefusals.JAR_FULL, { content: '900', capacity: '1000', amount: '999' });
        return [...calls];
      },
      async enqueue(tx, operationId, _signer, calls) {
        await tx
          .insertInto('test_orders')
          .values({ operation_id: operationId, call: JSON.stringify(calls[0]), outcome: null })
          .execute();
      },
      async await(operationId, timeoutMs) {
        const deadline = performance.now() + timeoutMs;
        for (;;) {
          if (ledger.automatic) await run();
          const order = await db
            .selectFrom('test_orders')
            .selectAll()
            .where('operation_id', '=', operationId)
            .executeTakeFirst();
          if (order?.outcome) {
            const { state, block } = JSON.parse(order.outcome) as { state: 'done' | 'refused'; block: string };
            const settled = { block: BigInt(block), events: [] };
            return state === 'done'
              ? { state, ...settled }
              : { state, ...settled, refusal: { name: 'JarSealed', args: {} } };
          }
          if (performance.now() >= deadline) return { state: 'pending', events: [] };
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      },
    },
  };
  return ledger;
}

const jarId = numberedId('JarId', 64, 'Number of a jar.', '3');
const jar = z.object({ id: jarId, label: z.string(), content: amount }).meta({ id: 'Jar' });

function testRoutes(db: Database, probe: Probe, tokenOptions: Partial<TokenOptions>): Route[] {
  const keepers = { partyRoles: ['keeper'], userRoles: ['maker'] } as const;
  const everybody = { partyRoles: 'any', userRoles: ['admin', 'maker', 'checker', 'viewer'] } as const;
  return [
    readRoute({
      path: '/v1/jars/{id}',
      summary: 'A jar',
      access: everybody,
      lookUp: null,
      params: z.strictObject({ id: jarId }),
      response: jar,
      refusals: [jarRefusals.JAR_UNKNOWN],
      async handle(ctx, { params }) {
        const row = await ctx.db
          .selectFrom('test_jars')
          .selectAll()
          .where('id', '=', BigInt(params.id))
          .where('block', '<=', ctx.block)
          .executeTakeFirst();
        if (!row) throw new DeeptierError(jarRefusals.JAR_UNKNOWN, { jar: params.id });
        // `block` and `secret` are not described, and must not be sent.
        return { id: row.id.toString(), label: row.label, content: row.content.toString(), block: '1', secret: 'hush' };
      },
    }),
    readRoute({
      path: '/v1/jars',
      summary: 'Jars, by number',
      access: everybody,
      lookUp: null,
      query: z.strictObject({ label: z.string().max(20).optional(), ...pageQuery }),
      response: pageOf(jar),
      refusals: [],
      async handle(ctx, { query }) {
        const rows = await ctx.db
          .selectFrom('test_jars')
          .selectAll()
          .where('block', '<=', ctx.block)
          .$if(query.label !== undefined, (select) => select.where('label', '=', query.label ?? ''))
          .$if(ctx.page.after !== undefined, (select) => select.where('id', '>', BigInt(ctx.page.after?.[0] ?? '0')))
          .orderBy('id')
          .limit(ctx.page.limit + 1)
          .execute();
        return ctx.page.of(
          rows,
          (row) => [row.id.toString()],
          (row) => ({ id: row.id.toString(), label: row.label, content: row.content.toString() }),
        );
      },
    }),
    readRoute({
      path: '/v1/jars/recent',
      summary: 'A jar that is not the jar "recent", & <odd> signs',
      access: 'public',
      produces: 'text/csv',
      response: fileBody,
      refusals: [],
      handle: async () => 'id\r\n1\r\n',
    }),
    readRoute({
      path: '/v1/faults',
      summary: 'Fails',
      access: 'public',
      response: z.strictObject({}),
      refusals: [],
      handle: async () => {
        throw new Error('connection string postgres://secret');
      },
    }),
    readRoute({
      path: '/v1/snapshots',
      summary: 'How many jars there are, before and after somebody else adds one',
      access: everybody,
      lookUp: null,
      response: z.strictObject({ before: z.string(), after: z.string() }),
      refusals: [],
      async handle(ctx) {
        const jars = () =>
          ctx.db
            .selectFrom('test_jars')
            .select((eb) => eb.fn.countAll<bigint>().as('n'))
            .executeTakeFirstOrThrow();
        const before = await jars();
        await db
          .insertInto('test_jars')
          .values({ id: 900n, label: 'meanwhile', content: 1n, block: 1_000_000n })
          .execute();
        return { before: String(before.n), after: String((await jars()).n) };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/labels',
      summary: 'Write a label',
      access: keepers,
      body: z.strictObject({
        label: line(20, 'What stands on it.', 'Plums'),
        due: ledgerDateText.optional(),
        nested: z.strictObject({ deep: z.array(z.string()) }).optional(),
      }),
      status: 201,
      response: z.strictObject({ label: z.string(), number: z.int() }),
      refusals: [jarRefusals.JAR_FULL],
      async handle(ctx, { body }, tx) {
        probe.acted += 1;
        await tx
          .insertInto('test_jars')
          .values({ id: 1000n, label: body.label, content: 1n, block: 1_000_000n })
          .execute();
        if (body.label === 'full')
          throw new DeeptierError(jarRefusals.JAR_FULL, { content: '1', capacity: '1', amount: '1' });
        if (probe.fail === 'act') throw new Error('broke down');
        await ctx.db.selectFrom('test_jars').selectAll().where('id', '=', 1000n).execute();
        return { body: { label: body.label, number: probe.acted }, location: `/v1/labels/${probe.acted}` };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/papers',
      summary: 'Read a paper',
      access: keepers,
      body: xmlBody,
      bodyLimit: 2_000,
      status: 200,
      response: z.strictObject({ bytes: z.int() }),
      refusals: [],
      handle: async (_ctx, { body }) => ({ body: { bytes: body.length } }),
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/sessions',
      summary: 'Sign in',
      access: 'public',
      body: z.strictObject({ username: z.string(), password: z.string() }),
      status: 201,
      response: z.strictObject({ token: z.string(), expiresAt: z.string() }),
      refusals: [authRefusals.SESSION_REFUSED, authRefusals.USER_LOCKED],
      async handle(_ctx, { body }) {
        const signIn = openSignIn({ db, tokens: openTokens({ secret: SECRET, ...tokenOptions }), passwordCost: CHEAP });
        const { token, expiresAt } = await signIn(body.username, body.password);
        return { body: { token, expiresAt: expiresAt.toISOString() } };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/jars/{id}/pourings',
      summary: 'Pour into a jar',
      access: keepers,
      params: z.strictObject({ id: jarId }),
      body: z.strictObject({ amount, currency }),
      status: 201,
      response: z.strictObject({ jar: jarId, content: amount, asOf: z.string() }),
      refusals: Object.values(jarRefusals),
      async prepare(_ctx, { params, body }) {
        probe.prepared += 1;
        if (probe.fail === 'prepare') throw new Error('broke down');
        if (probe.prepareMs > 0) await new Promise((resolve) => setTimeout(resolve, probe.prepareMs));
        if (probe.refuse) throw new DeeptierError(probe.refuse);
        if (params.id === '404') throw new DeeptierError(jarRefusals.JAR_UNKNOWN, { jar: params.id });
        if (params.id === '500') {
          return {
            async atOnce(tx) {
              await tx
                .insertInto('test_jars')
                .values({ id: 500n, label: 'at once', content: BigInt(body.amount), block: 1_000_000n })
                .execute();
              if (body.amount === '999')
                throw new DeeptierError(jarRefusals.JAR_FULL, { content: '1', capacity: '1', amount: '999' });
              return { body: { jar: params.id, content: body.amount, asOf: 'never' }, location: '/v1/jars/500' };
            },
          };
        }
        return { calls: [call('Jars', 'pour', params.id, body.amount)] };
      },
      async respond(ctx, _outcome, { params }) {
        probe.responded += 1;
        if (probe.fail === 'respond') throw new Error('broke down');
        const row = await ctx.db
          .selectFrom('test_jars')
          .selectAll()
          .where('id', '=', BigInt(params.id))
          .where('label', '=', 'poured')
          .orderBy('block', 'desc')
          .executeTakeFirstOrThrow();
        return {
          body: { jar: params.id, content: row.content.toString(), asOf: String(ctx.asOf) },
          location: `/v1/jars/${params.id}`,
        };
      },
    }),
  ];
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // The shape depends on the call; the assertions say which it must have.
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a request and reads the whole answer. */
export async function ask(
  gateway: { readonly url: string },
  method: string,
  address: string,
  {
    token,
    json,
    headers = {},
    body,
  }: {
    token?: string | undefined;
    json?: unknown;
    headers?: Record<string, string>;
    body?: string | Uint8Array<ArrayBuffer>;
  } = {},
): Promise<Answered> {
  const response = await fetch(`${gateway.url}${address}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined ? { body: JSON.stringify(json) } : body !== undefined ? { body } : {}),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

export async function count(db: Database, table: 'operations' | 'test_orders' | 'test_jars'): Promise<number> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table(table)}`.execute(db);
  return Number(rows[0]?.n ?? 0n);
}
