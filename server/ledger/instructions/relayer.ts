// SPDX-License-Identifier: Apache-2.0
import { sql } from 'kysely';
import type { Address, Hash } from '../../values/hex.ts';
import { TRANSACTION_GAS_CAP, type Chain } from '../chain/chain.ts';
import { findReceipt } from '../chain/receipt.ts';
import { signTransaction, type Account } from '../chain/transaction.ts';
import { call, type LedgerEvent } from '../contract-types.ts';
import type { Contracts } from '../contracts.ts';
import { readView } from '../read-view.ts';
import type { Health } from '../../runtime/health.ts';
import type { Log } from '../../runtime/log.ts';
import { Loop } from '../../runtime/loop.ts';
import { takeAdvisoryLock, type AdvisoryLock } from '../../store/advisory-lock.ts';
import type { Database, Transaction } from '../../store/database.ts';
import { BATCH_LIMIT, fillBatch } from './batch.ts';
import { batchCall, executionKey, readExecutions, typedInstruction, type Execution } from './forward-request.ts';
import type { Signer } from './keystore.ts';
import type { Instruction, Outbox } from './outbox.ts';
import { SignerBackoff } from './signer-backoff.ts';

export interface RelayerOptions {
  readonly db: Database;
  readonly chain: Chain;
  readonly contracts: Contracts;
  readonly outbox: Outbox;
  readonly signer: Signer;
  /** Pays nothing and may do nothing but carry; used by one relayer only. */
  readonly account: Account;
  readonly log: Log;
  /** How long to wait for company after the first instruction. Default 50 on the embedded chain, 200 on a remote one. */
  readonly groupMs?: number;
  /** Batches on their way at once. Default 1 on the embedded chain, 4 on a remote one. */
  readonly inFlight?: number;
}

const IDLE_MS = 200;
const SIGN_LIMIT = 200;
const SIGN_AT_ONCE = 16;
/** A signature must outlive the way to the chain. */
const DEADLINE_MARGIN_SECONDS = 120;
/** What the ledger says of an instruction that was carried out, as the projector keeps it. */
type Executed = LedgerEvent<'InstructionForwarder.ExecutedForwardRequest'>['args'];
const SIGNER: keyof Executed = 'signer';
const NONCE: keyof Executed = 'nonce';

const RECEIPT_MS = { embedded: 500, remote: 10_000 };

/**
 * Carries signed instructions to the chain, many in one transaction, in order per signer. Each transaction is on record
 * before it is sent first, and only ever sent again as the same bytes. One relayer works on a database at a time.
 */
export class Relayer {
  readonly #options: RelayerOptions;
  readonly #dispatching: Loop;
  readonly #settling: Loop;
  readonly #backoff = new SignerBackoff();
  readonly #groupMs: number;
  readonly #inFlight: number;
  readonly #settled = new Set<(operations: ReadonlySet<string>) => void>();
  #nextNonce: bigint | undefined;
  #lock: AdvisoryLock | undefined;
  #endGrouping: (() => void) | undefined;

  constructor(options: RelayerOptions) {
    this.#options = options;
    const embedded = options.chain.kind === 'embedded';
    this.#groupMs = options.groupMs ?? (embedded ? 50 : 200);
    this.#inFlight = options.inFlight ?? (embedded ? 1 : 4);
    const { log } = options;
    this.#dispatching = new Loop({ name: 'relayer', log, idleMs: IDLE_MS, step: () => this.#dispatch() });
    this.#settling = new Loop({ name: 'relayer (receipts)', log, idleMs: IDLE_MS, step: () => this.#settle() });
  }

  /** Takes up what an earlier process left and goes on from there. */
  async start(): Promise<void> {
    this.#lock = await takeAdvisoryLock(this.#options.db, 'relayer');
    this.#dispatching.start();
    this.#settling.start();
  }

  /** There may be something to carry. */
  wake(): void {
    this.#dispatching.wake();
  }

  /** Calls `listener` with the operations whose instructions have come out of a batch. */
  onSettled(listener: (operations: ReadonlySet<string>) => void): () => void {
    this.#settled.add(listener);
    return () => this.#settled.delete(listener);
  }

  /** Give this to the projector: what ran in blocks that are gone is on its way again. */
  readonly takeBack = async (tx: Transaction, toBlock: bigint): Promise<void> => {
    await this.#options.outbox.takeBack(tx, toBlock);
    this.#settling.wake();
  };

