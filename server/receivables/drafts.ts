import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Caller } from '../platform/auth/caller.ts';
import { DeeptierError } from '../platform/errors.ts';
import type { Context } from '../platform/http/context.ts';
import type { Page } from '../platform/http/pagination.ts';
import type { Done } from '../platform/http/route.ts';
import type { Queryable } from '../platform/store/database.ts';
import type { IssueOrder } from './commands.ts';
import type { DraftWarning, IssueDraftsTable } from './draft-table.ts';
import { receivableRefusals } from './refusals.ts';

export const APPROVAL_PATH = '/v1/issue-drafts/{id}/approval';

/** How long a claim may stand without an operation: from the claim to the operation's record it takes milliseconds. */
const CLAIM_SECONDS = 60;

export type Draft = Selectable<IssueDraftsTable>;

/** `approving`: an approval is on its way to the ledger. */
export const DRAFT_STATES = ['waiting', 'approving', 'approved', 'rejected'] as const;

export type DraftState = (typeof DRAFT_STATES)[number];

/** Where a draft stands. */
export interface Standing {
  readonly state: DraftState;
  /** What was issued on it. */
  readonly payable: bigint | null;
  /** False while its claim waits for the record of its operation. */
  readonly recorded: boolean;
}

export async function createDraft(
  db: Queryable, caller: Caller, order: IssueOrder, warnings: readonly DraftWarning[], now: number,
): Promise<Draft> {
  return db.insertInto('issue_drafts').values({
    id: randomUUID(),
    obligor: BigInt(caller.party),
    supplier: BigInt(order.supplier),
    currency: order.currency,
    face: BigInt(order.face),
    maturity: order.maturity,
    documents: JSON.stringify(order.documents),
    reference: order.reference ?? null,
    warnings: JSON.stringify(warnings),
    made_by: caller.userId,
    made_by_name: caller.username,
    made_at: BigInt(now),
    decision: null,
    decided_by: null,
    decided_by_name: null,
    decided_at: null,
    claim: null,
    claimed_at: null,
    payable_id: null,
    rejection_reason: null,
  }).returningAll().executeTakeFirstOrThrow();
}

/** A draft of the caller's party. Throws `DRAFT_UNKNOWN`. */
export async function draftOf(db: Queryable, caller: Caller, id: string): Promise<Draft> {
  const draft = await db.selectFrom('issue_drafts').selectAll()
    .where('id', '=', id).where('obligor', '=', BigInt(caller.party)).executeTakeFirst();
  if (!draft) throw new DeeptierError(receivableRefusals.DRAFT_UNKNOWN, { draft: id });
  return draft;
}

/** One page of the drafts of the caller's party, the newest first. */
export async function draftsPage(db: Queryable, caller: Caller, page: Page): Promise<Draft[]> {
  const [at, id] = page.after ?? [];
  return db.selectFrom('issue_drafts').selectAll().where('obligor', '=', BigInt(caller.party))
    .$if(at !== undefined, (query) => query.where(sql<boolean>`(made_at, id) < (${at}::bigint, ${id}::uuid)`))
    .orderBy('made_at', 'desc').orderBy('id', 'desc').limit(page.limit + 1).execute();
}

/**
 * Where a draft stands. An approval is decided by the ledger: until its answer was recorded, what has become of its
 * operation says so, also after a crash at any point in between.
 */
export async function standingOf(ctx: Pick<Context, 'db' | 'desk' | 'caller'>, draft: Draft): Promise<Standing> {
  if (draft.decision === null) return { state: 'waiting', payable: null, recorded: true };
  if (draft.decision === 'rejection') return { state: 'rejected', payable: null, recorded: true };
  if (draft.payable_id !== null) return { state: 'approved', payable: draft.payable_id, recorded: true };
  for (const { id } of await approvalsOf(ctx, draft)) {
    const outcome = await ctx.desk.await(id, 0);
    if (outcome.state === 'refused') continue;
    const payable = outcome.state === 'done' ? issuedIn(outcome) : undefined;
    return payable === undefined ? { state: 'approving', payable: null, recorded: true } : { state: 'approved', payable, recorded: true };
  }
  const { rows } = await sql<{ recent: boolean }>`
    select ${draft.claimed_at}::timestamptz > now() - make_interval(secs => ${CLAIM_SECONDS}) as recent
  `.execute(ctx.db);
  return { state: rows[0]?.recent ? 'approving' : 'waiting', payable: null, recorded: false };
}

