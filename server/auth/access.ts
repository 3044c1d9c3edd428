// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import { type Caller, USER_ROLES, type UserRole } from './caller.ts';
import { authRefusals } from './refusals.ts';

/**
 * Who may call a route. A caller needs one of the party roles *and* one of the user roles.
 * There is no default: a route without it cannot be declared.
 */
export type Access =
  'public' | { readonly partyRoles: 'any' | readonly string[]; readonly userRoles: readonly UserRole[] };

/** Throws `ACCESS_DENIED` unless the caller has what the route asks for. */
export function checkAccess(access: Exclude<Access, 'public'>, caller: Caller): void {
  const partyAllowed =
    access.partyRoles === 'any' || access.partyRoles.some((role) => caller.partyRoles.includes(role));
  const userAllowed = access.userRoles.some((role) => caller.userRoles.includes(role));
  if (partyAllowed && userAllowed) return;
  throw new DeeptierError(authRefusals.ACCESS_DENIED, {
    partyRoles: access.partyRoles === 'any' ? 'any' : [...access.partyRoles],
    userRoles: [...access.userRoles],
  });
}

/** Throws if `access`, as found at run time, would leave open who may call. */
export function assertAccess(access: Access | undefined, where: string): asserts access is Access {
  if (access === 'public') return;
  if (access === undefined || access === null || typeof access !== 'object') {
    throw new TypeError(`${where} does not say who may call it`);
  }
  const { partyRoles, userRoles } = access;
  if (partyRoles !== 'any' && !(Array.isArray(partyRoles) && partyRoles.length > 0)) {
    throw new TypeError(`${where} names no role of parties that may call it`);
  }
  if (
    !Array.isArray(userRoles) ||
    userRoles.length === 0 ||
    !userRoles.every((role: unknown) => (USER_ROLES as readonly unknown[]).includes(role))
  ) {
    throw new TypeError(`${where} names no known role of users that may call it`);
  }
}
