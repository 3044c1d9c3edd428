// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { assert } from 'chai';
import type { Hex } from '../../../server/values/hex.ts';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { noteIdOf, numbered } from '../../../server/values/ids.ts';
import type { Reply, TestLedger } from '../harness.ts';

export interface Issue {
  readonly supplier?: string;
  readonly face?: bigint;
  readonly maturity?: string;
  readonly reference?: string;
}

/** Registers a document over `amount` that the supplier brings and the obligor owes, without its file; answers its fingerprint. */
export async function registerDocument(
  ledger: TestLedger,
  amount: bigint,
  supplier = 'minghua',
  obligor = 'hengtai',
  currency = 'CNY',
): Promise<Hex> {
  const fingerprint: Hex = `0x${randomBytes(32).toString('hex')}`;
  await ledger.instruct(supplier, {
    contract: 'DocumentRegistry',
    functionName: 'register',
    args: [fingerprint, ledger.party(obligor), codeBytes3(currency), amount],
  });
  return fingerprint;
}

/** Hengtai drafts and approves a payable, by two people. */
export async function issuePayable(
  ledger: TestLedger,
  { supplier = 'minghua', face = 100_000_000n, maturity = '2026-09-12', reference }: Issue = {},
): Promise<Reply> {
  const fingerprint = await registerDocument(ledger, face, supplier);
  const draft = await ledger
    .as('hengtai.maker')
    .post('/v1/issue-drafts', {
      supplier: String(ledger.party(supplier)),
      currency: 'CNY',
      face: face.toString(),
      maturity,
      documents: [{ fingerprint, amount: face.toString() }],
      ...(reference === undefined ? {} : { reference }),
    });
  assert.strictEqual(draft.status, 201, JSON.stringify(draft.body));
  const approved = await ledger.as('hengtai.checker').post(`/v1/issue-drafts/${draft.body.id}/approval`);
  assert.strictEqual(approved.status, 201, JSON.stringify(approved.body));
  return approved;
}

/** A payable its first supplier has accepted. */
export async function activePayable(ledger: TestLedger, issue: Issue = {}): Promise<{ payable: string; note: string }> {
  const { body } = await issuePayable(ledger, issue);
  const accepted = await ledger.as(`${issue.supplier ?? 'minghua'}.maker`).post(`/v1/payables/${body.id}/acceptance`);
  assert.strictEqual(accepted.status, 200, JSON.stringify(accepted.body));
  return { payable: body.id as string, note: noteIdOf(numbered(body.id as string), 1n).toString() };
}

/** One party passes amounts of a note on; answers the pieces. */
export async function pass(
  ledger: TestLedger,
  from: string,
  note: string,
  shares: readonly [to: string, amount: bigint][],
  reference?: string,
): Promise<string[]> {
  const reply = await ledger
    .as(`${from}.maker`)
    .post(`/v1/notes/${note}/transfers`, {
      shares: shares.map(([to, amount]) => ({ to: String(ledger.party(to)), amount: amount.toString() })),
      ...(reference === undefined ? {} : { reference }),
    });
  assert.strictEqual(reply.status, 201, JSON.stringify(reply.body));
  return (reply.body.transfers as { note: string }[]).map((transfer) => transfer.note);
}

export async function accept(ledger: TestLedger, by: string, note: string): Promise<void> {
  const reply = await ledger.as(`${by}.maker`).post(`/v1/notes/${note}/acceptance`);
  assert.strictEqual(reply.status, 200, JSON.stringify(reply.body));
}

/** Passes an amount of a note on, and the recipient accepts it. */
export async function hand(
  ledger: TestLedger,
  from: string,
  note: string,
  to: string,
  amount: bigint,
): Promise<string> {
  const [piece] = await pass(ledger, from, note, [[to, amount]]);
  await accept(ledger, to, piece as string);
  return piece as string;
}

/** Whatever `to` is given by anyone is accepted beforehand. */
export async function acceptBeforehand(ledger: TestLedger, to: string): Promise<void> {
  await ledger.instruct(to, { contract: 'PartyRegistry', functionName: 'setStandingAcceptance', args: [0, true] });
}

export function assertRefused(reply: Reply, status: number, code: string, values?: Record<string, unknown>): void {
  assert.deepEqual([reply.status, reply.body.code], [status, code], JSON.stringify(reply.body));
  if (values)
    for (const [name, value] of Object.entries(values))
      assert.strictEqual(String(reply.body.values[name]), String(value), name);
}
