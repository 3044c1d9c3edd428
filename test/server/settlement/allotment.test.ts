// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { noteIdOf, numbered, type PayableId } from '../../../server/values/ids.ts';
import { allocate } from '../../../server/values/amounts.ts';
import { allot, type ShareHolder } from '../../../server/settlement/allotment.ts';
import { runs } from '../../depth.ts';

const PAYABLE = numbered<PayableId>(7);

/** Live notes of one payable: indexes with gaps, as spent and paid notes leave them. */
const liveNotes: fc.Arbitrary<ShareHolder[]> = fc
  .uniqueArray(fc.integer({ min: 1, max: 2 ** 24 - 1 }), { minLength: 1, maxLength: 60 })
  .chain((indexes) =>
    fc
      .array(fc.oneof(fc.constant(1n), fc.bigInt(1n, 40n), fc.bigInt(1n, 2n ** 57n)), {
        minLength: indexes.length,
        maxLength: indexes.length,
      })
      .map((units) =>
        indexes
          .toSorted((a, b) => a - b)
          .map((index, place) => ({ id: noteIdOf(PAYABLE, BigInt(index)), units: units[place] as bigint })),
      ),
  );

const order = liveNotes.chain((notes) =>
  fc.record({
    notes: fc.constant(notes),
    amount: fc.bigInt(
      1n,
      notes.reduce((sum, { units }) => sum + units, 0n),
    ),
  }),
);

/** What `Settlement._shareOf` computes from a cut. */
function shareOnLedger(
  note: ShareHolder,
  amount: bigint,
  base: bigint,
  cut: { remainder: bigint; lastIndex: number },
): bigint {
  const product = amount * note.units;
  const remainder = product % base;
  const index = note.id & 0xff_ffffn;
  const isAbove = remainder > cut.remainder || (remainder === cut.remainder && index <= BigInt(cut.lastIndex));
  return product / base + (isAbove && remainder > 0n ? 1n : 0n);
}

describe('the allotment of a part payment', () => {
  it('is what largest remainder gives, ties to the lower index', () => {
    fc.assert(
      fc.property(order, ({ notes, amount }) => {
        assert.deepEqual(
          allot(notes, amount).shares,
          allocate(
            amount,
            notes.map(({ units }) => units),
          ),
        );
      }),
      { numRuns: runs(500, 50_000) },
    );
  });

  it('follows from its cut alone, by the arithmetic of the ledger', () => {
    fc.assert(
      fc.property(order, ({ notes, amount }) => {
        const { cut, shares } = allot(notes, amount);
        const base = notes.reduce((sum, { units }) => sum + units, 0n);
        assert.deepEqual(
          notes.map((note) => shareOnLedger(note, amount, base, cut)),
          shares,
        );
        assert.isOk(cut.remainder >= 0n && cut.remainder < base);
      }),
      { numRuns: runs(500, 50_000) },
    );
  });

  it('serves equal notes in the order of their numbers', () => {
    const notes = [1n, 2n, 3n, 9n].map((index) => ({ id: noteIdOf(PAYABLE, index), units: 1n }));
    assert.deepEqual(allot(notes, 3n), { cut: { remainder: 3n, lastIndex: 3 }, shares: [1n, 1n, 1n, 0n] });
  });

  it('gives each note its own when all is paid', () => {
    const notes = [
      { id: noteIdOf(PAYABLE, 1n), units: 5n },
      { id: noteIdOf(PAYABLE, 4n), units: 1n },
    ];
    assert.deepEqual(allot(notes, 6n).shares, [5n, 1n]);
  });

  it('is of 1 to what is owed, among live notes in ascending order', () => {
    const notes = [
      { id: noteIdOf(PAYABLE, 1n), units: 5n },
      { id: noteIdOf(PAYABLE, 4n), units: 1n },
    ];
    assert.throws(() => allot(notes, 0n), RangeError);
    assert.throws(() => allot(notes, 7n), RangeError);
    assert.throws(() => allot(notes.toReversed(), 6n), RangeError);
    assert.throws(() => allot([{ id: noteIdOf(PAYABLE, 1n), units: 0n }, ...notes.slice(1)], 1n), RangeError);
  });
});
