import { divideHalfUp } from '../platform/amounts.ts';
import { rational, type Rational } from './rational.ts';

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

/**
 * What it costs a year to receive `received` now instead of `face` in so many calendar days: everything given up over
 * everything received, simple interest, ACT/365F whatever the day count of the instrument, so that offers compare.
 * `undefined` if nothing is received or no time goes by.
 */
export function allInAnnualCost(face: bigint, received: bigint, calendarDays: number): Rational | undefined {
  if (received <= 0n || calendarDays <= 0) return undefined;
  return rational((face - received) * 365n, received * BigInt(calendarDays));
}
