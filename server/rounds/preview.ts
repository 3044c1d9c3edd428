// SPDX-License-Identifier: Apache-2.0
import { numbered, type RoundId } from '../values/ids.ts';
import { asHex } from '../values/hex.ts';
import { isShownTo, visibilityOf } from '../access/visibility.ts';
import type { Context } from '../http/context.ts';
import type { CallOf } from '../ledger/contract-types.ts';
import { type RequestOutcome, sellRequestsById } from './queries.ts';

export interface RoundPreview {
  readonly requests: number;
  readonly fills: number;
  /** Of the requests that the caller would see of the round itself. */
  readonly outcomes: readonly RequestOutcome[];
}

/** Has the ledger try a round without leaving a trace. Throws what it would refuse the round for. */
export async function previewRound(ctx: Context, matching: CallOf<'SaleRounds', 'matchRound'>): Promise<RoundPreview> {
  const [number, returned] = await ctx.ledgerClient.preview(ctx.caller.key, matching);
  const round = numbered<RoundId>(number);
  const requests = await sellRequestsById(
    ctx.db,
    returned.map(({ request }) => request),
    ctx.asOf,
  );
  const all = returned.map(({ request: id, sale, quote, buyer, reason }): RequestOutcome => {
    const request = requests.get(id);
    if (!request) throw new Error(`the sell request ${id} is not known`);
    return {
      request,
      outcome:
        sale === 0n
          ? { round, fill: null, reason: asHex(reason) }
          : { round, fill: { quote: asHex(quote), buyer, sale: null }, reason: null },
    };
  });
  const visibility = await visibilityOf(ctx);
  const isShown = ({ request: { seller, payable }, outcome: { fill } }: RequestOutcome): boolean =>
    isShownTo(visibility, { parties: [seller, fill && fill.buyer], payable });
  return {
    requests: all.length,
    fills: all.filter(({ outcome }) => outcome.fill).length,
    outcomes: all.filter(isShown),
  };
}
