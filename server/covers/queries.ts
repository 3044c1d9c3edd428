// SPDX-License-Identifier: Apache-2.0
import type { CoverId, NoteId, PartyId, PayableId } from '../values/ids.ts';
import { type Selectable, sql } from 'kysely';
import { type Concern, shownTo, type Visibility } from '../access/visibility.ts';
import type { Page } from '../http/pagination.ts';
import { holdsNoteOf } from '../receivables/visibility.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock, trueAt } from '../store/versioned.ts';
import type { CoverAccountsTable, CoverClaimsTable, CoverPartsTable, CoverStage, CoversTable } from './tables.ts';

export interface Carrier {
  readonly party: PartyId;
  /** Parts per million. */
  readonly share: bigint;
}

export interface Layer {
  readonly deductible: bigint;
  readonly cap: bigint;
  readonly carriers: readonly Carrier[];
}

/** A cover with its layers. Amounts in minor units, moments in Unix seconds. */
export interface Cover {
  readonly id: CoverId;
  readonly insured: PartyId | null;
  readonly payable: PayableId | null;
  readonly obligor: PartyId | null;
  readonly currency: string;
  readonly from: string;
  readonly until: string;
  readonly reference: string | null;
  readonly termsHash: string;
  readonly proposedBy: PartyId;
  readonly stage: CoverStage;
  readonly proposedAt: bigint;
  readonly decidedAt: bigint | null;
  readonly cancelCause: string | null;
  readonly layers: readonly Layer[];
  /** Carriers that have consented. */
  readonly consented: ReadonlySet<PartyId>;
}

export interface Account {
  readonly account: NoteId;
  readonly below: bigint;
  readonly loss: bigint;
  readonly recovered: bigint;
  readonly payee: PartyId;
  readonly claims: readonly Claim[];
  readonly parts: readonly Part[];
}

export interface Claim {
  readonly note: NoteId;
  readonly payable: PayableId;
  readonly holder: PartyId;
  readonly units: bigint;
  readonly cause: string;
  readonly claimedAt: bigint;
}

export interface Part {
  readonly layer: number;
  /** 0 is the insured itself. */
  readonly carrier: PartyId;
  readonly borne: bigint;
  readonly owed: bigint;
  readonly paid: bigint;
  readonly refunded: bigint;
}

export interface CoverFilter {
  readonly stage?: CoverStage | undefined;
  readonly payable?: PayableId | undefined;
}

/** Insured, proposer and carriers: the parties whose cover it is. */
export function partiesIn({ insured, proposedBy, layers }: Cover): PartyId[] {
  return [
    ...(insured === null ? [] : [insured]),
    proposedBy,
    ...layers.flatMap(({ carriers }) => carriers.map(({ party }) => party)),
  ];
}

export async function coverById(db: Queryable, id: CoverId, block: AtBlock): Promise<Cover | undefined> {
  const row = await asOf(db.selectFrom('covers').selectAll(), 'covers', block).where('id', '=', id).executeTakeFirst();
  return row && (await withLayers(db, [row], block))[0];
}

/** One page of the covers the visibility shows, the newest first. */
export async function coversPage(
  db: Queryable,
  visibility: Visibility,
  filter: CoverFilter,
  page: Page,
  block: AtBlock,
): Promise<Cover[]> {
  const { rows } = await sql<Selectable<CoversTable>>`
    select c.* from covers as c
    where ${trueAt('c', block)} and ${shownTo(visibility, concernAt(block))}
      ${filter.stage === undefined ? sql`` : sql`and c.stage = ${filter.stage}`}
      ${filter.payable === undefined ? sql`` : sql`and c.payable_id = ${filter.payable}`}
      ${page.after ? sql`and c.id < ${BigInt(page.after[0] as string)}` : sql``}
    order by c.id desc
    limit ${page.limit + 1}
  `.execute(db);
  return withLayers(db, rows, block);
}

export async function isShown(db: Queryable, visibility: Visibility, id: CoverId, block: AtBlock): Promise<boolean> {
  const { rows } =
    await sql`select 1 from covers as c where c.id = ${id} and ${trueAt('c', block)} and ${shownTo(visibility, concernAt(block))}`.execute(
      db,
    );
  return rows.length > 0;
}

