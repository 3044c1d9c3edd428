import type { Hex } from 'viem';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contracts.ts';
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
import type { StoredTerms } from './terms.ts';

/** A block has fewer logs than this many bits count: its gas is bounded. */
const LOG_BITS = 24n;

/** Quotes and sales, as `Discounting` announces them. */
export const quoteProjection: Projection = {
  name: 'quotes',
  tables: quoteTables,
  on: {
    'Discounting.QuotePublished': async (tx, { args, block, logIndex }) => {
      const terms = args['terms'] as StoredTerms; // whole numbers become decimal strings on their way into the table
      await put(
        tx,
        publishedQuotesTable,
        { hash: args['quote'] as string },
        {
          financier: partyIn(args, 'financier'),
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
      changeUse(
        tx,
        args['quote'] as string,
        { pulled_at: BigInt(block.timestamp), pulled_by: partyIn(args, 'by') },
        block.number,
      ),
    'Discounting.NotesSold': async (tx, { args, block, logIndex, txHash }) => {
      const quote = args['quote'] as string;
      await put(
        tx,
        salesTable,
        { id: args['sale'] as bigint },
        {
          quote,
          seller: partyIn(args, 'seller'),
          buyer: partyIn(args, 'buyer'),
          currency: fixedText(args['currency'] as Hex),
          recourse: args['recourse'] as boolean,
          face: args['face'] as bigint,
          discount: args['discount'] as bigint,
          fees: args['fees'] as bigint,
          received: args['received'] as bigint,
          fee_to: partyIn(args, 'feeTo'),
          reference: args['ref'] as string,
          sold_at: BigInt(block.timestamp),
          sold_block: block.number,
          sold_log: logIndex,
          sold_tx: txHash,
        },
        block.number,
      );
      await changeUse(tx, quote, { used: args['used'] as bigint }, block.number);
    },
    'Discounting.NoteSold': (tx, { args, block }) => {
      const note = args['note'] as bigint;
      return put(
        tx,
        soldNotesTable,
        { note },
        {
          sale: args['sale'] as bigint,
          cut_from: args['from'] as bigint,
          payable_id: payableIdOf(note),
          units: args['units'] as bigint,
          discount: args['discount'] as bigint,
          days_left: args['daysLeft'] as number,
        },
        block.number,
      );
    },
  },
};

type Args = LedgerEvent['args'];

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

function partyIn(args: Args, name: string): bigint {
  return BigInt(args[name] as number);
}
