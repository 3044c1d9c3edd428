// SPDX-License-Identifier: Apache-2.0
import type { AccessSource } from '../access/viewer.ts';
import { eligibilityRefusal } from '../parties/eligibility.ts';
import { partyById, predecessorsOf } from '../parties/queries.ts';
import { ledgerToday } from '../values/ledger-date.ts';
import { grantsInForce } from './queries.ts';

/** Who may see what, by the grants on the ledger; and the log of who looked. */
export const accessSource: AccessSource = {
  async grantsTo({ caller, db, chain }) {
    const auditor = await partyById(db, caller.party, 'latest');
    if (!auditor || eligibilityRefusal(auditor, ledgerToday(chain.clock))) return [];
    return grantsInForce(db, caller.party, chain.clock.now());
  },
  predecessorsOf: (db, party) => predecessorsOf(db, party, 'latest'),
  async record({ caller, chain, records, requestId }, { kind, subject }, grants) {
    await records
      .insertInto('access_log')
      .values({
        looked_at: BigInt(chain.clock.now()),
        party: caller.party,
        user_id: caller.userId,
        username: caller.username,
        request_id: requestId,
        kind,
        subject,
        grants: [...grants],
      })
      .execute();
  },
};
