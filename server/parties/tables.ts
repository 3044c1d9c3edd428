// SPDX-License-Identifier: Apache-2.0
import type { LedgerDate } from '../values/dates.ts';
import type { PartyId } from '../values/ids.ts';
import { bigint, boolean, date, integer, oneOf, text } from '../store/columns.ts';
import { type RowOf, versionedTable } from '../store/versioned.ts';

declare module '../store/database.ts' {
  interface Tables {
    parties: PartiesTable;
    successions: SuccessionsTable;
    standing_acceptances: StandingAcceptancesTable;
  }
}

export const partiesTable = versionedTable('parties', {
  columns: {
    id: bigint<PartyId>(),
    scheme: text(),
    identifier: text(),
    name: text(),
    /** Bits of `Roles.sol`. */
    roles: integer(),
    /** The whole mask that waits for a regulator. */
    proposed_roles: integer().orNull(),
    valid_until: date<LedgerDate>(),
    status: oneOf(['active', 'suspended', 'succeeded']),
    suspension_reason: text().orNull(),
    /** Checksummed; none once it was succeeded. */
    key: text().orNull(),
    proposed_key: text().orNull(),
    /** The order a proposed key rests on. */
    recovery_order: text().orNull(),
    successor: bigint<PartyId>().orNull(),
    /** Unix seconds. */
    admitted_at: bigint(),
  },
  key: ['id'],
  indexes: { by_identifier: '(scheme, identifier)', by_successor: '(successor) where successor is not null' },
});
export type PartiesTable = RowOf<typeof partiesTable>;

export const successionsTable = versionedTable('successions', {
  columns: {
    predecessor: bigint<PartyId>(),
    successor: bigint<PartyId>(),
    order_reference: text(),
    successor_consented: boolean(),
    /** The predecessor itself, or a regulator. */
    predecessor_consent_by: bigint<PartyId>().orNull(),
    completed: boolean(),
  },
  key: ['predecessor'],
});
export type SuccessionsTable = RowOf<typeof successionsTable>;

/** A row is an acceptance; where there is none, each transfer waits for its recipient. */
export const standingAcceptancesTable = versionedTable('standing_acceptances', {
  columns: {
    recipient: bigint<PartyId>(),
    /** 0 stands for anyone. */
    sender: bigint<PartyId>(),
  },
  key: ['recipient', 'sender'],
});
export type StandingAcceptancesTable = RowOf<typeof standingAcceptancesTable>;
