// SPDX-License-Identifier: Apache-2.0
import { OBLIGORS, OBLIGOR_CHECKERS, OBLIGOR_MAKERS } from '../access/who.ts';
import { z } from 'zod';
import { documentRefusals } from '../documents/refusals.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { amount, amountOrZero, hash32, instant, ledgerDateText, uuid } from '../values/schemas.ts';
import { standingRefusals } from '../parties/refusals.ts';
import { issue, issueBody, rejectDraftBody } from './commands.ts';
import {
  APPROVAL_PATH,
  claimApproval,
  createDraft,
  type Draft,
  draftOf,
  draftsPage,
  DRAFT_STATES,
  issuedIn,
  recordApproval,
  rejectDraft,
  requireUndecided,
  standingOf,
} from './drafts.ts';
import { idFrom, payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { presentPayable } from './present.ts';
import { payableById } from './queries.ts';
import { referenceShown } from '../values/references.ts';
import { receivableRefusals as refusals } from './refusals.ts';
import { payableResource } from './resources.ts';
import { warningsOf } from './warnings.ts';

const draftWarning = z
  .strictObject({ code: z.string(), text: z.string(), values: z.record(z.string(), z.string()) })
  .meta({
    id: 'DraftWarning',
    description: 'A point for the second person to consider; it does not prevent approval.',
  });

const draftResource = z
  .strictObject({
    id: uuid,
    state: z.enum(DRAFT_STATES),
    obligor: partyReference,
    supplier: partyReference,
    currency: z.string(),
    face: amountOrZero,
    maturity: ledgerDateText,
    documents: z.array(z.strictObject({ fingerprint: hash32, amount })),
    reference: referenceShown,
    warnings: z.array(draftWarning),
    madeBy: z.string(),
    madeAt: instant,
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    rejectionReason: z.string().nullable(),
    payable: payableId.nullable(),
  })
  .meta({
    id: 'IssueDraft',
    description: 'A payable that an obligor intends to issue, drafted by one person and decided by another.',
  });

const draftId = z.strictObject({ id: uuid });

const ISSUE_REFUSALS = [
  refusals.SUPPLIER_IS_OBLIGOR,
  refusals.OBLIGOR_OVERDUE,
  refusals.MATURITY_NOT_AHEAD,
  refusals.TERM_TOO_LONG,
  refusals.AMOUNT_ZERO,
  refusals.NOTE_TOO_SMALL,
  refusals.LIMIT_EXCEEDED,
  refusals.TOO_MANY_ENTRIES,
  refusals.DOCUMENTS_DO_NOT_COVER_FACE,
  documentRefusals.DOCUMENT_UNKNOWN,
  documentRefusals.DOCUMENT_OF_OTHER_DEBTOR,
  documentRefusals.DOCUMENT_CURRENCY_DIFFERS,
  documentRefusals.DOCUMENT_RESIDUAL_EXCEEDED,
  documentRefusals.DOCUMENT_AMOUNT_ZERO,
  ...standingRefusals,
];

/** Issue with two people: one drafts, another one approves, and then the ledger has a payable. */
export function draftRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/issue-drafts',
      access: OBLIGOR_MAKERS,
      status: 201,
      summary: 'Draft a payable',
      description:
        'The draft is checked against the ledger immediately: limit, term, documents. Another person of the obligor then approves or rejects the draft.',
      body: issueBody,
      response: draftResource,
      refusals: ISSUE_REFUSALS,
      async handle(ctx, { body }, db) {
        await ctx.ledgerClient.simulate(ctx.caller.key, issue({ ...body, supplier: idFrom(body.supplier) }));
        const draft = await createDraft(db, ctx.caller, body, await warningsOf(db, body), ctx.chain.clock.now());
        return { body: await presentDraft(ctx, draft), location: `/v1/issue-drafts/${draft.id}` };
      },
    }),
    readRoute({
      path: '/v1/issue-drafts',
      access: OBLIGORS,
      lookUp: null,
      refusals: [],
      summary: 'List the drafts of your party, the newest first',
      description: 'Drafts are not on the ledger: they are shown in their current state, whichever block is requested.',
      query: z.strictObject({ ...pageQuery }),
      response: pageOf(draftResource),
      async handle(ctx) {
        const { items, next } = ctx.page.of(
          await draftsPage(ctx.db, ctx.caller, ctx.page),
          (draft) => [draft.made_at.toString(), draft.id],
          (draft) => draft,
        );
        const shown = [];
        for (const draft of items) shown.push(await presentDraft(ctx, draft));
        return { items: shown, next };
      },
    }),
    readRoute({
      path: '/v1/issue-drafts/{id}',
      access: OBLIGORS,
      lookUp: null,
      refusals: [refusals.DRAFT_UNKNOWN],
      summary: 'Show a draft',
      params: draftId,
      response: draftResource,
      handle: async (ctx, { params }) => presentDraft(ctx, await draftOf(ctx.db, ctx.caller, params.id.toLowerCase())),
    }),
    commandRoute({
      method: 'post',
      path: APPROVAL_PATH,
      access: OBLIGOR_CHECKERS,
      status: 201,
      summary: 'Approve a draft, which issues the payable',
      description: 'The person who drafted it cannot approve it. The first supplier then accepts or rejects it.',
      params: draftId,
      response: payableResource,
      refusals: [refusals.DRAFT_UNKNOWN, refusals.SAME_PERSON, refusals.DRAFT_DECIDED, ...ISSUE_REFUSALS],
      async prepare(ctx, { params }) {
        const draft = await draftOf(ctx.db, ctx.caller, params.id.toLowerCase());
        await requireUndecided(ctx, draft);
        const order = { ...draft, face: draft.face.toString(), documents: [...draft.documents] };
        return {
          calls: [issue({ ...order, reference: draft.reference ?? undefined })],
          record: (tx, operationId) => claimApproval(tx, draft, ctx.caller, ctx.chain.clock.now(), operationId),
        };
      },
      async respond(ctx, outcome, { params }) {
        const id = issuedIn(outcome);
        const payable = id === undefined ? undefined : await payableById(ctx.db, id, ctx.asOf);
        if (!payable) throw new Error(`approving draft ${params.id} issued nothing`);
        await recordApproval(ctx.db, params.id.toLowerCase(), payable.id);
        return {
          body: await presentPayable(ctx, payable, 'obligor', new Set()),
          location: `/v1/payables/${payable.id}`,
        };
      },
    }),
    offLedgerRoute({
      method: 'post',
      path: '/v1/issue-drafts/{id}/rejection',
      access: OBLIGOR_CHECKERS,
      status: 200,
      summary: 'Reject a draft',
      params: draftId,
      body: rejectDraftBody,
      response: draftResource,
      refusals: [refusals.DRAFT_UNKNOWN, refusals.SAME_PERSON, refusals.DRAFT_DECIDED],
      async handle(ctx, { params, body }, db) {
        const draft = await draftOf(db, ctx.caller, params.id.toLowerCase());
        await requireUndecided(ctx, draft);
        return {
          body: await presentDraft(ctx, await rejectDraft(db, draft, ctx.caller, body.reason, ctx.chain.clock.now())),
        };
      },
    }),
  ];
}

async function presentDraft(ctx: Context, draft: Draft): Promise<z.input<typeof draftResource>> {
  const { state, payable } = await standingOf(ctx, draft);
  const names = await partyNames(ctx.db, [draft.obligor, draft.supplier], ctx.asOf);
  const decided = state === 'waiting' ? undefined : draft; // an approval that came to nothing is no decision
  return {
    id: draft.id,
    state,
    obligor: referenceTo(draft.obligor, names),
    supplier: referenceTo(draft.supplier, names),
    currency: draft.currency,
    face: draft.face.toString(),
    maturity: draft.maturity,
    documents: [...draft.documents],
    reference: draft.reference,
    warnings: [...draft.warnings],
    madeBy: draft.made_by_name,
    madeAt: instantOf(draft.made_at),
    decidedBy: decided?.decided_by_name ?? null,
    decidedAt: decided?.decided_at == null ? null : instantOf(decided.decided_at),
    rejectionReason: draft.rejection_reason,
    payable: payable === null ? null : payable.toString(),
  };
}
