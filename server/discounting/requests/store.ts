// SPDX-License-Identifier: Apache-2.0
import { type NoteId, numbered, type PartyId, type SaleId } from '../../values/ids.ts';
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { type Concern, numbers, partiesOf, seesAll, shownTo, type Visibility } from '../../access/visibility.ts';
import type { Caller } from '../../auth/caller.ts';
import { DeeptierError } from '../../values/errors.ts';
import type { Context } from '../../http/context.ts';
import type { Page } from '../../http/pagination.ts';
import type { Queryable } from '../../store/database.ts';
import type { RecourseWanted } from '../recourse.ts';
import { quoteRefusals as refusals } from '../refusals.ts';
import { salesUnder } from '../queries.ts';
import { type Lot, lotsHash } from '../../offers/lots.ts';
import type { QuoteRequestDeclinesTable, QuoteRequestsTable } from './tables.ts';

export type QuoteRequest = Selectable<QuoteRequestsTable>;
export type Decline = Selectable<QuoteRequestDeclinesTable>;

/** `accepting`: an acceptance is on its way to the ledger. `expired`: it takes no answers any more, but one may still be accepted. */
export const REQUEST_STATES = ['open', 'expired', 'accepting', 'accepted', 'withdrawn'] as const;

export type RequestState = (typeof REQUEST_STATES)[number];

export interface Standing {
  readonly state: RequestState;
  /** The sale that an answer came to. */
  readonly sale: SaleId | null;
}