/** Throws unless `caller` may decide on the draft now: another person than its maker, and nobody decided yet. */
export async function requireUndecided(ctx: Pick<Context, 'db' | 'desk' | 'caller'>, draft: Draft): Promise<void> {
  const { state, recorded } = await standingOf(ctx, draft);
  if (state === 'approving' && !recorded) throw new DeeptierError(receivableRefusals.DRAFT_BEING_APPROVED, { draft: draft.id });
  if (state !== 'waiting') throw new DeeptierError(receivableRefusals.DRAFT_DECIDED, { draft: draft.id, state });
  if (draft.made_by === ctx.caller.userId) throw new DeeptierError(receivableRefusals.SAME_PERSON, { user: ctx.caller.username });
}

/**
 * Takes the draft for this approval, once everything else is checked. Of two that come at once, one has it; where nothing
 * comes of it (its instruction was refused, or never recorded), the draft is free again.
 * Throws `DRAFT_BEING_APPROVED` if somebody was faster.
 */
export async function claimApproval(db: Queryable, draft: Draft, caller: Caller, now: number): Promise<void> {
  const claimed = await db.updateTable('issue_drafts')
    .set({
      decision: 'approval', decided_by: caller.userId, decided_by_name: caller.username, decided_at: BigInt(now),
      claim: randomUUID(), claimed_at: sql<Date>`now()`,
    })
    .where('id', '=', draft.id)
    .where('payable_id', 'is', null)
    .where(sql<boolean>`decision is distinct from 'rejection' and claim is not distinct from ${draft.claim}::uuid`)
    .returning('id').executeTakeFirst();
  if (!claimed) throw new DeeptierError(receivableRefusals.DRAFT_BEING_APPROVED, { draft: draft.id });
}

export async function recordApproval(db: Queryable, draft: string, payable: bigint): Promise<void> {
  await db.updateTable('issue_drafts').set({ payable_id: payable }).where('id', '=', draft).execute();
}

/** Throws `DRAFT_BEING_APPROVED` if somebody else decided in between. */
export async function rejectDraft(db: Queryable, draft: Draft, caller: Caller, reason: string, now: number): Promise<Draft> {
  const rejected = await db.updateTable('issue_drafts')
    .set({
      decision: 'rejection', decided_by: caller.userId, decided_by_name: caller.username, decided_at: BigInt(now), rejection_reason: reason,
    })
    .where('id', '=', draft.id)
    .where('payable_id', 'is', null)
    .where(sql<boolean>`decision is distinct from 'rejection' and claim is not distinct from ${draft.claim}::uuid`)
    .returningAll().executeTakeFirst();
  if (!rejected) throw new DeeptierError(receivableRefusals.DRAFT_BEING_APPROVED, { draft: draft.id });
  return rejected;
}

/** The payable that an operation issued. */
export function issuedIn({ events }: Pick<Done, 'events'>): bigint | undefined {
  const issued = events.find(({ contract, name }) => contract === 'ReceivableLedger' && name === 'PayableIssued');
  return issued && BigInt(issued.args['payableId'] as number);
}

/** The operations since its claim that approve the draft, but for those that were refused. */
async function approvalsOf({ db, caller }: Pick<Context, 'db' | 'caller'>, draft: Draft): Promise<{ id: string }[]> {
  const operations = await db.selectFrom('operations').select(['id', 'path'])
    .where('party', '=', BigInt(caller.party)).where('route', '=', APPROVAL_PATH).where('state', '!=', 'refused')
    .where('created_at', '>=', sql<Date>`(select claimed_at from issue_drafts where id = ${draft.id})`)
    .execute();
  // Paths are kept as they were called: a draft's id may stand there in capitals, or percent-encoded.
  return operations.filter(({ path }) => decodeURIComponent(path.split('/')[3] ?? '').toLowerCase() === draft.id);
}
