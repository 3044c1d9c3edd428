// SPDX-License-Identifier: Apache-2.0
import {
  type NoteId,
  numbered,
  type PartyId,
  type PayableId,
  type RoundId,
  type SaleId,
  type SellRequestId,
} from '../values/ids.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Hex } from '../values/hex.ts';
import { type Concern, shownTo, type Visibility } from '../access/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { RoundsTable, SellRequestsTable, SellRequestStatus } from './tables.ts';

/** A lot that its holder put up for sale. Amounts in minor units, moments in Unix seconds. */
export interface SellRequest {
  readonly id: SellRequestId;
  readonly seller: PartyId;
  readonly obligor: PartyId;
  readonly note: NoteId;
  readonly payable: PayableId;
  readonly units: bigint;
  readonly currency: string;
  readonly maxCost: bigint;
  readonly recourse: boolean;
  readonly expiresAt: bigint;
  readonly reference: Hex;
  readonly placedAt: bigint;
  readonly status: SellRequestStatus;
  /** What the last round made of it. */
  readonly last: Outcome | null;
}

/** What a round made of a request: a sale under a quote, or the ABI-encoded error that is the reason why not. */
export type Outcome = { readonly round: RoundId } & (
  { readonly fill: Fill; readonly reason: null } | { readonly fill: null; readonly reason: Hex }
);

export interface Fill {
  readonly quote: Hex;
  readonly buyer: PartyId;
  /** None of a round that was only tried. */
  readonly sale: SaleId | null;
}

/** A request and what one round made of it. */
export interface RequestOutcome {
  readonly request: SellRequest;
  readonly outcome: Outcome;
}

export interface Round {
  readonly id: RoundId;
  readonly obligor: PartyId;
  readonly currency: string;
  readonly calledBy: PartyId;
  /** Requests in the book. */
  readonly requests: number;
  /** Quotes that took part. */
  readonly quotes: number;
  readonly fills: number;
  readonly matchedAt: bigint;
  readonly matchedTx: string;
}

export interface SellRequestFilter {
  readonly obligor?: PartyId | undefined;
  readonly currency?: string | undefined;
  /** Those that are open and have not expired at this moment. */
  readonly openAt?: bigint | undefined;
}

/** A request beside what a round made of it, if one dealt with it. */
type RequestRow = Selectable<SellRequestsTable> & {
  round: RoundId | null;
  sale: SaleId | null;
  quote: Hex | null;
  buyer: PartyId | null;
  reason: Hex | null;
};

/** One page of the requests somebody may see, the newest first. */
export async function sellRequestsPage(
  db: Queryable,
  visibility: Visibility,
  { obligor, currency, openAt }: SellRequestFilter,
  page: Page,
  block: AtBlock,
): Promise<SellRequest[]> {
  const conditions = [shownTo(visibility, CONCERN)];
  if (page.after) conditions.push(sql`r.id < ${page.after[0]}::bigint`);
  if (obligor !== undefined) conditions.push(sql`r.obligor = ${obligor}`);
  if (currency !== undefined) conditions.push(sql`r.currency = ${currency}`);
  if (openAt !== undefined) conditions.push(sql`r.status = 'open' and r.expires_at > ${openAt}`);
  const { rows } = await sql<RequestRow>`
    ${requestsAt(block)} and ${sql.join(conditions, sql` and `)} order by r.id desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map(requestOf);
}

/** The request, if somebody may see it; undefined just as if there were none. */
export async function visibleSellRequest(
  db: Queryable,
  visibility: Visibility,
  id: SellRequestId,
  block: AtBlock,
): Promise<SellRequest | undefined> {
  const { rows } =
    await sql<RequestRow>`${requestsAt(block)} and r.id = ${id} and ${shownTo(visibility, CONCERN)}`.execute(db);
  return rows[0] && requestOf(rows[0]);
}

/** The requests of these numbers, by number. */
export async function sellRequestsById(
  db: Queryable,
  ids: readonly bigint[],
  block: AtBlock,
): Promise<Map<bigint, SellRequest>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<RequestRow>`${requestsAt(block)} and r.id = any(${ids.map(String)}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.id, requestOf(row)]));
}

