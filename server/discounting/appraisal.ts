import type { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { call } from '../ledger/contract-types.ts';
import { bareLots } from './lots.ts';
import type { Quote } from './queries.ts';
import type { Lot } from './terms.ts';

/** What a sale comes to, as the ledger says it; amounts in minor units. */
export interface Price {
  readonly face: bigint;
  readonly discount: bigint;
  readonly fees: bigint;
  readonly received: bigint;
  /** All in, per year, in ppm. */
  readonly cost: bigint;
  /** The same at full precision, to put prices in order. */
  readonly costKey: bigint;
}

/** A quote and what the lots come to under it, or why it does not buy them. */
export type Appraisal =
  | { readonly quote: Quote; readonly price: Price; readonly refusal?: undefined }
  | { readonly quote: Quote; readonly refusal: DeeptierError; readonly price?: undefined };

/** A node lends a question the gas of one block; a lot takes about 100,000 to appraise. */
const LOTS_ASKED_AT_ONCE = 200;

/** Asks the ledger, quote by quote, what `seller` would get for the lots now: the very function that a sale runs. */
export async function appraise(
  ctx: Pick<Context, 'ledgerClient'>,
  quotes: readonly Quote[],
  seller: number,
  lots: readonly Lot[],
): Promise<Appraisal[]> {
  const perCall = Math.max(1, Math.floor(LOTS_ASKED_AT_ONCE / Math.max(1, lots.length)));
  const chunks = Array.from({ length: Math.ceil(quotes.length / perCall) }, (_, place) =>
    quotes.slice(place * perCall, (place + 1) * perCall),
  );
  const appraised = await Promise.all(
    chunks.map(async (some) => {
      const answers = await ctx.ledgerClient.ask(
        some.map(({ terms, signature }) => call('Discounting', 'appraise', terms, signature, seller, bareLots(lots))),
      );
      return some.map((quote, place): Appraisal => {
        const answer = answers[place];
        if (!answer) throw new Error(`the quote ${quote.hash} was not appraised`);
        return answer.refusal ? { quote, refusal: answer.refusal } : { quote, price: answer.value };
      });
    }),
  );
  return appraised.flat();
}
