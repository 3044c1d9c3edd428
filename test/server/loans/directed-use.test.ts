// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { TestLedger } from '../harness.ts';
import { assertRefused } from '../receivables/scenario.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { balance, ok, openMarket, someNote } from '../discounting/market.ts';
import { assertLoansMirror, assertRebuilt, borrow, lendOffer, withdrawOffers } from './lending.ts';

/** 9,000,000 for lihe and kaida, to be drawn within thirty days. */
describe('loans for a directed use', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(() => withdrawOffers(ledger));

  const party = (name: string) => String(ledger.party(name));
  const act = (name: string, loan: string, what: string, body?: object) =>
    ledger.as(`${name}.maker`).post(`/v1/loans/${loan}/${what}`, body);
  const account = async (name: string) => ok(await ledger.as(`${name}.viewer`).get('/v1/cash/CNY/balance'));
  const directed = async (change: Record<string, unknown> = {}) => {
    const offer = await lendOffer(ledger, 'harbour', {
      payees: [party('lihe'), party('kaida')],
      drawDays: 30,
      ...change,
    });
    return borrow(ledger, 'minghua', offer.id, await someNote(ledger), '9000000');
  };

  it('the money waits with the lender, reaches the named parties alone, and the rest returns', async () => {
    const before = await account('harbour');
    const loan = await directed();
    assert.deepEqual(
      [loan.use, loan.undrawn, loan.owed.total, loan.drawUntil],
      ['directed', '9000000', '0', '2026-05-01'],
    );
    const reserved = await account('harbour');
    assert.deepEqual(
      [reserved.balance, reserved.reserved, BigInt(reserved.available)],
      [before.balance, '9000000', BigInt(before.balance) - 9_000_000n],
    );
    assertRefused(
      await ledger
        .as('harbour.maker')
        .post('/v1/cash/CNY/payments', { to: party('rongda'), amount: before.balance, reference: 'all' }),
      422,
      'CASH_IS_RESERVED',
      { available: reserved.available, wanted: before.balance },
    );
    const had = await balance(ledger, 'lihe');
    const drawn = ok(
      await act('minghua', loan.id, 'draws', { payee: party('lihe'), amount: '6000000', reference: 'INV-4711' }),
    );
    assert.deepEqual([drawn.undrawn, drawn.owed.principal], ['3000000', '6000000']);
    assert.deepEqual(
      drawn.acts.map(({ act: word, party: to, reference }: any) => [word, to?.id, reference]),
      [
        ['granted', party('minghua'), null],
        ['drawn', party('lihe'), 'INV-4711'],
      ],
    );
    assert.strictEqual(await balance(ledger, 'lihe'), had + 6_000_000n);
    const [entry] = ok(await ledger.as('lihe.viewer').get('/v1/cash/CNY/statement?limit=1')).items;
    assert.deepEqual([entry.kind, entry.reference, entry.counterparty.id], ['loan', 'INV-4711', party('harbour')]);
    for (const name of ['jinfeng', 'minghua', 'harbour']) {
      assertRefused(
        await act('minghua', loan.id, 'draws', { payee: party(name), amount: '1' }),
        422,
        'PAYEE_NOT_NAMED',
        { payee: party(name) },
      );
    }
    assertRefused(
      await act('harbour', loan.id, 'draws', { payee: party('lihe'), amount: '1' }),
      403,
      'NOT_THE_BORROWER',
    );
    assertRefused(await act('lihe', loan.id, 'draws', { payee: party('lihe'), amount: '1' }), 404, 'LOAN_UNKNOWN');
    assertRefused(
      await act('minghua', loan.id, 'draws', { payee: party('kaida'), amount: '3000001' }),
      422,
      'DRAW_EXCEEDS_LOAN',
      { undrawn: '3000000' },
    );
    assertRefused(await act('harbour', loan.id, 'end-of-drawing'), 403, 'NOT_THE_BORROWER');
    const ended = ok(await act('minghua', loan.id, 'end-of-drawing'));
    assert.deepEqual([ended.undrawn, ended.status, (await account('harbour')).reserved], ['0', 'open', '0']);
    assertRefused(await act('minghua', loan.id, 'end-of-drawing'), 409, 'NOTHING_UNDRAWN');
    await assertLoansMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it('interest runs on what was drawn, from its draw; after the last day the lender takes the rest back', async () => {
    const loan = await directed();
    ledger.goTo('2026-05-01');
    ok(await act('minghua', loan.id, 'draws', { payee: party('kaida'), amount: '3000000' }));
    ledger.goTo('2026-05-31');
    assert.strictEqual(
      ok(await ledger.as('minghua.viewer').get(`/v1/loans/${loan.id}`)).owed.interest,
      '15000',
      'thirty days on 3,000,000',
    );
    assertRefused(
      await act('minghua', loan.id, 'draws', { payee: party('kaida'), amount: '1' }),
      409,
      'DRAWING_IS_OVER',
      { drawUntil: '2026-05-01' },
    );
    const ended = ok(await act('harbour', loan.id, 'end-of-drawing'));
    assert.deepEqual(
      ended.acts.map(({ act: word, principal }: any) => [word, principal]),
      [
        ['granted', '0'],
        ['drawn', '3000000'],
        ['drawing-ended', '6000000'],
      ],
    );
    await assertLoansMirror(ledger);
    ledger.goTo('2026-05-31');
  });

  it('fees are drawn at once; a loan of which nothing was drawn closes and frees its note', async () => {
    const loan = await directed({ fees: { flat: '500', to: party('pearl') } });
    assert.deepEqual([loan.undrawn, loan.owed.principal, loan.fees], ['8999500', '500', '500']);
    const untouched = await directed();
    const closed = ok(await act('minghua', untouched.id, 'end-of-drawing'));
    assert.deepEqual(
      [closed.status, closed.collateral, closed.acts.map(({ act: word }: any) => word)],
      ['closed', [], ['granted', 'drawing-ended', 'closed', 'released']],
    );
    assertRefused(
      await act('minghua', untouched.id, 'draws', { payee: party('lihe'), amount: '1' }),
      409,
      'LOAN_IS_CLOSED',
    );
    await assertLoansMirror(ledger);
  });

  it('the comparison tells free from directed use when asked', async () => {
    const offer = await lendOffer(ledger, 'harbour', { payees: [party('lihe')], drawDays: 30 });
    const asked = { lots: [{ note: await someNote(ledger) }], principal: '1000000', dueDate: '2026-06-30' };
    const compare = async (use: string) =>
      ok(await ledger.as('minghua.viewer').post('/v1/loan-comparisons', { ...asked, use }));
    assert.deepEqual(
      (await compare('directed')).offers.map(({ offer: { id } }: any) => id),
      [offer.id],
    );
    assert.deepEqual((await compare('either')).offers.length, 1);
    const { none } = await compare('free');
    assert.deepEqual(none.map(({ reason }: any) => reason.code).sort(), ['NO_LOAN_OFFER', 'USE_DIFFERS']);
    const loan = ok(
      await ledger
        .as('minghua.maker')
        .post('/v1/loans', { ...asked, best: true, use: 'directed', maxCost: '4294967295' }),
    );
    assert.strictEqual(loan.offer, offer.id);
  });

  it('a replay of all events makes the very same tables', () => assertRebuilt(ledger));
});
