import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import { current, put, remove } from '../store/versioned.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { calendarDaysTable, ruleSetsTable } from './tables.ts';

/** `IRuleBook.RuleSet`, as the event carries it. */
interface PublishedRules {
  readonly effectiveFrom: number;
  readonly maxTermMonths: number;
  readonly maxTier: number;
  readonly maxChildren: number;
  readonly offerWindowDays: number;
  readonly minNote: number;
  readonly recourseAllowed: boolean;
  readonly maxDebtorShare: number;
  readonly maxAffiliateShare: number;
  readonly defaultDays: number;
  readonly recourseMonths: number;
  readonly reRecourseMonths: number;
  readonly limitationMonths: number;
}

/** Rule sets and the calendar, as `RuleBook` announces them. */
export const ruleProjection: Projection = {
  name: 'rules',
  tables: [ruleSetsTable, calendarDaysTable],
  on: {
    'RuleBook.RuleSetPublished': async (tx, { args, block }) => {
      const rules = args['rules'] as PublishedRules;
      await put(
        tx,
        ruleSetsTable,
        { number: args['ruleSet'] as number },
        {
          effective_from: dateOfDayNumber(rules.effectiveFrom),
          max_term_months: rules.maxTermMonths,
          max_tier: rules.maxTier,
          max_children: rules.maxChildren,
          offer_window_days: rules.offerWindowDays,
          min_note: BigInt(rules.minNote),
          recourse_allowed: rules.recourseAllowed,
          max_debtor_share: rules.maxDebtorShare,
          max_affiliate_share: rules.maxAffiliateShare,
          default_days: rules.defaultDays,
          recourse_months: rules.recourseMonths,
          re_recourse_months: rules.reRecourseMonths,
          limitation_months: rules.limitationMonths,
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
