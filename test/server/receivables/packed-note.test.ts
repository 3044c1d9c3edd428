// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { noteIdOf, numbered, payableIdOf, type PartyId } from '../../../server/values/ids.ts';
import { unpackNote } from '../../../server/receivables/packed-note.ts';
import { NOTE_STATUSES } from '../../../server/receivables/states.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { acceptBeforehand, activePayable, pass } from './scenario.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { digits } from '../digits.ts';

let ledger: TestLedger;

describe('a packed note', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger.stop());

  it('the word that a transfer announces says what the ledger says of the note in that block', async () => {
    const { note } = await activePayable(ledger);
    for (const name of ['jinfeng', 'kaida']) await acceptBeforehand(ledger, name);
    const pieces = await pass(ledger, 'minghua', note, [
      ['jinfeng', 30_000_000n],
      ['kaida', 1n],
    ]);
    const events = await ledger.db
      .selectFrom('events')
      .select(['args', 'block_number'])
      .where('name', '=', 'NoteTransferred')
      .execute();
    assert.strictEqual(events.length, 2);
    for (const { args, block_number } of events) {
      const { note: id, packed } = args as { note: string; packed: string };
      assert.isOk(pieces.includes(id));
      const { holder, parentIndex, start, end, since, tier, children, underHold, financings, status } = unpackNote(
        BigInt(packed),
      );
      assert.deepEqual(
        digits({
          holder,
          parent: Number(parentIndex),
          start,
          end,
          since: Number(since),
          tier,
          children,
          underHold,
          financings,
          status: NOTE_STATUSES.indexOf(status) + 1,
        }),
        digits(await ledger.read(call('ReceivableLedger', 'note', BigInt(id)), block_number)),
      );
      assert.strictEqual(noteIdOf(payableIdOf(numbered(id)), parentIndex), BigInt(note));
    }
  });

  it('every field of a word is read from its own bits', () => {
    const word =
      (0xfffffffen << 224n) |
      (0xabcdefn << 200n) |
      (5n << 136n) |
      (0xffffffffffffffffn << 72n) |
      (0xffffffffffn << 32n) |
      (7n << 24n) |
      (0xffffn << 8n) |
      0xccn;
    assert.deepEqual(unpackNote(word), {
      holder: numbered<PartyId>(0xfffffffe),
      parentIndex: 0xabcdefn,
      start: 5n,
      end: 2n ** 64n - 1n,
      since: 2n ** 40n - 1n,
      tier: 7,
      children: 65_535,
      underHold: true,
      financings: 9,
      status: 'settled',
    });
    assert.deepEqual(
      [unpackNote(0x7an).financings, unpackNote(0x7an).underHold, unpackNote(0x7an).status],
      [15, false, 'held'],
    );
    assert.throws(() => unpackNote(0n), RangeError);
  });
});
