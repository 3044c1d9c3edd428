// SPDX-License-Identifier: Apache-2.0
import type { Selectable } from 'kysely';
import type { Page } from '../http/pagination.ts';
import { dateOfDayNumber, dayNumber, type LedgerDate } from '../values/dates.ts';
import type { Queryable } from '../store/database.ts';
import { asOf, type AtBlock } from '../store/versioned.ts';
import type { DayKind } from './day-kinds.ts';
import type { Rules } from './fields.ts';
import type { RuleSetsTable } from './tables.ts';

/** Rules that govern a payable for life, from those in effect on its issue date. */
export type RuleSet = Rules & { readonly number: number };

/** A day of the ledger's calendar. */
export interface CalendarDay {
  readonly date: LedgerDate;
  readonly kind: DayKind;
  readonly businessDay: boolean;
}

/** All rule sets, by number, which is also the order of their effective dates. */
export async function ruleSets(db: Queryable, block: AtBlock): Promise<RuleSet[]> {
  const rows = await asOf(db.selectFrom('rule_sets').selectAll(), 'rule_sets', block).orderBy('number').execute();
  return rows.map(ruleSetFrom);
}

/** One page of the rule sets, by number. */
export async function ruleSetsPage(db: Queryable, block: AtBlock, page: Page): Promise<RuleSet[]> {
  let query = asOf(db.selectFrom('rule_sets').selectAll(), 'rule_sets', block)
    .orderBy('number')
    .limit(page.limit + 1);
  if (page.after) query = query.where('number', '>', Number(page.after[0]));
  return (await query.execute()).map(ruleSetFrom);
}

export async function ruleSetByNumber(db: Queryable, number: number, block: AtBlock): Promise<RuleSet | undefined> {
  const row = await asOf(db.selectFrom('rule_sets').selectAll(), 'rule_sets', block)
    .where('number', '=', number)
    .executeTakeFirst();
  return row && ruleSetFrom(row);
}

/** The rule set in effect on `date`: the latest effective date on or before it; the later published of equals. */
export async function ruleSetOn(db: Queryable, date: LedgerDate, block: AtBlock): Promise<RuleSet | undefined> {
  const row = await asOf(db.selectFrom('rule_sets').selectAll(), 'rule_sets', block)
    .where('effective_from', '<=', date)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && ruleSetFrom(row);
}

/** The days from `from` to `to`, both of them included. */
export async function calendar(
  db: Queryable,
  from: LedgerDate,
  to: LedgerDate,
  block: AtBlock,
): Promise<CalendarDay[]> {
  const rows = await asOf(db.selectFrom('calendar_days').select(['day', 'kind']), 'calendar_days', block)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .execute();
  const declared = new Map(rows.map((row) => [row.day, row.kind]));
  const days: CalendarDay[] = [];
  for (let day = dayNumber(from); day <= dayNumber(to); day += 1) {
    const date = dateOfDayNumber(day);
    const kind = declared.get(date) ?? 'by-weekday';
    days.push({ date, kind, businessDay: kind === 'by-weekday' ? !isWeekend(date) : kind === 'working-day' });
  }
  return days;
}

function isWeekend(date: LedgerDate): boolean {
  return (((dayNumber(date) + 3) % 7) + 7) % 7 >= 5; // 1970-01-01 was a Thursday; 0 is Monday
}

function ruleSetFrom({ number, effective_from, rules }: Selectable<RuleSetsTable>): RuleSet {
  return { number, effectiveFrom: effective_from, ...rules };
}
