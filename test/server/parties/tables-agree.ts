// SPDX-License-Identifier: Apache-2.0
import { NOBODY, numbered, type PartyId } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import type { TestLedger } from '../harness.ts';
import { partyById, predecessorsOf, successorOf } from '../../../server/parties/queries.ts';
import { maskOf } from '../../../server/values/roles.ts';
import { dayNumber } from '../../../server/values/dates.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { digits } from '../digits.ts';

const STATUSES = ['none', 'active', 'suspended', 'succeeded'];

/** Compares every party of the tables with what the registry itself answers. */
export async function assertTablesAgree(ledger: TestLedger): Promise<void> {
  const count = Number(await ledger.read(call('PartyRegistry', 'partyCount')));
  assert.isOk(count >= 12);
  for (let number = 1; number <= count; number += 1) {
    const id = numbered<PartyId>(number);
    const party = await partyById(ledger.db, id, 'latest');
    assert.isOk(party, `party ${id} is not in the tables`);
    const { acceptsFromAnyone, ...stored } = await ledger.read(call('PartyRegistry', 'party', id));
    const predecessors = await ledger.read(call('PartyRegistry', 'predecessorsOf', id));
    const inTables = {
      key: party.key ?? `0x${'0'.repeat(40)}`,
      roles: maskOf(party.roles),
      validUntil: dayNumber(party.validUntil),
      status: STATUSES.indexOf(party.status),
      successor: party.successor ?? NOBODY,
      standsIn: predecessors.length > 0,
    };
    assert.deepEqual(digits(inTables), digits(stored));
    const anyone = await ledger.db
      .selectFrom('standing_acceptances')
      .selectAll()
      .where('recipient', '=', id)
      .where('sender', '=', NOBODY)
      .where('to_block', 'is', null)
      .execute();
    assert.strictEqual(anyone.length === 1, acceptsFromAnyone);
    assert.strictEqual(
      await successorOf(ledger.db, id, 'latest'),
      await ledger.read(call('PartyRegistry', 'resolve', id)),
    );
    assert.deepEqual(
      await predecessorsOf(ledger.db, id, 'latest'),
      predecessors.toSorted((a, b) => Number(a - b)),
    );
  }
  const before = await ledger.projector.digestTables();
  await ledger.projector.rebuild();
  assert.strictEqual(await ledger.projector.digestTables(), before);
}
