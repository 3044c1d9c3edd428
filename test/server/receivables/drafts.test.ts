// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import { after, before, describe, it } from 'mocha';
import { createUser } from '../../../server/auth/users.ts';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';
import { assertMirror } from './mirror.ts';
import { assertRefused, registerDocument } from './scenario.ts';
import { assertEvery } from '../../every.ts';

let ledger: TestLedger;

async function draft(face = 1_000n, change: object = {}): Promise<Reply> {
  const fingerprint = await registerDocument(ledger, face);
  return ledger
    .as('hengtai.maker')
    .post('/v1/issue-drafts', {
      supplier: String(ledger.party('minghua')),
      currency: 'CNY',
      face: face.toString(),
      maturity: '2027-04-12',
      documents: [{ fingerprint, amount: face.toString() }],
      ...change,
    });
}

async function payables(): Promise<number> {
  return (await ledger.db.selectFrom('payables').select('id').where('to_block', 'is', null).execute()).length;
}

describe('drafts of payables', () => {
  before(async () => {
    ledger = await openTestLedger({ date: '2026-10-20' });
  });

  after(() => ledger.stop());

  it('a draft says at once what the ledger would refuse', async () => {
    const count = await payables();
    assertRefused(await draft(1_000n, { maturity: '2027-10-21' }), 422, 'TERM_TOO_LONG', { maturity: '2027-10-21' });
    assertRefused(await draft(1_000n, { maturity: '2026-10-20' }), 422, 'MATURITY_NOT_AHEAD');
    assertRefused(await draft(1_000n, { face: '1001' }), 422, 'DOCUMENTS_DO_NOT_COVER_FACE', {
      face: '1001',
      documented: '1000',
    });
    assertRefused(await draft(1_000n, { supplier: String(ledger.party('harbour')) }), 403, 'ROLE_MISSING');
    assertRefused(await draft(1_000n, { supplier: '4294967295' }), 404, 'PARTY_UNKNOWN');
    assertRefused(
      await draft(1_000n, { documents: [{ fingerprint: `0x${'ab'.repeat(32)}`, amount: '1000' }] }),
      404,
      'DOCUMENT_UNKNOWN',
    );
    assertRefused(await draft(10n ** 15n + 1n), 422, 'LIMIT_EXCEEDED', { limit: 10n ** 15n, wanted: 10n ** 15n + 1n });
    const fingerprint = await registerDocument(ledger, 500n);
    assertRefused(
      await draft(1_000n, { documents: [{ fingerprint, amount: '1000' }] }),
      422,
      'DOCUMENT_RESIDUAL_EXCEEDED',
      { residual: '500', wanted: '1000' },
    );
    assertRefused(await draft(1_000n, { maturity: '1969-12-31' }), 422, 'INPUT_INVALID');
    assert.strictEqual(await payables(), count);
  });

  it('a draft is approved by another person than its maker', async () => {
    const { body } = await draft();
    assert.deepEqual([body.state, body.madeBy, body.decidedBy, body.payable], ['waiting', 'hengtai.maker', null, null]);
    const both = await createUser(ledger.db, {
      party: ledger.party('hengtai'),
      username: 'hengtai.both',
      password: 'a password for tests only',
      roles: ['maker', 'checker'],
      passwordCost: { ln: 1, r: 1, p: 1 },
    });
    const token = (await ledger.gateway.tokens.issue({ userId: both.id, epoch: both.epoch ?? 0 })).token;
    const post = async (
      target: string,
      content?: object,
    ): Promise<{ status: number; body: Record<string, unknown> }> => {
      const response = await fetch(ledger.url + target, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Idempotency-Key': randomUUID(),
          'Content-Type': 'application/json',
        },
        ...(content && { body: JSON.stringify(content) }),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const fingerprint = await registerDocument(ledger, 1_000n);
    const own = await post('/v1/issue-drafts', {
      supplier: String(ledger.party('minghua')),
      currency: 'CNY',
      face: '1000',
      maturity: '2027-04-12',
      documents: [{ fingerprint, amount: '1000' }],
    });
    assert.strictEqual(own.status, 201);
    for (const [decision, content] of [
      ['approval', undefined],
      ['rejection', { reason: 'No.' }],
    ] as const) {
      const refused = await post(`/v1/issue-drafts/${String(own.body['id'])}/${decision}`, content);
      assert.deepEqual([refused.status, refused.body['code']], [403, 'SAME_PERSON']);
    }
    assert.strictEqual((await post(`/v1/issue-drafts/${body.id}/approval`)).status, 201, "somebody else's draft it is");
    const shown = await ledger.as('hengtai.viewer').get(`/v1/issue-drafts/${body.id}`);
    assert.deepEqual(
      [shown.body.state, shown.body.decidedBy, typeof shown.body.payable],
      ['approved', 'hengtai.both', 'string'],
    );
  });

  it('of approvals that come at once, in whatever spelling, exactly one issues a payable', async () => {
    const {
      body: { id },
    } = await draft();
    const count = await payables();
    const checker = ledger.as('hengtai.checker');
    const replies = await Promise.all(
      [id, id, (id as string).toUpperCase(), id.replace(/^./, (c: string) => `%${c.charCodeAt(0).toString(16)}`)].map(
        (spelling) => checker.post(`/v1/issue-drafts/${spelling}/approval`),
      ),
    );
    const made = replies.filter(({ status }) => status === 201);
    assert.strictEqual(made.length, 1, JSON.stringify(replies.map(({ status, body }) => [status, body.code])));
    assertEvery(
      replies.filter(({ status }) => status !== 201),
      ({ body }) => body.code === 'DRAFT_DECIDED',
    );
    assert.strictEqual(await payables(), count + 1);
    for (const spelling of [id, id.toUpperCase()])
      assertRefused(await checker.post(`/v1/issue-drafts/${spelling}/approval`), 409, 'DRAFT_DECIDED', {
        state: 'approved',
      });
    assertRefused(
      await checker.post(`/v1/issue-drafts/${id}/rejection`, { reason: 'Too late.' }),
      409,
      'DRAFT_DECIDED',
    );
  });

  it('an approval that was never answered is found on the ledger, and not made again', async () => {
    const {
      body: { id },
    } = await draft();
    const approved = await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${id}/approval`);
    const count = await payables();
    // As after a crash between the ledger's answer and its record.
    await ledger.db.updateTable('issue_drafts').set({ payable_id: null }).where('id', '=', id).execute();
    await ledger.db
      .updateTable('operations')
      .set({ state: 'open', response_status: null, response_body: null, response_location: null })
      .where('id', '=', approved.headers.get('deeptier-operation'))
      .execute();
    const shown = await ledger.as('hengtai.viewer').get(`/v1/issue-drafts/${id}`);
    assert.deepEqual([shown.body.state, shown.body.payable], ['approved', approved.body.id]);
    assertRefused(await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${id}/approval`), 409, 'DRAFT_DECIDED');
    assert.strictEqual(await payables(), count);
  });

  it('what the ledger refuses at the approval leaves the draft as it was', async () => {
    const {
      body: { id, documents },
    } = await draft();
    const other = await ledger
      .as('hengtai.maker')
      .post('/v1/issue-drafts', {
        supplier: String(ledger.party('minghua')),
        currency: 'CNY',
        face: '1000',
        maturity: '2027-04-12',
        documents,
      });
    const checker = ledger.as('hengtai.checker');
    assert.strictEqual((await checker.post(`/v1/issue-drafts/${other.body.id}/approval`)).status, 201);
    assertRefused(await checker.post(`/v1/issue-drafts/${id}/approval`), 422, 'DOCUMENT_RESIDUAL_EXCEEDED', {
      residual: '0',
    });
    assert.strictEqual((await checker.get(`/v1/issue-drafts/${id}`)).body.state, 'waiting');
    const rejected = await checker.post(`/v1/issue-drafts/${id}/rejection`, { reason: 'Its document is used.' });
    assert.deepEqual(
      [rejected.status, rejected.body.state, rejected.body.rejectionReason],
      [200, 'rejected', 'Its document is used.'],
    );
    assertRefused(await checker.post(`/v1/issue-drafts/${id}/approval`), 409, 'DRAFT_DECIDED', { state: 'rejected' });
  });

  it('the same key gives the same payable again', async () => {
    const {
      body: { id },
    } = await draft();
    const count = await payables();
    const key = randomUUID();
    const first = await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${id}/approval`, undefined, { key });
    const again = await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${id}/approval`, undefined, { key });
    assert.deepEqual([again.status, again.headers.get('idempotency-replayed'), again.body], [201, 'true', first.body]);
    assert.strictEqual(await payables(), count + 1);
  });

  it('drafts are listed to their own party, page by page, the newest first', async () => {
    const first = await ledger.as('hengtai.viewer').get('/v1/issue-drafts?limit=3');
    const second = await ledger.as('hengtai.viewer').get(`/v1/issue-drafts?limit=3&cursor=${first.body.next}`);
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    assert.strictEqual(new Set(ids).size, 6);
    assertRefused(await ledger.as('hengtai.viewer').get(`/v1/issue-drafts/${randomUUID()}`), 404, 'DRAFT_UNKNOWN');
    await assertMirror(ledger);
  });

  it('a maturity long after the delivery is a warning with both numbers', async () => {
    const { body } = await draft();
    assert.deepEqual(body.warnings, [], 'a document whose file is elsewhere has no delivery date');
    const invoice = await fs.readFile(path.join(import.meta.dirname, '../../../samples/invoices/ubl-minghua-1018.xml'));
    const brought = await ledger.as('minghua.maker').postXml('/v1/documents', invoice); // delivered on 2026-10-16
    assert.strictEqual(brought.status, 201, JSON.stringify(brought.body));
    const order = { documents: [{ fingerprint: brought.body.fingerprint, amount: '1000' }] };
    const {
      body: { warnings },
    } = await draft(1_000n, { ...order, maturity: '2026-12-16' });
    assert.deepEqual(
      warnings.map(({ code, values }: { code: string; values: Record<string, string> }) => [
        code,
        values['days'],
        values['maximum'],
        values['document'],
      ]),
      [['LATE_FOR_SMALL_FIRM', '61', '60', 'MH-2026-1018']],
    );
    assert.match(warnings[0].text, /61 days after the delivery of MH-2026-1018 on 2026-10-16.*within 60 days/);
    assert.deepEqual((await draft(1_000n, { ...order, maturity: '2026-12-15' })).body.warnings, []);
  });
});
