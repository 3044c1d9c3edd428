// SPDX-License-Identifier: Apache-2.0
import path from 'node:path';
import { toQuantity } from 'ethers';
import type { EthereumProvider } from 'hardhat/types/providers';
import type { Health } from '../../runtime/health.ts';
import type { Log } from '../../runtime/log.ts';
import { SerialQueue } from '../../runtime/queue.ts';
import { takeAdvisoryLock, type AdvisoryLock } from '../../store/advisory-lock.ts';
import type { Database } from '../../store/database.ts';
import { TransientError } from '../../runtime/transient.ts';
import { findBlock } from './block.ts';
import type { CallRequest, Chain } from './chain.ts';
import type { Clock } from '../../values/clock.ts';
import { asHex, keccak, type Hash, type Hex } from '../../values/hex.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { InProcessProvider } from './providers.ts';
import { pollReceipt, type Receipt } from './receipt.ts';

export interface EmbeddedChainOptions {
  /**
   * Not the pool that requests take their connections from: a request may hold one while it waits for the chain, and the
   * chain needs one to go on. The relayer and the projector may share this one; together they keep three for good.
   */
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Never changes once the chain has begun. Default 31415. */
  readonly chainId?: number;
}

/** The first block's time; the ledger begins later than this. */
const GENESIS_DATE = '2020-01-01T00:00:00Z';
const BLOCK_GAS_LIMIT = 60_000_000;
/** Transactions and rehearsals waiting for their turn. */
const QUEUE_LIMIT = 2_000;
const RECEIPT_POLL_MS = 20;

/** What Hardhat gives for a network. */
interface Connection {
  readonly provider: EthereumProvider;
  close(): Promise<void>;
}

interface PendingCall {
  readonly request: CallRequest;
  readonly resolve: (data: Hex) => void;
  readonly reject: (error: unknown) => void;
}

interface Head {
  readonly number: bigint;
  readonly hash: Hash;
  readonly stateRoot: Hash;
  readonly timestamp: bigint;
}

/**
 * Opens the chain that runs inside this process: Hardhat's EDR, kept by a journal. EDR holds its state in memory and
 * gives the same blocks for the same transactions and timestamps, so the journal is the chain: it is replayed here, and
 * the result compared with what it was.
 *
 * @throws when another process holds the journal, or when the replay gives another state
 */
export async function openEmbeddedChain(options: EmbeddedChainOptions): Promise<Chain> {
  const lock = await takeAdvisoryLock(options.db, 'embedded chain');
  let connection: Connection | undefined;
  try {
    connection = await connect(options.chainId ?? 31_415);
    const chain = new EmbeddedChain(options, connection, lock);
    await chain.replay();
    return chain;
  } catch (error) {
    await connection?.close();
    await lock.release();
    throw error;
  }
}

/** Everything that determines a block hash is pinned here; with other values an existing journal does not replay. */
async function connect(chainId: number): Promise<Connection> {
  // Loaded only when this chain is used: with a remote one Hardhat need not be there.
  const { createHardhatRuntimeEnvironment } = await import('hardhat/hre');
  const project = path.resolve(import.meta.dirname, '../../..');
  const hardhat = await createHardhatRuntimeEnvironment(
    {
      // Build results would only serve stack traces in errors, and take seconds and memory to read.
      paths: { artifacts: path.join(import.meta.dirname, 'no-artifacts') },
      networks: {
        embedded: {
          type: 'edr-simulated',
          chainType: 'l1',
          chainId,
          hardfork: 'cancun',
          initialDate: GENESIS_DATE,
          initialBaseFeePerGas: 0,
          blockGasLimit: BLOCK_GAS_LIMIT,
          allowBlocksWithSameTimestamp: true,
          accounts: [],
          mining: { auto: true, interval: 0, mempool: { order: 'fifo' } },
          throwOnTransactionFailures: false,
        },
      },
    },
    {},
    project,
  );
  return hardhat.network.create({ network: 'embedded' });
}

