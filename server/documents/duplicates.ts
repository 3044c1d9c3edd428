// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { AtBlock } from '../store/versioned.ts';
import { documentByFingerprint, documentsWithKeys } from './queries.ts';
import { documentRefusals } from './refusals.ts';
import type { Bytes32 } from './registry-key.ts';
import {
  compareSimilarity,
  describeSimilarity,
  probeKeys,
  type SimilarityProbes,
  type SimilarityReason,
} from './similarity.ts';

/** A registered document that is so much like another one that a person must look. */
export interface NearDuplicate {
  readonly fingerprint: Bytes32;
  readonly reasons: readonly SimilarityReason[];
  /** The reasons in words. */
  readonly comparison: string;
}

/** Throws `DOCUMENT_ALREADY_REGISTERED`, with what the two copies differ in, if the same document is registered. */
export async function requireNew(db: Queryable, probes: SimilarityProbes): Promise<void> {
  const { fingerprint } = probes;
  if (!(await documentByFingerprint(db, fingerprint, 'latest'))) return;
  const known = (await documentsWithKeys(db, [fingerprint], 'latest')).find(
    (document) => document.fingerprint === fingerprint,
  );
  const compared = known && compareSimilarity(probes, known.keys);
  const comparison = compared
    ? describeSimilarity(compared)
    : 'Another gateway keeps the file, and only there it can be compared.';
  const refusal = documentRefusals.DOCUMENT_ALREADY_REGISTERED;
  // The ledger's own refusal, which comes if two race, cannot compare; so the words are added only here.
  throw new DeeptierError(
    { ...refusal, sentence: `${refusal.sentence} {comparison}` },
    { fingerprint, comparison, reasons: compared?.reasons ?? [] },
  );
}

/** The near duplicates of each document: those it was like when it came, and those that came since. */
export async function nearDuplicatesOf(
  db: Queryable,
  documents: readonly SimilarityProbes[],
  asOf: AtBlock,
): Promise<Map<string, NearDuplicate[]>> {
  const candidates = await documentsWithKeys(db, [...new Set(documents.flatMap(probeKeys))], asOf);
  return new Map(
    documents.map((probes) => [
      probes.fingerprint,
      candidates.flatMap(({ fingerprint, keys }) => {
        if (fingerprint === probes.fingerprint) return [];
        const compared = compareSimilarity(probes, keys);
        return compared.outcome === 'distinct'
          ? []
          : [{ fingerprint, reasons: compared.reasons, comparison: describeSimilarity(compared) }];
      }),
    ]),
  );
}
