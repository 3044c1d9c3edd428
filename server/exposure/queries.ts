// SPDX-License-Identifier: Apache-2.0
import { type NoteId, numbered, type PartyId } from '../values/ids.ts';
import type { Hex } from '../values/hex.ts';
import { predecessorsOf, successorOf } from '../parties/queries.ts';
import { notesById } from '../receivables/queries.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';

/** Counted notes that are looked at together. */
const COUNTED_PAGE = 1_000;

/** A financier's exposure in a currency, and what it is held against. Amounts in minor units. */
export interface CurrencyExposure {
  readonly currency: string;
  /** 0 where it declared none. */
  readonly riskAssets: bigint;
  /** To its affiliates together, as they were when it was counted. */
  readonly affiliates: bigint;
  /** The largest first; of equal ones the one with the lower number. */
  readonly debtors: readonly DebtorExposure[];
}

export interface DebtorExposure {
  /** The party that stands there today. */
  readonly party: PartyId;
  readonly exposure: bigint;
}

/** A financier's own group of obligors. */
export interface ObligorGroup {
  /** 32 bytes, as the ledger has it. */
  readonly name: Hex;
  /** By number. */
  readonly members: readonly PartyId[];
}

/** A note on which more is counted than its financier still holds of it. */
export interface Drift {
  readonly note: NoteId;
  readonly counted: bigint;
  readonly held: bigint;
}

/** What the financier declared and has at stake, by currency; what those had at stake that it succeeded is its own. */
export async function exposuresOf(db: Queryable, financier: PartyId, block: AtBlock): Promise<CurrencyExposure[]> {
  const family = await numbersOf(db, financier, block);
  const assets = await asOf(
    db.selectFrom('risk_assets').selectAll().where('financier', '=', financier),
    'risk_assets',
    block,
  ).execute();
  const affiliates = await asOf(
    db.selectFrom('affiliate_exposures').selectAll().where('financier', 'in', family),
    'affiliate_exposures',
    block,
  ).execute();
  const debtors = await asOf(
    db.selectFrom('debtor_exposures').selectAll().where('financier', 'in', family).where('amount', '>', 0n),
    'debtor_exposures',
    block,
  ).execute();
  const standing = new Map<PartyId, PartyId>();
  for (const { debtor } of debtors)
    if (!standing.has(debtor)) standing.set(debtor, await successorOf(db, debtor, block));

  const currencies = [...new Set([...assets, ...affiliates, ...debtors].map(({ currency }) => currency))].sort();
  const inCurrency = <T extends { readonly currency: string }>(rows: readonly T[], currency: string): T[] =>
    rows.filter((row) => row.currency === currency);
  return currencies.map((currency) => {
    const byParty = new Map<PartyId, bigint>();
    for (const { debtor, amount } of inCurrency(debtors, currency)) {
      const party = standing.get(debtor) as PartyId;
      byParty.set(party, (byParty.get(party) ?? 0n) + amount);
    }
    return {
      currency,
      riskAssets: sumOf(inCurrency(assets, currency)),
      affiliates: sumOf(inCurrency(affiliates, currency)),
      debtors: [...byParty].map(([party, exposure]) => ({ party, exposure })).sort(largestFirst),
    };
  });
}

/** The parties that the financier, or one it succeeded, names its affiliates, by number. */
export async function affiliatesOf(db: Queryable, financier: PartyId, block: AtBlock): Promise<PartyId[]> {
  const family = await numbersOf(db, financier, block);
  const rows = await asOf(
    db.selectFrom('affiliates').select('party').distinct().where('financier', 'in', family),
    'affiliates',
    block,
  )
    .orderBy('party')
    .execute();
  return rows.map(({ party }) => party);
}

/** The financier's own groups, by name. */
export async function groupsOf(db: Queryable, financier: PartyId, block: AtBlock): Promise<ObligorGroup[]> {
  const rows = await asOf(
    db.selectFrom('group_members').selectAll().where('financier', '=', financier),
    'group_members',
    block,
  )
    .orderBy('group_name')
    .orderBy('party')
    .execute();
  const members = Map.groupBy(rows, ({ group_name }) => group_name);
  return [...members].map(([name, some]) => ({ name: name as Hex, members: some.map(({ party }) => party) }));
}

/** The first notes, by number, on which a recount would lower what is counted. */
export async function driftOf(db: Queryable, financier: PartyId, most: number, block: AtBlock): Promise<Drift[]> {
  const family = await numbersOf(db, financier, block);
  const drifts: Drift[] = [];
  for (let after = numbered<NoteId>(0); drifts.length < most;) {
    const counted = await asOf(
      db
        .selectFrom('counted_exposures')
        .select(['note', 'units'])
        .where('financier', 'in', family)
        .where('note', '>', after),
      'counted_exposures',
      block,
    )
      .orderBy('note')
      .limit(COUNTED_PAGE)
      .execute();
    const notes = await notesById(
      db,
      counted.map(({ note }) => note),
      block,
    );
    for (const { note: id, units } of counted) {
      const note = notes.get(id);
      if (!note) throw new Error(`note ${id} is counted and not there`);
      const isHeld = family.includes(note.holder) && (note.status === 'held' || note.status === 'offered');
      const held = isHeld ? note.units : 0n;
      if (units > held) drifts.push({ note: id, counted: units, held });
    }
    const last = counted.at(-1);
    if (counted.length < COUNTED_PAGE || !last) break;
    after = last.note;
  }
  return drifts.slice(0, most);
}

/** The party and those that it stands in for. */
async function numbersOf(db: Queryable, party: PartyId, block: AtBlock): Promise<PartyId[]> {
  return [party, ...(await predecessorsOf(db, party, block))];
}

function sumOf(rows: readonly { readonly amount: bigint }[]): bigint {
  return rows.reduce((sum, { amount }) => sum + amount, 0n);
}

function largestFirst(left: DebtorExposure, right: DebtorExposure): number {
  if (left.exposure !== right.exposure) return left.exposure > right.exposure ? -1 : 1;
  return left.party < right.party ? -1 : 1;
}
