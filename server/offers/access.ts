import { HOLDER_ROLES, PARTY_ROLES } from '../parties/roles.ts';
import { USER_ROLES } from '../auth/caller.ts';

/** Everybody but the operator, which sees no quotes, no notes and no cash. */
export const MEMBERS = {
  partyRoles: PARTY_ROLES.filter((role) => role !== 'operator'),
  userRoles: USER_ROLES,
} as const;

/** Who makes offers. */
export const OFFERERS = { partyRoles: ['financier'], userRoles: ['maker'] } as const;

/** Who takes them: whoever may hold notes. */
export const TAKERS = { partyRoles: HOLDER_ROLES, userRoles: ['maker'] } as const;

/** Who may ask what an offer would come to. */
export const LOOKING = { partyRoles: HOLDER_ROLES, userRoles: USER_ROLES } as const;

/** Whom a request for quotes may concern. */
export const ASKING = { partyRoles: [...HOLDER_ROLES, 'auditor', 'regulator'], userRoles: USER_ROLES } as const;
