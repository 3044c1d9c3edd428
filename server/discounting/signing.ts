import { fixedText } from '../values/fixed-text.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { type OrderParts, signOrder } from '../offers/sign.ts';
import type { NewOrder } from '../offers/store.ts';
import { openSignedQuotes } from './queries.ts';
import { quoteRefusals } from './refusals.ts';
import { QUOTE_ORDER, type QuoteTerms } from './terms.ts';

/** Of one financier in one currency; whoever compares asks the ledger about every one that is open to it. */
const MOST_SIGNED = 200;

/** A quote of the caller's party, signed with its key. */
export async function signQuote(ctx: Context, parts: OrderParts, terms: QuoteTerms): Promise<NewOrder> {
  return {
    ...(await signOrder(parts, ctx.chain, ctx.caller.key, QUOTE_ORDER, terms)),
    kind: 'quote',
    party: terms.financier,
    username: ctx.caller.username,
    named: terms.sellers,
    currency: fixedText(terms.currency),
    expiresAt: terms.expiresAt,
    signedAt: ctx.chain.clock.now(),
    terms,
  };
}

/** Throws `QUOTE_INVALID` where a private quote names nobody, `TOO_MANY_SIGNED` where there are enough already. */
export async function requirePrivate(ctx: Context, { financier, sellers, currency: code }: QuoteTerms): Promise<void> {
  if (sellers.length === 0) throw new DeeptierError(quoteRefusals.QUOTE_INVALID, { field: 'sellers' });
  const currency = fixedText(code);
  const count = await openSignedQuotes(ctx.db, financier, currency, ctx.chain.clock.now());
  if (count < MOST_SIGNED) return;
  throw new DeeptierError(quoteRefusals.TOO_MANY_SIGNED, {
    financier: String(financier),
    count: String(count),
    currency,
    maximum: String(MOST_SIGNED),
  });
}
