// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import type { TestLedger } from '../harness.ts';
import { activePayable, assertRefused, hand } from '../receivables/scenario.ts';
import { ok, openMarket, withdrawAll, quote, someNote } from '../discounting/market.ts';
import { call } from '../../../server/ledger/contract-types.ts';

describe('what a financier has at stake', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(() => withdrawAll(ledger));

  const id = (name: string) => String(ledger.party(name));
  const limits = async (name = 'harbour', query = '') =>
    ok(await ledger.as(`${name}.viewer`).get(`/v1/risk-limits${query}`));
  const inCny = async (name = 'harbour') =>
    (await limits(name)).currencies.find(({ currency }: { currency: string }) => currency === 'CNY');
  const declare = (amount: string, currency = 'CNY') =>
    ledger.as('harbour.maker').put(`/v1/risk-assets/${currency}`, { amount });
  const sell = (seller: string, note: string, amount?: string) =>
    ledger
      .as(`${seller}.maker`)
      .post('/v1/sales', {
        lots: [{ note, ...(amount === undefined ? {} : { amount }) }],
        best: true,
        maxCost: '1000000',
      });

  it('it is its risk assets, its limits by the rules of the day, and each debtor with its share', async () => {
    const declared = await declare('40000000');
    assert.strictEqual(declared.status, 200);
    assert.deepEqual(
      [declared.body.riskAssets, declared.body.debtorLimit, declared.body.affiliateLimit],
      ['40000000', '20000000', '16000000'],
    );
    await quote(ledger, 'harbour');
    ok(await sell('minghua', await someNote(ledger)));

    const shown = await limits();
    assert.deepEqual(
      [shown.financier.id, shown.maxDebtorShare, shown.maxAffiliateShare, shown.affiliates],
      [id('harbour'), 5000, 4000, []],
    );
    const [cny] = shown.currencies;
    assert.deepEqual(
      cny.debtors.map(({ debtor, ...rest }: any) => [debtor.id, debtor.name !== '', rest]),
      [[id('hengtai'), true, { exposure: '12345678', share: 3087, left: '7654322', affiliate: false }]],
    );
    assert.deepEqual(cny.affiliates, { exposure: '0', share: 0, left: '16000000' });
    const onChain = await ledger.read(
      call('Concentration', 'room', ledger.party('harbour'), ledger.party('hengtai'), codeBytes3('CNY')),
    );
    assert.strictEqual(onChain, 7_654_322n, 'the ledger has room for as much');
  });

  it('a sale beyond it is refused with the numbers, and one within it is not', async () => {
    await declare('40000000');
    await quote(ledger, 'harbour');
    const note = await someNote(ledger);
    const { left } = (await inCny()).debtors[0];
    const refused = await ledger
      .as('minghua.maker')
      .post('/v1/sales', {
        lots: [{ note, amount: String(BigInt(left) + 1n) }],
        quote: (await quote(ledger, 'harbour')).id,
      });
    assertRefused(refused, 409, 'DEBTOR_SHARE_EXCEEDED', {
      financier: id('harbour'),
      debtor: id('hengtai'),
      currency: 'CNY',
      limit: '20000000',
      wanted: String(BigInt(left) + 1n),
    });
    ok(await sell('minghua', note, left));
    assert.strictEqual((await inCny()).debtors[0].left, '0');
    await declare('0');
    const none = await inCny();
    assert.deepEqual(
      [none.riskAssets, none.debtorLimit, none.debtors[0].share, none.debtors[0].left],
      ['0', '0', null, '0'],
    );
    const undeclared = await ledger
      .as('minghua.maker')
      .post('/v1/sales', { lots: [{ note, amount: '100' }], quote: (await quote(ledger, 'harbour')).id });
    assertRefused(undeclared, 409, 'RISK_ASSETS_UNDECLARED', { financier: id('harbour'), currency: 'CNY' });
  });

  it('affiliates are named and named no longer; together they have a limit of their own', async () => {
    await declare('10000000000');
    const named = await ledger.as('harbour.maker').put(`/v1/affiliates/${id('hengtai')}`);
    assert.deepEqual([named.status, named.body.affiliates.map((one: any) => one.id)], [200, [id('hengtai')]]);
    await quote(ledger, 'harbour');
    ok(await sell('minghua', await someNote(ledger), '1000'));
    const shown = await inCny();
    assert.deepEqual([shown.affiliates.exposure, shown.debtors[0].affiliate], ['1000', true]);
    await declare('30000000'); // 12,000,000 with affiliates, 15,000,000 with one debtor, and more than that is there already
    assert.strictEqual((await inCny()).debtors[0].left, '0');
    const dropped = await ledger.as('harbour.maker').delete(`/v1/affiliates/${id('hengtai')}`);
    assert.deepEqual([dropped.status, dropped.body.affiliates], [200, []]);
    assert.strictEqual((await inCny()).affiliates.exposure, '1000', 'what was counted so stays so');
    assertRefused(await ledger.as('harbour.maker').put('/v1/affiliates/4000000000'), 404, 'PARTY_UNKNOWN');
    assertRefused(await ledger.as('harbour.maker').put(`/v1/affiliates/${id('harbour')}`), 422, 'SELF_REFERENCE');
  });

  it('a quote by a group buys whoever is in it', async () => {
    await declare('10000000000');
    const path = `/v1/obligor-groups/${encodeURIComponent('评级 A/1')}`;
    assertRefused(await ledger.as('harbour.viewer').get(path), 404, 'GROUP_UNKNOWN');
    const { id: named } = await quote(ledger, 'harbour', { group: '评级 A/1' });
    const note = await someNote(ledger);
    const under = { lots: [{ note, amount: '1000' }], quote: named };
    assertRefused(await ledger.as('minghua.maker').post('/v1/sales', under), 422, 'OBLIGOR_NOT_TAKEN');

    const made = await ledger.as('harbour.maker').put(path, { members: [id('hengtai'), id('pearl')] });
    assert.deepEqual(
      [made.status, made.body.name, made.body.members.map((one: any) => one.id).sort()],
      [200, '评级 A/1', [id('hengtai'), id('pearl')].sort()],
    );
    ok(await ledger.as('minghua.maker').post('/v1/sales', under));
    assert.deepEqual(
      ok(await ledger.as('harbour.maker').put(path, { members: [id('pearl'), id('hengtai')] })),
      made.body,
      'the same again is nothing to do',
    );
    const changed = ok(await ledger.as('harbour.maker').put(path, { members: [id('rongda')] }));
    assert.deepEqual(
      changed.members.map((one: any) => one.id),
      [id('rongda')],
    );
    assert.deepEqual(ok(await ledger.as('harbour.viewer').get('/v1/obligor-groups')).items, [changed]);
    assert.deepEqual(
      ok(await ledger.as('rongda.viewer').get('/v1/obligor-groups')).items,
      [],
      "groups are their financier's own",
    );
    assert.deepEqual(ok(await ledger.as('harbour.maker').put(path, { members: [] })).members, []);
    assertRefused(await ledger.as('harbour.viewer').get(path), 404, 'GROUP_UNKNOWN');
  });

  it('what was passed on is taken off by a recount', async () => {
    await declare('10000000000');
    await quote(ledger, 'harbour');
    const bought = ok(await sell('minghua', await someNote(ledger))).notes[0].note as string;
    const before = BigInt((await inCny()).debtors[0].exposure);
    assert.deepEqual(ok(await ledger.as('harbour.maker').post('/v1/risk-limits/recounts')), { notes: [], more: false });
    await hand(ledger, 'harbour', bought, 'jinfeng', 2_345_678n);
    assert.strictEqual(BigInt((await inCny()).debtors[0].exposure), before);
    assert.deepEqual(ok(await ledger.as('harbour.maker').post('/v1/risk-limits/recounts')), {
      notes: [bought],
      more: false,
    });
    assert.strictEqual(BigInt((await inCny()).debtors[0].exposure), before - 2_345_678n);
  });

  it('a financier that sells on what it bought has it no longer at stake; the buyer has', async () => {
    await declare('10000000000');
    await quote(ledger, 'harbour');
    const bought = ok(await sell('minghua', await someNote(ledger))).notes[0].note as string;
    const before = BigInt((await inCny()).debtors[0].exposure);
    await withdrawAll(ledger);
    await quote(ledger, 'rongda');
    ok(await sell('harbour', bought));
    assert.strictEqual(BigInt((await inCny()).debtors[0].exposure), before - 12_345_678n);
    assert.strictEqual((await inCny('rongda')).debtors[0].exposure, '12345678');
  });

  it('only the financier sees it, beside a regulator, on record, and an auditor it lets in', async () => {
    const own = await limits();
    const asked = `?financier=${id('harbour')}`;
    assertRefused(await ledger.as('rongda.viewer').get(`/v1/risk-limits${asked}`), 403, 'LIMITS_NOT_YOURS');
    for (const name of ['minghua', 'hengtai', 'deeptier'])
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/risk-limits${asked}`), 403, 'ACCESS_DENIED');
    assert.deepEqual(await limits('guangdong', asked), own);
    assertRefused(await ledger.as('zhengxin.viewer').get(`/v1/risk-limits${asked}`), 403, 'LIMITS_NOT_YOURS');
    ok(
      await ledger
        .as('harbour.maker')
        .post('/v1/access-grants', {
          auditor: id('zhengxin'),
          scope: 'party',
          subject: id('harbour'),
          expiresAt: '2026-12-31T00:00:00Z',
          purpose: 'audit',
        }),
    );
    assert.deepEqual(await limits('zhengxin', asked), own);
    const looked = await ledger.db
      .selectFrom('access_log')
      .select('party')
      .where('kind', '=', 'risk limits')
      .where('subject', '=', id('harbour'))
      .execute();
    assert.deepEqual(looked.map(({ party }) => String(party)).sort(), [id('guangdong'), id('zhengxin')].sort());
    assertRefused(await ledger.as('harbour.viewer').put('/v1/risk-assets/CNY', { amount: '1' }), 403, 'ACCESS_DENIED');
  });

  it('what was at stake at a block is what it was; tables made again are the same', async () => {
    await declare('10000000000');
    const block = await ledger.chain.provider.getBlockNumber();
    const then = await inCny();
    await quote(ledger, 'harbour');
    ok(await sell('minghua', (await activePayable(ledger)).note));
    assert.notDeepEqual(await inCny(), then);
    assert.deepEqual(
      (await limits('harbour', `?asOfBlock=${block}`)).currencies.find(({ currency }: any) => currency === 'CNY'),
      then,
    );
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
  });
});
