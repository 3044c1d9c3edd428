// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { TestLedger } from '../harness.ts';
import { ok, openMarket, quote } from '../discounting/market.ts';
import { assertMirror } from './mirror.ts';
import { accept, activePayable, assertRefused, hand, pass } from './scenario.ts';
import { itWith } from '../../it-with.ts';

const FILE = path.resolve(import.meta.dirname, '../../../../shared/data/chain/golden_ledger.json');
const PARTIES: Readonly<Record<string, string>> = {
  CORE: 'hengtai',
  T1: 'minghua',
  T2A: 'jinfeng',
  T2B: 'kaida',
  T3: 'lihe',
  T4: 'xinyuan',
  BANK: 'harbour',
};

interface Event {
  op: string;
  id: string;
  issuer?: string;
  financier?: string;
  rate_pct?: string;
  date?: string;
  basis?: number;
  holder?: string;
  amount?: number;
  maturity?: string;
  by?: string;
  to?: string;
  new?: string;
  remainder?: string;
  expect?: string;
}
interface Leaf {
  id: string;
  holder: string;
  amount: number;
  hops_from_issuer: number;
  ultimate_debtor: string;
  root: string;
}
interface Golden {
  events: Event[];
  expected_leaves: Leaf[];
  conserved_total: number;
  finance: { days: number; maturity_adjusted: string; interest: number; proceeds: number };
}

const golden = await fs.readFile(FILE, 'utf8').then(
  (text) => JSON.parse(text) as Golden,
  () => undefined,
);

let ledger: TestLedger;

describe('the golden ledger', () => {
  before(async () => {
    ledger = await openMarket({ date: '2026-03-16' });
  });

  after(() => ledger.stop());

  itWith(
    golden ? false : `${FILE} is not here`,
    'the golden ledger, played through the API, has the expected leaves, price and refusals',
    async () => {
      const { events, expected_leaves, conserved_total, finance } = golden as Golden;
      const nameOf = (letter: string | undefined): string => PARTIES[letter ?? ''] as string;
      // A remainder is the same note here: its tail was cut off, and its number stays.
      const notes = new Map<string, string>();
      const holders = new Map<string, string>();
      const consumed = new Map<string, { to: string; amount: number }>();
      let payable = '';
      let refused = 0;

      for (const event of events) {
        if (event.op === 'issue') {
          const active = await activePayable(ledger, {
            supplier: nameOf(event.holder),
            face: BigInt(event.amount as number),
            maturity: event.maturity as string,
          });
          payable = active.payable;
          notes.set(event.id, active.note);
          holders.set(event.id, nameOf(event.holder));
        } else if (event.op === 'finance') {
          ledger.goTo(event.date as string);
          const buyer = nameOf(event.financier);
          await quote(ledger, buyer, { rate: ppm(event.rate_pct as string), dayCount: `ACT/${event.basis}` });
          const sale = ok(
            await ledger
              .as(`${holders.get(event.id)}.maker`)
              .post('/v1/sales', { lots: [{ note: notes.get(event.id) }], best: true, maxCost: '100000' }),
          );
          const [sold] = sale.notes;
          assert.deepEqual(
            [sold.days, sold.dueDate, sale.discount, sale.proceeds, sale.received],
            [
              finance.days,
              finance.maturity_adjusted,
              String(finance.interest),
              String(finance.proceeds),
              String(finance.proceeds),
            ],
          );
          notes.set(event.id, sold.note);
          holders.set(event.id, buyer);
        } else if (event.op === 'split_transfer') {
          const [note, from, to] = [notes.get(event.id) as string, holders.get(event.id) as string, nameOf(event.to)];
          if (event.expect === undefined) {
            const piece = await hand(ledger, from, note, to, BigInt(event.amount as number));
            consumed.set(event.id, { to, amount: event.amount as number });
            notes.set(event.new as string, piece).set(event.remainder as string, note);
            holders.set(event.new as string, to).set(event.remainder as string, from);
            continue;
          }
          // A voucher that was split is gone in the golden ledger, and lives on as its remainder here: what is consumed is the
          // part that was cut off, so that is what is asked for once more.
          const gone = event.expect.includes('consumed') ? consumed.get(event.id) : undefined;
          const amount = String(gone?.amount ?? event.amount);
          const reply = await ledger
            .as(`${from}.maker`)
            .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party(gone?.to ?? to)), amount }] });
          const code = event.expect.includes('loop')
            ? 'LOOP_TO_OBLIGOR'
            : event.expect.includes('zero')
              ? 'TRANSFER_TO_SELF'
              : 'AMOUNT_EXCEEDS_NOTE';
          assertRefused(reply, 422, code);
          if (event.expect.includes('zero')) {
            // it also went to the holder itself; to anybody else it is refused for the zero
            assertRefused(
              await ledger
                .as(`${from}.maker`)
                .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party('xinyuan')), amount }] }),
              422,
              'AMOUNT_ZERO',
            );
          }
          refused += 1;
        }
      }
      assert.strictEqual(refused, 4);

      const regulator = ledger.as('guangdong.viewer');
      const tree = await regulator.get(`/v1/payables/${payable}/tree`);
      assert.strictEqual(
        tree.body.byHolder.reduce((sum: bigint, { amount }: { amount: string }) => sum + BigInt(amount), 0n),
        BigInt(conserved_total),
      );
      for (const leaf of expected_leaves) {
        const id = notes.get(leaf.id) as string;
        const { body } = await regulator.get(`/v1/notes/${id}`);
        assert.deepEqual(
          [body.status, body.holder.id, body.amount, body.tier, body.obligor.id],
          [
            'held',
            String(ledger.party(nameOf(leaf.holder))),
            String(leaf.amount),
            leaf.hops_from_issuer,
            String(ledger.party(nameOf(leaf.ultimate_debtor))),
          ],
          leaf.id,
        );
        const walk = await regulator.get(`/v1/notes/${id}/path`);
        const commercial = walk.body.hops.filter(({ hop }: { hop: string }) => hop !== 'financing');
        assert.strictEqual(commercial.length, leaf.hops_from_issuer, 'financing adds no commercial hop');
        assert.strictEqual(walk.body.hops.length - commercial.length, leaf.holder === 'BANK' ? 1 : 0);
        assert.strictEqual(walk.body.hops.at(-1).note, notes.get(leaf.root));
        assert.strictEqual(walk.body.hops.at(-1).from.id, String(ledger.party(nameOf(leaf.ultimate_debtor))));
      }
      await assertMirror(ledger);
    },
  );

  it('a fully cut note is spent, and moves no more', async () => {
    const { note } = await activePayable(ledger, { face: 10n });
    const [piece] = (await pass(ledger, 'minghua', note, [['kaida', 10n]])) as [string];
    await accept(ledger, 'kaida', piece);
    assertRefused(
      await ledger
        .as('minghua.maker')
        .post(`/v1/notes/${note}/transfers`, { shares: [{ to: String(ledger.party('lihe')), amount: '1' }] }),
      409,
      'NOTE_NOT_HELD',
      { status: 'spent' },
    );
  });
});

/** "2.85" percent in parts per million. */
function ppm(percent: string): string {
  const [whole = '0', decimals = ''] = percent.split('.');
  return String(BigInt(whole + decimals.padEnd(4, '0')));
}
