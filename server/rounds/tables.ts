import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    sell_requests: SellRequestsTable;
    rounds: RoundsTable;
    round_outcomes: RoundOutcomesTable;
  }
}

/** The place of each is its number in `AskStatus` of `ISaleRounds.sol`, less one. */
export const SELL_REQUEST_STATUSES = ['open', 'filled', 'withdrawn', 'expired', 'void'] as const;

export type SellRequestStatus = (typeof SELL_REQUEST_STATUSES)[number];

/** Amounts are minor units, moments Unix seconds, hashes and references 32 bytes in hex as the ledger has them. */
export interface SellRequestsTable extends Validity {
  id: bigint;
  seller: bigint;
  obligor: bigint;
  note: bigint;
  payable_id: bigint;
  units: bigint;
  currency: string;
  /** Most all-in cost, in ppm a year. */
  max_cost: bigint;
  /** Whether it takes quotes with recourse too. */
  recourse: boolean;
  expires_at: bigint;
  reference: string;
  placed_at: bigint;
  status: SellRequestStatus;
  /** The last round that dealt with it. */
  last_round: bigint | null;
}

export interface RoundsTable extends Validity {
  id: bigint;
  obligor: bigint;
  currency: string;
  called_by: bigint;
  requests: bigint;
  quotes: bigint;
  fills: bigint;
  matched_at: bigint;
  matched_tx: string;
}

/** What a round made of a request: a sale, or a reason. */
export interface RoundOutcomesTable extends Validity {
  round: bigint;
  request: bigint;
  sale: bigint | null;
  quote: string | null;
  /** ABI-encoded error, in hex. */
  reason: string | null;
}

export const sellRequestsTable = versionedTable('sell_requests', ['id']);
export const roundsTable = versionedTable('rounds', ['id']);
export const roundOutcomesTable = versionedTable('round_outcomes', ['round', 'request']);

export const roundTables = [sellRequestsTable, roundsTable, roundOutcomesTable];

export const roundSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    sellRequestsTable,
    `id bigint not null,
     seller bigint not null,
     obligor bigint not null,
     note bigint not null,
     payable_id bigint not null,
     units numeric(20) not null,
     currency text not null,
     max_cost bigint not null,
     recourse boolean not null,
     expires_at bigint not null,
     reference text not null,
     placed_at bigint not null,
     status text not null,
     last_round bigint`,
  ),
  versionedTableDdl(
    roundsTable,
    `id bigint not null,
     obligor bigint not null,
     currency text not null,
     called_by bigint not null,
     requests bigint not null,
     quotes bigint not null,
     fills bigint not null,
     matched_at bigint not null,
     matched_tx text not null`,
  ),
  versionedTableDdl(
    roundOutcomesTable,
    `round bigint not null,
     request bigint not null,
     sale bigint,
     quote text,
     reason text,
     check ((sale is null) = (quote is null) and (sale is null) <> (reason is null))`,
  ),
  {
    name: 'financing-rounds-1',
    sql: `
      create index sell_requests_by_seller on sell_requests (seller, id);
      create index sell_requests_open on sell_requests (obligor, currency) where to_block is null and status = 'open'`,
  },
];
