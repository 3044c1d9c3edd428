// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { recoverAddress } from 'ethers';
import { offersByHash } from '../../../server/offers/queries.ts';
import { LOAN_OFFER } from '../../../server/loans/terms.ts';
import { orderHash } from '../../../server/offers/sign.ts';
import type { TestLedger } from '../harness.ts';
import { assertRefused } from '../receivables/scenario.ts';
import { ok, openMarket, someNote } from '../discounting/market.ts';
import { assertRebuilt, borrow, lendOffer, loanTerms } from './lending.ts';
import { call, type Call } from '../../../server/ledger/contract-types.ts';

describe('loan offers', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());

  const idsOf = async (name: string, query = ''): Promise<string[]> =>
    (ok(await ledger.as(`${name}.viewer`).get(`/v1/loan-offers?limit=500${query}`)).items as { id: string }[]).map(
      ({ id }) => id,
    );
  const post = (name: string, change: object) =>
    ledger.as(name).post('/v1/loan-offers', { visibility: 'public', ...loanTerms(), ...change });
  const read = <C extends Call>(view: C) => ledger.read(view);
  const stateOf = async (hash: string) => {
    const { published, withdrawn, used } = await read(call('OfferBook', 'stateOf', hash));
    return { published, withdrawn, used };
  };

  it('a published offer is for every member to see, with all its terms, and on the ledger word for word', async () => {
    const made = await lendOffer(ledger, 'harbour', {
      obligors: [String(ledger.party('hengtai'))],
      group: 'grade-a',
      borrowers: [String(ledger.party('minghua'))],
      dayCount: '30E/360 ISDA',
      fees: { flat: '5000', ppm: '3000', to: String(ledger.party('deeptier')) },
      payees: [String(ledger.party('lihe'))],
      drawDays: 30,
      capacity: '18446744073709551615',
    });
    for (const name of ['minghua', 'xinyuan', 'hengtai', 'pearl', 'guangdong', 'zhengxin', 'rongda']) {
      assert.deepEqual(ok(await ledger.as(`${name}.viewer`).get(`/v1/loan-offers/${made.id}`)), made, name);
    }
    assert.deepEqual(
      [
        made.lender.id,
        made.visibility,
        made.status,
        made.currency,
        made.group,
        made.advanceRate,
        made.rate,
        made.dayCount,
        made.maxDays,
        made.graceDays,
      ],
      [String(ledger.party('harbour')), 'public', 'open', 'CNY', 'grade-a', '800000', '60000', '30E/360 ISDA', 365, 5],
    );
    assert.deepEqual(
      [made.use, made.payees[0].id, made.drawDays, made.fees.flat, made.fees.ppm, made.fees.to.id, made.left],
      [
        'directed',
        String(ledger.party('lihe')),
        30,
        '5000',
        '3000',
        String(ledger.party('deeptier')),
        '18446744073709551615',
      ],
    );
    const kept = (await offersByHash(ledger.db, LOAN_OFFER, [made.id], 'latest')).get(made.id);
    assert.ok(kept);
    assert.strictEqual(
      await read(call('LoanOffers', 'hashOf', kept.terms)),
      made.id,
      'what is kept is what was published',
    );
    assert.deepEqual(await stateOf(made.id), { published: true, withdrawn: false, used: 0n });
  });

  it('the operator sees no loan offers, and nobody but a financier makes one', async () => {
    assertRefused(await ledger.as('deeptier.viewer').get('/v1/loan-offers'), 403, 'ACCESS_DENIED');
    for (const name of ['minghua.maker', 'hengtai.maker', 'pearl.maker', 'harbour.viewer', 'harbour.checker']) {
      assertRefused(await post(name, {}), 403, 'ACCESS_DENIED');
    }
  });

  it('a private offer is signed for the borrowers it names, seen by them alone, and unknown to the chain until it is used', async () => {
    const head = await ledger.chain.provider.getBlockNumber();
    const made = await lendOffer(ledger, 'harbour', {
      visibility: 'private',
      borrowers: [String(ledger.party('minghua'))],
    });
    assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head, 'nothing went on chain');
    const kept = (await offersByHash(ledger.db, LOAN_OFFER, [made.id], 'latest')).get(made.id);
    assert.isOk(kept);
    assert.strictEqual(orderHash(LOAN_OFFER.order, kept.terms), made.id);
    assert.strictEqual(
      await read(call('LoanOffers', 'hashOf', kept.terms)),
      made.id,
      'the chain makes the same hash of it',
    );
    const digest = await read(call('OfferBook', 'digestOf', made.id));
    assert.strictEqual(recoverAddress(digest, kept.signature), ledger.key('harbour'));
    for (const name of ['minghua', 'harbour', 'guangdong']) assert.isOk((await idsOf(name)).includes(made.id), name);
    for (const name of ['rongda', 'kaida', 'hengtai', 'zhengxin']) {
      assert.isOk(!(await idsOf(name)).includes(made.id), name);
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/loan-offers/${made.id}`), 404, 'LOAN_OFFER_UNKNOWN');
    }
    const note = await someNote(ledger);
    await borrow(ledger, 'minghua', made.id, note, '1000000');
    assert.deepEqual(
      await stateOf(made.id),
      { published: false, withdrawn: false, used: 1_000_000n },
      'used, and never published',
    );
    assert.strictEqual(ok(await ledger.as('minghua.viewer').get(`/v1/loan-offers/${made.id}`)).used, '1000000');
  });

  it('a withdrawn offer lends nothing more, published or signed', async () => {
    const note = await someNote(ledger);
    for (const change of [{}, { visibility: 'private', borrowers: [String(ledger.party('minghua'))] }]) {
      const { id } = await lendOffer(ledger, 'harbour', change);
      assertRefused(
        await ledger.as('rongda.maker').delete(`/v1/loan-offers/${id}`),
        'visibility' in change ? 404 : 403,
        'visibility' in change ? 'LOAN_OFFER_UNKNOWN' : 'NOT_THE_OFFERER',
      );
      const withdrawn = ok(await ledger.as('harbour.maker').delete(`/v1/loan-offers/${id}`));
      assert.strictEqual(withdrawn.status, 'withdrawn');
      assertRefused(await ledger.as('harbour.maker').delete(`/v1/loan-offers/${id}`), 409, 'OFFER_IS_WITHDRAWN');
      const reply = await ledger
        .as('minghua.maker')
        .post('/v1/loans', { lots: [{ note }], principal: '1000', dueDate: '2026-06-30', offer: id });
      assertRefused(reply, 409, 'OFFER_IS_WITHDRAWN');
      assert.isOk(!(await idsOf('harbour')).includes(id) && (await idsOf('harbour', '&status=all')).includes(id));
    }
  });

  it('a new public offer takes the place of one before it in the same step', async () => {
    const { id } = await lendOffer(ledger, 'rongda');
    const better = await lendOffer(ledger, 'rongda', { rate: '50000', replaces: id });
    assert.strictEqual(ok(await ledger.as('rongda.viewer').get(`/v1/loan-offers/${id}`)).status, 'withdrawn');
    assert.strictEqual(better.status, 'open');
    assertRefused(await post('rongda.maker', { replaces: id }), 409, 'OFFER_IS_WITHDRAWN');
    assertRefused(await post('harbour.maker', { replaces: better.id }), 403, 'NOT_THE_OFFERER');
  });

  it('an offer that is incomplete, past or names a stranger is refused before anything is signed', async () => {
    const borrowers = [String(ledger.party('minghua'))];
    const bad = (change: object, field: string) =>
      post('harbour.maker', change).then((reply) => assertRefused(reply, 422, 'OFFER_INVALID', { field }));
    await bad({ advanceRate: '0' }, 'advanceRate');
    await bad({ drawDays: 1 }, 'drawDays');
    await bad({ visibility: 'private' }, 'borrowers');
    for (const visibility of ['public', 'private']) {
      const nothing = { visibility, borrowers, replaces: `0x${'1'.repeat(64)}` };
      assertRefused(await post('harbour.maker', nothing), 404, 'LOAN_OFFER_UNKNOWN');
    }
    for (const change of [{}, { visibility: 'private', borrowers }]) {
      assertRefused(
        await post('harbour.maker', { ...change, expiresAt: '2026-03-31T00:00:00Z' }),
        409,
        'OFFER_EXPIRED',
      );
      assertRefused(await post('harbour.maker', { ...change, payees: ['4711'] }), 404, 'PARTY_UNKNOWN');
    }
    for (const change of [
      { rate: '1000001' },
      { capacity: '0' },
      { maxDays: 0 },
      { advanceRate: 0.8 },
      { currency: 'XYZ' },
    ]) {
      assertRefused(await post('harbour.maker', change), 422, 'INPUT_INVALID');
    }
  });

  it('a suspended lender offers nothing new and still takes back what it offered', async () => {
    const { id } = await lendOffer(ledger, 'rongda');
    const suspend = (word: string, body: object) =>
      ledger.as('deeptier.maker').post(`/v1/parties/${ledger.party('rongda')}/${word}`, body);
    ok(await suspend('suspension', { reason: 'Licence withdrawn' }));
    assertRefused(await post('rongda.maker', {}), 403, 'PARTY_IS_SUSPENDED');
    assert.strictEqual(ok(await ledger.as('rongda.maker').delete(`/v1/loan-offers/${id}`)).status, 'withdrawn');
    ok(await suspend('readmission', {}));
  });

  it('signed offers outlive a rebuild of the tables, and the tables are the same', async () => {
    const before = await idsOf('guangdong', '&status=all');
    await assertRebuilt(ledger);
    assert.deepEqual(await idsOf('guangdong', '&status=all'), before);
  });
});
