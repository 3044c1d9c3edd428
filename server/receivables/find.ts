// SPDX-License-Identifier: Apache-2.0
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { grantorsOf, partiesOf, type Visibility, visibilityOf } from '../access/visibility.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { pledgesOn } from './holds.ts';
import { type Note, noteById, type Payable, payableById, payablesById } from './queries.ts';
import { type Transfer, transferOf, transfersById } from './transfers.ts';
import { receivableRefusals } from './refusals.ts';
import { concernedAmong, type NoteView, noteViewOf, type PayableView, payableViewOf } from './visibility.ts';

export interface FoundPayable {
  readonly payable: Payable;
  readonly view: PayableView;
  /** The parties a view of less than everything is for. */
  readonly own: ReadonlySet<PartyId>;
}

export interface FoundNote {
  readonly note: Note;
  readonly payable: Payable;
  /** The note's own, if it was cut for somebody. */
  readonly transfer: Transfer | undefined;
  readonly view: NoteView;
  readonly own: ReadonlySet<PartyId>;
}

/**
 * A payable that the caller may see, and on record that it looked if it looks by grant or office.
 * Throws `PAYABLE_UNKNOWN`, just as if there were none.
 */
export async function findPayable(ctx: Context, id: PayableId): Promise<FoundPayable> {
  const visibility = await visibilityOf(ctx);
  const { payable, view } = await knownPayable(ctx, visibility, id);
  ctx.shows({
    kind: 'payable',
    subject: id.toString(),
    payable: id,
    parties: await concerned(ctx, visibility, payable),
  });
  return { payable, view, own: partiesOf(visibility) };
}

/** A payable that the visibility shows, and how much of it; nothing is put on record. Throws `PAYABLE_UNKNOWN`. */
export async function knownPayable(
  { db, caller, asOf }: Context,
  visibility: Visibility,
  id: PayableId,
): Promise<Pick<FoundPayable, 'payable' | 'view'>> {
  const payable = await payableById(db, id, asOf);
  const view = payable && (await payableViewOf(db, visibility, caller, payable, asOf));
  if (!payable || !view) throw new DeeptierError(receivableRefusals.PAYABLE_UNKNOWN, { payableId: id.toString() });
  return { payable, view };
}

/** A note that the caller may see, on record like a payable. Throws `NOTE_UNKNOWN`. */
export async function findNote(ctx: Context, id: NoteId): Promise<FoundNote> {
  const found = await lookForNote(ctx, id, await visibilityOf(ctx));
  if (!found) throw new DeeptierError(receivableRefusals.NOTE_UNKNOWN, { note: id.toString() });
  const { note, payable } = found;
  ctx.shows({ kind: 'note', subject: id.toString(), payable: note.payable, parties: [note.holder, payable.obligor] });
  return found;
}

/** Notes of a list that the visibility shows, each with how much of it. */
export async function viewedNotes(
  { db, asOf }: Context,
  visibility: Visibility,
  notes: readonly Note[],
): Promise<Pick<FoundNote, 'note' | 'view'>[]> {
  const ids = notes.map(({ id }) => id);
  const payables = await payablesById(
    db,
    notes.map(({ payable }) => payable),
    asOf,
  );
  const transfers = await transfersById(db, ids, asOf);
  const pledges = await pledgesOn(db, ids, asOf);
  return notes.flatMap((note) => {
    const payable = payables.get(note.payable);
    const claims = { transfer: transfers.get(note.id), pledge: pledges.get(note.id) };
    const view = payable && noteViewOf(visibility, note, payable, claims);
    return view ? [{ note, view }] : [];
  });
}

async function lookForNote(ctx: Context, id: NoteId, visibility: Visibility): Promise<FoundNote | undefined> {
  const { db, asOf } = ctx;
  const note = await noteById(db, id, asOf);
  const payable = note && (await payableById(db, note.payable, asOf));
  if (!note || !payable) return undefined;
  const transfer = await transferOf(db, id, asOf);
  const pledge = (await pledgesOn(db, [id], asOf)).get(id);
  const view = noteViewOf(visibility, note, payable, { transfer, pledge });
  return view && { note, payable, transfer, view, own: partiesOf(visibility) };
}

/** The parties by whose grant a payable may be open: its obligor, and holders among those that opened their records. */
async function concerned({ db, asOf }: Context, visibility: Visibility, payable: Payable): Promise<PartyId[]> {
  const grantors = [...grantorsOf(visibility)];
  if (grantors.length === 0) return [payable.obligor];
  return [payable.obligor, ...(await concernedAmong(db, payable.id, grantors, asOf))];
}
