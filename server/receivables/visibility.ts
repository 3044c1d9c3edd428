// SPDX-License-Identifier: Apache-2.0
import type { PartyId, PayableId } from '../values/ids.ts';
import { type RawBuilder, sql } from 'kysely';
import {
  isShownTo,
  looksForItself,
  numbers,
  partiesOf,
  seesAll,
  shownTo,
  type Visibility,
} from '../access/visibility.ts';
import type { Caller } from '../auth/caller.ts';
import type { Queryable } from '../store/database.ts';
import { type AtBlock, trueAt } from '../store/versioned.ts';
import type { Pledge } from './holds.ts';
import type { Note, Payable } from './queries.ts';
import type { Transfer } from './transfers.ts';

/**
 * How much of a payable somebody sees: everything; what its obligor may know (nothing of deeper tiers); what a holder of
 * one of its notes may know (nothing of others' notes); or what a settlement bank needs to confirm its payment.
 */
export type PayableView = 'full' | 'obligor' | 'holder' | 'payment';

/** How much of a note somebody sees: everything; or what its holder, or whom it is offered or pledged to, may know. */
export type NoteView = 'full' | 'holder' | 'recipient';

/** Undefined if to this caller there is no such payable. */
export async function payableViewOf(
  db: Queryable,
  visibility: Visibility,
  caller: Caller,
  payable: Payable,
  block: AtBlock,
): Promise<PayableView | undefined> {
  const view = listedPayableViewOf(visibility, payable);
  if (view !== 'holder') return view;
  if ((await concernedAmong(db, payable.id, [...partiesOf(visibility)], block)).length > 0) return 'holder';
  return looksForItself(visibility) && caller.partyRoles.includes('settlement-bank') ? 'payment' : undefined;
}

/** The view of a payable that `payablesShown` has let through: what is not open for another reason, is because of a note. */
export function listedPayableViewOf(visibility: Visibility, payable: Payable): Exclude<PayableView, 'payment'> {
  if (seesAll(visibility)) return 'full';
  if (!isShownTo(visibility, { parties: [payable.obligor], payable: payable.id })) return 'holder';
  return looksForItself(visibility) ? 'obligor' : 'full';
}

/** Those of the parties that hold a note of the payable, are offered one, or have one as a pledge. */
export async function concernedAmong(
  db: Queryable,
  payable: PayableId,
  parties: readonly PartyId[],
  block: AtBlock,
): Promise<PartyId[]> {
  const { rows } = await sql<{ party: PartyId }>`
    select holder as party from notes
    where payable_id = ${payable} and holder = any(${numbers(parties)}) and ${trueAt('notes', block)}
    union
    select to_party from note_transfers
    where payable_id = ${payable} and to_party = any(${numbers(parties)}) and outcome = 'open' and ${trueAt('note_transfers', block)}
    union
    select beneficiary from note_pledges
    where payable_id = ${payable} and beneficiary = any(${numbers(parties)}) and ${trueAt('note_pledges', block)}
  `.execute(db);
  return rows.map(({ party }) => party);
}

/** A condition for queries of other rooms: one of the parties holds a live note of the payable in that column. */
export function holdsNoteOf(
  payable: RawBuilder<unknown>,
  parties: RawBuilder<bigint[]>,
  block: AtBlock,
): RawBuilder<boolean> {
  return sql`exists (
    select 1 from notes as held_note
    where held_note.payable_id = ${payable} and held_note.holder = any(${parties})
      and held_note.status = 'held' and ${trueAt('held_note', block)})`;
}

/** What beside its holder makes a note somebody's concern: the offer or the transfer it is of, and its pledge. */
export interface NoteClaims {
  readonly transfer: Transfer | undefined;
  readonly pledge: Pledge | undefined;
}

/** Undefined if to this caller there is no such note. */
export function noteViewOf(
  visibility: Visibility,
  note: Note,
  payable: Payable,
  { transfer, pledge }: NoteClaims,
): NoteView | undefined {
  if (seesAll(visibility)) return 'full';
  const concern = { parties: [payable.obligor, note.holder], payable: note.payable };
  if (!looksForItself(visibility) && isShownTo(visibility, concern)) return 'full';
  const parties = partiesOf(visibility);
  if (parties.has(note.holder)) return 'holder';
  const isOffered = transfer?.outcome === 'open' && parties.has(transfer.to);
  return isOffered || (pledge && parties.has(pledge.beneficiary)) ? 'recipient' : undefined;
}

/** A condition on `payables` as `p`: those that the visibility shows in a list. */
export function payablesShown(visibility: Visibility, block: AtBlock): RawBuilder<boolean> {
  return shownTo(visibility, {
    parties: ['p.obligor'],
    payable: 'p.id',
    ofParties: (parties) => sql`p.id in (
      select payable_id from notes where ${trueAt('notes', block)} and id in (${notesConcerning(parties, block)}))`,
  });
}

/** A condition on `notes` as `n` beside its payable as `p`: those that the visibility shows in a list. */
export function notesShown(visibility: Visibility, block: AtBlock): RawBuilder<boolean> {
  return shownTo(visibility, {
    parties: [],
    payable: 'n.payable_id',
    ofParties: (parties) => sql`n.id in (${notesConcerning(parties, block)})`,
    // An obligor that looks itself does not learn who holds its promise.
    ofGrantors: (parties) => sql`p.obligor = any(${parties})`,
  });
}

/** The numbers of the notes that the parties hold, and of those that are offered or pledged to them. */
function notesConcerning(parties: RawBuilder<bigint[]>, block: AtBlock): RawBuilder<unknown> {
  return sql`
    select id from notes where holder = any(${parties}) and ${trueAt('notes', block)}
    union
    select note_id from note_transfers
    where to_party = any(${parties}) and outcome = 'open' and ${trueAt('note_transfers', block)}
    union
    select note_id from note_pledges where beneficiary = any(${parties}) and ${trueAt('note_pledges', block)}
  `;
}
