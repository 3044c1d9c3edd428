// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DeeptierError } from '../../values/errors.ts';
import { addressOf, type Address, type Hash, type Hex } from '../../values/hex.ts';
import type { Database, Queryable, Tables, Transaction } from '../../store/database.ts';
import { instructionDigest, type Execution, type ForwarderDomain, type ForwardRequest } from './forward-request.ts';
import { instructionRefusals } from './refusals.ts';
import type { InstructionState } from './tables.ts';

/** A call that is encoded and knows what it may use. */
export interface EncodedCall {
  readonly contract: string;
  readonly functionName: string;
  readonly target: Address;
  readonly data: Hex;
  readonly gas: bigint;
}

/** An instruction as it stands in the outbox. */
export interface Instruction extends ForwardRequest {
  readonly id: string;
  readonly position: bigint;
  readonly operationId: string;
  readonly state: InstructionState;
  readonly signature: Hex | null;
  readonly attempts: number;
  readonly result: {
    readonly txHash: Hash;
    readonly block: bigint;
    readonly reason: Hex;
    readonly firstLog: number;
    readonly endLog: number;
  } | null;
}

/** Instructions not yet in a block, above which no more are taken. */
const WAITING_LIMIT = 10_000;
/** How long a signature is good for. It is renewed where that was not enough. */
const DEADLINE_SECONDS = 3_600;

/** The instructions of all parties, from the moment they are accepted: what is written here will be carried out. */
export class Outbox {
  readonly domain: ForwarderDomain;
  readonly #db: Database;

  constructor(db: Database, domain: ForwarderDomain) {
    this.#db = db;
    this.domain = domain;
  }

  /**
   * Writes the calls of one operation down, in order, with the signer's next nonces. `tx` is the transaction of what they
   * belong to; other operations of the same signer wait until it ends, so end it soon.
   * @param chainNonce the signer's nonce on the chain; read before
   */
  async append(
    tx: Transaction,
    order: { operationId: string; signer: Address; calls: readonly EncodedCall[]; chainNonce: bigint; now: number },
  ): Promise<void> {
    const { operationId, calls, chainNonce, now } = order;
    const signer = addressOf(order.signer);
    // The lock comes in a statement of its own: the next one sees what the holder before has committed.
    const {
      rows: [waiting],
    } = await sql<{ full: boolean }>`
      select count(*) >= ${WAITING_LIMIT} as full, pg_advisory_xact_lock(hashtextextended(${`signer ${signer}`}, 0))
      from (select 1 from instructions where state in ('accepted', 'signed', 'sent') limit ${WAITING_LIMIT}) as waiting
    `.execute(tx);
    if (waiting?.full) throw new DeeptierError(instructionRefusals.INSTRUCTION_QUEUE_FULL, { limit: WAITING_LIMIT });
    const last = await tx
      .selectFrom('instructions')
      .select((select) => select.fn.max('nonce').as('nonce'))
      .where('signer', '=', signer)
      .executeTakeFirst();
    const next = last?.nonce == null ? 0n : BigInt(last.nonce) + 1n;
    const first = next > chainNonce ? next : chainNonce;
    await tx
      .insertInto('instructions')
      .values(
        calls.map((call, index) => {
          const request = {
            signer,
            target: call.target,
            data: call.data,
            gas: call.gas,
            nonce: first + BigInt(index),
            deadline: now + DEADLINE_SECONDS,
          };
          return {
            id: randomUUID(),
            operation_id: operationId,
            seq: index,
            signer,
            nonce: request.nonce,
            contract: call.contract,
            function_name: call.functionName,
            target: call.target,
            data: call.data,
            gas: call.gas,
            deadline: BigInt(request.deadline),
            digest: instructionDigest(this.domain, request),
            signature: null,
            state: 'accepted' as const,
            relay_nonce: null,
            tx_hash: null,
            block_number: null,
            block_hash: null,
            first_log: null,
            end_log: null,
            reason: null,
          };
        }),
      )
      .execute();
  }

  async ofOperation(operationId: string): Promise<Instruction[]> {
    const rows = await this.#db
      .selectFrom('instructions')
      .selectAll()
      .where('operation_id', '=', operationId)
      .orderBy('seq')
      .execute();
    return rows.map(toInstruction);
  }

  /** Those that wait for a signature, oldest first, but none of the signers named. */
  async unsigned(limit: number, except: readonly Address[]): Promise<Instruction[]> {
    let query = this.#db
      .selectFrom('instructions')
      .selectAll()
      .where('state', '=', 'accepted')
      .orderBy('position')
      .limit(limit);
    if (except.length > 0) query = query.where('signer', 'not in', except);
    return (await query.execute()).map(toInstruction);
  }

