import type { Hex } from '../values/hex.ts';
import { type RawBuilder, sql } from 'kysely';
import type { Visibility } from '../audit/visibility.ts';
import type { Page } from '../http/pagination.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import { partiesOf } from '../receivables/visibility.ts';
import { NO_WORD } from '../discounting/terms.ts';
import { type LoanOfferTerms, type StoredTerms, termsFrom } from './terms.ts';

/** A lender's offer, published or signed. Moments in Unix seconds. */
export interface LoanOffer {
  readonly hash: Hex;
  readonly terms: LoanOfferTerms;
  readonly visibility: 'public' | 'private';
  /** Empty of a published one. */
  readonly signature: Hex;
  /** When it was published or signed. */
  readonly since: bigint;
  /** Principal lent under it. */
  readonly used: bigint;
  readonly pulledAt: bigint | null;
}

export interface LoanOfferFilter {
  readonly currency?: string | undefined;
  readonly lender?: number | undefined;
  readonly visibility?: LoanOffer['visibility'] | undefined;
  /** Those that are neither pulled nor expired at this moment. */
  readonly openAt?: bigint | undefined;
}

interface OfferRow {
  hash: Hex;
  terms: StoredTerms;
  is_public: boolean;
  signature: Hex;
  since: bigint;
  used: bigint;
  pulled_at: bigint | null;
}

/** One page of the offers somebody may see, the newest first. Signed ones are shown as they are now, whichever block is asked for. */
export async function loanOffersPage(
  db: Queryable,
  visibility: Visibility,
  filter: LoanOfferFilter,
  page: Page,
  block: AtBlock,
): Promise<LoanOffer[]> {
  const conditions = [shownTo(visibility), ...narrowed(filter)];
  const [since, hash] = page.after ?? [];
  if (since !== undefined) conditions.push(sql`(q.since, q.hash) < (${since}::bigint, ${hash})`);
  const { rows } = await sql<OfferRow>`
    ${offersAt(block)} where ${sql.join(conditions, sql` and `)} order by q.since desc, q.hash desc limit ${page.limit + 1}
  `.execute(db);
  return rows.map(offerOf);
}

/** The offer, if somebody may see it; undefined just as if there were none. */
export async function visibleLoanOffer(
  db: Queryable,
  visibility: Visibility,
  hash: string,
  block: AtBlock,
): Promise<LoanOffer | undefined> {
  const { rows } = await sql<OfferRow>`${offersAt(block)} where q.hash = ${hash} and ${shownTo(visibility)}`.execute(
    db,
  );
  return rows[0] && offerOf(rows[0]);
}

export async function loanOfferByHash(db: Queryable, hash: string, block: AtBlock): Promise<LoanOffer | undefined> {
  return visibleLoanOffer(db, { kind: 'all' }, hash, block);
}

/**
 * The offers that may lend to `borrower` against the lots at this moment, the oldest first: published ones, and those signed
 * for it. In any currency: one that differs is a reason, too.
 */
export async function loanOffersFor(
  db: Queryable,
  borrower: number,
  lots: Hex,
  moment: bigint,
  block: AtBlock,
): Promise<LoanOffer[]> {
  const { rows } = await sql<OfferRow>`
    ${offersAt(block)}
    where (q.is_public or q.named @> array[${BigInt(borrower)}]::bigint[])
      and q.party <> ${BigInt(borrower)} and q.terms ->> 'lots' in (${NO_WORD}, ${lots})
      and ${sql.join(narrowed({ openAt: moment }), sql` and `)}
    order by q.since, q.hash
  `.execute(db);
  return rows.map(offerOf);
}

/** Every offer with what the chain knows of it. */
function offersAt(block: AtBlock): RawBuilder<unknown> {
  return sql`
    select q.hash, q.terms, q.is_public, q.signature, q.since, coalesce(u.used, 0) as used, u.pulled_at
    from (
      select p.hash, p.lender as party, p.currency, p.expires_at, p.terms, true as is_public, '0x' as signature,
        p.published_at as since, '{}'::bigint[] as named
      from published_loan_offers p where ${trueAt('p', block)}
      union all
      select o.hash, o.party, o.currency, o.expires_at, o.terms, false, o.signature, o.signed_at, o.named
      from signed_orders o where o.kind = 'loan-offer'
    ) as q
    left join loan_offer_uses u on u.hash = q.hash and ${trueAt('u', block)}`;
}

function narrowed({ currency, lender, visibility, openAt }: LoanOfferFilter): RawBuilder<unknown>[] {
  return [
    ...(currency === undefined ? [] : [sql`q.currency = ${currency}`]),
    ...(lender === undefined ? [] : [sql`q.party = ${BigInt(lender)}`]),
    ...(visibility === undefined ? [] : [sql`q.is_public = ${visibility === 'public'}`]),
    ...(openAt === undefined ? [] : [sql`u.pulled_at is null and q.expires_at > ${openAt}`]),
  ];
}

/** Published offers are everybody's; a signed one is its lender's and the borrowers' it names. */
function shownTo(visibility: Visibility): RawBuilder<unknown> {
  if (visibility.kind === 'all' || (visibility.kind === 'granted' && visibility.all)) return sql`true`;
  const parties = sql`${[...partiesOf(visibility)].map(String)}::bigint[]`;
  return sql`(q.is_public or q.party = any(${parties}) or q.named && ${parties})`;
}

function offerOf(row: OfferRow): LoanOffer {
  return {
    hash: row.hash,
    terms: termsFrom(row.terms),
    visibility: row.is_public ? 'public' : 'private',
    signature: row.signature,
    since: row.since,
    used: row.used,
    pulledAt: row.pulled_at,
  };
}
