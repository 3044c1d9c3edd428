// SPDX-License-Identifier: Apache-2.0
import type { Address, Hash, Hex } from '../../values/hex.ts';
import type { Generated } from 'kysely';
import type { Migration } from '../../store/migrations.ts';

/**
 * accepted: written down, its operation's answer may be waited for. signed: ready to go. sent: in a batch that is stored
 * and on its way. done, refused: it ran, in the block that is noted.
 */
export type InstructionState = 'accepted' | 'signed' | 'sent' | 'done' | 'refused';

declare module '../../store/database.ts' {
  interface Tables {
    instructions: {
      id: string;
      /** The order in which they were accepted; the order of the nonces of one signer. */
      position: Generated<bigint>;
      operation_id: string;
      seq: number;
      signer: Address;
      nonce: bigint;
      contract: string;
      function_name: string;
      target: Address;
      data: Hex;
      gas: bigint;
      deadline: bigint;
      digest: string;
      signature: Hex | null;
      state: InstructionState;
      /** How often it was sent and did not run. */
      attempts: Generated<number>;
      relay_nonce: bigint | null;
      tx_hash: Hash | null;
      block_number: bigint | null;
      block_hash: Hash | null;
      first_log: number | null;
      end_log: number | null;
      /** The error of a refused one, ABI-encoded. */
      reason: Hex | null;
      accepted_at: Generated<Date>;
    };
    relays: {
      nonce: bigint;
      relayer: string;
      raw: Hex;
      tx_hash: Hash;
      state: 'sent' | 'mined';
      block_number: bigint | null;
      sent_at: Generated<Date>;
    };
  }
}

export const instructionMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 instructions',
    sql: `create table relays (
  nonce bigint primary key,
  relayer text not null,
  raw text not null,
  tx_hash text not null unique,
  state text not null check (state in ('sent', 'mined')),
  block_number bigint,
  sent_at timestamptz not null default now()
);
create index relays_on_their_way on relays (nonce) where state = 'sent';
create index relays_by_block on relays (block_number);
create table instructions (
  id uuid primary key,
  position bigint generated always as identity unique,
  operation_id uuid not null,
  seq integer not null,
  signer text not null,
  nonce numeric not null,
  contract text not null,
  function_name text not null,
  target text not null,
  data text not null,
  gas bigint not null,
  deadline bigint not null,
  digest text not null,
  signature text,
  state text not null check (state in ('accepted', 'signed', 'sent', 'done', 'refused')),
  attempts integer not null default 0,
  relay_nonce bigint references relays (nonce),
  tx_hash text,
  block_number bigint,
  block_hash text,
  first_log integer,
  end_log integer,
  reason text,
  accepted_at timestamptz not null default now(),
  unique (operation_id, seq),
  unique (signer, nonce),
  check (state = 'accepted' or signature is not null),
  check (state not in ('done', 'refused') or block_number is not null)
);
create index instructions_waiting on instructions (position) where state in ('accepted', 'signed', 'sent');
create index instructions_by_relay on instructions (relay_nonce);
create index instructions_by_block on instructions (block_number);`,
  },
];
