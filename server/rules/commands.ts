// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { call, type Call } from '../ledger/contract-types.ts';
import { dayNumber } from '../values/dates.ts';
import { dateOnLedger } from '../parties/schemas.ts';
import { DAY_KINDS } from './day-kinds.ts';
import { type Rules, rulesOnLedger } from './fields.ts';

const MOST_DAYS = 100;

export const calendarDaysBody = z.strictObject({
  dates: z
    .array(dateOnLedger)
    .min(1)
    .max(MOST_DAYS)
    .refine((dates) => new Set(dates).size === dates.length, 'must name each day once'),
  kind: z.enum(DAY_KINDS).meta({ description: 'by-weekday takes an earlier declaration back.' }),
});

export function publishRuleSet(rules: Rules): Call {
  return call('RuleBook', 'publish', rulesOnLedger(rules));
}

export function setCalendarDays({ dates, kind }: z.output<typeof calendarDaysBody>): Call {
  return call(
    'RuleBook',
    'setCalendarDays',
    dates.map((date) => dayNumber(date)),
    DAY_KINDS.indexOf(kind),
  );
}
