// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { ColumnType, Generated } from 'kysely';
import { bigint, json, numeric, oneOf, text } from '../store/columns.ts';
import type { Migration } from '../store/migrations.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import { OFFER_KINDS, type OfferKind } from './terms.ts';

declare module '../store/database.ts' {
  interface Tables {
    signed_orders: SignedOrdersTable;
    published_offers: PublishedOffersTable;
    offer_uses: OfferUsesTable;
  }
}

/**
 * What financiers signed for named parties and the chain has not heard of: it learns of an offer when that is taken or
 * withdrawn. Made of no events, so it is no projection: it is kept when the tables are made again.
 */
export interface SignedOrdersTable {
  /** EIP-712 hash of the offer, by which the chain will know it. */
  hash: string;
  kind: OfferKind;
  /** Who signed. */
  party: PartyId;
  /** For whom. */
  named: readonly PartyId[];
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
  /** The offer in whose place it stands once that one was withdrawn, and the operation that withdraws it. */
  replaces: string | null;
  operation: string | null;
}

export const orderMigrations: readonly Migration[] = [
  {
    name: '2026-11-28 offers',
    sql: `
      create table signed_orders (
        hash text primary key,
        kind text not null check (kind in (${OFFER_KINDS.map((kind) => `'${kind}'`).join(', ')})),
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

/** Moments are Unix seconds, hashes 32 bytes in hex as the ledger has them. */
export const publishedOffersTable = versionedTable('published_offers', {
  columns: {
    hash: text(),
    kind: oneOf(OFFER_KINDS),
    party: bigint<PartyId>(),
    currency: text(),
    expires_at: bigint(),
    /** As the kind's contract announced them. */
    terms: json<unknown>(),
    published_at: bigint(),
    /** In the order of publication. */
    place: bigint(),
  },
  key: ['hash'],
  indexes: {
    by_currency: '(kind, currency, expires_at) where to_block is null',
    by_time: '(kind, published_at, hash)',
  },
});
export type PublishedOffersTable = RowOf<typeof publishedOffersTable>;

/** What the chain knows of any offer, whether published or signed: a row is there once it was taken or withdrawn. */
export const offerUsesTable = versionedTable('offer_uses', {
  columns: {
    hash: text(),
    /** How much was taken under it, in minor units. */
    used: numeric(20),
    withdrawn_at: bigint().orNull(),
    withdrawn_by: bigint<PartyId>().orNull(),
  },
  key: ['hash'],
});
export type OfferUsesTable = RowOf<typeof offerUsesTable>;

export const offerTables = [publishedOffersTable, offerUsesTable];
