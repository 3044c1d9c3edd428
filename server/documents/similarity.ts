// SPDX-License-Identifier: Apache-2.0
import { addDays, dayNumber, type LedgerDate } from '../values/dates.ts';
import type { TradeDocument } from './document.ts';
import { fingerprintOf, identityOf } from './fingerprint.ts';
import { foldLookalikes } from './normalise.ts';
import { type Bytes32, keyedDigest, type RegistryKey } from './registry-key.ts';

/**
 * Finding near duplicates through indexed look-ups alone. Each registered document leaves a handful of keyed
 * digests (`similarityKeys`); a new one is compared by the digests its near duplicates would have left
 * (`similarityProbes`). A dump of the table reveals no number, date or amount.
 *
 * Store:   one row per entry of `similarityKeys(…)`: (key, document).
 * Look up: all documents that own any of `probeKeys(probes)`, with the keys they own.
 * Compare: `compareSimilarity(probes, keysOfOneFoundDocument)`.
 */
export type SimilarityKeys = readonly Bytes32[];

export interface SimilarityProbes {
  readonly fingerprint: Bytes32;
  /** Same seller, kind and number exactly as written. */
  readonly spelling: Bytes32;
  /** Same seller, kind and year, and a number that looks the same (O for 0, I or L for 1). */
  readonly lookalike: Bytes32;
  /** The lookalike number with the date of issue: the same day, the day before, the day after. */
  readonly sameDate: Bytes32;
  readonly neighbouringDates: readonly Bytes32[];
  /** The lookalike number with the amount: the same, one minor unit less, one more. */
  readonly sameAmount: Bytes32;
  readonly neighbouringAmounts: readonly Bytes32[];
}

export type SimilarityReason =
  /** Number as written, date and amount are all the same. */
  | 'exact-duplicate'
  /** The number is the same but for case, blanks and punctuation. */
  | 'same-number-normalised'
  /** The number differs only in characters that look alike. */
  | 'number-lookalike'
  | 'date-off-by-one'
  | 'date-differs'
  | 'amount-off-by-one-unit'
  | 'amount-differs';

export interface SimilarityComparison {
  /**
   * `same`: one identity, so the chain refuses it; the reasons say what the copies disagree on.
   * `similar`: another identity, close enough that a person must look. `distinct`: nothing in common.
   */
  readonly outcome: 'same' | 'similar' | 'distinct';
  readonly reasons: readonly SimilarityReason[];
}

type ComparableDocument = Pick<TradeDocument, 'seller' | 'kind' | 'number' | 'issueDate' | 'currency'> & {
  readonly totals: { readonly gross: { readonly decimal: string; readonly units: bigint | null } };
};

export function similarityKeys(key: RegistryKey, document: ComparableDocument): SimilarityKeys {
  const { fingerprint, spelling, lookalike, sameDate, sameAmount } = similarityProbes(key, document);
  return [fingerprint, spelling, lookalike, sameDate, sameAmount];
}

export function similarityProbes(key: RegistryKey, document: ComparableDocument): SimilarityProbes {
  const { seller, kind, number, year } = identityOf(document);
  const folded = foldLookalikes(number);
  const digest = (purpose: string, ...fields: readonly string[]): Bytes32 =>
    keyedDigest(key, `similarity/${purpose}`, [seller, kind, ...fields]);
  // The date has no year beside it, so that 31 December and 1 January are neighbours.
  const onDate = (date: LedgerDate): Bytes32 => digest('date', folded, String(dayNumber(date)));
  const withAmount = (amount: string): Bytes32 => digest('amount', folded, document.currency, amount);
  const { units, decimal } = document.totals.gross;
  return {
    fingerprint: fingerprintOf(key, document),
    spelling: digest('spelling', document.number.trim()),
    lookalike: digest('lookalike', folded, String(year)),
    sameDate: onDate(document.issueDate),
    neighbouringDates: [onDate(addDays(document.issueDate, -1)), onDate(addDays(document.issueDate, 1))],
    sameAmount: withAmount(units === null ? decimal : String(units)),
    neighbouringAmounts: units === null ? [] : [withAmount(String(units - 1n)), withAmount(String(units + 1n))],
  };
}

/** Every key to look for in the index. */
export function probeKeys(probes: SimilarityProbes): readonly Bytes32[] {
  const { fingerprint, lookalike, sameDate, neighbouringDates } = probes;
  return [fingerprint, lookalike, sameDate, ...neighbouringDates];
}

/** Compares a new document with one that is registered, by the keys the latter left. */
export function compareSimilarity(probes: SimilarityProbes, stored: Iterable<Bytes32>): SimilarityComparison {
  const keys = new Set(stored);
  const same = keys.has(probes.fingerprint);
  const sameDate = keys.has(probes.sameDate);
  const nearDate = probes.neighbouringDates.some((key) => keys.has(key));
  const similar = keys.has(probes.lookalike) || sameDate || nearDate;
  if (!same && !similar) return { outcome: 'distinct', reasons: [] };

  const sameSpelling = keys.has(probes.spelling);
  const sameAmount = keys.has(probes.sameAmount);
  const nearAmount = probes.neighbouringAmounts.some((key) => keys.has(key));
  const reasons: SimilarityReason[] = [];
  if (same && sameSpelling && sameDate && sameAmount) reasons.push('exact-duplicate');
  if (same && !sameSpelling) reasons.push('same-number-normalised');
  // Across the turn of a year the fingerprints differ though the numbers are the same.
  if (!same && !sameSpelling) reasons.push('number-lookalike');
  if (!sameDate) reasons.push(nearDate ? 'date-off-by-one' : 'date-differs');
  if (!sameAmount) reasons.push(nearAmount ? 'amount-off-by-one-unit' : 'amount-differs');
  return { outcome: same ? 'same' : 'similar', reasons };
}

const SENTENCES: Readonly<Record<SimilarityReason, string>> = {
  'exact-duplicate': 'It is an exact duplicate.',
  'same-number-normalised': 'The number is the same but for case, blanks and punctuation.',
  'number-lookalike': 'The number differs only in characters that look alike, such as the letter O and the digit 0.',
  'date-off-by-one': 'The date differs by 1 day.',
  'date-differs': 'The date differs.',
  'amount-off-by-one-unit': 'The amount differs by 1 minor unit.',
  'amount-differs': 'The amount differs.',
};

/** What to show the person who brought the document. */
export function describeSimilarity(comparison: SimilarityComparison): string {
  return comparison.reasons.map((reason) => SENTENCES[reason]).join(' ');
}
