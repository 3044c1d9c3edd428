// SPDX-License-Identifier: Apache-2.0
import { ApiError } from '../../server/demo/client.ts';
import { systemClock } from '../../server/values/clock.ts';
import { addDays, addMonths, ledgerDate, type LedgerDate } from '../../server/values/dates.ts';
import { ledgerToday } from '../../server/values/ledger-date.ts';
import { money } from './money.ts';
import type { People } from './people.ts';
import { inProgress } from './progress.ts';

export interface Issued {
  readonly id: string;
  readonly face: string;
  readonly currency: string;
  readonly maturity: string;
  /** The first word of the first supplier's name. */
  readonly supplier: string;
}

interface OpenDocument {
  readonly fingerprint: string;
  readonly kind: string;
  readonly number: string | null;
  readonly currency: string;
  readonly residual: string;
  readonly dueDate: string | null;
  readonly seller: { readonly party: { readonly id: string } | null };
}

const LONGEST_MONTHS = 12;

/** Issues what is left of every open document to its seller, which accepts it. */
export async function issueAll(people: People): Promise<Issued[]> {
  const maker = await people.as('hengtai.maker');
  const checker = await people.as('hengtai.checker');
  const suppliers = new Map([
    [await people.partyOf('minghua'), 'minghua'],
    [await people.partyOf('tailong'), 'tailong'],
  ]);
  const documents: OpenDocument[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: OpenDocument[]; next: string | null } = await maker.get(
      `/v1/documents?status=open&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    documents.push(...page.items.filter(({ kind, residual }) => kind === 'invoice' && residual !== '0'));
    cursor = page.next;
  }

  const issued = await inProgress('payables', documents, 4, async (document): Promise<Issued | string> => {
    const supplier = suppliers.get(document.seller.party?.id ?? '');
    if (supplier === undefined) return `${document.number}: its seller is no supplier of the demo`;
    const supplierId = document.seller.party?.id as string;
    const maturity = maturityOf(document.dueDate);
    try {
      const draft = await maker.post<{ id: string }>('/v1/issue-drafts', {
        supplier: supplierId,
        currency: document.currency,
        face: document.residual,
        maturity,
        documents: [{ fingerprint: document.fingerprint, amount: document.residual }],
      });
      const { id } = await checker.post<{ id: string }>(`/v1/issue-drafts/${draft.id}/approval`);
      await (await people.as(`${supplier}.maker`)).post(`/v1/payables/${id}/acceptance`);
      return { id, face: document.residual, currency: document.currency, maturity, supplier };
    } catch (error) {
      if (error instanceof ApiError) return `${document.number}: ${error.reason}`;
      throw error;
    }
  });
  for (const each of issued) {
    console.log(
      typeof each === 'string'
        ? `   ✗ ${each}`
        : `   ✓ payable ${each.id}: ${money(each.face, each.currency)} to ${each.supplier}, due ${each.maturity}`,
    );
  }
  return issued.filter((each) => typeof each !== 'string');
}

/** The invoice's due date where it can be promised: real invoices in a demo may be years old. */
function maturityOf(dueDate: string | null): LedgerDate {
  const now = ledgerToday(systemClock);
  const latest = addMonths(now, LONGEST_MONTHS);
  if (dueDate !== null && dueDate > now && dueDate <= latest) return ledgerDate(dueDate);
  return addDays(now, 90);
}
