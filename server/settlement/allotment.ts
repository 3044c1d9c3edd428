// SPDX-License-Identifier: Apache-2.0
import { indexOf, type NoteId } from '../values/ids.ts';

/** A live note of the payable that is paid. */
export interface ShareHolder {
  readonly id: NoteId;
  /** Minor units owed on it. */
  readonly units: bigint;
}

/**
 * Which notes get one unit more than their share rounded down: those whose remainder is above `remainder`, or equal to
 * it and whose index is at most `lastIndex`. As `Cut` in `ISettlement.sol`.
 */
export interface Cut {
  readonly remainder: bigint;
  readonly lastIndex: number;
}

export interface Allotment {
  readonly cut: Cut;
  /** What each note gets, in the order of the notes; they add up to the amount. */
  readonly shares: readonly bigint[];
}

/**
 * Splits a payment among the live notes of one payable in proportion to their units, by largest remainder, ties to the
 * lower index. What the ledger computes from the same cut is the same to the unit.
 *
 * @param notes in ascending order of their ids, each with at least one unit
 * @param amount minor units, from 1 to the sum of the notes' units
 * @throws RangeError otherwise
 */
export function allot(notes: readonly ShareHolder[], amount: bigint): Allotment {
  const owed = notes.reduce((sum, { units }) => sum + units, 0n);
  if (amount < 1n || amount > owed) throw new RangeError(`cannot split ${amount} among notes of ${owed} units`);
  if (notes.some(({ units }) => units < 1n)) throw new RangeError('a live note has at least one unit');
  if (notes.some(({ id }, place) => place > 0 && id <= (notes[place - 1] as ShareHolder).id)) {
    throw new RangeError('the notes must come in ascending order');
  }

  const parts = notes.map(({ id, units }) => ({
    index: indexOf(id),
    down: (amount * units) / owed,
    remainder: (amount * units) % owed,
  }));
  const left = amount - parts.reduce((sum, { down }) => sum + down, 0n);
  const byRemainder = parts.toSorted(
    (a, b) => Number(b.remainder > a.remainder) - Number(b.remainder < a.remainder) || Number(a.index - b.index),
  );
  // The remainders add up to `left` times what is owed and each is less than that: so the last one served is above zero.
  const last = byRemainder[Number(left) - 1];
  const cut: Cut =
    last === undefined ? { remainder: 0n, lastIndex: 0 } : { remainder: last.remainder, lastIndex: Number(last.index) };
  const isServed = (part: { index: bigint; remainder: bigint }): boolean =>
    part.remainder > cut.remainder || (part.remainder === cut.remainder && part.index <= BigInt(cut.lastIndex));
  return { cut, shares: parts.map((part) => (part.remainder > 0n && isServed(part) ? part.down + 1n : part.down)) };
}
