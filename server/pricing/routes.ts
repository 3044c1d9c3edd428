// SPDX-License-Identifier: Apache-2.0
import { HOLDERS } from '../access/who.ts';
import { addDays, type LedgerDate } from '../values/dates.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { offLedgerRoute, type Route } from '../http/route.ts';
import { calendar } from '../rules/queries.ts';
import { ruleRefusals } from '../rules/refusals.ts';
import { MOST_ROLLED_DAYS, rollForward } from './business-days.ts';
import { calculate, calculationBody, calculationResource } from './calculation.ts';
import { pricingRefusals } from './refusals.ts';

/** What a discount costs, before anybody signs anything. */
export function pricingRoutes(): readonly Route[] {
  return [
    offLedgerRoute({
      method: 'post',
      path: '/v1/discount-calculations',
      summary: 'Calculate the all-in cost of a discount',
      description:
        'Nothing is stored and nobody is bound. The due date is the maturity rolled by the calendar of the ledger; the days, the discount and the share of ' +
        'each part are those of any offer on the same terms, to the minor unit.',
      access: HOLDERS,
      body: calculationBody,
      status: 200,
      response: calculationResource,
      refusals: [...Object.values(pricingRefusals), ruleRefusals.NO_BUSINESS_DAY],
      idempotency: 'none',
      handle: async (ctx, { body }) => ({ body: calculate(body, await dueDateOf(ctx, body.maturity)) }),
    }),
  ];
}

async function dueDateOf(ctx: Context, maturity: LedgerDate): Promise<LedgerDate> {
  const days = await calendar(ctx.db, maturity, addDays(maturity, MOST_ROLLED_DAYS), ctx.asOf);
  const businessDays = new Set(days.filter(({ businessDay }) => businessDay).map(({ date }) => date));
  const dueDate = rollForward(maturity, (date) => businessDays.has(date));
  if (dueDate === undefined) throw new DeeptierError(ruleRefusals.NO_BUSINESS_DAY, { day: maturity });
  return dueDate;
}
