// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import fc from 'fast-check';
import { lossOf } from '../../../server/covers/waterfall.ts';
import type { TestLedger } from '../harness.ts';
import { assertMirror } from '../receivables/mirror.ts';
import { assertRefused } from '../receivables/scenario.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { ok } from '../discounting/market.ts';
import { DUE, FACE, fund, gains, IN_DEFAULT, openFailure, soldOn, spend } from '../recourse/failure.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { runs } from '../../depth.ts';

const CAUSE = 'Unpaid at maturity';
const MILLION = 1_000_000n;

describe('covers', () => {
  let ledger: TestLedger;
  /** Sold by minghua without recourse: to harbour, to harbour, to rongda. */
  let first: { payable: string; note: string };
  let second: { payable: string; note: string };
  let others: { payable: string; note: string };

  before(async () => {
    ledger = await openFailure();
    first = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'without' });
    second = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'without' });
    others = await soldOn(ledger, { from: 'minghua', to: 'rongda', recourse: 'without' });
    await fund(ledger, 'lihe', 20n * MILLION);
    await fund(ledger, 'xinyuan', 20n * MILLION);
    await fund(ledger, 'hengtai', 50n * MILLION);
  });
  after(async () => {
    try {
      await assertMirror(ledger);
      await assertCashIsConserved(ledger);
      const digest = await ledger.projector.digestTables();
      await ledger.projector.rebuild();
      assert.strictEqual(await ledger.projector.digestTables(), digest, 'the tables rebuilt from the chain');
    } finally {
      await ledger.stop();
    }
  });

  const id = (name: string): string => String(ledger.party(name));
  const see = async (user: string, path: string) => ok(await ledger.as(user).get(path));
  const post = (user: string, path: string, body: object) => ledger.as(user).post(path, body);
  /** 10,000.00 are the insured's own; then 50,000.00 at 60 and 40 %; then 30,000.00 at 80 %. */
  const layers = () => [
    {
      deductible: '1000000',
      cap: '5000000',
      carriers: [
        { party: id('lihe'), share: '600000' },
        { party: id('xinyuan'), share: '400000' },
      ],
    },
    { cap: '3000000', carriers: [{ party: id('xinyuan'), share: '800000' }] },
  ];
  const terms = (change: object = {}) => ({
    insured: id('harbour'),
    currency: 'CNY',
    from: '2026-09-01',
    until: '2026-09-30',
    layers: layers(),
    reference: 'POL-2026-118',
    ...change,
  });
  const propose = (user: string, change: object = {}) => post(user, '/v1/covers', terms(change));
  const consent = (user: string, cover: { id: string; termsHash: string }) =>
    post(user, `/v1/covers/${cover.id}/consents`, { termsHash: cover.termsHash });
  const inForce = async (change: object = {}) => {
    const cover = ok(await propose('lihe.maker', change));
    return ok(await consent('xinyuan.checker', cover));
  };
  const claim = (user: string, cover: string, note: string) =>
    post(user, `/v1/covers/${cover}/claims`, { note, cause: CAUSE });
  const pay = (payable: string, amount: bigint) =>
    ledger
      .as('hengtai.checker')
      .post(
        `/v1/payables/${payable}/payments`,
        { amount: amount.toString(), reference: 'late' },
        { headers: { Prefer: 'wait=25' } },
      );

  let cover: { id: string; termsHash: string };

  it('the waterfall is calculated before anything is signed', async () => {
    const body = {
      layers: [
        {
          deductible: '1000000',
          cap: '5000000',
          carriers: [
            { name: 'guarantor', share: '600000' },
            { name: 'insurer', share: '400000' },
          ],
        },
        { cap: '3000000', carriers: [{ name: 'insurer', share: '800000' }] },
      ],
      loss: '10000000',
      recovered: '2500000',
    };
    const shown = ok(await post('harbour.viewer', '/v1/covers/waterfall-calculations', body));
    assert.deepEqual([shown.carriersPay, shown.carriersGetBack, shown.insuredKeeps], ['7400000', '1200000', '1300000']);
    assert.deepEqual(
      shown.layers.map(({ borne, refunded }: any) => [borne, refunded]),
      [
        ['5000000', '0'],
        ['3000000', '1500000'],
      ],
    );
    assert.deepEqual(shown.layers[1].carriers, [
      { name: 'insurer', share: '800000', borne: '2400000', refunded: '1200000' },
    ]);
    assert.deepEqual(shown.layers[1].own, { borne: '600000', refunded: '300000' });
    const many = {
      ...body,
      layers: [
        {
          cap: '1',
          carriers: [
            { name: 'a', share: '600000' },
            { name: 'b', share: '400001' },
          ],
        },
      ],
    };
    assertRefused(await post('harbour.viewer', '/v1/covers/waterfall-calculations', many), 422, 'COVER_INVALID', {
      field: 'share',
    });
    assertRefused(
      await post('harbour.viewer', '/v1/covers/waterfall-calculations', { ...body, recovered: '10000001' }),
      422,
      'LOSS_BELOW_RECOVERY',
    );
    assert.strictEqual((await post('deeptier.viewer', '/v1/covers/waterfall-calculations', body)).status, 403);
  });

  it('the gateway and the contract calculate the same, whatever the layers', async () => {
    const share = fc.bigInt({ min: 1n, max: 125_000n });
    const layer = fc.record({
      deductible: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      cap: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
      shares: fc.array(share, { minLength: 1, maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(layer, { minLength: 1, maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        async (some, loss) => {
          const layers = some.map(({ deductible, cap, shares }) => ({
            deductible,
            cap,
            carriers: shares.map((of, place) => ({ party: place + 1, share: Number(of) })),
          }));
          const onChain = await ledger.read(call('CoverBook', 'calculate', layers, loss));
          assert.deepEqual(
            lossOf(some, loss).map(({ carriers, own }) => [...carriers, own]),
            onChain,
          );
        },
      ),
      { numRuns: runs(60, 1_000) },
    );
  });

  it('a cover is in force once every carrier has consented to the terms it names', async () => {
    assertRefused(await propose('rongda.maker'), 403, 'NOT_IN_COVER');
    assertRefused(await propose('harbour.maker', { insured: undefined }), 422, 'COVER_INVALID', { field: 'insured' });
    assertRefused(await propose('harbour.maker', { currency: 'USD' }), 404, 'CASH_UNKNOWN');
    assertRefused(await propose('harbour.maker', { payable: '9999' }), 404, 'PAYABLE_UNKNOWN');
    const made = await propose('harbour.maker');
    cover = ok(made);
    assert.deepEqual(
      [made.status, made.headers.get('location'), made.body.stage],
      [201, `/v1/covers/${cover.id}`, 'proposed'],
    );
    assert.deepEqual(made.body.layers[0].carriers[0], {
      carrier: { id: id('lihe'), name: made.body.layers[0].carriers[0].carrier.name },
      share: '600000',
      consented: false,
    });
    assertRefused(await claim('harbour.maker', cover.id, first.note), 409, 'COVER_NOT_IN_FORCE', { stage: 'proposed' });

    assert.strictEqual((await consent('lihe.maker', cover)).status, 403);
    assertRefused(
      await consent('lihe.checker', { id: cover.id, termsHash: `0x${'5e'.repeat(32)}` }),
      409,
      'COVER_TERMS_DIFFER',
    );
    assertRefused(await consent('harbour.checker', cover), 409, 'CARRIER_CONSENT_NOT_DUE');
    assertRefused(await consent('rongda.checker', cover), 404, 'COVER_UNKNOWN');
    assert.strictEqual(ok(await consent('lihe.checker', cover)).stage, 'proposed');
    assertRefused(await consent('lihe.checker', cover), 409, 'CARRIER_CONSENT_NOT_DUE');
    const done = ok(await consent('xinyuan.checker', cover));
    assert.deepEqual([done.stage, done.layers[1].carriers[0].consented, done.accounts], ['in-force', true, []]);
    assertRefused(await consent('xinyuan.checker', cover), 409, 'COVER_NOT_PROPOSED');
  });

  it('who is not in a cover does not see it; a regulator does', async () => {
    for (const user of ['rongda.viewer', 'minghua.viewer', 'hengtai.viewer', 'zhengxin.viewer']) {
      assertRefused(await ledger.as(user).get(`/v1/covers/${cover.id}`), 404, 'COVER_UNKNOWN');
      assert.deepEqual((await see(user, '/v1/covers')).items, []);
    }
    assert.strictEqual((await ledger.as('deeptier.viewer').get(`/v1/covers/${cover.id}`)).status, 403);
    for (const user of ['harbour.viewer', 'lihe.viewer', 'xinyuan.viewer', 'guangdong.viewer']) {
      assert.deepEqual(
        (await see(user, '/v1/covers?stage=in-force')).items.map((item: { id: string }) => item.id),
        [cover.id],
      );
    }
  });

  it('before it is in force anyone in it ends a cover, and says why', async () => {
    const other = ok(await propose('harbour.maker'));
    assertRefused(
      await post('rongda.maker', `/v1/covers/${other.id}/cancellation`, { cause: CAUSE }),
      404,
      'COVER_UNKNOWN',
    );
    const ended = ok(await post('xinyuan.maker', `/v1/covers/${other.id}/cancellation`, { cause: 'Not our risk' }));
    assert.deepEqual([ended.stage, ended.cancelCause], ['cancelled', 'Not our risk']);
    assertRefused(await consent('lihe.checker', other), 409, 'COVER_NOT_PROPOSED', { stage: 'cancelled' });
    assertRefused(
      await post('harbour.maker', `/v1/covers/${cover.id}/cancellation`, { cause: CAUSE }),
      409,
      'COVER_NOT_PROPOSED',
      { stage: 'in force' },
    );
  });

  it('a loss is paid at once, layer by layer, and what the obligor pays later goes back in reverse order', async () => {
    ledger.goTo(DUE);
    assertRefused(await claim('harbour.maker', cover.id, first.note), 409, 'NOT_IN_DEFAULT', {
      defaultDate: IN_DEFAULT,
    });
    ledger.goTo(IN_DEFAULT);
    assertRefused(await claim('lihe.maker', cover.id, first.note), 404, 'NOTE_UNKNOWN');
    assertRefused(await claim('harbour.maker', '99', first.note), 404, 'COVER_UNKNOWN');
    const since = await gains(ledger, ['harbour', 'lihe', 'xinyuan']);
    const made = await claim('harbour.maker', cover.id, first.note);
    const [account] = ok(made).accounts;
    assert.deepEqual(await since(), [7_400_000n, -3_000_000n, -4_400_000n]);
    assert.deepEqual(
      [account.loss, account.notBorne, account.claims[0].note, account.claims[0].cause],
      [FACE.toString(), '4345678', first.note, CAUSE],
    );
    assert.deepEqual(
      account.layers.map(({ borne }: any) => borne),
      ['5000000', '3000000'],
    );
    assert.deepEqual(
      account.layers[1].parts.map(({ carrier, borne, paid, owed }: any) => [carrier?.id ?? null, borne, paid, owed]),
      [
        [null, '600000', '0', '0'],
        [id('xinyuan'), '2400000', '2400000', '0'],
      ],
    );
    const [entry] = (await see('lihe.viewer', '/v1/cash/CNY/statement?limit=1')).items;
    assert.deepEqual(
      [entry.kind, entry.direction, entry.amount, entry.counterparty.id],
      ['cover', 'out', '3000000', id('harbour')],
    );
    assertRefused(await claim('harbour.maker', cover.id, first.note), 409, 'LOSS_ALREADY_CLAIMED', { cover: cover.id });

    ok(await pay(first.payable, 4_345_678n)); // 3,345,678 above the layers, a third of the second
    assert.deepEqual(await since(), [7_400_000n + 4_345_678n - 800_000n, -3_000_000n, -3_600_000n]);
    const [later] = (await see('harbour.viewer', `/v1/covers/${cover.id}`)).accounts;
    assert.deepEqual(
      [later.recovered, later.loss, later.layers[1].borne, later.layers[1].parts[1].refunded],
      ['4345678', '8000000', '2000000', '800000'],
    );
    ok(await pay(first.payable, FACE - 4_345_678n));
    assert.deepEqual(await since(), [FACE, 0n, 0n], 'everyone is whole');
  });

  it('a carrier without cash owes its part, and pays it when it can', async () => {
    await spend(ledger, 'xinyuan', 19n * MILLION);
    const since = await gains(ledger, ['harbour', 'lihe', 'xinyuan']);
    const [account] = ok(await claim('harbour.maker', cover.id, second.note)).accounts;
    assert.deepEqual(await since(), [4_000_000n, -3_000_000n, -1_000_000n]);
    assert.strictEqual(
      account.layers[0].parts.find(({ carrier }: any) => carrier?.id === id('xinyuan')).owed,
      '1000000',
    );
    const collect = (user: string) => post(user, `/v1/covers/${cover.id}/share-payments`, { note: second.note });
    assertRefused(await collect('harbour.maker'), 409, 'NOTHING_TO_PAY');
    assertRefused(await collect('rongda.maker'), 404, 'COVER_UNKNOWN');
    assertRefused(
      await post('harbour.maker', `/v1/covers/${cover.id}/share-payments`, { note: others.note }),
      409,
      'LOSS_NOT_CLAIMED',
    );
    await fund(ledger, 'xinyuan', 10n * MILLION);
    ok(await collect('xinyuan.maker'));
    assert.deepEqual(await since(), [7_400_000n, -3_000_000n, 10n * MILLION - 4_400_000n]);
  });

  it('where whoever holds is insured, a holder sees the cover and its own loss', async () => {
    const open = await inForce({ insured: undefined, payable: others.payable });
    assert.strictEqual((await see('rongda.viewer', `/v1/covers/${open.id}`)).insured, null);
    assertRefused(await ledger.as('harbour.viewer').get(`/v1/covers/${open.id}`), 404, 'COVER_UNKNOWN');
    const [account] = ok(await claim('rongda.maker', open.id, others.note)).accounts;
    assert.deepEqual([account.claims[0].holder.id, account.below, account.loss], [id('rongda'), '0', FACE.toString()]);
  });

  it('a cover pays for what it names and for whom', async () => {
    const narrow = await inForce({ payable: first.payable });
    assertRefused(await claim('harbour.maker', narrow.id, second.note), 422, 'NOTE_NOT_COVERED', {
      field: 'payableId',
    });
    const theirs = ok(
      await propose('rongda.maker', { layers: [{ cap: '1', carriers: [{ party: id('rongda'), share: '1000000' }] }] }),
    );
    assert.strictEqual(theirs.stage, 'in-force', 'its only carrier proposed it');
    assertRefused(await claim('rongda.maker', theirs.id, others.note), 403, 'NOT_THE_INSURED', {
      insured: id('harbour'),
    });
    assertRefused(await claim('rongda.maker', theirs.id, second.note), 404, 'NOTE_UNKNOWN');
    assertRefused(await claim('harbour.maker', theirs.id, second.note), 409, 'LOSS_ALREADY_CLAIMED', {
      cover: cover.id,
    });
  });
});
