import type { Hex } from 'viem';
import { fixedText } from '../values/fixed-text.ts';
import type { LedgerEvent } from '../ledger/contracts.ts';
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
    'SaleRounds.AskPlaced': async (tx, { args, block }) => {
      const note = args['note'] as bigint;
      await put(
        tx,
        sellRequestsTable,
        { id: args['ask'] as bigint },
        {
          seller: wholeIn(args, 'seller'),
          obligor: wholeIn(args, 'obligor'),
          note,
          payable_id: payableIdOf(note),
          units: args['units'] as bigint,
          currency: fixedText(args['currency'] as Hex),
          max_cost: wholeIn(args, 'maxCost'),
          recourse: args['recourse'] as boolean,
          expires_at: wholeIn(args, 'expiresAt'),
          reference: args['ref'] as string,
          placed_at: BigInt(block.timestamp),
          status: 'open',
          last_round: null,
        },
        block.number,
      );
    },
    'SaleRounds.AskEnded': (tx, { args, block }) =>
      patch(
        tx,
        sellRequestsTable,
        { id: args['ask'] as bigint },
        { status: statusAt(args['how'] as number) },
        block.number,
      ),
    'SaleRounds.AskFilled': async (tx, { args, block }) => {
      const [round, request] = [args['round'] as bigint, args['ask'] as bigint];
      await put(
        tx,
        roundOutcomesTable,
        { round, request },
        { sale: args['sale'] as bigint, quote: args['quote'] as string, reason: null },
        block.number,
      );
      await patch(tx, sellRequestsTable, { id: request }, { status: 'filled', last_round: round }, block.number);
    },
    'SaleRounds.AskUnfilled': async (tx, { args, block }) => {
      const [round, request] = [args['round'] as bigint, args['ask'] as bigint];
      await put(
        tx,
        roundOutcomesTable,
        { round, request },
        { sale: null, quote: null, reason: args['reason'] as string },
        block.number,
      );
      await patch(tx, sellRequestsTable, { id: request }, { last_round: round }, block.number);
    },
    'SaleRounds.RoundMatched': (tx, { args, block, txHash }) =>
      put(
        tx,
        roundsTable,
        { id: args['round'] as bigint },
        {
          obligor: wholeIn(args, 'obligor'),
          currency: fixedText(args['currency'] as Hex),
          called_by: wholeIn(args, 'by'),
          requests: args['asks'] as bigint,
          quotes: args['quotes'] as bigint,
          fills: args['fills'] as bigint,
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

function wholeIn(args: LedgerEvent['args'], name: string): bigint {
  return BigInt(args[name] as number);
}
