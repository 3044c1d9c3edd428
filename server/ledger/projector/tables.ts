// SPDX-License-Identifier: Apache-2.0
declare module '../../store/database.ts' {
  interface Tables {
    /** One row a block that was projected; the highest one is the checkpoint. */
    blocks: {
      number: bigint;
      hash: Hash;
      parent_hash: Hash;
      /** Unix seconds. */
      timestamp: bigint;
      events: number;
      /** Of the events of this block and of the rolling hash before it. */
      rolling_sha256: string;
    };
    /** What the ledger announced, as it was announced. */
    events: {
      block_number: bigint;
      log_index: number;
      block_hash: Hash;
      tx_hash: Hash;
      address: Address;
      contract: string;
      name: string;
      args: unknown;
    };
  }
}

/** What creates them. */
export const projectorDdl = `create table blocks (
  number bigint primary key,
  hash text not null unique,
  parent_hash text not null,
  timestamp bigint not null,
  events integer not null,
  rolling_sha256 text not null
);
create table events (
  block_number bigint not null references blocks (number),
  log_index integer not null,
  block_hash text not null,
  tx_hash text not null,
  address text not null,
  contract text not null,
  name text not null,
  args jsonb not null,
  primary key (block_number, log_index),
  unique (block_hash, log_index)
);
create index events_by_transaction on events (tx_hash, log_index);
create index events_by_name on events (contract, name, block_number);`;
import type { Address, Hash } from '../../values/hex.ts';
