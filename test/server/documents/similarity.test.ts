// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { describe, it } from 'mocha';
import { registryKey } from '../../../server/documents/registry-key.ts';
import {
  compareSimilarity,
  describeSimilarity,
  probeKeys,
  type SimilarityComparison,
  type SimilarityKeys,
  similarityKeys,
  similarityProbes,
} from '../../../server/documents/similarity.ts';
import { formatAmount } from '../../../server/values/amounts.ts';
import { currencyCode } from '../../../server/values/currencies.ts';
import { ledgerDate } from '../../../server/values/dates.ts';
import { sharedData } from './shared-data.ts';
import { itWith } from '../../it-with.ts';

const key = registryKey(Buffer.alloc(32, 42));

function document(uscc: string, number: string, date: string, fen: bigint) {
  return {
    seller: {
      name: '',
      tradingName: null,
      country: null,
      identifiers: [{ kind: 'legal-registration' as const, scheme: 'USCC', value: uscc }],
    },
    kind: 'invoice' as const,
    number,
    issueDate: ledgerDate(date),
    currency: currencyCode('CNY'),
    totals: { gross: { decimal: formatAmount(fen, 'CNY'), units: fen } },
  };
}

type Compared = ReturnType<typeof document>;

/** A registry that, like the table, finds stored documents only by their keys. */
class Registry {
  readonly #byKey = new Map<string, SimilarityKeys[]>();

  add(stored: Compared): void {
    const keys = similarityKeys(key, stored);
    for (const each of keys) this.#byKey.set(each, [...(this.#byKey.get(each) ?? []), keys]);
  }

  compare(candidate: Compared): SimilarityComparison {
    const probes = similarityProbes(key, candidate);
    const found = new Set(probeKeys(probes).flatMap((each) => this.#byKey.get(each) ?? []));
    const comparisons = [...found].map((keys) => compareSimilarity(probes, keys));
    const rank = { same: 0, similar: 1, distinct: 2 };
    comparisons.sort((a, b) => rank[a.outcome] - rank[b.outcome]);
    return comparisons[0] ?? { outcome: 'distinct', reasons: [] };
  }
}

/** How the published cases word each answer. */
function worded({ outcome, reasons }: SimilarityComparison): string {
  if (outcome === 'distinct') return 'accept';
  if (reasons.includes('exact-duplicate')) return 'exact duplicate';
  if (reasons.includes('date-off-by-one')) return 'partial match: date differs by 1 day';
  if (reasons.includes('number-lookalike')) return 'partial match: letter O for digit 0';
  if (reasons.includes('amount-off-by-one-unit')) return 'partial match: amount differs by 1 fen';
  if (reasons.includes('same-number-normalised')) return 'same after normalisation (case, space, punctuation)';
  return outcome;
}

describe('double financing', () => {
  const data = sharedData('chain/double_financing_cases.csv');
  itWith(data.skip, 'is found in every published case, and only there', () => {
    const rows = readFileSync(data.path, 'utf8').trim().split(/\r?\n/).slice(1);
    assert.isNotEmpty(rows);
    const registry = new Registry();
    for (const row of rows) {
      const [name, uscc = '', number = '', date = '', fen = '', , ...rest] = row.split(',');
      const expected = rest
        .join(',')
        .replaceAll('"', '')
        .replace(/^accept.*/, 'accept');
      const candidate = document(uscc, number, date, BigInt(fen));
      const comparison = registry.compare(candidate);
      assert.strictEqual(worded(comparison), expected, `${name}: ${JSON.stringify(comparison)}`);
      if (comparison.outcome === 'distinct') registry.add(candidate);
    }
  });

  const first = document('91340600MA2PBMA74B', 'INV-0001', '2026-12-31', 100_00n);
  const registry = new Registry();
  registry.add(first);
  const compare = (change: Partial<Compared>): SimilarityComparison => registry.compare({ ...first, ...change });
  const gross = (units: bigint) => ({ totals: { gross: { decimal: formatAmount(units, 'CNY'), units } } });

  it('is refused as the same document when only the date or the amount was changed, and the user is told which', () => {
    const date = compare({ issueDate: ledgerDate('2026-12-30') });
    assert.deepEqual(date, { outcome: 'same', reasons: ['date-off-by-one'] });
    assert.strictEqual(describeSimilarity(date), 'The date differs by 1 day.');
    assert.deepEqual(compare(gross(99_99n)), { outcome: 'same', reasons: ['amount-off-by-one-unit'] });
    assert.deepEqual(compare({ ...gross(50_00n), issueDate: ledgerDate('2026-05-05') }), {
      outcome: 'same',
      reasons: ['date-differs', 'amount-differs'],
    });
    assert.match(describeSimilarity(compare(gross(50_00n))), /amount differs/);
  });

  it('is seen across the turn of a year, where the fingerprint differs', () => {
    assert.deepEqual(compare({ issueDate: ledgerDate('2027-01-01') }), {
      outcome: 'similar',
      reasons: ['date-off-by-one'],
    });
  });

  it('is not suspected when a seller uses a number again in another year', () => {
    assert.deepEqual(compare({ issueDate: ledgerDate('2027-06-30') }), { outcome: 'distinct', reasons: [] });
  });

  it('is suspected for each of the look-alikes 0 O, 1 I l', () => {
    for (const number of ['INV-OOO1', 'INV-000I', 'lNV-0001', 'INV-000l', 'ІNV-0001']) {
      assert.deepEqual(compare({ number }), { outcome: 'similar', reasons: ['number-lookalike'] }, number);
    }
  });

  it('is not confused by a credit note that bears the same number', () => {
    assert.strictEqual(registry.compare({ ...first, kind: 'credit-note' } as unknown as Compared).outcome, 'distinct');
  });

  it('leaves keys that cannot be recomputed without the registry key and are all different', () => {
    const keys = similarityKeys(key, first);
    const others = similarityKeys(registryKey(Buffer.alloc(32, 43)), first);
    assert.strictEqual(new Set([...keys, ...others]).size, keys.length * 2);
  });
});
