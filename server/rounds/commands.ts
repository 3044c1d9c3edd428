// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { noteId, partyId, type SellRequestId } from '../values/ids.ts';
import { codeBytes3, textBytes32 } from '../values/fixed-text.ts';
import type { Contracts } from '../ledger/contracts.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { amount, currency, instant } from '../values/schemas.ts';
import { mostGas } from '../ledger/instructions/batch.ts';
import { call, type Call, type CallOf } from '../ledger/contract-types.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { referenceField } from '../values/references.ts';
import { QUOTE, type QuoteTerms } from '../discounting/terms.ts';
import { maxCostField } from '../offers/fields.ts';
import { lotsOf, type NoteLot } from '../offers/lots.ts';
import { offersByHash } from '../offers/queries.ts';
import { hasExpiredRequests } from './queries.ts';
import { roundRefusals as refusals } from './refusals.ts';

/** The place of quotes in `OfferKind` of `IOfferBook.sol`. */
const QUOTE_KIND = 0;

export const RECOURSE_TAKEN = ['without', 'either'] as const;

export const sellRequestBody = z
  .strictObject({
    note: noteId,
    amount: amount
      .optional()
      .meta({
        description: 'Minor units of it; the whole note if absent. It is sold all at once or not at all.',
        example: '4115226',
      }),
    maxCost: maxCostField,
    recourse: z
      .enum(RECOURSE_TAKEN)
      .default('without')
      .meta({ description: '`either`: quotes with recourse are accepted too.', example: 'without' }),
    expiresAt: instant.meta({ description: 'When the request expires.' }),
    reference: referenceField('Your own reference of the sale.', 'SALE-2026-031').optional(),
  })
  .meta({ id: 'SellRequestBody' });

export const roundBody = z
  .strictObject({ obligor: partyId.meta({ description: 'Whose promises are to be matched.' }), currency })
  .meta({ id: 'RoundBody' });

/** Puts a lot up for sale; where a request in the book has expired, its place is made free first. */
export async function placeRequest(ctx: Context, body: z.output<typeof sellRequestBody>): Promise<Call[]> {
  const [{ note, units, payable }] = (await lotsOf(ctx, [{ note: body.note, amount: body.amount }])) as [NoteLot];
  const expiresAt = Math.max(0, Math.floor(Date.parse(body.expiresAt) / 1000));
  const placing = call(
    'SaleRounds',
    'placeRequest',
    { note, units },
    Number(body.maxCost),
    body.recourse === 'either',
    expiresAt,
    textBytes32(body.reference),
  );
  const sweeps = await hasExpiredRequests(ctx.db, payable.obligor, payable.currency, await blockTimeOf(ctx), ctx.asOf);
  return sweeps ? [call('SaleRounds', 'sweep', payable.obligor, codeBytes3(payable.currency)), placing] : [placing];
}

export function withdrawRequest(id: SellRequestId): Call {
  return call('SaleRounds', 'withdraw', id);
}

/**
 * A round of the book with all quotes that are published now, with as much gas as an instruction can have: it needs more
 * than was rehearsed where more of it fits by then. Throws `QUOTES_INCOMPLETE` while a quote has not reached the tables.
 */
export async function matchRound(
  ctx: Context,
  contracts: Contracts,
  { obligor, currency: code }: z.output<typeof roundBody>,
): Promise<CallOf<'SaleRounds', 'matchRound'>> {
  const round = call('SaleRounds', 'matchRound', Number(obligor), codeBytes3(code), await publishedTerms(ctx, code));
  const { data } = contracts.encode(round);
  return { ...round, gas: mostGas((data.length - 2) / 2) };
}

async function publishedTerms(ctx: Context, code: string): Promise<QuoteTerms[]> {
  const [answer] = await ctx.ledgerClient.ask([call('OfferBook', 'openOffers', QUOTE_KIND, codeBytes3(code))]);
  if (answer.refusal) throw answer.refusal;
  const hashes = answer.value;
  const known = await offersByHash(ctx.db, QUOTE, hashes, ctx.asOf);
  return hashes.map((hash) => {
    const quote = known.get(hash);
    if (!quote) throw new DeeptierError(refusals.QUOTES_INCOMPLETE, { currency: code, count: String(hashes.length) });
    return quote.terms;
  });
}
