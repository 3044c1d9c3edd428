// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { ZeroAddress } from 'ethers';
import { z } from 'zod';
import { accessSource } from './audit/access-source.ts';
import { capabilities } from './capabilities.ts';
import type { CapabilityParts } from './capability.ts';
import { foundingWithKeys, type Config } from './config.ts';
import { deploymentPlan, IGNORED_EVENTS, type Founding } from './deployment.ts';
import { openVault } from './documents/vault.ts';
import { registryKey } from './documents/registry-key.ts';
import { partyFacts } from './parties/queries.ts';
import { amountRefusals, amountRules } from './values/amounts.ts';
import { openSignIn } from './auth/sign-in.ts';
import { authMigrations } from './auth/tables.ts';
import { openTokens, type Tokens } from './auth/tokens.ts';
import type { Chain } from './ledger/chain/chain.ts';
import { systemClock, type Clock } from './values/clock.ts';
import { Contracts, loadArtifacts } from './ledger/contracts.ts';
import { deploy, refuseOtherContracts } from './ledger/deploy.ts';
import { openEmbeddedChain } from './ledger/chain/embedded.ts';
import { openRemoteChain } from './ledger/chain/remote.ts';
import { currencyRefusals, currencyRules } from './values/currencies.ts';
import { dateRefusals, dateRules } from './values/dates.ts';
import type { Health } from './runtime/health.ts';
import { createApp, type App } from './http/app.ts';
import { ofCapability } from './http/route.ts';
import type { RateLimits } from './http/limits.ts';
import { readinessOf, type ReadinessPart } from './http/readiness.ts';
import { httpMigrations } from './http/tables.ts';
import { openLedgerClient, type LedgerClient } from './ledger/client.ts';
import { Keystore } from './ledger/instructions/keystore.ts';
import { Outbox } from './ledger/instructions/outbox.ts';
import { instructionRefusals, instructionRules } from './ledger/instructions/refusals.ts';
import { Relayer } from './ledger/instructions/relayer.ts';
import { serviceAccount } from './ledger/instructions/service-account.ts';
import { ledgerMigrations } from './ledger/tables.ts';
import type { Log } from './runtime/log.ts';
import { addressOf } from './values/hex.ts';
import { openMetrics } from './runtime/metrics.ts';
import { codeDigest } from './ledger/projector/code-digest.ts';
import { eventsOf, projectionSchema } from './ledger/projector/definition.ts';
import { Projector, type Progress } from './ledger/projector/projector.ts';
import { ORIGINALS, openDatabase, type Database } from './store/database.ts';
import { lockMigrations, takeDatabase } from './store/database-lock.ts';
import { migrate, type Migration } from './store/migrations.ts';
import { placeOf } from './store/place.ts';
import { startPostgres } from './store/postgres.ts';
import { INTERNAL_ERRORS, joinRefusals } from './refusals.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly limits?: Partial<RateLimits>;
  /** Tells whoever started it what takes long. */
  readonly say?: (text: string) => void;
  /** The console, where there is one. */
  readonly site?: RequestHandler;
  /**
   * The database has gone to another gateway, and no more may be written to it. Default: the process ends at once, as if
   * it had been killed, since an orderly stop would still finish what is under way.
   */
  readonly onLost?: (reason: string) => void;
}

/** A gateway that is up, but for its address. */
export interface Gateway {
  readonly app: App;
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly ledgerClient: LedgerClient;
  readonly projector: Projector;
  readonly keystore: Keystore;
  readonly tokens: Tokens;
  stop(): Promise<void>;
}

const PROJECT = path.resolve(import.meta.dirname, '..');
const SERVER = import.meta.dirname;

/** Of all the tables that nothing else could give back. */
export const MIGRATIONS: readonly Migration[] = [
  ...lockMigrations,
  ...ledgerMigrations,
  ...authMigrations,
  ...httpMigrations,
  ...capabilities.flatMap(({ migrations }) => migrations),
];

