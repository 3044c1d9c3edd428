// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { capabilities } from '../../../server/capabilities.ts';
import type { CapabilityParts } from '../../../server/capability.ts';
import { receivableRoutes } from '../../../server/receivables/routes.ts';
import { PARTY_ROLES } from '../../../server/values/roles.ts';
import { USER_ROLES } from '../../../server/auth/caller.ts';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';
import { activePayable, assertRefused, hand, issuePayable, pass } from './scenario.ts';
import { eventOf } from '../../../server/ledger/contract-types.ts';
import { assertEvery } from '../../every.ts';

let ledger: TestLedger;
let payable: string;
/** One note a tier: minghua, jinfeng, lihe, xinyuan; each holds 100 of the 1000. */
let notes: [string, string, string, string];
let offered: string;

const get = (who: string, path: string): Promise<Reply> => ledger.as(`${who}.viewer`).get(path);

/** Everything a text shows that would give away a party. */
function names(reply: Reply): string[] {
  const text = JSON.stringify(reply.body);
  return ['Hengtai', 'Minghua', 'Jinfeng', 'Lihe', 'Xinyuan', 'Kaida'].filter((name) => text.includes(name));
}

describe('visibility of receivables', () => {
  before(async () => {
    ledger = await openTestLedger();
    const active = await activePayable(ledger, { face: 1_000n, reference: 'PO-1' });
    payable = active.payable;
    const second = await hand(ledger, 'minghua', active.note, 'jinfeng', 900n);
    const third = await hand(ledger, 'jinfeng', second, 'lihe', 800n);
    const fourth = await hand(ledger, 'lihe', third, 'xinyuan', 700n);
    notes = [active.note, second, third, fourth];
    [offered] = (await pass(ledger, 'xinyuan', fourth, [['kaida', 50n]])) as [string];
  });

  after(() => ledger.stop());

  it('a note is known to its holder, to whom it is offered and to the regulator; to others there is none', async () => {
    const holders = ['minghua', 'jinfeng', 'lihe', 'xinyuan'];
    const outsiders = ['hengtai', 'tailong', 'harbour', 'pearl', 'zhengxin'];
    for (const [index, note] of notes.entries()) {
      for (const who of [...holders, 'kaida', ...outsiders]) {
        for (const path of [`/v1/notes/${note}`, `/v1/notes/${note}/path`, `/v1/notes/${note}/path?source=state`]) {
          const reply = await get(who, path);
          if (who === holders[index]) assert.strictEqual(reply.status, 200, `${who} ${path}`);
          else assertRefused(reply, 404, 'NOTE_UNKNOWN', { note });
        }
      }
      assert.strictEqual((await get('guangdong', `/v1/notes/${note}`)).status, 200);
    }
    assert.strictEqual((await get('kaida', `/v1/notes/${offered}`)).status, 200);
    assert.strictEqual((await get('xinyuan', `/v1/notes/${offered}`)).status, 200);
    // A note that is not there is refused in the very same words.
    const absent = await get('minghua', `/v1/notes/${BigInt(notes[0]) + 999n}`);
    const hidden = await get('minghua', `/v1/notes/${notes[3]}`);
    assert.strictEqual(absent.body.detail.replaceAll(/\d+/g, '#'), hidden.body.detail.replaceAll(/\d+/g, '#'));
  });

  it('what cannot be seen cannot be ordered about, in the same words', async () => {
    for (const end of ['acceptance', 'rejection', 'withdrawal', 'expiry']) {
      assertRefused(await ledger.as('tailong.maker').post(`/v1/notes/${offered}/${end}`), 404, 'NOTE_UNKNOWN');
    }
    assertRefused(
      await ledger.as('tailong.maker').post(`/v1/notes/${notes[0]}/returns`, { amount: '1' }),
      404,
      'NOTE_UNKNOWN',
    );
    assertRefused(
      await ledger.as('tailong.maker').post(`/v1/notes/${notes[0]}/transfers`, { shares: [{ to: '5', amount: '1' }] }),
      404,
      'NOTE_UNKNOWN',
    );
    for (const end of ['acceptance', 'rejection', 'withdrawal']) {
      assertRefused(await ledger.as('tailong.maker').post(`/v1/payables/${payable}/${end}`), 404, 'PAYABLE_UNKNOWN');
    }
  });

  it('a holder sees whom it dealt with and the obligor; of the hops in between tier and time; of others no amounts', async () => {
    const { body } = await get('xinyuan', `/v1/notes/${notes[3]}/path`);
    const hop = (index: number) => body.hops[index];
    assert.deepEqual(
      body.hops.map(({ tier, redacted }: { tier: number; redacted: boolean }) => [tier, redacted]),
      [
        [4, false],
        [3, true],
        [2, true],
        [1, true],
      ],
    );
    assert.deepEqual(
      [hop(0).to.name, hop(0).from.name, hop(0).note],
      ['Xinyuan Scrap Works', 'Lihe Metals Co., Ltd.', notes[3]],
    );
    assert.deepEqual([hop(1).to.name, hop(1).from], ['Lihe Metals Co., Ltd.', null]);
    assert.deepEqual([hop(2).to, hop(2).from], [null, null]);
    assert.deepEqual([hop(3).to, hop(3).from.name], [null, 'Hengtai Motors Co., Ltd.']);
    for (const { note, units, operation, titleAt } of body.hops.slice(1))
      assert.deepEqual([note, units, operation, typeof titleAt], [null, null, null, 'string']);
    assert.deepEqual([body.documents.length, body.documents[0].amount], [1, undefined]);
    assert.deepEqual(names({ ...(await get('xinyuan', `/v1/notes/${notes[3]}/path`)) }), [
      'Hengtai',
      'Lihe',
      'Xinyuan',
    ]);
    assert.deepEqual(names(await get('xinyuan', `/v1/notes/${notes[3]}/path?source=state`)), [
      'Hengtai',
      'Lihe',
      'Xinyuan',
    ]);
    // In the middle of the chain: the counterparty above, the recipient below, and nobody further on.
    assert.deepEqual(names(await get('jinfeng', `/v1/notes/${notes[1]}`)), ['Hengtai', 'Minghua', 'Jinfeng', 'Lihe']);
    const given = (await get('jinfeng', `/v1/notes/${notes[1]}`)).body.given;
    assert.deepEqual([given.length, given[0].amount], [1, '800'], 'what it gave, and not what became of it');
  });

  it('whom a note is offered to sees who offers it, the obligor and the documents, before it decides', async () => {
    const note = await get('kaida', `/v1/notes/${offered}`);
    assert.deepEqual(
      [note.body.status, note.body.amount, note.body.offer.from.name, note.body.title, note.body.given],
      ['offered', '50', 'Xinyuan Scrap Works', null, []],
    );
    assert.deepEqual(names(note), ['Hengtai', 'Xinyuan', 'Kaida']);
    const path = await get('kaida', `/v1/notes/${offered}/path`);
    assert.deepEqual(
      [path.body.hops[0].to.name, path.body.hops[0].from, path.body.hops[0].note, path.body.hops[0].operation],
      ['Xinyuan Scrap Works', null, offered, null],
    );
    assert.deepEqual(names(path), ['Hengtai', 'Xinyuan']);
    assert.strictEqual(path.body.documents.length, 1);
  });

  it('an obligor sees what became of its payable and its first supplier, and nobody below', async () => {
    const shown = await get('hengtai', `/v1/payables/${payable}`);
    assert.deepEqual([shown.body.view, shown.body.face, shown.body.units.held], ['obligor', '1000', '950']);
    assert.deepEqual(names(shown), ['Hengtai', 'Minghua']);
    const tree = await get('hengtai', `/v1/payables/${payable}/tree`);
    assert.deepEqual(
      [tree.body.view, tree.body.byStatus.offered, tree.body.byTier, tree.body.byHolder, tree.body.notes],
      ['obligor', '50', undefined, undefined, undefined],
    );
    assert.deepEqual(names(tree), ['Hengtai', 'Minghua']);
    assert.deepEqual((await get('hengtai', '/v1/notes')).body.items, []);
  });

  it('a holder sees of the payable what concerns it; the first supplier also what was promised to it', async () => {
    const deep = await get('xinyuan', `/v1/payables/${payable}`);
    assert.deepEqual(
      [deep.body.view, deep.body.face, deep.body.units, deep.body.firstSupplier, deep.body.reference],
      ['holder', undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(names(deep), ['Hengtai']);
    const first = await get('minghua', `/v1/payables/${payable}`);
    assert.deepEqual(
      [first.body.view, first.body.face, first.body.reference, first.body.units, first.body.outstanding],
      ['holder', '1000', 'PO-1', undefined, undefined],
    );
    assertRefused(await get('minghua', `/v1/payables/${payable}/tree`), 403, 'TREE_NOT_YOURS');
    assertRefused(await get('tailong', `/v1/payables/${payable}`), 404, 'PAYABLE_UNKNOWN');
    assertRefused(await get('tailong', `/v1/payables/${payable}/tree`), 404, 'PAYABLE_UNKNOWN');
    assert.deepEqual((await get('tailong', '/v1/payables')).body.items, []);
    assert.deepEqual(
      (await get('kaida', '/v1/payables')).body.items.map(({ id, view }: { id: string; view: string }) => [id, view]),
      [[payable, 'holder']],
    );
  });

  it('a settlement bank sees of a payable what it takes to confirm its payment, by number, and lists none', async () => {
    const { body } = await get('pearl', `/v1/payables/${payable}`);
    assert.deepEqual(Object.keys(body).sort(), [
      'currency',
      'defaultDate',
      'dueDate',
      'face',
      'id',
      'outstanding',
      'status',
      'view',
    ]);
    assertRefused(await get('pearl', `/v1/payables/${payable}/tree`), 403, 'TREE_NOT_YOURS');
    for (const list of ['/v1/payables', '/v1/notes']) assert.deepEqual((await get('pearl', list)).body.items, []);
  });

  it('an auditor sees what a grant opens, while it lasts, and its looks are on record', async () => {
    assertRefused(await get('zhengxin', `/v1/payables/${payable}`), 404, 'PAYABLE_UNKNOWN');
    const other = await activePayable(ledger, { supplier: 'tailong', face: 10n });
    const grant = async (by: string, scope: 0 | 1 | 2, subject: string) => {
      const outcome = await ledger.instruct(by, {
        contract: 'AccessGrants',
        functionName: 'grant',
        args: [ledger.party('zhengxin'), scope, Number(subject), ledger.clock.now() + 3_600, 'annual audit'],
      });
      return eventOf(outcome.events, 'AccessGrants.AccessGranted').args.grantId;
    };
    const looks = async () =>
      await ledger.db
        .selectFrom('access_log')
        .select(['kind', 'subject', 'grants'])
        .where('username', '=', 'zhengxin.viewer')
        .orderBy('id')
        .execute();

    const ofPayable = await grant('hengtai', 0, payable);
    assert.deepEqual((await get('zhengxin', `/v1/payables/${payable}`)).body.view, 'full');
    assert.strictEqual((await get('zhengxin', `/v1/payables/${payable}/tree`)).body.notes.length, 1);
    const path = await get('zhengxin', `/v1/notes/${notes[3]}/path`);
    assertEvery(path.body.hops as { redacted: boolean }[], ({ redacted }) => !redacted);
    assert.deepEqual(
      (await looks()).map(({ kind, subject, grants }) => [kind, subject, grants]),
      [
        ['payable', payable, [ofPayable]],
        ['payable', payable, [ofPayable]],
        ['note', notes[3], [ofPayable]],
      ],
    );
    assert.deepEqual(
      (await get('zhengxin', '/v1/payables')).body.items.map(({ id }: { id: string }) => id),
      [payable],
    );
    assertRefused(await get('zhengxin', `/v1/payables/${other.payable}`), 404, 'PAYABLE_UNKNOWN');
    assertRefused(await get('zhengxin', `/v1/notes/${other.note}`), 404, 'NOTE_UNKNOWN');

    const ofParty = await grant('tailong', 1, String(ledger.party('tailong')));
    assert.strictEqual((await get('zhengxin', `/v1/notes/${other.note}`)).status, 200);
    assert.strictEqual((await get('zhengxin', `/v1/payables/${other.payable}`)).body.view, 'holder');
    assert.deepEqual((await looks()).at(-1), { kind: 'payable', subject: other.payable, grants: [ofParty] });
    assert.strictEqual((await get('zhengxin', `/v1/holders/${ledger.party('tailong')}/debtors`)).status, 200);
    assertRefused(await get('zhengxin', `/v1/holders/${ledger.party('minghua')}/debtors`), 404, 'PARTY_UNKNOWN');

    ledger.clock.advance(3_601);
    assertRefused(await get('zhengxin', `/v1/payables/${payable}`), 404, 'PAYABLE_UNKNOWN');
    assertRefused(await get('zhengxin', `/v1/notes/${other.note}`), 404, 'NOTE_UNKNOWN');
  });

  it('who took back or declined an offer keeps nothing of it', async () => {
    const {
      body: { id },
    } = await issuePayable(ledger, { supplier: 'tailong', face: 77n });
    assert.strictEqual((await get('tailong', `/v1/payables/${id}`)).status, 200);
    await ledger.as('tailong.maker').post(`/v1/payables/${id}/rejection`);
    assertRefused(await get('tailong', `/v1/payables/${id}`), 404, 'PAYABLE_UNKNOWN');
  });

  it('every route says who may call it, and refuses everybody else', async () => {
    const partyOf: Readonly<Record<string, string>> = {
      operator: 'deeptier',
      regulator: 'guangdong',
      auditor: 'zhengxin',
      obligor: 'hengtai',
      supplier: 'minghua',
      financier: 'harbour',
      'settlement-bank': 'pearl',
    };
    const routes = receivableRoutes({ contracts: ledger.contracts });
    assert.isOk(
      capabilities.some(
        ({ routes: made }) => made === (receivableRoutes as (parts: CapabilityParts) => readonly unknown[]),
      ),
    );
    assert.strictEqual(routes.length, 26);
    let refused = 0;
    for (const route of routes) {
      assert.notStrictEqual(route.access, 'public');
      if (route.access === 'public') continue;
      const { partyRoles, userRoles } = route.access;
      const path = route.path
        .replace('{currency}', 'CNY')
        .replace('/issue-drafts/{id}', '/issue-drafts/3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90')
        .replaceAll(/\{\w+\}/g, '999');
      assertRefused(await ledger.as('nobody')[route.method](path), 401, 'TOKEN_MISSING');
      for (const role of PARTY_ROLES.filter((name) => partyOf[name] !== undefined)) {
        for (const userRole of USER_ROLES) {
          const allowed = (partyRoles === 'any' || partyRoles.includes(role)) && userRoles.includes(userRole);
          const reply = await ledger.as(`${partyOf[role]}.${userRole}`)[route.method](path);
          assert.strictEqual(
            reply.body.code === 'ACCESS_DENIED',
            !allowed,
            `${role} ${userRole} ${route.method} ${route.path}: ${reply.body.code}`,
          );
          if (!allowed) refused += 1;
        }
      }
      // The operator runs the network and sees no payable and no note.
      if (!route.path.includes('/limits'))
        assert.isOk(partyRoles !== 'any' && !partyRoles.includes('operator'), route.path);
    }
    assert.isOk(refused > 200, String(refused));
  });
});
