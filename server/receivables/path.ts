// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import { call } from '../ledger/contract-types.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { readView } from '../ledger/read-view.ts';
import type { ReadContext } from '../http/context.ts';
import type { Queryable } from '../store/database.ts';
import type { AtBlock } from '../store/versioned.ts';
import { type NoteId, noteIdOf, numbered, type PartyId, PATH_STEP_LENGTH, type PayableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { type Note, notesById, type Payable } from './queries.ts';
import { type Transfer, transfersById } from './transfers.ts';
import { type PresentContext, presentDocuments } from './present.ts';
import type { Hop, pathResource } from './resources.ts';
import type { HopKind } from './states.ts';
import type { NoteView } from './visibility.ts';

/** A note on the walk over `parent`, as the tables and the ledger's state both have it. */
export interface Step {
  readonly id: NoteId;
  readonly holder: PartyId;
  readonly parent: NoteId | null;
  readonly start: bigint;
  readonly end: bigint;
  /** Unix seconds. */
  readonly since: bigint;
  readonly tier: number;
  readonly financings: number;
}

/** The walk from a note to the first supplier's, from the tables. */
export async function walkOf(db: Queryable, note: Note, block: AtBlock): Promise<Note[]> {
  const indices = note.path.match(new RegExp(`.{${PATH_STEP_LENGTH}}`, 'g')) ?? [];
  const ids = indices.map((index) => noteIdOf(note.payable, BigInt(`0x${index}`))).reverse();
  const notes = await notesById(db, ids, block);
  return ids.map((id) => {
    const step = notes.get(id);
    if (!step) throw new Error(`note ${id} on the walk of note ${note.id} is not in the tables`);
    return step;
  });
}

/** The same walk as the ledger's `path` has it at that block. */
export async function walkInState(
  { chain, block }: Pick<ReadContext, 'chain' | 'block'>,
  contracts: Contracts,
  note: NoteId,
  payable: PayableId,
): Promise<Step[]> {
  const { ids, notes } = await readView(chain, contracts, call('DebtPaths', 'path', note), block);
  return notes.map((step, index) => ({
    id: numbered(ids[index] as bigint),
    holder: step.holder,
    parent: step.parent === 0n ? null : noteIdOf(payable, step.parent),
    start: step.start,
    end: step.end,
    since: step.since,
    tier: Number(step.tier),
    financings: Number(step.financings),
  }));
}

/** What brought a note to its holder, told from where it and its parent stand; a first note has none. */
export function hopOf(note: Pick<Step, 'financings'>, parent: Pick<Step, 'financings'> | undefined): HopKind {
  if (!parent) return 'issue';
  return note.financings > parent.financings ? 'financing' : 'transfer';
}

export interface PathParts {
  readonly note: Note;
  readonly payable: Payable;
  readonly view: NoteView;
  /** The parties whose own a note is, where the view is theirs. */
  readonly own: ReadonlySet<PartyId>;
  readonly source: 'projection' | 'state';
  /** From the note itself back to the first supplier's. */
  readonly walk: readonly Step[];
  /** The transfer that gave each step's holder its title, by the step's note; state does not keep them. */
  readonly titles: ReadonlyMap<NoteId, Transfer>;
}

export async function titlesOf(db: Queryable, walk: readonly Note[], block: AtBlock): Promise<Map<NoteId, Transfer>> {
  const transfers = await transfersById(
    db,
    walk.map(({ titleNote }) => titleNote),
    block,
  );
  return new Map(
    walk.flatMap(({ id, titleNote }) => {
      const title = transfers.get(titleNote);
      return title ? [[id, title] as const] : [];
    }),
  );
}

/**
 * The chain of debts behind a note. A party on the chain sees its own hop and whom it dealt with; of the others, kind, tier
 * and time; and always the obligor, whose promise it is.
 */
export async function presentPath(ctx: PresentContext, parts: PathParts): Promise<z.input<typeof pathResource>> {
  const { note, payable, view, source, walk } = parts;
  const names = await partyNames(ctx.db, [payable.obligor, ...walk.map(({ holder }) => holder)], ctx.asOf);
  return {
    note: note.id.toString(),
    payable: payable.id.toString(),
    currency: payable.currency,
    obligor: referenceTo(payable.obligor, names),
    maturity: payable.maturity,
    dueDate: payable.dueDate,
    source,
    hops: hopsOf(parts, names),
    documents: await presentDocuments(ctx, payable.id, view === 'full'),
  };
}

function hopsOf({ payable, view, own, walk, titles }: PathParts, names: ReadonlyMap<PartyId, string>): Hop[] {
  // The parties along the chain, from the holder to the obligor; the first note of an offered issue has nobody above it.
  const chain = [...walk.map(({ holder }) => holder), ...(walk[0]?.tier === 0 ? [] : [payable.obligor])];
  const isOwn = (place: number): boolean => {
    // Whom a note is offered or pledged to stands just below its holder.
    if (place === -1) return view === 'recipient';
    const party = chain[place];
    return party !== undefined && own.has(party);
  };
  const isClear = (place: number): boolean =>
    view === 'full' ||
    (chain[place] === payable.obligor && place === chain.length - 1) ||
    [place - 1, place, place + 1].some(isOwn);
  const shown = (place: number) => {
    const party = chain[place];
    return party !== undefined && isClear(place) ? referenceTo(party, names) : null;
  };
  return walk.map((step, place) => {
    const redacted = view !== 'full' && !isOwn(place) && !(place === 0 && view === 'recipient');
    const title = titles.get(step.id);
    const mine = !redacted && (view === 'full' || isOwn(place));
    return {
      hop: hopOf(step, walk[place + 1]),
      tier: step.tier,
      note: redacted ? null : step.id.toString(),
      from: shown(place + 1),
      to: shown(place),
      units: redacted ? null : { start: step.start.toString(), end: step.end.toString() },
      offeredAt: title && title.expiresAt !== null ? instantOf(title.madeAt) : null,
      titleAt: instantOf(step.since),
      operation:
        mine && title?.endedTx && title.endedBlock !== null
          ? { transaction: title.endedTx, block: title.endedBlock.toString() }
          : null,
      redacted,
    };
  });
}
