import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    parties: PartiesTable;
    successions: SuccessionsTable;
    standing_acceptances: StandingAcceptancesTable;
  }
}

export interface PartiesTable extends Validity {
  id: bigint;
  scheme: string;
  identifier: string;
  name: string;
  /** Bits of `Roles.sol`. */
  roles: number;
  /** The whole mask that waits for a regulator. */
  proposed_roles: number | null;
  valid_until: string;
  status: 'active' | 'suspended' | 'succeeded';
  suspension_reason: string | null;
  /** Checksummed; none once it was succeeded. */
  key: string | null;
  proposed_key: string | null;
  /** The order a proposed key rests on. */
  recovery_order: string | null;
  successor: bigint | null;
  /** Unix seconds. */
  admitted_at: bigint;
}

export interface SuccessionsTable extends Validity {
  predecessor: bigint;
  successor: bigint;
  order_reference: string;
  successor_consented: boolean;
  /** The predecessor itself, or a regulator. */
  predecessor_consent_by: bigint | null;
  completed: boolean;
}

/** A row is an acceptance; where there is none, each transfer waits for its recipient. */
export interface StandingAcceptancesTable extends Validity {
  recipient: bigint;
  /** 0 stands for anyone. */
  sender: bigint;
}

export const partiesTable = versionedTable('parties', ['id']);
export const successionsTable = versionedTable('successions', ['predecessor']);
export const standingAcceptancesTable = versionedTable('standing_acceptances', ['recipient', 'sender']);

export const partySteps: readonly SchemaStep[] = [
  versionedTableDdl(
    partiesTable,
    `id bigint not null,
     scheme text not null,
     identifier text not null,
     name text not null,
     roles integer not null,
     proposed_roles integer,
     valid_until date not null,
     status text not null check (status in ('active', 'suspended', 'succeeded')),
     suspension_reason text,
     key text,
     proposed_key text,
     recovery_order text,
     successor bigint,
     admitted_at bigint not null`,
  ),
  {
    name: 'parties-1',
    sql: `create index parties_by_identifier on parties (scheme, identifier);
          create index parties_by_successor on parties (successor) where successor is not null`,
  },
  versionedTableDdl(
    successionsTable,
    `predecessor bigint not null,
     successor bigint not null,
     order_reference text not null,
     successor_consented boolean not null,
     predecessor_consent_by bigint,
     completed boolean not null`,
  ),
  versionedTableDdl(standingAcceptancesTable, 'recipient bigint not null, sender bigint not null'),
];
