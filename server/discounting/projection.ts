// SPDX-License-Identifier: Apache-2.0
import { dateOfDayNumber } from '../values/dates.ts';
import { fixedText } from '../values/fixed-text.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { saleTables, salesTable, soldNotesTable } from './tables.ts';

/** Sales, as `Discounting` announces them. */
export const saleProjection: Projection = {
  name: 'discounting',
  tables: saleTables,
  on: {
    'Discounting.NotesSold': (tx, { args, block, txHash }) =>
      put(
        tx,
        salesTable,
        { id: args.sale },
        {
          quote: args.quote,
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
          sold_tx: txHash,
        },
        block.number,
      ),
    'Discounting.NoteSold': (tx, { args, block }) => {
      const note = args.note;
      return put(
        tx,
        soldNotesTable,
        { note },
        {
          sale: args.sale,
          cut_from: args.fromNote,
          payable_id: payableIdOf(note),
          obligor: args.obligor,
          units: args.units,
          discount: args.discount,
          days_left: Number(args.daysLeft),
          due_date: dateOfDayNumber(args.dueDate),
        },
        block.number,
      );
    },
  },
};
