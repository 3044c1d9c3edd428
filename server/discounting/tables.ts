import { bigint, boolean, integer, json, numeric, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import type { StoredTerms } from './terms.ts';

declare module '../store/database.ts' {
  interface Tables {
    published_quotes: PublishedQuotesTable;
    quote_uses: QuoteUsesTable;
    sales: SalesTable;
    sold_notes: SoldNotesTable;
  }
}

/** Amounts are minor units, moments Unix seconds, hashes and references 32 bytes in hex as the ledger has them. */
export const publishedQuotesTable = versionedTable('published_quotes', {
  columns: {
    hash: text(),
    financier: bigint(),
    currency: text(),
    expires_at: bigint(),
    terms: json<StoredTerms>(),
    published_at: bigint(),
    /** In the order of publication. */
    place: bigint(),
  },
  key: ['hash'],
  indexes: { by_currency: '(currency, expires_at) where to_block is null', by_time: '(published_at, hash)' },
});
export type PublishedQuotesTable = RowOf<typeof publishedQuotesTable>;

/** What the chain knows of any quote, whether published or signed: a row is there once it was filled or pulled. */
export const quoteUsesTable = versionedTable('quote_uses', {
  columns: {
    hash: text(),
    /** Face bought under it. */
    used: numeric(20),
    pulled_at: bigint().orNull(),
    pulled_by: bigint().orNull(),
  },
  key: ['hash'],
});
export type QuoteUsesTable = RowOf<typeof quoteUsesTable>;

export const salesTable = versionedTable('sales', {
  columns: {
    id: bigint(),
    quote: text(),
    seller: bigint(),
    buyer: bigint(),
    currency: text(),
    recourse: boolean(),
    face: numeric(20),
    discount: numeric(20),
    fees: numeric(20),
    received: numeric(20),
    fee_to: bigint(),
    reference: text(),
    sold_at: bigint(),
    /** Where the ledger announced it; what moved for it follows there. */
    sold_block: bigint(),
    sold_log: integer(),
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
    note: bigint(),
    sale: bigint(),
    cut_from: bigint(),
    payable_id: bigint(),
    units: numeric(20),
    /** Its share of the discount. */
    discount: numeric(20),
    /** Calendar days from the sale to the due date. */
    days_left: integer(),
  },
  key: ['note'],
  indexes: { by_sale: '(sale, note)' },
});
export type SoldNotesTable = RowOf<typeof soldNotesTable>;

export const quoteTables = [publishedQuotesTable, quoteUsesTable, salesTable, soldNotesTable];
