import { dateOfDayNumber } from '../platform/dates.ts';
import type { Projection } from '../platform/projector/projection.ts';
import { current, put, remove } from '../platform/store/versioned.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { calendarDaysTable, ruleSetsTable } from './tables.ts';

/** Rule sets and the calendar, as `RuleBook` announces them. */
export const ruleProjection: Projection = {
  name: 'rules',
  tables: [ruleSetsTable, calendarDaysTable],
  on: {
    'RuleBook.RuleSetPublished': async (tx, { args, block }) => {
      await put(
        tx,
        ruleSetsTable,
        { number: args['ruleSet'] as number },
        {
          effective_from: dateOfDayNumber(args['effectiveFrom'] as number),
          max_term_months: args['maxTermMonths'] as number,
          max_tier: args['maxTier'] as number,
          max_children: args['maxChildren'] as number,
          offer_window_days: args['offerWindowDays'] as number,
          min_note: BigInt(args['minNote'] as number),
        },
        block.number,
      );
    },
    'RuleBook.CalendarDaySet': async (tx, { args, block }) => {
      const key = { day: dateOfDayNumber(args['day'] as number) };
      const kind = DAY_KINDS[args['kind'] as number];
      if (kind === undefined) throw new Error(`a calendar day of the unknown kind ${String(args['kind'])}`);
      if (kind !== 'by-weekday') await put(tx, calendarDaysTable, key, { kind }, block.number);
      else if (await current(tx, calendarDaysTable, key)) await remove(tx, calendarDaysTable, key, block.number);
    },
  },
};
