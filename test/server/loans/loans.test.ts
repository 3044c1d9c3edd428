// SPDX-License-Identifier: Apache-2.0
import { type NoteId, numbered, payableIdOf } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { TestLedger } from '../harness.ts';
import { assertMirror } from '../receivables/mirror.ts';
import { assertRefused, hand } from '../receivables/scenario.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { balance, declareRiskAssets, ok, openMarket, PLENTY, quote, someNote } from '../discounting/market.ts';
import { assertLoansMirror, assertRebuilt, borrow, lendOffer, withdrawOffers } from './lending.ts';
import { assertEvery } from '../../every.ts';

/** 9,000,000 for 90 days at 6 % on ACT/360: 1,500 of interest a day, 135,000 in all. */
const PRINCIPAL = '9000000';

describe('pledged loans', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());
  beforeEach(() => withdrawOffers(ledger));

  const compare = async (name: string, lots: readonly object[], more: object = {}) =>
    ok(
      await ledger
        .as(`${name}.viewer`)
        .post('/v1/loan-comparisons', { lots, principal: PRINCIPAL, dueDate: '2026-06-30', ...more }),
    );
  const act = (name: string, loan: string, what: string, body?: object) =>
    ledger.as(`${name}.maker`).post(`/v1/loans/${loan}/${what}`, body);
  const loanAs = async (name: string, id: string) => ok(await ledger.as(`${name}.viewer`).get(`/v1/loans/${id}`));
  const actsOf = ({ acts }: { acts: { act: string }[] }) => acts.map(({ act: word }) => word);
  const fund = async (name: string, amount: bigint) =>
    ok(
      await ledger
        .as('pearl.maker')
        .post('/v1/cash/CNY/issues', {
          to: String(ledger.party(name)),
          amount: amount.toString(),
          reference: 'deposit',
        }),
    );

  it('a supplier sees what a loan costs, borrows in one request, and has the cash when it is answered', async () => {
    const { id } = await lendOffer(ledger, 'harbour', { fees: { flat: '700', to: String(ledger.party('pearl')) } });
    const note = await someNote(ledger);
    const compared = await compare('minghua', [{ note }]);
    const [priced] = compared.offers;
    assert.deepEqual(
      [priced.offer.id, priced.principal, priced.fees, priced.received, priced.interest, priced.allInAnnualCost],
      // 135,700 x 365 / (8,999,300 x 90) = 6.1153 %
      [id, PRINCIPAL, '700', '8999300', '135000', '61154'],
    );
    assert.deepEqual(
      compared.none.map(({ financier, reason }: any) => [financier.id, reason.code]),
      [[String(ledger.party('rongda')), 'NO_LOAN_OFFER']],
    );
    const [had, owned] = [await balance(ledger, 'minghua'), await balance(ledger, 'harbour')];
    const head = await ledger.chain.provider.getBlockNumber();
    const reply = await ledger
      .as('minghua.maker')
      .post('/v1/loans', {
        lots: [{ note }],
        principal: PRINCIPAL,
        dueDate: '2026-06-30',
        best: true,
        maxCost: '61154',
        reference: 'LOAN-1',
      });
    const loan = ok(reply);
    assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head + 1, 'in one transaction');
    assert.strictEqual(reply.headers.get('location'), `/v1/loans/${loan.id}`);
    assert.deepEqual(
      [
        loan.status,
        loan.use,
        loan.lender.id,
        loan.borrower.id,
        loan.offer,
        loan.principal,
        loan.fees,
        loan.feesTo.id,
        loan.dueDate,
        loan.seizableFrom,
        loan.reference,
      ],
      [
        'open',
        'free',
        String(ledger.party('harbour')),
        String(ledger.party('minghua')),
        id,
        PRINCIPAL,
        '700',
        String(ledger.party('pearl')),
        '2026-06-30',
        '2026-07-06',
        'LOAN-1',
      ],
    );
    assert.deepEqual(loan.owed, { principal: PRINCIPAL, interest: '0', total: PRINCIPAL, on: '2026-04-01' });
    assert.deepEqual(
      loan.collateral.map(({ note: pledged, amount, seized }: any) => [pledged, amount, seized]),
      [[note, '12345678', false]],
    );
    assert.deepEqual(actsOf(loan), ['granted']);
    assert.strictEqual(await balance(ledger, 'minghua'), had + 8_999_300n);
    assert.strictEqual(await balance(ledger, 'harbour'), owned - 9_000_000n);
    const pledged = ok(await ledger.as('minghua.viewer').get(`/v1/notes/${note}`));
    assert.strictEqual(pledged.holder.id, String(ledger.party('minghua')), "the note is still the borrower's");
    assertRefused(
      await ledger
        .as('minghua.maker')
        .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party('kaida')), amount: '100' }] }),
      409,
      'NOTE_UNDER_HOLD',
    );
    const statement = async (name: string) =>
      ok(await ledger.as(`${name}.viewer`).get('/v1/cash/CNY/statement?limit=1')).items.map(
        ({ kind, direction, amount, reference }: any) => [kind, direction, amount, reference],
      )[0];
    assert.deepEqual(await statement('minghua'), ['loan', 'in', '8999300', 'LOAN-1']);
    assert.deepEqual(await statement('pearl'), ['fee', 'in', '700', 'LOAN-1']);
    await assertLoansMirror(ledger);
    await assertMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it("a loan is its lender's and its borrower's to see, an auditor's by grant, a regulator's always", async () => {
    const note = await someNote(ledger);
    const loan = await borrow(ledger, 'minghua', (await lendOffer(ledger, 'harbour')).id, note, PRINCIPAL);
    for (const name of ['minghua', 'harbour', 'guangdong']) assert.deepEqual(await loanAs(name, loan.id), loan, name);
    for (const name of ['rongda', 'kaida', 'hengtai', 'pearl', 'zhengxin']) {
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/loans/${loan.id}`), 404, 'LOAN_UNKNOWN');
      assert.deepEqual(ok(await ledger.as(`${name}.viewer`).get('/v1/loans')).items, [], name);
      if (name !== 'zhengxin')
        assertRefused(await act(name, loan.id, 'repayments', { amount: '1' }), 404, 'LOAN_UNKNOWN');
    }
    assertRefused(await ledger.as('deeptier.viewer').get('/v1/loans'), 403, 'ACCESS_DENIED');
    for (const user of ['guangdong.maker', 'zhengxin.maker', 'minghua.viewer', 'minghua.checker']) {
      assertRefused(
        await ledger.as(user).post(`/v1/loans/${loan.id}/repayments`, { amount: '1' }),
        403,
        'ACCESS_DENIED',
      );
    }
    for (const user of ['minghua.viewer', 'pearl.maker', 'guangdong.maker']) {
      assertRefused(
        await ledger
          .as(user)
          .post('/v1/loans', { lots: [{ note }], principal: '1', dueDate: '2026-06-30', offer: loan.offer }),
        403,
        'ACCESS_DENIED',
      );
    }
    for (const [name, scope, subject] of [
      ['minghua', 'party', {}],
      ['hengtai', 'payable', { subject: String(payableIdOf(numbered<NoteId>(note))) }],
    ] as const) {
      const grant = ok(
        await ledger
          .as(`${name}.maker`)
          .post('/v1/access-grants', {
            auditor: String(ledger.party('zhengxin')),
            scope,
            ...subject,
            expiresAt: '2026-12-31T00:00:00Z',
            purpose: 'Annual audit 2026',
          }),
      );
      assert.deepEqual(await loanAs('zhengxin', loan.id), loan, scope);
      assert.isOk(
        (ok(await ledger.as('zhengxin.viewer').get('/v1/loans')).items as { id: string }[]).some(
          ({ id }) => id === loan.id,
        ),
        scope,
      );
      ok(await ledger.as(`${name}.maker`).delete(`/v1/access-grants/${grant.id}`));
    }
    const lent = ok(await ledger.as('harbour.viewer').get('/v1/loans?side=lent&status=open')).items as { id: string }[];
    assert.isOk(lent.some(({ id }) => id === loan.id));
    assert.deepEqual(ok(await ledger.as('harbour.viewer').get('/v1/loans?side=borrowed')).items, []);
    assert.deepEqual(
      ok(await ledger.as('minghua.viewer').get(`/v1/loans?offer=${loan.offer}`)).items.map(({ id }: any) => id),
      [loan.id],
    );
  });

  it('interest runs by the day, a part payment goes to it first, and an early repayment frees the note', async () => {
    const note = await someNote(ledger);
    const { id } = await borrow(ledger, 'minghua', (await lendOffer(ledger, 'harbour')).id, note, PRINCIPAL);
    const granted = ledger.projector.checkpoint()?.number as bigint;
    ledger.goTo('2026-05-01');
    assert.deepEqual((await loanAs('minghua', id)).owed, {
      principal: PRINCIPAL,
      interest: '45000',
      total: '9045000',
      on: '2026-05-01',
    });
    const part = ok(await act('minghua', id, 'repayments', { amount: '1045000' }));
    assert.deepEqual([part.owed.principal, part.owed.interest], ['8000000', '0']);
    const earlier = ok(await ledger.as('minghua.viewer').get(`/v1/loans/${id}?asOfBlock=${granted}`));
    assert.deepEqual(
      [earlier.owed.interest, earlier.owed.principal, earlier.acts.length],
      ['0', PRINCIPAL, 1],
      'as of the block of the loan',
    );
    const [, repaid] = part.acts;
    assert.deepEqual(
      [repaid.act, repaid.interest, repaid.principal, repaid.party.id],
      ['repaid', '45000', '1000000', String(ledger.party('minghua'))],
    );
    ledger.goTo('2026-05-31'); // 30 days on 8,000,000
    assertRefused(await act('minghua', id, 'repayments', { amount: '8040001' }), 422, 'REPAYMENT_EXCEEDS_LOAN', {
      owed: '8040000',
      amount: '8040001',
    });
    await fund('minghua', 200_000n);
    const paid = ok(await act('minghua', id, 'repayments', { inFull: true }));
    assert.deepEqual([paid.status, paid.owed.total, paid.collateral], ['closed', '0', []]);
    assert.deepEqual(actsOf(paid), ['granted', 'repaid', 'repaid', 'closed', 'released']);
    assertRefused(await act('minghua', id, 'repayments', { amount: '1' }), 409, 'LOAN_IS_CLOSED');
    const [entry] = ok(await ledger.as('harbour.viewer').get('/v1/cash/CNY/statement?limit=1')).items;
    assert.deepEqual([entry.kind, entry.direction, entry.amount], ['repayment', 'in', '8040000']);
    await hand(ledger, 'minghua', note, 'kaida', 1000n);
    await assertLoansMirror(ledger);
    ledger.goTo('2026-06-01');
  });

  it('part of the collateral is released where the rest carries the loan, by the lender whenever it likes', async () => {
    const [first, second] = [await someNote(ledger), await someNote(ledger)];
    const offer = await lendOffer(ledger, 'harbour');
    const loan = ok(
      await ledger
        .as('minghua.maker')
        .post('/v1/loans', {
          lots: [{ note: second }, { note: first, amount: '10000000' }],
          principal: PRINCIPAL,
          dueDate: '2026-08-31',
          offer: offer.id,
        }),
    );
    const pledged = loan.collateral.map(({ note }: any) => note) as string[];
    assert.strictEqual(
      loan.collateral.reduce((sum: bigint, { amount }: any) => sum + BigInt(amount), 0n),
      22_345_678n,
    );
    assertRefused(await act('minghua', loan.id, 'releases', { notes: [second] }), 422, 'COLLATERAL_TOO_LOW', {
      advance: '8000000',
      needed: PRINCIPAL,
    });
    assertRefused(await act('minghua', loan.id, 'releases', { notes: [first] }), 422, 'NOT_COLLATERAL');
    const freed = pledged.find((note) => note !== second) as string;
    assert.deepEqual(
      ok(await act('minghua', loan.id, 'releases', { notes: [freed] })).collateral.map(({ note }: any) => note),
      [second],
    );
    assert.deepEqual(ok(await act('harbour', loan.id, 'releases', { notes: [second] })).collateral, []);
    assert.strictEqual((await loanAs('harbour', loan.id)).owed.principal, PRINCIPAL, 'which is owed all the same');
  });

  it('a financier borrows against what it bought', async () => {
    await quote(ledger, 'harbour');
    const note = await someNote(ledger);
    const sale = ok(
      await ledger.as('minghua.maker').post('/v1/sales', { lots: [{ note }], best: true, maxCost: '100000' }),
    );
    const offer = await lendOffer(ledger, 'rongda');
    const loan = ok(
      await ledger
        .as('harbour.maker')
        .post('/v1/loans', {
          lots: [{ note: sale.notes[0].note }],
          principal: PRINCIPAL,
          dueDate: '2026-08-31',
          offer: offer.id,
        }),
    );
    assert.deepEqual(
      [loan.borrower.id, loan.lender.id],
      [String(ledger.party('harbour')), String(ledger.party('rongda'))],
    );
  });

  it('the best offer is the one that costs least; none above the cost the borrower says', async () => {
    const note = await someNote(ledger);
    const dear = await lendOffer(ledger, 'harbour', { rate: '50000', fees: { flat: '100000' } });
    const cheap = await lendOffer(ledger, 'rongda', { rate: '55000' });
    ledger.clock.advance(60);
    const same = await lendOffer(ledger, 'rongda', { rate: '55000' });
    await lendOffer(ledger, 'rongda', { rate: '1', payees: [String(ledger.party('lihe'))], drawDays: 9 }); // not for free use
    const lots = [{ note }];
    const free = await compare('minghua', lots, { dueDate: '2026-08-31', use: 'free' });
    assert.deepEqual(
      free.offers.map(({ offer }: any) => offer.id),
      [cheap.id, same.id, dear.id],
    );
    const body = { lots, principal: PRINCIPAL, dueDate: '2026-08-31', best: true };
    const { allInAnnualCost: cost } = free.offers[0];
    assertRefused(
      await ledger.as('minghua.maker').post('/v1/loans', { ...body, maxCost: String(BigInt(cost) - 1n) }),
      422,
      'COST_ABOVE_LIMIT',
      { cost },
    );
    assertRefused(
      await ledger
        .as('minghua.maker')
        .post('/v1/loans', { lots, principal: PRINCIPAL, dueDate: '2026-08-31', offer: cheap.id, maxCost: '1' }),
      422,
      'COST_ABOVE_LIMIT',
    );
    assert.strictEqual(
      ok(await ledger.as('minghua.maker').post('/v1/loans', { ...body, maxCost: cost })).offer,
      cheap.id,
    );
    const none = await ledger
      .as('minghua.maker')
      .post('/v1/loans', { ...body, lots: [{ note: await someNote(ledger) }], principal: '12345678', maxCost: cost });
    assertRefused(none, 409, 'NOBODY_LENDS');
    assertEvery(
      none.body.values.reasons as string[],
      (reason) => reason.endsWith('ADVANCE_EXCEEDED') || reason.endsWith('USE_DIFFERS'),
    );
  });

  it('each lender that does not lend says why, in the words the borrowing would be refused with', async () => {
    const note = await someNote(ledger);
    const harbour = String(ledger.party('harbour'));
    const why = async (offer: Record<string, unknown>, asked: object = {}): Promise<string> => {
      await withdrawOffers(ledger);
      const { id } = await lendOffer(ledger, 'harbour', offer);
      const body = { lots: [{ note }], principal: PRINCIPAL, dueDate: '2026-08-31', ...asked };
      const { none } = await compare('minghua', body.lots, body);
      const { reason } = none.find(({ financier }: any) => financier.id === harbour);
      const reply = await ledger.as('minghua.maker').post('/v1/loans', { ...body, offer: id });
      assert.strictEqual(reply.body.code, reason.code, JSON.stringify(reply.body));
      assert.strictEqual(reply.body.detail, reason.sentence);
      return reason.code;
    };
    assert.strictEqual(await why({ obligors: [String(ledger.party('tailong'))] }), 'OBLIGOR_NOT_TAKEN');
    assert.strictEqual(await why({ borrowers: [String(ledger.party('kaida'))] }), 'TAKER_NOT_NAMED');
    assert.strictEqual(await why({ currency: 'USD' }), 'OFFER_CURRENCY_DIFFERS');
    assert.strictEqual(await why({ advanceRate: '700000' }), 'ADVANCE_EXCEEDED');
    assert.strictEqual(await why({ maxDays: 30 }), 'LOAN_TERM_OUT_OF_RANGE');
    assert.strictEqual(await why({}, { dueDate: '2026-06-01' }), 'LOAN_TERM_OUT_OF_RANGE');
    assert.strictEqual(await why({ capacity: '8999999' }), 'OFFER_CAPACITY_EXCEEDED');
    assert.strictEqual(await why({ fees: { flat: '9000001' } }), 'FEES_ABOVE_PRINCIPAL');
    assert.strictEqual(await why({}, { lots: [{ note, amount: '12345679' }] }), 'AMOUNT_EXCEEDS_NOTE');
    assert.strictEqual(await why({}, { lots: [{ note }, { note }] }), 'LOTS_OUT_OF_ORDER');
    await declareRiskAssets(ledger, 'harbour', 0n);
    assert.strictEqual(await why({}), 'RISK_ASSETS_UNDECLARED');
    await declareRiskAssets(ledger, 'harbour', 10_000n);
    assert.strictEqual(await why({}), 'DEBTOR_SHARE_EXCEEDED');
    await declareRiskAssets(ledger, 'harbour', 10n * PLENTY);
    const cash = await balance(ledger, 'harbour');
    ok(
      await ledger
        .as('harbour.maker')
        .post('/v1/cash/CNY/payments', {
          to: String(ledger.party('rongda')),
          amount: cash.toString(),
          reference: 'all of it',
        }),
    );
    assert.strictEqual(await why({}), 'CASH_TOO_LOW');
    ok(
      await ledger
        .as('rongda.maker')
        .post('/v1/cash/CNY/payments', { to: harbour, amount: cash.toString(), reference: 'and back' }),
    );
    const order = `0x${Buffer.from('order 1').toString('hex').padEnd(64, '0')}`;
    await ledger.instruct('guangdong', {
      contract: 'ReceivableLedger',
      functionName: 'freeze',
      args: [BigInt(note), 12_000_000n, ledger.clock.now() + 86_400, order],
    });
    assert.strictEqual(await why({}), 'NOTE_UNDER_HOLD');
    const { fingerprint } = await ledger.db
      .selectFrom('payable_documents')
      .select('fingerprint')
      .where('payable_id', '=', payableIdOf(numbered<NoteId>(note)))
      .executeTakeFirstOrThrow();
    await ledger.instruct('guangdong', { contract: 'ReceivableLedger', functionName: 'release', args: [BigInt(note)] });
    await ledger.instruct('minghua', {
      contract: 'DocumentRegistry',
      functionName: 'credit',
      args: [fingerprint, `0x${'c'.repeat(64)}`, 1n],
    });
    assert.strictEqual(await why({}), 'DOCUMENT_IS_OVERDRAWN');
    assertRefused(
      await ledger
        .as('kaida.maker')
        .post('/v1/loan-comparisons', { lots: [{ note }], principal: '1', dueDate: '2026-08-31' }),
      404,
      'NOTE_UNKNOWN',
    );
  });

  it('a loan asked for twice with one key is one loan', async () => {
    const note = await someNote(ledger);
    const offer = await lendOffer(ledger, 'harbour');
    const body = { lots: [{ note, amount: '5000000' }], principal: '1000000', dueDate: '2026-08-31', offer: offer.id };
    const [first, second] = await Promise.all(
      [1, 2].map(() => ledger.as('minghua.maker').post('/v1/loans', body, { key: 'borrow once' })),
    );
    assert.deepEqual(second?.body, ok(first as never));
    assert.strictEqual(ok(await ledger.as('minghua.viewer').get(`/v1/loan-offers/${offer.id}`)).used, '1000000');
  });

  it("unpaid after its days of grace the lender takes the note; at maturity the loan is paid first and the surplus is the borrower's", async () => {
    ledger.goTo('2026-06-01');
    const note = await someNote(ledger);
    const { id } = await borrow(ledger, 'minghua', (await lendOffer(ledger, 'harbour')).id, note, PRINCIPAL, {
      dueDate: '2026-07-01',
    });
    assertRefused(await act('harbour', id, 'seizure', {}), 409, 'SEIZURE_TOO_EARLY', { from: '2026-07-07' });
    ledger.goTo('2026-07-07');
    assert.strictEqual((await loanAs('harbour', id)).status, 'overdue');
    assertRefused(await act('minghua', id, 'seizure', {}), 403, 'NOT_THE_LENDER');
    const seized = ok(await act('harbour', id, 'seizure', {}));
    const [taken] = seized.collateral;
    assert.deepEqual([taken.amount, taken.seized], ['12345678', true]);
    assert.notStrictEqual(taken.note, note);
    assert.strictEqual(
      ok(await ledger.as('harbour.viewer').get(`/v1/notes/${taken.note}`)).holder.id,
      String(ledger.party('harbour')),
    );
    assertRefused(await act('minghua', id, 'releases', { notes: [taken.note] }), 409, 'COLLATERAL_IS_SEIZED');
    await assertMirror(ledger);

    ledger.goTo('2026-09-14'); // 105 days: 157,500
    await fund('hengtai', 12_345_678n);
    const [had, owned] = [await balance(ledger, 'minghua'), await balance(ledger, 'harbour')];
    ok(
      await ledger
        .as('hengtai.checker')
        .post(`/v1/payables/${payableIdOf(numbered<NoteId>(note))}/payments`, {
          amount: '12345678',
          reference: 'maturity',
        }),
    );
    const paid = await loanAs('minghua', id);
    assert.deepEqual([paid.status, paid.collateral], ['closed', []]);
    const collected = paid.acts.find(({ act: word }: any) => word === 'collected');
    assert.deepEqual([collected.interest, collected.principal, collected.surplus], ['157500', PRINCIPAL, '3188178']);
    assert.strictEqual(await balance(ledger, 'harbour'), owned + 9_157_500n);
    assert.strictEqual(await balance(ledger, 'minghua'), had + 3_188_178n);
    await assertLoansMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it('a pledged note is paid at maturity, to the loan first; a returned payment is owed again', async () => {
    await withdrawOffers(ledger);
    const note = await someNote(ledger, { maturity: '2026-10-15' });
    const offer = await lendOffer(ledger, 'harbour');
    const { id } = await borrow(ledger, 'minghua', offer.id, note, PRINCIPAL, { dueDate: '2026-12-31' });
    ledger.goTo('2026-10-15'); // 31 days: 46,500
    const confirm = (amount: string, reference: string) =>
      ledger
        .as('pearl.checker')
        .post('/v1/payment-confirmations', {
          payable: payableIdOf(numbered<NoteId>(note)).toString(),
          currency: 'CNY',
          amount,
          reference,
        });
    ok(await confirm('2000000', 'OUT-1'));
    const part = await loanAs('minghua', id);
    assert.deepEqual(
      [part.owed.principal, part.owed.interest, part.collateral[0].amount],
      ['7046500', '0', '10345678'],
    );
    ok(await confirm('10345678', 'OUT-2'));
    assert.strictEqual((await loanAs('minghua', id)).status, 'closed');
    ok(await ledger.as('pearl.checker').post('/v1/payment-confirmations/OUT-2/return', { reason: 'AC04' }));
    const again = await loanAs('minghua', id);
    assert.deepEqual(
      [again.status, again.owed.principal, again.collateral.map(({ note: secured }: any) => secured)],
      ['open', '7046500', [note]],
    );
    ok(await ledger.as('pearl.checker').post('/v1/payment-confirmations/OUT-1/return', { reason: 'AC04' }));
    const whole = await loanAs('harbour', id);
    assert.deepEqual([whole.owed.principal, whole.owed.interest, whole.collateral.length], [PRINCIPAL, '46500', 2]);
    assert.deepEqual(actsOf(whole), ['granted', 'collected', 'collected', 'closed', 'restored', 'restored']);
    await assertLoansMirror(ledger);
    await assertMirror(ledger);
  });

  it('a replay of all events makes the very same tables', () => assertRebuilt(ledger));
});
