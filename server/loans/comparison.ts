import { partiesWithRole } from '../parties/queries.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import { dayNumber, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { blockTimeOf } from '../ledger/block-time.ts';
import { call } from '../ledger/contract-types.ts';
import { bareLots, type NoteLot } from '../discounting/lots.ts';
import { lotsHash } from '../discounting/terms.ts';
import { type LoanOffer, loanOffersFor } from './offers.ts';
import { type LoanUse, useOf } from './offer-resource.ts';
import { loanRefusals as refusals } from './refusals.ts';

/** What a loan comes to, as the ledger says it; amounts in minor units. */
export interface LoanPrice {
  readonly face: bigint;
  readonly principal: bigint;
  readonly fees: bigint;
  readonly received: bigint;
  /** To the due date, if all is drawn today. */
  readonly interest: bigint;
  /** All in, per year, in ppm. */
  readonly cost: bigint;
}

/** What is asked of every lender. */
export interface LoanAsked {
  readonly lots: readonly NoteLot[];
  /** Minor units. */
  readonly principal: bigint;
  readonly dueDate: LedgerDate;
  readonly use: LoanUse | 'either';
}

export interface PricedOffer {
  readonly offer: LoanOffer;
  readonly price: LoanPrice;
}

/** Why a financier does not lend, by one of its offers or for want of any. */
export interface NoLoan {
  readonly financier: number;
  readonly offer: LoanOffer | null;
  readonly refusal: DeeptierError;
}

export interface LoanComparison {
  /** The one that costs least, all in, first; of equal ones the older. */
  readonly offers: readonly PricedOffer[];
  /** Every offer of each financier that has none among the offers. */
  readonly none: readonly NoLoan[];
}

/** A node lends a question the gas of one block; a lot takes about 100,000 to appraise. */
const LOTS_ASKED_AT_ONCE = 200;

/** Puts the loan to every offer that is open to the caller's party, as the borrowing would. */
export async function compareLoans(ctx: Context, asked: LoanAsked): Promise<LoanComparison> {
  const borrower = ctx.caller.party;
  const [all, financiers] = await Promise.all([
    loanOffersFor(ctx.db, borrower, lotsHash(asked.lots), await blockTimeOf(ctx), ctx.asOf),
    partiesWithRole(ctx.db, 'financier', ctx.asOf),
  ]);
  const open = representativeQuotes(all, asked.lots[0]?.payable.currency);
  const wanted = open.filter(({ terms }) => asked.use === 'either' || useOf(terms) === asked.use);
  const appraisals = await appraise(ctx, wanted, borrower, asked);

  const offers = appraisals
    .flatMap(({ offer, answer }) => ('price' in answer ? [{ offer, price: answer.price }] : []))
    .sort(cheapestFirst);
  const lenders = new Set(offers.map(({ offer }) => offer.terms.lender));
  const none = [
    ...appraisals.flatMap(({ offer, answer }) =>
      'refusal' in answer ? [{ financier: offer.terms.lender, offer, refusal: answer.refusal }] : [],
    ),
    ...open
      .filter((offer) => !wanted.includes(offer))
      .map((offer) => ({
        financier: offer.terms.lender,
        offer,
        refusal: new DeeptierError(refusals.USE_DIFFERS, { offered: useOf(offer.terms), wanted: asked.use }),
      })),
    ...financiers
      .filter((financier) => financier !== borrower && !open.some(({ terms }) => terms.lender === financier))
      .map((financier) => ({
        financier,
        offer: null,
        refusal: new DeeptierError(refusals.NO_LOAN_OFFER, { financier: String(financier) }),
      })),
  ];
  return {
    offers,
    none: none
      .filter(({ financier }) => !lenders.has(financier))
      .sort((left, right) => left.financier - right.financier),
  };
}

interface Appraisal {
  readonly offer: LoanOffer;
  readonly answer: { readonly price: LoanPrice } | { readonly refusal: DeeptierError };
}

/** Asks the ledger, offer by offer, what the loan comes to now: the very function that the borrowing runs. */
async function appraise(
  ctx: Context,
  offers: readonly LoanOffer[],
  borrower: number,
  { lots, principal, dueDate }: LoanAsked,
): Promise<Appraisal[]> {
  const perCall = Math.max(1, Math.floor(LOTS_ASKED_AT_ONCE / Math.max(1, lots.length)));
  const chunks = Array.from({ length: Math.ceil(offers.length / perCall) }, (_, place) =>
    offers.slice(place * perCall, (place + 1) * perCall),
  );
  const appraised = await Promise.all(
    chunks.map(async (some) => {
      const answers = await ctx.ledgerClient.ask(
        some.map(({ terms, signature }) =>
          call('LoanOffers', 'appraise', terms, signature, borrower, bareLots(lots), principal, dayNumber(dueDate)),
        ),
      );
      return some.map((offer, place): Appraisal => {
        const answer = answers[place];
        if (!answer) throw new Error(`the loan offer ${offer.hash} was not appraised`);
        return { offer, answer: answer.refusal ? { refusal: answer.refusal } : { price: answer.value } };
      });
    }),
  );
  return appraised.flat();
}

/** Those in the currency of the lots; of a financier that has none, one in another currency, which is the reason then. */
function representativeQuotes(offers: readonly LoanOffer[], currency: string | undefined): LoanOffer[] {
  const code = currency === undefined ? undefined : codeBytes3(currency);
  const inCurrency = offers.filter(({ terms }) => terms.currency === code);
  const covered = new Set(inCurrency.map(({ terms }) => terms.lender));
  return [
    ...inCurrency,
    ...offers.filter(({ terms }) => {
      if (covered.has(terms.lender)) return false;
      covered.add(terms.lender);
      return true;
    }),
  ];
}

function cheapestFirst(left: PricedOffer, right: PricedOffer): number {
  if (left.price.cost !== right.price.cost) return left.price.cost < right.price.cost ? -1 : 1;
  if (left.offer.since !== right.offer.since) return left.offer.since < right.offer.since ? -1 : 1;
  return left.offer.hash < right.offer.hash ? -1 : 1;
}
