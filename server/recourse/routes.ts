import { HOLDER_CHECKERS, HOLDER_MAKERS, MEMBERS, PRINCIPAL_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { isShownTo, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, type Made, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import { findNote, findPayable } from '../receivables/find.ts';
import { idFrom, noteId, type NoteId, payableId } from '../values/ids.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { liveNotesOf } from '../receivables/queries.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { eventsOf } from '../ledger/contract-types.ts';
import { causeBody, recordLineage, recourseStep } from './commands.ts';
import { endorserChainOf } from './endorser-chain.ts';
import { unrecordedLineage } from './note-lineage.ts';
import { demandsOn, type RecourseClaim, recourseClaimOn, recourseClaimsPage } from './queries.ts';
import { recourseRefusals as refusals } from './refusals.ts';
import { claimResource, demandResource, presentClaims, presentDemands, stageWord, dueStatusWord } from './resources.ts';
import { dueStateOf } from './due-state.ts';

const capability = 'financing';

const noteParams = z.strictObject({ id: noteId });
const payableParams = z.strictObject({ id: payableId });
const date = ledgerDateText;

const defaultResource = z
  .strictObject({
    payable: payableId,
    dueStatus: dueStatusWord,
    dueDate: date,
    defaultDate: date.meta({ description: 'First day of default, if it is not paid before.' }),
    recourseUntil: date.meta({ description: 'Last day for a holder that bought its note to claim on an endorser.' }),
    limitationUntil: date.meta({
      description: 'Last day of the limitation against the obligor, of a note whose holder made no demand.',
    }),
    demands: z.array(demandResource).meta({ description: 'Written demands on the obligor: a holder sees its own.' }),
  })
  .meta({
    id: 'PayableDefault',
    description: 'Where a payable stands today, and the days that matter once it is not paid.',
  });

const REASONS = ['nothing-owed', 'waived', 'no-endorser', 'not-in-default', 'claimed', 'time-barred'] as const;

const recourseResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    currency,
    amount: amountOrZero.meta({ description: 'Live units: what an endorser would pay.' }),
    dueStatus: dueStatusWord,
    claimable: z.boolean().meta({ description: 'Whether its holder may claim on the nearest endorser today.' }),
    reason: z.enum(REASONS).nullable().meta({ description: 'Why not.' }),
    claimUntil: date.nullable().meta({ description: 'Last day to claim on the nearest endorser.' }),
    steppedInOn: date
      .nullable()
      .meta({
        description: 'When the holder, or one before it, paid for the note as an endorser; the months run from then.',
      }),
    limitationUntil: date.meta({
      description: 'Last day of the limitation of what the obligor owes on the note, with every demand made.',
    }),
    endorserChain: z
      .array(
        z.strictObject({
          endorser: partyReference
            .nullable()
            .meta({ description: 'The first by name; the others to themselves, and to who sees everything.' }),
          soldNote: noteId.nullable().meta({ description: 'The note it sold with recourse.' }),
        }),
      )
      .meta({ description: 'Who answers, the nearest first; each of the others once the one before it has paid.' }),
    claim: claimResource.nullable().meta({ description: 'The last claim.' }),
  })
  .meta({ id: 'NoteRecourse', description: 'Who answers for a note, as the ledger has it.' });

const listQuery = z.strictObject({
  side: z.enum(['made', 'received']).optional().meta({ description: 'Claims your party made, or those on it.' }),
  stage: stageWord.optional(),
  ...pageQuery,
});

const STEP_REFUSALS = [receivableRefusals.NOTE_UNKNOWN, receivableRefusals.NOTE_NOT_HELD, refusals.CAUSE_MISSING];
const OWN_REFUSALS = [
  ...STEP_REFUSALS,
  receivableRefusals.NOT_THE_HOLDER,
  refusals.NOT_IN_DEFAULT,
  refusals.NO_ENDORSER,
  refusals.RECOURSE_IS_WAIVED,
];

