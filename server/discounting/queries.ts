import type { Hex } from '../values/hex.ts';
import { type RawBuilder, sql } from 'kysely';
import type { Visibility } from '../audit/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import { partiesOf } from '../receivables/visibility.ts';
import { NO_WORD, type QuoteTerms, type StoredTerms, termsFrom } from './terms.ts';

/** A financier's quote, published or signed. Moments in Unix seconds. */
export interface Quote {
  readonly hash: Hex;
  readonly terms: QuoteTerms;
  readonly visibility: 'public' | 'private';
  /** Empty of a published one. */
  readonly signature: Hex;
  /** When it was published or signed. */
  readonly since: bigint;
  /** Face bought under it. */
  readonly used: bigint;
  readonly pulledAt: bigint | null;
  /** The request that it answers. */
  readonly request: string | null;
}

export interface QuoteFilter {
  readonly currency?: string | undefined;
  readonly financier?: number | undefined;
  readonly visibility?: Quote['visibility'] | undefined;
  /** Those that are neither pulled nor expired at this moment. */
  readonly openAt?: bigint | undefined;
}

interface QuoteRow {
  hash: Hex;
  terms: StoredTerms;
  is_public: boolean;
  signature: Hex;
  since: bigint;
  used: bigint;
  pulled_at: bigint | null;
  request: string | null;
}

/** Time is kept to the second: of the same one, published quotes come in their order on the ledger, and then signed ones in theirs. */
const OLDEST_FIRST = sql`q.since, q.is_public desc, q.place`;

/** One page of the quotes somebody may see, the newest first. Signed ones are shown as they are now, whichever block is asked for. */
export async function quotesPage(
  db: Queryable,
  visibility: Visibility,
  filter: QuoteFilter,
  page: Page,
  block: AtBlock,
): Promise<Quote[]> {
  const conditions = [shownTo(visibility), ...narrowed(filter)];
  const [since, hash] = page.after ?? [];
  if (since !== undefined) conditions.push(sql`(q.since, q.hash) < (${since}::bigint, ${hash})`);
  const { rows } = await sql<QuoteRow>`
    ${quotesAt(block)} where ${sql.join(conditions, sql` and `)} order by q.since desc, q.hash desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map(quoteOf);
}

/** The quote, if somebody may see it; undefined just as if there were none. */
export async function visibleQuote(
  db: Queryable,
  visibility: Visibility,
  hash: string,
  block: AtBlock,
): Promise<Quote | undefined> {
  const { rows } = await sql<QuoteRow>`${quotesAt(block)} where q.hash = ${hash} and ${shownTo(visibility)}`.execute(
    db,
  );
  return rows[0] && quoteOf(rows[0]);
}

export async function quotesByHash(
  db: Queryable,
  hashes: readonly string[],
  block: AtBlock,
): Promise<Map<string, Quote>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await sql<QuoteRow>`${quotesAt(block)} where q.hash = any(${[...hashes]}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.hash, quoteOf(row)]));
}

/** The answers to a request, the oldest first. */
export async function answersTo(db: Queryable, request: string, block: AtBlock): Promise<Quote[]> {
  const { rows } =
    await sql<QuoteRow>`${quotesAt(block)} where q.request = ${request}::uuid order by ${OLDEST_FIRST}`.execute(db);
  return rows.map(quoteOf);
}

/**
 * The quotes that may buy the lots from `seller` at this moment, the oldest first: published ones, those signed for it, and
 * answers to it for just these lots. In any currency: one that differs is a reason, too.
 */
export async function quotesFor(
  db: Queryable,
  seller: number,
  lots: Hex,
  moment: bigint,
  block: AtBlock,
): Promise<Quote[]> {
  const { rows } = await sql<QuoteRow>`
    ${quotesAt(block)}
    where (q.is_public or q.named @> array[${BigInt(seller)}]::bigint[])
      and q.party <> ${BigInt(seller)} and q.terms ->> 'lots' in (${NO_WORD}, ${lots})
      and ${sql.join(narrowed({ openAt: moment }), sql` and `)}
    order by ${OLDEST_FIRST}
  `.execute(db);
  return rows.map(quoteOf);
}

/** How many standing quotes a financier signed in a currency that have not expired at `moment` and were not pulled. */
export async function openSignedQuotes(
  db: Queryable,
  financier: number,
  currency: string,
  moment: number,
): Promise<number> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from signed_orders o
    where o.kind = 'quote' and o.party = ${BigInt(financier)} and o.currency = ${currency} and o.expires_at > ${BigInt(moment)} and o.request is null
      and not exists (select 1 from quote_uses u where u.hash = o.hash and u.pulled_at is not null and u.to_block is null)
  `.execute(db);
  return Number(rows[0]?.count ?? 0n);
}

/** Every quote with what the chain knows of it; one that is to take another's place counts once that one was pulled. */
function quotesAt(block: AtBlock): RawBuilder<unknown> {
  return sql`
    select q.hash, q.terms, q.is_public, q.signature, q.since, q.request, coalesce(u.used, 0) as used, u.pulled_at
    from (
      select p.hash, p.financier as party, p.currency, p.expires_at, p.terms, true as is_public, '0x' as signature,
        p.published_at as since, p.place, null::uuid as request, '{}'::bigint[] as named
      from published_quotes p where ${trueAt('p', block)}
      union all
      select o.hash, o.party, o.currency, o.expires_at, o.terms, false, o.signature, o.signed_at, o.place, o.request, o.named
      from signed_orders o
      where o.kind = 'quote' and (o.replaces is null or exists (
        select 1 from quote_uses r where r.hash = o.replaces and r.pulled_at is not null and ${trueAt('r', block)}))
    ) as q
    left join quote_uses u on u.hash = q.hash and ${trueAt('u', block)}`;
}

function narrowed({ currency, financier, visibility, openAt }: QuoteFilter): RawBuilder<unknown>[] {
  return [
    ...(currency === undefined ? [] : [sql`q.currency = ${currency}`]),
    ...(financier === undefined ? [] : [sql`q.party = ${BigInt(financier)}`]),
    ...(visibility === undefined ? [] : [sql`q.is_public = ${visibility === 'public'}`]),
    ...(openAt === undefined ? [] : [sql`u.pulled_at is null and q.expires_at > ${openAt}`]),
  ];
}

/** Published quotes are everybody's; a signed one is its financier's and the sellers' it names. */
function shownTo(visibility: Visibility): RawBuilder<unknown> {
  if (visibility.kind === 'all' || (visibility.kind === 'granted' && visibility.all)) return sql`true`;
  const parties = sql`${[...partiesOf(visibility)].map(String)}::bigint[]`;
  return sql`(q.is_public or q.party = any(${parties}) or q.named && ${parties})`;
}

function quoteOf(row: QuoteRow): Quote {
  return {
    hash: row.hash,
    terms: termsFrom(row.terms),
    visibility: row.is_public ? 'public' : 'private',
    signature: row.signature,
    since: row.since,
    used: row.used,
    pulledAt: row.pulled_at,
    request: row.request,
  };
}
