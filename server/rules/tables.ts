// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import { date, integer, json, oneOf } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';
import type { Rules } from './fields.ts';

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
    effective_from: date<LedgerDate>(),
    rules: json<Omit<Rules, 'effectiveFrom'>>(),
  },
  key: ['number'],
});
export type RuleSetsTable = RowOf<typeof ruleSetsTable>;

/** Days that are not what their weekday says. */
export const calendarDaysTable = versionedTable('calendar_days', {
  columns: { day: date<LedgerDate>(), kind: oneOf(['holiday', 'working-day']) },
  key: ['day'],
});
export type CalendarDaysTable = RowOf<typeof calendarDaysTable>;
