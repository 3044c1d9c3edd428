// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { capabilities } from '../../../server/capabilities.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { numbered } from '../../../server/values/ids.ts';
import type { Call } from '../../../server/ledger/contract-types.ts';
import { decideOffer, freeze, returnToObligor, transfer, transferBody } from '../../../server/receivables/commands.ts';
import { receivableRefusals, receivableRules } from '../../../server/receivables/refusals.ts';
import { refusalCode } from '../../../server/refusals.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { assertMirror } from './mirror.ts';
import { activePayable, assertRefused, hand, pass, registerDocument } from './scenario.ts';
import { assertEvery } from '../../every.ts';

let ledger: TestLedger;

/** What the contract itself says to the same order. */
async function refusalOf(party: string, call: Call): Promise<DeeptierError> {
  const error = await ledger.ledgerClient.simulate(ledger.key(party), call).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.isOk(error instanceof DeeptierError, `the contract takes ${call.functionName}`);
  return error;
}

describe('refusals of receivables', () => {
  before(async () => {
    ledger = await openTestLedger();
  });

  after(() => ledger.stop());

  it('a refusal is the same from the contract and from the API: code, rule, sentence and values', async () => {
    const { note } = await activePayable(ledger, { face: 1_000n });
    const piece = await hand(ledger, 'minghua', note, 'jinfeng', 100n);
    const [open] = (await pass(ledger, 'minghua', note, [['kaida', 50n]])) as [string];
    const shares = (to: string, amount: string) =>
      transferBody.parse({ shares: [{ to: String(ledger.party(to)), amount }] });
    const expiresAt = '2026-03-20T00:00:00Z';
    const cases: [code: string, party: string, path: string, body: object | undefined, call: Call][] = [
      [
        'AMOUNT_EXCEEDS_NOTE',
        'minghua',
        `${note}/transfers`,
        shares('kaida', '851'),
        transfer(numbered(note), shares('kaida', '851')),
      ],
      [
        'AMOUNT_ZERO',
        'minghua',
        `${note}/transfers`,
        shares('kaida', '0'),
        transfer(numbered(note), shares('kaida', '0')),
      ],
      [
        'LOOP_TO_OBLIGOR',
        'jinfeng',
        `${piece}/transfers`,
        shares('hengtai', '1'),
        transfer(numbered(piece), shares('hengtai', '1')),
      ],
      [
        'TRANSFER_TO_SELF',
        'jinfeng',
        `${piece}/transfers`,
        shares('jinfeng', '1'),
        transfer(numbered(piece), shares('jinfeng', '1')),
      ],
      [
        'ROLE_MISSING',
        'jinfeng',
        `${piece}/transfers`,
        shares('zhengxin', '1'),
        transfer(numbered(piece), shares('zhengxin', '1')),
      ],
      [
        'PARTY_UNKNOWN',
        'jinfeng',
        `${piece}/transfers`,
        { shares: [{ to: '4294967295', amount: '1' }] },
        transfer(numbered(piece), transferBody.parse({ shares: [{ to: '4294967295', amount: '1' }] })),
      ],
      [
        'NOTE_NOT_HELD',
        'minghua',
        `${open}/transfers`,
        shares('lihe', '1'),
        transfer(numbered(open), shares('lihe', '1')),
      ],
      [
        'AMOUNT_EXCEEDS_NOTE',
        'jinfeng',
        `${piece}/returns`,
        { amount: '18446744073709551615' },
        returnToObligor(numbered(piece), { amount: '18446744073709551615' }),
      ],
      ['NOT_THE_RECIPIENT', 'minghua', `${open}/acceptance`, undefined, decideOffer('accept', numbered(open))],
      ['NOT_THE_RECIPIENT', 'minghua', `${open}/rejection`, undefined, decideOffer('reject', numbered(open))],
      ['NOT_THE_HOLDER', 'kaida', `${open}/withdrawal`, undefined, decideOffer('withdraw', numbered(open))],
      ['OFFER_STILL_OPEN', 'kaida', `${open}/expiry`, undefined, decideOffer('expire', numbered(open))],
      ['NOTE_NOT_OFFERED', 'jinfeng', `${piece}/acceptance`, undefined, decideOffer('accept', numbered(piece))],
      [
        'AMOUNT_EXCEEDS_NOTE',
        'guangdong',
        `${piece}/freezes`,
        { amount: '101', expiresAt, order: 'A' },
        freeze(numbered(piece), { amount: '101', expiresAt, order: 'A' }),
      ],
      [
        'NOTE_NOT_UNDER_HOLD',
        'guangdong',
        `${piece}/freezes/release`,
        undefined,
        { contract: 'ReceivableLedger', functionName: 'release', args: [BigInt(piece)] },
      ],
    ];
    for (const [code, party, path, body, call] of cases) {
      const expected = await refusalOf(party, call);
      const reply = await ledger.as(`${party}.maker`).post(`/v1/notes/${path}`, body);
      assert.deepEqual(
        [reply.body.code, reply.status, reply.body.rule, reply.body.detail, reply.body.values],
        [code, expected.status, expected.refusal.rule, expected.message, expected.values],
      );
    }
    await assertMirror(ledger);
  });

  it('what a refusal is worth does not depend on its key: repeated, it is the same answer', async () => {
    const { note } = await activePayable(ledger, { face: 10n });
    const body = { shares: [{ to: String(ledger.party('kaida')), amount: '11' }] };
    const first = await ledger.as('minghua.maker').post(`/v1/notes/${note}/transfers`, body, { key: 'once' });
    const again = await ledger.as('minghua.maker').post(`/v1/notes/${note}/transfers`, body, { key: 'once' });
    assertRefused(again, 422, 'AMOUNT_EXCEEDS_NOTE', { available: '10', wanted: '11' });
    assert.deepEqual([again.headers.get('idempotency-replayed'), again.body], ['true', first.body]);
    const moved = await ledger
      .as('minghua.maker')
      .post(`/v1/notes/${note}/transfers`, { ...body, shares: [{ ...body.shares[0], amount: '1' }] }, { key: 'twice' });
    const replayed = await ledger
      .as('minghua.maker')
      .post(`/v1/notes/${note}/transfers`, { ...body, shares: [{ ...body.shares[0], amount: '1' }] }, { key: 'twice' });
    assert.deepEqual([moved.status, replayed.status, replayed.body], [201, 201, moved.body]);
    assert.strictEqual(
      (await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.amount,
      '9',
      'it was moved once',
    );
    assertRefused(
      await ledger.as('minghua.maker').post(`/v1/notes/${note}/transfers`, body, { key: 'twice' }),
      409,
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  it('of transfers that come at once and cannot all be met, none takes more than there is', async () => {
    const { note } = await activePayable(ledger, { face: 1_000n });
    const body = { shares: [{ to: String(ledger.party('kaida')), amount: '400' }] };
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => ledger.as('minghua.maker').post(`/v1/notes/${note}/transfers`, body)),
    );
    assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 201, 422, 422, 422, 422]);
    for (const reply of replies)
      if (reply.status === 422) assertRefused(reply, 422, 'AMOUNT_EXCEEDS_NOTE', { wanted: '400' });
    assert.strictEqual((await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.amount, '200');
    await assertMirror(ledger);
  });

  it('every error of the receivable contracts has a refusal, every refusal a rule, and no placeholder is left empty', () => {
    const inputs = new Map(
      ledger.contracts.errors().map((error) => [refusalCode(error.name), error.inputs.map(({ name }) => name)]),
    );
    const own = ['ReceivableLedger', 'Issuance', 'NoteMetadata']
      .flatMap((name) => ledger.contracts.artifact(name).abi)
      .flatMap((item) => (item.type === 'error' ? [refusalCode(item.name ?? '')] : []));
    const declared = new Map(
      capabilities.flatMap(({ refusals }) => refusals).map((refusal) => [refusal.code, refusal]),
    );
    const known = own.filter((code) => code in receivableRefusals);
    assert.isOk(known.length >= 30, String(known.length));
    for (const [code, refusal] of Object.entries(receivableRefusals)) {
      assert.isOk(receivableRules[refusal.rule], `${code} names the rule ${refusal.rule}`);
      assert.strictEqual(declared.get(code), refusal);
      const names = inputs.get(code);
      if (names)
        for (const [, placeholder] of refusal.sentence.matchAll(/\{(\w+)\}/g))
          assert.isOk(names.includes(placeholder), `${code} has no {${placeholder}}`);
    }
    const used = new Set(Object.values(receivableRefusals).map(({ rule }) => rule));
    for (const rule of Object.keys(receivableRules)) assert.isOk(used.has(rule), `${rule} is the rule of nothing`);
  });

  it('overdue is a matter of the date: nobody says it, and then the obligor issues nothing', async () => {
    const { payable, note } = await activePayable(ledger, { maturity: '2026-12-12', face: 1_000n }); // a Saturday
    await activePayable(ledger, { maturity: '2027-02-26', face: 1_000n }); // stays active
    const own = ledger.as('hengtai.viewer');
    const {
      body: { dueDate },
    } = await own.get(`/v1/payables/${payable}`);
    assert.strictEqual(dueDate, '2026-12-14');
    ledger.goTo('2026-12-12');
    assertRefused(
      await ledger
        .as('minghua.maker')
        .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party('kaida')), amount: '1' }] }),
      409,
      'NOTE_MATURED',
      { maturity: '2026-12-12' },
    );
    assert.strictEqual((await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.free, '0');
    ledger.goTo('2026-12-14');
    assert.strictEqual((await own.get(`/v1/payables/${payable}`)).body.status, 'active');
    ledger.goTo('2026-12-15');
    assert.strictEqual((await own.get(`/v1/payables/${payable}`)).body.status, 'overdue');
    assert.isOk(
      (await own.get('/v1/payables?status=overdue')).body.items.some(({ id }: { id: string }) => id === payable),
    );
    assertEvery(
      (await own.get('/v1/payables?status=active')).body.items as { id: string }[],
      ({ id }) => id !== payable,
      'what is overdue is not among the active ones',
    );
    const block = (await own.get(`/v1/payables/${payable}`)).headers.get('deeptier-block');
    const fingerprint = await registerDocument(ledger, 100n);
    assert.strictEqual(
      (await own.get(`/v1/payables/${payable}?asOfBlock=${block}`)).body.status,
      'active',
      'at that block it was not yet',
    );
    assertRefused(
      await ledger
        .as('hengtai.maker')
        .post('/v1/issue-drafts', {
          supplier: String(ledger.party('minghua')),
          currency: 'CNY',
          face: '100',
          maturity: '2027-03-01',
          documents: [{ fingerprint, amount: '100' }],
        }),
      422,
      'OBLIGOR_OVERDUE',
      { dueDate: '2026-09-14' },
    ); // the earliest of all

    const {
      body: { defaultDate },
    } = await own.get(`/v1/payables/${payable}`);
    assert.strictEqual(defaultDate, '2027-01-14', 'the day after the 30th after the due date');
    ledger.goTo('2027-01-13');
    assert.strictEqual((await own.get(`/v1/payables/${payable}`)).body.status, 'overdue');
    ledger.goTo(defaultDate);
    assert.strictEqual((await own.get(`/v1/payables/${payable}`)).body.status, 'defaulted');
    assert.strictEqual((await ledger.as('minghua.viewer').get(`/v1/notes/${note}`)).body.payableStatus, 'defaulted');
    const among = async (status: string) =>
      (await own.get(`/v1/payables?status=${status}`)).body.items.some(({ id }: { id: string }) => id === payable);
    assert.deepEqual([await among('active'), await among('overdue'), await among('defaulted')], [false, false, true]);
    const {
      body: { debtors },
    } = await ledger.as('minghua.viewer').get(`/v1/holders/${ledger.party('minghua')}/debtors`);
    assert.deepEqual(
      [debtors[0].defaulted, debtors[0].pledged],
      [debtors[0].overdue, '0'],
      'all that is late here is in default',
    );
  });
});
