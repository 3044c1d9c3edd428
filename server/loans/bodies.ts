// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { z } from 'zod';
import {
  capacityField,
  dayCountField,
  feesField,
  namedParties,
  newOfferFields,
  offerFields,
  type OfferOrder,
  offerTerms,
  partiesIn,
  rateField,
  wholePpm,
} from '../offers/fields.ts';
import { hash32 } from '../values/schemas.ts';
import type { LoanOfferTerms } from './terms.ts';

const MOST_DAYS = 65_535;

export const loanOfferId = hash32.meta({
  description: 'Id of a loan offer: its EIP-712 hash.',
  example: `0x${'6b'.repeat(32)}`,
});

const days = z.int().max(MOST_DAYS);

const standing = {
  ...offerFields('takes'),
  borrowers: namedParties('To whom it is open; a public one without is open to everyone.'),
  advanceRate: wholePpm(
    'Most principal, of the face of the collateral, in parts per million: "800000" is 80 %.',
    '800000',
  ),
  rate: rateField('60000', '6 %'),
  dayCount: dayCountField,
  maxDays: days.min(1).meta({ description: 'Most calendar days from the loan to its due date.', example: 180 }),
  graceDays: days
    .min(0)
    .default(0)
    .meta({ description: 'Calendar days after the due date before you may take the collateral.', example: 5 }),
  fees: feesField('LoanFees', { once: 'loan', of: 'principal', out: 'principal' }),
  payees: namedParties('The only parties whom the money may reach; without, the borrower uses it as it likes.'),
  drawDays: days
    .min(0)
    .default(0)
    .meta({
      description:
        'Calendar days in which the money may be drawn for the payees; what is not drawn returns. 0 without payees.',
      example: 30,
    }),
  capacity: capacityField('Principal it lends in all, in minor units.'),
};

/** The terms of a standing loan offer. */
export const loanOfferChange = z.strictObject(standing).meta({ id: 'LoanOfferChange' });

export const loanOfferBody = z
  .strictObject({ ...newOfferFields('borrowers', loanOfferId), ...standing })
  .meta({ id: 'LoanOfferBody' });

export type LoanOfferOrder = z.output<typeof loanOfferChange> & OfferOrder;

/** A new offer of `lender`, as the ledger has it. */
export function termsOf(lender: PartyId, order: LoanOfferOrder): LoanOfferTerms {
  return {
    ...offerTerms(order),
    lender,
    borrowers: partiesIn(order.borrowers),
    advanceRate: Number(order.advanceRate),
    maxDays: order.maxDays,
    graceDays: order.graceDays,
    payees: partiesIn(order.payees),
    drawDays: order.drawDays,
  };
}

/** The field that contradicts another, of a loan offer. */
export function loanOfferFault(terms: LoanOfferTerms): string | undefined {
  if (terms.advanceRate === 0) return 'advanceRate';
  return terms.payees.length === 0 && terms.drawDays > 0 ? 'drawDays' : undefined;
}
