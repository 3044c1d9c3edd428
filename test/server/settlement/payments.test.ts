// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { PayableId } from '../../../server/values/ids.ts';
import { maskOf } from '../../../server/values/roles.ts';
import { allocate } from '../../../server/values/amounts.ts';
import { addDays, ledgerDate } from '../../../server/values/dates.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { liveNotesOf, payableById } from '../../../server/receivables/queries.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertCashIsConserved } from './conservation.ts';
import {
  acceptBeforehand,
  balanceOf,
  balancesOf,
  cut,
  deposit,
  done,
  issueCall,
  issuePayable,
  noteOf,
  owedOn,
  refused,
  ZERO_WORD,
} from './payables.ts';
import { assertRejects } from '../../failures.ts';
import { codeBytes3, textBytes32 } from '../../../server/values/fixed-text.ts';
import { call } from '../../../server/ledger/contract-types.ts';

const FIRST_DAY = '2026-03-16'; // a Monday
const DAYS_TO_MATURITY = 7;

describe('the payment of a payable', () => {
  let ledger: TestLedger;
  /** The ledger's date, which only goes forward. */
  let today = ledgerDate(FIRST_DAY);

  before(async () => {
    ledger = await openTestLedger({ date: FIRST_DAY });
    done(await ledger.as('pearl.checker').post('/v1/cash/CNY'));
    done(await ledger.as('pearl.checker').post('/v1/cash/USD'));
    await deposit(ledger, 'hengtai', 100_000_000n);
    await acceptBeforehand(ledger, 'minghua', 'tailong', 'jinfeng', 'kaida', 'lihe', 'xinyuan', 'harbour', 'rongda');
  });
  after(async () => {
    try {
      await assertCashIsConserved(ledger);
      const digest = await ledger.projector.digestTables();
      await ledger.projector.rebuild();
      assert.strictEqual(await ledger.projector.digestTables(), digest, 'the tables rebuilt from the chain');
    } finally {
      await ledger.stop();
    }
  });

  const patiently = { headers: { Prefer: 'wait=25' } };
  const pay = (
    payable: bigint,
    amount: bigint,
    reference = 'settlement',
    options: { key?: string; headers?: Record<string, string> } = patiently,
  ) =>
    ledger
      .as('hengtai.checker')
      .post(`/v1/payables/${payable}/payments`, { amount: amount.toString(), reference }, options);
  const confirm = (payable: bigint, amount: bigint, reference: string, currency = 'CNY') =>
    ledger
      .as('pearl.checker')
      .post(
        '/v1/payment-confirmations',
        { payable: payable.toString(), currency, amount: amount.toString(), reference },
        patiently,
      );
  const giveBack = (reference: string, body: object = {}) =>
    ledger.as('pearl.checker').post(`/v1/payment-confirmations/${reference}/return`, body, patiently);
  /** A payable that matures in a week, whose notes are these pieces and the rest. */
  const issued = async (
    face: bigint,
    to: readonly string[] = [],
    amounts: readonly bigint[] = [],
    more: { currency?: string } = {},
  ): Promise<PayableId> => {
    const payable = await issuePayable(ledger, { face, maturity: addDays(today, DAYS_TO_MATURITY), ...more });
    if (amounts.length > 0) await cut(ledger, 'minghua', noteOf(payable, 1), to, amounts);
    return payable;
  };
  const pass = (days: number): string => {
    today = addDays(today, days);
    ledger.goTo(today);
    return today;
  };
  /** To the maturity of what was issued today. */
  const mature = (): string => pass(DAYS_TO_MATURITY);

  describe('of all that is owed', () => {
    it('is refused before the maturity, and taken on it', async () => {
      const payable = await issued(1_000n);
      const dayBefore = pass(DAYS_TO_MATURITY - 1);
      const early = refused(await pay(payable, 1_000n), 422, 'NOT_YET_DUE');
      const maturity = pass(1);
      assert.deepEqual(early.values, { payableId: payable.toString(), maturity, today: dayBefore });
      const before = await balancesOf(ledger, 'hengtai', 'minghua');
      const payment = done(await pay(payable, 1_000n, 'payable 1 in full'));
      assert.deepEqual(await balancesOf(ledger, 'hengtai', 'minghua'), [before[0]! - 1_000n, before[1]! + 1_000n]);
      assert.deepEqual(
        { ...payment, id: undefined, orderedAt: undefined },
        {
          id: undefined,
          orderedAt: undefined,
          payable: payable.toString(),
          obligor: { id: String(ledger.party('hengtai')), name: 'Hengtai Motors Co., Ltd.' },
          currency: 'CNY',
          method: 'cash',
          confirmedBy: null,
          stage: 'completed',
          reference: 'payable 1 in full',
          amount: '1000',
          owedBefore: '1000',
          owedAfter: '0',
          paid: '1000',
          returned: '0',
          returnReason: null,
          received: null,
        },
      );
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'settled');
      assert.strictEqual(payment.orderedAt.slice(0, 10), maturity);
      refused(await pay(payable, 1n), 409, 'PAYABLE_NOT_ACTIVE');
    });

    it('goes straight to each holder, and each sees its own and no other', async () => {
      const payable = await issued(1_000n, ['jinfeng', 'harbour'], [300n, 200n]);
      await cut(ledger, 'jinfeng', noteOf(payable, 2), ['lihe'], [120n]);
      mature();
      const names = ['minghua', 'jinfeng', 'harbour', 'lihe'];
      const before = await balancesOf(ledger, ...names);
      const { id } = done(await pay(payable, 1_000n, 'four holders'));
      const after = await balancesOf(ledger, ...names);
      assert.deepEqual(
        after.map((balance, place) => balance - before[place]!),
        [500n, 180n, 200n, 120n],
      );

      const [received] = done(await ledger.as('lihe.viewer').get('/v1/payments/received')).items;
      assert.deepEqual(
        [
          received.payment,
          received.amount,
          received.note,
          received.cutFrom,
          received.obligor.name,
          received.reference,
          received.method,
          received.returned,
        ],
        [
          id,
          '120',
          noteOf(payable, 4).toString(),
          noteOf(payable, 4).toString(),
          'Hengtai Motors Co., Ltd.',
          'four holders',
          'cash',
          false,
        ],
      );
      const asHolder = done(await ledger.as('lihe.viewer').get(`/v1/payments/${id}`));
      assert.deepEqual(
        [asHolder.amount, asHolder.owedBefore, asHolder.paid, asHolder.received],
        [null, null, null, { amount: '120', returned: '0' }],
      );
      const itsNotes = done(await ledger.as('lihe.viewer').get(`/v1/payments/${id}/notes`)).items;
      assert.deepEqual(
        itsNotes.map((note: { amount: string }) => note.amount),
        ['120'],
      );
      refused(await ledger.as('rongda.viewer').get(`/v1/payments/${id}`), 404, 'PAYMENT_UNKNOWN');
      refused(await ledger.as('rongda.viewer').get(`/v1/payables/${payable}/payments`), 404, 'PAYABLE_UNKNOWN');
      refused(await ledger.as('zhengxin.viewer').get(`/v1/payments/${id}`), 404, 'PAYMENT_UNKNOWN');
      refused(await ledger.as('pearl.viewer').get(`/v1/payments/${id}`), 404, 'PAYMENT_UNKNOWN');

      const asObligor = done(await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}/payments`)).items;
      assert.deepEqual(
        asObligor.map((item: { id: string; amount: string }) => [item.id, item.amount]),
        [[id, '1000']],
      );
      assert.deepEqual(done(await ledger.as('hengtai.viewer').get(`/v1/payments/${id}/notes`)).items, []);
      const [entry] = done(await ledger.as('hengtai.viewer').get('/v1/cash/CNY/statement?limit=1')).items;
      assert.deepEqual(
        [entry.kind, entry.amount, entry.counterparty, entry.note, entry.payment, entry.reference],
        ['settlement', '1000', null, null, id, 'four holders'],
      );
      assert.strictEqual(entry.balance, (await balanceOf(ledger, 'hengtai')).toString());
      const [into] = done(await ledger.as('lihe.viewer').get('/v1/cash/CNY/statement?limit=1')).items;
      assert.deepEqual(
        [into.kind, into.amount, into.counterparty.id, into.payment],
        ['settlement', '120', String(ledger.party('hengtai')), id],
      );
    });

    it('reaches a suspended holder, and an offer that nobody accepted is its offerer’s', async () => {
      const payable = await issued(900n, ['kaida'], [300n]);
      await ledger.instruct('xinyuan', {
        contract: 'PartyRegistry',
        functionName: 'setStandingAcceptance',
        args: [0, false],
      });
      pass(DAYS_TO_MATURITY - 1);
      await cut(ledger, 'minghua', noteOf(payable, 1), ['xinyuan'], [250n]);
      await ledger.instruct('deeptier', {
        contract: 'PartyRegistry',
        functionName: 'suspend',
        args: [ledger.party('kaida'), 'licence lapsed'],
      });
      pass(1);
      const before = await balancesOf(ledger, 'minghua', 'kaida', 'xinyuan');
      done(await pay(payable, 900n));
      const after = await balancesOf(ledger, 'minghua', 'kaida', 'xinyuan');
      assert.deepEqual(
        after.map((balance, place) => balance - before[place]!),
        [600n, 300n, 0n],
      );
      await ledger.instruct('deeptier', {
        contract: 'PartyRegistry',
        functionName: 'readmit',
        args: [ledger.party('kaida')],
      });
    });

    it('that its obligor cannot cover moves nothing', async () => {
      const payable = await issued(300_000_000n, ['jinfeng'], [1n]);
      mature();
      const before = await balancesOf(ledger, 'hengtai', 'minghua', 'jinfeng');
      const body = refused(await pay(payable, 300_000_000n), 422, 'PAYMENT_EXCEEDS_BALANCE');
      assert.deepEqual(body.values, { currency: 'CNY', balance: before[0]!.toString(), amount: '300000000' });
      assert.deepEqual(await balancesOf(ledger, 'hengtai', 'minghua', 'jinfeng'), before);
      assert.deepEqual(done(await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}/payments`)).items, []);
      done(await confirm(payable, 300_000_000n, 'out of the way')); // so that nothing is overdue later
    });

    it('is of what is owed and not more, and by its obligor alone', async () => {
      const payable = await issued(500n);
      mature();
      const body = refused(await pay(payable, 501n), 422, 'PAYMENT_EXCEEDS_DEBT');
      assert.deepEqual(body.values, { payableId: payable.toString(), owed: '500', amount: '501' });
      const order = { amount: '500', reference: 'x' };
      refused(
        await ledger.as('minghua.checker').post(`/v1/payables/${payable}/payments`, order),
        403,
        'NOT_THE_OBLIGOR',
      );
      refused(await ledger.as('lihe.checker').post(`/v1/payables/${payable}/payments`, order), 404, 'PAYABLE_UNKNOWN');
      refused(await ledger.as('hengtai.checker').post('/v1/payables/9999/payments', order), 404, 'PAYABLE_UNKNOWN');
      refused(await confirm(payable, 500n, 'in dollars', 'USD'), 422, 'PAYMENT_CURRENCY_DIFFERS');
      refused(
        await ledger.as('hengtai.checker').post(`/v1/payables/${payable}/payments`, { amount: '0', reference: 'x' }),
        422,
        'INPUT_INVALID',
      );
      done(await pay(payable, 500n));
    });

    it('is in the currency of the payable', async () => {
      const payable = await issued(700n, [], [], { currency: 'USD' });
      const unopened = await issued(10n, [], [], { currency: 'EUR' });
      mature();
      refused(await pay(payable, 700n), 422, 'PAYMENT_EXCEEDS_BALANCE');
      refused(await pay(unopened, 10n), 404, 'CASH_UNKNOWN');
      await deposit(ledger, 'hengtai', 700n, 'USD');
      assert.strictEqual(done(await pay(payable, 700n)).currency, 'USD');
      assert.strictEqual(await balanceOf(ledger, 'minghua', 'USD'), 700n);
      done(await confirm(unopened, 10n, 'euros outside', 'EUR'));
    });

    it('happens once, however often the same order is sent', async () => {
      const payable = await issued(500n);
      mature();
      const [before, key] = [await balanceOf(ledger, 'hengtai'), randomUUID()];
      const replies = await Promise.all([1, 2, 3].map(() => pay(payable, 200n, 'once', { key })));
      assert.strictEqual(new Set(replies.map((reply) => JSON.stringify(done(reply)))).size, 1);
      assert.strictEqual(await balanceOf(ledger, 'hengtai'), before - 200n);
      refused(await pay(payable, 201n, 'once', { key }), 409, 'IDEMPOTENCY_KEY_REUSED');
      done(await pay(payable, 300n));
    });

    it('happens once, and is answered, where the gateway stopped before it could say so', async () => {
      const payable = await issued(500n);
      mature();
      const [before, key] = [await balanceOf(ledger, 'hengtai'), randomUUID()];
      assert.strictEqual((await pay(payable, 500n, 'once', { key, headers: { Prefer: 'respond-async' } })).status, 202);
      await ledger.restart();
      const again = await pay(payable, 500n, 'once', { key, ...patiently });
      assert.strictEqual(again.headers.get('idempotency-replayed'), 'true');
      assert.deepEqual([done(again).stage, again.body.owedAfter], ['completed', '0']);
      assert.strictEqual(await balanceOf(ledger, 'hengtai'), before - 500n);
      assert.strictEqual(
        done(await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}/payments`)).items.length,
        1,
      );
    });
  });

  describe('of part of what is owed', () => {
    it('is shared pro rata to the unit, ties going to the older note', async () => {
      const pieces = [1n, 1n, 1n, 7n, 33n, 33n, 500n];
      const payable = await issued(1_000n, ['jinfeng', 'kaida', 'lihe', 'harbour'], pieces);
      mature();
      for (const amount of [1n, 333n, 500n]) {
        const notes = await liveNotesOf(ledger.db, payable, 'latest');
        const shares = allocate(
          amount,
          notes.map(({ units }) => units),
        );
        const payment = done(await pay(payable, amount));
        const paid = done(await ledger.as('guangdong.viewer').get(`/v1/payments/${payment.id}/notes?limit=500`)).items;
        const byNote = new Map(
          paid.map((item: { cutFrom: string; amount: string }) => [BigInt(item.cutFrom), BigInt(item.amount)]),
        );
        assert.deepEqual(
          notes.map(({ id }) => byNote.get(id) ?? 0n),
          shares,
          `${amount}`,
        );
        assert.strictEqual(payment.owedAfter, (BigInt(payment.owedBefore) - amount).toString());
        assert.strictEqual((await owedOn(ledger, payable)).toString(), payment.owedAfter);
      }
      assert.strictEqual(await owedOn(ledger, payable), 166n);
      done(await pay(payable, 166n, 'the rest'));
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'settled');
    });

    it('of more notes than one instruction takes is one payment all the same', async () => {
      const pieces = Array.from({ length: 260 }, (_, place) => BigInt(1 + ((place * 37) % 91)));
      const payable = await issued(20_000n, ['jinfeng', 'kaida', 'lihe', 'xinyuan', 'harbour', 'rongda'], pieces);
      mature();
      const holders = ['minghua', 'jinfeng', 'kaida', 'lihe', 'xinyuan', 'harbour', 'rongda'];
      const notes = await liveNotesOf(ledger.db, payable, 'latest');
      assert.isOk(notes.length > 250, `${notes.length} notes`);
      const shares = allocate(
        7_001n,
        notes.map(({ units }) => units),
      );
      const before = await balancesOf(ledger, ...holders);
      const operation = await pay(payable, 7_001n, 'a third or so');
      const payment = done(operation);
      assert.deepEqual([payment.stage, payment.paid, payment.owedAfter], ['completed', '7001', '12999']);
      const after = await balancesOf(ledger, ...holders);
      const expected = holders.map((name) =>
        notes.reduce(
          (sum, { holder }, place) => (holder === BigInt(ledger.party(name)) ? sum + shares[place]! : sum),
          0n,
        ),
      );
      assert.deepEqual(
        after.map((balance, place) => balance - before[place]!),
        expected,
      );
      const instructions = await ledger.db
        .selectFrom('instructions')
        .select(['function_name', 'gas'])
        .where('operation_id', '=', operation.headers.get('deeptier-operation') as string)
        .orderBy('seq')
        .execute();
      assert.deepEqual(
        instructions.map(({ function_name }) => function_name),
        ['pay', 'proceed', 'proceed', 'proceed', 'proceed'],
      );

      const rest = done(await pay(payable, 12_999n, 'and the rest'));
      assert.deepEqual([rest.stage, rest.owedAfter], ['completed', '0']);
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'settled');
      const debits = done(await ledger.as('hengtai.viewer').get('/v1/cash/CNY/statement?limit=20')).items.filter(
        (item: { payment: string }) => item.payment === rest.id,
      );
      assert.strictEqual(
        debits.reduce((sum: bigint, item: { amount: string }) => sum + BigInt(item.amount), 0n),
        12_999n,
      );
      assert.isOk(debits.length <= 3, 'one debit a block');
    });

    it('takes part in nothing else while it is under way, and can be given up', async () => {
      const payable = await issued(1_000n, ['jinfeng'], [400n]);
      mature();
      // As by a wallet of its own: begun with one note, not finished.
      await ledger.instruct('hengtai', {
        contract: 'Settlement',
        functionName: 'pay',
        args: [
          {
            payableId: payable,
            currency: codeBytes3('CNY'),
            amount: 1_000n,
            ref: ZERO_WORD,
            cut: { remainder: 0n, lastIndex: 0 },
          },
          [noteOf(payable, 2)],
        ],
      });
      const [payment] = done(await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}/payments`)).items;
      assert.deepEqual(
        [payment.stage, payment.paid, payment.owedAfter, payment.reference],
        ['under-way', '400', '600', null],
      );
      refused(await pay(payable, 600n), 409, 'PAYMENT_UNDER_WAY');
      refused(await confirm(payable, 600n, 'meanwhile'), 409, 'PAYMENT_UNDER_WAY');
      refused(
        await ledger.as('minghua.checker').post(`/v1/payables/${payable}/payments/abandonment`),
        403,
        'NOT_THE_PAYER',
      );
      const given = done(await ledger.as('hengtai.checker').post(`/v1/payables/${payable}/payments/abandonment`));
      assert.deepEqual([given.id, given.stage, given.owedAfter], [payment.id, 'abandoned', '600']);
      refused(
        await ledger.as('hengtai.checker').post(`/v1/payables/${payable}/payments/abandonment`),
        409,
        'NOTHING_UNDER_WAY',
      );
      assert.strictEqual(done(await pay(payable, 600n)).owedAfter, '0');
    });
  });

  describe('that a settlement bank confirms', () => {
    it('settles the notes and moves no cash, under a reference used once', async () => {
      const payable = await issued(1_000n, ['jinfeng'], [400n]);
      mature();
      const before = await balancesOf(ledger, 'hengtai', 'minghua', 'jinfeng', 'pearl');
      const payment = done(await confirm(payable, 250n, 'EB-1'));
      assert.deepEqual(
        [payment.method, payment.confirmedBy.id, payment.stage, payment.owedAfter],
        ['outside', String(ledger.party('pearl')), 'completed', '750'],
      );
      assert.deepEqual(await balancesOf(ledger, 'hengtai', 'minghua', 'jinfeng', 'pearl'), before);
      const shown = done(await ledger.as('pearl.viewer').get(`/v1/payments/${payment.id}/notes`)).items;
      assert.deepEqual(
        shown.map((item: { payee: { id: string }; amount: string }) => [item.payee.id, item.amount]),
        [
          [String(ledger.party('minghua')), '150'],
          [String(ledger.party('jinfeng')), '100'],
        ],
      );
      refused(await confirm(payable, 750n, 'EB-1'), 409, 'REFERENCE_TAKEN');
      assert.strictEqual(done(await confirm(payable, 750n, 'EB-2')).owedAfter, '0');
      refused(
        await ledger
          .as('hengtai.checker')
          .post('/v1/payment-confirmations', { payable: '1', currency: 'CNY', amount: '1', reference: 'x' }),
        403,
        'ACCESS_DENIED',
      );
      const ofBank = done(await ledger.as('pearl.viewer').get(`/v1/payables/${payable}/payments`)).items;
      assert.deepEqual(
        ofBank.map((item: { reference: string }) => item.reference),
        ['EB-1', 'EB-2'],
      );
    });

    it('is owed again when it was returned, overdue if it is late by then, and can be paid again', async () => {
      const payable = await issued(1_000n, ['jinfeng'], [400n]);
      mature();
      done(await confirm(payable, 100n, 'EB-3'));
      done(await confirm(payable, 900n, 'EB-4'));
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'settled');
      pass(1);
      assert.strictEqual(await mayIssue(), true);

      const returned = done(await giveBack('EB-4', { reason: 'AC04' }));
      assert.deepEqual(
        [returned.stage, returned.returned, returned.owedAfter, returned.returnReason],
        ['returned', '900', '900', 'AC04'],
      );
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'active');
      assert.strictEqual(await owedOn(ledger, payable), 900n);
      assert.strictEqual(await mayIssue(), false);
      refused(await giveBack('EB-4'), 409, 'PAYMENT_ALREADY_RETURNED');
      refused(await giveBack('EB-99'), 404, 'REFERENCE_UNKNOWN');
      const [received] = done(await ledger.as('jinfeng.viewer').get('/v1/payments/received?limit=1')).items;
      assert.deepEqual([received.payment, received.returned], [returned.id, true]);

      const before = await balancesOf(ledger, 'minghua', 'jinfeng');
      assert.strictEqual(done(await pay(payable, 900n, 'again, and late')).owedAfter, '0');
      const after = await balancesOf(ledger, 'minghua', 'jinfeng');
      assert.deepEqual(
        after.map((balance, place) => balance - before[place]!),
        [540n, 360n],
      );
      assert.strictEqual(await mayIssue(), true);
      refused(await giveBack('EB-4'), 409, 'PAYMENT_ALREADY_RETURNED');
      done(await giveBack('EB-3'));
      assert.strictEqual(await owedOn(ledger, payable), 100n);
      done(await pay(payable, 100n));
    });

    it('is returned by the bank that confirmed it alone', async () => {
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
      const payable = await issued(50n);
      mature();
      done(await confirm(payable, 50n, 'EB-5'));
      refused(
        await ledger.as('rongda.checker').post('/v1/payment-confirmations/EB-5/return', {}),
        404,
        'REFERENCE_UNKNOWN',
      );
      const notes = [noteOf(payable, 1)];
      const order = call('Settlement', 'returnPayment', ledger.party('pearl'), textBytes32('EB-5'), ZERO_WORD, notes);
      await assertRejects(
        ledger.ledgerClient.simulate(ledger.key('rongda'), order),
        (error) => error instanceof DeeptierError && error.code === 'NOT_THE_PAYER',
      );
      assert.strictEqual((await payableById(ledger.db, payable, 'latest'))?.status, 'settled');
    });

    it('of many notes is settled and reopened over several instructions', async () => {
      // More than are rehearsed at once.
      const payable = await issued(
        5_000n,
        ['jinfeng', 'lihe'],
        Array.from({ length: 360 }, () => 10n),
      );
      mature();
      assert.strictEqual(done(await confirm(payable, 5_000n, 'EB-6')).stage, 'completed');
      const operation = await giveBack('EB-6');
      assert.deepEqual([operation.body.stage, operation.body.returned], ['returned', '5000']);
      assert.strictEqual(await owedOn(ledger, payable), 5_000n);
      assert.strictEqual((await liveNotesOf(ledger.db, payable, 'latest')).length, 361);
      assert.strictEqual(done(await confirm(payable, 5_000n, 'EB-7')).owedAfter, '0');
    });
  });

  describe('that is late', () => {
    it('is taken from a suspended obligor too, who can do nothing else', async () => {
      const payable = await issued(80n);
      await ledger.instruct('deeptier', {
        contract: 'PartyRegistry',
        functionName: 'suspend',
        args: [ledger.party('hengtai'), 'under review'],
      });
      mature();
      const order = { to: String(ledger.party('minghua')), amount: '80', reference: 'x' };
      refused(await ledger.as('hengtai.maker').post('/v1/cash/CNY/payments', order), 403, 'PARTY_IS_SUSPENDED');
      assert.strictEqual(done(await pay(payable, 80n)).owedAfter, '0');
      await ledger.instruct('deeptier', {
        contract: 'PartyRegistry',
        functionName: 'readmit',
        args: [ledger.party('hengtai')],
      });
    });

    it('keeps its obligor from issuing until it was made', async () => {
      const payable = await issued(1_000n);
      mature();
      assert.strictEqual(await mayIssue(), true);
      pass(1);
      assert.strictEqual(await mayIssue(), false);
      done(await pay(payable, 999n));
      assert.strictEqual(await mayIssue(), false);
      done(await pay(payable, 1n));
      assert.strictEqual(await mayIssue(), true);
    });
  });

  // After all others: mocha runs the tests of a suite before the suites within it, and a succession stays.
  describe('of parties that came in later', () => {
    it('of a note whose holder was succeeded goes to the successor, who sees both', async () => {
      const payable = await issued(1_000n, ['kaida'], [300n]);
      const [predecessor, successor] = [ledger.party('kaida'), ledger.party('tailong')];
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
      mature();
      const before = await balanceOf(ledger, 'tailong');
      const { id } = done(await pay(payable, 1_000n));
      assert.strictEqual(await balanceOf(ledger, 'tailong'), before + 300n);
      const items = done(await ledger.as('tailong.viewer').get('/v1/payments/received?limit=500')).items;
      assert.strictEqual(items[0].payment, id);
      assert.isOk(items.some((item: { amount: string; note: string }) => item.note === noteOf(payable, 2).toString()));
      assert.isOk(items.length > 1, 'what the predecessor was paid before');
    });

    it('is shown to an auditor by grant, with every note', async () => {
      const payable = await issued(100n, ['jinfeng'], [40n]);
      mature();
      const { id } = done(await pay(payable, 100n));
      refused(await ledger.as('zhengxin.viewer').get(`/v1/payments/${id}/notes`), 404, 'PAYMENT_UNKNOWN');
      const expiresAt = ledger.clock.now() + 86_400;
      await ledger.instruct('hengtai', {
        contract: 'AccessGrants',
        functionName: 'grant',
        args: [ledger.party('zhengxin'), 0, payable, expiresAt, 'audit 2026'],
      });
      assert.strictEqual(done(await ledger.as('zhengxin.viewer').get(`/v1/payments/${id}`)).amount, '100');
      assert.strictEqual(done(await ledger.as('zhengxin.viewer').get(`/v1/payments/${id}/notes`)).items.length, 2);
      assert.strictEqual(
        done(await ledger.as('zhengxin.viewer').get(`/v1/payables/${payable}/payments`)).items.length,
        1,
      );
    });
  });

  /** Whether the ledger would take a new issue of the obligor's. */
  async function mayIssue(): Promise<boolean> {
    const call = issueCall(ledger, {
      supplier: 'minghua',
      face: 1n,
      maturity: '2026-12-31',
      currency: 'CNY',
      fingerprint: `0x${'ab'.repeat(32)}`,
    });
    try {
      await ledger.ledgerClient.simulate(ledger.key('hengtai'), call);
      return true;
    } catch (error) {
      if (!(error instanceof DeeptierError)) throw error;
      return error.code !== 'OBLIGOR_OVERDUE';
    }
  }
});
