// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { NoteId, PartyId, PayableId } from '../values/ids.ts';
import { bigint, boolean, date, integer, numeric, oneOf, plainText, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import { HOPS, NOTE_STATUSES, PAYABLE_STATUSES, TRANSFER_OUTCOMES } from './states.ts';

declare module '../store/database.ts' {
  interface Tables {
    payables: PayablesTable;
    payable_documents: PayableDocumentsTable;
    notes: NotesTable;
    note_transfers: NoteTransfersTable;
    note_freezes: NoteFreezesTable;
    note_pledges: NotePledgesTable;
    exposures: ExposuresTable;
  }
}

/** Amounts are minor units; moments are Unix seconds; dates 'YYYY-MM-DD'. */
export const payablesTable = versionedTable('payables', {
  columns: {
    id: bigint<PayableId>(),
    obligor: bigint<PartyId>(),
    first_supplier: bigint<PartyId>(),
    currency: text(),
    face: numeric(20),
    issue_date: date<LedgerDate>(),
    maturity: date<LedgerDate>(),
    /** The maturity, rolled to a business day; overdue is what is active after it. */
    due_date: date<LedgerDate>(),
    /** The last day before default, by the rule set of the issue date; default is what is active after it. */
    default_date: date<LedgerDate>(),
    rule_set: integer(),
    reference: text().orNull(),
    status: oneOf(PAYABLE_STATUSES),
    settled: numeric(20),
    voided: numeric(20),
    issued_at: bigint(),
    issue_tx: text(),
  },
  key: ['id'],
  checks: ['due_date < default_date', 'settled >= 0 and voided >= 0 and settled + voided <= face'],
  indexes: { by_obligor: '(obligor, id)', by_due_date: "(due_date) where to_block is null and status = 'active'" },
});
export type PayablesTable = RowOf<typeof payablesTable>;

export const payableDocumentsTable = versionedTable('payable_documents', {
  columns: {
    payable_id: bigint<PayableId>(),
    /** From 1, in the order of the issue. */
    position: integer(),
    fingerprint: text(),
    amount: numeric(20),
  },
  key: ['payable_id', 'position'],
});
export type PayableDocumentsTable = RowOf<typeof payableDocumentsTable>;

export const notesTable = versionedTable('notes', {
  columns: {
    id: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    holder: bigint<PartyId>(),
    /** The note it was transferred from; none where it came from the promise itself. */
    parent: bigint<NoteId>().orNull(),
    /** The walk from the promise to this note: six hex digits an index, this note's last. */
    path: plainText(),
    start_unit: numeric(20),
    end_unit: numeric(20),
    since: bigint(),
    tier: integer(),
    /** Hops on the walk that moved no tier. */
    financings: integer(),
    children: integer(),
    status: oneOf(NOTE_STATUSES),
    under_hold: boolean(),
    /** The note whose transfer gave its holder the title: itself, or the one it was cut beside. */
    title_note: bigint<NoteId>(),
    /** The reference of the return that extinguished it. */
    return_reference: text().orNull(),
  },
  key: ['id'],
  checks: ['start_unit <= end_unit', "(start_unit = end_unit) = (status = 'spent')"],
  indexes: { by_payable: '(payable_id, path)', by_holder: '(holder, id)' },
});
export type NotesTable = RowOf<typeof notesTable>;

/** What was cut for somebody, accepted or not: each note that was ever offered, given or sold, once. */
export const noteTransfersTable = versionedTable('note_transfers', {
  columns: {
    note_id: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    /** The note it was cut from; none where it was an issue. */
    from_note: bigint<NoteId>().orNull(),
    from_party: bigint<PartyId>(),
    to_party: bigint<PartyId>(),
    amount: numeric(20),
    hop: oneOf(HOPS),
    /** Commercial hops from the obligor to the recipient. */
    tier: integer(),
    made_at: bigint(),
    /** None where a standing acceptance covered it, or a financing. */
    expires_at: bigint().orNull(),
    outcome: oneOf(TRANSFER_OUTCOMES),
    ended_at: bigint().orNull(),
    reference: text().orNull(),
    made_tx: text(),
    made_block: bigint(),
    ended_tx: text().orNull(),
    ended_block: bigint().orNull(),
  },
  key: ['note_id'],
  checks: ["(outcome = 'open') = (ended_at is null)"],
  indexes: { by_recipient: '(to_party, note_id)', by_payable: '(payable_id)', by_source: '(from_note, note_id)' },
});
export type NoteTransfersTable = RowOf<typeof noteTransfersTable>;

/** Regulators' holds. */
export const noteFreezesTable = versionedTable('note_freezes', {
  columns: {
    note_id: bigint<NoteId>(),
    executor: bigint<PartyId>(),
    units: numeric(20),
    frozen_at: bigint(),
    expires_at: bigint(),
    /** 32 bytes in hex. */
    order_id: text(),
  },
  key: ['note_id'],
});
export type NoteFreezesTable = RowOf<typeof noteFreezesTable>;

/** Lenders' holds, each until it is released. */
export const notePledgesTable = versionedTable('note_pledges', {
  columns: {
    note_id: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    beneficiary: bigint<PartyId>(),
    /** All that the note had when it was pledged; what was paid of it since is free. */
    units: numeric(20),
    pledged_at: bigint(),
    /** 32 bytes in hex. */
    order_id: text(),
  },
  key: ['note_id'],
  indexes: { by_beneficiary: '(beneficiary, note_id)', by_payable: '(payable_id)' },
});
export type NotePledgesTable = RowOf<typeof notePledgesTable>;

export const exposuresTable = versionedTable('exposures', {
  columns: { obligor: bigint<PartyId>(), currency: text(), credit_limit: numeric(39), outstanding: numeric(39) },
  key: ['obligor', 'currency'],
  checks: ['outstanding >= 0'],
});
export type ExposuresTable = RowOf<typeof exposuresTable>;
