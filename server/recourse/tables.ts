// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { bigint, date, integer, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    recourse_claims: RecourseClaimsTable;
    payment_demands: PaymentDemandsTable;
    note_lineage: NoteLineageTable;
  }
}

/** Where a claim on an endorser stands. */
export const RECOURSE_STAGES = ['open', 'honoured', 'waived'] as const;
export type RecourseStage = (typeof RECOURSE_STAGES)[number];

/** Amounts are minor units, moments Unix seconds, dates 'YYYY-MM-DD', causes text. One row a note: its last claim. */
export const recourseClaimsTable = versionedTable('recourse_claims', {
  columns: {
    note: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    holder: bigint<PartyId>(),
    /** None of a recourse that was given up without a claim; so are `hop`, `until` and `claimed_at`. */
    endorser: bigint<PartyId>().orNull(),
    /** The note that was sold with recourse. */
    hop: bigint<NoteId>().orNull(),
    /** Claimed; what the obligor pays afterwards is not claimed any more. */
    units: numeric(20),
    until: date<LedgerDate>().orNull(),
    cause: text().orNull(),
    claimed_at: bigint().orNull(),
    stage: oneOf(RECOURSE_STAGES),
    ended_at: bigint().orNull(),
    end_cause: text().orNull(),
    /** What the endorser paid, and how much of it went to the holder. */
    paid: numeric(20).orNull(),
    to_holder: numeric(20).orNull(),
    /** The note that the endorser holds since. */
    taken: bigint<NoteId>().orNull(),
  },
  key: ['note'],
  checks: ["(stage = 'open') = (ended_at is null)", "(stage = 'honoured') = (taken is not null)"],
  indexes: { by_holder: '(holder, note)', by_endorser: '(endorser, note)', by_payable: '(payable_id)' },
});
export type RecourseClaimsTable = RowOf<typeof recourseClaimsTable>;

export const paymentDemandsTable = versionedTable('payment_demands', {
  columns: {
    block_number: bigint(),
    log_index: integer(),
    payable_id: bigint<PayableId>(),
    note: bigint<NoteId>(),
    holder: bigint<PartyId>(),
    limitation_until: date<LedgerDate>(),
    cause: text(),
    demanded_at: bigint(),
  },
  key: ['block_number', 'log_index'],
  indexes: { by_payable: '(payable_id)' },
});
export type PaymentDemandsTable = RowOf<typeof paymentDemandsTable>;

/** A note that was cut beside one sold with recourse, as the ledger was told. */
export const noteLineageTable = versionedTable('note_lineage', {
  columns: { note: bigint<NoteId>(), origin: bigint<NoteId>() },
  key: ['note'],
});
export type NoteLineageTable = RowOf<typeof noteLineageTable>;

export const recourseTables = [recourseClaimsTable, paymentDemandsTable, noteLineageTable];
