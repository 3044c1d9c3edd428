import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    recourse_claims: RecourseClaimsTable;
    payment_demands: PaymentDemandsTable;
    recourse_pieces: RecoursePiecesTable;
  }
}

/** Where a claim on an endorser stands. */
export const RECOURSE_STAGES = ['open', 'honoured', 'waived'] as const;
export type RecourseStage = (typeof RECOURSE_STAGES)[number];

/** Amounts are minor units, moments Unix seconds, dates 'YYYY-MM-DD', causes text. One row a note: its last claim. */
export interface RecourseClaimsTable extends Validity {
  note: bigint;
  payable_id: bigint;
  holder: bigint;
  /** None of a recourse that was given up without a claim; so are `hop`, `until` and `claimed_at`. */
  endorser: bigint | null;
  /** The note that was sold with recourse. */
  hop: bigint | null;
  /** Claimed; what the obligor pays afterwards is not claimed any more. */
  units: bigint;
  until: string | null;
  cause: string | null;
  claimed_at: bigint | null;
  stage: RecourseStage;
  ended_at: bigint | null;
  end_cause: string | null;
  /** What the endorser paid, and how much of it went to the holder. */
  paid: bigint | null;
  to_holder: bigint | null;
  /** The note that the endorser holds since. */
  taken: bigint | null;
}

export interface PaymentDemandsTable extends Validity {
  block_number: bigint;
  log_index: number;
  payable_id: bigint;
  note: bigint;
  holder: bigint;
  limitation_until: string;
  cause: string;
  demanded_at: bigint;
}

/** A note that was found to be a piece of one sold with recourse. */
export interface RecoursePiecesTable extends Validity {
  piece: bigint;
  origin: bigint;
}

export const recourseClaimsTable = versionedTable('recourse_claims', ['note']);
export const paymentDemandsTable = versionedTable('payment_demands', ['block_number', 'log_index']);
export const recoursePiecesTable = versionedTable('recourse_pieces', ['piece']);

export const recourseTables = [recourseClaimsTable, paymentDemandsTable, recoursePiecesTable];

export const recourseSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    recourseClaimsTable,
    `note bigint not null,
     payable_id bigint not null,
     holder bigint not null,
     endorser bigint,
     hop bigint,
     units numeric(20) not null,
     until date,
     cause text,
     claimed_at bigint,
     stage text not null check (stage in ('open', 'honoured', 'waived')),
     ended_at bigint,
     end_cause text,
     paid numeric(20),
     to_holder numeric(20),
     taken bigint,
     check ((stage = 'open') = (ended_at is null)),
     check ((stage = 'honoured') = (taken is not null))`,
  ),
  versionedTableDdl(
    paymentDemandsTable,
    `block_number bigint not null,
     log_index integer not null,
     payable_id bigint not null,
     note bigint not null,
     holder bigint not null,
     limitation_until date not null,
     cause text not null,
     demanded_at bigint not null`,
  ),
  versionedTableDdl(recoursePiecesTable, 'piece bigint not null, origin bigint not null'),
  {
    name: 'recourse-1',
    sql: `
      create index recourse_claims_by_holder on recourse_claims (holder, note);
      create index recourse_claims_by_endorser on recourse_claims (endorser, note);
      create index recourse_claims_by_payable on recourse_claims (payable_id);
      create index payment_demands_by_payable on payment_demands (payable_id)`,
  },
];
