// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { offerListQuery } from '../offers/fields.ts';
import { offerRoutes } from '../offers/routes.ts';
import type { OrderParts } from '../offers/sign.ts';
import { partyId } from '../values/ids.ts';
import { loanOfferBody, loanOfferChange, loanOfferFault, loanOfferId, type LoanOfferOrder, termsOf } from './bodies.ts';
import { loanOfferResource, presentLoanOffers } from './offer-resource.ts';
import { LOAN_OFFER } from './terms.ts';

/** What financiers lend: published for everybody, or signed for some. */
export function loanOfferRoutes(parts: OrderParts): readonly Route[] {
  return offerRoutes(
    {
      type: LOAN_OFFER,
      path: '/v1/loan-offers',
      name: 'loan offer',
      takersField: 'borrowers',
      summaries: {
        make: 'Offer to lend against notes',
        withdraw: 'Withdraw a loan offer, immediately and permanently',
      },
      use: 'borrow under it',
      id: loanOfferId,
      newBody: loanOfferBody,
      changeBody: loanOfferChange,
      query: z.strictObject({ lender: partyId.optional(), ...offerListQuery }),
      resource: loanOfferResource,
      filterOf: ({ lender, currency, visibility, status }) => ({ by: lender, currency, visibility, status }),
      termsOf: (lender, order: LoanOfferOrder) => termsOf(lender, order),
      faultOf: loanOfferFault,
      present: presentLoanOffers,
    },
    parts,
  );
}
