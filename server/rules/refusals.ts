import { defineRefusals } from '../values/errors.ts';

/** Errors of `RuleBook`, under the same names. */
export const ruleRefusals = defineRefusals({
  RULE_SET_NOT_AHEAD: {
    rule: 'RUL-1',
    status: 422,
    sentence:
      'A rule set takes effect after today ({today}) and not before the last one ({earliest}); this one says {effectiveFrom}.',
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
  NO_BUSINESS_DAY: { rule: 'RUL-5', status: 422, sentence: 'No business day within 30 days of {day}.' },
  // From here on, what the gateway itself refuses.
  CALENDAR_RANGE: {
    rule: 'RUL-6',
    status: 422,
    sentence: 'The calendar is read from one day to a later one, at most {maximum} days; this asks for {from} to {to}.',
  },
});

/** The rules behind `ruleRefusals`, in plain words. */
export const ruleRules: Readonly<Record<string, string>> = {
  'RUL-1': 'Rules are published before the day they take effect, and nothing published is ever changed.',
  'RUL-2': 'A rule set says something about everything it governs.',
  'RUL-3': 'A payable is governed, for life, by the rule set in effect on its issue date.',
  'RUL-4': 'Holidays and working weekend days are declared ahead; the past is not rewritten.',
  'RUL-5': 'What falls due on a day that is no business day is due on the next one.',
  'RUL-6': 'A question about the calendar is bounded.',
  'RUL-7': "A share of a financier's risk assets is a part of the whole, which is 10000 basis points.",
};
