import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { current, put, remove } from '../store/versioned.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { calendarDaysTable, ruleSetsTable } from './tables.ts';

/** Rule sets and the calendar, as `RuleBook` announces them. */
export const ruleProjection: Projection = {
  name: 'rules',
  tables: [ruleSetsTable, calendarDaysTable],
  on: {
    'RuleBook.RuleSetPublished': async (tx, { args, block }) => {
      const { rules } = args;
      await put(
        tx,
        ruleSetsTable,
        { number: Number(args.ruleSet) },
        {
          effective_from: dateOfDayNumber(rules.effectiveFrom),
          max_term_months: Number(rules.maxTermMonths),
          max_tier: Number(rules.maxTier),
          max_children: Number(rules.maxChildren),
          offer_window_days: Number(rules.offerWindowDays),
          min_note: rules.minNote,
          recourse_allowed: rules.recourseAllowed,
          max_debtor_share: Number(rules.maxDebtorShare),
          max_affiliate_share: Number(rules.maxAffiliateShare),
          default_days: Number(rules.defaultDays),
          recourse_months: Number(rules.recourseMonths),
          re_recourse_months: Number(rules.reRecourseMonths),
          limitation_months: Number(rules.limitationMonths),
        },
        block.number,
      );
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
