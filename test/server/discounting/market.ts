// SPDX-License-Identifier: Apache-2.0
import { assert } from 'chai';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { openTestLedger, type Reply, type TestLedger } from '../harness.ts';
import { activePayable, type Issue } from '../receivables/scenario.ts';

export const PLENTY = 10n ** 13n;

/** A ledger with settlement cash in CNY, where both financiers have money and risk assets. */
export async function openMarket(options: { readonly date?: string } = {}): Promise<TestLedger> {
  const ledger = await openTestLedger({ date: '2026-04-01', ...options });
  ok(await ledger.as('pearl.checker').post('/v1/cash/CNY'));
  for (const financier of ['harbour', 'rongda']) await equip(ledger, financier);
  return ledger;
}

/** Money to buy with, and risk assets to hold it against. */
export async function equip(
  ledger: TestLedger,
  financier: string,
  cash = PLENTY,
  riskAssets = 10n * PLENTY,
): Promise<void> {
  if (cash > 0n)
    ok(
      await ledger
        .as('pearl.maker')
        .post('/v1/cash/CNY/issues', {
          to: String(ledger.party(financier)),
          amount: cash.toString(),
          reference: 'deposit',
        }),
    );
  await declareRiskAssets(ledger, financier, riskAssets);
}

export async function declareRiskAssets(
  ledger: TestLedger,
  financier: string,
  amount: bigint,
  currency = 'CNY',
): Promise<void> {
  await ledger.instruct(financier, {
    contract: 'Concentration',
    functionName: 'declareRiskAssets',
    args: [codeBytes3(currency), amount],
  });
}

/** A standing quote at 2.85 %, ACT/360, bank discount, without recourse and fees. */
export function terms(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    currency: 'CNY',
    maxDays: 365,
    rate: '28500',
    dayCount: 'ACT/360',
    method: 'bank-discount',
    recourse: 'without',
    capacity: '100000000000',
    expiresAt: '2027-12-31T00:00:00Z',
    ...change,
  };
}

/** A financier makes a quote; answers it. */
export async function quote(
  ledger: TestLedger,
  financier: string,
  change: Record<string, unknown> = {},
): Promise<Reply['body']> {
  return ok(await ledger.as(`${financier}.maker`).post('/v1/quotes', { visibility: 'public', ...terms(change) }));
}

/** A note of 12,345,678 fen in the hands of minghua, whose maturity on a Saturday rolls to 2026-09-14. */
export async function someNote(ledger: TestLedger, issue: Issue = {}): Promise<string> {
  return (await activePayable(ledger, { face: 12_345_678n, maturity: '2026-09-12', ...issue })).note;
}

export async function balance(ledger: TestLedger, name: string): Promise<bigint> {
  return BigInt(ok(await ledger.as(`${name}.viewer`).get('/v1/cash/CNY/balance')).balance as string);
}

/** The body of an answer that must not be a refusal. */
export function ok({ status, body }: Reply): Reply['body'] {
  assert.isOk(status === 200 || status === 201, `${status} ${JSON.stringify(body)}`);
  return body;
}

/** Withdraws every open quote, so that the next test begins with none. */
export async function withdrawAll(ledger: TestLedger): Promise<void> {
  for (const financier of ['harbour', 'rongda']) {
    const { items } = ok(
      await ledger.as(`${financier}.viewer`).get(`/v1/quotes?financier=${ledger.party(financier)}&limit=500`),
    );
    for (const { id } of items as { id: string }[])
      ok(await ledger.as(`${financier}.maker`).delete(`/v1/quotes/${id}`));
  }
}
