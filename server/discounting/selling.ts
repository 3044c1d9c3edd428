import { z } from 'zod';
import { textBytes32 } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import type { Done, Made, Prepared } from '../http/route.ts';
import { decimalPattern, maximumOf } from '../values/schemas.ts';
import { documentRefusals } from '../documents/refusals.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { referenceField } from '../values/references.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { balanceOf } from '../settlement/queries.ts';
import { settlementRefusals } from '../settlement/refusals.ts';
import { limitRefusals } from '../exposure/refusals.ts';
import { pricingRefusals } from '../pricing/refusals.ts';
import { bestOffer } from './best.ts';
import { recourseTaken } from './bodies.ts';
import { compare } from './comparison.ts';
import { findQuote } from './find.ts';
import { bareLots, lotsField, lotsOf, type NoteLot } from './lots.ts';
import type { Quote } from './queries.ts';
import { quoteRefusals as refusals } from './refusals.ts';
import { quoteId } from './resource.ts';
import { presentSales, type saleDone, type saleResource } from './sale-resource.ts';
import { call, eventOf } from '../ledger/contract-types.ts';
import { saleById } from './sales.ts';

const HIGHEST_COST = maximumOf(32);

export const maxCostField = z
  .string()
  .regex(decimalPattern('0', HIGHEST_COST), `must be whole parts per million from 0 to ${HIGHEST_COST}, as a string`)
  .meta({
    description:
      'The most you pay, all in: discount and fees over what you receive, per year in ppm on ACT/365F. "42000" is 4.2 %.',
    example: '42000',
  });

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
  .meta({ id: 'SaleUnderBest', description: 'Under the best quote there is, if it costs no more than you say.' });

export const saleBody = z.union([underBest, underOne]).meta({ id: 'SaleBody' });

/** What the ledger, or nobody but the gateway, may have against a sale; {appraise} and a sale refuse alike. */
export const SALE_REFUSALS = [
  receivableRefusals.NOTE_UNKNOWN,
  refusals.QUOTE_UNKNOWN,
  refusals.LOT_COUNT,
  refusals.LOTS_OUT_OF_ORDER,
  refusals.NOT_THE_SELLER,
  refusals.QUOTE_IS_PULLED,
  refusals.QUOTE_EXPIRED,
  refusals.QUOTE_NOT_SIGNED,
  refusals.QUOTE_INVALID,
  refusals.SELLER_NOT_NAMED,
  refusals.SALE_TO_SELF,
  refusals.LOTS_DIFFER,
  refusals.QUOTE_CURRENCY_DIFFERS,
  refusals.OBLIGOR_NOT_BOUGHT,
  refusals.TENOR_OUT_OF_RANGE,
  refusals.BELOW_QUOTED_MINIMUM,
  refusals.CAPACITY_EXCEEDED,
  refusals.RECOURSE_NOT_ALLOWED,
  refusals.DOCUMENT_IS_OVERDRAWN,
  refusals.FINANCED_TOO_OFTEN,
  refusals.CASH_TOO_LOW,
  refusals.COST_ABOVE_LIMIT,
  pricingRefusals.DISCOUNT_ABOVE_FACE,
  pricingRefusals.FEES_ABOVE_PROCEEDS,
  settlementRefusals.CASH_UNKNOWN,
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

/** A sale under the quote the seller names, or under the best there is. */
export async function prepareSale(ctx: Context, body: z.output<typeof saleBody>): Promise<Prepared> {
  const lots = await lotsOf(ctx, body.lots);
  if ('quote' in body) return sellUnder(await findQuote(ctx, body.quote), lots, body);
  const best = await bestOffer(ctx, lots, body.recourse);
  if (!best) {
    const { none } = await compare(ctx, lots, body.recourse);
    throw new DeeptierError(refusals.NOBODY_BUYS, {
      reasons: none.map(({ financier, refusal }) => `${financier}: ${refusal.code}`),
    });
  }
  if (best.price.cost > BigInt(body.maxCost)) {
    throw new DeeptierError(refusals.COST_ABOVE_LIMIT, { cost: best.price.cost.toString(), maximum: body.maxCost });
  }
  return sellUnder(best.quote, lots, body);
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