/** A cover's accounts with everything in them, in the order of their places. */
export async function accountsOf(db: Queryable, cover: CoverId, block: AtBlock): Promise<Account[]> {
  const accounts = await asOf(db.selectFrom('cover_accounts').selectAll(), 'cover_accounts', block)
    .where('cover', '=', cover)
    .orderBy('below')
    .orderBy('account')
    .execute();
  const claims = await asOf(db.selectFrom('cover_claims').selectAll(), 'cover_claims', block)
    .where('cover', '=', cover)
    .orderBy('claimed_at')
    .orderBy('note')
    .execute();
  const parts = await asOf(db.selectFrom('cover_parts').selectAll(), 'cover_parts', block)
    .where('cover', '=', cover)
    .orderBy('layer')
    .orderBy('carrier')
    .execute();
  return accounts.map((row: Selectable<CoverAccountsTable>) => ({
    account: row.account,
    below: row.below,
    loss: row.loss,
    recovered: row.recovered,
    payee: row.payee,
    claims: claims.filter(({ account }) => account === row.account).map(claimFrom),
    parts: parts.filter(({ account }) => account === row.account).map(partFrom),
  }));
}

/** A condition on `covers` as `c`: its insured, a carrier or who proposed it; whoever holds a live note, where that is insured. */
function concernAt(block: AtBlock): Concern {
  return {
    parties: ['c.insured', 'c.proposed_by'],
    payable: 'c.payable_id',
    ofParties: (parties) => sql`exists (
      select 1 from cover_carriers as k where k.cover = c.id and k.party = any(${parties}) and ${trueAt('k', block)})`,
    ofOwn: (parties) => sql`(c.insured is null and (${holdsNoteOf(sql.ref('c.payable_id'), parties, block)} or exists (
      select 1 from cover_claims as l where l.cover = c.id and l.holder = any(${parties}) and ${trueAt('l', block)})))`,
  };
}

async function withLayers(db: Queryable, rows: readonly Selectable<CoversTable>[], block: AtBlock): Promise<Cover[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const layers = await asOf(db.selectFrom('cover_layers').selectAll().where('cover', 'in', ids), 'cover_layers', block)
    .orderBy('cover')
    .orderBy('layer')
    .execute();
  const carriers = await asOf(
    db.selectFrom('cover_carriers').selectAll().where('cover', 'in', ids),
    'cover_carriers',
    block,
  )
    .orderBy('cover')
    .orderBy('layer')
    .orderBy('place')
    .execute();
  const consents = await asOf(
    db.selectFrom('cover_consents').selectAll().where('cover', 'in', ids),
    'cover_consents',
    block,
  ).execute();
  return rows.map((row) => ({
    id: row.id,
    insured: row.insured,
    payable: row.payable_id,
    obligor: row.obligor,
    currency: row.currency,
    from: row.from_date,
    until: row.until_date,
    reference: row.reference,
    termsHash: row.terms_hash,
    proposedBy: row.proposed_by,
    stage: row.stage,
    proposedAt: row.proposed_at,
    decidedAt: row.decided_at,
    cancelCause: row.cancel_cause,
    layers: layers
      .filter(({ cover }) => cover === row.id)
      .map(({ layer, deductible, cap }) => ({
        deductible,
        cap,
        carriers: carriers
          .filter((carrier) => carrier.cover === row.id && carrier.layer === layer)
          .map(({ party, share }) => ({ party, share })),
      })),
    consented: new Set(consents.filter(({ cover }) => cover === row.id).map(({ carrier }) => carrier)),
  }));
}

function claimFrom(row: Selectable<CoverClaimsTable>): Claim {
  return {
    note: row.note,
    payable: row.payable_id,
    holder: row.holder,
    units: row.units,
    cause: row.cause,
    claimedAt: row.claimed_at,
  };
}

function partFrom(row: Selectable<CoverPartsTable>): Part {
  return {
    layer: row.layer,
    carrier: row.carrier,
    borne: row.borne,
    owed: row.owed,
    paid: row.paid,
    refunded: row.refunded,
  };
}
