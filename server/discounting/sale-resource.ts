// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { partyNames } from '../parties/queries.ts';
import { partyReference, referenceTo } from '../parties/schemas.ts';
import type { Context } from '../http/context.ts';
import { amount, amountOrZero, currency, hash32, instant, ledgerDateText, numberedId } from '../values/schemas.ts';
import { noteId, payableId } from '../values/ids.ts';
import { instantOf } from '../ledger/block-time.ts';
import { referenceShown, referenceText } from '../values/references.ts';
import { cashAmount } from '../settlement/schemas.ts';
import { allInCostOf } from '../pricing/costs.ts';
import { ppmOf } from '../pricing/rate.ts';
import { quoteId } from './bodies.ts';
import { priceFields, priceView } from './comparison-resource.ts';
import { recourseOf, recourseWord } from './recourse.ts';
import type { Sale } from './queries.ts';

export const saleId = numberedId('SaleId', 63, 'Number of a sale.', '12');

export const saleResource = z
  .strictObject({
    id: saleId,
    seller: partyReference,
    buyer: partyReference,
    quote: quoteId,
    currency,
    recourse: recourseWord,
    face: amount.meta({ description: 'Of all notes sold together.', example: '12345678' }),
    ...priceFields,
    feesTo: partyReference.meta({ description: 'Who received the fees; the buyer where it keeps them.' }),
    notes: z.array(
      z.strictObject({
        note: noteId.meta({ description: 'The note that the buyer received.' }),
        from: noteId.meta({ description: 'The note of the seller that it was cut from.' }),
        payable: payableId,
        obligor: partyReference,
        amount,
        discount: amountOrZero.meta({ description: 'Its share of the discount; the shares add up to it.' }),
        dueDate: ledgerDateText,
        days: z.int().meta({ description: 'Calendar days from the sale to the due date.' }),
      }),
    ),
    soldAt: instant,
    transaction: hash32,
    reference: referenceShown,
  })
  .meta({ id: 'Sale', description: 'Notes that changed hands for cash, both in one transaction.' });

/** What the seller is answered. */
export const saleDone = saleResource
  .extend({
    balance: cashAmount.meta({
      description: 'Your balance in that currency after the sale, in minor units.',
      example: '12141398',
    }),
  })
  .meta({ id: 'SaleDone', description: 'The sale, and your balance after it.' });

export async function presentSales(
  { db, asOf }: Pick<Context, 'db' | 'asOf'>,
  sales: readonly Sale[],
): Promise<z.input<typeof saleResource>[]> {
  const names = await partyNames(
    db,
    sales.flatMap(({ seller, buyer, feeTo, notes }) => [seller, buyer, feeTo, ...notes.map(({ obligor }) => obligor)]),
    asOf,
  );
  return sales.map((sale) => ({
    id: sale.id.toString(),
    seller: referenceTo(sale.seller, names),
    buyer: referenceTo(sale.buyer, names),
    quote: sale.quote,
    currency: sale.currency,
    recourse: recourseOf(sale),
    face: sale.face.toString(),
    ...priceView({ ...sale, cost: costOf(sale) }),
    feesTo: referenceTo(sale.feeTo, names),
    notes: sale.notes.map(({ note, from, payable, obligor, units, discount, dueDate, daysLeft }) => ({
      note: note.toString(),
      from: from.toString(),
      payable: payable.toString(),
      obligor: referenceTo(obligor, names),
      amount: units.toString(),
      discount: discount.toString(),
      dueDate,
      days: daysLeft,
    })),
    soldAt: instantOf(sale.soldAt),
    transaction: sale.soldTx,
    reference: referenceText(sale.reference),
  }));
}

function costOf({ notes, received }: Sale): bigint | undefined {
  const cost = allInCostOf(
    notes.map(({ units, daysLeft }) => ({ face: units, days: daysLeft })),
    received,
  );
  return cost && ppmOf(cost);
}
