// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { maskOf } from '../../../server/values/roles.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertCashIsConserved } from './conservation.ts';
import { balanceOf, balancesOf, deposit, done, refused } from './payables.ts';
import { textBytes32 } from '../../../server/values/fixed-text.ts';

describe('settlement cash', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openTestLedger();
  });
  after(() => ledger.stop());

  const id = (name: string): string => String(ledger.party(name));

  it('is opened once in a currency, by a settlement bank, with the decimals of the currency', async () => {
    const opened = done(await ledger.as('pearl.checker').post('/v1/cash/CNY'));
    assert.deepEqual(
      { ...opened, address: undefined },
      {
        currency: 'CNY',
        bank: { id: id('pearl'), name: 'Pearl River Bank Co., Ltd.' },
        address: undefined,
        decimals: 2,
        circulating: '0',
      },
    );
    const again = refused(await ledger.as('pearl.checker').post('/v1/cash/CNY'), 409, 'CASH_ALREADY_OPEN');
    assert.deepEqual(again.values, { currency: 'CNY', bank: id('pearl') });
    assert.strictEqual(done(await ledger.as('pearl.checker').post('/v1/cash/JPY')).decimals, 0);
    refused(await ledger.as('pearl.maker').post('/v1/cash/EUR'), 403, 'ACCESS_DENIED');
    refused(await ledger.as('harbour.checker').post('/v1/cash/EUR'), 403, 'ACCESS_DENIED');
    const list = done(await ledger.as('kaida.viewer').get('/v1/cash'));
    assert.deepEqual(
      list.items.map((item: { currency: string; circulating: null }) => [item.currency, item.circulating]),
      [
        ['CNY', null],
        ['JPY', null],
      ],
    );
    assert.match(list.items[0].address, /^0x[0-9a-fA-F]{40}$/);
  });

  it('is issued by its own bank only, and to admitted parties', async () => {
    const order = { to: id('hengtai'), amount: '1000', reference: '存款 1' };
    const movement = done(await ledger.as('pearl.maker').post('/v1/cash/CNY/issues', order));
    assert.deepEqual(
      { ...movement, movedAt: undefined },
      {
        currency: 'CNY',
        kind: 'issue',
        from: null,
        to: { id: id('hengtai'), name: 'Hengtai Motors Co., Ltd.' },
        amount: '1000',
        reference: '存款 1',
        movedAt: undefined,
      },
    );
    assert.strictEqual(await balanceOf(ledger, 'hengtai'), 1000n);
    refused(await ledger.as('pearl.maker').post('/v1/cash/CNY/issues', { ...order, to: '4000' }), 404, 'PARTY_UNKNOWN');
    refused(await ledger.as('pearl.maker').post('/v1/cash/EUR/issues', order), 404, 'CASH_UNKNOWN');
    refused(
      await ledger.as('pearl.maker').post('/v1/cash/CNY/issues', { ...order, reference: '引'.repeat(11) }),
      422,
      'INPUT_INVALID',
    );

    const roles = maskOf(['financier', 'settlement-bank']);
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'changeRoles',
      args: [ledger.party('rongda'), roles],
    });
    await ledger.instruct('guangdong', {
      contract: 'PartyRegistry',
      functionName: 'confirmRoles',
      args: [ledger.party('rongda'), roles],
    });
    refused(await ledger.as('rongda.maker').post('/v1/cash/CNY/issues', order), 403, 'NOT_THE_BANK');
    refused(
      await ledger.as('rongda.maker').post('/v1/cash/CNY/redemptions', { amount: '1', reference: 'x' }),
      403,
      'NOT_THE_BANK',
    );
    assert.strictEqual(await balanceOf(ledger, 'hengtai'), 1000n);
  });

  it('goes from party to party, and both statements say so', async () => {
    const paid = done(
      await ledger
        .as('hengtai.maker')
        .post('/v1/cash/CNY/payments', { to: id('minghua'), amount: '400', reference: 'invoice 7' }),
    );
    assert.deepEqual(
      [paid.from.id, paid.to.id, paid.kind, paid.reference],
      [id('hengtai'), id('minghua'), 'payment', 'invoice 7'],
    );
    assert.deepEqual(await balancesOf(ledger, 'hengtai', 'minghua'), [600n, 400n]);
    const [out] = done(await ledger.as('hengtai.viewer').get('/v1/cash/CNY/statement')).items;
    assert.deepEqual(
      [out.direction, out.kind, out.counterparty, out.amount, out.balance, out.reference],
      ['out', 'payment', { id: id('minghua'), name: 'Minghua Axles Co., Ltd.' }, '400', '600', 'invoice 7'],
    );
    const [into] = done(await ledger.as('minghua.viewer').get('/v1/cash/CNY/statement')).items;
    assert.deepEqual(
      [into.direction, into.counterparty.id, into.amount, into.balance, into.id],
      ['in', id('hengtai'), '400', '400', out.id],
    );
  });

  it('is not there twice: who has too little pays nothing', async () => {
    const body = refused(
      await ledger
        .as('minghua.maker')
        .post('/v1/cash/CNY/payments', { to: id('kaida'), amount: '401', reference: 'too much' }),
      422,
      'ERC20_INSUFFICIENT_BALANCE',
    );
    assert.deepEqual([body.values.balance, body.values.needed], ['400', '401']);
    assert.deepEqual(await balancesOf(ledger, 'minghua', 'kaida'), [400n, 0n]);
  });

  it('is redeemed once it was given back to the bank, and no sooner', async () => {
    refused(
      await ledger.as('pearl.maker').post('/v1/cash/CNY/redemptions', { amount: '100', reference: 'payout' }),
      422,
      'ERC20_INSUFFICIENT_BALANCE',
    );
    done(
      await ledger
        .as('minghua.maker')
        .post('/v1/cash/CNY/payments', { to: id('pearl'), amount: '100', reference: 'cash out' }),
    );
    const movement = done(
      await ledger.as('pearl.maker').post('/v1/cash/CNY/redemptions', { amount: '100', reference: 'payout' }),
    );
    assert.deepEqual([movement.kind, movement.from.id, movement.to], ['redemption', id('pearl'), null]);
    const [cny] = done(await ledger.as('pearl.viewer').get('/v1/cash')).items;
    assert.strictEqual(cny.circulating, '900');
    assert.strictEqual(await balanceOf(ledger, 'pearl'), 0n);
    await assertCashIsConserved(ledger);
  });

  it('of a party is shown to that party and to a regulator, whose look is recorded', async () => {
    refused(
      await ledger.as('minghua.viewer').get(`/v1/cash/CNY/balance?party=${id('hengtai')}`),
      403,
      'CASH_NOT_YOURS',
    );
    refused(
      await ledger.as('zhengxin.viewer').get(`/v1/cash/CNY/statement?party=${id('hengtai')}`),
      403,
      'CASH_NOT_YOURS',
    );
    refused(await ledger.as('deeptier.viewer').get('/v1/cash/CNY/balance'), 403, 'ACCESS_DENIED');
    assert.strictEqual(
      done(await ledger.as('guangdong.viewer').get(`/v1/cash/CNY/balance?party=${id('hengtai')}`)).balance,
      '600',
    );
    const looks = await ledger.db.selectFrom('access_log').select(['party', 'kind', 'subject']).execute();
    assert.deepEqual(looks, [
      { party: BigInt(ledger.party('guangdong')), kind: 'cash balance', subject: `${id('hengtai')} CNY` },
    ]);
  });

  it('shows its statement page by page, as of one block', async () => {
    for (const amount of ['1', '2', '3']) {
      done(
        await ledger
          .as('hengtai.maker')
          .post('/v1/cash/CNY/payments', { to: id('tailong'), amount, reference: `part ${amount}` }),
      );
    }
    const first = done(await ledger.as('tailong.viewer').get('/v1/cash/CNY/statement?limit=2'));
    await deposit(ledger, 'tailong', 50n);
    const second = done(await ledger.as('tailong.viewer').get(`/v1/cash/CNY/statement?limit=2&cursor=${first.next}`));
    const entries = [...first.items, ...second.items];
    assert.deepEqual(
      entries.map((item: { amount: string; balance: string }) => [item.amount, item.balance]),
      [
        ['3', '6'],
        ['2', '3'],
        ['1', '1'],
      ],
    );
    assert.strictEqual(second.next, null);
  });

  it('moves once, however often the same order is sent', async () => {
    const [key, order] = [randomUUID(), { to: id('kaida'), amount: '5', reference: 'once' }];
    const replies = await Promise.all(
      [1, 2, 3].map(() => ledger.as('hengtai.maker').post('/v1/cash/CNY/payments', order, { key })),
    );
    assert.deepEqual(
      replies.map(({ status }) => status),
      [201, 201, 201],
    );
    assert.strictEqual(new Set(replies.map(({ body }) => JSON.stringify(body))).size, 1);
    assert.strictEqual(replies.filter(({ headers }) => headers.get('idempotency-replayed') === 'true').length, 2);
    assert.strictEqual(await balanceOf(ledger, 'kaida'), 5n);
    refused(
      await ledger.as('hengtai.maker').post('/v1/cash/CNY/payments', { ...order, amount: '6' }, { key }),
      409,
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('of a suspended party stays where it is, and none reaches it by a payment', async () => {
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'suspend',
      args: [ledger.party('kaida'), 'licence lapsed'],
    });
    refused(
      await ledger.as('kaida.maker').post('/v1/cash/CNY/payments', { to: id('hengtai'), amount: '1', reference: 'x' }),
      403,
      'PARTY_IS_SUSPENDED',
    );
    refused(
      await ledger.as('hengtai.maker').post('/v1/cash/CNY/payments', { to: id('kaida'), amount: '1', reference: 'x' }),
      403,
      'PARTY_IS_SUSPENDED',
    );
    refused(
      await ledger.as('pearl.maker').post('/v1/cash/CNY/issues', { to: id('kaida'), amount: '1', reference: 'x' }),
      403,
      'PARTY_IS_SUSPENDED',
    );
    assert.strictEqual(await balanceOf(ledger, 'kaida'), 5n);
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'readmit',
      args: [ledger.party('kaida')],
    });
  });

  it('of a party that was succeeded is taken over by its successor alone', async () => {
    const [predecessor, successor] = [ledger.party('kaida'), ledger.party('tailong')];
    refused(
      await ledger.as('tailong.maker').post('/v1/cash/CNY/inheritances', { predecessor: id('kaida') }),
      403,
      'NOT_THE_SUCCESSOR',
    );
    await ledger.instruct('deeptier', {
      contract: 'PartyRegistry',
      functionName: 'proposeSuccession',
      args: [predecessor, successor, textBytes32('merger 9')],
    });
    for (const name of ['tailong', 'guangdong']) {
      await ledger.instruct(name, {
        contract: 'PartyRegistry',
        functionName: 'consentToSuccession',
        args: [predecessor, successor],
      });
    }
    const had = await balanceOf(ledger, 'tailong');
    refused(
      await ledger.as('minghua.maker').post('/v1/cash/CNY/inheritances', { predecessor: id('kaida') }),
      403,
      'NOT_THE_SUCCESSOR',
    );
    const movement = done(
      await ledger.as('tailong.maker').post('/v1/cash/CNY/inheritances', { predecessor: id('kaida') }),
    );
    assert.deepEqual([movement.kind, movement.amount, movement.from.id], ['inheritance', '5', id('kaida')]);
    assert.strictEqual(await balanceOf(ledger, 'tailong'), had + 5n);
    const before = done(await ledger.as('tailong.viewer').get(`/v1/cash/CNY/statement?party=${id('kaida')}`));
    assert.deepEqual(
      before.items.map((item: { kind: string; balance: string }) => [item.kind, item.balance]),
      [
        ['inheritance', '0'],
        ['payment', '5'],
      ],
    );
    await assertCashIsConserved(ledger);
  });

  it('of a bank that is one no more is still redeemed, and not issued', async () => {
    done(
      await ledger
        .as('hengtai.maker')
        .post('/v1/cash/CNY/payments', { to: id('pearl'), amount: '10', reference: 'cash out' }),
    );
    const [bank, roles] = [ledger.party('pearl'), maskOf(['financier'])];
    await ledger.instruct('deeptier', { contract: 'PartyRegistry', functionName: 'changeRoles', args: [bank, roles] });
    await ledger.instruct('guangdong', {
      contract: 'PartyRegistry',
      functionName: 'confirmRoles',
      args: [bank, roles],
    });
    refused(
      await ledger.as('pearl.maker').post('/v1/cash/CNY/issues', { to: id('hengtai'), amount: '1', reference: 'x' }),
      403,
      'ACCESS_DENIED',
    );
    done(await ledger.as('pearl.maker').post('/v1/cash/CNY/redemptions', { amount: '10', reference: 'payout' }));
    await assertCashIsConserved(ledger);
  });

  it('reads at a past block as it was then', async () => {
    const reply = await ledger.as('hengtai.viewer').get('/v1/cash/CNY/balance');
    const block = reply.headers.get('deeptier-block');
    await ledger.instruct('hengtai', {
      contract: 'PartyRegistry',
      functionName: 'setStandingAcceptance',
      args: [0, true],
    });
    done(
      await ledger
        .as('hengtai.maker')
        .post('/v1/cash/CNY/payments', { to: id('minghua'), amount: '7', reference: 'later' }),
    );
    const then = done(await ledger.as('hengtai.viewer').get(`/v1/cash/CNY/balance?asOfBlock=${block}`));
    assert.strictEqual(then.balance, reply.body.balance);
    assert.strictEqual(BigInt(reply.body.balance) - (await balanceOf(ledger, 'hengtai')), 7n);
  });
});
