// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `Concentration`, under the same names, and what the gateway itself refuses of limits and groups. */
export const limitRefusals = defineRefusals({
  RISK_ASSETS_UNDECLARED: {
    rule: 'FIN-30',
    status: 409,
    sentence: 'Financier {financier} has declared no risk assets in {currency}.',
  },
  DEBTOR_SHARE_EXCEEDED: {
    rule: 'FIN-31',
    status: 409,
    sentence:
      'The exposure of financier {financier} to party {debtor} is {exposure} {currency}; {wanted} more would exceed its limit of {limit}.',
  },
  AFFILIATE_SHARE_EXCEEDED: {
    rule: 'FIN-32',
    status: 409,
    sentence:
      'The exposure of financier {financier} to its affiliates is {exposure} {currency}; {wanted} more would exceed its limit of {limit}.',
  },
  NOT_A_COUNTER: {
    rule: 'FIN-33',
    status: 403,
    sentence: 'Only the financing contracts count exposure; the caller {caller} is not one of them.',
  },
  TOO_MANY_PARTIES: {
    rule: 'FIN-34',
    status: 422,
    sentence: 'The instruction names {count} parties; at most {maximum} are allowed.',
  },
  // From here on, what the gateway itself refuses.
  LIMITS_NOT_YOURS: {
    rule: 'FIN-35',
    status: 403,
    sentence: 'Your party may not see the risk limits of party {party}.',
  },
  GROUP_UNKNOWN: { rule: 'FIN-36', status: 404, sentence: 'Your party has no group of obligors {name}.' },
});

/** The rules behind `limitRefusals`, in plain words. */
export const limitRules: Readonly<Record<string, string>> = {
  'FIN-30': 'A financier declares its risk assets in a currency before it takes on exposure in it.',
  'FIN-31':
    "A financier's exposure to one debtor, notes and loans together, never exceeds the share of its risk assets that the rule set of the day allows.",
  'FIN-32':
    "A financier's exposure to its affiliates together never exceeds the share of its risk assets that the rule set of the day allows.",
  'FIN-33': 'Exposure is counted in the transaction that takes it on, and nowhere else.',
  'FIN-34': 'The number of parties that one instruction names is limited.',
  'FIN-35': "A financier's exposure is shown to itself, to regulators, and to auditors that hold a grant.",
  'FIN-36': 'A group of obligors belongs to the financier that defined it; a group without members does not exist.',
};
