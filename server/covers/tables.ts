// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { CoverId, NoteId, PartyId, PayableId } from '../values/ids.ts';
import { bigint, date, integer, numeric, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    covers: CoversTable;
    cover_layers: CoverLayersTable;
    cover_carriers: CoverCarriersTable;
    cover_consents: CoverConsentsTable;
    cover_accounts: CoverAccountsTable;
    cover_claims: CoverClaimsTable;
    cover_parts: CoverPartsTable;
  }
}

/** Where a cover stands. */
export const COVER_STAGES = ['proposed', 'in-force', 'cancelled'] as const;
export type CoverStage = (typeof COVER_STAGES)[number];

/** Amounts are minor units, shares ppm, moments Unix seconds, dates 'YYYY-MM-DD'. */
export const coversTable = versionedTable('covers', {
  columns: {
    id: bigint<CoverId>(),
    /** None where whoever holds notes of the payable is insured. */
    insured: bigint<PartyId>().orNull(),
    payable_id: bigint<PayableId>().orNull(),
    obligor: bigint<PartyId>().orNull(),
    currency: text(),
    from_date: date<LedgerDate>(),
    until_date: date<LedgerDate>(),
    reference: text().orNull(),
    terms_hash: text(),
    proposed_by: bigint<PartyId>(),
    stage: oneOf(COVER_STAGES),
    proposed_at: bigint(),
    decided_at: bigint().orNull(),
    cancel_cause: text().orNull(),
  },
  key: ['id'],
  checks: ['insured is not null or payable_id is not null'],
  indexes: { by_insured: '(insured, id)', by_payable: '(payable_id, id)' },
});
export type CoversTable = RowOf<typeof coversTable>;

export const coverLayersTable = versionedTable('cover_layers', {
  columns: {
    cover: bigint<CoverId>(),
    /** From 0, the first to bear. */
    layer: integer(),
    deductible: numeric(20),
    cap: numeric(20),
  },
  key: ['cover', 'layer'],
});
export type CoverLayersTable = RowOf<typeof coverLayersTable>;

export const coverCarriersTable = versionedTable('cover_carriers', {
  columns: {
    cover: bigint<CoverId>(),
    layer: integer(),
    /** From 0. */
    place: integer(),
    party: bigint<PartyId>(),
    share: bigint(),
  },
  key: ['cover', 'layer', 'place'],
  indexes: { by_party: '(party, cover)' },
});
export type CoverCarriersTable = RowOf<typeof coverCarriersTable>;

/** One row for each carrier that has consented, under the number the terms name it by. */
export const coverConsentsTable = versionedTable('cover_consents', {
  columns: {
    cover: bigint<CoverId>(),
    carrier: bigint<PartyId>(),
    consented_by: bigint<PartyId>(),
    consented_at: bigint(),
  },
  key: ['cover', 'carrier'],
});
export type CoverConsentsTable = RowOf<typeof coverConsentsTable>;

/** A loss as the cover sees it: all of a named insured's, account 0; or that of one note. */
export const coverAccountsTable = versionedTable('cover_accounts', {
  columns: {
    cover: bigint<CoverId>(),
    account: bigint<NoteId>(),
    below: numeric(39),
    /** Claimed and not recovered. */
    loss: numeric(39),
    recovered: numeric(39),
    payee: bigint<PartyId>(),
  },
  key: ['cover', 'account'],
  checks: ['loss >= 0'],
});
export type CoverAccountsTable = RowOf<typeof coverAccountsTable>;

export const coverClaimsTable = versionedTable('cover_claims', {
  columns: {
    cover: bigint<CoverId>(),
    note: bigint<NoteId>(),
    account: bigint<NoteId>(),
    payable_id: bigint<PayableId>(),
    holder: bigint<PartyId>(),
    units: numeric(20),
    cause: text(),
    claimed_at: bigint(),
  },
  key: ['cover', 'note'],
  indexes: { by_note: '(note)' },
});
export type CoverClaimsTable = RowOf<typeof coverClaimsTable>;

/** Who bears what in an account; carrier 0 is the insured itself. */
export const coverPartsTable = versionedTable('cover_parts', {
  columns: {
    cover: bigint<CoverId>(),
    account: bigint<NoteId>(),
    layer: integer(),
    carrier: bigint<PartyId>(),
    /** Net of what came back. */
    borne: numeric(20),
    owed: numeric(20),
    /** What it paid in all, and got back in all. */
    paid: numeric(20),
    refunded: numeric(20),
  },
  key: ['cover', 'account', 'layer', 'carrier'],
  checks: ['borne >= 0', 'owed >= 0 and owed <= borne'],
});
export type CoverPartsTable = RowOf<typeof coverPartsTable>;

export const coverTables = [
  coversTable,
  coverLayersTable,
  coverCarriersTable,
  coverConsentsTable,
  coverAccountsTable,
  coverClaimsTable,
  coverPartsTable,
];
