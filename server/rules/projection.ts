// SPDX-License-Identifier: Apache-2.0
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { current, put, remove } from '../store/versioned.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { rulesAnnounced } from './fields.ts';
import { calendarDaysTable, ruleSetsTable } from './tables.ts';

/** Rule sets and the calendar, as `RuleBook` announces them. */
export const ruleProjection: Projection = {
  name: 'rules',
  tables: [ruleSetsTable, calendarDaysTable],
  on: {
    'RuleBook.RuleSetPublished': async (tx, { args, block }) => {
      const { effectiveFrom, ...rules } = rulesAnnounced(args.rules);
      const key = { number: Number(args.ruleSet) };
      await put(tx, ruleSetsTable, key, { effective_from: effectiveFrom, rules }, block.number);
    },
    'RuleBook.CalendarDaySet': async (tx, { args, block }) => {
      const key = { day: dateOfDayNumber(args.day) };
      const kind = DAY_KINDS[Number(args.kind)];
      if (kind === undefined) throw new Error(`a calendar day of the unknown kind ${String(args.kind)}`);
      if (kind !== 'by-weekday') await put(tx, calendarDaysTable, key, { kind }, block.number);
      else if (await current(tx, calendarDaysTable, key)) await remove(tx, calendarDaysTable, key, block.number);
    },
  },
};
