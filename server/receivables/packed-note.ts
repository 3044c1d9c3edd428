// SPDX-License-Identifier: Apache-2.0
import { numbered, type PartyId } from '../values/ids.ts';
import { type NoteStatus, noteStatusOf } from './states.ts';

/** A note as the ledger stores and announces it; see `Note.sol`. */
export interface PackedNote {
  readonly holder: PartyId;
  /** Index of the note it was transferred from, in the same payable; 0 for the promise itself. */
  readonly parentIndex: bigint;
  readonly start: bigint;
  readonly end: bigint;
  /** Unix seconds. */
  readonly since: bigint;
  readonly tier: number;
  readonly children: number;
  readonly underHold: boolean;
  /** Hops on its walk that moved no tier. */
  readonly financings: number;
  readonly status: NoteStatus;
}

/**
 * Takes a note's word apart: `holder 32 | parent 24 | start 64 | end 64 | since 40 | tier 8 | children 16 | underHold 1 |
 * financings 4 | status 3`.
 * Throws `RangeError` for a word that is no note's.
 */
export function unpackNote(word: bigint): PackedNote {
  const field = (shift: bigint, bits: bigint): bigint => (word >> shift) & ((1n << bits) - 1n);
  return {
    holder: numbered(field(224n, 32n)),
    parentIndex: field(200n, 24n),
    start: field(136n, 64n),
    end: field(72n, 64n),
    since: field(32n, 40n),
    tier: Number(field(24n, 8n)),
    children: Number(field(8n, 16n)),
    underHold: field(7n, 1n) === 1n,
    financings: Number(field(3n, 4n)),
    status: noteStatusOf(Number(field(0n, 3n))),
  };
}
