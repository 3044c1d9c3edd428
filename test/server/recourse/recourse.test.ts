// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { dateOfDayNumber } from '../../../server/values/dates.ts';
import type { TestLedger } from '../harness.ts';
import { assertMirror } from '../receivables/mirror.ts';
import { assertRefused, pass } from '../receivables/scenario.ts';
import { assertCashIsConserved } from '../settlement/conservation.ts';
import { balance, ok } from '../discounting/market.ts';
import {
  DUE,
  FACE,
  fund,
  gains,
  IN_DEFAULT,
  LIMITATION_UNTIL,
  openFailure,
  RECOURSE_UNTIL,
  soldOn,
  spend,
} from './failure.ts';
import { call } from '../../../server/ledger/contract-types.ts';

const DUE_STATUSES = ['current', 'overdue', 'defaulted'];
const CAUSE = { cause: 'Unpaid at maturity' };

describe('after the obligor fails', () => {
  let ledger: TestLedger;
  /** Sold by minghua to harbour and by harbour to rongda, both with recourse. */
  let endorserChain: { payable: string; note: string };
  /** Sold by minghua to harbour: without recourse; with it, to be given up; with it, to be forgotten. */
  let without: { payable: string; note: string };
  let givenUp: { payable: string; note: string };
  let forgotten: { payable: string; note: string };
  /** Of a note that minghua sold with recourse, what harbour offered to tailong, which declined. */
  let cutBeside: string;

  before(async () => {
    ledger = await openFailure();
    endorserChain = await soldOn(
      ledger,
      { from: 'minghua', to: 'harbour', recourse: 'with' },
      { from: 'harbour', to: 'rongda', recourse: 'with' },
    );
    without = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'without' });
    givenUp = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'with' });
    forgotten = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'with' });
    const cut = await soldOn(ledger, { from: 'minghua', to: 'harbour', recourse: 'with' });
    [cutBeside] = (await pass(ledger, 'harbour', cut.note, [['tailong', 1_000_000n]])) as [string];
    ok(await ledger.as('tailong.maker').post(`/v1/notes/${cutBeside}/rejection`));
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

  const see = async (user: string, path: string) => ok(await ledger.as(user).get(path));
  const step = (user: string, path: string, body: object = CAUSE) => ledger.as(user).post(path, body);
  const claim = (user: string, note: string) => step(user, `/v1/notes/${note}/recourse-claims`);
  const honour = (user: string, note: string) => step(user, `/v1/notes/${note}/recourse-claims/honour`);
  const waive = (user: string, note: string) => step(user, `/v1/notes/${note}/recourse-claims/waive`);
  const demand = (user: string, payable: string) => step(user, `/v1/payables/${payable}/demands`);
  const recourse = (user: string, note: string) => see(user, `/v1/notes/${note}/recourse`);
  const id = (name: string): string => String(ledger.party(name));

  /** The dates the tables say are those the contract says. */
  const assertDueStatus = async (payable: string, expected: string): Promise<void> => {
    const shown = await see('hengtai.viewer', `/v1/payables/${payable}/default`);
    const state = await ledger.read(call('Recourse', 'dueStateOf', Number(payable)));
    assert.deepEqual(
      [shown.dueDate, shown.defaultDate, shown.recourseUntil, shown.limitationUntil],
      [state.dueDate, state.defaultDate, state.recourseUntil, state.limitationUntil].map(dateOfDayNumber),
    );
    assert.strictEqual(shown.dueStatus, expected);
    await ledger.instruct('hengtai', {
      contract: 'PartyRegistry',
      functionName: 'setStandingAcceptance',
      args: [0, false],
    }); // a block of today
    const later = await ledger.read(call('Recourse', 'dueStateOf', Number(payable)));
    assert.strictEqual(DUE_STATUSES[Number(later.status)], expected);
  };

  it('before the due date nothing is overdue, and nobody claims or demands', async () => {
    await assertDueStatus(endorserChain.payable, 'current');
    const shown = await recourse('rongda.viewer', endorserChain.note);
    assert.deepEqual(
      [shown.claimable, shown.reason, shown.claimUntil, shown.limitationUntil],
      [false, 'not-in-default', RECOURSE_UNTIL, LIMITATION_UNTIL],
    );
    assertRefused(await claim('rongda.maker', endorserChain.note), 409, 'NOT_IN_DEFAULT', { defaultDate: IN_DEFAULT });
    assertRefused(await waive('rongda.checker', endorserChain.note), 409, 'NOT_IN_DEFAULT');
    assertRefused(await demand('rongda.maker', endorserChain.payable), 409, 'NOT_OVERDUE');
  });

  it('a payable is overdue the day after it is due, and in default by the date of its rule set', async () => {
    ledger.goTo(DUE);
    await assertDueStatus(endorserChain.payable, 'current');
    ledger.goTo('2026-09-15');
    await assertDueStatus(endorserChain.payable, 'overdue');
    ledger.goTo('2026-10-14');
    await assertDueStatus(endorserChain.payable, 'overdue');
    assertRefused(await claim('rongda.maker', endorserChain.note), 409, 'NOT_IN_DEFAULT');
    ledger.goTo(IN_DEFAULT);
    await assertDueStatus(endorserChain.payable, 'defaulted');
  });

  it('a holder sees who answers by name and that others stand behind; a regulator sees them all', async () => {
    const own = await recourse('rongda.viewer', endorserChain.note);
    assert.deepEqual(
      [own.claimable, own.reason, own.amount, own.currency, own.dueStatus],
      [true, null, FACE.toString(), 'CNY', 'defaulted'],
    );
    assert.deepEqual(
      own.endorserChain.map(({ endorser }: any) => endorser?.id ?? null),
      [id('harbour'), null],
    );
    const all = await recourse('guangdong.viewer', endorserChain.note);
    assert.deepEqual(
      all.endorserChain.map(({ endorser }: any) => endorser?.id),
      [id('harbour'), id('minghua')],
    );
    assert.strictEqual(all.endorserChain[0].soldNote, endorserChain.note);
  });

  it('nobody else sees any of it', async () => {
    for (const user of ['minghua.viewer', 'tailong.viewer', 'zhengxin.viewer', 'pearl.viewer', 'hengtai.viewer']) {
      assertRefused(await ledger.as(user).get(`/v1/notes/${endorserChain.note}/recourse`), 404, 'NOTE_UNKNOWN');
      assertRefused(
        await claim(user.replace('viewer', 'maker'), endorserChain.note),
        user.startsWith('zhengxin') || user.startsWith('pearl') ? 403 : 404,
        user.startsWith('zhengxin') || user.startsWith('pearl') ? 'ACCESS_DENIED' : 'NOTE_UNKNOWN',
      );
    }
    assert.strictEqual(
      (await ledger.as('deeptier.viewer').get(`/v1/notes/${endorserChain.note}/recourse`)).status,
      403,
    );
    assert.strictEqual(
      (await ledger.as('deeptier.viewer').get(`/v1/payables/${endorserChain.payable}/default`)).status,
      403,
    );
    assert.strictEqual((await claim('rongda.viewer', endorserChain.note)).status, 403);
    assert.strictEqual((await claim('rongda.checker', endorserChain.note)).status, 403);
  });

  it('the holder claims on the nearest, which pays and steps into the claim, and so on up the path', async () => {
    const made = await claim('rongda.maker', endorserChain.note);
    assert.deepEqual([made.status, made.headers.get('location')], [201, `/v1/recourse-claims/${endorserChain.note}`]);
    assert.deepEqual(
      [
        made.body.holder.id,
        made.body.endorser.id,
        made.body.claimed,
        made.body.due,
        made.body.stage,
        made.body.cause,
        made.body.claimUntil,
      ],
      [id('rongda'), id('harbour'), FACE.toString(), FACE.toString(), 'open', 'Unpaid at maturity', RECOURSE_UNTIL],
    );
    assertRefused(await claim('rongda.maker', endorserChain.note), 409, 'CLAIM_ALREADY_OPEN', {
      endorser: id('harbour'),
    });
    assert.strictEqual((await recourse('rongda.viewer', endorserChain.note)).reason, 'claimed');

    const [received] = (await see('harbour.viewer', '/v1/recourse-claims?side=received&stage=open')).items;
    assert.deepEqual([received.note, received.due], [endorserChain.note, FACE.toString()]);
    assert.deepEqual((await see('harbour.viewer', '/v1/recourse-claims?side=made')).items, []);
    assertRefused(
      await ledger.as('minghua.viewer').get(`/v1/recourse-claims/${endorserChain.note}`),
      404,
      'RECOURSE_CLAIM_UNKNOWN',
    );
    assertRefused(await honour('minghua.checker', endorserChain.note), 404, 'RECOURSE_CLAIM_UNKNOWN');
    assertRefused(await honour('rongda.checker', endorserChain.note), 403, 'NOT_THE_ENDORSER', {
      endorser: id('harbour'),
    });
    assert.strictEqual((await honour('harbour.maker', endorserChain.note)).status, 403);

    const since = await gains(ledger, ['minghua', 'harbour', 'rongda']);
    const paid = ok(await honour('harbour.checker', endorserChain.note));
    assert.deepEqual(
      [paid.stage, paid.paid, paid.toHolder, paid.due],
      ['honoured', FACE.toString(), FACE.toString(), '0'],
    );
    assert.deepEqual(await since(), [0n, -FACE, FACE]);
    assertRefused(await honour('harbour.checker', endorserChain.note), 409, 'CLAIM_NOT_OPEN');
    const [entry] = (await see('rongda.viewer', '/v1/cash/CNY/statement?limit=1')).items;
    assert.deepEqual(
      [entry.kind, entry.direction, entry.amount, entry.counterparty.id, entry.note],
      ['recourse', 'in', FACE.toString(), id('harbour'), endorserChain.note],
    );

    const again = await recourse('harbour.viewer', paid.taken);
    assert.deepEqual(
      again.endorserChain.map(({ endorser }: any) => endorser.id),
      [id('minghua')],
      'up, never round',
    );
    assert.deepEqual(
      [again.steppedInOn, again.claimUntil],
      [IN_DEFAULT, '2027-01-15'],
      'three months from having paid',
    );
    ok(await claim('harbour.maker', paid.taken));
    await spend(ledger, 'minghua', await balance(ledger, 'minghua'));
    assertRefused(await honour('minghua.checker', paid.taken), 422, 'ERC20_INSUFFICIENT_BALANCE');
    await fund(ledger, 'minghua', FACE);
    const last = ok(await honour('minghua.checker', paid.taken));
    assert.deepEqual((await since()).slice(1), [0n, FACE], 'harbour is even');
    const end = await recourse('minghua.viewer', last.taken);
    assert.deepEqual([end.endorserChain, end.reason, end.claimUntil], [[], 'no-endorser', null]);
    assertRefused(await claim('minghua.maker', last.taken), 409, 'NO_ENDORSER');
    assert.strictEqual((await recourse('rongda.viewer', endorserChain.note)).reason, 'nothing-owed');
  });

  it("a note that was sold without recourse is nobody's to answer for", async () => {
    assert.strictEqual((await recourse('harbour.viewer', without.note)).reason, 'no-endorser');
    assertRefused(await claim('harbour.maker', without.note), 409, 'NO_ENDORSER');
    assertRefused(await honour('minghua.checker', without.note), 404, 'RECOURSE_CLAIM_UNKNOWN');
  });

  it('a note cut beside one that was sold with recourse was sold with it too', async () => {
    const shown = await recourse('harbour.viewer', cutBeside);
    assert.deepEqual(
      [shown.claimable, shown.amount, shown.endorserChain.map(({ endorser }: any) => endorser.id)],
      [true, '1000000', [id('minghua')]],
    );
    const made = ok(await claim('harbour.maker', cutBeside));
    assert.deepEqual([made.endorser.id, made.claimed], [id('minghua'), '1000000']);
    const {
      endorserChain: [now],
    } = await recourse('harbour.viewer', cutBeside);
    assert.deepEqual([now.endorser.id, now.soldNote], [id('minghua'), cutBeside], 'the ledger knows it now');
  });

  it('recourse that is given up is given up for good, and a checker does it', async () => {
    assert.strictEqual((await waive('harbour.maker', givenUp.note)).status, 403);
    const waived = ok(await waive('harbour.checker', givenUp.note));
    assert.deepEqual(
      [waived.stage, waived.endorser, waived.endCause, waived.claimed],
      ['waived', null, 'Unpaid at maturity', FACE.toString()],
    );
    assertRefused(await claim('harbour.maker', givenUp.note), 409, 'RECOURSE_IS_WAIVED');
    const shown = await recourse('harbour.viewer', givenUp.note);
    assert.deepEqual([shown.reason, shown.endorserChain], ['waived', []]);
  });

  it('a demand starts the limitation anew, and the obligor reads it', async () => {
    ledger.goTo('2026-11-02');
    const {
      items: [made],
    } = ok(await demand('harbour.maker', without.payable));
    assert.deepEqual(
      [made.note, made.holder.id, made.limitationUntil, made.cause],
      [without.note, id('harbour'), '2029-11-02', 'Unpaid at maturity'],
    );
    assert.strictEqual((await recourse('harbour.viewer', without.note)).limitationUntil, '2029-11-02');
    const [read] = (await see('hengtai.viewer', `/v1/payables/${without.payable}/default`)).demands;
    assert.deepEqual(read, made);
    assert.deepEqual(
      (await see('minghua.viewer', `/v1/payables/${without.payable}/default`)).demands,
      [],
      'who sold it does not',
    );
    assertRefused(await demand('minghua.maker', without.payable), 403, 'NOTHING_TO_DEMAND');
    assertRefused(await demand('rongda.maker', without.payable), 404, 'PAYABLE_UNKNOWN');
  });

  it('what was not claimed in time is barred, and what was not demanded in time does not come back', async () => {
    ledger.goTo('2027-03-15');
    assert.strictEqual((await recourse('harbour.viewer', forgotten.note)).reason, 'time-barred');
    assertRefused(await claim('harbour.maker', forgotten.note), 409, 'RECOURSE_TIME_BARRED', { until: RECOURSE_UNTIL });
    ledger.goTo('2029-09-15');
    assertRefused(await demand('harbour.maker', forgotten.payable), 409, 'LIMITATION_PASSED', {
      until: LIMITATION_UNTIL,
    });
    ok(await demand('harbour.maker', without.payable));
    assert.strictEqual(
      (await recourse('harbour.viewer', without.note)).limitationUntil,
      '2032-09-15',
      'the one demanded in time does',
    );
  });

  it('a step without a cause is no step', async () => {
    for (const body of [{}, { cause: '' }, { cause: ' ' }, { cause: 'x'.repeat(33) }]) {
      const reply = await step('harbour.maker', `/v1/notes/${forgotten.note}/recourse-claims`, body);
      assert.isOk(reply.status === 400 || reply.status === 422, JSON.stringify(reply.body));
    }
  });
});
