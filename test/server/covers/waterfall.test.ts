// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { describe, it } from 'mocha';
import fc from 'fast-check';
import { borneBy, type LayerTerms, lossOf, recoveryOf, WHOLE } from '../../../server/covers/waterfall.ts';

/** The first 100.00 are the insured's own; then up to 500.00 at 60 and 40 %; then up to 300.00 at 80 %. */
const TWO_LAYERS: readonly LayerTerms[] = [
  { deductible: 10_000n, cap: 50_000n, shares: [600_000n, 400_000n] },
  { deductible: 0n, cap: 30_000n, shares: [800_000n] },
];

const shares = fc.array(fc.bigInt({ min: 1n, max: 125_000n }), { minLength: 1, maxLength: 8 });
const layers = fc.array(
  fc.record({ deductible: fc.bigInt({ min: 0n, max: 50_000n }), cap: fc.bigInt({ min: 1n, max: 100_000n }), shares }),
  { minLength: 1, maxLength: 8 },
);
const loss = fc.bigInt({ min: 0n, max: 600_000n });

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

describe('the waterfall of a cover', () => {
  it('a loss of 1,000.00 fills the layers from the first to the last', () => {
    assert.deepEqual(lossOf(TWO_LAYERS, 100_000n), [
      { borne: 50_000n, carriers: [30_000n, 20_000n], own: 0n },
      { borne: 30_000n, carriers: [24_000n], own: 6_000n },
    ]);
  });

  it('a loss within the deductible reaches nobody, and one unit more reaches the first layer', () => {
    assert.deepEqual(borneBy(TWO_LAYERS, 10_000n), [0n, 0n]);
    assert.deepEqual(lossOf(TWO_LAYERS, 10_001n)[0], { borne: 1n, carriers: [1n, 0n], own: 0n });
  });

  it("a deductible of a later layer is the insured's own, and no other layer's", () => {
    const gap: LayerTerms[] = [
      { deductible: 0n, cap: 10n, shares: [WHOLE] },
      { deductible: 5n, cap: 10n, shares: [WHOLE] },
    ];
    assert.deepEqual(borneBy(gap, 15n), [10n, 0n]);
    assert.deepEqual(borneBy(gap, 18n), [10n, 3n]);
  });

  it('a recovery empties the layers from the last to the first', () => {
    assert.deepEqual(
      recoveryOf(TWO_LAYERS, 100_000n, 10_000n).map(({ borne }) => borne),
      [0n, 0n],
      'above the layers first',
    );
    assert.deepEqual(recoveryOf(TWO_LAYERS, 100_000n, 25_000n)[1], {
      borne: 15_000n,
      carriers: [12_000n],
      own: 3_000n,
    });
    assert.deepEqual(recoveryOf(TWO_LAYERS, 100_000n, 41_000n)[0], { borne: 1_000n, carriers: [600n, 400n], own: 0n });
  });

  it('every unit of a loss lies in one place, and nobody pays a part it does not carry', () => {
    fc.assert(
      fc.property(layers, loss, (terms, amount) => {
        for (const [place, { borne, carriers, own }] of lossOf(terms, amount).entries()) {
          assert.strictEqual(sum(carriers) + own, borne);
          assert.strictEqual(carriers.length, terms[place]?.shares.length);
          const layer = terms[place] as LayerTerms;
          assert.isOk(borne <= layer.cap);
          for (const [of, paid] of carriers.entries()) {
            const exact = borne * (layer.shares[of] as bigint);
            assert.isOk(paid * WHOLE > exact - WHOLE && paid * WHOLE < exact + WHOLE, 'within a unit of its share');
          }
        }
        assert.isOk(sum(borneBy(terms, amount)) <= amount);
      }),
    );
  });

  it('what comes back is never more than was borne, and all of it once all is recovered', () => {
    fc.assert(
      fc.property(layers, loss, fc.bigInt({ min: 0n, max: 1_000_000n }), (terms, amount, part) => {
        const recovered = (amount * part) / 1_000_000n;
        const borne = lossOf(terms, amount);
        const back = recoveryOf(terms, amount, recovered);
        for (const [place, layer] of back.entries()) {
          for (const [of, refunded] of layer.carriers.entries())
            assert.isOk(refunded <= (borne[place]?.carriers[of] as bigint));
          assert.isOk(layer.own <= (borne[place]?.own as bigint));
          if (layer.borne > 0n) {
            const later = back.slice(place + 1).map(({ borne: of }) => of);
            assert.deepEqual(
              later,
              borne.slice(place + 1).map(({ borne: of }) => of),
              'the layers after it are empty by then',
            );
          }
        }
        assert.deepEqual(recoveryOf(terms, amount, amount), borne);
      }),
    );
  });
});
