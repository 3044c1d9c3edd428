import { visibilityOf } from '../audit/visibility.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { type Quote, visibleQuote } from './queries.ts';
import { quoteRefusals } from './refusals.ts';

/** A quote that the caller may see. Throws `QUOTE_UNKNOWN`, just as if there were none. */
export async function findQuote(ctx: Context, hash: string): Promise<Quote> {
  const quote = await visibleQuote(ctx.db, await visibilityOf(ctx), hash, ctx.asOf);
  if (!quote) throw new DeeptierError(quoteRefusals.QUOTE_UNKNOWN, { quote: hash });
  return quote;
}

/** A quote of the caller's party, or of one that it succeeded. Throws `QUOTE_UNKNOWN`, `NOT_THE_QUOTER`. */
export async function ownQuote(ctx: Context, hash: string): Promise<Quote> {
  const visibility = await visibilityOf(ctx);
  const quote = await findQuote(ctx, hash);
  const { financier } = quote.terms;
  if (visibility.kind === 'own' && visibility.parties.has(financier)) return quote;
  throw new DeeptierError(quoteRefusals.NOT_THE_QUOTER, {
    quote: hash,
    financier: String(financier),
    caller: String(ctx.caller.party),
  });
}
