// SPDX-License-Identifier: Apache-2.0
import { assert, AssertionError } from 'chai';
import { after, before, describe, it } from 'mocha';
import fc from 'fast-check';
import { sql } from 'kysely';
import { addDays } from '../../../server/values/dates.ts';
import { DeeptierError } from '../../../server/values/errors.ts';
import { numbered, type PartyId, type PayableId } from '../../../server/values/ids.ts';
import type { Call } from '../../../server/ledger/contract-types.ts';
import {
  decideOffer,
  freeze,
  release,
  returnToObligor,
  transfer,
  transferBody,
} from '../../../server/receivables/commands.ts';
import { type Note, notesOf } from '../../../server/receivables/queries.ts';
import { transferOf } from '../../../server/receivables/transfers.ts';
import { ledgerToday } from '../../../server/values/ledger-date.ts';
import { openTestLedger, type TestLedger } from '../harness.ts';
import { type Financier, openFinancier } from './financing.ts';
import { assertMirror } from './mirror.ts';
import { acceptBeforehand, activePayable } from './scenario.ts';
import { assertRejects } from '../../failures.ts';
import { runs } from '../../depth.ts';

const HOLDERS = ['minghua', 'tailong', 'jinfeng', 'kaida', 'lihe', 'xinyuan', 'harbour', 'rongda'] as const;
const HOUR = 3_600;

let ledger: TestLedger;
let nameOf: ReadonlyMap<PartyId, string>;
let confirmations = 0;
let harbour: Financier;

