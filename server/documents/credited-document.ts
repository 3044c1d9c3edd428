// SPDX-License-Identifier: Apache-2.0
import { type LedgerDate, yearOf } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Queryable } from '../store/database.ts';
import type { TradeDocument } from './document.ts';
import { fingerprintOf } from './fingerprint.ts';
import { normaliseText } from './normalise.ts';
import { type DocumentRecord, documentsByFingerprint } from './queries.ts';
import { documentRefusals } from './refusals.ts';
import type { RegistryKey } from './registry-key.ts';

/** A red letter does not say when its blue one was issued, and BT-26 may be left out; no claim that is still open is older. */
const YEARS_BACK = 10;

/**
 * The registered document that a credit note lowers: of the same seller, by the number it refers to.
 * Throws DOCUMENT_REFERENCE_UNKNOWN, DOCUMENT_REFERENCE_AMBIGUOUS or DOCUMENT_CURRENCY_DIFFERS.
 */
export async function creditedDocument(
  db: Queryable,
  key: RegistryKey,
  creditNote: TradeDocument,
): Promise<DocumentRecord> {
  const { seller, issueDate, currency, precedingDocuments } = creditNote;
  const byNumber = new Map(precedingDocuments.map((document) => [normaliseText(document.number), document]));
  const reference = [...byNumber.values()].map(({ number }) => number).join(', ') || 'no document it names';
  const [preceding, ...others] = byNumber.values();
  if (!preceding) throw new DeeptierError(documentRefusals.DOCUMENT_REFERENCE_UNKNOWN, { reference });
  if (others.length > 0) throw new DeeptierError(documentRefusals.DOCUMENT_REFERENCE_AMBIGUOUS, { reference });

  const dates = preceding.issueDate ? [preceding.issueDate] : yearsBefore(issueDate);
  const fingerprints = dates.map((date) =>
    fingerprintOf(key, { seller, kind: 'invoice', number: preceding.number, issueDate: date }),
  );
  const [found, ...more] = await documentsByFingerprint(db, fingerprints, 'latest');
  if (!found) throw new DeeptierError(documentRefusals.DOCUMENT_REFERENCE_UNKNOWN, { reference });
  if (more.length > 0)
    throw new DeeptierError(documentRefusals.DOCUMENT_REFERENCE_AMBIGUOUS, {
      reference: `${reference} of several years`,
    });
  if (found.currency !== currency) {
    throw new DeeptierError(documentRefusals.DOCUMENT_CURRENCY_DIFFERS, {
      fingerprint: found.fingerprint,
      currency: found.currency,
      wanted: currency,
    });
  }
  return found;
}

/** A date in each of the years in which what is credited may have been issued. */
function yearsBefore(date: LedgerDate): LedgerDate[] {
  return Array.from({ length: YEARS_BACK + 1 }, (_, back) => {
    const year = Math.max(1, yearOf(date) - back);
    return `${String(year).padStart(4, '0')}-01-01` as LedgerDate;
  });
}
