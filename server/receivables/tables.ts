import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';
import { draftSteps } from './draft-table.ts';
import type { HopKind, NoteStatus, PayableStatus, TransferOutcome } from './states.ts';

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
export interface PayablesTable extends Validity {
  id: bigint;
  obligor: bigint;
  first_supplier: bigint;
  currency: string;
  face: bigint;
  issue_date: string;
  maturity: string;
  /** The maturity, rolled to a business day; overdue is what is active after it. */
  due_date: string;
  /** The last day before default, by the rule set of the issue date; default is what is active after it. */
  default_date: string;
  rule_set: number;
  reference: string | null;
  status: PayableStatus;
  settled: bigint;
  voided: bigint;
  issued_at: bigint;
  issue_tx: string;
}

export interface PayableDocumentsTable extends Validity {
  payable_id: bigint;
  /** From 1, in the order of the issue. */
  position: number;
  fingerprint: string;
  amount: bigint;
}

export interface NotesTable extends Validity {
  id: bigint;
  payable_id: bigint;
  holder: bigint;
  /** The note it was transferred from; none where it came from the promise itself. */
  parent: bigint | null;
  /** The walk from the promise to this note: six hex digits an index, this note's last. */
  path: string;
  start_unit: bigint;
  end_unit: bigint;
  since: bigint;
  tier: number;
  /** Hops on the walk that moved no tier. */
  financings: number;
  children: number;
  status: NoteStatus;
  under_hold: boolean;
  /** The note whose transfer gave its holder the title: itself, or the one it was cut beside. */
  title_note: bigint;
  /** The reference of the return that extinguished it. */
  return_reference: string | null;
}

/** What was cut for somebody, accepted or not: each note that was ever offered, given or sold, once. */
export interface NoteTransfersTable extends Validity {
  note_id: bigint;
  payable_id: bigint;
  /** The note it was cut from; none where it was an issue. */
  from_note: bigint | null;
  from_party: bigint;
  to_party: bigint;
  amount: bigint;
  hop: HopKind;
  /** Commercial hops from the obligor to the recipient. */
  tier: number;
  made_at: bigint;
  /** None where a standing acceptance covered it, or a financing. */
  expires_at: bigint | null;
  outcome: TransferOutcome;
  ended_at: bigint | null;
  reference: string | null;
  made_tx: string;
  made_block: bigint;
  ended_tx: string | null;
  ended_block: bigint | null;
}

/** Regulators' holds. */
export interface NoteFreezesTable extends Validity {
  note_id: bigint;
  executor: bigint;
  units: bigint;
  frozen_at: bigint;
  expires_at: bigint;
  /** 32 bytes in hex. */
  order_id: string;
}

/** Lenders' holds, each until it is released. */
export interface NotePledgesTable extends Validity {
  note_id: bigint;
  payable_id: bigint;
  beneficiary: bigint;
  /** All that the note had when it was pledged; what was paid of it since is free. */
  units: bigint;
  pledged_at: bigint;
  /** 32 bytes in hex. */
  order_id: string;
}

export interface ExposuresTable extends Validity {
  obligor: bigint;
  currency: string;
  credit_limit: bigint;
  outstanding: bigint;
}

export const payablesTable = versionedTable('payables', ['id']);
export const payableDocumentsTable = versionedTable('payable_documents', ['payable_id', 'position']);
export const notesTable = versionedTable('notes', ['id']);
export const noteTransfersTable = versionedTable('note_transfers', ['note_id']);
export const noteFreezesTable = versionedTable('note_freezes', ['note_id']);
export const notePledgesTable = versionedTable('note_pledges', ['note_id']);
export const exposuresTable = versionedTable('exposures', ['obligor', 'currency']);

export const receivableSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    payablesTable,
    `id bigint not null,
     obligor bigint not null,
     first_supplier bigint not null,
     currency text not null,
     face numeric(20) not null,
     issue_date date not null,
     maturity date not null,
     due_date date not null,
     default_date date not null,
     rule_set integer not null,
     reference text,
     status text not null check (status in ('offered', 'active', 'settled', 'void')),
     settled numeric(20) not null,
     voided numeric(20) not null,
     issued_at bigint not null,
     issue_tx text not null,
     check (due_date <= default_date),
     check (settled >= 0 and voided >= 0 and settled + voided <= face)`,
  ),
  versionedTableDdl(
    payableDocumentsTable,
    `payable_id bigint not null,
     position integer not null,
     fingerprint text not null,
     amount numeric(20) not null`,
  ),
  versionedTableDdl(
    notesTable,
    `id bigint not null,
     payable_id bigint not null,
     holder bigint not null,
     parent bigint,
     path text collate "C" not null,
     start_unit numeric(20) not null,
     end_unit numeric(20) not null,
     since bigint not null,
     tier integer not null,
     financings integer not null,
     children integer not null,
     status text not null check (status in ('offered', 'held', 'spent', 'settled', 'void')),
     under_hold boolean not null,
     title_note bigint not null,
     return_reference text,
     check (start_unit <= end_unit),
     check ((start_unit = end_unit) = (status = 'spent'))`,
  ),
  versionedTableDdl(
    noteTransfersTable,
    `note_id bigint not null,
     payable_id bigint not null,
     from_note bigint,
     from_party bigint not null,
     to_party bigint not null,
     amount numeric(20) not null,
     hop text not null check (hop in ('issue', 'transfer', 'financing')),
     tier integer not null,
     made_at bigint not null,
     expires_at bigint,
     outcome text not null check (outcome in ('open', 'accepted', 'rejected', 'withdrawn', 'expired')),
     ended_at bigint,
     reference text,
     made_tx text not null,
     made_block bigint not null,
     ended_tx text,
     ended_block bigint,
     check ((outcome = 'open') = (ended_at is null))`,
  ),
  versionedTableDdl(
    noteFreezesTable,
    `note_id bigint not null,
     executor bigint not null,
     units numeric(20) not null,
     frozen_at bigint not null,
     expires_at bigint not null,
     order_id text not null`,
  ),
  versionedTableDdl(
    notePledgesTable,
    `note_id bigint not null,
     payable_id bigint not null,
     beneficiary bigint not null,
     units numeric(20) not null,
     pledged_at bigint not null,
     order_id text not null`,
  ),
  versionedTableDdl(
    exposuresTable,
    `obligor bigint not null,
     currency text not null,
     credit_limit numeric(39) not null,
     outstanding numeric(39) not null,
     check (outstanding >= 0)`,
  ),
  {
    name: 'receivables-1',
    sql: `
      create index payables_by_obligor on payables (obligor, id);
      create index payables_by_due_date on payables (due_date) where to_block is null and status = 'active';
      create index notes_by_payable on notes (payable_id, path);
      create index notes_by_holder on notes (holder, id);
      create index note_transfers_by_recipient on note_transfers (to_party, note_id);
      create index note_transfers_by_payable on note_transfers (payable_id);
      create index note_transfers_by_source on note_transfers (from_note, note_id);
      create index note_pledges_by_beneficiary on note_pledges (beneficiary, note_id);
      create index note_pledges_by_payable on note_pledges (payable_id)`,
  },
  ...draftSteps,
];
