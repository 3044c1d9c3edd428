import type { SchemaStep } from '../store/database.ts';
import { type Validity, versionedTable, versionedTableDdl } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    rule_sets: RuleSetsTable;
    calendar_days: CalendarDaysTable;
  }
}

export interface RuleSetsTable extends Validity {
  number: number;
  /** First issue date it governs. */
  effective_from: string;
  max_term_months: number;
  max_tier: number;
  max_children: number;
  offer_window_days: number;
  /** Minor units. */
  min_note: bigint;
  recourse_allowed: boolean;
  /** Basis points. */
  max_debtor_share: number;
  /** Basis points. */
  max_affiliate_share: number;
  default_days: number;
  recourse_months: number;
  re_recourse_months: number;
  limitation_months: number;
}

/** Days that are not what their weekday says. */
export interface CalendarDaysTable extends Validity {
  day: string;
  kind: 'holiday' | 'working-day';
}

export const ruleSetsTable = versionedTable('rule_sets', ['number']);
export const calendarDaysTable = versionedTable('calendar_days', ['day']);

export const ruleSteps: readonly SchemaStep[] = [
  versionedTableDdl(
    ruleSetsTable,
    `number integer not null,
     effective_from date not null,
     max_term_months integer not null,
     max_tier integer not null,
     max_children integer not null,
     offer_window_days integer not null,
     min_note bigint not null,
     recourse_allowed boolean not null,
     max_debtor_share integer not null,
     max_affiliate_share integer not null,
     default_days integer not null,
     recourse_months integer not null,
     re_recourse_months integer not null,
     limitation_months integer not null`,
  ),
  versionedTableDdl(
    calendarDaysTable,
    `day date not null, kind text not null check (kind in ('holiday', 'working-day'))`,
  ),
];
