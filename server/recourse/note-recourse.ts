// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { ReadContext } from '../http/context.ts';
import { blockTimeOf, dateAt } from '../ledger/block-time.ts';
import type { Contracts } from '../ledger/contracts.ts';
import type { FoundNote } from '../receivables/find.ts';
import type { Note } from '../receivables/queries.ts';
import type { LedgerDate } from '../values/dates.ts';
import { noteId, payableId } from '../values/ids.ts';
import { amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import { claimResource, presentClaim } from './claim-resource.ts';
import { dueStatusWord } from './default-resource.ts';
import { type DueStatus, dueStateOf } from './due-state.ts';
import { type EndorserChain, endorserChainOf } from './endorser-chain.ts';
import { unrecordedLineage } from './note-lineage.ts';
import { type RecourseClaim, recourseClaimOn } from './queries.ts';

const REASONS = ['nothing-owed', 'waived', 'no-endorser', 'not-in-default', 'claimed', 'time-barred'] as const;
type Reason = (typeof REASONS)[number];

export const recourseResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    currency,
    amount: amountOrZero.meta({ description: 'Live units: what an endorser would pay.' }),
    dueStatus: dueStatusWord,
    claimable: z.boolean().meta({ description: 'Whether its holder may claim on the nearest endorser today.' }),
    reason: z.enum(REASONS).nullable().meta({ description: 'Why it may not; null where it may.' }),
    claimUntil: ledgerDateText.nullable().meta({ description: 'Last day to claim on the nearest endorser.' }),
    steppedInOn: ledgerDateText
      .nullable()
      .meta({
        description: 'When the holder, or one before it, paid for the note as an endorser; the months run from then.',
      }),
    limitationUntil: ledgerDateText.meta({
      description: 'Last day of the limitation of what the obligor owes on the note, with every demand made.',
    }),
    endorserChain: z
      .array(
        z.strictObject({
          endorser: partyReference
            .nullable()
            .meta({
              description:
                'The nearest is named; each other endorser is shown to itself, to regulators and to auditors with a grant.',
            }),
          soldNote: noteId.nullable().meta({ description: 'The note it sold with recourse.' }),
        }),
      )
      .meta({
        description: 'The endorsers, nearest first; each of the others answers once the one before it has paid.',
      }),
    claim: claimResource.nullable().meta({ description: 'The latest claim.' }),
  })
  .meta({ id: 'NoteRecourse', description: 'Who answers for a note, as the ledger has it.' });

/** Who answers for a note that the caller may see, as the contract says at the block that is read. */
export async function presentRecourse(
  ctx: ReadContext,
  contracts: Contracts,
  { note, payable, view, own }: FoundNote,
): Promise<z.input<typeof recourseResource>> {
  const today = dateAt(await blockTimeOf(ctx));
  const { dueStatus } = await dueStateOf(ctx.db, payable, today, ctx.asOf);
  const [cut] = await unrecordedLineage(ctx.db, note, ctx.asOf);
  // Who answers for a note cut beside another is who answers for that one; a claim tells the ledger so.
  const like = cut?.note === note.id ? cut.origin : note.id;
  const endorserChain = await endorserChainOf(ctx, contracts, note.id, like);
  const claim = await recourseClaimOn(ctx.db, note.id, ctx.asOf);
  const names = await partyNames(
    ctx.db,
    endorserChain.endorsements.map(({ endorser }) => endorser),
    ctx.asOf,
  );
  const reason = reasonAgainst(note, endorserChain, dueStatus, claim, today);
  return {
    note: note.id.toString(),
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
    claim: claim ? await presentClaim(ctx, claim) : null,
  };
}

/** Why the holder of a note cannot claim on an endorser today; null where it can. */
function reasonAgainst(
  note: Note,
  { endorsements, until, waived }: EndorserChain,
  dueStatus: DueStatus,
  claim: RecourseClaim | undefined,
  today: LedgerDate,
): Reason | null {
  if (note.status !== 'held') return 'nothing-owed';
  if (waived) return 'waived';
  if (endorsements.length === 0) return 'no-endorser';
  if (dueStatus !== 'defaulted') return 'not-in-default';
  if (claim?.stage === 'open') return 'claimed';
  return until !== null && today > until ? 'time-barred' : null;
}
