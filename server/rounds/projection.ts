// SPDX-License-Identifier: Apache-2.0
import { fixedText } from '../values/fixed-text.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { patch, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import {
  roundOutcomesTable,
  roundsTable,
  roundTables,
  SELL_REQUEST_STATUSES,
  type SellRequestStatus,
  sellRequestsTable,
} from './tables.ts';

/** Sell requests and what rounds make of them, as `SaleRounds` announces them. */
export const roundProjection: Projection = {
  name: 'rounds',
  tables: roundTables,
  on: {
    'SaleRounds.SellRequestPlaced': async (tx, { args, block }) => {
      const note = args.note;
      await put(
        tx,
        sellRequestsTable,
        { id: args.request },
        {
          seller: args.seller,
          obligor: args.obligor,
          note,
          payable_id: payableIdOf(note),
          units: args.units,
          currency: fixedText(args.currency),
          max_cost: args.maxCost,
          recourse: args.recourse,
          expires_at: args.expiresAt,
          reference: args.ref,
          placed_at: BigInt(block.timestamp),
          status: 'open',
          last_round: null,
        },
        block.number,
      );
    },
    'SaleRounds.SellRequestEnded': (tx, { args, block }) =>
      patch(tx, sellRequestsTable, { id: args.request }, { status: statusAt(Number(args.how)) }, block.number),
    'SaleRounds.SellRequestFilled': async (tx, { args, block }) => {
      const [round, request] = [args.round, args.request];
      await put(
        tx,
        roundOutcomesTable,
        { round, request },
        { sale: args.sale, quote: args.quote, buyer: args.buyer, reason: null },
        block.number,
      );
      await patch(tx, sellRequestsTable, { id: request }, { status: 'filled', last_round: round }, block.number);
    },
    'SaleRounds.SellRequestUnfilled': async (tx, { args, block }) => {
      const [round, request] = [args.round, args.request];
      await put(
        tx,
        roundOutcomesTable,
        { round, request },
        { sale: null, quote: null, buyer: null, reason: args.reason },
        block.number,
      );
      await patch(tx, sellRequestsTable, { id: request }, { last_round: round }, block.number);
    },
    'SaleRounds.RoundMatched': (tx, { args, block, txHash }) =>
      put(
        tx,
        roundsTable,
        { id: args.round },
        {
          obligor: args.obligor,
          currency: fixedText(args.currency),
          called_by: args.by,
          requests: args.requests,
          quotes: args.quotes,
          fills: args.fills,
          matched_at: BigInt(block.timestamp),
          matched_tx: txHash,
        },
        block.number,
      ),
  },
};

function statusAt(place: number): SellRequestStatus {
  const status = SELL_REQUEST_STATUSES[place - 1];
  if (status === undefined) throw new Error(`a sell request of the unknown status ${place}`);
  return status;
}
