// SPDX-License-Identifier: Apache-2.0
import { allocate } from '../values/amounts.ts';

/** The whole, in parts per million. */
export const WHOLE = 1_000_000n;

/** One layer of a cover; amounts in minor units, shares in ppm. */
export interface LayerTerms {
  readonly deductible: bigint;
  readonly cap: bigint;
  /** Of its carriers, in their order; what they leave of the whole is the insured's own. */
  readonly shares: readonly bigint[];
}

/** What a layer bears of a loss. */
export interface LayerPart {
  readonly borne: bigint;
  /** Of that, its carriers', in their order. */
  readonly carriers: readonly bigint[];
  /** Of that, the insured's own. */
  readonly own: bigint;
}

/**
 * What each layer bears of a loss, the insured's own share included. The layers lie above one another along the loss: each
 * begins where the one before it ends, with its deductible, and bears what follows up to its cap. The ledger's contract
 * computes the same.
 */
export function borneBy(layers: readonly Pick<LayerTerms, 'deductible' | 'cap'>[], loss: bigint): bigint[] {
  let below = 0n;
  return layers.map(({ deductible, cap }) => {
    below += deductible;
    const above = loss > below ? loss - below : 0n;
    below += cap;
    return above < cap ? above : cap;
  });
}

/** A first loss, layer by layer; within a layer by largest remainder, ties to the first. */
export function lossOf(layers: readonly LayerTerms[], loss: bigint): LayerPart[] {
  const borne = borneBy(layers, loss);
  return layers.map(({ shares }, place) =>
    split(borne[place] as bigint, [...shares, WHOLE - shares.reduce((sum, share) => sum + share, 0n)]),
  );
}

/**
 * What comes back of a first loss when `recovered` of it comes in: each layer gives back what it bears of the loss less what
 * it bears of what is left of it, split by what each has borne.
 */
export function recoveryOf(layers: readonly LayerTerms[], loss: bigint, recovered: bigint): LayerPart[] {
  const left = borneBy(layers, loss - recovered);
  return lossOf(layers, loss).map(({ borne, carriers, own }, place) =>
    split(borne - (left[place] as bigint), [...carriers, own]),
  );
}

function split(amount: bigint, weights: readonly bigint[]): LayerPart {
  const parts = allocate(amount, weights);
  return { borne: amount, carriers: parts.slice(0, -1), own: parts.at(-1) ?? 0n };
}
