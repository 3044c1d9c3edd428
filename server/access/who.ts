// SPDX-License-Identifier: Apache-2.0
import { USER_ROLES, type UserRole } from '../auth/caller.ts';
import { HOLDER_ROLES, PARTY_ROLES, type PartyRole } from '../values/roles.ts';

// Who may do what, said once: each set is a choice of parties and one of their users. A route names one of them.

/** Everybody but the operator, which admits parties and sets rules: what anybody owes, holds or offers is not its business. */
const MEMBER_ROLES = PARTY_ROLES.filter((role) => role !== 'operator');

/** Those that may have something at stake, whatever their roles are by now; who only watches has not. */
const PRINCIPAL_ROLES = MEMBER_ROLES.filter((role) => role !== 'regulator' && role !== 'auditor');

export const ANYBODY = all('any');
export const ADMINISTRATORS = only('admin', 'any');
export const CHECKERS = only('checker', 'any');

export const OPERATOR_MAKERS = only('maker', ['operator']);
export const OPERATOR_CHECKERS = only('checker', ['operator']);
export const REGULATOR_MAKERS = only('maker', ['regulator']);
export const REGULATOR_CHECKERS = only('checker', ['regulator']);

export const MEMBERS = all(MEMBER_ROLES);
export const MEMBER_MAKERS = only('maker', MEMBER_ROLES);

/**
 * Of what was begun, and must come to its end: an offer, a loan, a payment, a claim. Who took another's place does what
 * that one had to do, whatever its own roles are: the ledger says who it is.
 */
export const PRINCIPALS = all(PRINCIPAL_ROLES);
export const PRINCIPAL_MAKERS = only('maker', PRINCIPAL_ROLES);
export const PRINCIPAL_CHECKERS = only('checker', PRINCIPAL_ROLES);

/** Who may hold notes, and so bring documents, sell, borrow, and ask what that would come to. */
export const HOLDERS = all(HOLDER_ROLES);
export const HOLDER_MAKERS = only('maker', HOLDER_ROLES);
export const HOLDER_CHECKERS = only('checker', HOLDER_ROLES);
/** Whoever works with documents; an administrator looks after users. */
export const HOLDER_DESKS = { partyRoles: HOLDER_ROLES, userRoles: ['maker', 'checker', 'viewer'] } as const;
export const HOLDERS_AND_WATCHERS = all([...HOLDER_ROLES, 'auditor', 'regulator']);

export const OBLIGORS = all(['obligor']);
export const OBLIGOR_MAKERS = only('maker', ['obligor']);
export const OBLIGOR_CHECKERS = only('checker', ['obligor']);
export const LIMIT_READERS = all(['operator', 'regulator', 'obligor']);

export const FINANCIERS = all(['financier']);
export const FINANCIER_MAKERS = only('maker', ['financier']);
export const FINANCIERS_AND_WATCHERS = all(['financier', 'regulator', 'auditor']);

export const BANK_MAKERS = only('maker', ['settlement-bank']);
export const BANK_CHECKERS = only('checker', ['settlement-bank']);

/** What a carrier of a cover consents to, it pays. */
export const CARRIER_CHECKERS = only('checker', ['guarantor', 'insurer', 'financier']);

/** Who has records that an auditor may be let in to, and the regulator, which opens anybody's. */
export const GRANTOR_MAKERS = only('maker', [...HOLDER_ROLES, 'regulator']);

function all<const P extends 'any' | readonly PartyRole[]>(partyRoles: P) {
  return { partyRoles, userRoles: USER_ROLES } as const;
}

function only<const U extends UserRole, const P extends 'any' | readonly PartyRole[]>(user: U, partyRoles: P) {
  return { partyRoles, userRoles: [user] } as const;
}
