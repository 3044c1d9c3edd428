// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, put } from '../store/versioned.ts';
import { offerTables, type OfferUsesTable, offerUsesTable, publishedOffersTable } from './tables.ts';
import type { OfferKind } from './terms.ts';

/** A block has fewer logs than this many bits count: its gas is bounded. */
const LOG_BITS = 24n;

/** The offer book, as `OfferBook` and the contracts of the two kinds announce it. */
export const offerProjection: Projection = {
  name: 'offers',
  tables: offerTables,
  on: {
    'Discounting.QuotePublished': (tx, event) => publish(tx, 'quote', event.args.quote, event.args.financier, event),
    'LoanOffers.LoanOfferPublished': (tx, event) =>
      publish(tx, 'loan-offer', event.args.offer, event.args.lender, event),
    'OfferBook.OfferUsed': (tx, { args, block }) => changeUse(tx, args.offer, { used: args.used }, block.number),
    'OfferBook.OfferWithdrawn': (tx, { args, block }) =>
      changeUse(tx, args.offer, { withdrawn_at: BigInt(block.timestamp), withdrawn_by: args.by }, block.number),
    'OfferBook.OfferSwept': async () => {}, // it had expired, which its terms say
  },
};

async function publish(
  tx: Transaction,
  kind: OfferKind,
  hash: string,
  party: PartyId,
  { args: { terms }, block, logIndex }: LedgerEvent<'Discounting.QuotePublished' | 'LoanOffers.LoanOfferPublished'>,
): Promise<void> {
  await put(
    tx,
    publishedOffersTable,
    { hash },
    {
      kind,
      party,
      currency: fixedText(terms.currency),
      expires_at: terms.expiresAt,
      terms, // whole numbers become decimal strings on their way into the table
      published_at: BigInt(block.timestamp),
      place: (block.number << LOG_BITS) | BigInt(logIndex),
    },
    block.number,
  );
}

async function changeUse(tx: Transaction, hash: string, change: Partial<OfferUsesTable>, block: bigint): Promise<void> {
  const { used, withdrawn_at, withdrawn_by } = {
    used: 0n,
    withdrawn_at: null,
    withdrawn_by: null,
    ...(await current(tx, offerUsesTable, { hash })),
    ...change,
  };
  await put(tx, offerUsesTable, { hash }, { used, withdrawn_at, withdrawn_by }, block);
}
