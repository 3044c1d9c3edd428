// SPDX-License-Identifier: Apache-2.0
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { maskOf, type PartyRole } from '../../../server/values/roles.ts';
import type { TestLedger } from '../harness.ts';
import { ZERO_WORD } from '../settlement/payables.ts';
import { balance, ok, openMarket, quote, someNote } from '../discounting/market.ts';

/** What matures on 12 September 2026, a Saturday, is due on the Monday after; in default 31 days later. */
export const DUE = '2026-09-14';
export const IN_DEFAULT = '2026-10-15';
export const RECOURSE_UNTIL = '2027-03-14';
export const LIMITATION_UNTIL = '2029-09-14';
export const FACE = 12_345_678n;

/** A market with a guarantor (lihe) and an insurer (xinyuan) in it. */
export async function openFailure(): Promise<TestLedger> {
  const ledger = await openMarket();
  await turnInto(ledger, 'lihe', 'guarantor');
  await turnInto(ledger, 'xinyuan', 'insurer');
  return ledger;
}

export async function turnInto(ledger: TestLedger, name: string, role: PartyRole): Promise<void> {
  await ledger.instruct('deeptier', {
    contract: 'PartyRegistry',
    functionName: 'changeRoles',
    args: [ledger.party(name), maskOf([role])],
  });
}

/** A note is issued to minghua and sold in turn from hand to hand; gives the last buyer's. */
export async function soldOn(
  ledger: TestLedger,
  ...sales: readonly { readonly from: string; readonly to: string; readonly recourse: 'with' | 'without' }[]
): Promise<{ payable: string; note: string }> {
  let note = await someNote(ledger);
  for (const { from, to, recourse } of sales) {
    const { id } = await quote(ledger, to, { recourse });
    const sale = ok(
      await ledger.as(`${from}.maker`).post('/v1/sales', { lots: [{ note }], quote: id, maxCost: '4294967295' }),
    );
    note = sale.notes[0].note as string;
    ok(await ledger.as(`${to}.maker`).delete(`/v1/quotes/${id}`));
  }
  return { payable: (BigInt(note) >> 24n).toString(), note };
}

export async function fund(ledger: TestLedger, name: string, amount: bigint): Promise<void> {
  ok(
    await ledger
      .as('pearl.maker')
      .post('/v1/cash/CNY/issues', { to: String(ledger.party(name)), amount: amount.toString(), reference: 'deposit' }),
  );
}

/** The party's money goes elsewhere. */
export async function spend(ledger: TestLedger, name: string, amount: bigint): Promise<void> {
  await ledger.instruct(name, {
    contract: 'CashBook',
    functionName: 'pay',
    args: [codeBytes3('CNY'), ledger.party('pearl'), amount, ZERO_WORD],
  });
}

/** What each has gained since. */
export async function gains(ledger: TestLedger, names: readonly string[]): Promise<() => Promise<bigint[]>> {
  const balances = () => Promise.all(names.map((name) => balance(ledger, name)));
  const before = await balances();
  return async () => (await balances()).map((now, place) => now - (before[place] as bigint));
}
