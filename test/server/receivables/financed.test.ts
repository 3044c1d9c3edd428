// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { type NoteId, noteIdOf, numbered, type PayableId } from '../../../server/values/ids.ts';
import { pledgesOn } from '../../../server/receivables/holds.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { deposit, done } from '../settlement/payables.ts';
import { type Financier, letGo, openFinancier } from './financing.ts';
import { assertMirror } from './mirror.ts';
import { acceptBeforehand, activePayable, assertRefused, hand, pass } from './scenario.ts';

const DAY = 86_400;

let ledger: TestLedger;
let harbour: Financier;

const id = (name: string) => String(ledger.party(name));
const get = async (name: string, path: string) => done(await ledger.as(`${name}.viewer`).get(path));
const newest = async (payable: string): Promise<NoteId> => {
  const { max } = await ledger.db
    .selectFrom('notes')
    .select((eb) => eb.fn.max('id').as('max'))
    .where('payable_id', '=', numbered<PayableId>(payable))
    .where('to_block', 'is', null)
    .executeTakeFirstOrThrow();
  return numbered<NoteId>(max);
};

describe('a financed note', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-04-01' });
    harbour = await openFinancier(ledger, 'harbour');
    for (const name of ['jinfeng', 'lihe']) await acceptBeforehand(ledger, name);
  });

  after(() => ledger.stop());

  it('a path names each hop: issue, transfer, financing; and no financing moves the tier', async () => {
    const { payable, note } = await activePayable(ledger, { face: 1_000n });
    await ledger.instruct('minghua', harbour.sell(BigInt(note), 600n));
    const bought = await newest(payable);
    const [passed] = (await pass(ledger, 'harbour', bought.toString(), [['jinfeng', 500n]])) as [string];
    const deep = await hand(ledger, 'jinfeng', passed, 'kaida', 400n);
    await ledger.instruct('kaida', harbour.sell(BigInt(deep), 400n)); // whole
    const sold = (await newest(payable)).toString();

    for (const source of ['projection', 'state']) {
      const { hops } = await get('guangdong', `/v1/notes/${sold}/path?source=${source}`);
      assert.deepEqual(
        hops.map(({ hop, tier, to }: any) => [hop, tier, to.id]),
        [
          ['financing', 3, id('harbour')],
          ['transfer', 3, id('kaida')],
          ['transfer', 2, id('jinfeng')],
          ['financing', 1, id('harbour')],
          ['issue', 1, id('minghua')],
        ],
        source,
      );
    }
    const shown = await get('harbour', `/v1/notes/${sold}`);
    assert.deepEqual(
      [shown.tier, shown.financings, shown.title.hop, shown.title.from.id, shown.holds],
      [3, 2, 'financing', id('kaida'), []],
    );
    const seller = await get('kaida', `/v1/notes/${deep}`);
    assert.deepEqual(
      [seller.status, seller.given.map(({ hop, to }: any) => [hop, to.id])],
      ['spent', [['financing', id('harbour')]]],
    );
    // Harbour dealt with minghua and jinfeng as well, further up; jinfeng's hand-over to kaida is theirs alone, but for its kind.
    const own = await get('harbour', `/v1/notes/${sold}/path`);
    assert.deepEqual(
      own.hops.map(({ hop, redacted }: any) => [hop, redacted]),
      [
        ['financing', false],
        ['transfer', true],
        ['transfer', true],
        ['financing', false],
        ['issue', true],
      ],
    );

    const tree = await get('guangdong', `/v1/payables/${payable}/tree`);
    const flat = (nodes: any[]): any[] => nodes.flatMap((node) => [node, ...flat(node.children)]);
    assert.deepEqual(
      flat(tree.notes).map(({ hop, tier, amount }) => [hop, tier, amount]),
      [
        ['issue', 1, '400'],
        ['financing', 1, '100'],
        ['transfer', 2, '100'],
        ['transfer', 3, '0'],
        ['financing', 3, '400'],
      ],
    );
    assert.deepEqual(
      tree.byTier.map(({ tier, amount }: any) => [tier, amount]),
      [
        [1, '500'],
        [2, '100'],
        [3, '400'],
      ],
    );
    await assertMirror(ledger);
  });

  it("a pledged note stays its holder's and moves nowhere; its lender sees it, and who else does not", async () => {
    const { payable, note } = await activePayable(ledger, { face: 1_000n });
    const whole = await get('harbour', `/v1/holders/${id('harbour')}/debtors`);
    const [secret] = (await pass(ledger, 'minghua', note, [['jinfeng', 100n]])) as [string];
    assertRefused(await ledger.as('harbour.viewer').get(`/v1/payables/${payable}`), 404, 'PAYABLE_UNKNOWN');
    await ledger.instruct('minghua', harbour.borrow(BigInt(note), 300n));
    const last = await newest(payable);
    const pledged = last.toString();
    const loan = String((await pledgesOn(ledger.db, [last], 'latest')).get(last)?.order);

    const shown = await get('minghua', `/v1/notes/${pledged}`);
    assert.deepEqual(
      [shown.status, shown.amount, shown.free, shown.tier, shown.financings, shown.title.hop],
      ['held', '300', '0', 1, 0, 'issue'],
    );
    assert.deepEqual(shown.holds, [
      {
        purpose: 'pledge',
        amount: '300',
        by: { id: id('harbour'), name: 'Harbour Bank Co., Ltd.' },
        beneficiary: { id: id('harbour'), name: 'Harbour Bank Co., Ltd.' },
        order: BigInt(loan).toString(),
        since: new Date(ledger.clock.now() * 1000).toISOString(),
        expiresAt: null,
        inForce: true,
      },
    ]);
    assert.deepEqual(
      [(await get('minghua', `/v1/notes/${note}`)).amount, (await get('minghua', `/v1/notes/${note}`)).free],
      ['600', '600'],
    );

    const lender = await get('harbour', `/v1/notes/${pledged}`);
    assert.deepEqual(
      [lender.holder.id, lender.holds[0].purpose, lender.title, lender.given],
      [id('minghua'), 'pledge', null, []],
    );
    assert.deepEqual(
      (await get('harbour', '/v1/notes?side=pledged')).items.map((item: any) => item.id),
      [pledged],
    );
    assert.deepEqual(
      (await get('harbour', `/v1/notes/${pledged}/path`)).hops.map(({ hop, to, redacted }: any) => [
        hop,
        to.id,
        redacted,
      ]),
      [['issue', id('minghua'), false]],
    );
    assert.strictEqual((await get('harbour', `/v1/payables/${payable}`)).view, 'holder');
    for (const other of [note, secret])
      assertRefused(await ledger.as('harbour.viewer').get(`/v1/notes/${other}`), 404, 'NOTE_UNKNOWN');
    assertRefused(await ledger.as('rongda.viewer').get(`/v1/notes/${pledged}`), 404, 'NOTE_UNKNOWN');
    const {
      debtors: [debtor],
    } = await get('harbour', `/v1/holders/${id('harbour')}/debtors`);
    assert.deepEqual(
      [debtor.pledged, debtor.amount, debtor.notes],
      ['300', whole.debtors[0].amount, whole.debtors[0].notes + 1],
    );
    const root = (await get('guangdong', `/v1/payables/${payable}/tree`)).notes.find(
      (node: any) => node.note === pledged,
    );
    assert.strictEqual(root.pledgedTo.id, id('harbour'));

    const order = { shares: [{ to: id('kaida'), amount: '1' }] };
    const refused = await ledger.as('minghua.maker').post(`/v1/notes/${pledged}/transfers`, order);
    assertRefused(refused, 409, 'NOTE_UNDER_HOLD', {
      note: pledged,
      order: BigInt(loan).toString(),
      expiresAt: 'further notice',
    });
    assertRefused(
      await ledger.as('minghua.maker').post(`/v1/notes/${pledged}/returns`, { amount: '1' }),
      409,
      'NOTE_UNDER_HOLD',
    );

    const regulator = ledger.as('guangdong.maker');
    const expiresAt = new Date((ledger.clock.now() + 300 * DAY) * 1000).toISOString();
    const frozen = done(
      await regulator.post(`/v1/notes/${pledged}/freezes`, { amount: '200', expiresAt, order: 'GD-1' }),
    );
    assert.deepEqual(
      frozen.holds.map(({ purpose, amount, beneficiary }: any) => [purpose, amount, beneficiary?.id]),
      [
        ['pledge', '300', id('harbour')],
        ['freeze', '200', undefined],
      ],
    );
    await assertMirror(ledger);
    await ledger.instruct('harbour', letGo(BigInt(loan), BigInt(pledged)));
    const released = await get('minghua', `/v1/notes/${pledged}`);
    assert.deepEqual(
      [released.holds.map(({ purpose }: any) => purpose), released.free],
      [['freeze'], '100'],
      'the freeze holds on its own',
    );
    assertRefused(await ledger.as('harbour.viewer').get(`/v1/notes/${pledged}`), 404, 'NOTE_UNKNOWN');
    await assertMirror(ledger);
    done(await regulator.post(`/v1/notes/${pledged}/freezes/release`));
    await pass(ledger, 'minghua', pledged, [['jinfeng', 300n]]);
    await assertMirror(ledger);
  });

  it('what comes in on a pledged note goes to its lender first; each sees what it was paid', async () => {
    await deposit(ledger, 'hengtai', 10_000n);
    const { payable, note } = await activePayable(ledger, { face: 1_000n, maturity: '2026-04-08' });
    await ledger.instruct('minghua', harbour.borrow(BigInt(note), 400n)); // 200 at 2.85 % for less than a fen of interest
    const pledged = await newest(payable);
    const before = await Promise.all(
      ['minghua', 'harbour'].map(async (name) => BigInt((await get(name, '/v1/cash/CNY/balance')).balance)),
    );
    ledger.goTo('2026-04-08');
    const paid = done(
      await ledger
        .as('hengtai.checker')
        .post(`/v1/payables/${payable}/payments`, { amount: '1000', reference: 'PAY-1' }),
    );
    const after = await Promise.all(
      ['minghua', 'harbour'].map(async (name) => BigInt((await get(name, '/v1/cash/CNY/balance')).balance)),
    );
    assert.deepEqual(
      after.map((balance, place) => balance - (before[place] as bigint)),
      [800n, 200n],
    );

    const claim = { payee: { id: id('harbour'), name: 'Harbour Bank Co., Ltd.' }, amount: '200' };
    const notesOf = async (name: string) =>
      (await get(name, `/v1/payments/${paid.id}/notes`)).items.map((item: any) => [
        item.note,
        item.payee.id,
        item.amount,
        item.prior,
        item.toHolder,
      ]);
    const whole = [note, id('minghua'), '600', [], '600'];
    const cut = [pledged.toString(), id('minghua'), '400', [claim], '200'];
    assert.deepEqual(await notesOf('guangdong'), [whole, cut]);
    assert.deepEqual(await notesOf('minghua'), [whole, cut], 'the borrower sees who was paid before it');
    assert.deepEqual(await notesOf('harbour'), [[...cut.slice(0, 4), null]], 'the lender its own claim');
    assert.deepEqual(await notesOf('hengtai'), [], 'and the obligor nobody');
    assert.deepEqual(
      [
        (await get('minghua', `/v1/payments/${paid.id}`)).received,
        (await get('harbour', `/v1/payments/${paid.id}`)).received,
      ],
      [
        { amount: '800', returned: '0' },
        { amount: '200', returned: '0' },
      ],
    );
    const received = async (name: string) =>
      (await get(name, '/v1/payments/received')).items
        .filter(({ payment }: any) => payment === paid.id)
        .map((item: any) => [item.note, item.as, item.amount, item.obligor.id]);
    assert.deepEqual(await received('harbour'), [[pledged.toString(), 'prior claim', '200', id('hengtai')]]);
    assert.deepEqual(await received('minghua'), [
      [pledged.toString(), 'holder', '200', id('hengtai')],
      [note, 'holder', '600', id('hengtai')],
    ]);
    const entry = (await get('harbour', '/v1/cash/CNY/statement?limit=1')).items[0];
    assert.deepEqual(
      [entry.kind, entry.amount, entry.payment, entry.note, entry.reference],
      ['settlement', '200', paid.id, pledged.toString(), 'PAY-1'],
    );
    assertRefused(await ledger.as('rongda.viewer').get(`/v1/payments/${paid.id}`), 404, 'PAYMENT_UNKNOWN');
    await assertMirror(ledger);
    await assertCashIsConserved(ledger);
  });

  it('a returned payment is owed again, to the lender too', async () => {
    const { payable, note } = await activePayable(ledger, { face: 1_000n, maturity: '2026-04-15' });
    await ledger.instruct('minghua', harbour.borrow(BigInt(note), 400n));
    const pledged = await newest(payable);
    ledger.goTo('2026-04-15');
    const order = { payable, currency: 'CNY', amount: '250', reference: 'EB-1' };
    const part = done(await ledger.as('pearl.checker').post('/v1/payment-confirmations', order));
    assert.strictEqual(
      (await get('harbour', `/v1/payments/${part.id}`)).received.amount,
      '100',
      'a quarter of the note, and half of the loan',
    );
    await assertMirror(ledger);
    done(await ledger.as('pearl.checker').post('/v1/payment-confirmations/EB-1/return', {}));
    await assertMirror(ledger);
    const { received } = await get('harbour', `/v1/payments/${part.id}`);
    assert.strictEqual(received.returned, received.amount);
    const [mine] = (await get('harbour', '/v1/payments/received?limit=1')).items;
    assert.deepEqual([mine.payment, mine.as, mine.returned], [part.id, 'prior claim', true]);
    const settled = noteIdOf(numbered(payable), 4n);
    const holds = (await get('minghua', `/v1/notes/${settled}`)).holds;
    assert.strictEqual((await get('minghua', `/v1/notes/${pledged}`)).holds.length, 1);
    assert.strictEqual(holds.length, 1, 'what was paid secures the loan again');
    done(
      await ledger
        .as('pearl.checker')
        .post('/v1/payment-confirmations', { ...order, amount: '1000', reference: 'EB-2' }),
    );
    await assertMirror(ledger);
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
  });
});
