// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { noteIdOf, numbered } from '../../../server/values/ids.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertMirror } from './mirror.ts';
import { accept, acceptBeforehand, activePayable, assertRefused, hand, issuePayable, pass } from './scenario.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { assertEvery } from '../../every.ts';

const DAY = 86_400;

let ledger: TestLedger;

const firstNote = (payable: string): string => noteIdOf(numbered(payable), 1n).toString();

describe('the life of a payable', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  afterEach(async () => {
    await assertMirror(ledger);
  });

  after(() => ledger.stop());

  it('two people issue a payable, its first supplier accepts it, and limit and document are used', async () => {
    const before = await ledger.as('hengtai.viewer').get(`/v1/parties/${ledger.party('hengtai')}/limits/CNY`);
    const issued = await issuePayable(ledger, { face: 5_000_000n, reference: 'PO-2026-0317' });
    assert.strictEqual(issued.headers.get('location'), `/v1/payables/${issued.body.id}`);
    assert.deepEqual(
      [
        issued.body.view,
        issued.body.status,
        issued.body.face,
        issued.body.outstanding,
        issued.body.reference,
        issued.body.firstSupplier.name,
      ],
      ['obligor', 'offered', '5000000', '5000000', 'PO-2026-0317', 'Minghua Axles Co., Ltd.'],
    );
    assert.strictEqual(issued.body.offer.to.id, String(ledger.party('minghua')));
    const incoming = await ledger.as('minghua.viewer').get('/v1/notes?side=incoming');
    assert.isOk(
      incoming.body.items.some(
        (note: { id: string; status: string }) => note.id === firstNote(issued.body.id) && note.status === 'offered',
      ),
    );
    const accepted = await ledger.as('minghua.maker').post(`/v1/payables/${issued.body.id}/acceptance`);
    assert.deepEqual([accepted.status, accepted.body.status, accepted.body.offer], [200, 'active', null]);
    const after = await ledger.as('hengtai.viewer').get(`/v1/parties/${ledger.party('hengtai')}/limits/CNY`);
    assert.strictEqual(BigInt(after.body.outstanding) - BigInt(before.body.outstanding), 5_000_000n);
    assertRefused(
      await ledger.as('minghua.maker').post(`/v1/payables/${issued.body.id}/acceptance`),
      409,
      'NOTE_NOT_OFFERED',
      { status: 'held' },
    );
  });

  it('a payable that is rejected, withdrawn or expired is void and gives back limit and document', async () => {
    for (const [end, who, code] of [
      ['rejection', 'minghua', 'rejected'],
      ['withdrawal', 'hengtai', 'withdrawn'],
    ] as const) {
      const {
        body: { id, documents },
      } = await issuePayable(ledger, { face: 700n });
      const ended = await ledger.as(`${who}.maker`).post(`/v1/payables/${id}/${end}`);
      assert.deepEqual(
        [ended.status, ended.body.outcome, ended.body.amount],
        [200, code, '700'],
        JSON.stringify(ended.body),
      );
      const shown = await ledger.as('hengtai.viewer').get(`/v1/payables/${id}`);
      assert.deepEqual([shown.body.status, shown.body.outstanding, shown.body.units.void], ['void', '0', '700']);
      // Its document is free for another payable.
      const again = await ledger
        .as('hengtai.maker')
        .post('/v1/issue-drafts', {
          supplier: String(ledger.party('minghua')),
          currency: 'CNY',
          face: '700',
          maturity: '2026-09-12',
          documents: [{ fingerprint: documents[0].fingerprint, amount: '700' }],
        });
      assert.strictEqual(again.status, 201, JSON.stringify(again.body));
    }
    const {
      body: { id },
    } = await issuePayable(ledger, { face: 800n });
    assertRefused(await ledger.as('minghua.maker').post(`/v1/notes/${firstNote(id)}/expiry`), 409, 'OFFER_STILL_OPEN');
    const now = ledger.clock.now();
    ledger.clock.advance(60 * DAY);
    const expired = await ledger.as('minghua.maker').post(`/v1/notes/${firstNote(id)}/expiry`);
    assert.deepEqual([expired.status, expired.body.outcome], [200, 'expired'], JSON.stringify(expired.body));
    assert.isOk(ledger.clock.now() > now);
  });

  it('an offer cannot be accepted once its window has passed', async () => {
    const {
      body: { id },
    } = await issuePayable(ledger, { maturity: '2026-10-30' });
    ledger.clock.advance(60 * DAY);
    assertRefused(await ledger.as('minghua.maker').post(`/v1/payables/${id}/acceptance`), 409, 'OFFER_HAS_EXPIRED', {
      note: firstNote(id),
    });
  });

  it('a note is passed to many at once; what is declined, taken back or expired stays with its holder', async () => {
    const { note } = await activePayable(ledger, { maturity: '2026-11-12', face: 1_000n });
    const pieces = await pass(
      ledger,
      'minghua',
      note,
      [
        ['jinfeng', 100n],
        ['kaida', 200n],
        ['lihe', 300n],
        ['tailong', 400n],
      ],
      'INV-7',
    );
    assert.strictEqual(pieces.length, 4);
    const spent = await ledger.as('minghua.viewer').get(`/v1/notes/${note}`);
    assert.deepEqual([spent.body.status, spent.body.amount, spent.body.given.length], ['spent', '0', 4]);
    assertEvery(
      spent.body.given as { reference: string; outcome: string }[],
      ({ reference, outcome }) => reference === 'INV-7' && outcome === 'open',
    );

    const [jinfeng, kaida, lihe, tailong] = pieces as [string, string, string, string];
    await accept(ledger, 'jinfeng', jinfeng);
    const rejected = await ledger.as('kaida.maker').post(`/v1/notes/${kaida}/rejection`);
    assert.deepEqual(
      [rejected.status, rejected.body.outcome, rejected.body.from.name],
      [200, 'rejected', 'Minghua Axles Co., Ltd.'],
    );
    const withdrawn = await ledger.as('minghua.maker').post(`/v1/notes/${lihe}/withdrawal`);
    assert.deepEqual([withdrawn.status, withdrawn.body.outcome], [200, 'withdrawn']);
    ledger.clock.advance(60 * DAY);
    const expired = await ledger.as('tailong.maker').post(`/v1/notes/${tailong}/expiry`);
    assert.deepEqual([expired.status, expired.body.outcome], [200, 'expired'], JSON.stringify(expired.body));

    for (const piece of [kaida, lihe, tailong]) {
      const back = await ledger.as('minghua.viewer').get(`/v1/notes/${piece}`);
      assert.deepEqual(
        [back.body.status, back.body.tier, back.body.holder.name],
        ['held', 1, 'Minghua Axles Co., Ltd.'],
      );
      assert.strictEqual(back.body.title.note, note, 'its title is still the one of the note it was cut from');
    }
    const given = await ledger.as('minghua.viewer').get(`/v1/notes/${note}`);
    assert.deepEqual(
      given.body.given.map(({ outcome }: { outcome: string }) => outcome),
      ['accepted', 'rejected', 'withdrawn', 'expired'],
    );
    // What came back can be passed on again.
    await hand(ledger, 'minghua', kaida, 'kaida', 200n);
  });

  it('two transfers of one note in one block keep their references apart', async () => {
    const { note } = await activePayable(ledger, { maturity: '2026-12-12', face: 1_000n });
    const share = (to: string, amount: bigint) => [{ to: ledger.party(to), amount }];
    const ref = (text: string) => `0x${Buffer.from(text).toString('hex').padEnd(64, '0')}`;
    const transfer = (reference: string, to: string) =>
      call('ReceivableLedger', 'transfer', BigInt(note), reference, share(to, 10n));
    const outcome = await ledger.instruct(
      'minghua',
      transfer(ref(''), 'jinfeng'),
      transfer(ref('SECOND'), 'kaida'),
      transfer(ref(''), 'lihe'),
    );
    assert.strictEqual(
      new Set(outcome.events.map(({ txHash }) => txHash)).size,
      1,
      'they must share a transaction for this to test anything',
    );
    const { body } = await ledger.as('minghua.viewer').get(`/v1/notes/${note}`);
    assert.deepEqual(
      body.given.map(({ reference }: { reference: string | null }) => reference),
      [null, 'SECOND', null],
    );
  });

  it('a standing acceptance gives title at once, four tiers down', async () => {
    for (const name of ['jinfeng', 'lihe', 'xinyuan']) await acceptBeforehand(ledger, name);
    const { note } = await activePayable(ledger, { maturity: '2026-12-12' });
    const [second] = await pass(ledger, 'minghua', note, [['jinfeng', 30_000_000n]]);
    const [third] = await pass(ledger, 'jinfeng', second as string, [['lihe', 12_345_678n]], 'TIER-3');
    const [fourth] = await pass(ledger, 'lihe', third as string, [['xinyuan', 1n]]);
    const { body } = await ledger.as('xinyuan.viewer').get(`/v1/notes/${fourth}`);
    assert.deepEqual(
      [body.status, body.tier, body.amount, body.title.from.name, body.title.expiresAt],
      ['held', 4, '1', 'Lihe Metals Co., Ltd.', null],
    );
    const middle = await ledger.as('lihe.viewer').get(`/v1/notes/${third}`);
    assert.deepEqual(
      [middle.body.title.reference, middle.body.given[0].outcome, middle.body.amount],
      ['TIER-3', 'accepted', '12345677'],
    );
  });

  it('units that are returned are extinguished, and the obligor owes that much less', async () => {
    const { payable, note } = await activePayable(ledger, { maturity: '2026-12-12', face: 1_000n });
    const piece = await hand(ledger, 'minghua', note, 'kaida', 400n);
    const part = await ledger
      .as('kaida.maker')
      .post(`/v1/notes/${piece}/returns`, { amount: '150', reference: 'CREDIT-9' });
    assert.deepEqual(
      [part.status, part.body.note.amount, part.body.returned.amount],
      [201, '250', '150'],
      JSON.stringify(part.body),
    );
    const gone = await ledger.as('kaida.viewer').get(`/v1/notes/${part.body.returned.note}`);
    assert.deepEqual([gone.body.status, gone.body.returnReference, gone.body.tier], ['void', 'CREDIT-9', 2]);
    const rest = await ledger.as('kaida.maker').post(`/v1/notes/${piece}/returns`, { amount: '250' });
    assert.deepEqual([rest.body.note.status, rest.body.returned.note], ['void', piece]);
    assert.strictEqual((await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}`)).body.outstanding, '600');
    const all = await ledger.as('minghua.maker').post(`/v1/notes/${note}/returns`, { amount: '600' });
    assert.strictEqual(all.status, 201);
    assert.deepEqual((await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}`)).body.status, 'void');
    assertRefused(
      await ledger
        .as('minghua.maker')
        .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party('kaida')), amount: '1' }] }),
      409,
      'NOTE_NOT_HELD',
      { status: 'void' },
    );
  });

  it('a freeze holds back its units and no more, until it is released or ends', async () => {
    const { note } = await activePayable(ledger, { maturity: '2026-12-12', face: 1_000n });
    const regulator = ledger.as('guangdong.maker');
    const expiresAt = new Date((ledger.clock.now() + 3 * DAY) * 1000).toISOString();
    const frozen = await regulator.post(`/v1/notes/${note}/freezes`, {
      amount: '900',
      expiresAt,
      order: '粤金执2026-142',
    });
    assert.deepEqual(
      [frozen.status, frozen.body.free, frozen.body.holds[0].order, frozen.body.holds[0].inForce],
      [201, '100', '粤金执2026-142', true],
      JSON.stringify(frozen.body),
    );
    assert.strictEqual((await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.holds[0].amount, '900');
    const order = { shares: [{ to: String(ledger.party('kaida')), amount: '101' }] };
    assertRefused(await ledger.as('minghua.maker').post(`/v1/notes/${note}/transfers`, order), 409, 'NOTE_UNDER_HOLD', {
      units: '900',
      note,
    });
    await pass(ledger, 'minghua', note, [['kaida', 100n]]);
    assertRefused(
      await regulator.post(`/v1/notes/${note}/freezes`, { amount: '1', expiresAt, order: 'A' }),
      409,
      'NOTE_UNDER_HOLD',
    );
    const released = await regulator.post(`/v1/notes/${note}/freezes/release`);
    assert.deepEqual([released.status, released.body.holds, released.body.free], [200, [], '900']);
    assertRefused(await regulator.post(`/v1/notes/${note}/freezes/release`), 409, 'NOTE_NOT_UNDER_HOLD', { note });
    assertRefused(
      await regulator.post(`/v1/notes/${note}/freezes`, { amount: '1', expiresAt: '1969-12-31T00:00:00Z', order: 'A' }),
      422,
      'HOLD_ALREADY_EXPIRED',
    );

    await regulator.post(`/v1/notes/${note}/freezes`, { amount: '900', expiresAt, order: 'B' });
    ledger.clock.advance(3 * DAY);
    assert.deepEqual((await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.holds[0].inForce, false);
    await pass(ledger, 'minghua', note, [['kaida', 900n]]);
  });
});
