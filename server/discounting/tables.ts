// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { NoteId, PartyId, PayableId, SaleId } from '../values/ids.ts';
import { bigint, boolean, date, integer, numeric, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    sales: SalesTable;
    sold_notes: SoldNotesTable;
  }
}

/** Amounts are minor units, moments Unix seconds, hashes and references 32 bytes in hex as the ledger has them. */
export const salesTable = versionedTable('sales', {
  columns: {
    id: bigint<SaleId>(),
    quote: text(),
    seller: bigint<PartyId>(),
    buyer: bigint<PartyId>(),
    currency: text(),
    recourse: boolean(),
    face: numeric(20),
    discount: numeric(20),
    fees: numeric(20),
    received: numeric(20),
    fee_to: bigint<PartyId>(),
    reference: text(),
    sold_at: bigint(),
    sold_tx: text(),
  },
  key: ['id'],
  checks: ['discount + fees + received = face'],
  indexes: { by_seller: '(seller, id)', by_buyer: '(buyer, id)', by_quote: '(quote)' },
});
export type SalesTable = RowOf<typeof salesTable>;

/** One lot of a sale: the note that the buyer has since. */
export const soldNotesTable = versionedTable('sold_notes', {
  columns: {
    note: bigint<NoteId>(),
    sale: bigint<SaleId>(),
    cut_from: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    obligor: bigint<PartyId>(),
    units: numeric(20),
    /** Its share of the discount. */
    discount: numeric(20),
    /** Calendar days from the sale to the due date. */
    days_left: integer(),
    due_date: date<LedgerDate>(),
  },
  key: ['note'],
  indexes: { by_sale: '(sale, note)' },
});
export type SoldNotesTable = RowOf<typeof soldNotesTable>;

export const saleTables = [salesTable, soldNotesTable];
