// SPDX-License-Identifier: Apache-2.0
import type { Hex } from '../values/hex.ts';
import { z } from 'zod';
import { type NoteId, partyId, type PartyId } from '../values/ids.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import { decimalPattern, maximumOf } from '../values/schemas.ts';
import { call, type Call } from '../ledger/contract-types.ts';

/** As many as the ledger takes in one instruction. */
export const MOST_AT_ONCE = 100;
const MOST_MEMBERS = 500;

/** Up to 128 bits, as the ledger adds up exposure. */
export const riskAmount = z
  .string()
  .regex(
    decimalPattern('0', maximumOf(128)),
    `must be a whole number of minor units from 0 to ${maximumOf(128)}, as a string`,
  )
  .meta({ id: 'RiskAmount', description: 'Like AmountOrZero, up to 128 bits.', example: '5000000000000' });

export const riskAssetsBody = z
  .strictObject({
    amount: riskAmount.meta({
      description: 'Minor units; "0" withdraws the declaration, and then no more exposure is taken on.',
    }),
  })
  .meta({ id: 'RiskAssetsBody' });

export const groupBody = z
  .strictObject({
    members: z
      .array(partyId)
      .max(MOST_MEMBERS)
      .refine((members) => new Set(members).size === members.length, 'must name each party once')
      .meta({ description: 'All members; none ends the group.', example: ['4', '11'] }),
  })
  .meta({ id: 'ObligorGroupBody' });

export function declareRiskAssets(currency: string, { amount }: z.output<typeof riskAssetsBody>): Call {
  return call('Concentration', 'declareRiskAssets', codeBytes3(currency), BigInt(amount));
}

export function setAffiliate(party: PartyId, affiliate: boolean): Call {
  return call('Concentration', 'setAffiliates', [party], affiliate);
}

/** What turns the members of a group from what they are into what they are to be. */
export function changeGroup(name: Hex, before: readonly PartyId[], after: readonly PartyId[]): Call[] {
  const leaving = before.filter((party) => !after.includes(party));
  const joining = after.filter((party) => !before.includes(party));
  return [
    ...chunksOf(leaving).map((parties) => call('Concentration', 'setGroup', name, parties, false)),
    ...chunksOf(joining).map((parties) => call('Concentration', 'setGroup', name, parties, true)),
  ];
}

export function recount(notes: readonly NoteId[]): Call {
  return call('Concentration', 'recount', notes);
}

function chunksOf(parties: readonly PartyId[]): PartyId[][] {
  return Array.from({ length: Math.ceil(parties.length / MOST_AT_ONCE) }, (_, place) =>
    parties.slice(place * MOST_AT_ONCE, (place + 1) * MOST_AT_ONCE),
  );
}