/** Puts the rooms and the platform together: database, chain, contracts, the pipeline and the HTTP side, in that order. */
export async function openGateway({
  config,
  log,
  clock = systemClock,
  limits,
  say = () => undefined,
  site,
  onLost = endAtOnce(log),
}: GatewayOptions): Promise<Gateway> {
  const stops: (() => Promise<unknown>)[] = [];
  let stopping = false;
  let databaseHealth: (() => Health) | undefined; // of a server of our own
  const stop = async (): Promise<void> => {
    stopping = true;
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const artifacts = await loadArtifacts(path.join(PROJECT, 'artifacts/contracts'));
    const projections = capabilities.flatMap(({ projection }) => projection ?? []);
    const schema = projectionSchema(projections, {
      events: eventsOf(artifacts),
      code: await codeDigest(SERVER, [
        path.join(SERVER, 'ledger/projector/projector.ts'),
        path.join(SERVER, 'ledger/contracts.ts'),
        ...capabilities
          .filter(({ projection }) => projection)
          .map(({ name }) => path.join(SERVER, name, 'projection.ts')),
      ]),
    });

    const place = placeOf(config);
    const connectionString = config.databaseUrl ?? (await ownPostgres());
    // Before anything is read or changed: a gateway that is at work here must not find it changed.
    const lock = await takeDatabase({ connectionString, place, log, onLost });
    stops.push(() => lock.release());
    const db = openPool(12);
    const back = openPool(8); // the pipeline's own connections, so that requests never starve it
    const contracts = new Contracts(artifacts);
    await refuseOtherContracts({ db, contracts, plan: deploymentPlan(namesOnly(config)), place: place.name });
    await migrate(db, MIGRATIONS, place);
    await lock.sign();

    const declared = capabilities.flatMap(({ refusals }) => refusals);
    const refusalOf = joinRefusals(contracts, declared, INTERNAL_ERRORS);
    const keystore = await Keystore.open({
      directory: path.join(config.dataDir, 'keystore'),
      passphrase: config.secrets.keystorePassphrase,
    });

    const chain =
      config.rpcUrl === undefined
        ? await openEmbeddedChain({ db: back, clock, log, chainId: config.chainId })
        : await openRemoteChain({ url: config.rpcUrl, chainId: config.chainId, clock, log });
    stops.push(() => chain.stop());
    const founding = foundingWithKeys(config.founding, {
      operator: (await serviceAccount(db, keystore, 'founding operator')).address,
      regulator: (await serviceAccount(db, keystore, 'founding regulator')).address,
    });
    await deploy({
      chain,
      db,
      contracts,
      deployer: await serviceAccount(db, keystore, 'deployer'),
      plan: deploymentPlan(founding),
      log,
    });

    const outbox = new Outbox(back, { chainId: chain.id, forwarder: contracts.address('InstructionForwarder') });
    const relayer = new Relayer({
      db: back,
      chain,
      contracts,
      outbox,
      signer: keystore,
      account: await serviceAccount(db, keystore, 'relayer'),
      log,
    });
    const projector = new Projector({
      db: back,
      chain,
      contracts,
      log,
      ignored: IGNORED_EVENTS,
      onRollback: relayer.takeBack,
      projections,
      schema,
    });
    await projector.start();
    stops.push(() => projector.stop());
    await relayer.start();
    stops.push(() => relayer.stop());
    const ledgerClient = openLedgerClient({
      db,
      chain,
      contracts,
      outbox,
      relayer,
      projector,
      signer: keystore,
      refusalOf,
      log,
    });

    const tokens = openTokens({ secret: config.secrets.gateway });
    const parts: CapabilityParts = {
      signer: keystore,
      signIn: openSignIn({ db, tokens }),
      clock,
      contracts,
      registryKey: registryKey(config.secrets.registry),
      vault: await openVault({ directory: path.join(config.dataDir, 'vault'), masterKey: config.secrets.vault }),
    };
    const readiness = async (): Promise<readonly ReadinessPart[]> => [
      readinessOf('database lock', lock.health()),
      readinessOf('chain', chain.health()),
      readinessOf('relayer', relayer.health()),
      readinessOf('projector', projector.health()),
      ...(databaseHealth ? [readinessOf('database', databaseHealth())] : []),
    ];
    const platform = [
      ...Object.values(amountRefusals),
      ...Object.values(currencyRefusals),
      ...Object.values(dateRefusals),
      ...Object.values(instructionRefusals),
    ];
    const app = createApp({
      routes: capabilities.flatMap(({ name, routes }) => ofCapability(name, routes(parts))),
      db,
      records: openPool(3),
      chain,
      ledgerClient,
      tokens,
      log,
      refusalOf,
      readiness,
      partyOf: partyFacts(db, clock),
      access: accessSource,
      metrics: openMetrics({ process: true }),
      secret: config.secrets.gateway,
      version: VERSION,
      abouts: Object.fromEntries(capabilities.map(({ name, about }) => [name, about])),
      refusals: [...declared, ...platform],
      rules: [...capabilities.map(({ rules }) => rules), amountRules, currencyRules, dateRules, instructionRules],
      trustedProxies: config.trustedProxies,
      metricsForAll: config.metricsForAll,
      ...(limits && { limits }),
      ...(site && { site }),
    });
    await projector.becomeLevel((progress) => say(progressText(progress)));
    return { app, db, chain, contracts, ledgerClient, projector, keystore, tokens, stop };

    function openPool(poolSize: number): Database {
      const pool = openDatabase(connectionString, { schemas: [schema.name, ORIGINALS], poolSize, onConnectionError });
      stops.push(() => pool.destroy());
      return pool;
    }
  } catch (error) {
    await stop();
    throw error;
  }

  /** When the database stops last, its connections are on their way out already. */
  function onConnectionError(err: Error): void {
    if (!stopping) log.warn({ err }, 'a database connection broke');
  }

  async function ownPostgres(): Promise<string> {
    const postgres = await startPostgres({ dataDir: path.join(config.dataDir, 'postgres'), log });
    stops.push(() => postgres.stop());
    databaseHealth = () => postgres.health();
    return postgres.connectionString;
  }
}

function endAtOnce(log: Log): (reason: string) => void {
  return (reason) => {
    log.fatal(reason);
    process.stderr.write(`Deeptier ends: ${reason}\n`);
    process.exit(1);
  };
}

/** The founding before its keys are known, which its steps' names do not depend on. */
function namesOnly({ founding }: Config): Founding {
  return foundingWithKeys(founding, { operator: addressOf(ZeroAddress), regulator: addressOf(ZeroAddress) });
}

const { version: VERSION } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')));

function progressText({ block, of, again }: Progress): string {
  return again
    ? `making the tables again, since their definition has changed: block ${block} of ${of}`
    : `reading the chain into the tables: block ${block} of ${of}`;
}
