// SPDX-License-Identifier: Apache-2.0
import { defineRefusals } from '../values/errors.ts';

/** Errors of `AccessGrants`, under the same names. */
export const auditRefusals = defineRefusals({
  GRANT_NOT_ALLOWED: {
    rule: 'AUD-1',
    status: 403,
    sentence: 'Party {caller} may not open {scope} {subject} to an auditor.',
  },
  GRANT_ALREADY_EXPIRED: {
    rule: 'AUD-2',
    status: 422,
    sentence: 'The grant would expire at {expiresAt}, which is in the past.',
  },
  GRANT_PURPOSE_MISSING: { rule: 'AUD-3', status: 422, sentence: 'A grant needs a purpose.' },
  GRANT_UNKNOWN: { rule: 'AUD-4', status: 404, sentence: 'There is no grant {grantId}, or it was revoked.' },
  // From here on, what the gateway itself refuses.
  GRANT_SUBJECT_MISPLACED: {
    rule: 'AUD-5',
    status: 422,
    sentence:
      'A grant of one payable names it, and a grant of everything names nothing; this one has the scope {scope}.',
  },
});

/** The rules behind `auditRefusals`, in plain words. */
export const auditRules: Readonly<Record<string, string>> = {
  'AUD-1':
    'An obligor opens its payables to an auditor, a party opens what it holds and owes, a regulator opens anything; the party that gave a grant, or a regulator, revokes it.',
  'AUD-2': 'Every grant has an expiry.',
  'AUD-3': 'Every grant states its purpose.',
  'AUD-4':
    'A grant is known to the party that gave it, the auditor it was given to, and regulators; a revoked one opens nothing and cannot be revoked again.',
  'AUD-5': 'A grant of one payable names it; a grant of everything names nothing.',
};
