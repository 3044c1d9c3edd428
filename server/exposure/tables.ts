import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    risk_assets: RiskAssetsTable;
    affiliates: AffiliatesTable;
    group_members: GroupMembersTable;
    counted_exposures: CountedExposuresTable;
    debtor_exposures: DebtorExposuresTable;
    affiliate_exposures: AffiliateExposuresTable;
  }
}

/** Amounts are minor units. */
export interface RiskAssetsTable extends Validity {
  financier: bigint;
  currency: string;
  amount: bigint;
}

/** A row while the financier names the party its affiliate. */
export interface AffiliatesTable extends Validity {
  financier: bigint;
  party: bigint;
}

/** A row while the party is in the group. */
export interface GroupMembersTable extends Validity {
  financier: bigint;
  /** 32 bytes in hex, as the ledger has it. */
  group_name: string;
  party: bigint;
}

/** What is counted on a note or a loan; a row while it is something. */
export interface CountedExposuresTable extends Validity {
  /** 32 bytes in hex, as the ledger has it. */
  key: string;
  /** The note, if it is counted on one. */
  note: bigint | null;
  financier: bigint;
  debtor: bigint;
  currency: string;
  units: bigint;
}

/** What is counted under the two parties' own numbers, as the ledger adds it up. */
export interface DebtorExposuresTable extends Validity {
  financier: bigint;
  debtor: bigint;
  currency: string;
  amount: bigint;
}

export interface AffiliateExposuresTable extends Validity {
  financier: bigint;
  currency: string;
  amount: bigint;
}

export const riskAssetsTable = versionedTable('risk_assets', ['financier', 'currency']);
export const affiliatesTable = versionedTable('affiliates', ['financier', 'party']);
export const groupMembersTable = versionedTable('group_members', ['financier', 'group_name', 'party']);
export const countedExposuresTable = versionedTable('counted_exposures', ['key']);
export const debtorExposuresTable = versionedTable('debtor_exposures', ['financier', 'debtor', 'currency']);
export const affiliateExposuresTable = versionedTable('affiliate_exposures', ['financier', 'currency']);

export const limitTables = [
  riskAssetsTable,
  affiliatesTable,
  groupMembersTable,
  countedExposuresTable,
  debtorExposuresTable,
  affiliateExposuresTable,
];

export const limitSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    riskAssetsTable,
    `financier bigint not null,
     currency text not null,
     amount numeric(39) not null`,
  ),
  versionedTableDdl(
    affiliatesTable,
    `financier bigint not null,
     party bigint not null`,
  ),
  versionedTableDdl(
    groupMembersTable,
    `financier bigint not null,
     group_name text not null,
     party bigint not null`,
  ),
  versionedTableDdl(
    countedExposuresTable,
    `key text not null,
     note bigint,
     financier bigint not null,
     debtor bigint not null,
     currency text not null,
     units numeric(20) not null`,
  ),
  versionedTableDdl(
    debtorExposuresTable,
    `financier bigint not null,
     debtor bigint not null,
     currency text not null,
     amount numeric(39) not null`,
  ),
  versionedTableDdl(
    affiliateExposuresTable,
    `financier bigint not null,
     currency text not null,
     amount numeric(39) not null`,
  ),
  {
    name: 'financing-limits-1',
    sql: 'create index counted_exposures_by_financier on counted_exposures (financier, note) where to_block is null',
  },
];
