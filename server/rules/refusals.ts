// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `RuleBook`, under the same names. */
export const ruleRefusals = defineRefusals({
  RULE_SET_NOT_AHEAD: {
    rule: 'RUL-1',
    status: 422,
    sentence:
      'A rule set takes effect after today ({today}) and not before the last one ({earliest}); this one would take effect on {effectiveFrom}.',
  },
  RULE_SET_INCOMPLETE: { rule: 'RUL-2', status: 422, sentence: "The rule set's {field} must be at least 1." },
  SHARE_ABOVE_WHOLE: {
    rule: 'RUL-7',
    status: 422,
    sentence: "The rule set's {field} is {share} basis points, more than the whole.",
  },
  NO_RULE_SET: { rule: 'RUL-3', status: 404, sentence: 'No rule set is in effect on {day}.' },
  CALENDAR_CLOSED: {
    rule: 'RUL-4',
    status: 422,
    sentence: 'The calendar of {day} is closed: only days after today ({today}) can be set.',
  },
  NO_BUSINESS_DAY: { rule: 'RUL-5', status: 422, sentence: 'There is no business day within 30 days of {day}.' },
  // From here on, what the gateway itself refuses.
  CALENDAR_RANGE: {
    rule: 'RUL-6',
    status: 422,
    sentence: 'The calendar is read from one day to a later one, at most {maximum} days; this asks for {from} to {to}.',
  },
});

/** The rules behind `ruleRefusals`, in plain words. */
export const ruleRules: Readonly<Record<string, string>> = {
  'RUL-1': 'Rules are published before the day they take effect, and a published rule set never changes.',
  'RUL-2': 'A rule set defines every value that it governs.',
  'RUL-3': 'A payable is governed, for life, by the rule set in effect on its issue date.',
  'RUL-4': 'Holidays and working weekend days are declared in advance; past days are never changed.',
  'RUL-5': 'An amount that falls due on a day that is not a business day is due on the next business day.',
  'RUL-6': 'The number of days in a calendar query is limited.',
  'RUL-7': "A share of a financier's risk assets is a part of the whole, which is 10000 basis points.",
};
