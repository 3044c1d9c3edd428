// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { partyNames, predecessorsOf, successorOf } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import { trueAt } from '../store/versioned.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import type { PresentContext } from './present.ts';
import type { debtorsResource } from './resources.ts';

interface Claim {
  readonly obligor: PartyId;
  readonly currency: string;
  readonly tier: number;
  /** What the party holds, and of that what is late. */
  readonly units: bigint;
  readonly overdue: bigint;
  readonly defaulted: bigint;
  readonly pledged: bigint;
  readonly notes: bigint;
  readonly due_date: string;
}

/** Penetration from a party, with what it succeeded to, to the debtors behind all it holds and all that is pledged to it. */
export async function presentDebtors(ctx: PresentContext, holder: PartyId): Promise<z.input<typeof debtorsResource>> {
  const { db, asOf } = ctx;
  const today = dateAt(await blockTimeOf(ctx));
  const parties = [holder, ...(await predecessorsOf(db, holder, asOf))].map(String);
  const { rows } = await sql<Claim>`
    with claims as (
      select p.obligor, p.currency, p.due_date, p.default_date, n.tier, n.end_unit - n.start_unit as units,
        n.holder = any(${parties}::bigint[]) as is_own
      from notes as n join payables as p on p.id = n.payable_id
      where n.status in ('offered', 'held') and p.status = 'active' and ${trueAt('n', asOf)} and ${trueAt('p', asOf)}
        and (n.holder = any(${parties}::bigint[]) or n.id in (
          select note_id from note_pledges where beneficiary = any(${parties}::bigint[]) and ${trueAt('note_pledges', asOf)}))
    )
    select obligor, currency, tier, count(*) as notes, min(due_date) as due_date,
      coalesce(sum(units) filter (where is_own), 0) as units,
      coalesce(sum(units) filter (where is_own and due_date < ${today}::date), 0) as overdue,
      coalesce(sum(units) filter (where is_own and default_date <= ${today}::date), 0) as defaulted,
      coalesce(sum(units) filter (where not is_own), 0) as pledged
    from claims
    group by obligor, currency, tier
    order by obligor, currency, tier
  `.execute(db);

  // A debtor that was merged into another one is owed by that one.
  const debtorOf = new Map<PartyId, PartyId>();
  for (const { obligor } of rows)
    if (!debtorOf.has(obligor)) debtorOf.set(obligor, await successorOf(db, obligor, asOf));
  const claims = Map.groupBy(rows, ({ obligor, currency }) => `${debtorOf.get(obligor)} ${currency}`);
  const names = await partyNames(db, [holder, ...debtorOf.values()], asOf);
  return {
    holder: referenceTo(holder, names),
    debtors: [...claims.values()].map((group) => {
      const [first] = group as [Claim, ...Claim[]];
      const tiers = Map.groupBy(group, ({ tier }) => tier);
      return {
        debtor: referenceTo(debtorOf.get(first.obligor) as PartyId, names),
        currency: first.currency,
        amount: sum(group.map(({ units }) => units)),
        overdue: sum(group.map(({ overdue }) => overdue)),
        defaulted: sum(group.map(({ defaulted }) => defaulted)),
        pledged: sum(group.map(({ pledged }) => pledged)),
        notes: Number(group.reduce((count, { notes }) => count + notes, 0n)),
        nearestDueDate: group.map(({ due_date }) => due_date).sort()[0] as string,
        byTier: [...tiers]
          .sort(([a], [b]) => a - b)
          .map(([tier, of]) => ({ tier, amount: sum(of.map(({ units }) => units)) }))
          .filter(({ amount }) => amount !== '0'),
      };
    }),
  };
}

function sum(amounts: readonly bigint[]): string {
  return amounts.reduce((total, amount) => total + amount, 0n).toString();
}
