// SPDX-License-Identifier: Apache-2.0
import type { $brand } from 'zod';
import { numberedId } from './schemas.ts';

/**
 * The number of something, told apart from the number of anything else: a note's is no payable's, and neither is an amount.
 * What the contracts announce and the tables hold has it by type; a text that was checked at the edge becomes one by `idFrom`.
 */
export type Id<Name extends string> = bigint & $brand<Name>;

/** The same in the texts of the API, after its schema accepted it. */
export type IdText<Name extends string> = string & $brand<Name>;

export type PartyId = Id<'PartyId'>;
export type PayableId = Id<'PayableId'>;
export type NoteId = Id<'NoteId'>;
export type PaymentId = Id<'PaymentId'>;
export type AccessGrantId = Id<'AccessGrantId'>;
export type SaleId = Id<'SaleId'>;
export type SellRequestId = Id<'SellRequestId'>;
export type RoundId = Id<'RoundId'>;
export type LoanId = Id<'LoanId'>;
export type CoverId = Id<'CoverId'>;

/** Stands for `NOBODY` of the ledger; in a standing acceptance, for anyone. */
export const NOBODY = numbered<PartyId>(0n);

export function idFrom<Name extends string>(text: IdText<Name>): Id<Name> {
  return BigInt(text) as Id<Name>;
}

/** A number of which the place it comes from says what it is the number of, and its type does not: a page's key, a packed word. */
export function numbered<I extends Id<string>>(number: bigint | number | string): I {
  return BigInt(number) as I;
}

const INDEX_BITS = 24n;
const INDEX_MASK = (1n << INDEX_BITS) - 1n;

// One bit less than the ledger has room for, so that every id fits a signed 64-bit column; half a trillion payables remain.
export const partyId = numberedId('PartyId', 32, 'Number of a party.', '7');
export const payableId = numberedId('PayableId', 39, 'Number of a payable.', '7');
export const noteId = numberedId(
  'NoteId',
  63,
  "Number of a note: its payable's number shifted left by 24 bits, and its own number among that payable's notes.",
  '117440513',
);

/** The note numbered `index` of a payable; 1 is the first. */
export function noteIdOf(payable: PayableId, index: bigint): NoteId {
  return numbered((payable << INDEX_BITS) | index);
}

export function payableIdOf(note: NoteId): PayableId {
  return numbered(note >> INDEX_BITS);
}

/** A note's number among those of its payable; 0 stands for the promise itself. */
export function indexOf(note: NoteId): bigint {
  return note & INDEX_MASK;
}

/** One step of a walk: an index as six hex digits, so that text order is the order of the tree. */
export function pathStep(note: NoteId): string {
  return indexOf(note).toString(16).padStart(6, '0');
}

export const PATH_STEP_LENGTH = 6;
