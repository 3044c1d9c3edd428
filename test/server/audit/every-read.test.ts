// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Access } from '../../../server/auth/access.ts';
import { ok, openMarket, quote, someNote } from '../discounting/market.ts';
import type { TestLedger } from '../harness.ts';

interface Read {
  readonly path: string;
  readonly access: Access;
  /** The kind of record that a look at it is. */
  readonly kind: string | undefined;
}

/** What auditors or regulators may read that is no look: what everybody sees, what is theirs, and what an office keeps. */
const NO_LOOK = [
  '/v1/access-grants',
  '/v1/access-log',
  '/v1/calendar',
  '/v1/cash',
  '/v1/me',
  '/v1/operations/{id}',
  '/v1/parties',
  '/v1/parties/{id}',
  '/v1/parties/{id}/limits',
  '/v1/parties/{id}/limits/{currency}',
  '/v1/parties/{id}/users',
  '/v1/rounds',
  '/v1/rule-sets',
  '/v1/rule-sets/effective',
  '/v1/standing-acceptances',
  '/v1/successions',
  '/v1/successions/{predecessor}',
];

const WATCHERS = { zhengxin: 'auditor', guangdong: 'regulator' } as const;

describe('every read of an auditor and of a regulator', () => {
  let ledger: TestLedger;
  let reads: Read[];
  /** For each address with a number in it, one that shows something. */
  let shown: Record<string, string>;

  before(async () => {
    ledger = await openMarket();
    const note = await someNote(ledger);
    const quoted = await quote(ledger, 'harbour');
    const sale = ok(
      await ledger.as('minghua.maker').post('/v1/sales', { lots: [{ note, amount: '1000000' }], quote: quoted.id }),
    );
    const expiresAt = '2026-04-20T00:00:00Z';
    const sell = ok(
      await ledger.as('minghua.maker').post('/v1/sell-requests', { note, maxCost: '1000000', expiresAt }),
    );
    const asked = ok(await ledger.as('minghua.maker').post('/v1/quote-requests', { lots: [{ note }], expiresAt }));
    ok(
      await ledger
        .as('guangdong.maker')
        .post('/v1/access-grants', {
          auditor: String(ledger.party('zhengxin')),
          scope: 'all',
          expiresAt: '2026-12-31T00:00:00Z',
          purpose: 'Inspection',
        }),
    );
    const [document] = ok(await ledger.as('guangdong.viewer').get('/v1/documents')).items;
    const [payable] = ok(await ledger.as('guangdong.viewer').get('/v1/payables')).items;
    shown = {
      '/v1/payables/{id}': `/v1/payables/${payable.id}`,
      '/v1/payables/{id}/tree': `/v1/payables/${payable.id}/tree`,
      '/v1/payables/{id}/payments': `/v1/payables/${payable.id}/payments`,
      '/v1/payables/{id}/default': `/v1/payables/${payable.id}/default`,
      '/v1/notes/{id}': `/v1/notes/${note}`,
      '/v1/notes/{id}/path': `/v1/notes/${note}/path`,
      '/v1/notes/{id}/recourse': `/v1/notes/${note}/recourse`,
      '/v1/holders/{party}/debtors': `/v1/holders/${ledger.party('minghua')}/debtors`,
      '/v1/quotes/{id}': `/v1/quotes/${quoted.id}`,
      '/v1/sales/{id}': `/v1/sales/${sale.id}`,
      '/v1/sell-requests/{id}': `/v1/sell-requests/${sell.id}`,
      '/v1/quote-requests/{id}': `/v1/quote-requests/${asked.id}`,
      '/v1/risk-limits': `/v1/risk-limits?financier=${ledger.party('harbour')}`,
      ...(document === undefined ? {} : { '/v1/documents/{fingerprint}': `/v1/documents/${document.fingerprint}` }),
    };
    reads = Object.entries(ledger.gateway.app.openApi.paths ?? {}).flatMap(([path, methods]) => {
      const operation = (methods as { get?: Record<string, unknown> }).get;
      if (operation?.['x-kind'] !== 'read') return [];
      return [{ path, access: operation['x-access'] as Access, kind: operation['x-look-up'] as string | undefined }];
    });
  });
  after(() => ledger?.stop());

  const openTo = (role: string): Read[] =>
    reads.filter(
      ({ access }) => access !== 'public' && (access.partyRoles === 'any' || access.partyRoles.includes(role)),
    );

  it('says what it is recorded as, unless what it shows depends on no grant and no office', () => {
    const silent = new Set(
      Object.values(WATCHERS)
        .flatMap((role) => openTo(role))
        .filter(({ kind }) => kind === undefined),
    );
    assert.deepEqual([...silent].map(({ path }) => path).sort(), NO_LOOK);
  });

  for (const [party, role] of Object.entries(WATCHERS)) {
    it(`is on record once it is shown to a party that is ${role}`, async () => {
      const client = ledger.as(`${party}.viewer`);
      const recorded = async (): Promise<string[]> =>
        ok(await client.get('/v1/access-log?limit=500'))
          .items.filter(({ username }: { username: string }) => username === `${party}.viewer`)
          .map(({ kind }: { kind: string }) => kind);
      let looked = 0;
      for (const { path, kind } of openTo(role)) {
        const address = shown[path] ?? path;
        if (kind === undefined || address.includes('{')) continue;
        const before = await recorded();
        const { status, body } = await client.get(address);
        assert.strictEqual(status, 200, `${path}: ${JSON.stringify(body)}`);
        assert.deepEqual((await recorded()).slice(before.length), [kind], path);
        looked += 1;
      }
      assert.isAtLeast(looked, 20, 'most of what can be looked at was');
    });
  }
});