/** After the obligor fails: dates, claims on endorsers, and demands on the obligor. */
export function recourseRoutes({ contracts }: { readonly contracts: Contracts }): readonly Route[] {
  return [
    readRoute({
      path: '/v1/payables/{id}/default',
      capability,
      access: MEMBERS,
      lookUp: { one: 'payable' },
      refusals: [receivableRefusals.PAYABLE_UNKNOWN],
      summary: 'Where an unpaid payable stands, and every date that matters',
      description:
        'Overdue and default come by the date alone. The months run from the due date: that the obligor did not pay on it is its refusal.',
      params: payableParams,
      response: defaultResource,
      async handle(ctx, { params }) {
        const { payable, view, own } = await findPayable(ctx, idFrom(params.id));
        const state = await dueStateOf(ctx.db, payable, dateAt(await blockTimeOf(ctx)), ctx.asOf);
        const demands = await demandsOn(ctx.db, payable.id, ctx.asOf);
        const seen = demands.filter(({ holder }) => view === 'full' || view === 'obligor' || own.has(holder));
        return { payable: params.id, ...state, demands: await presentDemands(ctx, seen) };
      },
    }),
    readRoute({
      path: '/v1/notes/{id}/recourse',
      capability,
      access: MEMBERS,
      lookUp: { one: 'note' },
      refusals: [receivableRefusals.NOTE_UNKNOWN],
      summary: 'Who answers for a note, until when, and why not',
      description:
        'Asked of the contract: the walk over the notes it came from, to those who sold it with recourse. Who stepped in claims on those before it.',
      params: noteParams,
      response: recourseResource,
      async handle(ctx, { params }) {
        const { note, payable, view, own } = await findNote(ctx, idFrom(params.id));
        const today = dateAt(await blockTimeOf(ctx));
        const { dueStatus } = await dueStateOf(ctx.db, payable, today, ctx.asOf);
        const [cut] = await unrecordedLineage(ctx.db, note, ctx.asOf);
        // Who answers for a note cut beside another is who answers for that one; a claim tells the ledger so.
        const endorserChain = await endorserChainOf(
          ctx,
          contracts,
          note.id,
          cut?.note === note.id ? cut.origin : note.id,
        );
        const claim = await recourseClaimOn(ctx.db, note.id, ctx.asOf);
        const names = await partyNames(
          ctx.db,
          endorserChain.endorsements.map(({ endorser }) => endorser),
          ctx.asOf,
        );
        const reason: (typeof REASONS)[number] | null =
          note.status !== 'held'
            ? 'nothing-owed'
            : endorserChain.waived
              ? 'waived'
              : endorserChain.endorsements.length === 0
                ? 'no-endorser'
                : dueStatus !== 'defaulted'
                  ? 'not-in-default'
                  : claim?.stage === 'open'
                    ? 'claimed'
                    : endorserChain.until !== null && today > endorserChain.until
                      ? 'time-barred'
                      : null;
        return {
          note: params.id,
          payable: payable.id.toString(),
          currency: payable.currency,
          amount: (note.status === 'held' ? note.units : 0n).toString(),
          dueStatus,
          claimable: reason === null,
          reason,
          claimUntil: endorserChain.until,
          steppedInOn: endorserChain.steppedInOn,
          limitationUntil: endorserChain.limitationUntil,
          endorserChain: endorserChain.endorsements.map(({ endorser, hop }, place) => {
            const clear = place === 0 || view === 'full' || own.has(endorser);
            return { endorser: clear ? referenceTo(endorser, names) : null, soldNote: clear ? hop.toString() : null };
          }),
          claim: claim ? ((await presentClaims(ctx, [claim]))[0] as z.input<typeof claimResource>) : null,
        };
      },
    }),
    readRoute({
      path: '/v1/recourse-claims',
      capability,
      access: MEMBERS,
      lookUp: { list: 'recourse claims' },
      refusals: [],
      summary: 'List the claims on endorsers you may see, the newest note first',
      description: 'What your party claims, and what is claimed on it.',
      query: listQuery,
      response: pageOf(claimResource),
      async handle(ctx, { query }) {
        const rows = await recourseClaimsPage(ctx.db, await visibilityOf(ctx), query, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ note }) => [note.toString()],
          (claim) => claim,
        );
        return { items: await presentClaims(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/recourse-claims/{id}',
      capability,
      access: MEMBERS,
      lookUp: { one: 'recourse claim' },
      refusals: [refusals.RECOURSE_CLAIM_UNKNOWN],
      summary: 'Show the claim on a note',
      params: noteParams,
      response: claimResource,
      async handle(ctx, { params }) {
        const claim = await findClaim(ctx, idFrom(params.id));
        return (await presentClaims(ctx, [claim]))[0] as z.input<typeof claimResource>;
      },
    }),

    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Claim an unpaid note on the nearest that sold it with recourse',
      description:
        'Of a payable in default, in time. A claim made in time stays good; a suspended party may make it too.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [...OWN_REFUSALS, refusals.RECOURSE_TIME_BARRED, refusals.CLAIM_ALREADY_OPEN],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        const lineage = await unrecordedLineage(ctx.db, note, ctx.asOf);
        return { calls: [...lineage.map(recordLineage), recourseStep('claim', note.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => claimMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims/honour',
      capability,
      access: PRINCIPAL_CHECKERS,
      status: 200,
      openWithoutStanding: true,
      summary: 'Pay what is claimed on you, and take the note',
      description:
        'All live units, out of your settlement cash, in one step with the note: first to those who bore part of the loss or lent against it, the rest to the holder. You ' +
        'hold the note from then on, and may claim on those who sold it before you.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [
        ...STEP_REFUSALS,
        refusals.RECOURSE_CLAIM_UNKNOWN,
        refusals.CLAIM_NOT_OPEN,
        refusals.NOT_THE_ENDORSER,
        receivableRefusals.NOTE_UNDER_HOLD,
        receivableRefusals.TOO_MANY_FINANCINGS,
        settlementRefusals.ERC20_INSUFFICIENT_BALANCE,
      ],
      async prepare(ctx, { params, body }) {
        const { note } = await findClaim(ctx, idFrom(params.id));
        return { calls: [recourseStep('honour', note, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => claimMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/notes/{id}/recourse-claims/waive',
      capability,
      access: HOLDER_CHECKERS,
      status: 200,
      summary: 'Give up all recourse for a note, for good',
      description: 'Claimed or not: nobody who sold the note answers for it any more.',
      params: noteParams,
      body: causeBody,
      response: claimResource,
      refusals: [...OWN_REFUSALS, receivableRefusals.NOTE_UNDER_HOLD],
      async prepare(ctx, { params, body }) {
        const { note } = await findNote(ctx, idFrom(params.id));
        const lineage = await unrecordedLineage(ctx.db, note, ctx.asOf);
        return { calls: [...lineage.map(recordLineage), recourseStep('waive', note.id, body.cause)] };
      },
      respond: (ctx, _outcome, { params }) => claimMade(ctx, idFrom(params.id)),
    }),
    commandRoute({
      method: 'post',
      path: '/v1/payables/{id}/demands',
      capability,
      access: HOLDER_MAKERS,
      status: 201,
      openWithoutStanding: true,
      summary: 'Demand payment of the obligor in writing',
      description: 'For every note of an overdue payable that you hold. The limitation of each starts anew today.',
      params: payableParams,
      body: causeBody,
      response: z.strictObject({ items: z.array(demandResource) }),
      refusals: [
        receivableRefusals.PAYABLE_UNKNOWN,
        refusals.NOTHING_TO_DEMAND,
        refusals.CAUSE_MISSING,
        refusals.NOT_OVERDUE,
        refusals.LIMITATION_PASSED,
      ],
      async prepare(ctx, { params, body }) {
        const { payable, own } = await findPayable(ctx, idFrom(params.id));
        const notes = (await liveNotesOf(ctx.db, payable.id, ctx.asOf)).filter(
          ({ holder, status }) => status === 'held' && own.has(holder),
        );
        if (notes.length === 0) throw new DeeptierError(refusals.NOTHING_TO_DEMAND, { payableId: params.id });
        return { calls: notes.map(({ id }) => recourseStep('demand', id, body.cause)) };
      },
      async respond(ctx, { events }, { params }) {
        const made = new Set(eventsOf(events, 'Recourse.PaymentDemanded').map(({ args }) => args.note));
        const demands = (await demandsOn(ctx.db, idFrom(params.id), ctx.asOf)).reverse();
        const latest = [...made].flatMap((note) => demands.find((demand) => demand.note === note) ?? []);
        return { body: { items: await presentDemands(ctx, latest) }, location: `/v1/payables/${params.id}/default` };
      },
    }),
  ];
}

/** A claim that the caller may see. Throws `RECOURSE_CLAIM_UNKNOWN`, just as if there were none. */
async function findClaim(ctx: Context, note: NoteId): Promise<RecourseClaim> {
  const claim = await recourseClaimOn(ctx.db, note, ctx.asOf);
  if (
    !claim ||
    !isShownTo(await visibilityOf(ctx), { parties: [claim.holder, claim.endorser], payable: claim.payable })
  )
    throw new DeeptierError(refusals.RECOURSE_CLAIM_UNKNOWN, { note: note.toString() });
  const parties = claim.endorser === null ? [claim.holder] : [claim.holder, claim.endorser];
  ctx.shows({ kind: 'recourse claim', subject: note.toString(), payable: claim.payable, parties });
  return claim;
}

async function claimMade(ctx: Context, id: NoteId): Promise<Made<z.input<typeof claimResource>>> {
  const claim = await recourseClaimOn(ctx.db, id, ctx.asOf);
  if (!claim) throw new Error(`the claim on note ${id} is not in the tables`);
  return {
    body: (await presentClaims(ctx, [claim]))[0] as z.input<typeof claimResource>,
    location: `/v1/recourse-claims/${id}`,
  };
}
