import { sql } from 'kysely';
import type { z } from 'zod';
import { partyNames, predecessorsOf, successorOf } from '../parties/queries.ts';
import { referenceTo } from '../parties/schemas.ts';
import { trueAt } from '../platform/store/versioned.ts';
import { dateAt, momentOf } from './moment.ts';
import type { PresentContext } from './present.ts';
import type { debtorsResource } from './resources.ts';

interface Claim {
  readonly obligor: bigint;
  readonly currency: string;
  readonly tier: number;
  readonly units: bigint;
  readonly overdue: bigint;
  readonly notes: bigint;
  readonly due_date: string;
}

/** Penetration from a holder, with what it succeeded to, to the debtors behind all it holds. */
export async function presentDebtors(ctx: PresentContext, holder: number): Promise<z.input<typeof debtorsResource>> {
  const { db, asOf } = ctx;
  const today = dateAt(await momentOf(ctx));
  const parties = [holder, ...(await predecessorsOf(db, holder, asOf))].map(String);
  const { rows } = await sql<Claim>`
    select p.obligor, p.currency, n.tier, sum(n.end_unit - n.start_unit) as units, count(*) as notes, min(p.due_date) as due_date,
      coalesce(sum(n.end_unit - n.start_unit) filter (where p.due_date < ${today}::date), 0) as overdue
    from notes as n join payables as p on p.id = n.payable_id
    where n.holder = any(${parties}::bigint[]) and n.status in ('offered', 'held') and p.status = 'active'
      and ${trueAt('n', asOf)} and ${trueAt('p', asOf)}
    group by p.obligor, p.currency, n.tier
    order by p.obligor, p.currency, n.tier
  `.execute(db);

  // A debtor that was merged into another one is owed by that one.
  const debtorOf = new Map<bigint, number>();
  for (const { obligor } of rows) if (!debtorOf.has(obligor)) debtorOf.set(obligor, await successorOf(db, Number(obligor), asOf));
  const claims = Map.groupBy(rows, ({ obligor, currency }) => `${debtorOf.get(obligor)} ${currency}`);
  const names = await partyNames(db, [holder, ...debtorOf.values()], asOf);
  return {
    holder: referenceTo(holder, names),
    debtors: [...claims.values()].map((group) => {
      const [first] = group as [Claim, ...Claim[]];
      const tiers = Map.groupBy(group, ({ tier }) => tier);
      return {
        debtor: referenceTo(debtorOf.get(first.obligor) as number, names),
        currency: first.currency,
        amount: sum(group.map(({ units }) => units)),
        overdue: sum(group.map(({ overdue }) => overdue)),
        notes: Number(group.reduce((count, { notes }) => count + notes, 0n)),
        nearestDueDate: group.map(({ due_date }) => due_date).sort()[0] as string,
        byTier: [...tiers].sort(([a], [b]) => a - b).map(([tier, of]) => ({ tier, amount: sum(of.map(({ units }) => units)) })),
      };
    }),
  };
}

function sum(amounts: readonly bigint[]): string {
  return amounts.reduce((total, amount) => total + amount, 0n).toString();
}
