import { partiesWithRole } from '../parties/queries.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { appraise, type Price } from './appraisal.ts';
import type { RecourseWanted } from './bodies.ts';
import { type Quote, quotesFor } from './queries.ts';
import { quoteRefusals as refusals } from './refusals.ts';
import { recourseOf } from './resource.ts';
import { lotsHash } from './terms.ts';
import type { NoteLot } from './lots.ts';

/** What a quote pays for the lots. */
export interface Offer {
  readonly quote: Quote;
  readonly price: Price;
}

/** Why a financier does not buy, by one of its quotes or for want of any. */
export interface NoOffer {
  readonly financier: number;
  readonly quote: Quote | null;
  readonly refusal: DeeptierError;
}

export interface Comparison {
  /** The one that leaves most to the seller first; of equal ones the older. */
  readonly offers: readonly Offer[];
  /** Every quote of each financier that has none among the offers. */
  readonly none: readonly NoOffer[];
}

/** Puts the lots to every quote that is open to the caller's party, as a sale would. */
export async function compare(ctx: Context, lots: readonly NoteLot[], recourse: RecourseWanted): Promise<Comparison> {
  const seller = ctx.caller.party;
  const [all, financiers] = await Promise.all([
    quotesFor(ctx.db, seller, lotsHash(lots), await blockTimeOf(ctx), ctx.asOf),
    partiesWithRole(ctx.db, 'financier', ctx.asOf),
  ]);
  const quotes = representativeQuotes(all, lots[0]?.payable.currency);
  const wanted = quotes.filter(({ terms }) => recourse === 'either' || recourseOf(terms) === recourse);
  const appraisals = await appraise(ctx, wanted, seller, lots);

  const offers = appraisals.flatMap(({ quote, price }) => (price ? [{ quote, price }] : [])).sort(bestFirst);
  const buyers = new Set(offers.map(({ quote }) => quote.terms.financier));
  const none = [
    ...appraisals.flatMap(({ quote, refusal }) =>
      refusal ? [{ financier: quote.terms.financier, quote, refusal }] : [],
    ),
    ...quotes
      .filter((quote) => !wanted.includes(quote))
      .map((quote) => ({
        financier: quote.terms.financier,
        quote,
        refusal: new DeeptierError(refusals.RECOURSE_DIFFERS, { quoted: recourseOf(quote.terms), wanted: recourse }),
      })),
    ...financiers
      .filter((financier) => financier !== seller && !quotes.some(({ terms }) => terms.financier === financier))
      .map((financier) => ({
        financier,
        quote: null,
        refusal: new DeeptierError(refusals.NO_QUOTE, { financier: String(financier) }),
      })),
  ];
  return {
    offers,
    none: none
      .filter(({ financier }) => !buyers.has(financier))
      .sort((left, right) => left.financier - right.financier),
  };
}

/** The offer with the lowest all-in cost, the oldest of equal ones; undefined where there is none. */
export function cheapestOf(offers: readonly Offer[]): Offer | undefined {
  return offers.reduce<Offer | undefined>(
    (best, offer) => (best === undefined || offer.price.costKey < best.price.costKey ? offer : best),
    undefined,
  );
}

/** Those in the currency of the lots; of a financier that has none, one in another currency, which is the reason then. */
function representativeQuotes(quotes: readonly Quote[], currency: string | undefined): Quote[] {
  const code = currency === undefined ? undefined : codeBytes3(currency);
  const inCurrency = quotes.filter(({ terms }) => terms.currency === code);
  const covered = new Set(inCurrency.map(({ terms }) => terms.financier));
  return [
    ...inCurrency,
    ...quotes.filter(({ terms }) => {
      if (covered.has(terms.financier)) return false;
      covered.add(terms.financier);
      return true;
    }),
  ];
}

/** Quotes come oldest first, and of equal offers stay so. */
function bestFirst(left: Offer, right: Offer): number {
  return Number(right.price.received > left.price.received) - Number(right.price.received < left.price.received);
}