class EmbeddedChain implements Chain {
  readonly id: number;
  readonly kind = 'embedded';
  readonly provider: InProcessProvider;
  readonly clock: Clock;
  readonly #connection: Connection;
  readonly #journal: Journal;
  readonly #lock: AdvisoryLock;
  readonly #log: Log;
  readonly #queue = new SerialQueue('embedded chain', QUEUE_LIMIT);
  readonly #listeners = new Set<() => void>();
  #health: Health = { state: 'retrying', reason: 'the journal is being replayed' };
  #head: Head | undefined;
  /** Calls that wait for their common turn. */
  readonly #calls: PendingCall[] = [];
  /** Written to the journal, or perhaps written, but in no block: the next entry takes its place. */
  #abandoned: Hash | undefined;

  constructor({ db, clock, log, chainId = 31_415 }: EmbeddedChainOptions, connection: Connection, lock: AdvisoryLock) {
    this.id = chainId;
    this.clock = clock;
    this.provider = new InProcessProvider(chainId, (request) => connection.provider.request(request));
    this.#connection = connection;
    this.#journal = new Journal(db);
    this.#lock = lock;
    this.#log = log;
  }

  async replay(): Promise<void> {
    const started = performance.now();
    const genesis = await this.#readHead();
    const edrVersion = (await this.provider.send('web3_clientVersion', [])) as string;
    const header = await this.#journal.header();
    if (header === undefined) {
      await this.#journal.writeHeader({ chainId: this.id, edrVersion, genesisHash: genesis.hash });
    } else if (header.chainId !== this.id) {
      throw new Error(`the journal is of chain ${header.chainId}, not ${this.id}`);
    }
    this.#head = genesis;
    let sealed: JournalEntry | undefined;
    let replayed = 0;
    for await (const entry of this.#journal.entries()) {
      const head: Head = this.#head;
      if (entry.seq !== head.number + 1n)
        throw new Error(`the journal has no entry ${head.number + 1n} but has ${entry.seq}`);
      try {
        await this.#mine(entry);
      } catch (error) {
        if (entry.blockHash !== null) throw new Error(`journal entry ${entry.seq} does not replay`, { cause: error });
        // It was written down, and refused then as now. It was the last one: nothing was acknowledged after it.
        this.#log.warn({ err: error, seq: entry.seq.toString() }, 'dropping a transaction that the chain refuses');
        await this.#journal.drop(entry.seq);
        continue;
      }
      replayed += 1;
      // Reading a header costs as much as mining: the sealed head is compared below, and vouches for all before it.
      this.#head = { ...head, number: entry.seq, timestamp: entry.timestamp };
      if (entry.blockHash === null) await this.#seal();
      else sealed = entry;
      if (replayed % 10_000 === 0) this.#log.info({ replayed }, 'replaying the journal');
    }
    this.#head = await this.#readHead();
    if (sealed) await this.#compare(sealed, header, edrVersion);
    if (header && header.edrVersion !== edrVersion) {
      await this.#journal.writeHeader({ chainId: this.id, edrVersion, genesisHash: genesis.hash });
    }
    this.#health = { state: 'ready' };
    this.#log.info(
      { blocks: this.#head.number.toString(), head: this.#head.hash, ms: Math.round(performance.now() - started) },
      'the embedded chain is open',
    );
  }

