// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { DAY_COUNTS } from '../../../server/values/day-count.ts';
import { DISCOUNT_METHODS } from '../../../server/pricing/discount.ts';
import { QUOTE } from '../../../server/discounting/terms.ts';
import { offersByHash } from '../../../server/offers/queries.ts';
import type { TestLedger } from '../harness.ts';
import { assertRefused, hand } from '../receivables/scenario.ts';
import { assertMirror } from '../receivables/mirror.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { ZERO_WORD } from '../settlement/payables.ts';
import { balance, ok, openMarket, withdrawAll, quote, someNote } from './market.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { assertEvery } from '../../every.ts';

describe('from a note to cash', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(() => withdrawAll(ledger));

  const compare = async (name: string, lots: readonly object[], more: object = {}) =>
    ok(await ledger.as(`${name}.viewer`).post('/v1/quote-comparisons', { lots, ...more }));
  const sell = (name: string, body: object, key?: string) =>
    ledger.as(`${name}.maker`).post('/v1/sales', body, key === undefined ? {} : { key });

  it('a supplier of the fourth tier sees what it costs, sells in one request, and has the cash when it is answered', async () => {
    const { id } = await quote(ledger, 'harbour');
    const root = await someNote(ledger);
    let note = root;
    for (const [from, to] of [
      ['minghua', 'jinfeng'],
      ['jinfeng', 'lihe'],
      ['lihe', 'xinyuan'],
    ] as const)
      note = await hand(ledger, from, note, to, 12_345_678n);
    const compared = await compare('xinyuan', [{ note }]);
    assert.deepEqual(
      compared.lots.map(({ days, tier, dueDate, amount }: any) => [days, tier, dueDate, amount]),
      [[166, 4, '2026-09-14', '12345678']],
    );
    const [offer] = compared.offers;
    assert.deepEqual(
      [
        offer.quote.id,
        offer.days,
        offer.discount,
        offer.proceeds,
        offer.fees,
        offer.received,
        offer.allInAnnualCost,
        offer.quote.recourse,
      ],
      [id, 166, '162243', '12183435', '0', '12183435', '29281', 'without'],
    );
    const [had, owned] = [await balance(ledger, 'xinyuan'), await balance(ledger, 'harbour')];
    const head = await ledger.chain.provider.getBlockNumber();

    const reply = await sell('xinyuan', {
      lots: [{ note }],
      best: true,
      maxCost: '29281',
      recourse: 'without',
      reference: 'SALE-1',
    });

    const sale = ok(reply);
    assert.strictEqual(reply.status, 201);
    assert.strictEqual(
      await ledger.chain.provider.getBlockNumber(),
      head + 1,
      'note and cash moved in one transaction',
    );
    assert.strictEqual(reply.headers.get('location'), `/v1/sales/${sale.id}`);
    assert.deepEqual(
      [
        sale.face,
        sale.discount,
        sale.fees,
        sale.received,
        sale.allInAnnualCost,
        sale.buyer.id,
        sale.quote,
        sale.reference,
        sale.balance,
      ],
      [
        '12345678',
        '162243',
        '0',
        '12183435',
        '29281',
        String(ledger.party('harbour')),
        id,
        'SALE-1',
        (had + 12_183_435n).toString(),
      ],
    );
    assert.strictEqual(await balance(ledger, 'xinyuan'), had + 12_183_435n);
    assert.strictEqual(await balance(ledger, 'harbour'), owned - 12_183_435n);
    const [sold] = sale.notes;
    const held = ok(await ledger.as('harbour.viewer').get(`/v1/notes/${sold.note}`));
    assert.deepEqual(
      [held.holder.id, held.amount, held.tier, held.status],
      [String(ledger.party('harbour')), '12345678', 4, 'held'],
    );
    assert.strictEqual(ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${id}`)).used, '12345678');

    const path = ok(await ledger.as('guangdong.viewer').get(`/v1/notes/${sold.note}/path`));
    assert.deepEqual(
      path.hops.map(({ tier }: { tier: number }) => tier),
      [4, 4, 3, 2, 1],
      'the sale is a hop, and moves no tier',
    );
    assert.deepEqual(
      [path.hops[0].from.id, path.hops[0].to.id],
      [String(ledger.party('xinyuan')), String(ledger.party('harbour'))],
    );
    const state = ok(await ledger.as('guangdong.viewer').get(`/v1/notes/${sold.note}/path?source=state`));
    assert.deepEqual(
      state.hops.map(({ note: step }: { note: string }) => step),
      path.hops.map(({ note: step }: { note: string }) => step),
    );
    await assertMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it('the statements of both say what the money was for', async () => {
    await quote(ledger, 'harbour', { fees: { flat: '700', to: String(ledger.party('pearl')) } });
    const note = await someNote(ledger);
    const sale = ok(
      await sell('minghua', { lots: [{ note }], best: true, maxCost: '4294967295', reference: 'SALE-2' }),
    );
    const statement = async (name: string) =>
      ok(await ledger.as(`${name}.viewer`).get('/v1/cash/CNY/statement?limit=3')).items.map(
        ({ kind, direction, amount, reference, counterparty }: any) => [
          kind,
          direction,
          amount,
          reference,
          counterparty?.id,
        ],
      );
    assert.deepEqual((await statement('minghua'))[0], [
      'sale',
      'in',
      sale.received,
      'SALE-2',
      String(ledger.party('harbour')),
    ]);
    assert.deepEqual((await statement('pearl'))[0], ['fee', 'in', '700', 'SALE-2', String(ledger.party('harbour'))]);
    assert.deepEqual(
      (await statement('harbour')).slice(0, 2).map((entry: unknown[]) => entry.slice(0, 3)),
      [
        ['fee', 'out', '700'],
        ['sale', 'out', sale.received],
      ],
    );
    assert.deepEqual(
      [sale.fees, sale.feesTo.id, sale.discount, BigInt(sale.proceeds) - BigInt(sale.fees)],
      ['700', String(ledger.party('pearl')), '162243', BigInt(sale.received)],
    );
  });

  it('the best quote is the one that costs least, all in; of equal ones the oldest', async () => {
    const note = await someNote(ledger);
    const dear = await quote(ledger, 'harbour', { rate: '28000', fees: { flat: '100000' } });
    const cheap = await quote(ledger, 'rongda', { rate: '30000' });
    ledger.clock.advance(60);
    const same = await quote(ledger, 'rongda', { rate: '30000' });
    const { offers, none } = await compare('minghua', [{ note, amount: '1000000' }]);
    assert.deepEqual(
      offers.map(({ quote: { id } }: any) => id),
      [cheap.id, same.id, dear.id],
      'who leaves most comes first',
    );
    assert.deepEqual(none, []);
    const sale = ok(await sell('minghua', { lots: [{ note, amount: '1000000' }], best: true, maxCost: '100000' }));
    assert.strictEqual(sale.quote, cheap.id);
  });

  it('a private quote is among the offers to those it names, and to nobody else', async () => {
    const note = await someNote(ledger);
    const theirs = await hand(ledger, 'minghua', note, 'kaida', 1_000_000n);
    await quote(ledger, 'harbour', { rate: '50000' });
    const made = await quote(ledger, 'harbour', {
      visibility: 'private',
      sellers: [String(ledger.party('minghua'))],
      rate: '20000',
      capacity: '5000000',
    });
    assert.deepEqual(
      (await compare('minghua', [{ note, amount: '4000000' }])).offers.map(({ quote: { id } }: any) => id === made.id),
      [true, false],
    );
    assert.strictEqual((await compare('kaida', [{ note: theirs }])).offers.length, 1);
    assertRefused(await sell('kaida', { lots: [{ note: theirs }], quote: made.id }), 404, 'QUOTE_UNKNOWN');
    const sale = ok(await sell('minghua', { lots: [{ note, amount: '4000000' }], quote: made.id }));
    assert.strictEqual(sale.quote, made.id);
    const used = ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${made.id}`));
    assert.deepEqual([used.used, used.left, used.status], ['4000000', '1000000', 'open']);
  });

  it('a bundle is sold at once, each note at its own days, and the parts add up', async () => {
    await quote(ledger, 'harbour');
    const [first, second] = [
      await someNote(ledger),
      await someNote(ledger, { maturity: '2026-06-30', face: 1_000_001n }),
    ];
    const other = await hand(ledger, 'minghua', first, 'jinfeng', 333n);
    assertRefused(
      await sell('minghua', { lots: [{ note: other }], best: true, maxCost: '100000' }),
      404,
      'NOTE_UNKNOWN',
    );
    const lots = [{ note: second }, { note: first, amount: '4115226' }]; // in any order
    const [offer] = (await compare('minghua', lots)).offers;
    const sale = ok(await sell('minghua', { lots, best: true, maxCost: '100000' }));
    assert.deepEqual(
      [sale.face, sale.discount, sale.received, sale.allInAnnualCost],
      ['5115227', offer.discount, offer.received, offer.allInAnnualCost],
    );
    assert.deepEqual(
      sale.notes.map(({ from, amount, days }: any) => [from, amount, days]),
      [
        [first, '4115226', 166],
        [second, '1000001', 90],
      ],
    );
    assert.strictEqual(
      sale.notes.reduce((sum: bigint, { discount }: any) => sum + BigInt(discount), 0n),
      BigInt(sale.discount),
    );
    assert.strictEqual(
      ok(await ledger.as('minghua.viewer').get(`/v1/notes/${first}`)).amount,
      String(12_345_678 - 333 - 4_115_226),
    );
  });

  it('with recourse and without are told apart when asked', async () => {
    const note = await someNote(ledger);
    const withRecourse = await quote(ledger, 'harbour', { recourse: 'with', rate: '20000' });
    const without = await quote(ledger, 'rongda', { rate: '30000' });
    const asked = async (recourse: string) =>
      (await compare('minghua', [{ note }], { recourse })).offers.map(({ quote: { id } }: any) => id);
    assert.deepEqual(
      [await asked('with'), await asked('without'), await asked('either')],
      [[withRecourse.id], [without.id], [withRecourse.id, without.id]],
    );
    const { none } = await compare('minghua', [{ note }], { recourse: 'without' });
    assert.deepEqual(
      none.map(({ financier, reason }: any) => [financier.id, reason.code]),
      [[String(ledger.party('harbour')), 'RECOURSE_DIFFERS']],
    );
    const best = { lots: [{ note, amount: '1000' }], best: true, maxCost: '90000' };
    assert.strictEqual(ok(await sell('minghua', best)).recourse, 'without', 'nobody answers for an obligor unasked');
    assert.strictEqual(ok(await sell('minghua', { ...best, recourse: 'either' })).recourse, 'with');
  });

  it('a financier sells on what it bought, in the same way, and the walk grows by one hop each time', async () => {
    const note = await someNote(ledger);
    await quote(ledger, 'harbour');
    const bought = ok(await sell('minghua', { lots: [{ note }], best: true, maxCost: '100000' })).notes[0].note;
    const { none } = await compare('harbour', [{ note: bought }]);
    assert.deepEqual(
      none.map(({ financier, reason }: any) => [financier.id, reason.code]),
      [[String(ledger.party('rongda')), 'NO_QUOTE']],
      'its own quote is no offer to itself',
    );
    await quote(ledger, 'rongda', { rate: '25000' });
    const resale = ok(await sell('harbour', { lots: [{ note: bought }], best: true, maxCost: '100000' }));
    assert.deepEqual(
      [resale.seller.id, resale.buyer.id],
      [String(ledger.party('harbour')), String(ledger.party('rongda'))],
    );
    const path = ok(await ledger.as('rongda.viewer').get(`/v1/notes/${resale.notes[0].note}/path`));
    assert.strictEqual(path.hops.length, 3);
    const { units } = await ledger.read(
      call('Concentration', 'counted', `0x${BigInt(bought).toString(16).padStart(64, '0')}`),
    );
    assert.strictEqual(units, 0n, 'what was sold on is no exposure of the seller any more');
  });

  it('a sale asked for twice with one key is one sale', async () => {
    await quote(ledger, 'harbour');
    const note = await someNote(ledger);
    const body = { lots: [{ note, amount: '1000000' }], best: true, maxCost: '100000' };
    const [first, second] = await Promise.all([sell('minghua', body, 'sell once'), sell('minghua', body, 'sell once')]);
    const third = await sell('minghua', body, 'sell once');
    assert.deepEqual([second.body, third.body], [ok(first), ok(first)]);
    assert.strictEqual(third.headers.get('idempotency-replayed'), 'true');
    assert.strictEqual(
      ok(await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).amount,
      String(12_345_678 - 1_000_000),
    );
  });

  it('of two sellers that race for the last capacity one has it, and the other is told why, having kept its note', async () => {
    const note = await someNote(ledger);
    const theirs = await hand(ledger, 'minghua', note, 'kaida', 1_000_000n);
    await quote(ledger, 'harbour', { capacity: '1500000' });
    const replies = await Promise.all([
      sell('minghua', { lots: [{ note, amount: '1000000' }], best: true, maxCost: '100000' }),
      sell('kaida', { lots: [{ note: theirs }], best: true, maxCost: '100000' }),
    ]);
    const refused = replies.filter(({ status }) => status !== 201);
    assert.strictEqual(refused.length, 1);
    assert.isOk(
      ['OFFER_CAPACITY_EXCEEDED', 'NOBODY_BUYS'].includes(refused[0]?.body.code),
      JSON.stringify(refused[0]?.body),
    );
    const held = [
      ok(await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).amount,
      ok(await ledger.as('kaida.viewer').get(`/v1/notes/${theirs}`)).amount,
    ];
    assert.isOk(replies[0]?.status === 201 ? held[1] === '1000000' : held[0] === '11345678', held.join());
  });

  it('a pick that is gone when money moves is refused by the ledger, with the reason, and repeating the request tells it again', async () => {
    const note = await someNote(ledger);
    const other = await hand(ledger, 'minghua', note, 'kaida', 5_000_000n);
    for (let attempt = 1; ; attempt += 1) {
      const made = await quote(ledger, 'harbour', { capacity: '1000000' });
      const { terms } = (await offersByHash(ledger.db, QUOTE, [made.id], 'latest')).get(made.id) ?? assert.fail();
      // Kaida's instruction waits in the outbox for the relayer; minghua's is prepared while nothing has moved yet.
      const operation = randomUUID();
      await ledger.db
        .transaction()
        .execute((tx) =>
          ledger.ledgerClient.enqueue(tx, operation, ledger.key('kaida'), [
            {
              contract: 'Discounting',
              functionName: 'sell',
              args: [terms, '0x', [{ note: BigInt(other), units: 1_000_000n }], 4_294_967_295, ZERO_WORD],
              gas: 2_000_000n,
            },
          ]),
        );
      const key = randomUUID();
      const refused = await sell(
        'minghua',
        { lots: [{ note, amount: '1000000' }], best: true, maxCost: '100000' },
        key,
      );
      assert.strictEqual((await ledger.ledgerClient.await(operation, 10_000)).state, 'done');
      if (refused.body.code === 'NOBODY_BUYS' && attempt < 5) continue; // the relayer was faster
      assertRefused(refused, 409, 'OFFER_CAPACITY_EXCEEDED', { left: '0', wanted: '1000000' });
      assert.isOk(refused.headers.get('deeptier-block'), 'the ledger itself refused it');
      const again = await sell('minghua', { lots: [{ note, amount: '1000000' }], best: true, maxCost: '100000' }, key);
      assert.deepEqual([again.body, again.headers.get('idempotency-replayed')], [refused.body, 'true']);
      assert.strictEqual(
        ok(await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).amount,
        '7345678',
        'its note is its own still',
      );
      break;
    }
  });

  it('nothing is sold above the cost the seller says, and it is told the best there is', async () => {
    const note = await someNote(ledger);
    const made = await quote(ledger, 'harbour');
    assertRefused(await sell('minghua', { lots: [{ note }], best: true, maxCost: '29280' }), 422, 'COST_ABOVE_LIMIT', {
      cost: '29281',
      maximum: '29280',
    });
    assertRefused(
      await sell('minghua', { lots: [{ note }], quote: made.id, maxCost: '29280' }),
      422,
      'COST_ABOVE_LIMIT',
      { cost: '29281', maximum: '29280' },
    );
    const none = await sell('minghua', {
      lots: [{ note, amount: '1000000' }],
      best: true,
      maxCost: '29281',
      recourse: 'with',
    });
    assertRefused(none, 409, 'NOBODY_BUYS');
    assert.deepEqual(none.body.values.reasons, [
      `${ledger.party('harbour')}: RECOURSE_DIFFERS`,
      `${ledger.party('rongda')}: NO_QUOTE`,
    ]);
  });

  it('seller and buyer see a sale; to others there is none; a regulator sees it on record', async () => {
    await quote(ledger, 'harbour');
    const sale = ok(await sell('minghua', { lots: [{ note: await someNote(ledger) }], best: true, maxCost: '100000' }));
    const { balance: _balance, ...shown } = sale;
    for (const name of ['minghua', 'harbour', 'guangdong'])
      assert.deepEqual(ok(await ledger.as(`${name}.viewer`).get(`/v1/sales/${sale.id}`)), shown, name);
    for (const name of ['hengtai', 'rongda', 'pearl', 'zhengxin'])
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/sales/${sale.id}`), 404, 'SALE_UNKNOWN');
    assertRefused(await ledger.as('deeptier.viewer').get(`/v1/sales/${sale.id}`), 403, 'ACCESS_DENIED');
    const listed = async (name: string, query: string) =>
      ok(await ledger.as(`${name}.viewer`).get(`/v1/sales?limit=1&${query}`)).items[0]?.id;
    assert.deepEqual(
      [
        await listed('minghua', 'side=sold'),
        await listed('harbour', 'side=bought'),
        await listed('guangdong', 'currency=CNY'),
      ],
      [sale.id, sale.id, sale.id],
    );
    assert.strictEqual(await listed('minghua', 'side=bought'), undefined);
    const payable = (BigInt(sale.notes[0].from) >> 24n).toString();
    ok(
      await ledger
        .as('hengtai.maker')
        .post('/v1/access-grants', {
          auditor: String(ledger.party('zhengxin')),
          scope: 'payable',
          subject: payable,
          expiresAt: '2026-12-31T00:00:00Z',
          purpose: 'audit',
        }),
    );
    assert.deepEqual(ok(await ledger.as('zhengxin.viewer').get(`/v1/sales/${sale.id}`)), shown);
    const looked = await ledger.db
      .selectFrom('access_log')
      .select(['party', 'kind'])
      .where('kind', '=', 'sale')
      .where('subject', '=', sale.id)
      .execute();
    assert.deepEqual(
      looked.map(({ party }) => party).sort(),
      [ledger.party('guangdong'), ledger.party('zhengxin')].sort(),
    );
  });

  it('tables made again from block 0 are the same, and signed quotes are still there', async () => {
    const made = await quote(ledger, 'harbour', { visibility: 'private', sellers: [String(ledger.party('minghua'))] });
    ok(await sell('minghua', { lots: [{ note: await someNote(ledger) }], quote: made.id }));
    const digest = await ledger.projector.digestTables();
    const before = ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${made.id}`));
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
    assert.deepEqual(ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${made.id}`)), before);
    await ledger.restart();
    assert.deepEqual(ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${made.id}`)), before);
    ok(await sell('minghua', { lots: [{ note: await someNote(ledger) }], quote: made.id }));
  });

  it('whatever the terms, the quote that is sold under is the one that the ledger prices best', async () => {
    const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
    for (let count = 0; count < 12; count += 1) {
      await quote(ledger, pick(['harbour', 'rongda'], count), {
        rate: String(25_000 + ((count * 7_919) % 9_000)),
        dayCount: pick(DAY_COUNTS, count),
        method: pick(DISCOUNT_METHODS, count + (count >> 2)),
        fees: { flat: String((count * 104_729) % 3_000), ppm: String((count * 1_299) % 2_000) },
        minAmount: count % 5 === 0 ? '50000' : '1',
      });
    }
    const [first, second] = [await someNote(ledger), await someNote(ledger, { maturity: '2026-05-29' })];
    for (const amount of ['7000', '40000', '1000000', '3000000']) {
      const lots = [
        { note: first, amount: String(BigInt(amount) / 2n + 1n) },
        { note: second, amount },
      ];
      const { offers } = await compare('minghua', lots);
      const costs = offers.map(({ allInAnnualCost }: any) => BigInt(allInAnnualCost));
      const best = costs.reduce((least: bigint, cost: bigint) => (cost < least ? cost : least));
      const sale = await sell('minghua', { lots, best: true, maxCost: '4294967295' });
      if (best > 4_294_967_295n) assertRefused(sale, 422, 'COST_ABOVE_LIMIT', { cost: best });
      else assert.strictEqual(BigInt(ok(sale).allInAnnualCost), best, amount);
    }
  });

  it('with thirty quotes to choose from, the cheapest is taken', async () => {
    const made: string[] = [];
    for (let count = 0; count < 15; count += 1) {
      for (const financier of ['harbour', 'rongda'])
        made.push(
          (
            await quote(ledger, financier, {
              rate: String(20_000 + 100 * ((count * 7) % 15) + (financier === 'rongda' ? 50 : 0)),
            })
          ).id,
        );
    }
    const { offers } = await compare('minghua', [{ note: await someNote(ledger) }]);
    assertEvery(made, (id) => offers.some((offer: any) => offer.quote.id === id), 'all thirty are shown');
    const sale = ok(await sell('minghua', { lots: [{ note: await someNote(ledger) }], best: true, maxCost: '100000' }));
    assert.strictEqual(sale.quote, made[0], 'the one at 2 % a year');
  });
});