/** Whether a request in the book has expired and takes up a place all the same. */
export async function hasExpiredRequests(
  db: Queryable,
  obligor: PartyId,
  currency: string,
  moment: bigint,
  block: AtBlock,
): Promise<boolean> {
  const row = await asOf(db.selectFrom('sell_requests').select('id'), 'sell_requests', block)
    .where('obligor', '=', obligor)
    .where('currency', '=', currency)
    .where('status', '=', 'open')
    .where('expires_at', '<=', moment)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** One page of the rounds, the newest first. */
export async function roundsPage(
  db: Queryable,
  filter: { readonly obligor?: PartyId | undefined; readonly currency?: string | undefined },
  page: Page,
  block: AtBlock,
): Promise<Round[]> {
  let query = asOf(db.selectFrom('rounds').selectAll(), 'rounds', block)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.after) query = query.where('id', '<', numbered<RoundId>(page.after[0] ?? 0));
  if (filter.obligor !== undefined) query = query.where('obligor', '=', filter.obligor);
  if (filter.currency !== undefined) query = query.where('currency', '=', filter.currency);
  return (await query.execute()).map(roundOf);
}

export async function roundById(db: Queryable, id: RoundId, block: AtBlock): Promise<Round | undefined> {
  const row = await asOf(db.selectFrom('rounds').selectAll(), 'rounds', block).where('id', '=', id).executeTakeFirst();
  return row && roundOf(row);
}

/** What a round made of the requests that somebody may see, in order of time; who bought sees the request it bought from. */
export async function outcomesOf(
  db: Queryable,
  visibility: Visibility,
  round: RoundId,
  block: AtBlock,
): Promise<RequestOutcome[]> {
  const { rows } = await sql<RequestRow>`
    select r.*, o.round, o.sale, o.quote, o.buyer, o.reason
    from round_outcomes o
    join sell_requests r on r.id = o.request and ${trueAt('r', block)}
    where o.round = ${round} and ${trueAt('o', block)} and ${shownTo(visibility, { ...CONCERN, parties: [...CONCERN.parties, 'o.buyer'] })}
    order by o.request
  `.execute(db);
  return rows.map((row) => {
    const request = requestOf(row);
    if (!request.last) throw new Error(`round ${round} made nothing of the sell request ${request.id}`);
    return { request, outcome: request.last };
  });
}

function requestsAt(block: AtBlock): RawBuilder<unknown> {
  return sql`
    select r.*, o.round, o.sale, o.quote, o.buyer, o.reason
    from sell_requests r
    left join round_outcomes o on o.round = r.last_round and o.request = r.id and ${trueAt('o', block)}
    where ${trueAt('r', block)}`;
}

/** Its seller sees a request, and whoever was let in to it or to the payable. */
const CONCERN: Concern = { parties: ['r.seller'], payable: 'r.payable_id' };

function requestOf(row: RequestRow): SellRequest {
  return {
    id: row.id,
    seller: row.seller,
    obligor: row.obligor,
    note: row.note,
    payable: row.payable_id,
    units: row.units,
    currency: row.currency,
    maxCost: row.max_cost,
    recourse: row.recourse,
    expiresAt: row.expires_at,
    reference: row.reference as Hex,
    placedAt: row.placed_at,
    status: row.status,
    last: row.round === null ? null : outcomeOf(row.round, row),
  };
}

function outcomeOf(
  round: RoundId,
  { sale, quote, buyer, reason }: Pick<RequestRow, 'sale' | 'quote' | 'buyer' | 'reason'>,
): Outcome {
  if (reason !== null) return { round, fill: null, reason };
  if (sale === null || quote === null || buyer === null)
    throw new Error(`round ${round} made nothing of a sell request`);
  return { round, fill: { quote, sale, buyer }, reason: null };
}

function roundOf(row: Selectable<RoundsTable>): Round {
  return {
    id: row.id,
    obligor: row.obligor,
    currency: row.currency,
    calledBy: row.called_by,
    requests: Number(row.requests),
    quotes: Number(row.quotes),
    fills: Number(row.fills),
    matchedAt: row.matched_at,
    matchedTx: row.matched_tx,
  };
}