  call(request: CallRequest): Promise<Hex> {
    if (this.#calls.length >= QUEUE_LIMIT)
      return Promise.reject(new TransientError('too many calls wait for the embedded chain'));
    return new Promise((resolve, reject) => {
      this.#calls.push({ request, resolve, reject });
      if (this.#calls.length > 1) return; // they have a turn already
      this.#queue
        .run(() => this.#runCalls())
        .catch((error: unknown) => {
          for (const call of this.#calls.splice(0)) call.reject(error);
        });
    });
  }

  sendRaw(raw: Hex): Promise<Hash> {
    const txHash = keccak(raw);
    return this.#queue.run(async () => {
      if (this.#health.state !== 'ready')
        throw new Error(`the embedded chain takes no transaction: ${this.#health.reason ?? this.#health.state}`);
      if ((await this.provider.send('eth_getTransactionByHash', [txHash])) !== null) return txHash;
      const head = this.#requireHead();
      const entry = { seq: head.number + 1n, timestamp: this.#nextTimestamp(), raw, txHash };
      const abandoned = this.#abandoned;
      this.#abandoned = txHash; // until it is in a block
      await this.#journal.append(entry, abandoned);
      await this.#mine(entry);
      this.#abandoned = undefined;
      this.#head = await this.#readHead();
      if (this.#head.number !== entry.seq)
        this.#halt(`block ${entry.seq} was expected, and ${this.#head.number} was made`);
      await this.#seal().catch((error: unknown) => this.#log.error({ err: error }, 'the journal entry stays unsealed'));
      for (const listener of this.#listeners) listener();
      return txHash;
    });
  }

  awaitReceipt(hash: Hash, timeoutMs: number): Promise<Receipt | undefined> {
    return pollReceipt(this.provider, hash, timeoutMs, RECEIPT_POLL_MS);
  }

  onBlock(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  health(): Health {
    return this.#health;
  }

  async stop(): Promise<void> {
    if (this.#health.state === 'stopped') return;
    this.#health = { state: 'stopped' };
    await this.#queue.idle();
    this.#listeners.clear();
    this.provider.destroy();
    await this.#connection.close();
    await this.#lock.release();
  }

  /**
   * "pending" runs at the time set for the next block, and each transaction sets its own: so calls and transactions take
   * turns, and calls that have come meanwhile share one.
   */
  async #runCalls(): Promise<void> {
    await this.#setNextTimestamp(this.#nextTimestamp());
    await Promise.all(
      this.#calls.splice(0).map(({ request, resolve, reject }) => {
        const transaction = { from: request.from, to: request.to, data: request.data };
        const overrides = request.stateOverride ? [request.stateOverride] : [];
        return this.provider
          .send('eth_call', [transaction, 'pending', ...overrides])
          .then((data) => resolve(asHex(String(data))), reject);
      }),
    );
  }

  /** Makes the block of one journal entry. */
  async #mine(entry: Pick<JournalEntry, 'timestamp' | 'raw' | 'txHash'>): Promise<void> {
    await this.#setNextTimestamp(entry.timestamp);
    const hash = await this.provider.send('eth_sendRawTransaction', [entry.raw]);
    if (hash !== entry.txHash) this.#halt(`transaction ${entry.txHash} became ${String(hash)}`);
  }

  async #seal(): Promise<void> {
    const head = await this.#readHead();
    await this.#journal.seal(head.number, head.hash, head.stateRoot);
  }

  /** The replayed chain must be the one that was acknowledged. */
  async #compare(sealed: JournalEntry, header: { edrVersion: string } | undefined, edrVersion: string): Promise<void> {
    const block = await this.#readHead(sealed.seq);
    if (block.hash === sealed.blockHash && block.stateRoot === sealed.stateRoot) return;
    if (block.stateRoot === sealed.stateRoot && header?.edrVersion !== edrVersion) {
      // Another engine version may fill header fields differently; the state is what was promised.
      this.#log.warn(
        { from: header?.edrVersion, to: edrVersion },
        'same state, other block hashes: recording the new ones',
      );
      for await (const entry of this.#journal.entries()) {
        const { hash, stateRoot } = await this.#readHead(entry.seq);
        await this.#journal.seal(entry.seq, hash, stateRoot);
      }
      return;
    }
    for await (const entry of this.#journal.entries()) {
      const { hash } = await this.#readHead(entry.seq);
      if (entry.blockHash !== null && hash !== entry.blockHash) {
        throw new Error(`the journal does not replay: block ${entry.seq} was ${entry.blockHash} and is ${hash} now`);
      }
    }
    throw new Error(`the journal does not replay: state root of block ${sealed.seq}`);
  }

  #nextTimestamp(): bigint {
    const now = BigInt(this.clock.now());
    const { timestamp } = this.#requireHead();
    return now > timestamp ? now : timestamp;
  }

  async #setNextTimestamp(timestamp: bigint): Promise<void> {
    await this.provider.send('evm_setNextBlockTimestamp', [toQuantity(timestamp)]);
  }

  async #readHead(number?: bigint): Promise<Head> {
    const block = await findBlock(this.provider, number ?? 'latest');
    if (block === undefined) throw new Error(`the embedded chain has no block ${number ?? 'latest'}`);
    return block;
  }

  #requireHead(): Head {
    if (this.#head === undefined) throw new Error('the journal has not been replayed');
    return this.#head;
  }

  #halt(reason: string): never {
    this.#health = { state: 'halted', reason };
    throw new Error(reason);
  }
}
