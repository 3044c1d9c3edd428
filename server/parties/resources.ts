// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { DeeptierError } from '../values/errors.ts';
import { address, instant, ledgerDateText } from '../values/schemas.ts';
import type { Party } from './party.ts';
import { partyById, partyNames, type Succession } from './queries.ts';
import { partyRefusals } from './refusals.ts';
import { partyReference, partyRole, referenceTo } from './schemas.ts';
import { partyId, type PartyId } from '../values/ids.ts';

export const PARTY_STATUSES = ['active', 'suspended', 'succeeded'] as const;

export const partyResource = z
  .strictObject({
    id: partyId,
    name: z.string().meta({ example: 'Hengtai Motors Co., Ltd.' }),
    scheme: z.string().meta({ example: 'USCC' }),
    identifier: z.string().meta({ example: '91440101MA5HTM018B' }),
    roles: z.array(partyRole),
    proposedRoles: z.array(partyRole).nullable().meta({ description: 'All its roles once a regulator confirms them.' }),
    status: z.enum(PARTY_STATUSES),
    suspensionReason: z.string().nullable().meta({ description: 'Shown to the party, operators and regulators.' }),
    validUntil: ledgerDateText.meta({ description: 'Last day of the admission.' }),
    admittedAt: instant,
    key: address.nullable().meta({ description: 'The key that signs for the party; null once it was succeeded.' }),
    proposedKey: address.nullable().meta({ description: 'Proposed in place of a lost key; a regulator confirms it.' }),
    recoveryOrder: z.string().nullable(),
    successor: partyReference.nullable(),
  })
  .meta({ id: 'Party', description: 'A legal entity on the ledger.' });

export const successionResource = z
  .strictObject({
    predecessor: partyReference,
    successor: partyReference,
    order: z.string().meta({ example: 'SAMR 2026-118' }),
    successorConsented: z.boolean(),
    predecessorConsentBy: partyReference
      .nullable()
      .meta({ description: 'The predecessor itself, or a regulator for it.' }),
    completed: z.boolean(),
  })
  .meta({ id: 'Succession', description: 'One party succeeding another, as after a merger.' });

/** The party of that number as the caller may see it. Throws `PARTY_UNKNOWN`. */
export async function partyShownTo(ctx: Context, id: PartyId): Promise<z.input<typeof partyResource>> {
  const [shown] = await partiesShownTo(ctx, [await knownParty(ctx, id)]);
  return shown as z.input<typeof partyResource>;
}

export async function partiesShownTo(
  ctx: Context,
  parties: readonly Party[],
): Promise<z.input<typeof partyResource>[]> {
  const names = await partyNames(
    ctx.db,
    parties.flatMap(({ successor }) => successor ?? []),
    ctx.asOf,
  );
  const { caller } = ctx;
  const supervises = caller.partyRoles.includes('operator') || caller.partyRoles.includes('regulator');
  return parties.map(({ admittedAt, ...party }) => ({
    ...party,
    id: String(party.id),
    roles: [...party.roles],
    proposedRoles: party.proposedRoles && [...party.proposedRoles],
    suspensionReason: supervises || caller.party === party.id ? party.suspensionReason : null,
    admittedAt: new Date(admittedAt * 1000).toISOString(),
    successor: party.successor === null ? null : referenceTo(party.successor, names),
  }));
}

export async function successionsShown(
  ctx: Context,
  successions: readonly Succession[],
): Promise<z.input<typeof successionResource>[]> {
  const parties = successions.flatMap(({ predecessor, successor, predecessorConsentBy }) =>
    [predecessor, successor, predecessorConsentBy ?? []].flat(),
  );
  const names = await partyNames(ctx.db, parties, ctx.asOf);
  return successions.map(({ predecessor, successor, predecessorConsentBy, ...rest }) => ({
    ...rest,
    predecessor: referenceTo(predecessor, names),
    successor: referenceTo(successor, names),
    predecessorConsentBy: predecessorConsentBy === null ? null : referenceTo(predecessorConsentBy, names),
  }));
}

/** Throws `PARTY_UNKNOWN`. */
export async function knownParty(ctx: Context, id: PartyId): Promise<Party> {
  const party = await partyById(ctx.db, id, ctx.asOf);
  if (!party) throw new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: String(id) });
  return party;
}
