// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Chain } from '../chain/chain.ts';
import { findBlock } from '../chain/block.ts';
import type { LedgerEvent } from '../contract-types.ts';
import type { Contracts } from '../contracts.ts';
import { canonicalJson } from '../../values/json.ts';
import type { Health } from '../../runtime/health.ts';
import type { Log } from '../../runtime/log.ts';
import { Loop } from '../../runtime/loop.ts';
import { SerialQueue } from '../../runtime/queue.ts';
import { takeAdvisoryLock, type AdvisoryLock } from '../../store/advisory-lock.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { confine, createSchema, dropSchema, replaceSchema, schemasLike } from '../../store/schema.ts';
import { rollback, type VersionedTable } from '../../store/versioned.ts';
import { TransientError } from '../../runtime/transient.ts';
import { PROJECTION_PREFIX, type ProjectionSchema } from './definition.ts';
import type { Hash } from '../../values/hex.ts';
import { digestTables } from './digest.ts';
import { fetchBlock, type FetchedBlock } from './fetch.ts';
import { handlersOf, type EventHandler, type Projection } from './projection.ts';

export interface ProjectorOptions {
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly projections: readonly Projection[];
  /** Where their tables are. The connections of `db` look there first. */
  readonly schema: ProjectionSchema;
  /** Events that no table is made of: `Contract.Event`, or `Contract.*`. They are kept in `events` all the same. */
  readonly ignored: readonly string[];
  readonly log: Log;
  /** Nothing of the ledger is older. Default 0. */
  readonly firstBlock?: bigint;
  /** Runs in the transaction that takes the blocks after `toBlock` back. */
  readonly onRollback?: (tx: Transaction, toBlock: bigint) => Promise<void>;
}

/** The newest block whose events are in the tables. */
export interface Checkpoint {
  readonly number: bigint;
  readonly hash: Hash;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** A checkpoint, with the rolling hash of all events up to it. */
interface Position extends Checkpoint {
  readonly rolling: string;
}

/** How far the tables are, and the block they are to reach. */
export interface Progress {
  readonly block: bigint;
  readonly of: bigint;
  /** Whether they are made again because another definition of them was found. */
  readonly again: boolean;
}

interface Waiter {
  readonly block: bigint;
  settle(result: boolean | Error): void;
}

/** Blocks read ahead, and applied in one database transaction, while catching up. */
const PAGE = 50;
const IDLE_MS = 500;
const ROLLING_START = '0'.repeat(64);
const MAX_WAITERS = 10_000;
/** So many blocks behind the chain is no delay any more that each block has. */
const FAR_BEHIND = 2 * PAGE;
const PROGRESS_EVERY_MS = 2_000;
/** Without a block for so long, they will not be level. */
const STALLED_MS = 600_000;

/**
 * Follows the chain block by block and keeps the tables true to it. A block's events, what the projections make of them
 * and the checkpoint are one database transaction, so that no crash can part them. A reorganisation is taken back to the
 * common ancestor. An event that nobody knows, or that a projection cannot take, halts it: nothing is passed over.
 *
 * The tables are in a schema of their own, which is named for all that decides their rows. Where there is none of that
 * name, it is created and filled from the first block, and the ones before it are dropped once it is level. A handler
 * finds no other table than these: what the chain cannot give back never depends on it, nor it on that.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #handlers = new Map<string, EventHandler[]>();
  readonly #tables: readonly VersionedTable[];
  readonly #loop: Loop;
  readonly #queue = new SerialQueue('projector', 100);
  readonly #waiters = new Set<Waiter>();
  #checkpoint: Position | undefined;
  /** The newest block of the chain when it was last asked. */
  #head = -1n;
  #again = false;
  /** A commit whose answer was lost may have been made. */
  #doubtful = false;
  #lock: AdvisoryLock | undefined;
  #ignoreBlocks: (() => void) | undefined;