const step = fc.record({
  what: fc.constantFrom(
    'transfer',
    'transfer',
    'transfer',
    'accept',
    'accept',
    'reject',
    'withdraw',
    'expire',
    'return',
    'freeze',
    'release',
    'wait',
    'sell',
    'borrow',
  ),
  which: fc.nat(1_000),
  to: fc.array(fc.nat(HOLDERS.length - 1), { minLength: 1, maxLength: 4 }),
  /** Of a note's units, in percent. */
  part: fc.integer({ min: 0, max: 110 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Gives the order, as the party it takes; false when the ledger refuses it. */
async function perform({ what, which, to, part }: Step, payable: PayableId): Promise<boolean> {
  const notes = await notesOf(ledger.db, payable, 'latest');
  const wanted =
    what === 'accept' || what === 'reject' || what === 'withdraw' || what === 'expire' ? 'offered' : 'held';
  const fitting = notes.filter(({ status }) => status === wanted);
  const note = (fitting.length > 0 ? fitting : notes)[which % (fitting.length || notes.length)] as Note;
  const amount = (note.units * BigInt(part)) / 100n;
  const party =
    what === 'accept' || what === 'reject'
      ? ((await transferOf(ledger.db, note.id, 'latest'))?.to ?? note.holder)
      : what === 'freeze' || what === 'release'
        ? ledger.party('guangdong')
        : note.holder;
  const signer = nameOf.get(party) ?? (party === ledger.party('hengtai') ? 'hengtai' : 'guangdong');
  const call = callOf();
  try {
    await ledger.ledgerClient.simulate(ledger.key(signer), call);
  } catch (error) {
    if (error instanceof DeeptierError) return false;
    throw error;
  }
  await ledger.instruct(signer, call);
  return true;

  function callOf(): Call {
    switch (what) {
      case 'transfer': {
        const share = (amount / BigInt(to.length)).toString();
        const order = transferBody.parse({
          shares: to.map((one) => ({ to: String(ledger.party(HOLDERS[one] as string)), amount: share })),
          ...(which % 2 === 0 ? { reference: `R${which}` } : {}),
        });
        return transfer(note.id, order);
      }
      case 'sell':
        return harbour.sell(note.id, amount);
      case 'borrow':
        return harbour.borrow(note.id, amount);
      case 'return':
        return returnToObligor(note.id, { amount: (amount / 8n).toString() });
      case 'freeze':
        return freeze(note.id, {
          amount: amount.toString(),
          expiresAt: new Date((ledger.clock.now() + 50 * HOUR) * 1000).toISOString(),
          order: `ORDER-${which}`,
        });
      case 'release':
        return release(note.id);
      case 'wait':
        throw new Error('waiting is no order');
      default:
        return decideOffer(what, note.id);
    }
  }
}

/** From the tables and from the contract: the same walk, in the view of a regulator and of each note's holder. */
async function assertPaths(payable: PayableId): Promise<void> {
  for (const { id, holder, tier, financings } of await notesOf(ledger.db, payable, 'latest')) {
    for (const user of ['guangdong.viewer', `${nameOf.get(holder)}.viewer`]) {
      const [tables, state] = await Promise.all([
        ledger.as(user).get(`/v1/notes/${id}/path`),
        ledger.as(user).get(`/v1/notes/${id}/path?source=state`),
      ]);
      assert.deepEqual(
        [tables.status, state.status, tables.body.source, state.body.source],
        [200, 200, 'projection', 'state'],
      );
      const shared = (body: { source: string; hops: object[] }) => ({
        ...body,
        source: '',
        hops: body.hops.map((hop) => ({ ...hop, offeredAt: null, operation: null })),
      });
      assert.deepEqual(shared(tables.body), shared(state.body));
      assert.strictEqual(tables.body.hops.length, tier + financings, 'a walk is as long as its hops');
      if (user === 'guangdong.viewer') {
        for (const { operation, from, to } of tables.body.hops) assert.isOk(operation && from && to);
      }
    }
  }
}

/** After the maturity a bank confirms a part and then the rest; the rest is returned and paid again. */
async function payInTurns(payable: string, face: bigint, percent: number): Promise<void> {
  const { body: shown } = await ledger.as('pearl.viewer').get(`/v1/payables/${payable}`);
  ledger.goTo(shown.dueDate);
  const owed = BigInt(shown.outstanding);
  assert.isOk(owed <= face);
  if (owed === 0n) return;
  const part = (owed * BigInt(percent)) / 100n;
  for (const [amount, isReturned] of [
    [part, false],
    [owed - part, true],
    [owed - part, false],
  ] as const) {
    if (amount === 0n) continue;
    confirmations += 1;
    const reference = `BANK-${confirmations}`;
    const confirmed = await ledger
      .as('pearl.checker')
      .post('/v1/payment-confirmations', { payable, currency: 'CNY', amount: amount.toString(), reference });
    assert.strictEqual(confirmed.status, 201, JSON.stringify(confirmed.body));
    await assertMirror(ledger);
    if (!isReturned) continue;
    const returned = await ledger.as('pearl.checker').post(`/v1/payment-confirmations/${reference}/return`, {});
    assert.strictEqual(returned.status, 200, JSON.stringify(returned.body));
    await assertMirror(ledger);
  }
  const { body } = await ledger.as('hengtai.viewer').get(`/v1/payables/${payable}`);
  assert.deepEqual([body.status, body.outstanding], ['settled', '0']);
}

describe('random acts on a payable', () => {
  before(async () => {
    ledger = await openTestLedger();
    nameOf = new Map(HOLDERS.map((name) => [ledger.party(name), name]));
    harbour = await openFinancier(ledger, 'harbour');
    for (const name of ['jinfeng', 'lihe', 'harbour']) await acceptBeforehand(ledger, name); // the others decide each time
  });

  after(() => ledger.stop());

  it('whatever is done to a payable, the tables say what the ledger says, and both say the same paths', async () => {
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 30 }),
        fc.integer({ min: 1, max: 99 }),
        async (steps, percent) => {
          const face = 100_003n;
          const { payable } = await activePayable(ledger, { face, maturity: addDays(ledgerToday(ledger.clock), 40) });
          for (const one of steps) {
            if (one.what === 'wait') {
              ledger.clock.advance((one.which % 60) * HOUR);
              continue;
            }
            if (await perform(one, numbered(payable))) taken += 1;
            else refused += 1;
          }
          await assertMirror(ledger);
          await assertPaths(numbered(payable));
          await payInTurns(payable, face, percent);
        },
      ),
      { numRuns: runs(5, 100), endOnFailure: true },
    );
    assert.isOk(taken > 15, `only ${taken} orders were taken`);
    assert.isOk(refused > 0, 'nothing was ever refused');
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest, 'a rebuild makes the same rows');
  });

  it('where the tables say anything else than the ledger, the comparison fails', async () => {
    const { note, payable } = await activePayable(ledger, {
      face: 100n,
      maturity: addDays(ledgerToday(ledger.clock), 40),
    });
    await assertMirror(ledger);
    const crooked: [table: string, change: string, where: string][] = [
      ['notes', 'tier = tier + 1', `id = ${note}`],
      ['notes', 'since = since + 1', `id = ${note}`],
      ['notes', 'children = children + 1', `id = ${note}`],
      ['notes', 'holder = holder + 1', `id = ${note}`],
      ['notes', 'end_unit = end_unit - 1', `id = ${note}`],
      ['notes', 'under_hold = true', `id = ${note}`],
      ['notes', 'financings = financings + 1', `id = ${note}`],
      ['note_transfers', "hop = 'financing'", `note_id = ${note}`],
      ['notes', "path = '000002'", `id = ${note}`],
      ['note_transfers', "outcome = 'open', ended_at = null", `note_id = ${note}`],
      ['payables', 'voided = voided + 1', `id = ${payable}`],
      ['payables', "status = 'void'", `id = ${payable}`],
      ['payables', 'due_date = due_date + 1', `id = ${payable}`],
      ['payables', 'default_date = default_date + 1', `id = ${payable}`],
      ['payable_documents', 'amount = amount + 1', `payable_id = ${payable}`],
      ['exposures', 'outstanding = outstanding + 1', "currency = 'CNY'"],
    ];
    for (const [table, change, where] of crooked) {
      const columns = change
        .split(', ')
        .map((one) => one.split(' = ')[0] as string)
        .join(', ');
      const kept = await sql<
        Record<string, unknown>
      >`select ${sql.raw(columns)} from ${sql.table(table)} where ${sql.raw(where)} and to_block is null`.execute(
        ledger.db,
      );
      await sql`update ${sql.table(table)} set ${sql.raw(change)} where ${sql.raw(where)} and to_block is null`.execute(
        ledger.db,
      );
      await assertRejects(
        assertMirror(ledger),
        (error) => error instanceof AssertionError || /not in the tables/.test(String(error)),
        `${table}: ${change}`,
      );
      const back = Object.entries(kept.rows[0] as object).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
      await sql`update ${sql.table(table)} set ${sql.join(back)} where ${sql.raw(where)} and to_block is null`.execute(
        ledger.db,
      );
      await assertMirror(ledger);
    }
  });
});
