import { z } from 'zod';
import { documentRefusals } from '../documents/refusals.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { dateOnLedger } from '../parties/schemas.ts';
import { textBytes32 } from '../values/fixed-text.ts';
import { dayNumber, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import type { Prepared } from '../http/route.ts';
import { amount, maximumOf } from '../values/schemas.ts';
import { referenceField } from '../values/references.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { limitRefusals } from '../exposure/refusals.ts';
import { bareLots, lotsField, lotsOf } from '../discounting/lots.ts';
import { quoteRefusals } from '../discounting/refusals.ts';
import { maxCostField } from '../discounting/selling.ts';
import { loanOfferId } from './bodies.ts';
import { compareLoans, type LoanAsked } from './comparison.ts';
import { useField } from './offer-resource.ts';
import { findLoanOffer } from './offer-routes.ts';
import type { LoanOffer } from './offers.ts';
import { call } from '../ledger/contract-types.ts';
import { loanRefusals as refusals } from './refusals.ts';

const HIGHEST_COST = maximumOf(32);

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
      .meta({ description: 'Which offers are asked; `either` unless said.', example: 'either' }),
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
  .meta({ id: 'LoanUnderBest', description: 'Under the best offer there is, if it costs no more than you say.' });

export const loanBody = z.union([underBest, underOne]).meta({ id: 'LoanBody' });

/** What the ledger, or nobody but the gateway, may have against a loan; the comparison and the borrowing refuse alike. */
export const LOAN_REFUSALS = [
  receivableRefusals.NOTE_UNKNOWN,
  refusals.LOAN_OFFER_UNKNOWN,
  refusals.LOAN_OFFER_IS_PULLED,
  refusals.LOAN_OFFER_EXPIRED,
  refusals.LOAN_OFFER_NOT_SIGNED,
  refusals.LOAN_OFFER_INVALID,
  refusals.BORROWER_NOT_NAMED,
  refusals.COLLATERAL_DIFFERS,
  refusals.LOAN_TO_SELF,
  refusals.COLLATERAL_COUNT,
  refusals.LOAN_CURRENCY_DIFFERS,
  refusals.OBLIGOR_NOT_TAKEN,
  refusals.PLEDGED_TOO_LATE,
  refusals.ADVANCE_EXCEEDED,
  refusals.LOAN_TERM_OUT_OF_RANGE,
  refusals.LOAN_CAPACITY_EXCEEDED,
  refusals.FEES_ABOVE_PRINCIPAL,
  refusals.LENDER_CASH_TOO_LOW,
  quoteRefusals.LOTS_OUT_OF_ORDER,
  quoteRefusals.DOCUMENT_IS_OVERDRAWN,
  quoteRefusals.COST_ABOVE_LIMIT,
  settlementRefusals.CASH_UNKNOWN,
  receivableRefusals.NOT_THE_HOLDER,
  receivableRefusals.NOTE_NOT_HELD,
  receivableRefusals.NOTE_MATURED,
  receivableRefusals.NOTE_UNDER_HOLD,
  receivableRefusals.PAYABLE_NOT_ACTIVE,
  receivableRefusals.AMOUNT_ZERO,
  receivableRefusals.AMOUNT_EXCEEDS_NOTE,
  receivableRefusals.NOTE_TOO_SMALL,
  receivableRefusals.TOO_MANY_CHILDREN,
  receivableRefusals.LOOP_TO_OBLIGOR,
  documentRefusals.DOCUMENT_UNKNOWN,
  partyRefusals.PARTY_IS_SUSPENDED,
  partyRefusals.PARTY_IS_SUCCEEDED,
  partyRefusals.ADMISSION_EXPIRED,
  partyRefusals.ROLE_MISSING,
  limitRefusals.RISK_ASSETS_UNDECLARED,
  limitRefusals.DEBTOR_SHARE_EXCEEDED,
  limitRefusals.AFFILIATE_SHARE_EXCEEDED,
];

export async function askedOf(
  ctx: Context,
  {
    lots,
    principal,
    dueDate,
    use,
  }: Pick<z.output<typeof loanComparisonBody>, 'lots' | 'principal' | 'dueDate' | 'use'>,
): Promise<LoanAsked> {
  return { lots: await lotsOf(ctx, lots), principal: BigInt(principal), dueDate: dueDate as LedgerDate, use };
}

/** A loan under the offer the borrower names, or under the best there is. */
export async function prepareLoan(ctx: Context, body: z.output<typeof loanBody>): Promise<Prepared> {
  if ('offer' in body)
    return borrowUnder(await findLoanOffer(ctx, body.offer), await askedOf(ctx, { ...body, use: 'either' }), body);
  const wanted = await askedOf(ctx, body);
  const {
    offers: [best],
    none,
  } = await compareLoans(ctx, wanted);
  if (!best) {
    throw new DeeptierError(refusals.NOBODY_LENDS, {
      reasons: none.map(({ financier, refusal }) => `${financier}: ${refusal.code}`),
    });
  }
  if (best.price.cost > BigInt(body.maxCost)) {
    throw new DeeptierError(quoteRefusals.COST_ABOVE_LIMIT, {
      cost: best.price.cost.toString(),
      maximum: body.maxCost,
    });
  }
  return borrowUnder(best.offer, wanted, body);
}

function borrowUnder(
  { terms, signature }: LoanOffer,
  { lots, principal, dueDate }: LoanAsked,
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
