// SPDX-License-Identifier: Apache-2.0
import { divideHalfUp } from '../values/amounts.ts';
import { rational, type Rational } from '../values/rational.ts';

export interface Fees {
  /** Minor units. */
  readonly flat: bigint;
  /** Of the face, once; not per year. */
  readonly share: Rational;
}

/** All fees on a face, in minor units; the share is rounded half-up. */
export function feesOn(face: bigint, { flat, share }: Fees): bigint {
  return flat + divideHalfUp(face * share.numerator, share.denominator);
}

/** One of several faces that are sold together. */
export interface Lot {
  /** Minor units. */
  readonly face: bigint;
  /** Calendar days until it is due. */
  readonly days: number;
}

/**
 * What it costs a year to receive `received` now instead of `face` in so many calendar days: everything given up over
 * everything received, simple interest, ACT/365F whatever the day count of the instrument, so that offers compare.
 * `undefined` if nothing is received or no time goes by.
 */
export function allInAnnualCost(face: bigint, received: bigint, calendarDays: number): Rational | undefined {
  return allInCostOf([{ face, days: calendarDays }], received);
}

/** The same for lots sold together: they cost as one that is due after their mean time, weighted by face. */
export function allInCostOf(lots: readonly Lot[], received: bigint): Rational | undefined {
  const face = lots.reduce((sum, lot) => sum + lot.face, 0n);
  const faceDays = lots.reduce((sum, lot) => sum + lot.face * BigInt(lot.days), 0n);
  if (received <= 0n || faceDays <= 0n) return undefined;
  return rational((face - received) * 365n * face, received * faceDays);
}
