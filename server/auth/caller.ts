// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Address } from '../values/hex.ts';
import type { DeeptierError } from '../values/errors.ts';

/** What a user may do within a party. No role implies another. */
export const USER_ROLES = ['admin', 'maker', 'checker', 'viewer'] as const;

export type UserRole = (typeof USER_ROLES)[number];

/** The user behind a request and the party it speaks for. */
export interface Caller {
  readonly userId: string;
  readonly username: string;
  readonly party: PartyId;
  readonly partyName: string;
  /** The party's current signing key. */
  readonly key: Address;
  readonly partyRoles: readonly string[];
  readonly userRoles: readonly UserRole[];
}

/** What the platform must know of a party; told by whoever keeps the register. */
export interface PartyFacts {
  readonly name: string;
  readonly key: Address;
  readonly roles: readonly string[];
  /** Why this party's users may read but not write at present; `undefined` while they may. */
  readonly writesRefused: DeeptierError | undefined;
}

/** Looks a party up as it stands now; `undefined` if there is none of that number. */
export type PartyOf = (party: PartyId) => Promise<PartyFacts | undefined>;
