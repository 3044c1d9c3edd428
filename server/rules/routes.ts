// SPDX-License-Identifier: Apache-2.0
import { ANYBODY, OPERATOR_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { type LedgerDate, dateOfDayNumber, daysBetween } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { ledgerDateText } from '../values/schemas.ts';
import { actingRefusals } from '../parties/refusals.ts';
import { calendarDaysBody, publishRuleSet, setCalendarDays } from './commands.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { ruleSetBody, ruleSetFields } from './fields.ts';
import { ledgerToday } from '../values/ledger-date.ts';
import { calendar, ruleSetByNumber, ruleSetOn, ruleSetsPage } from './queries.ts';
import { eventOf, eventsOf } from '../ledger/contract-types.ts';
import { ruleRefusals } from './refusals.ts';

const MOST_CALENDAR_DAYS = 400;

const ruleSetResource = z
  .strictObject({
    number: z.int().meta({ description: 'In the order of the effective dates.', example: 2 }),
    ...ruleSetFields,
  })
  .meta({
    id: 'RuleSet',
    description: 'Rules that govern a payable for life, from those in effect on its issue date.',
  });

const calendarDay = z
  .strictObject({ date: ledgerDateText, kind: z.enum(DAY_KINDS), businessDay: z.boolean() })
  .meta({ id: 'CalendarDay' });

/** Rule sets and the ledger's calendar. */
export function ruleRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'post',
      path: '/v1/rule-sets',
      summary: 'Publish a rule set before it takes effect',
      description:
        'It governs payables issued from its effective date on; existing payables keep the rules they were issued under.',
      access: OPERATOR_CHECKERS,
      body: ruleSetBody,
      status: 201,
      response: ruleSetResource,
      refusals: [
        ruleRefusals.RULE_SET_NOT_AHEAD,
        ruleRefusals.RULE_SET_INCOMPLETE,
        ruleRefusals.SHARE_ABOVE_WHOLE,
        ...actingRefusals,
      ],
      async prepare(_ctx, { body }) {
        return { calls: [publishRuleSet(body)] };
      },
      async respond(ctx, outcome) {
        const { args } = eventOf(outcome.events, 'RuleBook.RuleSetPublished');
        const ruleSet = await ruleSetByNumber(ctx.db, Number(args.ruleSet), ctx.asOf);
        if (!ruleSet) throw new Error('a rule set was published that is not in the tables');
        return { body: ruleSet };
      },
    }),
    readRoute({
      path: '/v1/rule-sets',
      summary: 'List all rule sets, in the order of their effective dates',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject(pageQuery),
      response: pageOf(ruleSetResource),
      refusals: [],
      async handle(ctx) {
        const page = await ruleSetsPage(ctx.db, ctx.asOf, ctx.page);
        return ctx.page.of(
          page,
          ({ number }) => [String(number)],
          (ruleSet) => ruleSet,
        );
      },
    }),
    readRoute({
      path: '/v1/rule-sets/effective',
      summary: 'Show the rule set in effect on a day; today if none is named',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject({ date: ledgerDateText.optional() }),
      response: ruleSetResource,
      refusals: [ruleRefusals.NO_RULE_SET],
      async handle(ctx, { query }) {
        const day = (query.date as LedgerDate | undefined) ?? ledgerToday(ctx.chain.clock);
        const ruleSet = await ruleSetOn(ctx.db, day, ctx.asOf);
        if (!ruleSet) throw new DeeptierError(ruleRefusals.NO_RULE_SET, { day });
        return ruleSet;
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/calendar-days',
      summary: 'Declare future holidays and working weekend days',
      access: OPERATOR_CHECKERS,
      body: calendarDaysBody,
      status: 200,
      response: z.strictObject({ items: z.array(calendarDay) }),
      refusals: [ruleRefusals.CALENDAR_CLOSED, ...actingRefusals],
      async prepare(_ctx, { body }) {
        return { calls: [setCalendarDays(body)] };
      },
      async respond(ctx, outcome) {
        const dates = eventsOf(outcome.events, 'RuleBook.CalendarDaySet')
          .map(({ args }) => dateOfDayNumber(args.day))
          .sort();
        const days = await Promise.all(dates.map((date) => calendar(ctx.db, date, date, ctx.asOf)));
        return { body: { items: days.flat() } };
      },
    }),
    readRoute({
      path: '/v1/calendar',
      summary: 'Show which days are business days',
      description: 'A payable that falls due on another day is due on the next business day.',
      access: ANYBODY,
      lookUp: null,
      query: z.strictObject({ from: ledgerDateText, to: ledgerDateText }),
      response: z.strictObject({ items: z.array(calendarDay) }),
      refusals: [ruleRefusals.CALENDAR_RANGE],
      async handle(ctx, { query }) {
        const [from, to] = [query.from, query.to];
        const days = daysBetween(from, to) + 1;
        if (days < 1 || days > MOST_CALENDAR_DAYS) {
          throw new DeeptierError(ruleRefusals.CALENDAR_RANGE, { from, to, maximum: MOST_CALENDAR_DAYS });
        }
        return { items: await calendar(ctx.db, from, to, ctx.asOf) };
      },
    }),
  ];
}
