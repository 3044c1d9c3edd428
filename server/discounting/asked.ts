// SPDX-License-Identifier: Apache-2.0
import type { PartyId } from '../values/ids.ts';
import type { Context } from '../http/context.ts';
import { blockTimeOf, dateAt } from '../ledger/block-time.ts';
import { call } from '../ledger/contract-types.ts';
import type { Asked, Cost } from '../offers/comparison.ts';
import { bareLots, faceOf, type NoteLot } from '../offers/lots.ts';
import { dayCountOf } from '../offers/resource.ts';
import { feesUnder } from '../offers/terms.ts';
import { allInCostOf } from '../pricing/costs.ts';
import { discountOf } from '../pricing/discount.ts';
import { daysBetween, type LedgerDate } from '../values/dates.ts';
import { countDays } from '../values/day-count.ts';
import { DeeptierError } from '../values/errors.ts';
import { rational, type Rational } from '../values/rational.ts';
import { recourseOf, recourseRefusal, type RecourseWanted } from './recourse.ts';
import { quoteRefusals } from './refusals.ts';
import { methodOf } from './resource.ts';
import { QUOTE, type QuoteTerms } from './terms.ts';

const MILLION = 1_000_000n;

/** What a sale comes to, as the ledger says it; amounts in minor units. */
export interface Price extends Cost {
  readonly face: bigint;
  readonly discount: bigint;
  readonly fees: bigint;
  readonly received: bigint;
}

/** What is asked of every quote: what `seller` would get for the lots now. */
export async function saleAsked(
  ctx: Pick<Context, 'chain' | 'asOf' | 'db'>,
  seller: PartyId,
  lots: readonly NoteLot[],
  recourse: RecourseWanted,
): Promise<Asked<QuoteTerms, Price>> {
  const today = dateAt(await blockTimeOf(ctx));
  return {
    type: QUOTE,
    lots,
    appraise: (client, quotes) =>
      client.ask(
        quotes.map(({ terms, signature }) => call('Discounting', 'appraise', terms, signature, seller, bareLots(lots))),
      ),
    unwanted: (terms) => recourseRefusal(recourseOf(terms), recourse),
    costUnder: (terms) => costUnder(terms, lots, today),
    nobody: quoteRefusals.NOBODY_BUYS,
  };
}

/** What the lots cost under these terms, as `Discounting` prices them: payable by payable, then fees. Undefined where nothing would be received. */
function costUnder(terms: QuoteTerms, lots: readonly NoteLot[], today: LedgerDate): Rational | undefined {
  const units = new Map<LedgerDate, Map<bigint, bigint>>();
  for (const { payable, units: more } of lots) {
    const due = payable.dueDate;
    const ofDay = units.get(due) ?? new Map<bigint, bigint>();
    units.set(due, ofDay.set(payable.id, (ofDay.get(payable.id) ?? 0n) + more));
  }
  if ([...units.keys()].some((due) => due <= today)) return undefined;
  const method = methodOf(terms);
  const rate = rational(BigInt(terms.rate), MILLION);
  const face = faceOf(lots);
  let received = face - feesUnder(terms, face);
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
    lots.map((lot) => ({ face: lot.units, days: daysBetween(today, lot.payable.dueDate) })),
    received,
  );
}