export interface NewRequest {
  readonly currency: string;
  readonly lots: readonly Lot[];
  readonly recourse: RecourseWanted;
  readonly invited: readonly PartyId[] | undefined;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Who looks at requests, and whose they may be: in its own name, or by grant or office. */
export interface Viewer {
  readonly visibility: Visibility;
  /** Whether it is a financier itself: then what is put to all financiers is put to it. */
  readonly isFinancier: boolean;
}

/** How much of a request somebody sees: everything, or what an invited financier does, with its own answers. */
export type RequestView = 'asker' | 'invited';

export async function createRequest(
  db: Queryable,
  caller: Caller,
  request: NewRequest,
  now: number,
): Promise<QuoteRequest> {
  return db
    .insertInto('quote_requests')
    .values({
      id: randomUUID(),
      asker: caller.party,
      currency: request.currency,
      lots: JSON.stringify(request.lots.map(({ note, units }) => ({ note: note.toString(), units: units.toString() }))),
      lots_hash: lotsHash(request.lots),
      recourse: request.recourse,
      invited: request.invited ?? null,
      expires_at: BigInt(request.expiresAt),
      asked_by: caller.username,
      asked_at: BigInt(now),
      withdrawn_at: null,
      accepted: null,
      operation: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The request and how much of it is seen. Throws `REQUEST_UNKNOWN`, just as if there were none. */
export async function requestOf(
  db: Queryable,
  viewer: Viewer,
  id: string,
): Promise<{ request: QuoteRequest; view: RequestView }> {
  const { rows } =
    await sql<QuoteRequest>`select r.* from quote_requests r where r.id = ${id}::uuid and ${shownTo(viewer.visibility, concernOf(viewer))}`.execute(
      db,
    );
  const [request] = rows;
  if (!request) throw new DeeptierError(refusals.REQUEST_UNKNOWN, { request: id });
  return { request, view: viewOf(viewer, request) };
}

/** One page of the requests somebody may see, the newest first. */
export async function requestsPage(
  db: Queryable,
  viewer: Viewer,
  side: 'asked' | 'received' | undefined,
  page: Page,
): Promise<{ request: QuoteRequest; view: RequestView }[]> {
  const [at, id] = page.after ?? [];
  const own = numbers(partiesOf(viewer.visibility));
  const conditions = [shownTo(viewer.visibility, concernOf(viewer))];
  if (at !== undefined) conditions.push(sql`(r.asked_at, r.id) < (${at}::bigint, ${id}::uuid)`);
  if (side === 'asked') conditions.push(sql`r.asker = any(${own})`);
  if (side === 'received') conditions.push(sql`r.asker <> all(${own})`);
  const { rows } = await sql<QuoteRequest>`
    select r.* from quote_requests r where ${sql.join(conditions, sql` and `)} order by r.asked_at desc, r.id desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map((request) => ({ request, view: viewOf(viewer, request) }));
}

/**
 * Where requests stand, by id. What the ledger made of an acceptance says so, also after a crash at any point in between; a
 * refused one leaves the request as it was.
 */
export async function standingsOf(
  { db, ledgerClient, asOf, chain }: Context,
  requests: readonly QuoteRequest[],
): Promise<Map<string, Standing>> {
  const sales = await salesUnder(
    db,
    requests.flatMap(({ accepted }) => accepted ?? []),
    asOf,
  );
  const standings = new Map<string, Standing>();
  for (const request of requests) {
    const sale = request.accepted === null ? undefined : sales.get(request.accepted);
    const waits =
      sale === undefined &&
      request.operation !== null &&
      (await ledgerClient.await(request.operation, 0)).state === 'pending';
    const state =
      sale !== undefined
        ? 'accepted'
        : waits
          ? 'accepting'
          : request.withdrawn_at !== null
            ? 'withdrawn'
            : BigInt(chain.clock.now()) >= request.expires_at
              ? 'expired'
              : 'open';
    standings.set(request.id, { state, sale: sale ?? null });
  }
  return standings;
}

/** Throws `REQUEST_CLOSED` unless the request is in one of these states. */
export async function requireState(
  ctx: Context,
  request: QuoteRequest,
  ...states: readonly RequestState[]
): Promise<void> {
  const { state } = (await standingsOf(ctx, [request])).get(request.id) as Standing;
  if (!states.includes(state)) throw closed(request, state);
}

/** Takes the request for the operation that accepts an answer. Of two that come at once, one has it. Throws `REQUEST_CLOSED`. */
export async function claimAcceptance(
  tx: Queryable,
  request: QuoteRequest,
  answer: string,
  operation: string,
): Promise<void> {
  const claimed = await tx
    .updateTable('quote_requests')
    .set({ accepted: answer, operation })
    .where(untouchedSince(request))
    .returning('id')
    .executeTakeFirst();
  if (!claimed) throw closed(request, 'accepting');
}

export async function withdrawRequest(tx: Queryable, request: QuoteRequest, now: number): Promise<QuoteRequest> {
  const withdrawn = await tx
    .updateTable('quote_requests')
    .set({ withdrawn_at: BigInt(now) })
    .where(untouchedSince(request))
    .returningAll()
    .executeTakeFirst();
  if (!withdrawn) throw closed(request, 'accepting');
  return withdrawn;
}

/** A financier may think better of its reason, and even of declining: it may still answer. */
export async function recordDecline(
  tx: Queryable,
  request: QuoteRequest,
  caller: Caller,
  reason: string,
  now: number,
): Promise<void> {
  const decline = { reason, declined_by: caller.username, declined_at: BigInt(now) };
  await tx
    .insertInto('quote_request_declines')
    .values({ request: request.id, financier: caller.party, ...decline })
    .onConflict((conflict) => conflict.columns(['request', 'financier']).doUpdateSet(decline))
    .execute();
}

export async function declinesOf(db: Queryable, request: string): Promise<Decline[]> {
  return db
    .selectFrom('quote_request_declines')
    .selectAll()
    .where('request', '=', request)
    .orderBy('financier')
    .execute();
}

export function lotsIn(request: QuoteRequest): Lot[] {
  return request.lots.map(({ note, units }) => ({ note: numbered<NoteId>(note), units: BigInt(units) }));
}

function viewOf(viewer: Viewer, request: QuoteRequest): RequestView {
  return seesAll(viewer.visibility) || partiesOf(viewer.visibility).has(request.asker) ? 'asker' : 'invited';
}

/** To who asked, and to those it is put to, as long as it was not withdrawn; and by grant or office. */
function concernOf({ isFinancier }: Viewer): Concern {
  return {
    parties: ['r.asker'],
    ofParties: (parties) => sql`(r.withdrawn_at is null
      and ${isFinancier ? sql`(r.invited is null or r.invited && ${parties})` : sql`r.invited && ${parties}`})`,
  };
}

/** The request, if nothing became of it since it was read. */
function untouchedSince({ id, operation }: QuoteRequest) {
  return sql<boolean>`id = ${id}::uuid and withdrawn_at is null and operation is not distinct from ${operation}::uuid`;
}

function closed(request: QuoteRequest, state: RequestState): DeeptierError {
  return new DeeptierError(refusals.REQUEST_CLOSED, { request: request.id, state });
}
