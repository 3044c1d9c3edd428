// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { type RawBuilder, sql } from 'kysely';
import { type Concern, shownTo, type Visibility } from '../access/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import type { Hex } from '../values/hex.ts';
import { NO_WORD, type OfferTerms, type OfferType, termsFrom } from './terms.ts';

/** A financier's offer, published or signed. Moments in Unix seconds. */
export interface Offer<Terms extends OfferTerms> {
  readonly hash: Hex;
  /** Who makes it. */
  readonly by: PartyId;
  readonly terms: Terms;
  readonly visibility: 'public' | 'private';
  /** Empty of a published one. */
  readonly signature: Hex;
  /** When it was published or signed. */
  readonly since: bigint;
  /** How much was taken under it, in minor units. */
  readonly used: bigint;
  readonly withdrawnAt: bigint | null;
  /** The request for quotes that it answers. */
  readonly request: string | null;
}

export interface OfferFilter {
  readonly currency?: string | undefined;
  readonly by?: PartyId | undefined;
  readonly visibility?: 'public' | 'private' | undefined;
  /** Those that are neither withdrawn nor expired at this moment. */
  readonly openAt?: bigint | undefined;
}

interface OfferRow {
  hash: Hex;
  party: PartyId;
  terms: object;
  is_public: boolean;
  signature: Hex;
  since: bigint;
  used: bigint;
  withdrawn_at: bigint | null;
  request: string | null;
}

/** Time is kept to the second: of the same one, published offers come in their order on the ledger, and then signed ones in theirs. */
const OLDEST_FIRST = sql`q.since, q.is_public desc, q.place`;

/** One page of the offers somebody may see, the newest first. Signed ones are shown as they are now, whichever block is asked for. */
export async function offersPage<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  visibility: Visibility,
  filter: OfferFilter,
  page: Page,
  block: AtBlock,
): Promise<Offer<Terms>[]> {
  const conditions = [shownTo(visibility, CONCERN), ...narrowed(filter)];
  const [since, hash] = page.after ?? [];
  if (since !== undefined) conditions.push(sql`(q.since, q.hash) < (${since}::bigint, ${hash})`);
  const { rows } = await sql<OfferRow>`
    ${offersAt(type, block)} where ${sql.join(conditions, sql` and `)} order by q.since desc, q.hash desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map((row) => offerOf(type, row));
}

/** The offer, if somebody may see it; undefined just as if there were none. */
export async function visibleOffer<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  visibility: Visibility,
  hash: string,
  block: AtBlock,
): Promise<Offer<Terms> | undefined> {
  const { rows } = await sql<OfferRow>`
    ${offersAt(type, block)} where q.hash = ${hash} and ${shownTo(visibility, CONCERN)}
  `.execute(db);
  return rows[0] && offerOf(type, rows[0]);
}

export async function offersByHash<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  hashes: readonly string[],
  block: AtBlock,
): Promise<Map<string, Offer<Terms>>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await sql<OfferRow>`
    ${offersAt(type, block)} where q.hash = any(${[...hashes]}::text[])
  `.execute(db);
  return new Map(rows.map((row) => [row.hash, offerOf(type, row)]));
}

/** The answers to a request for quotes, the oldest first. */
export async function offersAnswering<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  request: string,
  block: AtBlock,
): Promise<Offer<Terms>[]> {
  const { rows } = await sql<OfferRow>`
    ${offersAt(type, block)} where q.request = ${request}::uuid order by ${OLDEST_FIRST}
  `.execute(db);
  return rows.map((row) => offerOf(type, row));
}

/**
 * The offers that a party may take for the lots at this moment, the oldest first: published ones, those signed for it or for
 * one that it succeeded, and answers to it for just these lots. In any currency: one that differs is a reason, too.
 * @param numbers the party's own number, and those of the parties it succeeded
 */
export async function offersFor<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  numbers: ReadonlySet<PartyId>,
  lots: Hex,
  moment: bigint,
  block: AtBlock,
): Promise<Offer<Terms>[]> {
  const own = sql`${[...numbers].map(String)}::bigint[]`;
  const { rows } = await sql<OfferRow>`
    ${offersAt(type, block)}
    where (q.is_public or q.named && ${own}) and q.party <> all(${own}) and q.terms ->> 'lots' in (${NO_WORD}, ${lots})
      and ${sql.join(narrowed({ openAt: moment }), sql` and `)}
    order by ${OLDEST_FIRST}
  `.execute(db);
  return rows.map((row) => offerOf(type, row));
}

/** How many offers a financier signed in a currency, unasked, that have not expired at `moment` and were not withdrawn. */
export async function openSignedOffers<Terms extends OfferTerms>(
  db: Queryable,
  type: OfferType<Terms>,
  by: PartyId,
  currency: string,
  moment: number,
): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from signed_orders o
    where o.kind = ${type.kind} and o.party = ${by} and o.currency = ${currency} and o.expires_at > ${BigInt(moment)}
      and o.request is null
      and not exists (select 1 from offer_uses u where u.hash = o.hash and u.withdrawn_at is not null and u.to_block is null)
  `.execute(db);
  return Number(rows[0]?.count ?? 0n);
}

/** Every offer with what the chain knows of it; one that is to take another's place counts once that one was withdrawn. */
function offersAt({ kind }: { readonly kind: string }, block: AtBlock): RawBuilder<unknown> {
  return sql`
    select q.hash, q.party, q.terms, q.is_public, q.signature, q.since, q.request, coalesce(u.used, 0) as used, u.withdrawn_at
    from (
      select p.hash, p.party, p.currency, p.expires_at, p.terms, true as is_public, '0x' as signature,
        p.published_at as since, p.place, null::uuid as request, '{}'::bigint[] as named
      from published_offers p where p.kind = ${kind} and ${trueAt('p', block)}
      union all
      select o.hash, o.party, o.currency, o.expires_at, o.terms, false, o.signature, o.signed_at, o.place, o.request, o.named
      from signed_orders o
      where o.kind = ${kind} and (o.replaces is null or exists (
        select 1 from offer_uses r where r.hash = o.replaces and r.withdrawn_at is not null and ${trueAt('r', block)}))
    ) as q
    left join offer_uses u on u.hash = q.hash and ${trueAt('u', block)}`;
}

function narrowed({ currency, by, visibility, openAt }: OfferFilter): RawBuilder<unknown>[] {
  return [
    ...(currency === undefined ? [] : [sql`q.currency = ${currency}`]),
    ...(by === undefined ? [] : [sql`q.party = ${by}`]),
    ...(visibility === undefined ? [] : [sql`q.is_public = ${visibility === 'public'}`]),
    ...(openAt === undefined ? [] : [sql`u.withdrawn_at is null and q.expires_at > ${openAt}`]),
  ];
}

/** Published offers are everybody's; a signed one is its financier's and those' that it names. */
const CONCERN: Concern = {
  parties: ['q.party'],
  ofParties: (parties) => sql`q.named && ${parties}`,
  everybody: sql`q.is_public`,
};

function offerOf<Terms extends OfferTerms>(type: OfferType<Terms>, row: OfferRow): Offer<Terms> {
  return {
    hash: row.hash,
    by: row.party,
    terms: termsFrom(type, row.terms),
    visibility: row.is_public ? 'public' : 'private',
    signature: row.signature,
    since: row.since,
    used: row.used,
    withdrawnAt: row.withdrawn_at,
    request: row.request,
  };
}
