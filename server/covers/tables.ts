import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

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
export interface CoversTable extends Validity {
  id: bigint;
  /** None where whoever holds notes of the payable is insured. */
  insured: bigint | null;
  payable_id: bigint | null;
  obligor: bigint | null;
  currency: string;
  from_date: string;
  until_date: string;
  reference: string | null;
  terms_hash: string;
  proposed_by: bigint;
  stage: CoverStage;
  proposed_at: bigint;
  decided_at: bigint | null;
  cancel_cause: string | null;
}

export interface CoverLayersTable extends Validity {
  cover: bigint;
  /** From 0, the first to bear. */
  layer: number;
  deductible: bigint;
  cap: bigint;
}

export interface CoverCarriersTable extends Validity {
  cover: bigint;
  layer: number;
  /** From 0. */
  place: number;
  party: bigint;
  share: bigint;
}

/** One row for each carrier that has consented, under the number the terms name it by. */
export interface CoverConsentsTable extends Validity {
  cover: bigint;
  carrier: bigint;
  consented_by: bigint;
  consented_at: bigint;
}

/** A loss as the cover sees it: all of a named insured's, account 0; or that of one note. */
export interface CoverAccountsTable extends Validity {
  cover: bigint;
  account: bigint;
  below: bigint;
  /** Claimed and not recovered. */
  loss: bigint;
  recovered: bigint;
  payee: bigint;
}

export interface CoverClaimsTable extends Validity {
  cover: bigint;
  note: bigint;
  account: bigint;
  payable_id: bigint;
  holder: bigint;
  units: bigint;
  cause: string;
  claimed_at: bigint;
}

/** Who bears what in an account; carrier 0 is the insured itself. */
export interface CoverPartsTable extends Validity {
  cover: bigint;
  account: bigint;
  layer: number;
  carrier: bigint;
  /** Net of what came back. */
  borne: bigint;
  owed: bigint;
  /** What it paid in all, and got back in all. */
  paid: bigint;
  refunded: bigint;
}

export const coversTable = versionedTable('covers', ['id']);
export const coverLayersTable = versionedTable('cover_layers', ['cover', 'layer']);
export const coverCarriersTable = versionedTable('cover_carriers', ['cover', 'layer', 'place']);
export const coverConsentsTable = versionedTable('cover_consents', ['cover', 'carrier']);
export const coverAccountsTable = versionedTable('cover_accounts', ['cover', 'account']);
export const coverClaimsTable = versionedTable('cover_claims', ['cover', 'note']);
export const coverPartsTable = versionedTable('cover_parts', ['cover', 'account', 'layer', 'carrier']);

export const coverTables = [
  coversTable,
  coverLayersTable,
  coverCarriersTable,
  coverConsentsTable,
  coverAccountsTable,
  coverClaimsTable,
  coverPartsTable,
];

export const coverSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    coversTable,
    `id bigint not null,
     insured bigint,
     payable_id bigint,
     obligor bigint,
     currency text not null,
     from_date date not null,
     until_date date not null,
     reference text,
     terms_hash text not null,
     proposed_by bigint not null,
     stage text not null check (stage in ('proposed', 'in-force', 'cancelled')),
     proposed_at bigint not null,
     decided_at bigint,
     cancel_cause text,
     check (insured is not null or payable_id is not null)`,
  ),
  versionedTableDdl(
    coverLayersTable,
    `cover bigint not null,
     layer integer not null,
     deductible numeric(20) not null,
     cap numeric(20) not null`,
  ),
  versionedTableDdl(
    coverCarriersTable,
    `cover bigint not null,
     layer integer not null,
     place integer not null,
     party bigint not null,
     share bigint not null`,
  ),
  versionedTableDdl(
    coverConsentsTable,
    `cover bigint not null,
     carrier bigint not null,
     consented_by bigint not null,
     consented_at bigint not null`,
  ),
  versionedTableDdl(
    coverAccountsTable,
    `cover bigint not null,
     account bigint not null,
     below numeric(39) not null,
     loss numeric(39) not null check (loss >= 0),
     recovered numeric(39) not null,
     payee bigint not null`,
  ),
  versionedTableDdl(
    coverClaimsTable,
    `cover bigint not null,
     note bigint not null,
     account bigint not null,
     payable_id bigint not null,
     holder bigint not null,
     units numeric(20) not null,
     cause text not null,
     claimed_at bigint not null`,
  ),
  versionedTableDdl(
    coverPartsTable,
    `cover bigint not null,
     account bigint not null,
     layer integer not null,
     carrier bigint not null,
     borne numeric(20) not null check (borne >= 0),
     owed numeric(20) not null check (owed >= 0 and owed <= borne),
     paid numeric(20) not null,
     refunded numeric(20) not null`,
  ),
  {
    name: 'covers-1',
    sql: `
      create index covers_by_insured on covers (insured, id);
      create index covers_by_payable on covers (payable_id, id);
      create index cover_carriers_by_party on cover_carriers (party, cover);
      create index cover_claims_by_note on cover_claims (note)`,
  },
];