  /** @throws when an event is neither handled nor ignored, or a handler is of an event that does not exist */
  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#tables = options.projections.flatMap((projection) => projection.tables);
    for (const projection of options.projections) {
      for (const [event, handler] of handlersOf(projection)) {
        this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
      }
    }
    this.#checkEvents();
    this.#loop = new Loop({
      name: 'projector',
      log: options.log,
      idleMs: IDLE_MS,
      step: () => this.#queue.run(() => this.#step()),
    });
    this.#loop.onHalt((error) => {
      for (const waiter of [...this.#waiters]) waiter.settle(error);
    });
  }

  /** Begins to follow the chain where it was left. Use `waitFor` to know when the tables are up to date. */
  async start(): Promise<void> {
    const { db, schema, log } = this.#options;
    this.#lock = await takeAdvisoryLock(db, 'projector');
    const created = await createSchema(db, schema.name, schema.ddl);
    const others = await this.#otherSchemas();
    if (created) log.info({ schema: schema.name, others }, 'created the tables that are made of the chain');
    await this.#loadCheckpoint();
    // What a rebuild left behind is of this definition, and tables that are level are only waited for by old ones to go.
    const hasOlder = others.some((name) => !name.startsWith(schema.name));
    this.#again = hasOlder && this.#next(this.#checkpoint) <= (await this.#newest());
    this.#ignoreBlocks = this.#options.chain.onBlock(() => this.#loop.wake());
    this.#loop.start();
  }

  /** Undefined before the first block. */
  checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  /**
   * Waits until the tables hold `block`; false when they do not after `timeoutMs`.
   * @throws when the projector halts
   */
  waitFor(block: bigint, timeoutMs: number): Promise<boolean> {
    if (this.#checkpoint && this.#checkpoint.number >= block) return Promise.resolve(true);
    const health = this.health();
    if (health.state === 'halted') return Promise.reject(new Error(health.reason));
    if (this.#waiters.size >= MAX_WAITERS) return Promise.reject(new TransientError('too many wait for the projector'));
    this.#loop.wake();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        block,
        settle: (result) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          if (result instanceof Error) reject(result);
          else resolve(result);
        },
      };
      const timer = setTimeout(() => waiter.settle(false), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** Waits until the tables are level with the chain as it is now. */
  async catchUp(timeoutMs: number): Promise<boolean> {
    return this.waitFor(await this.#newest(), timeoutMs);
  }

  /**
   * Waits until the tables are level with the chain, as long as they come nearer; then drops those of other definitions.
   * @throws when the projector halts, or does not get on
   */
  async becomeLevel(onProgress?: (progress: Progress) => void): Promise<void> {
    const reached = () => this.#checkpoint?.number ?? 0n;
    let [last, since] = [reached(), performance.now()];
    this.#head = await this.#newest();
    if (this.#again) onProgress?.({ block: reached(), of: this.#head, again: true });
    while (!(await this.catchUp(PROGRESS_EVERY_MS))) {
      onProgress?.({ block: reached(), of: this.#head, again: this.#again });
      if (reached() !== last) [last, since] = [reached(), performance.now()];
      else if (performance.now() - since > STALLED_MS) throw new Error('the tables did not catch up with the chain');
    }
    const others = await this.#otherSchemas();
    for (const other of others) await dropSchema(this.#options.db, other);
    if (others.length > 0) this.#options.log.info({ dropped: others }, 'dropped the tables of other definitions');
    this.#again = false;
  }

  /**
   * Makes all tables again from the chain, beside those that are there; then they take their place. Readers see the old
   * rows until then. If it ends half-way, the old ones stay.
   */
  async rebuild(onProgress?: (progress: Progress) => void): Promise<void> {
    await this.#queue.run(async () => {
      const { db, log, schema } = this.#options;
      const started = performance.now();
      const spare = `${schema.name}_next`;
      await dropSchema(db, spare);
      await createSchema(db, spare, schema.ddl);
      let position: Position | undefined;
      let told = started;
      for (;;) {
        const head = await this.#newest();
        if (this.#next(position) > head) break;
        const [before, blocks] = [position, await this.#fetch(position, head)];
        if (blocks.length === 0) throw new TransientError('the chain changed while the tables were made again');
        position = await db.transaction().execute(async (tx) => {
          await confine(tx, [spare]);
          return this.#apply(tx, before, blocks);
        });
        if (performance.now() - told < PROGRESS_EVERY_MS) continue;
        told = performance.now();
        onProgress?.({ block: position?.number ?? -1n, of: head, again: true });
      }
      await replaceSchema(db, schema.name, spare);
      this.#checkpoint = position;
      this.#announce();
      log.info(
        { ms: Math.round(performance.now() - started), block: this.#checkpoint?.number.toString() },
        'rebuilt the tables',
      );
    });
  }

  /** A SHA-256 over all rows, past ones too, of all projection tables: equal tables, equal digests. */
  async digestTables(): Promise<string> {
    return digestTables(
      this.#options.db,
      this.#tables.map((table) => table.name),
    );
  }

  health(): Health {
    const health = this.#loop.health();
    const behind = this.#head - (this.#checkpoint?.number ?? -1n);
    if (health.state !== 'ready' || behind <= FAR_BEHIND) return health;
    return { state: 'catching-up', reason: `at block ${this.#checkpoint?.number ?? 0n} of ${this.#head}` };
  }

  async stop(): Promise<void> {
    this.#ignoreBlocks?.();
    await this.#loop.stop();
    await this.#queue.idle();
    for (const waiter of [...this.#waiters]) waiter.settle(false);
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #step(): Promise<boolean> {
    const { db, schema } = this.#options;
    const head = await this.#newest();
    this.#head = head;
    if (this.#doubtful) {
      await this.#loadCheckpoint();
      this.#announce();
    }
    if (this.#checkpoint && !(await this.#isOnChain(this.#checkpoint))) {
      await this.#unwind();
      return true;
    }
    const before = this.#checkpoint;
    if (this.#next(before) > head) return false;
    const blocks = await this.#fetch(before, head);
    if (blocks.length === 0) return true; // the chain changed while it was read
    this.#doubtful = true;
    this.#checkpoint = await db.transaction().execute(async (tx) => {
      await confine(tx, [schema.name]);
      return this.#apply(tx, before, blocks);
    });
    this.#doubtful = false;
    this.#announce();
    return this.#next(this.#checkpoint) <= head;
  }

  async #newest(): Promise<bigint> {
    return BigInt(await this.#options.chain.provider.getBlockNumber());
  }

  #next(position: Position | undefined): bigint {
    return position ? position.number + 1n : (this.#options.firstBlock ?? 0n);
  }

  /** The next blocks that follow one another and the position. */
  async #fetch(position: Position | undefined, head: bigint): Promise<FetchedBlock[]> {
    const { chain, contracts } = this.#options;
    const first = this.#next(position);
    const count = Math.min(PAGE, Number(head - first + 1n));
    const fetched = await Promise.all(
      Array.from({ length: count }, (_, index) => fetchBlock(chain.provider, contracts, first + BigInt(index))),
    );
    const linked: FetchedBlock[] = [];
    let parent = position?.hash;
    for (const block of fetched) {
      if (parent !== undefined && block.parentHash !== parent) break;
      linked.push(block);
      parent = block.hash;
    }
    return linked;
  }

  async #apply(
    tx: Transaction,
    before: Position | undefined,
    blocks: readonly FetchedBlock[],
  ): Promise<Position | undefined> {
    let position = before;
    for (const block of blocks) {
      const rolling = rollingHash(position?.rolling ?? ROLLING_START, block.events);
      await tx
        .insertInto('blocks')
        .values({
          number: block.number,
          hash: block.hash,
          parent_hash: block.parentHash,
          timestamp: BigInt(block.timestamp),
          events: block.events.length,
          rolling_sha256: rolling,
        })
        .execute();
      if (block.events.length > 0) await this.#storeEvents(tx, block.events);
      for (const event of block.events) {
        const name = `${event.contract}.${event.name}`;
        const handlers = this.#handlers.get(name);
        if (!handlers && !this.#isIgnored(name)) throw new Error(`no projection takes ${name}`);
        for (const handler of handlers ?? []) {
          await handler(tx, event).catch((error: unknown) => {
            throw new Error(
              `${name} in block ${block.number}, log ${event.logIndex}: ${error instanceof Error ? error.message : String(error)}`,
              { cause: error },
            );
          });
        }
      }
      position = { number: block.number, hash: block.hash, timestamp: block.timestamp, rolling };
    }
    return position;
  }

  async #storeEvents(tx: Transaction, events: readonly LedgerEvent[]): Promise<void> {
    const { contracts } = this.#options;
    await tx
      .insertInto('events')
      .values(
        events.map((event) => ({
          block_number: event.block.number,
          log_index: event.logIndex,
          block_hash: event.block.hash,
          tx_hash: event.txHash,
          address: contracts.address(event.contract),
          contract: event.contract,
          name: event.name,
          args: canonicalJson(event.args),
        })),
      )
      .execute();
  }

  async #isOnChain(checkpoint: { number: bigint; hash: Hash }): Promise<boolean> {
    const block = await findBlock(this.#options.chain.provider, checkpoint.number);
    return block?.hash === checkpoint.hash;
  }

  /** Goes back to the newest block of ours that is still on the chain. */
  async #unwind(): Promise<void> {
    const { db, log, onRollback } = this.#options;
    const from = this.#checkpoint;
    let number = from?.number ?? -1n;
    for (; number >= 0n; number -= 1n) {
      const row = await db.selectFrom('blocks').select('hash').where('number', '=', number).executeTakeFirst();
      if (row === undefined) {
        number = -1n;
        break;
      }
      if (await this.#isOnChain({ number, hash: row.hash })) break;
    }
    log.warn({ from: from?.number.toString(), to: number.toString() }, 'the chain was reorganised');
    this.#doubtful = true;
    await db.transaction().execute(async (tx) => {
      await this.#discardAfter(tx, number);
      await onRollback?.(tx, number);
    });
    await this.#loadCheckpoint();
  }

  async #discardAfter(tx: Transaction, block: bigint): Promise<void> {
    await rollback(tx, this.#tables, block);
    await tx.deleteFrom('events').where('block_number', '>', block).execute();
    await tx.deleteFrom('blocks').where('number', '>', block).execute();
  }

  /** Of other definitions, or left behind by a rebuild that was cut short. */
  async #otherSchemas(): Promise<string[]> {
    const { db, schema } = this.#options;
    return (await schemasLike(db, PROJECTION_PREFIX)).filter((name) => name !== schema.name);
  }

  async #loadCheckpoint(): Promise<void> {
    const row = await this.#options.db
      .selectFrom('blocks')
      .selectAll()
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    this.#checkpoint = row && {
      number: row.number,
      hash: row.hash,
      timestamp: Number(row.timestamp),
      rolling: row.rolling_sha256,
    };
    this.#doubtful = false;
  }

  #announce(): void {
    const reached = this.#checkpoint?.number ?? -1n;
    for (const waiter of [...this.#waiters]) if (waiter.block <= reached) waiter.settle(true);
  }

  #isIgnored(event: string): boolean {
    const contract = event.slice(0, event.indexOf('.'));
    return this.#options.ignored.includes(event) || this.#options.ignored.includes(`${contract}.*`);
  }

  #checkEvents(): void {
    const known = new Set(this.#options.contracts.eventNames());
    const missing = [...known].filter((event) => !this.#handlers.has(event) && !this.#isIgnored(event));
    if (missing.length > 0) throw new Error(`no projection takes ${missing.join(', ')}`);
    const invented = [...this.#handlers.keys()].filter((event) => !known.has(event));
    if (invented.length > 0) throw new Error(`no contract announces ${invented.join(', ')}`);
  }
}

/** Equal for two gateways that saw the same events, whatever the blocks' hashes. */
function rollingHash(before: string, events: readonly LedgerEvent[]): string {
  return events.reduce((hash, { contract, name, args, block, txHash, logIndex }) => {
    const text = canonicalJson({ contract, name, args, block: block.number, txHash, logIndex });
    return createHash('sha256').update(hash).update(text).digest('hex');
  }, before);
}
