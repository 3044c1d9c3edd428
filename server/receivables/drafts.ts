// SPDX-License-Identifier: Apache-2.0
import { idFrom, type PayableId } from '../values/ids.ts';
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Caller } from '../auth/caller.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import type { Page } from '../http/pagination.ts';
import type { Done } from '../http/route.ts';
import type { Queryable } from '../store/database.ts';
import type { IssueOrder } from './commands.ts';
import type { DraftWarning, IssueDraftsTable } from './draft-table.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { receivableRefusals } from './refusals.ts';

export const APPROVAL_PATH = '/v1/issue-drafts/{id}/approval';

export type Draft = Selectable<IssueDraftsTable>;

/** `approving`: an approval is on its way to the ledger. */
export const DRAFT_STATES = ['waiting', 'approving', 'approved', 'rejected'] as const;

export type DraftState = (typeof DRAFT_STATES)[number];

/** Where a draft stands. */
export interface Standing {
  readonly state: DraftState;
  /** What was issued on it. */
  readonly payable: PayableId | null;
}

export async function createDraft(
  db: Queryable,
  caller: Caller,
  order: IssueOrder,
  warnings: readonly DraftWarning[],
  now: number,
): Promise<Draft> {
  return db
    .insertInto('issue_drafts')
    .values({
      id: randomUUID(),
      obligor: caller.party,
      supplier: idFrom(order.supplier),
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
      operation: null,
      payable_id: null,
      rejection_reason: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A draft of the caller's party. Throws `DRAFT_UNKNOWN`. */
export async function draftOf(db: Queryable, caller: Caller, id: string): Promise<Draft> {
  const draft = await db
    .selectFrom('issue_drafts')
    .selectAll()
    .where('id', '=', id)
    .where('obligor', '=', caller.party)
    .executeTakeFirst();
  if (!draft) throw new DeeptierError(receivableRefusals.DRAFT_UNKNOWN, { draft: id });
  return draft;
}

/** One page of the drafts of the caller's party, the newest first. */
export async function draftsPage(db: Queryable, caller: Caller, page: Page): Promise<Draft[]> {
  const [at, id] = page.after ?? [];
  return db
    .selectFrom('issue_drafts')
    .selectAll()
    .where('obligor', '=', caller.party)
    .$if(at !== undefined, (query) => query.where(sql<boolean>`(made_at, id) < (${at}::bigint, ${id}::uuid)`))
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

/**
 * Where a draft stands. An approval is decided by the ledger: until its answer was recorded, what has become of its
 * operation says so, also after a crash at any point in between. A refused one leaves the draft as it was.
 */
export async function standingOf({ ledgerClient }: Pick<Context, 'ledgerClient'>, draft: Draft): Promise<Standing> {
  if (draft.decision === 'rejection') return { state: 'rejected', payable: null };
  if (draft.payable_id !== null) return { state: 'approved', payable: draft.payable_id };
  if (draft.operation === null) return { state: 'waiting', payable: null };
  const outcome = await ledgerClient.await(draft.operation, 0);
  if (outcome.state === 'refused') return { state: 'waiting', payable: null };
  const payable = outcome.state === 'done' ? issuedIn(outcome) : undefined;
  return payable === undefined ? { state: 'approving', payable: null } : { state: 'approved', payable };
}

/** Throws unless `caller` may decide on the draft now: another person than its maker, and nobody decided yet. */
export async function requireUndecided(ctx: Pick<Context, 'ledgerClient' | 'caller'>, draft: Draft): Promise<void> {
  const { state } = await standingOf(ctx, draft);
  if (state !== 'waiting') throw new DeeptierError(receivableRefusals.DRAFT_DECIDED, { draft: draft.id, state });
  if (draft.made_by === ctx.caller.userId)
    throw new DeeptierError(receivableRefusals.SAME_PERSON, { user: ctx.caller.username });
}

/**
 * Takes the draft for the operation that approves it, in the transaction that records the operation. Of two that come at
 * once, one has it. Throws `DRAFT_DECIDED` if somebody was faster.
 */
export async function claimApproval(
  tx: Queryable,
  draft: Draft,
  caller: Caller,
  now: number,
  operation: string,
): Promise<void> {
  const claimed = await tx
    .updateTable('issue_drafts')
    .set({
      decision: 'approval',
      decided_by: caller.userId,
      decided_by_name: caller.username,
      decided_at: BigInt(now),
      operation,
    })
    .where(untouchedSince(draft))
    .returning('id')
    .executeTakeFirst();
  if (!claimed) throw new DeeptierError(receivableRefusals.DRAFT_DECIDED, { draft: draft.id, state: 'approving' });
}

export async function recordApproval(db: Queryable, draft: string, payable: PayableId): Promise<void> {
  await db.updateTable('issue_drafts').set({ payable_id: payable }).where('id', '=', draft).execute();
}

/** Throws `DRAFT_DECIDED` if somebody else decided in between. */
export async function rejectDraft(
  db: Queryable,
  draft: Draft,
  caller: Caller,
  reason: string,
  now: number,
): Promise<Draft> {
  const rejected = await db
    .updateTable('issue_drafts')
    .set({
      decision: 'rejection',
      decided_by: caller.userId,
      decided_by_name: caller.username,
      decided_at: BigInt(now),
      rejection_reason: reason,
    })
    .where(untouchedSince(draft))
    .returningAll()
    .executeTakeFirst();
  if (!rejected) throw new DeeptierError(receivableRefusals.DRAFT_DECIDED, { draft: draft.id, state: 'approving' });
  return rejected;
}

/** The payable that an operation issued. */
export function issuedIn({ events }: Pick<Done, 'events'>): PayableId | undefined {
  return eventsOf(events, 'ReceivableLedger.PayableIssued')[0]?.args.payableId;
}

/** The draft, if nobody has decided on it since it was read. */
function untouchedSince({ id, operation }: Draft) {
  return sql<boolean>`id = ${id} and decision is distinct from 'rejection' and payable_id is null
    and operation is not distinct from ${operation}::uuid`;
}
