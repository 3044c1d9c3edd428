// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Context } from '../http/context.ts';
import { blockTimeOf, dateAt } from '../ledger/block-time.ts';
import { call } from '../ledger/contract-types.ts';
import type { Asked, Cost } from '../offers/comparison.ts';
import { bareLots, type NoteLot } from '../offers/lots.ts';
import { dayCountOf } from '../offers/resource.ts';
import { feesUnder } from '../offers/terms.ts';
import { allInAnnualCost } from '../pricing/costs.ts';
import { dayNumber, daysBetween, type LedgerDate } from '../values/dates.ts';
import type { Rational } from '../values/rational.ts';
import { interestOn } from './interest.ts';
import { loanRefusals } from './refusals.ts';
import { LOAN_OFFER, type LoanOfferTerms } from './terms.ts';
import { type LoanUse, useOf, useRefusal } from './use.ts';

/** What a loan comes to, as the ledger says it; amounts in minor units. */
export interface LoanPrice extends Cost {
  readonly face: bigint;
  readonly principal: bigint;
  readonly fees: bigint;
  readonly received: bigint;
  /** To the due date, if all is drawn today. */
  readonly interest: bigint;
}

/** What a borrower asks for. */
export interface LoanWanted {
  readonly lots: readonly NoteLot[];
  /** Minor units. */
  readonly principal: bigint;
  readonly dueDate: LedgerDate;
  readonly use: LoanUse | 'either';
}

/** What is asked of every loan offer: what `borrower`'s loan would come to now. */
export async function loanAsked(
  ctx: Pick<Context, 'chain' | 'asOf' | 'db'>,
  borrower: PartyId,
  { lots, principal, dueDate, use }: LoanWanted,
): Promise<Asked<LoanOfferTerms, LoanPrice>> {
  const today = dateAt(await blockTimeOf(ctx));
  return {
    type: LOAN_OFFER,
    lots,
    appraise: (client, offers) =>
      client.ask(
        offers.map(({ terms, signature }) =>
          call('LoanOffers', 'appraise', terms, signature, borrower, bareLots(lots), principal, dayNumber(dueDate)),
        ),
      ),
    unwanted: (terms) => useRefusal(useOf(terms), use),
    costUnder: (terms) => costUnder(terms, principal, today, dueDate),
    nobody: loanRefusals.NOBODY_LENDS,
  };
}

/** What the loan costs under these terms, as `LoanOffers` prices it. Undefined where nothing would be received. */
function costUnder(
  terms: LoanOfferTerms,
  principal: bigint,
  today: LedgerDate,
  dueDate: LedgerDate,
): Rational | undefined {
  if (dueDate <= today) return undefined;
  const fees = feesUnder(terms, principal);
  const accrual = { principal, interest: 0n, accruedOn: today, dueDate, rate: terms.rate, dayCount: dayCountOf(terms) };
  const repaid = principal + interestOn(accrual, dueDate);
  return allInAnnualCost(repaid, principal - fees, daysBetween(today, dueDate));
}
