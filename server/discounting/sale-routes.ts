// SPDX-License-Identifier: Apache-2.0
import { idFrom } from '../values/ids.ts';
import type { PartyId, PayableId } from '../values/ids.ts';
import { HOLDERS, HOLDER_MAKERS, MEMBERS } from '../access/who.ts';
import { z } from 'zod';
import { visibilityOf } from '../access/visibility.ts';
import { DeeptierError } from '../values/errors.ts';
import { offLedgerRoute, commandRoute, readRoute, type Route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/schemas.ts';
import { currency } from '../values/schemas.ts';
import { receivableRefusals } from '../receivables/refusals.ts';
import { compareOffers } from '../offers/comparison.ts';
import { lotsField, lotsOf } from '../offers/lots.ts';
import { saleAsked } from './asked.ts';
import { quoteId } from './bodies.ts';
import { comparisonResource, presentComparison } from './comparison-resource.ts';
import { recourseWanted } from './recourse.ts';
import { quoteRefusals as refusals } from './refusals.ts';
import { presentSales, saleDone, saleId, saleResource } from './sale-resource.ts';
import { salesPage, visibleSale } from './queries.ts';
import { prepareSale, respondSale, SALE_REFUSALS, saleBody } from './commands.ts';

const comparisonBody = z
  .strictObject({ lots: lotsField, recourse: recourseWanted })
  .meta({ id: 'QuoteComparisonBody' });

const listQuery = z.strictObject({
  side: z
    .enum(['sold', 'bought'])
    .optional()
    .meta({ description: '`sold`: what your party sold; `bought`: what it bought.' }),
  currency: currency.optional(),
  quote: quoteId.optional(),
  ...pageQuery,
});

/** What a sale would come to, and the sale: notes for cash in one step. */
export function saleRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/quote-comparisons',
      access: HOLDERS,
      status: 200,
      summary: 'Compare what every financier pays for your notes',
      description:
        'Nothing is stored and nobody is bound. The ledger prices each quote exactly as it would price a sale, so the answer is what a sale at this moment comes to, ' +
        'or why it would be refused.',
      body: comparisonBody,
      response: comparisonResource,
      idempotency: 'none',
      refusals: [receivableRefusals.NOTE_UNKNOWN],
      async handle(ctx, { body }) {
        const lots = await lotsOf(ctx, body.lots);
        const asked = await saleAsked(ctx, ctx.caller.party, lots, body.recourse);
        return { body: await presentComparison(ctx, lots, await compareOffers(ctx, asked)) };
      },
    }),
    commandRoute({
      method: 'post',
      path: '/v1/sales',
      access: HOLDER_MAKERS,
      status: 201,
      summary: 'Sell notes for cash, in one step',
      description:
        'Under a quote that you name, or under the best one up to the cost you state. Notes and cash change hands in one transaction, or not at all. If the quote no longer ' +
        'stands at that moment, the sale is refused. A financier resells what it bought in the same way.',
      body: saleBody,
      response: saleDone,
      refusals: [...SALE_REFUSALS, refusals.NOBODY_BUYS],
      prepare: (ctx, { body }) => prepareSale(ctx, body),
      respond: respondSale,
    }),
    readRoute({
      path: '/v1/sales',
      access: MEMBERS,
      lookUp: { list: 'sales' },
      refusals: [],
      summary: 'List the sales you may see, the newest first',
      description: 'What your party sold or bought.',
      query: listQuery,
      response: pageOf(saleResource),
      async handle(ctx, { query }) {
        const rows = await salesPage(ctx.db, await visibilityOf(ctx), query, ctx.page, ctx.asOf);
        const { items, next } = ctx.page.of(
          rows,
          ({ id }) => [id.toString()],
          (sale) => sale,
        );
        return { items: await presentSales(ctx, items), next };
      },
    }),
    readRoute({
      path: '/v1/sales/{id}',
      access: MEMBERS,
      lookUp: { one: 'sale' },
      refusals: [refusals.SALE_UNKNOWN],
      summary: 'Show a sale',
      params: z.strictObject({ id: saleId }),
      response: saleResource,
      async handle(ctx, { params }) {
        const sale = await visibleSale(ctx.db, await visibilityOf(ctx), idFrom(params.id), ctx.asOf);
        if (!sale) throw new DeeptierError(refusals.SALE_UNKNOWN, { sale: params.id });
        ctx.shows({ kind: 'sale', subject: params.id, ...lookedAt(sale) });
        const [shown] = await presentSales(ctx, [sale]);
        return shown as z.input<typeof saleResource>;
      },
    }),
  ];
}

/** Whom a look at a sale concerns; the payable is named where it is one. */
function lookedAt({
  seller,
  buyer,
  notes,
}: {
  readonly seller: PartyId;
  readonly buyer: PartyId;
  readonly notes: readonly { payable: PayableId }[];
}) {
  const payables = new Set(notes.map(({ payable }) => payable));
  const [payable] = payables;
  return { parties: [seller, buyer], ...(payables.size === 1 && payable !== undefined ? { payable } : {}) };
}
