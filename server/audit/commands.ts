// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, idFrom, partyId, type PartyId } from '../values/ids.ts';
import { z } from 'zod';
import { call, type Call } from '../ledger/contract-types.ts';
import { DeeptierError } from '../values/errors.ts';
import { decimalPattern, instant, line, maximumOf, numberedId } from '../values/schemas.ts';
import { auditRefusals } from './refusals.ts';
import { GRANT_SCOPES, type GrantScope } from './scopes.ts';

/** Number of a grant; read it with `BigInt`. */
export const accessGrantId = numberedId('AccessGrantId', 64, 'Number of an access grant.', '3');

export const grantScope = z
  .enum(GRANT_SCOPES)
  .meta({
    id: 'GrantScope',
    description:
      'payable: one payable and everything below it; party: what a party holds and owes, and the paths above its notes; all: everything.',
  });

export const accessGrantBody = z.strictObject({
  auditor: partyId,
  scope: grantScope,
  subject: z
    .string()
    .regex(decimalPattern('1', maximumOf(40)), 'must be the number of a payable or a party, as a string')
    .optional()
    .meta({
      description: 'Number of the payable or the party; your own party if the scope is party and none is named.',
      example: '12',
    }),
  expiresAt: instant,
  purpose: line(200, 'What the grant is for.', 'Annual audit 2026'),
});

/** Opens records to an auditor. Throws `GRANT_SUBJECT_MISPLACED` or `GRANT_ALREADY_EXPIRED`; `now` is Unix seconds. */
export function grantAccess(body: z.output<typeof accessGrantBody>, ownParty: PartyId, now: number): Call {
  const expiresAt = Math.floor(Date.parse(body.expiresAt) / 1000);
  if (expiresAt <= now) throw new DeeptierError(auditRefusals.GRANT_ALREADY_EXPIRED, { expiresAt: body.expiresAt });
  return call(
    'AccessGrants',
    'grant',
    idFrom(body.auditor),
    GRANT_SCOPES.indexOf(body.scope),
    subjectOf(body.scope, body.subject, ownParty),
    expiresAt,
    body.purpose,
  );
}

export function revokeAccess(grant: AccessGrantId): Call {
  return call('AccessGrants', 'revoke', grant);
}

function subjectOf(scope: GrantScope, subject: string | undefined, ownParty: PartyId): bigint {
  if (scope === 'party') return BigInt(subject ?? ownParty);
  if (scope === 'payable' && subject !== undefined) return BigInt(subject);
  if (scope === 'all' && subject === undefined) return 0n;
  throw new DeeptierError(auditRefusals.GRANT_SUBJECT_MISPLACED, { scope });
}