  health(): Health {
    for (const health of [this.#dispatching.health(), this.#settling.health()]) {
      if (health.state !== 'ready') return health;
    }
    const reason = this.#backoff.reason();
    return reason === undefined ? { state: 'ready' } : { state: 'retrying', reason };
  }

  async stop(): Promise<void> {
    this.#endGrouping?.();
    await Promise.all([this.#dispatching.stop(), this.#settling.stop()]);
    await this.#lock?.release();
    this.#lock = undefined;
  }

  async #dispatch(): Promise<boolean> {
    const { db, outbox } = this.#options;
    const {
      rows: [onTheirWay],
    } = await sql<{ count: bigint }>`select count(*) as count from relays where state = 'sent'`.execute(db);
    if (Number(onTheirWay?.count) >= this.#inFlight) return false; // the receipts' loop wakes this one
    await this.#group();
    await this.#sign();
    const ready = await outbox.ready(BATCH_LIMIT, this.#backoff.signers());
    const batch = fillBatch(await this.#renewStale(ready));
    if (batch.length === 0) return false;
    await this.#send(batch);
    return true;
  }

  /** Gives others the time to come along: a full batch costs little more than one instruction. */
  async #group(): Promise<void> {
    const { db } = this.#options;
    const {
      rows: [waiting],
    } = await sql<{ count: bigint }>`
      select count(*) as count from (select 1 from instructions where state in ('accepted', 'signed') limit ${BATCH_LIMIT}) as waiting
    `.execute(db);
    const count = Number(waiting?.count);
    if (count === 0 || count >= BATCH_LIMIT) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#groupMs);
      this.#endGrouping = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endGrouping = undefined;
  }

  /** A key that does not sign holds up its own instructions only. */
  async #sign(): Promise<void> {
    const { outbox, signer, log } = this.#options;
    const unsigned = await outbox.unsigned(SIGN_LIMIT, this.#backoff.signers());
    for (let from = 0; from < unsigned.length; from += SIGN_AT_ONCE) {
      const signed = await Promise.all(
        unsigned.slice(from, from + SIGN_AT_ONCE).map(async (instruction) => {
          try {
            return {
              id: instruction.id,
              signature: await signer.signTypedData(instruction.signer, typedInstruction(outbox.domain, instruction)),
            };
          } catch (error) {
            this.#backoff.add(
              instruction.signer,
              `cannot sign: ${error instanceof Error ? error.message : String(error)}`,
            );
            log.error({ err: error, signer: instruction.signer }, 'a key does not sign');
            return undefined;
          }
        }),
      );
      await outbox.markSigned(signed.filter((item) => item !== undefined));
    }
  }

  /** Signs those anew that have waited too long, and leaves them and what comes after them for the next round. */
  async #renewStale(ready: readonly Instruction[]): Promise<Instruction[]> {
    const { db, outbox, chain } = this.#options;
    const now = chain.clock.now();
    const stale = ready.filter((instruction) => instruction.deadline < now + DEADLINE_MARGIN_SECONDS);
    for (const instruction of stale)
      await outbox.renew(db, { ...instruction, attempts: instruction.attempts - 1 }, now);
    if (stale.length > 0) this.#dispatching.wake();
    const held = new Set(stale.map(({ signer }) => signer));
    return ready.filter(({ signer }) => !held.has(signer));
  }

  async #send(batch: readonly Instruction[]): Promise<void> {
    const { db, chain, contracts, outbox, account } = this.#options;
    const nonce = this.#nextNonce ?? (await this.#readNonce());
    const requests = batch.map((instruction) => {
      if (instruction.signature === null) throw new Error(`instruction ${instruction.id} is not signed`);
      return { ...instruction, signature: instruction.signature };
    });
    const { target, data } = contracts.encode(batchCall(requests, account.address));
    const { raw, hash } = await signTransaction(account, {
      chainId: chain.id,
      nonce: Number(nonce),
      to: target,
      gas: TRANSACTION_GAS_CAP,
      data,
    });
    this.#nextNonce = undefined; // unknown again should the commit's answer be lost
    await db.transaction().execute(async (tx) => {
      await tx
        .insertInto('relays')
        .values({ nonce, relayer: account.address, raw, tx_hash: hash, state: 'sent', block_number: null })
        .execute();
      await outbox.markSent(
        tx,
        batch.map(({ id }) => id),
        nonce,
        hash,
      );
    });
    this.#nextNonce = nonce + 1n;
    this.#settling.wake();
    await chain.sendRaw(raw);
    this.#settling.wake();
  }

  async #readNonce(): Promise<bigint> {
    const { db, chain, account, log } = this.#options;
    const stored = await db
      .selectFrom('relays')
      .select((select) => select.fn.max('nonce').as('nonce'))
      .executeTakeFirst();
    const next = stored?.nonce == null ? 0n : BigInt(stored.nonce) + 1n;
    const used = BigInt(await chain.provider.getTransactionCount(account.address));
    if (used <= next) return next;
    // The database is older than the chain, as after a restore. Carrying on is safe: the forwarder runs no nonce twice.
    log.warn(
      { onRecord: next.toString(), onChain: used.toString() },
      'the relayer has sent transactions that are not on record',
    );
    return used;
  }

