// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { TestLedger } from '../harness.ts';
import { accessSource } from '../../../server/audit/access-source.ts';
import { partyFacts } from '../../../server/parties/queries.ts';
import type { Context } from '../../../server/http/context.ts';
import { createLog } from '../../../server/runtime/log.ts';

/** The context of a request of that party's viewer, as the gateway makes it. */
export async function requestOf(ledger: TestLedger, party: string): Promise<Context> {
  const number = ledger.party(party);
  const facts = await partyFacts(ledger.db, ledger.clock)(number);
  if (!facts) throw new Error(`no party ${party}`);
  return {
    caller: {
      userId: randomUUID(),
      username: `${party}.viewer`,
      party: number,
      partyName: facts.name,
      key: facts.key,
      partyRoles: facts.roles,
      userRoles: ['viewer'],
    },
    db: ledger.db,
    records: ledger.db,
    chain: ledger.chain,
    ledgerClient: ledger.ledgerClient,
    requestId: randomUUID(),
    log: createLog({ level: 'silent' }),
    asOf: 'latest',
    access: accessSource,
    shows: () => undefined,
  };
}
