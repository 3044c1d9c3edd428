import { partyRefusals } from '../parties/refusals.ts';
import { HOLDER_ROLES, PARTY_ROLES } from '../parties/roles.ts';
import { USER_ROLES } from '../auth/caller.ts';

/** Everybody but the operator, which sees no payable and no note; what of them is decided by `visible.ts`. */
export const READERS = {
  partyRoles: PARTY_ROLES.filter((role) => role !== 'operator'),
  userRoles: USER_ROLES,
} as const;

/** Who may hold notes, and moves them. */
export const HOLDERS = { partyRoles: HOLDER_ROLES, userRoles: ['maker'] } as const;

/** Whom an offer may concern, whatever roles it has by now: an offer can always be brought to its end. */
export const CONCERNED = {
  partyRoles: PARTY_ROLES.filter((role) => role !== 'operator' && role !== 'regulator' && role !== 'auditor'),
  userRoles: ['maker'],
} as const;

export const REGULATORS = { partyRoles: ['regulator'], userRoles: ['maker'] } as const;

export const OBLIGOR_MAKERS = { partyRoles: ['obligor'], userRoles: ['maker'] } as const;
export const OBLIGOR_CHECKERS = { partyRoles: ['obligor'], userRoles: ['checker'] } as const;
export const OBLIGOR_USERS = { partyRoles: ['obligor'], userRoles: USER_ROLES } as const;

export const LIMIT_SETTERS = { partyRoles: ['operator'], userRoles: ['checker'] } as const;
export const LIMIT_READERS = { partyRoles: ['operator', 'regulator', 'obligor'], userRoles: USER_ROLES } as const;

/** Why the ledger may refuse another party as supplier or recipient. */
export const STANDING_REFUSALS = [
  partyRefusals.PARTY_UNKNOWN,
  partyRefusals.ROLE_MISSING,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.PARTY_IS_SUCCEEDED,
  partyRefusals.ADMISSION_EXPIRED,
] as const;
