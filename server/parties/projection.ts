import type { Hex } from 'viem';
import type { LedgerEvent } from '../ledger/contracts.ts';
import { fixedText } from '../values/fixed-text.ts';
import { dateOfDayNumber } from '../values/dates.ts';
import type { Projection } from '../ledger/projector/projection.ts';
import type { Transaction } from '../store/database.ts';
import { current, patch, put, remove } from '../store/versioned.ts';
import { CONFIRMED_ROLES_MASK } from './roles.ts';
import { type PartiesTable, partiesTable, standingAcceptancesTable, successionsTable } from './tables.ts';

/** Parties, successions and standing acceptances, as `PartyRegistry` announces them. */
export const partyProjection: Projection = {
  name: 'parties',
  tables: [partiesTable, successionsTable, standingAcceptancesTable],
  on: {
    'PartyRegistry.PartyAdmitted': async (tx, { args, block }) => {
      const awaiting = args['awaitingRoles'] as number;
      const roles = args['roles'] as number;
      await put(
        tx,
        partiesTable,
        { id: partyIn(args, 'party') },
        {
          scheme: args['scheme'] as string,
          identifier: args['identifier'] as string,
          name: args['name'] as string,
          roles,
          proposed_roles: awaiting === 0 ? null : roles | awaiting,
          valid_until: dateOfDayNumber(args['validUntil'] as number),
          status: 'active',
          suspension_reason: null,
          key: args['key'] as string,
          proposed_key: null,
          recovery_order: null,
          successor: null,
          admitted_at: BigInt(block.timestamp),
        },
        block.number,
      );
    },
    'PartyRegistry.PartySuspended': (tx, event) =>
      change(tx, event, { status: 'suspended', suspension_reason: event.args['reason'] as string }),
    'PartyRegistry.PartyReadmitted': (tx, event) => change(tx, event, { status: 'active', suspension_reason: null }),
    'PartyRegistry.ValidityChanged': (tx, event) =>
      change(tx, event, { valid_until: dateOfDayNumber(event.args['validUntil'] as number) }),
    'PartyRegistry.RolesProposed': (tx, event) => change(tx, event, { proposed_roles: event.args['roles'] as number }),
    'PartyRegistry.RolesChanged': async (tx, event) => {
      const roles = event.args['roles'] as number;
      const before = await current(tx, partiesTable, { id: partyIn(event.args, 'party') });
      // What waits for a regulator always differs in a role that only a regulator confirms; any other change leaves it waiting.
      const confirmed = (((before?.roles ?? 0) ^ roles) & CONFIRMED_ROLES_MASK) !== 0;
      await change(tx, event, confirmed ? { roles, proposed_roles: null } : { roles });
    },
    'PartyRegistry.KeyRecoveryProposed': (tx, event) =>
      change(tx, event, {
        proposed_key: event.args['newKey'] as string,
        recovery_order: fixedText(event.args['order'] as Hex),
      }),
    'PartyRegistry.KeyRotated': (tx, event) =>
      change(tx, event, { key: event.args['newKey'] as string, proposed_key: null, recovery_order: null }),
    'PartyRegistry.SuccessionProposed': async (tx, { args, block }) => {
      await put(
        tx,
        successionsTable,
        { predecessor: partyIn(args, 'predecessor') },
        {
          successor: partyIn(args, 'successor'),
          order_reference: fixedText(args['order'] as Hex),
          successor_consented: false,
          predecessor_consent_by: null,
          completed: false,
        },
        block.number,
      );
    },
    'PartyRegistry.SuccessionConsented': async (tx, { args, block }) => {
      const key = { predecessor: partyIn(args, 'predecessor') };
      const by = partyIn(args, 'by');
      const succession = await current(tx, successionsTable, key);
      const bySuccessor = succession?.successor === by && !succession.successor_consented;
      await patch(
        tx,
        successionsTable,
        key,
        bySuccessor ? { successor_consented: true } : { predecessor_consent_by: by },
        block.number,
      );
    },
    'PartyRegistry.PartySucceeded': async (tx, { args, block }) => {
      const predecessor = partyIn(args, 'predecessor');
      await patch(tx, successionsTable, { predecessor }, { completed: true }, block.number);
      await patch(
        tx,
        partiesTable,
        { id: predecessor },
        {
          status: 'succeeded',
          successor: partyIn(args, 'successor'),
          suspension_reason: null,
          key: null,
          proposed_key: null,
          recovery_order: null,
        },
        block.number,
      );
    },
    'PartyRegistry.StandingAcceptanceChanged': async (tx, { args, block }) => {
      const key = { recipient: partyIn(args, 'recipient'), sender: partyIn(args, 'from') };
      const known = await current(tx, standingAcceptancesTable, key);
      if (args['accepted'] === true && !known) await put(tx, standingAcceptancesTable, key, {}, block.number);
      if (args['accepted'] === false && known) await remove(tx, standingAcceptancesTable, key, block.number);
    },
  },
};

function change(tx: Transaction, { args, block }: LedgerEvent, changes: Partial<PartiesTable>): Promise<void> {
  return patch(tx, partiesTable, { id: partyIn(args, 'party') }, changes, block.number);
}

function partyIn(args: LedgerEvent['args'], name: string): bigint {
  return BigInt(args[name] as number);
}
