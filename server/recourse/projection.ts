// SPDX-License-Identifier: Apache-2.0
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { current, patch, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { referenceText } from '../values/references.ts';
import { noteLineageTable, paymentDemandsTable, recourseClaimsTable, recourseTables } from './tables.ts';

/** Claims on endorsers and demands on obligors, as `Recourse` announces them. */
export const recourseProjection: Projection = {
  name: 'recourse',
  tables: recourseTables,
  on: {
    'Recourse.RecourseClaimed': (tx, { args, block }) => {
      const note = args.note;
      return put(
        tx,
        recourseClaimsTable,
        { note },
        {
          payable_id: payableIdOf(note),
          holder: args.holder,
          endorser: args.endorser,
          hop: args.hop,
          units: args.units,
          until: dateOfDayNumber(args.until),
          cause: referenceText(args.cause),
          claimed_at: BigInt(block.timestamp),
          stage: 'open',
          ended_at: null,
          end_cause: null,
          paid: null,
          to_holder: null,
          taken: null,
        },
        block.number,
      );
    },
    'Recourse.RecourseHonoured': (tx, { args, block }) =>
      patch(
        tx,
        recourseClaimsTable,
        { note: args.note },
        {
          stage: 'honoured',
          ended_at: BigInt(block.timestamp),
          end_cause: referenceText(args.cause),
          paid: args.amount,
          to_holder: args.toHolder,
          taken: args.taken,
        },
        block.number,
      ),
    'Recourse.RecourseWaived': async (tx, { args, block }) => {
      const note = args.note;
      const end = { stage: 'waived', ended_at: BigInt(block.timestamp), end_cause: referenceText(args.cause) } as const;
      if (await current(tx, recourseClaimsTable, { note }))
        return patch(tx, recourseClaimsTable, { note }, end, block.number);
      await put(
        tx,
        recourseClaimsTable,
        { note },
        {
          payable_id: payableIdOf(note),
          holder: args.holder,
          endorser: null,
          hop: null,
          units: args.units,
          until: null,
          cause: null,
          claimed_at: null,
          paid: null,
          to_holder: null,
          taken: null,
          ...end,
        },
        block.number,
      );
    },
    'Recourse.LineageRecorded': (tx, { args, block }) =>
      put(tx, noteLineageTable, { note: args.note }, { origin: args.origin }, block.number),
    'Recourse.PaymentDemanded': (tx, { args, block, logIndex }) =>
      put(
        tx,
        paymentDemandsTable,
        { block_number: block.number, log_index: logIndex },
        {
          payable_id: args.payableId,
          note: args.note,
          holder: args.holder,
          limitation_until: dateOfDayNumber(args.limitationUntil),
          cause: referenceText(args.cause) ?? '',
          demanded_at: BigInt(block.timestamp),
        },
        block.number,
      ),
  },
};