  /** Those that are ready to go, oldest first; of one signer only those with nothing unsigned before them. */
  async ready(limit: number, except: readonly Address[]): Promise<Instruction[]> {
    let query = this.#db
      .selectFrom('instructions')
      .selectAll()
      .where('state', '=', 'signed')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('instructions as before')
              .select('before.id')
              .whereRef('before.signer', '=', 'instructions.signer')
              .whereRef('before.nonce', '<', 'instructions.nonce')
              .where('before.state', '=', 'accepted'),
          ),
        ),
      )
      .orderBy('position')
      .limit(limit);
    if (except.length > 0) query = query.where('signer', 'not in', except);
    return (await query.execute()).map(toInstruction);
  }

  async ofRelay(relayNonce: bigint): Promise<Instruction[]> {
    const rows = await this.#db
      .selectFrom('instructions')
      .selectAll()
      .where('relay_nonce', '=', relayNonce)
      .orderBy('position')
      .execute();
    return rows.map(toInstruction);
  }

  async markSigned(signed: readonly { id: string; signature: Hex }[]): Promise<void> {
    if (signed.length === 0) return;
    await sql`
      update instructions set state = 'signed', signature = given.signature
      from unnest(${signed.map(({ id }) => id)}::uuid[], ${signed.map(({ signature }) => signature)}::text[]) as given (id, signature)
      where instructions.id = given.id and state = 'accepted'
    `.execute(this.#db);
  }

  async markSent(tx: Transaction, ids: readonly string[], relayNonce: bigint, txHash: Hash): Promise<void> {
    await tx
      .updateTable('instructions')
      .set({ state: 'sent', relay_nonce: relayNonce, tx_hash: txHash })
      .where('id', 'in', ids)
      .execute();
  }

  async markRan(
    tx: Queryable,
    ran: readonly (Execution & { id: string; txHash: Hash; block: bigint; blockHash: Hash })[],
  ): Promise<void> {
    if (ran.length === 0) return;
    const column = (of: (item: (typeof ran)[number]) => unknown) => ran.map(of);
    await sql`
      update instructions set state = given.state, tx_hash = given.tx_hash, block_number = given.block, block_hash = given.block_hash,
        first_log = given.first_log, end_log = given.end_log, reason = given.reason
      from unnest(
        ${column(({ id }) => id)}::uuid[], ${column(({ done }) => (done ? 'done' : 'refused'))}::text[],
        ${column(({ txHash }) => txHash)}::text[], ${column(({ block }) => block)}::bigint[], ${column(({ blockHash }) => blockHash)}::text[],
        ${column(({ firstLog }) => firstLog)}::int[], ${column(({ endLog }) => endLog)}::int[],
        ${column(({ done, reason }) => (done ? null : reason))}::text[]
      ) as given (id, state, tx_hash, block, block_hash, first_log, end_log, reason)
      where instructions.id = given.id
    `.execute(tx);
  }

  /** It did not run because one before it did not: it goes again as it is. */
  async markReady(tx: Queryable, id: string): Promise<void> {
    await tx
      .updateTable('instructions')
      .set({ state: 'signed', relay_nonce: null, tx_hash: null })
      .where('id', '=', id)
      .execute();
  }

  /**
   * Its signature is no good (any more): it is signed again, with a later deadline and the same nonce, so that of the two
   * signatures only one can ever run.
   */
  async renew(tx: Queryable, instruction: Instruction, now: number): Promise<void> {
    const deadline = now + DEADLINE_SECONDS;
    await tx
      .updateTable('instructions')
      .set({
        state: 'accepted',
        signature: null,
        relay_nonce: null,
        tx_hash: null,
        deadline: BigInt(deadline),
        digest: instructionDigest(this.domain, { ...instruction, deadline }),
        attempts: instruction.attempts + 1,
      })
      .where('id', '=', instruction.id)
      .execute();
  }

  /** The chain took the blocks after `toBlock` back: what ran there is on its way again. */
  async takeBack(tx: Transaction, toBlock: bigint): Promise<void> {
    await tx
      .updateTable('relays')
      .set({ state: 'sent', block_number: null })
      .where('block_number', '>', toBlock)
      .execute();
    await tx
      .updateTable('instructions')
      .set({
        state: sql<InstructionState>`case when relay_nonce is null then 'signed' else 'sent' end`,
        block_number: null,
        block_hash: null,
        first_log: null,
        end_log: null,
        reason: null,
      })
      .where('block_number', '>', toBlock)
      .execute();
  }
}

function toInstruction(
  row: Omit<Tables['instructions'], 'position' | 'attempts' | 'accepted_at'> & {
    position: bigint;
    attempts: number;
    accepted_at: Date;
  },
): Instruction {
  return {
    id: row.id,
    position: row.position,
    operationId: row.operation_id,
    state: row.state,
    signer: row.signer,
    target: row.target,
    data: row.data,
    gas: row.gas,
    nonce: row.nonce,
    deadline: Number(row.deadline),
    signature: row.signature,
    attempts: row.attempts,
    result:
      row.block_number === null || row.first_log === null || row.end_log === null
        ? null
        : {
            txHash: row.tx_hash as Hash,
            block: row.block_number,
            reason: row.reason ?? '0x',
            firstLog: row.first_log,
            endLog: row.end_log,
          },
  };
}
