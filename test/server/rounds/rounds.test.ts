// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { TestLedger } from '../harness.ts';
import { assertMirror } from '../receivables/mirror.ts';
import { activePayable, assertRefused, hand } from '../receivables/scenario.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { balance, equip, ok, openMarket, withdrawAll, quote } from '../discounting/market.ts';
import { findReceipt } from '../../../server/ledger/chain/receipt.ts';

const FACE = 1_200_000n;

describe('matching rounds', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(async () => {
    await withdrawAll(ledger);
    for (const name of ['minghua', 'tailong', 'jinfeng']) {
      const { items } = ok(await ledger.as(`${name}.viewer`).get('/v1/sell-requests?limit=500'));
      for (const { id } of items) ok(await ledger.as(`${name}.maker`).delete(`/v1/sell-requests/${id}`));
    }
  });

  const id = (name: string) => String(ledger.party(name));
  const body = () => ({ obligor: id('hengtai'), currency: 'CNY' });
  const match = async (by = 'kaida') => ledger.as(`${by}.maker`).post('/v1/rounds', body());
  const preview = async (by: string) => ok(await ledger.as(`${by}.viewer`).post('/v1/round-previews', body()));
  /** A note of its own in the hands of the seller. */
  const noteOf = async (seller: string) => {
    const { note } = await activePayable(ledger, { face: FACE, supplier: seller === 'jinfeng' ? 'minghua' : seller });
    return seller === 'jinfeng' ? hand(ledger, 'minghua', note, 'jinfeng', FACE) : note;
  };
  const request = async (seller: string, change: Record<string, unknown> = {}) =>
    ok(
      await ledger
        .as(`${seller}.maker`)
        .post('/v1/sell-requests', {
          note: await noteOf(seller),
          maxCost: '1000000',
          expiresAt: '2026-04-20T00:00:00Z',
          ...change,
        }),
    );
  const shown = async (name: string, request: string) =>
    ok(await ledger.as(`${name}.viewer`).get(`/v1/sell-requests/${request}`));

  it('best cost first, then time: fills for some, a reason for each of the others', async () => {
    const cheap = await quote(ledger, 'harbour', { rate: '30000', capacity: (2n * FACE).toString() });
    const dear = await quote(ledger, 'rongda', { rate: '60000' });
    const first = await request('minghua', { maxCost: '40000', reference: 'SALE-1' });
    const second = await request('tailong', { maxCost: '40000' });
    const third = await request('jinfeng', { maxCost: '40000' });
    const fourth = await request('minghua', { maxCost: '100000' });
    assert.deepEqual(
      [first.status, first.amount, first.recourse, first.obligor.id, first.lastRound],
      ['open', FACE.toString(), 'without', id('hengtai'), null],
    );
    const had = await balance(ledger, 'minghua');

    const reply = await match();

    const round = ok(reply);
    assert.strictEqual(reply.headers.get('location'), `/v1/rounds/${round.id}`);
    assert.deepEqual(
      [round.requests, round.quotes, round.fills, round.calledBy.id, round.outcomes],
      [4, 2, 3, id('kaida'), []],
      'who called sees the totals',
    );
    const all = ok(await ledger.as('guangdong.viewer').get(`/v1/rounds/${round.id}`)).outcomes;
    assert.deepEqual(
      all.map(({ request: one, fill, reason }: any) => [one, fill?.quote, reason?.code]),
      [
        [first.id, cheap.id, undefined],
        [second.id, cheap.id, undefined],
        [third.id, undefined, 'OFFER_CAPACITY_EXCEEDED'],
        [fourth.id, dear.id, undefined],
      ],
    );
    const sale = ok(await ledger.as('minghua.viewer').get(`/v1/sales/${all[0].fill.sale}`));
    assert.deepEqual([sale.quote, sale.reference, sale.face], [cheap.id, 'SALE-1', FACE.toString()]);
    const other = ok(await ledger.as('minghua.viewer').get(`/v1/sales/${all[3].fill.sale}`));
    assert.strictEqual(await balance(ledger, 'minghua'), had + BigInt(sale.received) + BigInt(other.received));
    const unfilled = await shown('jinfeng', third.id);
    assert.strictEqual(unfilled.status, 'open');
    assert.deepEqual(
      [unfilled.lastRound.round, unfilled.lastRound.reason.values],
      [round.id, { offer: cheap.id, left: '0', wanted: FACE.toString() }],
    );
    assert.match(
      unfilled.lastRound.reason.sentence,
      new RegExp(`^The offer ${cheap.id} has 0 of its capacity left; 1200000 is requested\\.$`),
    );
    await assertMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it('a preview is what the round then does, and leaves no trace', async () => {
    await quote(ledger, 'harbour', { rate: '30000', capacity: FACE.toString() });
    const [first, second] = [await request('minghua'), await request('tailong')];
    const head = await ledger.chain.provider.getBlockNumber();
    const seen = await preview('minghua');
    assert.deepEqual(
      [seen.requests, seen.fills, seen.outcomes.map((one: any) => [one.request, one.fill?.buyer.id, one.fill?.sale])],
      [2, 1, [[first.id, id('harbour'), null]]],
    );
    assert.deepEqual(
      (await preview('harbour')).outcomes.map((one: any) => one.request),
      [first.id],
      'who would buy sees what it would buy',
    );
    assert.deepEqual(
      (await preview('tailong')).outcomes.map((one: any) => [one.request, one.reason.code]),
      [[second.id, 'OFFER_CAPACITY_EXCEEDED']],
    );
    assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head);
    assert.strictEqual((await shown('minghua', first.id)).status, 'open');
    const round = ok(await match('minghua'));
    assert.deepEqual(
      round.outcomes.map(({ request: one, fill }: any) => [one, fill.quote]),
      seen.outcomes.map(({ request: one, fill }: any) => [one, fill.quote]),
    );
  });

  it('every reason is told in words: cost, recourse, no quote, sold meanwhile, expired', async () => {
    const [dear, open] = [await request('minghua', { maxCost: '10000' }), await request('minghua')];
    ok(await match());
    assert.deepEqual((await shown('minghua', open.id)).lastRound.reason, {
      code: 'NO_QUOTE_BUYS',
      rule: 'FIN-43',
      sentence: `No published quote buys promises of party ${id('hengtai')} in CNY.`,
      values: { obligor: id('hengtai'), currency: 'CNY' },
    });
    const withRecourse = await quote(ledger, 'harbour', { rate: '20000', recourse: 'with' });
    ok(await match());
    assert.deepEqual((await shown('minghua', open.id)).lastRound.reason.values, { quote: withRecourse.id });
    await quote(ledger, 'rongda', { rate: '30000' });
    const either = await request('minghua', { maxCost: '25000', recourse: 'either' });
    const sold = await request('tailong');
    await hand(ledger, 'tailong', sold.note, 'jinfeng', FACE);
    const brief = await request('tailong', { expiresAt: new Date((ledger.clock.now() + 60) * 1000).toISOString() });
    ledger.clock.advance(60);
    assert.strictEqual((await shown('tailong', brief.id)).status, 'expired', 'whether the ledger has swept it or not');
    const round = ok(await match());
    assert.deepEqual([round.requests, round.fills], [5, 2]);
    assert.strictEqual((await shown('minghua', dear.id)).lastRound.reason.code, 'COST_ABOVE_LIMIT');
    assert.strictEqual((await shown('minghua', either.id)).lastRound.fill.quote, withRecourse.id);
    assert.deepEqual(
      [(await shown('tailong', sold.id)).status, (await shown('tailong', sold.id)).lastRound.reason.code],
      ['void', 'NOTE_NOT_HELD'],
    );
    assert.deepEqual(
      [(await shown('tailong', brief.id)).status, (await shown('tailong', brief.id)).lastRound.reason.code],
      ['expired', 'SELL_REQUEST_EXPIRED'],
    );
  });

  it("a request is its seller's: to see, and to take back", async () => {
    const made = await request('minghua');
    for (const name of ['minghua', 'guangdong']) assert.deepEqual(await shown(name, made.id), made, name);
    for (const name of ['tailong', 'harbour', 'hengtai', 'zhengxin'])
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/sell-requests/${made.id}`), 404, 'SELL_REQUEST_UNKNOWN');
    assertRefused(await ledger.as('deeptier.viewer').get(`/v1/sell-requests/${made.id}`), 403, 'ACCESS_DENIED');
    assertRefused(await ledger.as('tailong.maker').delete(`/v1/sell-requests/${made.id}`), 404, 'SELL_REQUEST_UNKNOWN');
    const listed = async (query = '') =>
      ok(await ledger.as('minghua.viewer').get(`/v1/sell-requests?limit=1${query}`)).items[0]?.id;
    assert.strictEqual(await listed(), made.id);
    assert.strictEqual(ok(await ledger.as('minghua.maker').delete(`/v1/sell-requests/${made.id}`)).status, 'withdrawn');
    assertRefused(
      await ledger.as('minghua.maker').delete(`/v1/sell-requests/${made.id}`),
      409,
      'SELL_REQUEST_NOT_OPEN',
    );
    assert.notStrictEqual(await listed(), made.id);
    assert.strictEqual(await listed('&status=all'), made.id);
    assertRefused(await match(), 409, 'BOOK_EMPTY');
    assertRefused(await ledger.as('kaida.viewer').post('/v1/round-previews', body()), 409, 'BOOK_EMPTY');
  });

  it('what could not be sold is not asked for', async () => {
    const note = await noteOf('minghua');
    const ask = (seller: string, change: object = {}) =>
      ledger
        .as(`${seller}.maker`)
        .post('/v1/sell-requests', { note, maxCost: '50000', expiresAt: '2026-04-20T00:00:00Z', ...change });
    assertRefused(await ask('tailong'), 404, 'NOTE_UNKNOWN');
    assertRefused(await ask('minghua', { amount: (FACE + 1n).toString() }), 422, 'AMOUNT_EXCEEDS_NOTE');
    assertRefused(await ask('minghua', { expiresAt: '2026-03-01T00:00:00Z' }), 422, 'SELL_REQUEST_ALREADY_EXPIRED');
    assertRefused(await ask('minghua', { maxCost: '-1' }), 422, 'INPUT_INVALID');
    assertRefused(await ledger.as('minghua.viewer').post('/v1/sell-requests', {}), 403, 'ACCESS_DENIED');
    ok(await ask('minghua', { amount: '1000' }));
  });

  it('places that expired requests take up are made free for the next one', async () => {
    const note = await noteOf('minghua');
    const soon = () => new Date((ledger.clock.now() + 30) * 1000).toISOString();
    const ask = (expiresAt: string) =>
      ledger.as('minghua.maker').post('/v1/sell-requests', { note, amount: '1000', maxCost: '50000', expiresAt });
    for (let count = 0; count < 8; count += 1) ok(await ask(soon()));
    assertRefused(await ask(soon()), 409, 'TOO_MANY_SELL_REQUESTS', { maximum: '8' });
    ledger.clock.advance(60);
    ok(await ask(soon()));
    ledger.clock.advance(60);
  });

  it('a full book is matched in one instruction', async () => {
    await equip(ledger, 'harbour');
    for (let count = 0; count < 10; count += 1)
      await quote(ledger, count % 2 === 0 ? 'harbour' : 'rongda', { rate: String(30_000 + count) });
    for (const seller of ['minghua', 'tailong', 'jinfeng', 'kaida']) {
      const { note: whole } = await activePayable(ledger, { face: 8n * FACE });
      const note = seller === 'minghua' ? whole : await hand(ledger, 'minghua', whole, seller, 8n * FACE);
      for (let count = 0; count < 8; count += 1) {
        ok(
          await ledger
            .as(`${seller}.maker`)
            .post('/v1/sell-requests', {
              note,
              amount: FACE.toString(),
              maxCost: '1000000',
              expiresAt: '2026-04-30T00:00:00Z',
            }),
        );
      }
    }
    const round = ok(await match('lihe'));
    assert.deepEqual([round.requests, round.quotes, round.fills], [32, 10, 32]);
    const receipt = await findReceipt(ledger.chain.provider, round.transaction);
    assert.ok(receipt && receipt.gasUsed < 16_777_216n, `${receipt?.gasUsed}`);
    assert.strictEqual(ok(await ledger.as('lihe.viewer').get('/v1/rounds?limit=1')).items[0].id, round.id);
  });

  it('tables made again from block 0 are the same', async () => {
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
  });
});
