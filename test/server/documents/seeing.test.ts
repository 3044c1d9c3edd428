// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { sql } from 'kysely';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';
import { firstNoteOf, issueOn, sample } from './samples.ts';
import { call } from '../../../server/ledger/contract-types.ts';

const YEAR_2027 = 1_798_761_600;

describe('seeing documents', () => {
  let ledger: TestLedger;
  let minghuas: string;
  let tailongs: string;
  before(async () => {
    ledger = await openTestLedger({ date: '2026-11-23' });
    minghuas = (await ledger.as('minghua.maker').postXml('/v1/documents', sample('ubl-minghua-1018.xml'))).body
      .fingerprint;
    // Brought by the buyer: its seller sees it all the same.
    tailongs = (await ledger.as('hengtai.maker').postXml('/v1/documents', sample('cii-tailong-2071.xml'))).body
      .fingerprint;
  });
  after(() => ledger.stop());

  const get = (user: string, path: string): Promise<Reply> => ledger.as(user).get(path);
  const listed = async (user: string, query = ''): Promise<string[]> => {
    const { status, body } = await get(user, `/v1/documents${query}`);
    assert.strictEqual(status, 200, JSON.stringify(body));
    return body.items.map(({ fingerprint }: { fingerprint: string }) => fingerprint);
  };

  it('is for registrar, debtor, seller and regulator; to everybody else there is no such document', async () => {
    const paths = (fingerprint: string) => [`/v1/documents/${fingerprint}`, `/v1/documents/${fingerprint}/file`];
    const seenBy = new Map([
      [minghuas, ['minghua.viewer', 'hengtai.viewer', 'guangdong.viewer']],
      [tailongs, ['tailong.viewer', 'hengtai.viewer', 'guangdong.viewer']],
    ]);
    const users = [
      'minghua.viewer',
      'tailong.viewer',
      'hengtai.viewer',
      'guangdong.viewer',
      'jinfeng.viewer',
      'harbour.viewer',
      'zhengxin.viewer',
    ];
    const unknown = `0x${'ab'.repeat(32)}`;
    for (const [fingerprint, allowed] of seenBy) {
      for (const user of users) {
        for (const path of paths(fingerprint)) {
          const { status, body } = await get(user, path);
          assert.strictEqual(status, allowed.includes(user) ? 200 : 404, `${user} ${path}`);
          if (status !== 404) continue;
          const ofNothing = await get(user, path.replace(fingerprint, unknown));
          // Word for word as if there were none.
          const plain = ({ detail, code, title, type, rule }: Record<string, string>) => [
            detail?.replace(/0x[0-9a-f]{64}/, ''),
            code,
            title,
            type,
            rule,
          ];
          assert.deepEqual(plain(body), plain(ofNothing.body));
        }
      }
    }
    assert.deepEqual(await listed('hengtai.viewer'), [tailongs, minghuas]);
    assert.deepEqual(await listed('minghua.viewer'), [minghuas]);
    assert.deepEqual(await listed('tailong.viewer'), [tailongs]);
    assert.deepEqual(await listed('guangdong.viewer'), [tailongs, minghuas]);
    for (const user of ['jinfeng.viewer', 'harbour.viewer', 'zhengxin.viewer'])
      assert.deepEqual(await listed(user), []);
  });

  it('gives the file back byte for byte, and keeps none of it readable on disk or in the projection', async () => {
    const { body, headers } = await get('hengtai.viewer', `/v1/documents/${minghuas}/file`);
    assert.strictEqual(body, sample('ubl-minghua-1018.xml'));
    assert.match(headers.get('content-type') ?? '', /^application\/xml/);
    const { vault_address: address } = await ledger.db
      .selectFrom('document_files')
      .select('vault_address')
      .where('fingerprint', '=', minghuas)
      .executeTakeFirstOrThrow();
    const sealed = await readFile(`${ledger.directory}/vault/${address.slice(0, 2)}/${address}`);
    assert.strictEqual(sealed.includes('MH-2026-1018') || sealed.includes('<Invoice'), false);
    const { rows } = await sql<{
      text: string;
    }>`select coalesce(string_agg(d::text, ''), '') as text from documents d`.execute(ledger.db);
    assert.isOk(rows[0]?.text.includes(minghuas));
    assert.notMatch(rows[0]?.text ?? '', /MH-2026|Minghua|2026-10-20/);
  });

  it('opens to an auditor what its grants cover, as long as they do, and writes down what it looked at', async () => {
    const grant = (name: string, scope: number, subject: bigint | number, expiresAt: number) =>
      ledger.instruct(name, {
        contract: 'AccessGrants',
        functionName: 'grant',
        args: [ledger.party('zhengxin'), scope, subject, expiresAt, 'year-end audit'],
      });
    const payable = await issueOn(ledger, 'minghua', [{ fingerprint: minghuas, amount: 100n }]);
    await ledger.instruct('minghua', call('ReceivableLedger', 'accept', firstNoteOf(payable)));
    await grant('hengtai', 0, payable, YEAR_2027);
    assert.deepEqual(await listed('zhengxin.viewer'), [minghuas]);
    assert.strictEqual((await get('zhengxin.viewer', `/v1/documents/${minghuas}/file`)).status, 200);
    assert.strictEqual((await get('zhengxin.viewer', `/v1/documents/${tailongs}`)).status, 404);
    const looks = await ledger.db
      .selectFrom('access_log')
      .selectAll()
      .where('party', '=', ledger.party('zhengxin'))
      .orderBy('id')
      .execute();
    const last = looks.at(-1);
    assert.deepEqual([last?.kind, last?.subject, last?.grants.length], ['document-file', minghuas, 1]);
    assert.strictEqual(
      looks.some(({ subject }) => subject === tailongs),
      false,
    );

    await grant('tailong', 1, ledger.party('tailong'), YEAR_2027);
    assert.deepEqual(await listed('zhengxin.viewer'), [tailongs, minghuas]);
    ledger.goTo('2027-01-02');
    assert.deepEqual(await listed('zhengxin.viewer'), []);
    assert.strictEqual((await get('zhengxin.viewer', `/v1/documents/${tailongs}`)).status, 404);
    assert.isOk(
      (await ledger.db.selectFrom('access_log').select('id').where('party', '=', ledger.party('guangdong')).execute())
        .length > 0,
    );
  });

  it('pages through documents, filters them, and shows them as they were', async () => {
    const first = (await get('hengtai.viewer', '/v1/documents?limit=1')).body;
    assert.deepEqual([first.items.length, first.items[0].fingerprint], [1, tailongs]);
    const second = (await get('hengtai.viewer', `/v1/documents?limit=1&cursor=${first.next}`)).body;
    assert.deepEqual([second.items[0].fingerprint, second.next], [minghuas, null]);

    const head = (await get('hengtai.viewer', `/v1/documents/${minghuas}`)).headers.get('deeptier-block');
    assert.isOk(head);
    const before_ = (await get('hengtai.viewer', `/v1/documents/${minghuas}`)).body;
    const credit = await ledger
      .as('minghua.maker')
      .postXml('/v1/documents', sample('ubl-minghua-1018-credit-note.xml'));
    assert.strictEqual(credit.status, 201);
    assert.deepEqual((await get('hengtai.viewer', `/v1/documents/${minghuas}?asOfBlock=${head}`)).body, before_);
    assert.strictEqual(
      (await get('hengtai.viewer', `/v1/documents/${credit.body.fingerprint}?asOfBlock=${head}`)).status,
      404,
    );
    assert.deepEqual(await listed('hengtai.viewer', '?kind=credit-note'), [credit.body.fingerprint]);
    const rest = BigInt((await get('hengtai.viewer', `/v1/documents/${minghuas}`)).body.residual);
    await issueOn(ledger, 'minghua', [{ fingerprint: minghuas, amount: rest }]);
    assert.deepEqual(await listed('hengtai.viewer', '?status=open'), [tailongs]);
    assert.deepEqual(await listed('hengtai.viewer', '?status=exhausted'), [minghuas]);
    assert.deepEqual(await listed('hengtai.viewer', '?status=overdrawn'), []);
  });

  it('is open to the roles it is meant for, and to no other', async () => {
    const file = sample('cii-minghua-1107.xml');
    const can = new Map<string, readonly string[]>([
      ['post /v1/documents', ['hengtai.maker', 'minghua.maker', 'harbour.maker']],
      [`post /v1/documents/for/${ledger.party('hengtai')}`, ['hengtai.maker', 'minghua.maker', 'harbour.maker']],
      [
        'post /v1/document-examinations',
        ['hengtai', 'minghua', 'harbour'].flatMap((party) =>
          ['maker', 'checker', 'viewer'].map((role) => `${party}.${role}`),
        ),
      ],
      [
        'get /v1/documents',
        ['hengtai', 'minghua', 'harbour', 'guangdong', 'zhengxin'].flatMap((party) =>
          ['admin', 'maker', 'checker', 'viewer'].map((role) => `${party}.${role}`),
        ),
      ],
    ]);
    const users = ['hengtai', 'minghua', 'harbour', 'guangdong', 'zhengxin', 'deeptier', 'pearl'].flatMap((party) =>
      ['admin', 'maker', 'checker', 'viewer'].map((role) => `${party}.${role}`),
    );
    for (const [route, allowed] of can) {
      const [method, path = ''] = route.split(' ');
      for (const user of [...users, 'nobody']) {
        const { status, body } = method === 'get' ? await get(user, path) : await ledger.as(user).postXml(path, file);
        const shut = user === 'nobody' ? status === 401 : status === 403 && body.code === 'ACCESS_DENIED';
        assert.strictEqual(
          shut,
          !allowed.includes(user),
          `${user} ${route}: ${status} ${JSON.stringify(body).slice(0, 200)}`,
        );
      }
    }
  });

  it('survives a restart and a rebuild with the same rows', async () => {
    const shown = (await get('guangdong.viewer', '/v1/documents')).body;
    const digest = await ledger.projector.digestTables();
    await ledger.projector.rebuild();
    assert.strictEqual(await ledger.projector.digestTables(), digest);
    assert.deepEqual((await get('guangdong.viewer', '/v1/documents')).body, shown);
    await ledger.restart();
    assert.deepEqual((await get('guangdong.viewer', '/v1/documents')).body, shown);
    assert.strictEqual(
      (await get('minghua.viewer', `/v1/documents/${minghuas}/file`)).body,
      sample('ubl-minghua-1018.xml'),
    );
  });

  it('shows what the chain says of a document whose file another gateway keeps', async () => {
    const path = `/v1/documents/${tailongs}`;
    const known = (await get('hengtai.viewer', path)).body;
    await ledger.db.deleteFrom('document_files').where('fingerprint', '=', tailongs).execute();
    const { status, body } = await get('hengtai.viewer', path);
    assert.strictEqual(status, 200, JSON.stringify(body));
    assert.deepEqual(
      [body.payable, body.residual, body.registrar, body.number, body.amounts, body.seller.party],
      [known.payable, known.residual, known.registrar, null, null, null],
    );
    assert.strictEqual((await get('hengtai.viewer', `${path}/file`)).body.code, 'DOCUMENT_FILE_ELSEWHERE');
    assert.strictEqual((await get('tailong.viewer', path)).status, 404);
    const again = await ledger.as('tailong.maker').postXml('/v1/documents', sample('cii-tailong-2071.xml'));
    assert.deepEqual([again.status, again.body.code], [409, 'DOCUMENT_ALREADY_REGISTERED']);
    assert.match(again.body.detail, /Another gateway keeps the file/);
  });
});
