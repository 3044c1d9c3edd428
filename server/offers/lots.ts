// SPDX-License-Identifier: Apache-2.0
import { idFrom, noteId, type NoteId, payableId } from '../values/ids.ts';
import { AbiCoder } from 'ethers';
import { z } from 'zod';
import { partiesOf, visibilityOf } from '../access/visibility.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { daysBetween } from '../values/dates.ts';
import { asHex, type Hex, keccak } from '../values/hex.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { type Note, notesById, type Payable, payablesById } from '../receivables/queries.ts';
import { receivableRefusals } from '../receivables/refusals.ts';

/** Units of a note that are offered or asked for. */
export interface Lot {
  readonly note: NoteId;
  readonly units: bigint;
}

/** Above what the ledger takes, which it says itself; only so that a body stays small. */
const MAX_ENTRIES = 500;

export const lotsField = z
  .array(
    z.strictObject({
      note: noteId,
      amount: amountOrZero
        .optional()
        .meta({ description: 'Minor units of it; the whole note if absent.', example: '4115226' }),
    }),
  )
  .min(1)
  .max(MAX_ENTRIES)
  .meta({
    description: 'Notes of your party, or parts of them, all in one currency.',
    example: [{ note: '117440513', amount: '4115226' }, { note: '134217729' }],
  });

export type LotsAsked = z.output<typeof lotsField>;

/** A lot with what it is cut from. */
export interface NoteLot extends Lot {
  readonly from: Note;
  readonly payable: Payable;
}

export const lotResource = z
  .strictObject({
    note: noteId,
    payable: payableId,
    obligor: partyReference,
    currency,
    amount: amountOrZero.meta({ description: 'Minor units.', example: '12345678' }),
    tier: z.int().meta({ description: 'Commercial hops from the obligor to the holder.', example: 4 }),
    dueDate: ledgerDateText,
    days: z.int().meta({ description: 'Calendar days from today to the due date.', example: 166 }),
  })
  .meta({ id: 'Lot', description: 'Units of a note that are for sale.' });

/** The lots asked for, in the order the ledger takes them. Throws `NOTE_UNKNOWN` of a note that is not the caller's own. */
export async function lotsOf(ctx: Context, asked: LotsAsked): Promise<NoteLot[]> {
  const own = partiesOf(await visibilityOf(ctx));
  const found = await withNotes(
    ctx,
    asked.map(({ note, amount }) => ({ note: idFrom(note), amount })),
  );
  for (const { from } of found) if (!own.has(from.holder)) throw unknown(from.id);
  return found
    .map(({ amount, ...lot }) => ({ ...lot, units: amount === undefined ? lot.from.units : BigInt(amount) }))
    .sort((left, right) => (left.note < right.note ? -1 : left.note > right.note ? 1 : 0));
}

/** The same of lots whose units were settled before, in their order. */
export async function lotsWithNotes(ctx: Pick<Context, 'db' | 'asOf'>, lots: readonly Lot[]): Promise<NoteLot[]> {
  return withNotes(ctx, lots);
}

export async function presentLots(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  lots: readonly NoteLot[],
): Promise<z.input<typeof lotResource>[]> {
  const today = dateAt(await blockTimeOf(ctx));
  const names = await partyNames(
    ctx.db,
    lots.map(({ payable }) => payable.obligor),
    ctx.asOf,
  );
  return lots.map(({ note, units, from, payable }) => ({
    note: note.toString(),
    payable: payable.id.toString(),
    obligor: referenceTo(payable.obligor, names),
    currency: payable.currency,
    amount: units.toString(),
    tier: from.tier,
    dueDate: payable.dueDate,
    days: daysBetween(today, payable.dueDate),
  }));
}

/** What all lots add up to; minor units. */
export function faceOf(lots: readonly Lot[]): bigint {
  return lots.reduce((sum, { units }) => sum + units, 0n);
}

/** The currency of lots that go together; empty where there are none. */
export function currencyOf(lots: readonly NoteLot[]): string {
  return lots[0]?.payable.currency ?? '';
}

/** The lots as the ledger's functions take them. */
export function bareLots(lots: readonly Lot[]): Lot[] {
  return lots.map(({ note, units }) => ({ note, units }));
}

/** The hash that an offer for certain lots names; the lots are in ascending order of their notes. */
export function lotsHash(lots: readonly Lot[]): Hex {
  const pairs = lots.map(({ note, units }) => [note, units]);
  return keccak(asHex(AbiCoder.defaultAbiCoder().encode(['tuple(uint64 note, uint64 units)[]'], [pairs])));
}

async function withNotes<T extends { readonly note: NoteId }>(
  { db, asOf }: Pick<Context, 'db' | 'asOf'>,
  lots: readonly T[],
): Promise<(T & Pick<NoteLot, 'from' | 'payable'>)[]> {
  const notes = await notesById(
    db,
    lots.map(({ note }) => note),
    asOf,
  );
  const payables = await payablesById(
    db,
    [...notes.values()].map(({ payable }) => payable),
    asOf,
  );
  return lots.map((lot) => {
    const from = notes.get(lot.note);
    const payable = from && payables.get(from.payable);
    if (!from || !payable) throw unknown(lot.note);
    return { ...lot, from, payable };
  });
}

function unknown(note: NoteId): DeeptierError {
  return new DeeptierError(receivableRefusals.NOTE_UNKNOWN, { note: note.toString() });
}
