// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Address } from '../values/hex.ts';
import type { LedgerDate } from '../values/dates.ts';
import type { PartyRole } from '../values/roles.ts';
import type { PartiesTable } from './tables.ts';

/** A legal entity, as the ledger knows it. */
export interface Party {
  readonly id: PartyId;
  readonly scheme: string;
  readonly identifier: string;
  readonly name: string;
  readonly roles: readonly PartyRole[];
  /** All the roles it has once a regulator confirms them. */
  readonly proposedRoles: readonly PartyRole[] | null;
  /** Last day of its admission. */
  readonly validUntil: LedgerDate;
  readonly status: PartiesTable['status'];
  readonly suspensionReason: string | null;
  readonly key: Address | null;
  readonly proposedKey: Address | null;
  readonly recoveryOrder: string | null;
  readonly successor: PartyId | null;
  /** Unix seconds. */
  readonly admittedAt: number;
}
