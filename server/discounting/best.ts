import { daysBetween, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import { codeBytes3 } from '../values/fixed-text.ts';
import type { Context } from '../http/context.ts';
import { dateAt, blockTimeOf } from '../ledger/block-time.ts';
import { allInCostOf, feesOn } from '../pricing/costs.ts';
import { countDays } from '../values/day-count.ts';
import { DISCOUNT_METHODS, discountOf } from '../pricing/discount.ts';
import { rational, type Rational } from '../values/rational.ts';
import { appraise } from './appraisal.ts';
import type { RecourseWanted } from './bodies.ts';
import { cheapestOf, type Offer } from './comparison.ts';
import { faceOf, type NoteLot } from './lots.ts';
import { type Quote, quotesFor } from './queries.ts';
import { dayCountOf, recourseOf } from './resource.ts';
import { lotsHash, type QuoteTerms } from './terms.ts';

const MILLION = 1_000_000n;
const ASKED_AT_ONCE = 4;

/**
 * The offer that costs least, all in; the oldest of equal ones. Quotes are put in the order of what they come to by their own
 * terms, and the ledger is asked in that order until one buys: it has the last word, and most quotes need not be asked.
 */
export async function bestOffer(
  ctx: Context,
  lots: readonly NoteLot[],
  recourse: RecourseWanted,
): Promise<Offer | undefined> {
  const moment = await blockTimeOf(ctx);
  const currency = codeBytes3(lots[0]?.payable.currency ?? '');
  const quotes = (await quotesFor(ctx.db, ctx.caller.party, lotsHash(lots), moment, ctx.asOf)).filter(
    ({ terms }) => terms.currency === currency && (recourse === 'either' || recourseOf(terms) === recourse),
  );
  const ranked = cheapestFirst(quotes, lots, dateAt(moment));
  for (let first = 0; first < ranked.length; first += ASKED_AT_ONCE) {
    const appraisals = await appraise(ctx, ranked.slice(first, first + ASKED_AT_ONCE), ctx.caller.party, lots);
    const best = cheapestOf(appraisals.flatMap(({ quote, price }) => (price ? [{ quote, price }] : [])));
    if (best) return best;
  }
  return undefined;
}

/** The quotes that come to a price at all, by all-in cost; of equal ones as they came. */
function cheapestFirst(quotes: readonly Quote[], lots: readonly NoteLot[], today: LedgerDate): Quote[] {
  return quotes
    .flatMap((quote) => {
      const cost = costUnder(quote.terms, lots, today);
      return cost ? [{ quote, cost }] : [];
    })
    .sort((left, right) => compareRational(left.cost, right.cost))
    .map(({ quote }) => quote);
}

/** What the lots cost under these terms, as `Discounting` prices them: payable by payable, then fees. Undefined where nothing would be received. */
function costUnder(terms: QuoteTerms, lots: readonly NoteLot[], today: LedgerDate): Rational | undefined {
  const units = new Map<LedgerDate, Map<bigint, bigint>>();
  for (const { payable, units: more } of lots) {
    const due = payable.dueDate as LedgerDate;
    const ofDay = units.get(due) ?? new Map<bigint, bigint>();
    units.set(due, ofDay.set(payable.id, (ofDay.get(payable.id) ?? 0n) + more));
  }
  const method = DISCOUNT_METHODS[terms.method];
  if (method === undefined || [...units.keys()].some((due) => due <= today)) return undefined;
  const rate = rational(BigInt(terms.rate), MILLION);
  const face = faceOf(lots);
  let received = face - feesOn(face, { flat: terms.flatFee, share: rational(BigInt(terms.feeRate), MILLION) });
  try {
    for (const [due, payables] of units) {
      const { years } = countDays(dayCountOf(terms), { start: today, end: due, termination: due });
      for (const whole of payables.values()) received -= discountOf({ method, face: whole, rate, years });
    }
  } catch (error) {
    if (error instanceof DeeptierError) return undefined; // more would be taken off than there is
    throw error;
  }
  return allInCostOf(
    lots.map((lot) => ({ face: lot.units, days: daysBetween(today, lot.payable.dueDate as LedgerDate) })),
    received,
  );
}

function compareRational(left: Rational, right: Rational): number {
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
