// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { textBytes32 } from '../values/fixed-text.ts';
import type { Context } from '../http/context.ts';
import type { Done, Made, Prepared } from '../http/route.ts';
import { referenceField } from '../values/references.ts';
import { balanceOf } from '../settlement/queries.ts';
import { pricingRefusals } from '../pricing/refusals.ts';
import { TAKING_REFUSALS } from '../offers/taking.ts';
import { findOffer } from '../offers/find.ts';
import { bestOffer } from '../offers/comparison.ts';
import { HIGHEST_COST, maxCostField } from '../offers/fields.ts';
import { bareLots, lotsField, lotsOf, type NoteLot } from '../offers/lots.ts';
import { saleAsked } from './asked.ts';
import { quoteId } from './bodies.ts';
import { recourseTaken } from './recourse.ts';
import { quoteRefusals as refusals } from './refusals.ts';
import type { Quote } from './resource.ts';
import { presentSales, type saleDone, type saleResource } from './sale-resource.ts';
import { call, eventOf } from '../ledger/contract-types.ts';
import { saleById } from './queries.ts';
import { QUOTE } from './terms.ts';

export const ownReference = referenceField('Your own reference of the sale.', 'SALE-2026-031').optional();

const underOne = z
  .strictObject({ lots: lotsField, quote: quoteId, maxCost: maxCostField.optional(), reference: ownReference })
  .meta({ id: 'SaleUnderQuote', description: 'Under the quote that you name.' });

const underBest = z
  .strictObject({
    lots: lotsField,
    best: z.literal(true).meta({ description: 'Under the quote that costs least, all in; the oldest of equal ones.' }),
    maxCost: maxCostField,
    recourse: recourseTaken,
    reference: ownReference,
  })
  .meta({ id: 'SaleUnderBest', description: 'Under the best quote, if it costs no more than you state.' });

export const saleBody = z.union([underBest, underOne]).meta({ id: 'SaleBody' });

/** What the ledger, or nobody but the gateway, may have against a sale; {appraise} and a sale refuse alike. */
export const SALE_REFUSALS = [
  ...TAKING_REFUSALS,
  refusals.QUOTE_UNKNOWN,
  refusals.TENOR_OUT_OF_RANGE,
  refusals.BELOW_QUOTED_MINIMUM,
  refusals.RECOURSE_NOT_ALLOWED,
  pricingRefusals.DISCOUNT_ABOVE_FACE,
  pricingRefusals.FEES_ABOVE_PROCEEDS,
];

/** A sale under the quote the seller names, or under the best there is. */
export async function prepareSale(ctx: Context, body: z.output<typeof saleBody>): Promise<Prepared> {
  const lots = await lotsOf(ctx, body.lots);
  if ('quote' in body) return sellUnder(await findOffer(ctx, QUOTE, body.quote), lots, body);
  const asked = await saleAsked(ctx, ctx.caller.party, lots, body.recourse);
  return sellUnder(await bestOffer(ctx, asked, body.maxCost), lots, body);
}

export function sellUnder(
  quote: Quote,
  lots: readonly NoteLot[],
  { maxCost, reference }: { readonly maxCost?: string | undefined; readonly reference?: string | undefined },
): Prepared {
  const most = Number(maxCost ?? HIGHEST_COST);
  return {
    calls: [call('Discounting', 'sell', quote.terms, quote.signature, bareLots(lots), most, textBytes32(reference))],
  };
}

/** The sale an operation made, as its seller is answered. */
export async function respondSale(ctx: Context, { events }: Done): Promise<Made<z.input<typeof saleDone>>> {
  const { sale: id } = eventOf(events, 'Discounting.NotesSold').args;
  const sale = await saleById(ctx.db, id, ctx.asOf);
  if (!sale) throw new Error(`the ledger sold notes in sale ${id}, which is not there`);
  const [shown] = await presentSales(ctx, [sale]);
  const balance = await balanceOf(ctx.db, sale.currency, sale.seller, ctx.asOf);
  return {
    body: { ...(shown as z.input<typeof saleResource>), balance: balance.toString() },
    location: `/v1/sales/${sale.id}`,
  };
}
