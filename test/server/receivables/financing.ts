// SPDX-License-Identifier: Apache-2.0
import { codeBytes3, textBytes32 } from '../../../server/values/fixed-text.ts';
import { addDays, dayNumber } from '../../../server/values/dates.ts';
import type { Call } from '../../../server/ledger/contract-types.ts';
import { ledgerToday } from '../../../server/values/ledger-date.ts';
import type { TestLedger } from '../harness.ts';

const NONE = `0x${'0'.repeat(64)}`;
const PLENTY = 10n ** 12n;
const FOREVER = 2 ** 40 - 1;

/** A financier that buys anything, and lends against anything, at 2.85 %, with the cash for it. */
export interface Financier {
  /** The last `units` of a note, sold to it. */
  sell(note: bigint, units: bigint): Call;
  /** Half of the face of the last `units` of a note, borrowed against them for five days. */
  borrow(note: bigint, units: bigint): Call;
}

/** Gives a financier settlement cash and risk assets, and publishes what it buys and lends under. Opens the cash if need be. */
export async function openFinancier(ledger: TestLedger, name: string): Promise<Financier> {
  const bank = ledger.as('pearl.checker');
  const { body } = await ledger.as('pearl.viewer').get('/v1/cash');
  if ((body.items as unknown[]).length === 0) await bank.post('/v1/cash/CNY');
  await ledger
    .as('pearl.maker')
    .post('/v1/cash/CNY/issues', { to: String(ledger.party(name)), amount: PLENTY.toString(), reference: 'deposit' });
  const common = {
    currency: codeBytes3('CNY'),
    obligors: [],
    group: NONE,
    rate: 28_500,
    dayCount: 0,
    maxDays: 365,
    flatFee: 0n,
    feeRate: 0,
    feeTo: 0,
    capacity: PLENTY,
    expiresAt: FOREVER,
    lots: NONE,
    salt: 1n,
  };
  const quote = {
    ...common,
    financier: ledger.party(name),
    sellers: [],
    minDays: 0,
    minUnits: 1n,
    method: 0,
    recourse: false,
  };
  const offer = {
    ...common,
    lender: ledger.party(name),
    borrowers: [],
    advanceRate: 1_000_000,
    graceDays: 0,
    payees: [],
    drawDays: 0,
  };
  await ledger.instruct(
    name,
    { contract: 'Concentration', functionName: 'declareRiskAssets', args: [codeBytes3('CNY'), 100n * PLENTY] },
    { contract: 'Discounting', functionName: 'publish', args: [quote, NONE] },
    { contract: 'LoanOffers', functionName: 'publish', args: [offer, NONE] },
  );
  const highest = 2 ** 32 - 1;
  return {
    sell: (note, units) => ({
      contract: 'Discounting',
      functionName: 'sell',
      args: [quote, '0x', [{ note, units }], highest, textBytes32('SALE')],
    }),
    borrow: (note, units) => ({
      contract: 'PledgedLoans',
      functionName: 'borrow',
      args: [
        offer,
        '0x',
        [{ note, units }],
        units / 2n,
        dayNumber(addDays(ledgerToday(ledger.clock), 5)),
        highest,
        textBytes32('LOAN'),
      ],
    }),
  };
}

/** Pays a loan and, once it is paid, lets a note go. */
export function repay(loan: bigint, amount: bigint): Call {
  return { contract: 'PledgedLoans', functionName: 'repay', args: [loan, amount] };
}

export function letGo(loan: bigint, note: bigint): Call {
  return { contract: 'LoanCollateral', functionName: 'release', args: [loan, [note]] };
}
