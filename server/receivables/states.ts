// SPDX-License-Identifier: Apache-2.0
/** Where a payable stands; the index of each is one less than its number in `PayableStatus`. */
export const PAYABLE_STATUSES = ['offered', 'active', 'settled', 'void'] as const;

export type PayableStatus = (typeof PAYABLE_STATUSES)[number];

/** Where a note stands; the index of each is one less than its number in `NoteStatus`. */
export const NOTE_STATUSES = ['offered', 'held', 'spent', 'settled', 'void'] as const;

export type NoteStatus = (typeof NOTE_STATUSES)[number];

/** How an offer may end without acceptance; the index of each is its number in `OfferEnd`. */
export const OFFER_ENDS = ['rejected', 'withdrawn', 'expired'] as const;

export type OfferEnd = (typeof OFFER_ENDS)[number];

/** What became of a transfer. */
export const TRANSFER_OUTCOMES = ['open', 'accepted', ...OFFER_ENDS] as const;

export type TransferOutcome = (typeof TRANSFER_OUTCOMES)[number];

/**
 * What brought a note to its holder: the promise itself, a transfer in payment of a debt, which is one tier further, or a
 * financing, which moves no tier: a financier took it for cash or for its claim, or it came back from one.
 */
export const HOPS = ['issue', 'transfer', 'financing'] as const;

export type HopKind = (typeof HOPS)[number];

/** The status of a number of the ledger, where 0 is none. */
export function payableStatusOf(number: number): PayableStatus {
  return statusOf(PAYABLE_STATUSES, number);
}

export function noteStatusOf(number: number): NoteStatus {
  return statusOf(NOTE_STATUSES, number);
}

function statusOf<T extends string>(words: readonly T[], number: number): T {
  const word = words[number - 1];
  if (word === undefined) throw new RangeError(`the ledger has no status ${number}`);
  return word;
}
