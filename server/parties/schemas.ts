// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ledgerDateText } from '../values/schemas.ts';
import { partyId, type PartyId } from '../values/ids.ts';
import { PARTY_ROLES, type PartyRole } from '../values/roles.ts';

/** A party beside its name, as every resource mentions it. */
export const partyReference = z
  .strictObject({ id: partyId, name: z.string().meta({ example: 'Minghua Axles Co., Ltd.' }) })
  .meta({ id: 'PartyReference', description: 'A party and its registered name.' });

export const partyRole = z.enum(PARTY_ROLES).meta({ id: 'PartyRole', description: 'A role of a party.' });

/** At least one role, each once. */
export const partyRoles = z
  .array(partyRole)
  .min(1)
  .max(PARTY_ROLES.length)
  .refine((roles) => new Set<PartyRole>(roles).size === roles.length, 'must name each role once');

/** A date the ledger can keep: it counts days from 1970. */
export const dateOnLedger = ledgerDateText.refine((date) => date >= '1970-01-01', 'must not be before 1970-01-01');

/** What `partyReference` describes, of a party whose name was looked up. */
export function referenceTo(id: PartyId, names: ReadonlyMap<PartyId, string>): z.input<typeof partyReference> {
  return { id: String(id), name: names.get(id) ?? '' };
}
