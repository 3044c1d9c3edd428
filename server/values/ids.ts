import { numberedId } from './schemas.ts';

const INDEX_BITS = 24n;
const INDEX_MASK = (1n << INDEX_BITS) - 1n;

// One bit less than the ledger has room for, so that every id fits a signed 64-bit column; half a trillion payables remain.
export const payableIdText = numberedId('PayableId', 39, 'Number of a payable.', '7');
export const noteIdText = numberedId(
  'NoteId',
  63,
  "Number of a note: its payable's number shifted left by 24 bits, and its own number among that payable's notes.",
  '117440513',
);

/** The note numbered `index` of a payable; 1 is the first. */
export function noteIdOf(payable: bigint, index: bigint): bigint {
  return (payable << INDEX_BITS) | index;
}

export function payableIdOf(note: bigint): bigint {
  return note >> INDEX_BITS;
}

/** A note's number among those of its payable; 0 stands for the promise itself. */
export function indexOf(note: bigint): bigint {
  return note & INDEX_MASK;
}

/** One step of a walk: an index as six hex digits, so that text order is the order of the tree. */
export function pathStep(note: bigint): string {
  return indexOf(note).toString(16).padStart(6, '0');
}

export const PATH_STEP_LENGTH = 6;
