// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId, RoundId, SaleId, SellRequestId } from '../values/ids.ts';
import { bigint, boolean, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    sell_requests: SellRequestsTable;
    rounds: RoundsTable;
    round_outcomes: RoundOutcomesTable;
  }
}

/** The place of each is its number in `SellRequestStatus` of `ISaleRounds.sol`, less one. */
export const SELL_REQUEST_STATUSES = ['open', 'filled', 'withdrawn', 'expired', 'void'] as const;

export type SellRequestStatus = (typeof SELL_REQUEST_STATUSES)[number];

/** Amounts are minor units, moments Unix seconds, hashes and references 32 bytes in hex as the ledger has them. */
export const sellRequestsTable = versionedTable('sell_requests', {
  columns: {
    id: bigint<SellRequestId>(),
    seller: bigint<PartyId>(),
    obligor: bigint<PartyId>(),
    note: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    units: numeric(20),
    currency: text(),
    /** Most all-in cost, in ppm a year. */
    max_cost: bigint(),
    /** Whether it takes quotes with recourse too. */
    recourse: boolean(),
    expires_at: bigint(),
    reference: text(),
    placed_at: bigint(),
    status: oneOf(SELL_REQUEST_STATUSES),
    /** The last round that dealt with it. */
    last_round: bigint<RoundId>().orNull(),
  },
  key: ['id'],
  indexes: { by_seller: '(seller, id)', open: "(obligor, currency) where to_block is null and status = 'open'" },
});
export type SellRequestsTable = RowOf<typeof sellRequestsTable>;

export const roundsTable = versionedTable('rounds', {
  columns: {
    id: bigint<RoundId>(),
    obligor: bigint<PartyId>(),
    currency: text(),
    called_by: bigint<PartyId>(),
    requests: bigint(),
    quotes: bigint(),
    fills: bigint(),
    matched_at: bigint(),
    matched_tx: text(),
  },
  key: ['id'],
});
export type RoundsTable = RowOf<typeof roundsTable>;

/** What a round made of a request: a sale, or a reason. */
export const roundOutcomesTable = versionedTable('round_outcomes', {
  columns: {
    round: bigint<RoundId>(),
    request: bigint<SellRequestId>(),
    sale: bigint<SaleId>().orNull(),
    quote: text().orNull(),
    buyer: bigint<PartyId>().orNull(),
    /** ABI-encoded error, in hex. */
    reason: text().orNull(),
  },
  key: ['round', 'request'],
  checks: [
    '(sale is null) = (quote is null) and (sale is null) = (buyer is null) and (sale is null) <> (reason is null)',
  ],
});
export type RoundOutcomesTable = RowOf<typeof roundOutcomesTable>;

export const roundTables = [sellRequestsTable, roundsTable, roundOutcomesTable];
