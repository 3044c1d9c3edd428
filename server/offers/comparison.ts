// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import { partiesOf, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import type { LedgerClient, ViewAnswer } from '../ledger/client.ts';
import { partiesWithRole } from '../parties/queries.ts';
import { DeeptierError, type Refusal } from '../values/errors.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import type { Rational } from '../values/rational.ts';
import { lotsHash, type NoteLot } from './lots.ts';
import { type Offer, offersFor } from './queries.ts';
import { offerRefusals } from './refusals.ts';
import type { OfferTerms, OfferType } from './terms.ts';

/** How dear a price is, as the ledger says it. */
export interface Cost {
  /** All in, per year, in ppm. */
  readonly cost: bigint;
  /** The same at full precision, to put prices in order. */
  readonly costKey: bigint;
}

/** What the caller's party asks of every financier, and how the ledger is asked of it. */
export interface Asked<Terms extends OfferTerms, Price extends Cost> {
  readonly type: OfferType<Terms>;
  readonly lots: readonly NoteLot[];
  /** What the ledger makes of some offers: the very function that is run when one is taken. */
  appraise(client: LedgerClient, offers: readonly Offer<Terms>[]): Promise<readonly ViewAnswer<Price>[]>;
  /** Why terms are not what is asked for, which the ledger cannot know. */
  unwanted(terms: Terms): DeeptierError | undefined;
  /** What the lots cost by these terms, all in; undefined where nothing would be received. */
  costUnder(terms: Terms): Rational | undefined;
  /** No financier takes it; of `{reasons}`. */
  readonly nobody: Refusal;
}

/** An offer and what it comes to. */
export interface Priced<Terms extends OfferTerms, Price extends Cost> {
  readonly offer: Offer<Terms>;
  readonly price: Price;
  readonly refusal?: undefined;
}

/** Why a financier takes nothing, by one of its offers or for want of any. */
export interface Unpriced<Terms extends OfferTerms> {
  readonly financier: PartyId;
  readonly offer: Offer<Terms> | null;
  readonly refusal: DeeptierError;
}

export interface Comparison<Terms extends OfferTerms, Price extends Cost> {
  /** The one that costs least, all in, first; of equal ones the older. */
  readonly offers: readonly Priced<Terms, Price>[];
  /** Every offer of each financier that has none among the offers. */
  readonly none: readonly Unpriced<Terms>[];
}

/** A node lends a question the gas of one block; a lot takes about 100,000 to appraise. */
const LOTS_ASKED_AT_ONCE = 200;
/** How many of the cheapest offers the ledger is asked of at once. */
const BEST_ASKED_AT_ONCE = 4;

/** Puts what is asked to every offer that is open to the caller's party, just as taking it would. */
export async function compareOffers<Terms extends OfferTerms, Price extends Cost>(
  ctx: Context,
  asked: Asked<Terms, Price>,
): Promise<Comparison<Terms, Price>> {
  const taker = ctx.caller.party;
  const [all, financiers] = await Promise.all([openOffers(ctx, asked), partiesWithRole(ctx.db, 'financier', ctx.asOf)]);
  const offers = representativeOffers(all, currencyOf(asked));
  const unwanted = offers.flatMap((offer) => {
    const refusal = asked.unwanted(offer.terms);
    return refusal ? [{ financier: offer.by, offer, refusal }] : [];
  });
  const wanted = offers.filter((offer) => !unwanted.some((other) => other.offer === offer));
  const appraisals = await appraise(ctx, asked, wanted);

  const priced = appraisals.filter((appraisal) => appraisal.refusal === undefined).sort(cheapestFirst);
  const takers = new Set(priced.map(({ offer }) => offer.by));
  const none: Unpriced<Terms>[] = [
    ...appraisals.flatMap(({ offer, refusal }) => (refusal ? [{ financier: offer.by, offer, refusal }] : [])),
    ...unwanted,
    ...financiers
      .filter((financier) => financier !== taker && !offers.some(({ by }) => by === financier))
      .map((financier) => ({
        financier,
        offer: null,
        refusal: new DeeptierError(asked.type.none, { financier: String(financier) }),
      })),
  ];
  return {
    offers: priced,
    none: none
      .filter(({ financier }) => !takers.has(financier))
      .sort((left, right) => Number(left.financier - right.financier)),
  };
}

/**
 * The offer that costs least, all in; the oldest of equal ones. Offers are put in the order of what they come to by their own
 * terms, and the ledger is asked in that order until one takes the lots: it has the last word, and most need not be asked.
 * Throws what nobody takes it for, or `COST_ABOVE_LIMIT`.
 */
