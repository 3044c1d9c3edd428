import { fixedText } from '../values/fixed-text.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import {
  publishedQuotesTable,
  quoteTables,
  type QuoteUsesTable,
  quoteUsesTable,
  salesTable,
  soldNotesTable,
} from './tables.ts';
import { storedTerms } from './terms.ts';

/** A block has fewer logs than this many bits count: its gas is bounded. */
const LOG_BITS = 24n;

/** Quotes and sales, as `Discounting` announces them. */
export const quoteProjection: Projection = {
  name: 'quotes',
  tables: quoteTables,
  on: {
    'Discounting.QuotePublished': async (tx, { args, block, logIndex }) => {
      const terms = storedTerms(args.terms);
      await put(
        tx,
        publishedQuotesTable,
        { hash: args.quote },
        {
          financier: args.financier,
          currency: fixedText(terms.currency),
          expires_at: BigInt(terms.expiresAt),
          terms,
          published_at: BigInt(block.timestamp),
          place: (block.number << LOG_BITS) | BigInt(logIndex),
        },
        block.number,
      );
    },
    'Discounting.QuotePulled': (tx, { args, block }) =>
      changeUse(tx, args.quote, { pulled_at: BigInt(block.timestamp), pulled_by: args.by }, block.number),
    'Discounting.NotesSold': async (tx, { args, block, logIndex, txHash }) => {
      const quote = args.quote;
      await put(
        tx,
        salesTable,
        { id: args.sale },
        {
          quote,
          seller: args.seller,
          buyer: args.buyer,
          currency: fixedText(args.currency),
          recourse: args.recourse,
          face: args.face,
          discount: args.discount,
          fees: args.fees,
          received: args.received,
          fee_to: args.feeTo,
          reference: args.ref,
          sold_at: BigInt(block.timestamp),
          sold_block: block.number,
          sold_log: logIndex,
          sold_tx: txHash,
        },
        block.number,
      );
      await changeUse(tx, quote, { used: args.used }, block.number);
    },
    'Discounting.NoteSold': (tx, { args, block }) => {
      const note = args.note;
      return put(
        tx,
        soldNotesTable,
        { note },
        {
          sale: args.sale,
          cut_from: args.from,
          payable_id: payableIdOf(note),
          units: args.units,
          discount: args.discount,
          days_left: Number(args.daysLeft),
        },
        block.number,
      );
    },
  },
};

async function changeUse(tx: Transaction, hash: string, change: Partial<QuoteUsesTable>, block: bigint): Promise<void> {
  const { used, pulled_at, pulled_by } = {
    used: 0n,
    pulled_at: null,
    pulled_by: null,
    ...(await current(tx, quoteUsesTable, { hash })),
    ...change,
  };
  await put(tx, quoteUsesTable, { hash }, { used, pulled_at, pulled_by }, block);
}
