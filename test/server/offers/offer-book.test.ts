// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { assertRefused } from '../receivables/scenario.ts';
import { ok, openMarket, someNote, terms } from '../discounting/market.ts';
import type { Reply, TestLedger } from '../harness.ts';
import { loanTerms } from '../loans/lending.ts';

/** What is the same of quotes and of loan offers, asked of both. */
const KINDS = [
  {
    name: 'quotes',
    path: '/v1/quotes',
    takers: 'sellers',
    unknown: 'QUOTE_UNKNOWN',
    body: terms,
    compare: (ledger: TestLedger, by: string, note: string) =>
      ledger.as(`${by}.viewer`).post('/v1/quote-comparisons', { lots: [{ note }] }),
    takeBest: (ledger: TestLedger, by: string, note: string) =>
      ledger.as(`${by}.maker`).post('/v1/sales', { lots: [{ note }], best: true, maxCost: '1000000' }),
    under: (taken: Reply['body']) => taken.quote as string,
    shown: (entry: Reply['body']) => entry.quote,
  },
  {
    name: 'loan offers',
    path: '/v1/loan-offers',
    takers: 'borrowers',
    unknown: 'LOAN_OFFER_UNKNOWN',
    body: loanTerms,
    compare: (ledger: TestLedger, by: string, note: string) =>
      ledger
        .as(`${by}.viewer`)
        .post('/v1/loan-comparisons', { lots: [{ note }], principal: '1000000', dueDate: '2026-06-30' }),
    takeBest: (ledger: TestLedger, by: string, note: string) =>
      ledger
        .as(`${by}.maker`)
        .post('/v1/loans', {
          lots: [{ note }],
          principal: '1000000',
          dueDate: '2026-06-30',
          best: true,
          maxCost: '1000000',
        }),
    under: (taken: Reply['body']) => taken.offer as string,
    shown: (entry: Reply['body']) => entry.offer,
  },
] as const;

for (const { name, path, takers, unknown, body, compare, takeBest, under, shown } of KINDS) {
  describe(`the offer book, of ${name}`, () => {
    let ledger: TestLedger;

    before(async () => {
      ledger = await openMarket();
    });
    after(() => ledger.stop());

    const party = (who: string): string => String(ledger.party(who));
    const make = async (by: string, change: Record<string, unknown> = {}): Promise<Reply['body']> =>
      ok(await ledger.as(`${by}.maker`).post(path, { visibility: 'public', ...body(change) }));
    const statusOf = async (id: string, by: string): Promise<unknown> =>
      ok(await ledger.as(`${by}.viewer`).get(`${path}/${id}`)).status;

    it('a change and a new offer that replaces one do the same, public or private', async () => {
      for (const visibility of ['public', 'private']) {
        const change = { [takers]: [party('minghua')] };
        const first = await make('harbour', { visibility, ...change });
        const second = ok(
          await ledger.as('harbour.maker').put(`${path}/${first.id}`, body({ ...change, rate: '41000' })),
        );
        const third = await make('harbour', { visibility, ...change, rate: '42000', replaces: second.id });
        assert.deepEqual(
          [await statusOf(first.id, 'harbour'), await statusOf(second.id, 'harbour'), third.status],
          ['withdrawn', 'withdrawn', 'open'],
          visibility,
        );
        assert.deepEqual([second.visibility, third.visibility], [visibility, visibility]);
        assert.deepEqual([second.rate, third.rate], ['41000', '42000']);
        assertRefused(
          await ledger.as('harbour.maker').post(path, { visibility, ...body({ ...change, replaces: second.id }) }),
          409,
          'OFFER_IS_WITHDRAWN',
        );
        ok(await ledger.as('harbour.maker').delete(`${path}/${third.id}`));
      }
    });

    it('a public offer takes the place of a private one in one step, and the other way round', async () => {
      const change = { [takers]: [party('minghua')] };
      const hidden = await make('harbour', { visibility: 'private', ...change });
      const open = await make('harbour', { visibility: 'public', ...change, replaces: hidden.id });
      assert.deepEqual(
        [await statusOf(hidden.id, 'harbour'), open.visibility, open.status],
        ['withdrawn', 'public', 'open'],
      );
      const again = await make('harbour', { visibility: 'private', ...change, replaces: open.id });
      assert.deepEqual(
        [await statusOf(open.id, 'kaida'), again.visibility, again.status],
        ['withdrawn', 'private', 'open'],
      );
      assertRefused(await ledger.as('kaida.viewer').get(`${path}/${again.id}`), 404, unknown);
      ok(await ledger.as('harbour.maker').delete(`${path}/${again.id}`));
    });

    it("another's offer is replaced and changed by nobody", async () => {
      const theirs = await make('rongda');
      assertRefused(
        await ledger.as('harbour.maker').post(path, { visibility: 'public', ...body({ replaces: theirs.id }) }),
        403,
        'NOT_THE_OFFERER',
      );
      assertRefused(await ledger.as('harbour.maker').put(`${path}/${theirs.id}`, body()), 403, 'NOT_THE_OFFERER');
      assertRefused(
        await ledger.as('rongda.maker').put(`${path}/${theirs.id}`, body({ currency: 'EUR' })),
        422,
        'OFFER_INVALID',
        { field: 'currency' },
      );
      ok(await ledger.as('rongda.maker').delete(`${path}/${theirs.id}`));
    });

    it('of offers that cost the same the oldest comes first, and is the best; a signed one after those published before', async () => {
      const note = await someNote(ledger);
      const signed = await make('rongda', { visibility: 'private', [takers]: [party('minghua')], rate: '50000' });
      ledger.clock.advance(1);
      const later = await make('harbour', { rate: '50000' });
      ledger.clock.advance(1);
      const latest = await make('rongda', { rate: '50000' });
      const dearer = await make('harbour', { rate: '60000' });
      const { offers } = ok(await compare(ledger, 'minghua', note));
      assert.deepEqual(
        offers.map((entry: Reply['body']) => shown(entry).id),
        [signed.id, later.id, latest.id, dearer.id],
      );
      assert.strictEqual(under(ok(await takeBest(ledger, 'minghua', note))), signed.id);
      for (const [by, { id }] of [
        ['rongda', signed],
        ['harbour', later],
        ['rongda', latest],
        ['harbour', dearer],
      ] as const)
        ok(await ledger.as(`${by}.maker`).delete(`${path}/${id}`));
    });

    it('what was signed for a party is open to the one that succeeds it', async () => {
      const note = await someNote(ledger);
      const signed = await make('harbour', { visibility: 'private', [takers]: [party('minghua')] });
      assertRefused(await ledger.as('jinfeng.viewer').get(`${path}/${signed.id}`), 404, unknown);
      ok(
        await ledger
          .as('deeptier.maker')
          .post('/v1/successions', { predecessor: party('minghua'), successor: party('jinfeng'), order: 'merger' }),
      );
      for (const by of ['jinfeng', 'minghua'])
        ok(
          await ledger
            .as(`${by}.checker`)
            .post(`/v1/successions/${party('minghua')}/consent`, { successor: party('jinfeng') }),
        );
      const { offers } = ok(await compare(ledger, 'jinfeng', note));
      assert.deepEqual(
        offers.map((entry: Reply['body']) => shown(entry).id),
        [signed.id],
      );
      assert.strictEqual(under(ok(await takeBest(ledger, 'jinfeng', note))), signed.id);
    });
  });
}
