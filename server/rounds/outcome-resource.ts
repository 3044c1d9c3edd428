// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { quoteId } from '../discounting/bodies.ts';
import { saleId } from '../discounting/sale-resource.ts';
import type { Context } from '../http/context.ts';
import { reasonOf, reasonResource } from '../offers/comparison-resource.ts';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import { numberedId } from '../values/schemas.ts';
import type { Outcome } from './queries.ts';

export const sellRequestId = numberedId('SellRequestId', 63, 'Number of a sell request.', '5');
export const roundId = numberedId('RoundId', 63, 'Number of a round.', '3');

const fill = z.strictObject({
  sale: saleId.nullable().meta({ description: 'None in a preview.' }),
  quote: quoteId,
  buyer: partyReference,
});

/** What a round made of a request. */
export const outcomeFields = {
  fill: fill.nullable().meta({ description: 'The sale that filled it.' }),
  reason: reasonResource.nullable().meta({ description: 'Why it was not filled.' }),
};

type OutcomeShown = { readonly [Field in keyof typeof outcomeFields]: z.input<(typeof outcomeFields)[Field]> };

/** Makes the answer of each of the outcomes: whom it was sold to, or why not. */
export async function outcomePresenter(
  ctx: Pick<Context, 'db' | 'asOf' | 'ledgerClient'>,
  outcomes: readonly Outcome[],
): Promise<(outcome: Outcome) => OutcomeShown> {
  const names = await partyNames(
    ctx.db,
    outcomes.flatMap(({ fill: filled }) => filled?.buyer ?? []),
    ctx.asOf,
  );
  return ({ fill: filled, reason }) =>
    reason === null
      ? {
          fill: { sale: filled.sale?.toString() ?? null, quote: filled.quote, buyer: referenceTo(filled.buyer, names) },
          reason: null,
        }
      : { fill: null, reason: reasonOf(ctx.ledgerClient.refusalIn(reason)) };
}
