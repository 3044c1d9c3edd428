// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import type { Comparison } from '../offers/comparison.ts';
import { costField, costView, presentNone, reasonResource } from '../offers/comparison-resource.ts';
import { currencyOf, faceOf, lotResource, presentLots } from '../offers/lots.ts';
import { partyReference } from '../parties/schemas.ts';
import { amount, amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import type { LoanPrice, LoanWanted } from './asked.ts';
import { loanOfferResource, type LoanOfferResource, presentLoanOffers } from './offer-resource.ts';
import type { LoanOfferTerms } from './terms.ts';

const pricedOffer = z
  .strictObject({
    offer: loanOfferResource,
    principal: amount.meta({ description: 'What is lent, and repaid.', example: '9876542' }),
    fees: amountOrZero.meta({ description: 'All fees together, taken out of the principal.', example: '500' }),
    received: amountOrZero.meta({
      description: 'The rest of the principal: yours, or for the payees of a directed loan.',
      example: '9876042',
    }),
    interest: amountOrZero.meta({
      description: 'To the due date, if all is drawn today and repaid then; rounded half-up.',
      example: '148148',
    }),
    allInAnnualCost: costField,
  })
  .meta({ id: 'PricedLoanOffer', description: 'What the loan comes to under an offer, to the minor unit.' });

export const loanComparisonResource = z
  .strictObject({
    currency,
    face: amount.meta({ description: 'Of all lots together.', example: '12345678' }),
    lots: z.array(lotResource),
    principal: amount.meta({ description: 'Asked for.' }),
    dueDate: ledgerDateText,
    offers: z.array(pricedOffer).meta({ description: 'The lowest all-in cost first; of equal costs the older offer.' }),
    none: z
      .array(z.strictObject({ financier: partyReference, offer: loanOfferResource.nullable(), reason: reasonResource }))
      .meta({
        description: 'Every financier that does not lend, with the reason for each of its offers, or that it has none.',
      }),
  })
  .meta({
    id: 'LoanComparison',
    description: 'What the loan costs at each financier at this moment, or why it does not lend.',
  });

function priceView({ principal, fees, received, interest, cost }: LoanPrice) {
  return {
    principal: principal.toString(),
    fees: fees.toString(),
    received: received.toString(),
    interest: interest.toString(),
    allInAnnualCost: costView(cost),
  };
}

export async function presentLoanComparison(
  ctx: Context,
  { lots, principal, dueDate }: LoanWanted,
  { offers, none }: Comparison<LoanOfferTerms, LoanPrice>,
): Promise<z.input<typeof loanComparisonResource>> {
  const shown = await presentLoanOffers(
    ctx,
    offers.map(({ offer }) => offer),
  );
  return {
    currency: currencyOf(lots),
    face: faceOf(lots).toString(),
    lots: await presentLots(ctx, lots),
    principal: principal.toString(),
    dueDate,
    offers: offers.map(({ price }, place) => ({ offer: shown[place] as LoanOfferResource, ...priceView(price) })),
    none: await presentNone(ctx, none, (declined) => presentLoanOffers(ctx, declined)),
  };
}
