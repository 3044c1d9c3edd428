import type { Hex } from 'viem';
import type { LedgerEvent } from '../ledger/contracts.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put } from '../store/versioned.ts';
import { payableIdOf } from '../values/ids.ts';
import { referenceText } from '../values/references.ts';
import { paymentDemandsTable, recourseClaimsTable, recoursePiecesTable, recourseTables } from './tables.ts';

type Args = LedgerEvent['args'];

/** Claims on endorsers and demands on obligors, as `Recourse` announces them. */
export const recourseProjection: Projection = {
  name: 'recourse',
  tables: recourseTables,
  on: {
    'Recourse.RecourseClaimed': (tx, { args, block }) => {
      const note = args['note'] as bigint;
      return put(
        tx,
        recourseClaimsTable,
        { note },
        {
          payable_id: payableIdOf(note),
          holder: partyIn(args, 'holder'),
          endorser: partyIn(args, 'endorser'),
          hop: args['hop'] as bigint,
          units: args['units'] as bigint,
          until: dateOfDayNumber(args['until'] as number),
          cause: causeIn(args),
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
        { note: args['note'] as bigint },
        {
          stage: 'honoured',
          ended_at: BigInt(block.timestamp),
          end_cause: causeIn(args),
          paid: args['amount'] as bigint,
          to_holder: args['toHolder'] as bigint,
          taken: args['taken'] as bigint,
        },
        block.number,
      ),
    'Recourse.RecourseWaived': async (tx, { args, block }) => {
      const note = args['note'] as bigint;
      const end = { stage: 'waived', ended_at: BigInt(block.timestamp), end_cause: causeIn(args) } as const;
      if (await current(tx, recourseClaimsTable, { note }))
        return patch(tx, recourseClaimsTable, { note }, end, block.number);
      await put(
        tx,
        recourseClaimsTable,
        { note },
        {
          payable_id: payableIdOf(note),
          holder: partyIn(args, 'holder'),
          endorser: null,
          hop: null,
          units: await unitsOf(tx, note),
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
    'Recourse.PieceTraced': (tx, { args, block }) =>
      put(
        tx,
        recoursePiecesTable,
        { piece: args['piece'] as bigint },
        { origin: args['origin'] as bigint },
        block.number,
      ),
    'Recourse.PaymentDemanded': (tx, { args, block, logIndex }) =>
      put(
        tx,
        paymentDemandsTable,
        { block_number: block.number, log_index: logIndex },
        {
          payable_id: BigInt(args['payableId'] as number),
          note: args['note'] as bigint,
          holder: partyIn(args, 'holder'),
          limitation_until: dateOfDayNumber(args['limitationUntil'] as number),
          cause: causeIn(args) ?? '',
          demanded_at: BigInt(block.timestamp),
        },
        block.number,
      ),
  },
};

async function unitsOf(tx: Transaction, note: bigint): Promise<bigint> {
  const { start_unit: start, end_unit: end } = await tx
    .selectFrom('notes')
    .select(['start_unit', 'end_unit'])
    .where('id', '=', note)
    .where('to_block', 'is', null)
    .executeTakeFirstOrThrow();
  return end - start;
}

function partyIn(args: Args, name: string): bigint {
  return BigInt(args[name] as number);
}

function causeIn(args: Args): string | null {
  return referenceText(args['cause'] as Hex);
}
