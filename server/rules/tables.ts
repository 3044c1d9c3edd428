import { bigint, boolean, date, integer, oneOf } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    rule_sets: RuleSetsTable;
    calendar_days: CalendarDaysTable;
  }
}

export const ruleSetsTable = versionedTable('rule_sets', {
  columns: {
    number: integer(),
    /** First issue date it governs. */
    effective_from: date(),
    max_term_months: integer(),
    max_tier: integer(),
    max_children: integer(),
    offer_window_days: integer(),
    /** Minor units. */
    min_note: bigint(),
    recourse_allowed: boolean(),
    /** Basis points. */
    max_debtor_share: integer(),
    /** Basis points. */
    max_affiliate_share: integer(),
    default_days: integer(),
    recourse_months: integer(),
    re_recourse_months: integer(),
    limitation_months: integer(),
  },
  key: ['number'],
});
export type RuleSetsTable = RowOf<typeof ruleSetsTable>;

/** Days that are not what their weekday says. */
export const calendarDaysTable = versionedTable('calendar_days', {
  columns: { day: date(), kind: oneOf(['holiday', 'working-day']) },
  key: ['day'],
});
export type CalendarDaysTable = RowOf<typeof calendarDaysTable>;
