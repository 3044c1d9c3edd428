// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '../../server/values/clock.ts';
import { ledgerToday } from '../../server/values/ledger-date.ts';
import type { Issued } from './issue.ts';
import { money } from './money.ts';
import type { Deepest } from './pass-down.ts';
import type { People } from './people.ts';

const RISK_ASSETS = '1000000000000';
const CAPACITY = '500000000000';
const DAYS = 86_400_000;
/** The dearest the supplier of the demo takes, all in. */
const DEAREST = '60000';

/** What each financier of the demo asks for the obligor's promise; its cost is the obligor's, however deep the seller. */
const QUOTES = [
  { by: 'harbour', rate: '28500', dayCount: 'ACT/360', method: 'bank-discount', fees: { ppm: '200' } },
  { by: 'rongda', rate: '30000', dayCount: 'ACT/365F', method: 'simple-yield' },
] as const;

export interface Sale {
  readonly buyer: { readonly name: string };
  readonly received: string;
  readonly allInAnnualCost: string | null;
  readonly balance: string;
}

interface Comparison {
  readonly offers: readonly {
    readonly quote: { readonly financier: { readonly name: string } };
    readonly received: string;
    readonly discount: string;
    readonly fees: string;
    readonly allInAnnualCost: string | null;
  }[];
  readonly none: readonly {
    readonly financier: { readonly name: string };
    readonly reason: { readonly sentence: string };
  }[];
}

/** Each financier says what it may take on, and publishes a quote for the obligor's promises. */
export async function quoteFor(people: People, { currency }: Issued): Promise<void> {
  const obligor = await people.partyOf('hengtai');
  for (const { by, ...terms } of QUOTES) {
    const financier = await people.as(`${by}.maker`);
    await financier.put(`/v1/risk-assets/${currency}`, { amount: RISK_ASSETS });
    await financier.post('/v1/quotes', {
      visibility: 'public',
      currency,
      obligors: [obligor],
      maxDays: 366,
      capacity: CAPACITY,
      recourse: 'without',
      expiresAt: new Date(Date.now() + 7 * DAYS).toISOString(),
      ...terms,
    });
    console.log(`   ${by}: ${percent(terms.rate)} a year, ${terms.dayCount}, ${terms.method}, without recourse`);
  }
}

/** One request: when it is answered, the note is the buyer's and the cash the supplier's. */
export async function sellAtBest(people: People, { currency }: Issued, { id, amount, holder }: Deepest): Promise<Sale> {
  const supplier = await people.as(`${holder}.maker`);
  const lots = [{ note: id }];
  const { offers, none } = await supplier.post<Comparison>('/v1/quote-comparisons', { lots, recourse: 'without' });
  for (const { quote, received, discount, fees, allInAnnualCost } of offers) {
    console.log(
      `   ${quote.financier.name} pays ${money(received, currency)} for ${money(amount, currency)}: discount ${money(discount, currency)}, ` +
        `fees ${money(fees, currency)}, all in ${percent(allInAnnualCost)} a year`,
    );
  }
  for (const { financier, reason } of none) console.log(`   ${financier.name} does not buy: ${reason.sentence}`);
  const started = performance.now();
  const sale = await supplier.post<Sale>('/v1/sales', { lots, best: true, maxCost: DEAREST, recourse: 'without' });
  console.log(
    `   sold to ${sale.buyer.name} in ${((performance.now() - started) / 1000).toFixed(2)} s, from request to cash`,
  );
  return sale;
}

/** What the same money would have cost, had it been lent on the promise of the seller's own customer. */
export async function compareWithBuyer(
  people: People,
  { currency, maturity }: Issued,
  { amount, holder, buyer }: Deepest,
  sale: Sale,
  rate: string,
): Promise<void> {
  const supplier = await people.as(`${holder}.maker`);
  const own = await supplier.post<{ received: string; allInAnnualCost: string | null }>('/v1/discount-calculations', {
    amount,
    currency,
    from: ledgerToday(systemClock),
    maturity,
    rate,
    dayCount: 'ACT/365F',
    method: 'simple-yield',
  });
  console.log(
    `   in its account: ${money(sale.balance, currency)}, of which ${money(sale.received, currency)} from this sale`,
  );
  console.log(`   all-in cost:    ${percent(sale.allInAnnualCost)} a year, on the obligor's name`);
  console.log(
    `   on ${buyer}'s:   ${percent(own.allInAnnualCost)} a year (at ${percent(rate)}), which would have left ${money(own.received, currency)}`,
  );
  const saved = BigInt(sale.received) - BigInt(own.received);
  console.log(
    `   the difference: ${money((saved < 0n ? -saved : saved).toString(), currency)} ${saved < 0n ? 'less' : 'more'} in ${holder}'s hands`,
  );
}

function percent(ppm: string | null): string {
  return ppm === null ? 'no cost that could be named' : `${(Number(ppm) / 10_000).toFixed(3)} %`;
}