  /** Waits for the oldest batch on its way and notes what came of each of its instructions. */
  async #settle(): Promise<boolean> {
    const { db, chain, contracts, outbox, log } = this.#options;
    const relay = await db
      .selectFrom('relays')
      .selectAll()
      .where('state', '=', 'sent')
      .orderBy('nonce')
      .limit(1)
      .executeTakeFirst();
    if (!relay) return false;
    const receipt = await chain.awaitReceipt(relay.tx_hash, RECEIPT_MS[chain.kind]);
    if (!receipt) {
      // Sent by a process that is no more, or lost by the node: the same bytes again.
      await chain.sendRaw(relay.raw);
      return true;
    }
    const executions = readExecutions(receipt, contracts);
    const batch = await outbox.ofRelay(relay.nonce);
    const missing = batch.filter((instruction) => !executions.has(executionKey(instruction.signer, instruction.nonce)));
    const nonces = await this.#chainNonces(missing.map(({ signer }) => signer));
    await db.transaction().execute(async (tx) => {
      await outbox.markRan(
        tx,
        batch.flatMap(({ id, signer, nonce }) => {
          const execution = executions.get(executionKey(signer, nonce));
          return execution
            ? [{ ...execution, id, txHash: receipt.txHash, block: receipt.blockNumber, blockHash: receipt.blockHash }]
            : [];
        }),
      );
      for (const instruction of missing) await this.#takeUpAgain(tx, instruction, nonces.get(instruction.signer) ?? 0n);
      await tx
        .updateTable('relays')
        .set({ state: 'mined', block_number: receipt.blockNumber })
        .where('nonce', '=', relay.nonce)
        .execute();
    });
    for (const instruction of batch) if (!missing.includes(instruction)) this.#backoff.clear(instruction.signer);
    if (missing.length > 0)
      log.warn(
        { count: missing.length, relay: relay.nonce.toString(), done: receipt.done },
        'instructions that did not run go again',
      );
    this.#dispatching.wake();
    const operations = new Set(batch.map(({ operationId }) => operationId));
    for (const listener of this.#settled) listener(operations);
    return true;
  }

  /** An instruction in a mined batch that did not run. */
  async #takeUpAgain(tx: Transaction, instruction: Instruction, chainNonce: bigint): Promise<void> {
    const { chain, outbox } = this.#options;
    if (chainNonce < instruction.nonce) return outbox.markReady(tx, instruction.id);
    if (chainNonce === instruction.nonce) {
      // Its signature or its deadline was no good, or the batch as a whole failed.
      if (instruction.attempts >= 2)
        this.#backoff.add(
          instruction.signer,
          `instruction ${instruction.id} did not run ${instruction.attempts + 1} times`,
        );
      return outbox.renew(tx, instruction, chain.clock.now());
    }
    const elsewhere = await this.#findElsewhere(tx, instruction);
    if (elsewhere) return outbox.markRan(tx, [{ ...elsewhere, id: instruction.id }]);
    // Its nonce is used: the block where that happened has to be projected first, and then it is found.
    this.#backoff.add(instruction.signer, `the nonce ${instruction.nonce} was used by another relayer`);
    return outbox.renew(tx, instruction, chain.clock.now());
  }

  /**
   * The nonce was used in a transaction that this outbox does not know: after a database was restored from a copy, or
   * because another gateway holds the same key. If it carried the same call, that was this instruction.
   */
  async #findElsewhere(
    tx: Transaction,
    instruction: Instruction,
  ): Promise<(Execution & { txHash: Hash; block: bigint; blockHash: Hash }) | undefined> {
    const { chain, contracts } = this.#options;
    const {
      rows: [found],
    } = await sql<{ tx_hash: Hash }>`
      select tx_hash from events where contract = 'InstructionForwarder' and name = 'ExecutedForwardRequest'
        and args ->> ${SIGNER} = ${instruction.signer} and args ->> ${NONCE} = ${instruction.nonce.toString()}
    `.execute(tx);
    if (!found) return undefined;
    const [transaction, receipt] = await Promise.all([
      chain.provider.getTransaction(found.tx_hash),
      findReceipt(chain.provider, found.tx_hash),
    ]);
    if (!transaction || !receipt) return undefined;
    const execution = readExecutions(receipt, contracts).get(executionKey(instruction.signer, instruction.nonce));
    if (!execution) return undefined;
    const same = transaction.data.includes(instruction.data.slice(2));
    const outcome = same ? execution : { ...execution, done: false, reason: '0x' as const, endLog: execution.firstLog };
    return { ...outcome, txHash: receipt.txHash, block: receipt.blockNumber, blockHash: receipt.blockHash };
  }

  async #chainNonces(signers: readonly Address[]): Promise<Map<Address, bigint>> {
    const { chain, contracts } = this.#options;
    const nonces = new Map<Address, bigint>();
    for (const signer of new Set(signers))
      nonces.set(signer, await readView(chain, contracts, call('InstructionForwarder', 'nonces', signer)));
    return nonces;
  }
}
