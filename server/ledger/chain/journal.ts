// SPDX-License-Identifier: Apache-2.0
import { getBytes } from 'ethers';
import { sql } from 'kysely';
import type { Database } from '../../store/database.ts';
import type { Migration } from '../../store/migrations.ts';
import { hexOf, type Hash, type Hex } from '../../values/hex.ts';

declare module '../../store/database.ts' {
  interface Tables {
    chain_journal: {
      seq: bigint;
      timestamp: bigint;
      raw: Uint8Array;
      tx_hash: string;
      block_hash: string | null;
      state_root: string | null;
    };
    chain_header: { chain_id: bigint; edr_version: string; genesis_hash: string };
  }
}

export const journalMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 chain-journal',
    sql: `create table chain_journal (
  seq bigint primary key,
  timestamp bigint not null,
  raw bytea not null,
  tx_hash text not null unique,
  block_hash text,
  state_root text
);
create table chain_header (
  sole boolean primary key default true check (sole),
  chain_id bigint not null,
  edr_version text not null,
  genesis_hash text not null
);`,
  },
];

export interface JournalEntry {
  /** The number of the block the transaction makes. */
  readonly seq: bigint;
  /** Unix seconds; the block's timestamp. */
  readonly timestamp: bigint;
  readonly raw: Hex;
  readonly txHash: Hash;
  /** Null while it is not known that the transaction made a block. */
  readonly blockHash: Hash | null;
  readonly stateRoot: Hash | null;
}

export interface JournalHeader {
  readonly chainId: number;
  readonly edrVersion: string;
  readonly genesisHash: Hash;
}

const PAGE = 1_000;

/** Every transaction of the embedded chain, on disk before the chain sees it. One process writes it at a time. */
export class Journal {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async header(): Promise<JournalHeader | undefined> {
    const row = await this.#db
      .selectFrom('chain_header')
      .select(['chain_id', 'edr_version', 'genesis_hash'])
      .executeTakeFirst();
    return row && { chainId: Number(row.chain_id), edrVersion: row.edr_version, genesisHash: row.genesis_hash as Hash };
  }

  async writeHeader(header: JournalHeader): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('chain_header').execute();
      await tx
        .insertInto('chain_header')
        .values({ chain_id: BigInt(header.chainId), edr_version: header.edrVersion, genesis_hash: header.genesisHash })
        .execute();
    });
  }

  /** All entries in order. */
  async *entries(): AsyncGenerator<JournalEntry> {
    for (let after = 0n; ;) {
      const rows = await this.#db
        .selectFrom('chain_journal')
        .selectAll()
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(PAGE)
        .execute();
      for (const row of rows) {
        yield {
          seq: row.seq,
          timestamp: row.timestamp,
          raw: hexOf(row.raw),
          txHash: row.tx_hash as Hash,
          blockHash: row.block_hash as Hash | null,
          stateRoot: row.state_root as Hash | null,
        };
      }
      const last = rows.at(-1);
      if (rows.length < PAGE || !last) return;
      after = last.seq;
    }
  }

  /**
   * Writes an entry down. `abandoned` is a transaction that this process wrote, or may have written, in the same place
   * and that never made a block: it gives way. Any other one there is another process's, and an error.
   */
  async append(entry: Omit<JournalEntry, 'blockHash' | 'stateRoot'>, abandoned: Hash | undefined): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      if (abandoned !== undefined) {
        await tx
          .deleteFrom('chain_journal')
          .where('seq', '=', entry.seq)
          .where('tx_hash', '=', abandoned)
          .where('block_hash', 'is', null)
          .execute();
      }
      await tx
        .insertInto('chain_journal')
        .values({
          seq: entry.seq,
          timestamp: entry.timestamp,
          raw: Buffer.from(getBytes(entry.raw)),
          tx_hash: entry.txHash,
          block_hash: null,
          state_root: null,
        })
        .execute();
    });
  }

  /** Records what block a transaction made: only a check for the next replay, so it need not be on disk at once. */
  async seal(seq: bigint, blockHash: Hash, stateRoot: Hash): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await sql`set local synchronous_commit = off`.execute(tx);
      await tx
        .updateTable('chain_journal')
        .set({ block_hash: blockHash, state_root: stateRoot })
        .where('seq', '=', seq)
        .execute();
    });
  }

  /** Takes out an entry that the chain refused and that therefore made no block. */
  async drop(seq: bigint): Promise<void> {
    await this.#db.deleteFrom('chain_journal').where('seq', '=', seq).where('block_hash', 'is', null).execute();
  }
}
