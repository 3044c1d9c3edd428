// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { LedgerEvent } from '../ledger/contract-types.ts';
import { fixedText } from '../values/fixed-text.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { type PartiesTable, partiesTable, standingAcceptancesTable, successionsTable } from './tables.ts';

/** Parties, successions and standing acceptances, as `PartyRegistry` announces them. */
export const partyProjection: Projection = {
  name: 'parties',
  tables: [partiesTable, successionsTable, standingAcceptancesTable],
  on: {
    'PartyRegistry.PartyAdmitted': async (tx, { args, block }) => {
      await put(
        tx,
        partiesTable,
        { id: args.party },
        {
          scheme: args.scheme,
          identifier: args.identifier,
          name: args.name,
          roles: Number(args.roles),
          proposed_roles: proposedIn(args),
          valid_until: dateOfDayNumber(args.validUntil),
          status: 'active',
          suspension_reason: null,
          key: args.key,
          proposed_key: null,
          recovery_order: null,
          successor: null,
          admitted_at: BigInt(block.timestamp),
        },
        block.number,
      );
    },
    'PartyRegistry.PartySuspended': (tx, event) =>
      change(tx, event, { status: 'suspended', suspension_reason: event.args.reason }),
    'PartyRegistry.PartyReadmitted': (tx, event) => change(tx, event, { status: 'active', suspension_reason: null }),
    'PartyRegistry.ValidityChanged': (tx, event) =>
      change(tx, event, { valid_until: dateOfDayNumber(event.args.validUntil) }),
    'PartyRegistry.RolesProposed': (tx, event) => change(tx, event, { proposed_roles: proposedIn(event.args) }),
    'PartyRegistry.RolesChanged': (tx, event) =>
      change(tx, event, { roles: Number(event.args.roles), proposed_roles: proposedIn(event.args) }),
    'PartyRegistry.KeyRecoveryProposed': (tx, event) =>
      change(tx, event, { proposed_key: event.args.newKey, recovery_order: fixedText(event.args.order) }),
    'PartyRegistry.KeyRotated': (tx, event) =>
      change(tx, event, { key: event.args.newKey, proposed_key: null, recovery_order: null }),
    'PartyRegistry.SuccessionProposed': async (tx, { args, block }) => {
      await put(
        tx,
        successionsTable,
        { predecessor: args.predecessor },
        {
          successor: args.successor,
          order_reference: fixedText(args.order),
          successor_consented: false,
          predecessor_consent_by: null,
          completed: false,
        },
        block.number,
      );
    },
    'PartyRegistry.SuccessionConsented': (tx, { args, block }) =>
      patch(
        tx,
        successionsTable,
        { predecessor: args.predecessor },
        args.bySuccessor ? { successor_consented: true } : { predecessor_consent_by: args.by },
        block.number,
      ),
    'PartyRegistry.PartySucceeded': async (tx, { args, block }) => {
      const predecessor = args.predecessor;
      await patch(tx, successionsTable, { predecessor }, { completed: true }, block.number);
      await patch(
        tx,
        partiesTable,
        { id: predecessor },
        {
          status: 'succeeded',
          successor: args.successor,
          suspension_reason: null,
          proposed_roles: null,
          key: null,
          proposed_key: null,
          recovery_order: null,
        },
        block.number,
      );
    },
    'PartyRegistry.StandingAcceptanceChanged': async (tx, { args, block }) => {
      const key = { recipient: args.recipient, sender: args.sender };
      const known = await current(tx, standingAcceptancesTable, key);
      if (args.accepted === true && !known) await put(tx, standingAcceptancesTable, key, {}, block.number);
      if (args.accepted === false && known) await remove(tx, standingAcceptancesTable, key, block.number);
    },
  },
};

/** The whole mask that waits for a regulator; the ledger says 0 where nothing does. */
function proposedIn({ proposedRoles }: { readonly proposedRoles: bigint }): number | null {
  return proposedRoles === 0n ? null : Number(proposedRoles);
}

function change(
  tx: Transaction,
  { args, block }: Pick<LedgerEvent, 'block'> & { readonly args: { readonly party: PartyId } },
  changes: Partial<PartiesTable>,
): Promise<void> {
  return patch(tx, partiesTable, { id: args.party }, changes, block.number);
}
