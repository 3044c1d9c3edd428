// SPDX-License-Identifier: Apache-2.0
import { documentSummaries } from '../documents/queries.ts';
import { daysBetween, ledgerDate } from '../values/dates.ts';
import type { Queryable } from '../store/database.ts';
import type { IssueOrder } from './commands.ts';
import type { DraftWarning } from './draft-table.ts';

/** State Council Order 802 of 2025 (保障中小企业款项支付条例): large firms pay small and medium ones within 60 days of delivery. */
const SMALL_FIRM_DAYS = 60;

/** What the second person should know before a payable is issued; the ledger itself would take it. */
export async function warningsOf(
  db: Queryable,
  { documents, maturity }: Pick<IssueOrder, 'documents' | 'maturity'>,
): Promise<DraftWarning[]> {
  const fingerprints = [...new Set(documents.map(({ fingerprint }) => fingerprint))];
  const summaries = await documentSummaries(db, fingerprints, 'latest');
  return fingerprints.flatMap((fingerprint) => {
    const summary = summaries.get(fingerprint);
    if (!summary?.deliveryDate) return [];
    const days = daysBetween(ledgerDate(summary.deliveryDate), ledgerDate(maturity));
    if (days <= SMALL_FIRM_DAYS) return [];
    const number = summary.number ?? fingerprint;
    return [
      {
        code: 'LATE_FOR_SMALL_FIRM',
        text: `The maturity is ${days} days after the delivery of ${number} on ${summary.deliveryDate}; a supplier that is a small or medium firm is to be paid within ${SMALL_FIRM_DAYS} days of delivery, and is free to refuse this.`,
        values: {
          document: number,
          deliveryDate: summary.deliveryDate,
          maturity,
          days: String(days),
          maximum: String(SMALL_FIRM_DAYS),
        },
      },
    ];
  });
}
