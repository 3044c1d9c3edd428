// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Address } from '../../../../server/values/hex.ts';
import type { Chain } from '../../../../server/ledger/chain/chain.ts';
import { systemClock, type Clock } from '../../../../server/values/clock.ts';
import { call, type Call } from '../../../../server/ledger/contract-types.ts';
import { Contracts, loadArtifacts } from '../../../../server/ledger/contracts.ts';
import { deploy, type DeploymentStep } from '../../../../server/ledger/deploy.ts';
import { openEmbeddedChain } from '../../../../server/ledger/chain/embedded.ts';
import { DeeptierError, defineRefusals } from '../../../../server/values/errors.ts';
import { openLedgerClient, type LedgerClient } from '../../../../server/ledger/client.ts';
import { Keystore, type Signer } from '../../../../server/ledger/instructions/keystore.ts';
import { Outbox } from '../../../../server/ledger/instructions/outbox.ts';
import { Relayer } from '../../../../server/ledger/instructions/relayer.ts';
import { serviceAccount } from '../../../../server/ledger/instructions/service-account.ts';
import { ledgerMigrations } from '../../../../server/ledger/tables.ts';
import { createLog, type Log } from '../../../../server/runtime/log.ts';
import { projectionSchema, type ProjectionSchema } from '../../../../server/ledger/projector/definition.ts';
import type { Projection } from '../../../../server/ledger/projector/projection.ts';
import { Projector } from '../../../../server/ledger/projector/projector.ts';
import { numeric, text } from '../../../../server/store/columns.ts';
import { openDatabase, ORIGINALS, type Database } from '../../../../server/store/database.ts';
import { migrate } from '../../../../server/store/migrations.ts';
import { compiledTestContract } from '../../compiled.ts';
import { startPostgres, type RunningPostgres } from '../../../../server/store/postgres.ts';
import { put, versionedTable, type RowOf } from '../../../../server/store/versioned.ts';
import type { AddressLike, BaseContract, BigNumberish } from 'ethers';
import type { TypedContractEvent, TypedContractMethod } from '../../../../types/common.ts';
import type { Values } from '../../../../server/ledger/decode.ts';
import { readView } from '../../../../server/ledger/read-view.ts';

declare module '../../../../server/store/database.ts' {
  interface Tables {
    test_counters: RowOf<typeof counters>;
  }
}

const artifactsDir = path.resolve(import.meta.dirname, '../../../../artifacts');

