// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Context } from '../http/context.ts';
import { wholePpm } from '../offers/fields.ts';
import type { Offer } from '../offers/queries.ts';
import { offerShown, presentOffers } from '../offers/resource.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { loanOfferId } from './bodies.ts';
import { LOAN_OFFER, type LoanOfferTerms } from './terms.ts';
import { useField, useOf } from './use.ts';

export type LoanOffer = Offer<LoanOfferTerms>;

export const loanOfferResource = z
  .strictObject({
    id: loanOfferId,
    lender: partyReference,
    ...offerShown({ verb: 'takes', unit: 'Principal', used: 'lent', of: 'principal', once: 'loan' }),
    borrowers: z.array(partyReference).meta({ description: 'To whom it is open; empty for everyone.' }),
    advanceRate: wholePpm('Most principal, of the face of the collateral, in parts per million.', '800000'),
    maxDays: z.int().meta({ description: 'Most calendar days from the loan to its due date.' }),
    graceDays: z
      .int()
      .meta({ description: 'Calendar days after the due date before the lender may take the collateral.' }),
    use: useField,
    payees: z
      .array(partyReference)
      .meta({ description: 'The only parties whom the money may reach; empty for free use.' }),
    drawDays: z.int().meta({ description: 'Calendar days in which it may be drawn for them.' }),
  })
  .meta({ id: 'LoanOffer', description: 'What a financier lends against notes, and on which terms.' });

export type LoanOfferResource = z.input<typeof loanOfferResource>;

export async function presentLoanOffers(
  ctx: Pick<Context, 'db' | 'asOf' | 'chain'>,
  offers: readonly LoanOffer[],
): Promise<LoanOfferResource[]> {
  return presentOffers(ctx, LOAN_OFFER, offers, ({ hash, terms }, shared, names) => ({
    id: hash,
    lender: referenceTo(terms.lender, names),
    ...shared,
    borrowers: terms.borrowers.map((party) => referenceTo(party, names)),
    advanceRate: String(terms.advanceRate),
    maxDays: terms.maxDays,
    graceDays: terms.graceDays,
    use: useOf(terms),
    payees: terms.payees.map((party) => referenceTo(party, names)),
    drawDays: terms.drawDays,
  }));
}
