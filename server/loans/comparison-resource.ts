import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, ledgerDateText } from '../values/schemas.ts';
import { costField, reasonOf, reasonResource } from '../discounting/comparison-resource.ts';
import { faceOf, lotResource, presentLots } from '../discounting/lots.ts';
import type { LoanAsked, LoanComparison, LoanPrice } from './comparison.ts';
import { loanOfferResource, type LoanOfferResource, presentLoanOffers } from './offer-resource.ts';

/** What the ledger calls a cost above every number: nothing would be received. */
const INFINITE_COST = 2n ** 256n - 1n;

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
    offers: z
      .array(pricedOffer)
      .meta({ description: 'The one that costs least, all in, first; of equal ones the older.' }),
    none: z
      .array(z.strictObject({ financier: partyReference, offer: loanOfferResource.nullable(), reason: reasonResource }))
      .meta({
        description:
          'Every financier that does not lend, with its reason: one for each of its offers, or the want of any.',
      }),
  })
  .meta({
    id: 'LoanComparison',
    description: 'What every financier takes for the loan at this moment, or why it does not make it.',
  });

function priceView({ principal, fees, received, interest, cost }: LoanPrice) {
  return {
    principal: principal.toString(),
    fees: fees.toString(),
    received: received.toString(),
    interest: interest.toString(),
    allInAnnualCost: cost === INFINITE_COST ? null : cost.toString(),
  };
}

export async function presentLoanComparison(
  ctx: Context,
  { lots, principal, dueDate }: LoanAsked,
  { offers, none }: LoanComparison,
): Promise<z.input<typeof loanComparisonResource>> {
  const shown = await presentLoanOffers(ctx, [
    ...offers.map(({ offer }) => offer),
    ...none.flatMap(({ offer }) => offer ?? []),
  ]);
  const byId = new Map(shown.map((offer) => [offer.id, offer]));
  const names = await partyNames(
    ctx.db,
    none.map(({ financier }) => financier),
    ctx.asOf,
  );
  return {
    currency: lots[0]?.payable.currency ?? '',
    face: faceOf(lots).toString(),
    lots: await presentLots(ctx, lots),
    principal: principal.toString(),
    dueDate,
    offers: offers.map(({ offer, price }) => ({
      offer: byId.get(offer.hash) as LoanOfferResource,
      ...priceView(price),
    })),
    none: none.map(({ financier, offer, refusal }) => ({
      financier: referenceTo(financier, names),
      offer: offer === null ? null : (byId.get(offer.hash) ?? null),
      reason: reasonOf(refusal),
    })),
  };
}
