// SPDX-License-Identifier: Apache-2.0
import type { LoanId, NoteId, PartyId } from '../values/ids.ts';
import { bigint, numeric, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

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
export const riskAssetsTable = versionedTable('risk_assets', {
  columns: { financier: bigint<PartyId>(), currency: text(), amount: numeric(39) },
  key: ['financier', 'currency'],
});
export type RiskAssetsTable = RowOf<typeof riskAssetsTable>;

/** A row while the financier names the party its affiliate. */
export const affiliatesTable = versionedTable('affiliates', {
  columns: { financier: bigint<PartyId>(), party: bigint<PartyId>() },
  key: ['financier', 'party'],
});
export type AffiliatesTable = RowOf<typeof affiliatesTable>;

/** A row while the party is in the group. */
export const groupMembersTable = versionedTable('group_members', {
  columns: {
    financier: bigint<PartyId>(),
    /** 32 bytes in hex, as the ledger has it. */
    group_name: text(),
    party: bigint<PartyId>(),
  },
  key: ['financier', 'group_name', 'party'],
});
export type GroupMembersTable = RowOf<typeof groupMembersTable>;

/** What is counted on a note or on a loan, the other of which is 0; a row while it is something. */
export const countedExposuresTable = versionedTable('counted_exposures', {
  columns: {
    note: bigint<NoteId>(),
    loan: bigint<LoanId>(),
    financier: bigint<PartyId>(),
    debtor: bigint<PartyId>(),
    currency: text(),
    units: numeric(20),
  },
  key: ['note', 'loan'],
  indexes: { by_financier: '(financier, note) where to_block is null' },
});
export type CountedExposuresTable = RowOf<typeof countedExposuresTable>;

/** What is counted under the two parties' own numbers, as the ledger adds it up. */
export const debtorExposuresTable = versionedTable('debtor_exposures', {
  columns: { financier: bigint<PartyId>(), debtor: bigint<PartyId>(), currency: text(), amount: numeric(39) },
  key: ['financier', 'debtor', 'currency'],
});
export type DebtorExposuresTable = RowOf<typeof debtorExposuresTable>;

export const affiliateExposuresTable = versionedTable('affiliate_exposures', {
  columns: { financier: bigint<PartyId>(), currency: text(), amount: numeric(39) },
  key: ['financier', 'currency'],
});
export type AffiliateExposuresTable = RowOf<typeof affiliateExposuresTable>;

export const limitTables = [
  riskAssetsTable,
  affiliatesTable,
  groupMembersTable,
  countedExposuresTable,
  debtorExposuresTable,
  affiliateExposuresTable,
];