export const quiet = createLog({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' });

export const counters = versionedTable('test_counters', {
  columns: { who: text(), total: numeric(78), note: text() },
  key: ['who'],
});

export const counting: Projection = {
  name: 'counting',
  tables: [counters],
  on: {
    'Counter.Counted': async (tx, { args, block }) => {
      await put(tx, counters, { who: args.who }, { total: args.total, note: args.note }, block.number);
    },
  },
};

export function schemaOf(projection: Projection): ProjectionSchema {
  return projectionSchema([projection], { events: [], code: 'of the test' });
}

/** The part of `Counter.sol` that is used here; of the tests' own contracts no types are generated. */
interface Counter extends BaseContract {
  add: TypedContractMethod<[amount: BigNumberish, note: string], [void], 'nonpayable'>;
  stamp: TypedContractMethod<[], [void], 'nonpayable'>;
  burn: TypedContractMethod<[rounds: BigNumberish], [void], 'nonpayable'>;
  LIMIT: TypedContractMethod<[], [bigint], 'view'>;
  counts: TypedContractMethod<[who: AddressLike], [bigint], 'view'>;
  neighbour: TypedContractMethod<[], [string], 'view'>;
  filters: {
    Counted: TypedContractEvent<
      [who: AddressLike, total: BigNumberish, note: string],
      [who: string, total: bigint, note: string],
      { who: string; total: bigint; note: string }
    >;
  };
}

interface CounterFactory {
  attach(address: string): Counter;
  deploy(forwarder: AddressLike, neighbour: AddressLike): Promise<Counter>;
}

declare module '../../../../server/ledger/contract-types.ts' {
  interface LedgerContracts {
    Counter: CounterFactory;
    Neighbour: CounterFactory;
  }
}

export const plan: readonly DeploymentStep[] = [
  { name: 'InstructionForwarder', args: () => [] },
  { name: 'Counter', args: (address) => [address('InstructionForwarder'), address('Neighbour')] },
  { name: 'Neighbour', artifact: 'Counter', args: (address) => [address('InstructionForwarder'), address('Counter')] },
];

export const ignored = ['InstructionForwarder.*', 'Neighbour.*'];

const counterRefusals = defineRefusals({
  COUNT_TOO_HIGH: { rule: 'CNT-1', status: 422, sentence: '{total} is more than {limit}.' },
});

export function refusalOf(name: string, args: Values): DeeptierError {
  if (name !== 'CountTooHigh') throw new Error(`the test knows no refusal ${name}`);
  return new DeeptierError(counterRefusals.COUNT_TOO_HIGH, {
    total: String(args['total']),
    limit: String(args['limit']),
  });
}

export interface Ledger {
  readonly directory: string;
  readonly postgres: RunningPostgres;
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly keystore: Keystore;
  readonly outbox: Outbox;
  readonly relayer: Relayer;
  readonly projector: Projector;
  readonly ledgerClient: LedgerClient;
  readonly log: Log;
  stop(): Promise<void>;
}

export interface LedgerOptions {
  readonly directory: string;
  readonly clock?: Clock;
  readonly groupMs?: number;
  readonly log?: Log;
  /** Puts something between the relayer and the keys. */
  readonly signer?: (keystore: Keystore) => Signer;
  /** Puts something between the relayer and the chain. */
  readonly between?: (chain: Chain) => Chain;
  /** Other tables than `counters`, made otherwise. */
  readonly projection?: Projection;
  /** Another chain than the embedded one. */
  readonly openChain?: (db: Database) => Promise<Chain>;
}

let artifacts: Promise<Awaited<ReturnType<typeof loadArtifacts>>> | undefined;

export async function loadTestContracts(): Promise<Contracts> {
  artifacts ??= loadArtifacts(
    path.join(artifactsDir, 'contracts/common'),
    compiledTestContract('test/contracts/common/Counter.sol'),
  );
  return new Contracts(await artifacts);
}

export async function makeDirectory(): Promise<string> {
  return fs.mkdtemp(path.join(os.tmpdir(), 'deeptier-test-'));
}

/** Everything from the database to the ledger client, on a directory of its own. */
export async function startLedger({
  directory,
  clock = systemClock,
  groupMs,
  log = quiet,
  between,
  openChain,
  projection = counting,
  signer: wrapSigner = (keys) => keys,
}: LedgerOptions): Promise<Ledger> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startPostgres({ dataDir: path.join(directory, 'postgres'), log });
    stops.push(() => postgres.stop());
    const schema = schemaOf(projection);
    const schemas = [schema.name, ORIGINALS];
    const db = openDatabase(postgres.connectionString, { schemas });
    stops.push(() => db.destroy());
    const back = openDatabase(postgres.connectionString, { schemas, poolSize: 8 });
    stops.push(() => back.destroy());
    await migrate(db, ledgerMigrations);
    const keystore = await Keystore.open({
      directory: path.join(directory, 'keystore'),
      passphrase: 'a test of the platform',
    });
    const signer = wrapSigner(keystore);
    const opened = await (openChain ?? ((database) => openEmbeddedChain({ db: database, clock, log })))(back);
    stops.push(() => opened.stop());
    const chain = between ? between(opened) : opened;
    const contracts = await loadTestContracts();
    await deploy({ chain: opened, db, contracts, deployer: await serviceAccount(db, keystore, 'deployer'), plan, log });
    const outbox = new Outbox(back, { chainId: chain.id, forwarder: contracts.address('InstructionForwarder') });
    const relayer = new Relayer({
      db: back,
      chain,
      contracts,
      outbox,
      signer,
      account: await serviceAccount(db, keystore, 'relayer'),
      log,
      ...(groupMs === undefined ? {} : { groupMs }),
    });
    const projector = new Projector({
      db: back,
      chain,
      contracts,
      projections: [projection],
      schema,
      ignored,
      log,
      onRollback: relayer.takeBack,
    });
    await projector.start();
    stops.push(() => projector.stop());
    await relayer.start();
    stops.push(() => relayer.stop());
    const ledgerClient = openLedgerClient({ db, chain, contracts, outbox, relayer, projector, signer, refusalOf, log });
    return { directory, postgres, db, chain, contracts, keystore, outbox, relayer, projector, ledgerClient, log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function add(amount: bigint | number, note = ''): Call {
  return call('Counter', 'add', BigInt(amount), note);
}

/** The same chain with something before or after it hands a transaction over. */
export function withSendRaw(chain: Chain, sendRaw: Chain['sendRaw']): Chain {
  return {
    id: chain.id,
    kind: chain.kind,
    provider: chain.provider,
    clock: chain.clock,
    sendRaw,
    call: (request) => chain.call(request),
    awaitReceipt: (hash, timeoutMs) => chain.awaitReceipt(hash, timeoutMs),
    onBlock: (listener) => chain.onBlock(listener),
    health: () => chain.health(),
    stop: () => chain.stop(),
  };
}

/** Hands one operation in, as a command does. */
export async function hand(ledger: Ledger, signer: Address, calls: readonly Call[]): Promise<string> {
  const [operation] = await handAtOnce(ledger, signer, [calls]);
  return operation as string;
}

/** Several operations that the relayer sees at the same moment, however slow the machine is: it packs them together. */
export async function handAtOnce(
  ledger: Ledger,
  signer: Address,
  operations: readonly (readonly Call[])[],
): Promise<string[]> {
  return ledger.db.transaction().execute(async (tx) => {
    const ids: string[] = [];
    for (const calls of operations) {
      const operationId = randomUUID();
      await ledger.ledgerClient.enqueue(tx, operationId, signer, calls);
      ids.push(operationId);
    }
    return ids;
  });
}

export async function countOf(ledger: Ledger, who: Address): Promise<bigint> {
  return readView(ledger.chain, ledger.contracts, call('Counter', 'counts', who));
}