export async function bestOffer<Terms extends OfferTerms, Price extends Cost>(
  ctx: Context,
  asked: Asked<Terms, Price>,
  maxCost: string,
): Promise<Offer<Terms>> {
  const currency = currencyOf(asked);
  const wanted = (await openOffers(ctx, asked)).filter(
    ({ terms }) => terms.currency === currency && asked.unwanted(terms) === undefined,
  );
  const ranked = cheapestByTerms(asked, wanted);
  for (let first = 0; first < ranked.length; first += BEST_ASKED_AT_ONCE) {
    const appraisals = await appraise(ctx, asked, ranked.slice(first, first + BEST_ASKED_AT_ONCE));
    const [best] = appraisals.filter((appraisal) => appraisal.refusal === undefined).sort(cheapestFirst);
    if (!best) continue;
    if (best.price.cost <= BigInt(maxCost)) return best.offer;
    throw new DeeptierError(offerRefusals.COST_ABOVE_LIMIT, { cost: best.price.cost.toString(), maximum: maxCost });
  }
  const { none } = await compareOffers(ctx, asked);
  throw new DeeptierError(asked.nobody, {
    reasons: none.map(({ financier, refusal }) => `${financier}: ${refusal.code}`),
  });
}

type Appraisal<Terms extends OfferTerms, Price extends Cost> =
  Priced<Terms, Price> | { readonly offer: Offer<Terms>; readonly price?: undefined; readonly refusal: DeeptierError };

/** Asks the ledger, offer by offer, what the lots come to now. */
export async function appraise<Terms extends OfferTerms, Price extends Cost>(
  ctx: Pick<Context, 'ledgerClient'>,
  asked: Pick<Asked<Terms, Price>, 'lots' | 'appraise'>,
  offers: readonly Offer<Terms>[],
): Promise<Appraisal<Terms, Price>[]> {
  const perCall = Math.max(1, Math.floor(LOTS_ASKED_AT_ONCE / Math.max(1, asked.lots.length)));
  const chunks = Array.from({ length: Math.ceil(offers.length / perCall) }, (_, place) =>
    offers.slice(place * perCall, (place + 1) * perCall),
  );
  const appraised = await Promise.all(
    chunks.map(async (some) => {
      const answers = await asked.appraise(ctx.ledgerClient, some);
      return some.map((offer, place): Appraisal<Terms, Price> => {
        const answer = answers[place];
        if (!answer) throw new Error(`the offer ${offer.hash} was not appraised`);
        return answer.refusal ? { offer, refusal: answer.refusal } : { offer, price: answer.value };
      });
    }),
  );
  return appraised.flat();
}

/** Those that the caller's party may take for the lots now, the oldest first. */
async function openOffers<Terms extends OfferTerms, Price extends Cost>(
  ctx: Context,
  { type, lots }: Asked<Terms, Price>,
): Promise<Offer<Terms>[]> {
  const numbers = partiesOf(await visibilityOf(ctx));
  return offersFor(ctx.db, type, numbers, lotsHash(lots), await blockTimeOf(ctx), ctx.asOf);
}

function currencyOf({ lots }: { readonly lots: readonly NoteLot[] }): string | undefined {
  const currency = lots[0]?.payable.currency;
  return currency === undefined ? undefined : codeBytes3(currency);
}

/** Those in the currency of the lots; of a financier that has none, one in another currency, which is the reason then. */
function representativeOffers<Terms extends OfferTerms>(
  offers: readonly Offer<Terms>[],
  currency: string | undefined,
): Offer<Terms>[] {
  const inCurrency = offers.filter(({ terms }) => terms.currency === currency);
  const covered = new Set(inCurrency.map(({ by }) => by));
  return [
    ...inCurrency,
    ...offers.filter(({ by }) => {
      if (covered.has(by)) return false;
      covered.add(by);
      return true;
    }),
  ];
}

/** The offers that come to a price at all, by all-in cost; of equal ones as they came. */
function cheapestByTerms<Terms extends OfferTerms, Price extends Cost>(
  { costUnder }: Asked<Terms, Price>,
  offers: readonly Offer<Terms>[],
): Offer<Terms>[] {
  return offers
    .flatMap((offer) => {
      const cost = costUnder(offer.terms);
      return cost ? [{ offer, cost }] : [];
    })
    .sort((left, right) => compareRational(left.cost, right.cost))
    .map(({ offer }) => offer);
}

/** Offers come oldest first, and of equal prices stay so. */
function cheapestFirst<Terms extends OfferTerms, Price extends Cost>(
  left: Priced<Terms, Price>,
  right: Priced<Terms, Price>,
): number {
  return Number(left.price.costKey > right.price.costKey) - Number(left.price.costKey < right.price.costKey);
}

function compareRational(left: Rational, right: Rational): number {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
