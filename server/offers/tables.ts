import type { ColumnType, Generated } from 'kysely';
import type { Migration } from '../store/migrations.ts';

declare module '../store/database.ts' {
  interface Tables {
    signed_orders: SignedOrdersTable;
  }
}

export const ORDER_KINDS = ['quote', 'loan-offer'] as const;

export type OrderKind = (typeof ORDER_KINDS)[number];

/**
 * What financiers signed for named parties and the chain has not heard of: it learns of an order when that is filled or
 * pulled. Made of no events, so it is no projection: it is kept when the tables are made again.
 */
export interface SignedOrdersTable {
  /** EIP-712 hash of the order, by which the chain will know it. */
  hash: string;
  kind: OrderKind;
  /** Who signed. */
  party: bigint;
  /** For whom. */
  named: bigint[];
  currency: string;
  /** Unix seconds. */
  expires_at: bigint;
  /** The struct that was signed; whole numbers of more than 48 bits as decimal strings. */
  terms: ColumnType<unknown, string, never>;
  signature: string;
  signed_by: string;
  signed_at: bigint;
  /** In the order of signing. */
  place: Generated<bigint>;
  /** The request that it answers. */
  request: string | null;
  /** The order in whose place it stands once that one was pulled, and the operation that pulls it. */
  replaces: string | null;
  operation: string | null;
}

export const orderMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 offers',
    sql: `
      create table signed_orders (
        hash text primary key,
        kind text not null check (kind in (${ORDER_KINDS.map((kind) => `'${kind}'`).join(', ')})),
        party bigint not null,
        named bigint[] not null check (cardinality(named) > 0),
        currency text not null,
        expires_at bigint not null,
        terms jsonb not null,
        signature text not null,
        signed_by text not null,
        signed_at bigint not null,
        place bigint generated always as identity,
        request uuid,
        replaces text unique,
        operation uuid,
        check ((replaces is null) = (operation is null))
      );
      create index signed_orders_by_party on signed_orders (party, kind, currency, expires_at);
      create index signed_orders_by_named on signed_orders using gin (named);
      create index signed_orders_by_request on signed_orders (request) where request is not null`,
  },
];
