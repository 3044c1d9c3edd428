// SPDX-License-Identifier: Apache-2.0
import { DeeptierError } from '../values/errors.ts';
import type { LedgerDate } from '../values/dates.ts';
import type { Party } from './party.ts';
import { partyRefusals } from './refusals.ts';

/** Why a party may not act on `today`, as `PartyRegistry` would say it; undefined if it may. */
export function eligibilityRefusal(
  party: Pick<Party, 'id' | 'status' | 'successor' | 'validUntil'>,
  today: LedgerDate,
): DeeptierError | undefined {
  const id = String(party.id);
  if (party.status === 'suspended') return new DeeptierError(partyRefusals.PARTY_IS_SUSPENDED, { party: id });
  if (party.status === 'succeeded') {
    return new DeeptierError(partyRefusals.PARTY_IS_SUCCEEDED, { party: id, successor: String(party.successor) });
  }
  if (today > party.validUntil) {
    return new DeeptierError(partyRefusals.ADMISSION_EXPIRED, { party: id, validUntil: party.validUntil, today });
  }
  return undefined;
}
