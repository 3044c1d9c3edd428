import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';
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
export interface PublishedQuotesTable extends Validity {
  hash: string;
  financier: bigint;
  currency: string;
  expires_at: bigint;
  terms: StoredTerms;
  published_at: bigint;
  /** In the order of publication. */
  place: bigint;
}

/** What the chain knows of any quote, whether published or signed: a row is there once it was filled or pulled. */
export interface QuoteUsesTable extends Validity {
  hash: string;
  /** Face bought under it. */
  used: bigint;
  pulled_at: bigint | null;
  pulled_by: bigint | null;
}

export interface SalesTable extends Validity {
  id: bigint;
  quote: string;
  seller: bigint;
  buyer: bigint;
  currency: string;
  recourse: boolean;
  face: bigint;
  discount: bigint;
  fees: bigint;
  received: bigint;
  fee_to: bigint;
  reference: string;
  sold_at: bigint;
  /** Where the ledger announced it; what moved for it follows there. */
  sold_block: bigint;
  sold_log: number;
  sold_tx: string;
}

/** One lot of a sale: the note that the buyer has since. */
export interface SoldNotesTable extends Validity {
  note: bigint;
  sale: bigint;
  cut_from: bigint;
  payable_id: bigint;
  units: bigint;
  /** Its share of the discount. */
  discount: bigint;
  /** Calendar days from the sale to the due date. */
  days_left: number;
}

export const publishedQuotesTable = versionedTable('published_quotes', ['hash']);
export const quoteUsesTable = versionedTable('quote_uses', ['hash']);
export const salesTable = versionedTable('sales', ['id']);
export const soldNotesTable = versionedTable('sold_notes', ['note']);

export const quoteTables = [publishedQuotesTable, quoteUsesTable, salesTable, soldNotesTable];

export const quoteTableSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    publishedQuotesTable,
    `hash text not null,
     financier bigint not null,
     currency text not null,
     expires_at bigint not null,
     terms jsonb not null,
     published_at bigint not null,
     place bigint not null`,
  ),
  versionedTableDdl(
    quoteUsesTable,
    `hash text not null,
     used numeric(20) not null,
     pulled_at bigint,
     pulled_by bigint`,
  ),
  versionedTableDdl(
    salesTable,
    `id bigint not null,
     quote text not null,
     seller bigint not null,
     buyer bigint not null,
     currency text not null,
     recourse boolean not null,
     face numeric(20) not null,
     discount numeric(20) not null,
     fees numeric(20) not null,
     received numeric(20) not null,
     fee_to bigint not null,
     reference text not null,
     sold_at bigint not null,
     sold_block bigint not null,
     sold_log integer not null,
     sold_tx text not null,
     check (discount + fees + received = face)`,
  ),
  versionedTableDdl(
    soldNotesTable,
    `note bigint not null,
     sale bigint not null,
     cut_from bigint not null,
     payable_id bigint not null,
     units numeric(20) not null,
     discount numeric(20) not null,
     days_left integer not null`,
  ),
  {
    name: 'financing-quotes-1',
    sql: `
      create index published_quotes_by_currency on published_quotes (currency, expires_at) where to_block is null;
      create index published_quotes_by_time on published_quotes (published_at, hash);
      create index sales_by_seller on sales (seller, id);
      create index sales_by_buyer on sales (buyer, id);
      create index sales_by_quote on sales (quote);
      create index sold_notes_by_sale on sold_notes (sale, note)`,
  },
];
