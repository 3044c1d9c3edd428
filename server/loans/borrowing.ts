// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { Prepared } from '../http/route.ts';
import { bestOffer } from '../offers/comparison.ts';
import { HIGHEST_COST, maxCostField } from '../offers/fields.ts';
import { findOffer } from '../offers/find.ts';
import { bareLots, lotsField, lotsOf } from '../offers/lots.ts';
import { TAKING_REFUSALS } from '../offers/taking.ts';
import { dateOnLedger } from '../parties/schemas.ts';
import { dayNumber } from '../values/dates.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { referenceField } from '../values/references.ts';
import { amount } from '../values/schemas.ts';
import { loanAsked, type LoanWanted } from './asked.ts';
import { loanOfferId } from './bodies.ts';
import { call } from '../ledger/contract-types.ts';
import type { LoanOffer } from './offer-resource.ts';
import { loanRefusals as refusals } from './refusals.ts';
import { LOAN_OFFER } from './terms.ts';
import { useField } from './use.ts';

const asked = {
  lots: lotsField,
  principal: amount.meta({ description: 'What is to be lent, in minor units.', example: '9876542' }),
  dueDate: dateOnLedger.meta({
    description: 'When it is to be repaid; after today, and before or after the notes are due.',
    example: '2026-06-30',
  }),
};

const useAsked = z.enum(['free', 'directed', 'either']);

export const loanComparisonBody = z
  .strictObject({
    ...asked,
    use: useAsked
      .default('either')
      .meta({ description: 'Which offers are compared; `either` by default.', example: 'either' }),
  })
  .meta({ id: 'LoanComparisonBody' });

const reference = referenceField('Your own reference of the loan.', 'LOAN-2026-007').optional();

const underOne = z
  .strictObject({ ...asked, offer: loanOfferId, maxCost: maxCostField.optional(), reference })
  .meta({ id: 'LoanUnderOffer', description: 'Under the offer that you name.' });

const underBest = z
  .strictObject({
    ...asked,
    best: z.literal(true).meta({ description: 'Under the offer that costs least, all in; the oldest of equal ones.' }),
    maxCost: maxCostField,
    use: useField.default('free'),
    reference,
  })
  .meta({ id: 'LoanUnderBest', description: 'Under the best offer, if it costs no more than you state.' });

export const loanBody = z.union([underBest, underOne]).meta({ id: 'LoanBody' });

/** What the ledger, or nobody but the gateway, may have against a loan; the comparison and the borrowing refuse alike. */
export const LOAN_REFUSALS = [
  ...TAKING_REFUSALS,
  refusals.LOAN_OFFER_UNKNOWN,
  refusals.ADVANCE_EXCEEDED,
  refusals.LOAN_TERM_OUT_OF_RANGE,
  refusals.FEES_ABOVE_PRINCIPAL,
];

export async function wantedOf(
  ctx: Context,
  {
    lots,
    principal,
    dueDate,
    use,
  }: Pick<z.output<typeof loanComparisonBody>, 'lots' | 'principal' | 'dueDate' | 'use'>,
): Promise<LoanWanted> {
  return { lots: await lotsOf(ctx, lots), principal: BigInt(principal), dueDate: dueDate, use };
}

/** A loan under the offer the borrower names, or under the best there is. */
export async function prepareLoan(ctx: Context, body: z.output<typeof loanBody>): Promise<Prepared> {
  if ('offer' in body) {
    const wanted = await wantedOf(ctx, { ...body, use: 'either' });
    return borrowUnder(await findOffer(ctx, LOAN_OFFER, body.offer), wanted, body);
  }
  const wanted = await wantedOf(ctx, body);
  const asked = await loanAsked(ctx, ctx.caller.party, wanted);
  return borrowUnder(await bestOffer(ctx, asked, body.maxCost), wanted, body);
}

function borrowUnder(
  { terms, signature }: LoanOffer,
  { lots, principal, dueDate }: LoanWanted,
  { maxCost, reference: own }: { readonly maxCost?: string | undefined; readonly reference?: string | undefined },
): Prepared {
  return {
    calls: [
      call(
        'PledgedLoans',
        'borrow',
        terms,
        signature,
        bareLots(lots),
        principal,
        dayNumber(dueDate),
        Number(maxCost ?? HIGHEST_COST),
        textBytes32(own),
      ),
    ],
  };
}
