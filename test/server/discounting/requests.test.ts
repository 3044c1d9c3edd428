// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { TestLedger } from '../harness.ts';
import { assertRefused, hand } from '../receivables/scenario.ts';
import { balance, ok, openMarket, someNote } from './market.ts';

const PRICE = {
  rate: '28500',
  dayCount: 'ACT/360',
  method: 'bank-discount',
  recourse: 'without',
  expiresAt: '2026-04-30T00:00:00Z',
};
const UNTIL = '2026-04-15T00:00:00Z';

describe('requests for quotes', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());

  const ask = (name: string, body: object) =>
    ledger.as(`${name}.maker`).post('/v1/quote-requests', { expiresAt: UNTIL, ...body });
  const answer = (name: string, request: string, change: object = {}) =>
    ledger.as(`${name}.maker`).post(`/v1/quote-requests/${request}/answers`, { ...PRICE, ...change });
  const show = (name: string, request: string) => ledger.as(`${name}.viewer`).get(`/v1/quote-requests/${request}`);
  const accept = (name: string, request: string, id: string, more: object = {}) =>
    ledger.as(`${name}.maker`).post(`/v1/quote-requests/${request}/acceptance`, { answer: id, ...more });

  it('a supplier asks on a bundle, financiers answer each for itself, and it accepts one: cash in the account', async () => {
    const [first, second] = [
      await someNote(ledger),
      await someNote(ledger, { maturity: '2026-06-30', face: 1_000_000n }),
    ];
    const note = await hand(ledger, 'minghua', first, 'lihe', 5_000_000n);
    const other = await hand(ledger, 'minghua', second, 'lihe', 1_000_000n);
    const request = ok(await ask('lihe', { lots: [{ note: other }, { note, amount: '4000000' }] }));
    assert.deepEqual([request.state, request.face, request.financiers, request.sale], ['open', '5000000', null, null]);
    assert.deepEqual(request.check, { passed: true, documents: 2, faults: [] });

    const seen = ok(await show('harbour', request.id));
    assert.deepEqual(
      seen.lots.map(({ obligor, amount, dueDate, tier, days }: any) => [obligor.id, amount, dueDate, tier, days]),
      [
        [String(ledger.party('hengtai')), '4000000', '2026-09-14', 2, 166],
        [String(ledger.party('hengtai')), '1000000', '2026-06-30', 2, 90],
      ],
    );
    assert.deepEqual([seen.asker.id, seen.check.passed, seen.answers], [String(ledger.party('lihe')), true, []]);

    const fromHarbour = ok(await answer('harbour', request.id)).answers;
    const fromRongda = ok(await answer('rongda', request.id, { rate: '27000', fees: { flat: '100' } })).answers;
    assert.deepEqual([fromHarbour.length, fromRongda.length], [1, 1], 'neither sees the answer of the other');
    assert.strictEqual(fromHarbour[0].answer.request, request.id);
    assertRefused(await ledger.as('rongda.viewer').get(`/v1/quotes/${fromHarbour[0].answer.id}`), 404, 'QUOTE_UNKNOWN');
    assertRefused(
      await ledger.as('minghua.viewer').get(`/v1/quotes/${fromHarbour[0].answer.id}`),
      404,
      'QUOTE_UNKNOWN',
    );

    const { answers } = ok(await show('lihe', request.id));
    assert.deepEqual(
      answers.map(({ answer: quoted }: any) => quoted.financier.id),
      [String(ledger.party('harbour')), String(ledger.party('rongda'))],
    );
    const best = answers[1];
    const had = await balance(ledger, 'lihe');
    const reply = await accept('lihe', request.id, best.answer.id, {
      reference: 'RFQ-1',
      maxCost: best.offer.allInAnnualCost,
    });
    const sale = ok(reply);
    assert.deepEqual(
      [reply.status, sale.received, sale.fees, sale.quote, sale.reference],
      [201, best.offer.received, '100', best.answer.id, 'RFQ-1'],
    );
    assert.strictEqual(await balance(ledger, 'lihe'), had + BigInt(sale.received));
    assert.strictEqual(sale.balance, (had + BigInt(sale.received)).toString());

    const after = ok(await show('lihe', request.id));
    assert.deepEqual([after.state, after.sale, after.answers[1].answer.status], ['accepted', sale.id, 'used-up']);
    assert.strictEqual(ok(await show('harbour', request.id)).sale, null, 'who lost does not learn of the sale');
    assertRefused(await accept('lihe', request.id, answers[0].answer.id), 409, 'REQUEST_CLOSED', { state: 'accepted' });
    assertRefused(await answer('harbour', request.id), 409, 'REQUEST_CLOSED', { state: 'accepted' });
  });

  it('a request goes to those it is put to, and is unknown to others', async () => {
    const request = ok(
      await ask('minghua', { lots: [{ note: await someNote(ledger) }], financiers: [String(ledger.party('harbour'))] }),
    );
    assert.deepEqual(
      request.financiers.map(({ id }: any) => id),
      [String(ledger.party('harbour'))],
    );
    assert.strictEqual(
      ok(await show('harbour', request.id)).financiers,
      null,
      'whom else it was put to is not theirs to know',
    );
    for (const name of ['rongda', 'lihe', 'hengtai'])
      assertRefused(await show(name, request.id), 404, 'REQUEST_UNKNOWN');
    assertRefused(await answer('rongda', request.id), 404, 'REQUEST_UNKNOWN');
    assertRefused(await show('zhengxin', request.id), 404, 'REQUEST_UNKNOWN');
    assert.strictEqual(ok(await show('guangdong', request.id)).id, request.id);
    assertRefused(await ledger.as('deeptier.viewer').get(`/v1/quote-requests/${request.id}`), 403, 'ACCESS_DENIED');
    const listed = async (name: string, query: string) =>
      ok(await ledger.as(`${name}.viewer`).get(`/v1/quote-requests?limit=500&${query}`)).items.map(({ id }: any) => id);
    assert.isOk((await listed('minghua', 'side=asked')).includes(request.id));
    assert.isOk(!(await listed('minghua', 'side=received')).includes(request.id));
    assert.isOk((await listed('harbour', 'side=received')).includes(request.id));
    assert.isOk(!(await listed('rongda', '')).includes(request.id));
    assertRefused(
      await ask('minghua', { lots: [{ note: await someNote(ledger) }], financiers: ['4000'] }),
      404,
      'PARTY_UNKNOWN',
    );
  });

  it('a financier that declines says why, to who asked alone, and may still think better of it', async () => {
    const request = ok(await ask('minghua', { lots: [{ note: await someNote(ledger) }] }));
    const decline = (name: string, reason: string) =>
      ledger.as(`${name}.maker`).post(`/v1/quote-requests/${request.id}/declines`, { reason });
    ok(await decline('rongda', 'Enough of this obligor'));
    assert.strictEqual(ok(await decline('rongda', 'Enough of this obligor for now')).declines.length, 1);
    assert.deepEqual(
      ok(await show('minghua', request.id)).declines.map(({ financier, reason }: any) => [financier.id, reason]),
      [[String(ledger.party('rongda')), 'Enough of this obligor for now']],
    );
    assert.deepEqual(ok(await show('harbour', request.id)).declines, []);
    ok(await answer('rongda', request.id));
  });

  it('a withdrawn request is gone for financiers, and nothing of it is accepted any more', async () => {
    const request = ok(await ask('minghua', { lots: [{ note: await someNote(ledger) }] }));
    const [given] = ok(await answer('harbour', request.id)).answers;
    assertRefused(await ledger.as('harbour.maker').delete(`/v1/quote-requests/${request.id}`), 404, 'REQUEST_UNKNOWN');
    assert.strictEqual(
      ok(await ledger.as('minghua.maker').delete(`/v1/quote-requests/${request.id}`)).state,
      'withdrawn',
    );
    assertRefused(await ledger.as('minghua.maker').delete(`/v1/quote-requests/${request.id}`), 409, 'REQUEST_CLOSED');
    assertRefused(await show('harbour', request.id), 404, 'REQUEST_UNKNOWN');
    assertRefused(await accept('minghua', request.id, given.answer.id), 409, 'REQUEST_CLOSED');
  });

  it('an answer is for these lots, for who asked, in the recourse asked for, and withdrawn like any quote', async () => {
    const note = await someNote(ledger);
    const request = ok(await ask('minghua', { lots: [{ note, amount: '1000' }], recourse: 'without' }));
    assertRefused(await answer('harbour', request.id, { recourse: 'with' }), 422, 'RECOURSE_DIFFERS');
    assertRefused(await answer('harbour', request.id, { expiresAt: '2026-03-01T00:00:00Z' }), 409, 'OFFER_EXPIRED');
    const [given] = ok(await answer('harbour', request.id)).answers;
    assertRefused(
      await ledger.as('minghua.maker').post('/v1/sales', { lots: [{ note, amount: '999' }], quote: given.answer.id }),
      422,
      'LOTS_DIFFER',
    );
    assertRefused(
      await ledger
        .as('harbour.maker')
        .put(`/v1/quotes/${given.answer.id}`, {
          currency: 'CNY',
          maxDays: 300,
          capacity: '1000',
          sellers: [String(ledger.party('minghua'))],
          ...PRICE,
        }),
      422,
      'OFFER_INVALID',
    );
    ok(await ledger.as('harbour.maker').delete(`/v1/quotes/${given.answer.id}`));
    const shown = ok(await show('minghua', request.id)).answers[0];
    assert.deepEqual([shown.offer, shown.reason.code, shown.answer.status], [null, 'OFFER_IS_WITHDRAWN', 'withdrawn']);
    const refused = await accept('minghua', request.id, given.answer.id);
    assertRefused(refused, 409, 'OFFER_IS_WITHDRAWN');
    assert.strictEqual(
      ok(await show('minghua', request.id)).state,
      'open',
      'a refused acceptance leaves the request as it was',
    );
    const second = ok(await answer('harbour', request.id)).answers.find((one: any) => one.offer);
    ok(await accept('minghua', request.id, second.answer.id));
  });

  it('after its time a request takes no answers, and an answer that stands may still be accepted', async () => {
    const soon = new Date((ledger.clock.now() + 3_600) * 1000).toISOString();
    const request = ok(await ask('minghua', { lots: [{ note: await someNote(ledger) }], expiresAt: soon }));
    const [given] = ok(await answer('harbour', request.id)).answers;
    ledger.clock.advance(3_600);
    assert.strictEqual(ok(await show('minghua', request.id)).state, 'expired');
    assertRefused(await answer('rongda', request.id), 409, 'REQUEST_CLOSED', { state: 'expired' });
    ok(await accept('minghua', request.id, given.answer.id));
  });

  it('of two acceptances at once, one is made', async () => {
    const note = await someNote(ledger);
    const request = ok(await ask('minghua', { lots: [{ note, amount: '1000000' }] }));
    const ids = [
      ok(await answer('harbour', request.id)).answers[0].answer.id,
      ok(await answer('rongda', request.id)).answers[0].answer.id,
    ] as string[];
    const replies = await Promise.all(ids.map((id) => accept('minghua', request.id, id)));
    assert.deepEqual(
      replies.map(({ status }) => status).sort(),
      [201, 409],
      JSON.stringify(replies.map(({ body }) => body)),
    );
    assert.strictEqual(
      ok(await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).amount,
      '11345678',
      'the same paper was sold once, though there was enough of the note for both',
    );
  });

  it('nobody asks for quotes on what is not free, not its own, offered twice, or not carried by its documents', async () => {
    const note = await someNote(ledger);
    assertRefused(await ask('kaida', { lots: [{ note }] }), 404, 'NOTE_UNKNOWN');
    assertRefused(await ask('minghua', { lots: [{ note, amount: '12345679' }] }), 422, 'AMOUNT_EXCEEDS_NOTE');
    assertRefused(
      await ask('minghua', {
        lots: [
          { note, amount: '1' },
          { note, amount: '2' },
        ],
      }),
      422,
      'LOTS_OUT_OF_ORDER',
    );
    assertRefused(await ask('minghua', { lots: [{ note }], expiresAt: '2026-01-01T00:00:00Z' }), 422, 'OFFER_INVALID');
    ok(
      await ledger
        .as('guangdong.maker')
        .post(`/v1/notes/${note}/freezes`, { amount: '1', expiresAt: '2026-08-01T00:00:00Z', order: 'GD-2026-1' }),
    );
    assertRefused(await ask('minghua', { lots: [{ note }] }), 409, 'NOTE_UNDER_HOLD');
    const other = await someNote(ledger);
    const request = ok(await ask('minghua', { lots: [{ note: other }] }));
    const payable = ok(await ledger.as('hengtai.viewer').get(`/v1/payables/${BigInt(other) >> 24n}`));
    await ledger.instruct('minghua', {
      contract: 'DocumentRegistry',
      functionName: 'credit',
      args: [payable.documents[0].fingerprint, `0x${'c1'.repeat(32)}`, 1n],
    });
    assertRefused(await ask('minghua', { lots: [{ note: other }] }), 409, 'DOCUMENT_IS_OVERDRAWN');
    const { check } = ok(await show('harbour', request.id));
    assert.deepEqual(
      [check.passed, check.faults.map(({ code }: any) => code)],
      [false, ['DOCUMENT_IS_OVERDRAWN']],
      'who is asked sees it as it stands now',
    );
    const [given] = ok(await answer('harbour', request.id)).answers;
    assertRefused(await accept('minghua', request.id, given.answer.id), 409, 'DOCUMENT_IS_OVERDRAWN');
  });

  it('a financier answers a request a bounded number of times, and never its own', async () => {
    const request = ok(await ask('minghua', { lots: [{ note: await someNote(ledger) }] }));
    for (let count = 0; count < 10; count += 1) ok(await answer('harbour', request.id));
    assertRefused(await answer('harbour', request.id), 422, 'TOO_MANY_ANSWERS', { maximum: '10' });
    assertRefused(await accept('minghua', request.id, `0x${'00'.repeat(32)}`), 404, 'ANSWER_UNKNOWN');
    const bought = ok(await accept('minghua', request.id, ok(await show('minghua', request.id)).answers[0].answer.id))
      .notes[0].note;
    const resale = ok(await ask('harbour', { lots: [{ note: bought }] }));
    assertRefused(await answer('harbour', resale.id), 422, 'OFFER_TO_SELF');
    ok(await answer('rongda', resale.id));
  });

  it('requests are not on the ledger: they survive when the tables are made again', async () => {
    const request = ok(await ask('minghua', { lots: [{ note: await someNote(ledger) }] }));
    ok(await answer('harbour', request.id));
    const before = ok(await show('minghua', request.id));
    await ledger.projector.rebuild();
    assert.deepEqual(ok(await show('minghua', request.id)), before);
  });
});
