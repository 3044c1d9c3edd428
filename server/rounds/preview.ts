import { asHex } from '../values/hex.ts';
import { visibilityOf } from '../audit/visibility.ts';
import type { Context } from '../http/context.ts';
import type { CallOf } from '../ledger/contract-types.ts';
import { partiesOf } from '../receivables/visibility.ts';
import { quotesByHash } from '../discounting/queries.ts';
import { type RequestOutcome, sellRequestsById } from './queries.ts';

export interface RoundPreview {
  readonly requests: number;
  readonly fills: number;
  /** Of the requests that the caller would see of the round itself. */
  readonly outcomes: readonly RequestOutcome[];
}

/** Has the ledger try a round without leaving a trace. Throws what it would refuse the round for. */
export async function previewRound(ctx: Context, matching: CallOf<'SaleRounds', 'matchRound'>): Promise<RoundPreview> {
  const [round, returned] = await ctx.ledgerClient.preview(ctx.caller.key, matching);
  const requests = await sellRequestsById(
    ctx.db,
    returned.map(({ ask }) => ask),
    ctx.asOf,
  );
  const all = returned.map(({ ask, sale, quote, reason }): RequestOutcome => {
    const request = requests.get(ask);
    if (!request) throw new Error(`the sell request ${ask} is not known`);
    return {
      request,
      outcome:
        sale === 0n
          ? { round, fill: null, reason: asHex(reason) }
          : { round, fill: { quote: asHex(quote), sale: null }, reason: null },
    };
  });
  const own = partiesOf(await visibilityOf(ctx));
  const quotes = await quotesByHash(
    ctx.db,
    all.flatMap(({ outcome }) => outcome.fill?.quote ?? []),
    ctx.asOf,
  );
  const isShown = ({ request, outcome }: RequestOutcome): boolean => {
    const buyer = outcome.fill && quotes.get(outcome.fill.quote)?.terms.financier;
    return own.has(request.seller) || (buyer !== null && buyer !== undefined && own.has(buyer));
  };
  return {
    requests: all.length,
    fills: all.filter(({ outcome }) => outcome.fill).length,
    outcomes: all.filter(isShown),
  };
}
