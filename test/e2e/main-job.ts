// SPDX-License-Identifier: Apache-2.0
import fs from 'node:fs/promises';
import path from 'node:path';
import { assert } from 'chai';
import type { TestLedger } from '../server/harness.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../samples/invoices');

/** Registers one of the project's sample invoices as its buyer would; gives its fingerprint. */
export async function registerSample(ledger: TestLedger, file: string): Promise<string> {
  const reply = await ledger.as('hengtai.maker').postXml('/v1/documents', await fs.readFile(path.join(SAMPLES, file)));
  assert.strictEqual(reply.status, 201, JSON.stringify(reply.body));
  return reply.body.fingerprint as string;
}

/** Drafts, approves and accepts a payable of Hengtai's; gives its number. */
export async function issueAndAccept(
  ledger: TestLedger,
  order: {
    readonly supplier: string;
    readonly document: string;
    readonly face: string;
    readonly maturity: string;
    readonly currency?: string;
  },
): Promise<string> {
  const draft = await ledger
    .as('hengtai.maker')
    .post('/v1/issue-drafts', {
      supplier: String(ledger.party(order.supplier)),
      currency: order.currency ?? 'CNY',
      face: order.face,
      maturity: order.maturity,
      documents: [{ fingerprint: order.document, amount: order.face }],
    });
  assert.strictEqual(draft.status, 201, JSON.stringify(draft.body));
  const payable = await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${draft.body.id}/approval`);
  assert.strictEqual(payable.status, 201, JSON.stringify(payable.body));
  const accepted = await ledger.as(`${order.supplier}.maker`).post(`/v1/payables/${payable.body.id}/acceptance`);
  assert.isOk(accepted.status < 300, JSON.stringify(accepted.body));
  return payable.body.id as string;
}
