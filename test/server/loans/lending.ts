// SPDX-License-Identifier: Apache-2.0
import { type LoanId, numbered } from '../../../server/values/ids.ts';
import { assert } from 'chai';
import { codeBytes3 } from '../../../server/values/fixed-text.ts';
import { dateOfDayNumber } from '../../../server/values/dates.ts';
import { interestOn } from '../../../server/loans/interest.ts';
import { visibleLoan } from '../../../server/loans/queries.ts';
import { DAY_COUNTS } from '../../../server/values/day-count.ts';
import { accountOf } from '../../../server/settlement/queries.ts';
import { ledgerDateAt } from '../../../server/values/ledger-date.ts';
import type { Reply, TestLedger } from '../harness.ts';
import { viewer } from '../receivables/mirror.ts';
import { ok } from '../discounting/market.ts';
import { call } from '../../../server/ledger/contract-types.ts';
import { digits } from '../digits.ts';

/** 80 % of anyone's paper at 6 % a year, ACT/360, five days of grace, for free use. */
export function loanTerms(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    currency: 'CNY',
    advanceRate: '800000',
    rate: '60000',
    dayCount: 'ACT/360',
    maxDays: 365,
    graceDays: 5,
    capacity: '100000000000',
    expiresAt: '2027-12-31T00:00:00Z',
    ...change,
  };
}

/** A financier offers to lend; answers the offer. */
export async function lendOffer(
  ledger: TestLedger,
  financier: string,
  change: Record<string, unknown> = {},
): Promise<Reply['body']> {
  return ok(
    await ledger.as(`${financier}.maker`).post('/v1/loan-offers', { visibility: 'public', ...loanTerms(change) }),
  );
}

/** Withdraws every open offer, so that the next test begins with none. */
export async function withdrawOffers(ledger: TestLedger): Promise<void> {
  for (const financier of ['harbour', 'rongda']) {
    const { items } = ok(
      await ledger.as(`${financier}.viewer`).get(`/v1/loan-offers?lender=${ledger.party(financier)}&limit=500`),
    );
    for (const { id } of items as { id: string }[])
      ok(await ledger.as(`${financier}.maker`).delete(`/v1/loan-offers/${id}`));
  }
}

/** A party borrows until 2026-06-30 under an offer. */
export async function borrow(
  ledger: TestLedger,
  name: string,
  offer: string,
  note: string,
  principal: string,
  change: Record<string, unknown> = {},
): Promise<Reply['body']> {
  return ok(
    await ledger
      .as(`${name}.maker`)
      .post('/v1/loans', { lots: [{ note }], principal, dueDate: '2026-06-30', offer, ...change }),
  );
}

/** Every loan, its collateral and what is reserved, in the tables as the ledger's own views say. */
export async function assertLoansMirror(ledger: TestLedger): Promise<number> {
  assert.isOk(await ledger.projector.catchUp(30_000), 'the projector does not catch up');
  const block = ledger.projector.checkpoint()?.number as bigint;
  const view = viewer(ledger, block);
  const today = ledgerDateAt(ledger.projector.checkpoint()?.timestamp ?? 0);
  const count = await view(call('PledgedLoans', 'loanCount'));
  for (let number = 1n; number <= count; number += 1n) {
    const id = numbered<LoanId>(number);
    const loan = await visibleLoan(ledger.db, { kind: 'all' }, id, 'latest');
    assert.isOk(loan, `loan ${id}`);
    const onChain = await view(call('PledgedLoans', 'loan', id));
    assert.deepEqual(
      digits({
        lender: loan.lender,
        borrower: loan.borrower,
        currency: codeBytes3(loan.currency),
        advanceRate: loan.advanceRate,
        rate: loan.rate,
        dayCount: DAY_COUNTS.indexOf(loan.dayCount),
        dueDate: loan.dueDate,
        graceDays: loan.graceDays,
        drawUntil: loan.drawUntil,
        status: loan.closed ? 2 : 1,
        principal: loan.principal,
        interest: loan.interest,
        undrawn: loan.undrawn,
        lent: loan.lent,
        offer: loan.offer,
      }),
      digits({
        lender: onChain.lender,
        borrower: onChain.borrower,
        currency: onChain.currency,
        advanceRate: onChain.advanceRate,
        rate: onChain.rate,
        dayCount: onChain.dayCount,
        dueDate: dateOfDayNumber(onChain.dueDate),
        graceDays: onChain.graceDays,
        drawUntil: dateOfDayNumber(onChain.drawUntil),
        status: onChain.status,
        principal: onChain.principal,
        interest: onChain.interest,
        undrawn: onChain.undrawn,
        lent: onChain.lent,
        offer: onChain.offer,
      }),
      `loan ${id}`,
    );
    assert.deepEqual(
      [loan.principal, interestOn(loan, today)],
      Object.values(await view(call('PledgedLoans', 'owed', id))),
      `owed on loan ${id}`,
    );
    assert.deepEqual(
      digits(loan.payees),
      digits(await view(call('PledgedLoans', 'payeesOf', id))),
      `payees of loan ${id}`,
    );
    const secured = [...(await view(call('LoanCollateral', 'collateralOf', id)))].sort((left, right) =>
      Number(left - right),
    );
    assert.deepEqual(
      loan.collateral.map(({ note }) => note),
      secured,
      `collateral of loan ${id}`,
    );
    for (const { note, seized } of loan.collateral)
      assert.deepEqual([id, seized], Object.values(await view(call('LoanCollateral', 'loanOn', note))), `note ${note}`);
  }
  for (const { hash, used, withdrawn_at } of await ledger.db
    .selectFrom('offer_uses')
    .selectAll()
    .where('to_block', 'is', null)
    .execute()) {
    const state = await view(call('OfferBook', 'stateOf', hash));
    assert.deepEqual([withdrawn_at !== null, used], [state.withdrawn, state.used], `offer ${hash}`);
  }
  const open = await ledger.db
    .selectFrom('loans')
    .select(['lender', 'undrawn'])
    .where('to_block', 'is', null)
    .execute();
  for (const lender of new Set(open.map((loan) => loan.lender))) {
    const promised = open.filter((loan) => loan.lender === lender).reduce((sum, { undrawn }) => sum + undrawn, 0n);
    assert.strictEqual(
      (await accountOf(ledger.db, 'CNY', lender, 'latest')).reserved,
      promised,
      `reserved by ${lender}`,
    );
  }
  return Number(count);
}

/** The tables are what the events alone make of them, row for row. */
export async function assertRebuilt(ledger: TestLedger): Promise<void> {
  const before = await ledger.projector.digestTables();
  await ledger.projector.rebuild();
  assert.strictEqual(await ledger.projector.digestTables(), before, 'rebuilt row for row');
}
