// SPDX-License-Identifier: Apache-2.0
import { type AccessGrantId, type NoteId, numbered } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { sql } from 'kysely';
import { recoverAddress } from 'ethers';
import { offersByHash } from '../../../server/offers/queries.ts';
import { QUOTE } from '../../../server/discounting/terms.ts';
import { lotsHash } from '../../../server/offers/lots.ts';
import { orderHash } from '../../../server/offers/sign.ts';
import type { TestLedger } from '../harness.ts';
import { assertRefused } from '../receivables/scenario.ts';
import { ok, openMarket, quote, someNote, terms } from './market.ts';
import { call, type Call } from '../../../server/ledger/contract-types.ts';
import { asHex } from '../../../server/values/hex.ts';
import { assertEvery } from '../../every.ts';

describe('standing quotes', () => {
  let ledger: TestLedger;

  before(async () => {
    ledger = await openMarket();
  });
  after(() => ledger.stop());

  const all = (name: string, query = '') => ledger.as(`${name}.viewer`).get(`/v1/quotes?limit=500${query}`);
  const idsOf = async (name: string, query = ''): Promise<string[]> =>
    (ok(await all(name, query)).items as { id: string }[]).map(({ id }) => id);
  const recorded = async (hash: string) => {
    const found = (await offersByHash(ledger.db, QUOTE, [hash], 'latest')).get(hash);
    assert.isOk(found, `no quote ${hash}`);
    return found;
  };
  const read = <C extends Call>(view: C) => ledger.read(view);
  const stateOf = async (hash: string) => {
    const { published, withdrawn, used } = await read(call('OfferBook', 'stateOf', hash));
    return { published, withdrawn, used };
  };

  it('a published quote is for every member to see, with all its terms, and on the ledger word for word', async () => {
    const made = await quote(ledger, 'harbour', {
      obligors: [String(ledger.party('hengtai'))],
      group: 'grade-a',
      sellers: [String(ledger.party('minghua')), String(ledger.party('lihe'))],
      minDays: 30,
      maxDays: 200,
      minAmount: '100000',
      dayCount: '30E/360 ISDA',
      method: 'simple-yield',
      recourse: 'with',
      fees: { flat: '5000', ppm: '3000', to: String(ledger.party('deeptier')) },
      capacity: '18446744073709551615',
    });
    assert.strictEqual(made.status, 'open');
    for (const name of ['minghua', 'xinyuan', 'hengtai', 'pearl', 'guangdong', 'zhengxin', 'rongda']) {
      const { body } = await ledger.as(`${name}.viewer`).get(`/v1/quotes/${made.id}`);
      assert.deepEqual(body, made, name);
    }
    assert.deepEqual(
      [
        made.financier.id,
        made.visibility,
        made.currency,
        made.group,
        made.minDays,
        made.maxDays,
        made.minAmount,
        made.rate,
        made.dayCount,
        made.method,
        made.recourse,
      ],
      [
        String(ledger.party('harbour')),
        'public',
        'CNY',
        'grade-a',
        30,
        200,
        '100000',
        '28500',
        '30E/360 ISDA',
        'simple-yield',
        'with',
      ],
    );
    assert.deepEqual(
      [made.fees.flat, made.fees.ppm, made.fees.to.id],
      ['5000', '3000', String(ledger.party('deeptier'))],
    );
    assert.deepEqual(
      [made.capacity, made.used, made.left, made.withdrawnAt, made.request],
      ['18446744073709551615', '0', '18446744073709551615', null, null],
    );
    const { terms: kept } = await recorded(made.id);
    assert.strictEqual(await read(call('Discounting', 'hashOf', kept)), made.id, 'what is kept is what was published');
    assert.deepEqual(await stateOf(made.id), { published: true, withdrawn: false, used: 0n });
  });

  it('the operator sees no quotes', async () => {
    assertRefused(await all('deeptier'), 403, 'ACCESS_DENIED');
  });

  it('a private quote is signed for the sellers it names, seen by them alone, and unknown to the chain', async () => {
    const head = await ledger.chain.provider.getBlockNumber();
    const made = await quote(ledger, 'harbour', { visibility: 'private', sellers: [String(ledger.party('minghua'))] });
    assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head, 'nothing went on chain');
    const { terms: kept, signature } = await recorded(made.id);
    assert.strictEqual(orderHash(QUOTE.order, kept), made.id);
    assert.strictEqual(await read(call('Discounting', 'hashOf', kept)), made.id, 'the chain makes the same hash of it');
    const digest = await read(call('OfferBook', 'digestOf', made.id));
    assert.strictEqual(
      recoverAddress(digest, signature),
      ledger.key('harbour'),
      'signed for this contract with the key of the financier',
    );
    for (const name of ['harbour', 'minghua', 'guangdong']) assert.isOk((await idsOf(name)).includes(made.id), name);
    for (const name of ['lihe', 'rongda', 'hengtai', 'zhengxin']) {
      assert.isOk(!(await idsOf(name)).includes(made.id), name);
      assertRefused(await ledger.as(`${name}.viewer`).get(`/v1/quotes/${made.id}`), 404, 'QUOTE_UNKNOWN');
    }
  });

  it('an auditor sees the private quotes of a party that opened its records, and it is on record', async () => {
    const made = await quote(ledger, 'rongda', { visibility: 'private', sellers: [String(ledger.party('tailong'))] });
    const grant = ok(
      await ledger
        .as('rongda.maker')
        .post('/v1/access-grants', {
          auditor: String(ledger.party('zhengxin')),
          scope: 'party',
          subject: String(ledger.party('rongda')),
          expiresAt: '2026-12-31T00:00:00Z',
          purpose: 'audit',
        }),
    );
    assert.strictEqual(ok(await ledger.as('zhengxin.viewer').get(`/v1/quotes/${made.id}`)).id, made.id);
    const looked = await ledger.db.selectFrom('access_log').selectAll().where('subject', '=', made.id).execute();
    assert.deepEqual(
      looked.map(({ kind, grants }) => [kind, grants]),
      [['quote', [numbered<AccessGrantId>(grant.id as string)]]],
    );
  });

  it('a public quote is changed in one step: the old one is withdrawn, the new one has an id of its own', async () => {
    const old = await quote(ledger, 'harbour', { rate: '30000' });
    const head = await ledger.chain.provider.getBlockNumber();
    const changed = ok(await ledger.as('harbour.maker').put(`/v1/quotes/${old.id}`, terms({ rate: '31000' })));
    assert.strictEqual(await ledger.chain.provider.getBlockNumber(), head + 1);
    assert.deepEqual([changed.rate, changed.status, changed.visibility], ['31000', 'open', 'public']);
    assert.notStrictEqual(changed.id, old.id);
    const before = ok(await ledger.as('minghua.viewer').get(`/v1/quotes/${old.id}`));
    assert.deepEqual([before.status, before.withdrawnAt !== null], ['withdrawn', true]);
    assertRefused(await ledger.as('harbour.maker').put(`/v1/quotes/${old.id}`, terms()), 409, 'OFFER_IS_WITHDRAWN');
    assertRefused(
      await ledger.as('harbour.maker').put(`/v1/quotes/${changed.id}`, terms({ currency: 'EUR' })),
      422,
      'OFFER_INVALID',
      { field: 'currency' },
    );
  });

  it('a private quote is changed at once too: the chain withdraws the old one and the new one is signed', async () => {
    const sellers = [String(ledger.party('kaida'))];
    const old = await quote(ledger, 'harbour', { visibility: 'private', sellers });
    const key = 'one change';
    const changed = ok(
      await ledger.as('harbour.maker').put(`/v1/quotes/${old.id}`, terms({ sellers, rate: '29000' }), { key }),
    );
    assert.deepEqual([changed.rate, changed.visibility, changed.status], ['29000', 'private', 'open']);
    assert.deepEqual(await stateOf(old.id), { published: false, withdrawn: true, used: 0n });
    assert.deepEqual(await idsOf('kaida', '&visibility=private'), [changed.id]);
    const again = await ledger
      .as('harbour.maker')
      .put(`/v1/quotes/${old.id}`, terms({ sellers, rate: '29000' }), { key });
    assert.deepEqual([again.body, again.headers.get('idempotency-replayed')], [changed, 'true']);
    assertRefused(
      await ledger.as('harbour.maker').put(`/v1/quotes/${old.id}`, terms({ sellers })),
      409,
      'OFFER_IS_WITHDRAWN',
    );
    assertRefused(await ledger.as('harbour.maker').put(`/v1/quotes/${changed.id}`, terms()), 422, 'OFFER_INVALID', {
      field: 'sellers',
    });
  });

  it('of two changes of a private quote at once, one is made, and what the other one signed stands for nothing', async () => {
    const sellers = [String(ledger.party('jinfeng'))];
    const old = await quote(ledger, 'harbour', { visibility: 'private', sellers });
    const replies = await Promise.all(
      ['41000', '42000'].map((rate) =>
        ledger.as('harbour.maker').put(`/v1/quotes/${old.id}`, terms({ sellers, rate })),
      ),
    );
    const made = replies.filter(({ status }) => status === 200);
    assert.strictEqual(made.length, 1, JSON.stringify(replies.map(({ body }) => body)));
    assertEvery(
      replies.filter(({ status }) => status !== 200),
      ({ body }) => ['OFFER_BEING_CHANGED', 'OFFER_IS_WITHDRAWN'].includes(body.code),
      'the other change is refused',
    );
    assert.deepEqual(await idsOf('jinfeng', '&visibility=private'), [made[0]?.body.id]);
  });

  it('a change whose withdrawal the ledger refuses leaves the old quote standing alone', async () => {
    const sellers = [String(ledger.party('lihe'))];
    const old = await quote(ledger, 'rongda', { visibility: 'private', sellers });
    // Signed and kept, but its operation came to nothing: as after a refusal that only the ledger saw.
    const { terms: kept, signature } = await recorded(old.id);
    const orphan = { ...kept, salt: kept.salt ^ 1n };
    await ledger.db
      .insertInto('signed_orders')
      .values({
        hash: orderHash(QUOTE.order, orphan),
        kind: 'quote',
        party: ledger.party('rongda'),
        named: [ledger.party('lihe')],
        currency: 'CNY',
        expires_at: BigInt(kept.expiresAt),
        terms: JSON.stringify(orphan, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
        signature,
        signed_by: 'rongda.maker',
        signed_at: 0n,
        request: null,
        replaces: old.id,
        operation: '3f0c9f6e-5c1a-4c58-9c55-0d4c7f1e2a90',
      })
      .execute();
    assert.deepEqual(await idsOf('lihe', '&visibility=private'), [old.id]);
  });

  it('a quote is withdrawn at once and for good, by its financier alone', async () => {
    for (const visibility of ['public', 'private']) {
      const made = await quote(ledger, 'harbour', { visibility, sellers: [String(ledger.party('rongda'))] });
      assertRefused(await ledger.as('rongda.maker').delete(`/v1/quotes/${made.id}`), 403, 'NOT_THE_OFFERER');
      assertRefused(await ledger.as('rongda.maker').put(`/v1/quotes/${made.id}`, terms()), 403, 'NOT_THE_OFFERER');
      assert.strictEqual(ok(await ledger.as('harbour.maker').delete(`/v1/quotes/${made.id}`)).status, 'withdrawn');
      assertRefused(await ledger.as('harbour.maker').delete(`/v1/quotes/${made.id}`), 409, 'OFFER_IS_WITHDRAWN');
      assert.isOk(!(await idsOf('rongda')).includes(made.id));
      assert.isOk((await idsOf('rongda', '&status=all')).includes(made.id));
    }
  });

  it('a suspended financier makes no quotes and still withdraws those it made', async () => {
    const made = await quote(ledger, 'rongda');
    ok(
      await ledger
        .as('deeptier.maker')
        .post(`/v1/parties/${ledger.party('rongda')}/suspension`, { reason: 'under review' }),
    );
    assertRefused(
      await ledger.as('rongda.maker').post('/v1/quotes', { visibility: 'public', ...terms() }),
      403,
      'PARTY_IS_SUSPENDED',
    );
    assertRefused(
      await ledger.as('rongda.maker').post('/v1/quotes', { visibility: 'private', ...terms({ sellers: ['3'] }) }),
      403,
      'PARTY_IS_SUSPENDED',
    );
    ok(await ledger.as('rongda.maker').delete(`/v1/quotes/${made.id}`));
    ok(await ledger.as('deeptier.maker').post(`/v1/parties/${ledger.party('rongda')}/readmission`));
  });

  it('a quote that contradicts itself is refused, by the ledger and by who keeps the signed ones, alike', async () => {
    const cases: readonly [change: Record<string, unknown>, code: string, field?: string][] = [
      [{ minDays: 31, maxDays: 30 }, 'OFFER_INVALID', 'maxDays'],
      [{ minAmount: '11', capacity: '10' }, 'OFFER_INVALID', 'minAmount'],
      [{ expiresAt: '2026-03-31T00:00:00Z' }, 'OFFER_EXPIRED'],
      [{ obligors: ['4000'] }, 'PARTY_UNKNOWN'],
      [{ fees: { to: '4000' } }, 'PARTY_UNKNOWN'],
      [{ rate: '1000001' }, 'INPUT_INVALID'],
      [{ capacity: '0' }, 'INPUT_INVALID'],
    ];
    for (const [change, code, field] of cases) {
      for (const visibility of ['public', 'private']) {
        const { body } = await ledger
          .as('harbour.maker')
          .post('/v1/quotes', { visibility, ...terms({ sellers: [String(ledger.party('minghua'))], ...change }) });
        assert.deepEqual([body.code, body.values?.field], [code, field], JSON.stringify(change));
      }
    }
    assertRefused(
      await ledger.as('harbour.maker').post('/v1/quotes', { visibility: 'private', ...terms() }),
      422,
      'OFFER_INVALID',
      { field: 'sellers' },
    );
  });

  it('lists are narrowed by currency, financier and visibility, and go on page by page', async () => {
    for (let count = 0; count < 3; count += 1) await quote(ledger, 'rongda', { currency: 'EUR' });
    const query = `currency=EUR&financier=${ledger.party('rongda')}&visibility=public`;
    const first = ok(await ledger.as('minghua.viewer').get(`/v1/quotes?${query}&limit=2`));
    const second = ok(await ledger.as('minghua.viewer').get(`/v1/quotes?${query}&limit=2&cursor=${first.next}`));
    assert.deepEqual([first.items.length, second.items.length, second.next], [2, 1, null]);
    assert.strictEqual(new Set([...first.items, ...second.items].map(({ id }: { id: string }) => id)).size, 3);
  });

  it('an expired quote is on the list of all, no longer of the open ones', async () => {
    const made = await quote(ledger, 'harbour', { currency: 'GBP', expiresAt: '2026-04-01T02:00:00Z' });
    ledger.clock.advance(7_200);
    assert.deepEqual(await idsOf('minghua', '&currency=GBP'), []);
    const listed = ok(await all('minghua', '&currency=GBP&status=all')).items[0];
    assert.deepEqual([listed.id, listed.status], [made.id, 'expired']);
  });

  it('a financier that reached the bound publishes no more in that currency', async () => {
    for (let count = 0; count < 32; count += 1) await quote(ledger, 'harbour', { currency: 'SEK' });
    assertRefused(
      await ledger.as('harbour.maker').post('/v1/quotes', { visibility: 'public', ...terms({ currency: 'SEK' }) }),
      422,
      'TOO_MANY_OFFERS',
      { maximum: '32' },
    );
    await quote(ledger, 'harbour', { currency: 'NOK' });
  });

  it('private quotes that have not expired are bounded too', async () => {
    const body = { visibility: 'private', ...terms({ currency: 'HUF', sellers: [String(ledger.party('minghua'))] }) };
    const made = await quote(ledger, 'harbour', body);
    await sql`insert into signed_orders (hash, kind, party, named, currency, expires_at, terms, signature, signed_by, signed_at)
      select '0x' || lpad(n::text, 64, '0'), kind, party, named, currency, expires_at, terms, signature, signed_by, signed_at
      from signed_orders, generate_series(1, 199) as n where hash = ${made.id}`.execute(ledger.db);
    assertRefused(await ledger.as('harbour.maker').post('/v1/quotes', body), 422, 'TOO_MANY_SIGNED', {
      count: '200',
      currency: 'HUF',
      maximum: '200',
    });
    ok(await ledger.as('harbour.maker').delete(`/v1/quotes/${made.id}`));
    ok(await ledger.as('harbour.maker').post('/v1/quotes', body));
  });

  it('the hash of lots is the one the ledger makes', async () => {
    const note = await someNote(ledger);
    const lots = [{ note: numbered<NoteId>(note), units: 5n }];
    const made = await quote(ledger, 'harbour', { visibility: 'private', sellers: [String(ledger.party('minghua'))] });
    const { terms: kept } = await recorded(made.id);
    const forLots = { ...kept, lots: lotsHash(lots) };
    const digest = await read(call('OfferBook', 'digestOf', orderHash(QUOTE.order, forLots)));
    const signature = await ledger.gateway.keystore.sign(ledger.key('harbour'), asHex(digest));
    const price = await read(call('Discounting', 'appraise', forLots, signature, ledger.party('minghua'), lots));
    assert.strictEqual(price.face, 5n);
    await assert.isRejected(
      read(
        call('Discounting', 'appraise', forLots, signature, ledger.party('minghua'), [
          { note: BigInt(note), units: 6n },
        ]),
      ),
      /LotsDiffer/,
    );
  });
});
