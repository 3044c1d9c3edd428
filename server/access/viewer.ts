// SPDX-License-Identifier: Apache-2.0
import type { AccessGrantId, PartyId } from '../values/ids.ts';
import type { Caller } from '../auth/caller.ts';
import type { Database, Queryable } from '../store/database.ts';
import type { Clock } from '../values/clock.ts';
import type { LookUp } from './look-up.ts';

/** Permission for an auditor to look. */
export interface Grant {
  readonly id: AccessGrantId;
  readonly scope: 'payable' | 'party' | 'all';
  /** Number of the payable or party; 0 for all. */
  readonly subject: bigint;
}

/** What decides who may see what; told by whoever keeps the register of parties and the grants. */
export interface AccessSource {
  /** The grants that open something to that party now: none while it may not act itself. */
  grantsTo(viewer: Viewer): Promise<readonly Grant[]>;
  /** The parties that a party succeeded, directly or in turn. */
  predecessorsOf(db: Queryable, party: PartyId): Promise<readonly PartyId[]>;
  /** Puts a look on record for good, with the grants that opened it. */
  record(viewer: Viewer, what: LookUp, grants: readonly AccessGrantId[]): Promise<void>;
}

/** Somebody who asks to see something. */
export interface Viewer {
  readonly caller: Caller;
  readonly db: Queryable;
  /** For what is recorded of a read, whose own connection is a snapshot that nothing is written through. */
  readonly records: Database;
  readonly chain: { readonly clock: Clock };
  readonly requestId: string;
  readonly access: AccessSource;
}

export function grantsTo(viewer: Viewer): Promise<readonly Grant[]> {
  return viewer.access.grantsTo(viewer);
}

export async function withPredecessors({ access, db }: Viewer, party: PartyId): Promise<Set<PartyId>> {
  return new Set([party, ...(await access.predecessorsOf(db, party))]);
}
