// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { offerListQuery } from '../offers/fields.ts';
import { offerRoutes } from '../offers/routes.ts';
import type { OrderParts } from '../offers/sign.ts';
import { partyId } from '../values/ids.ts';
import { newQuoteBody, quoteBody, quoteFault, quoteId, type QuoteOrder, standingTerms } from './bodies.ts';
import { presentQuotes, quoteResource } from './resource.ts';
import { QUOTE } from './terms.ts';

/** Standing quotes: published for everybody, or signed for some. */
export function quoteRoutes(parts: OrderParts): readonly Route[] {
  return offerRoutes(
    {
      type: QUOTE,
      path: '/v1/quotes',
      name: 'quote',
      takersField: 'sellers',
      summaries: { make: 'Make a standing quote', withdraw: 'Withdraw a quote, immediately and permanently' },
      use: 'sell under it',
      id: quoteId,
      newBody: newQuoteBody,
      changeBody: quoteBody,
      query: z.strictObject({ financier: partyId.optional(), ...offerListQuery }),
      resource: quoteResource,
      filterOf: ({ financier, currency, visibility, status }) => ({ by: financier, currency, visibility, status }),
      termsOf: (financier, order: QuoteOrder) => standingTerms(financier, order),
      faultOf: quoteFault,
      present: presentQuotes,
    },
    parts,
  );
}
