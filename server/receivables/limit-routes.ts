// SPDX-License-Identifier: Apache-2.0
import { LIMIT_READERS, MEMBERS, OPERATOR_CHECKERS } from '../access/who.ts';
import { z } from 'zod';
import { isShownTo, partiesOf, visibilityOf } from '../access/visibility.ts';
import { partyById, partyNames } from '../parties/queries.ts';
import { partyRefusals } from '../parties/refusals.ts';
import { referenceTo } from '../parties/schemas.ts';
import { idFrom, partyId, type PartyId } from '../values/ids.ts';
import { DeeptierError } from '../values/errors.ts';
import type { Context } from '../http/context.ts';
import { commandRoute, readRoute, type Route } from '../http/route.ts';
import { currency } from '../values/schemas.ts';
import { standingRefusals } from '../parties/refusals.ts';
import { limitBody, setLimit } from './commands.ts';
import { presentDebtors } from './debtors.ts';
import { type Exposure, exposuresOf } from './exposures.ts';
import { debtorsResource, limitResource } from './resources.ts';

const limitParams = z.strictObject({ id: partyId, currency });

/** Exposures: how much an obligor may owe and owes, and who owes in the end what somebody holds. */
export function limitRoutes(): readonly Route[] {
  return [
    commandRoute({
      method: 'put',
      path: '/v1/parties/{id}/limits/{currency}',
      access: OPERATOR_CHECKERS,
      status: 200,
      summary: 'Set how much an obligor may owe in a currency',
      description: 'Existing debt is not affected, even above the limit.',
      params: limitParams,
      body: limitBody,
      response: limitResource,
      refusals: standingRefusals,
      async prepare(ctx, { params, body }) {
        await requireParty(ctx, idFrom(params.id));
        return { calls: [setLimit(idFrom(params.id), params.currency, body)] };
      },
      respond: async (ctx, _outcome, { params }) => ({
        body: await presentLimit(ctx, idFrom(params.id), params.currency),
      }),
    }),
    readRoute({
      path: '/v1/parties/{id}/limits',
      access: LIMIT_READERS,
      lookUp: null,
      refusals: [partyRefusals.PARTY_UNKNOWN],
      summary: 'Show how much an obligor may owe and owes, by currency',
      params: z.strictObject({ id: partyId }),
      response: z.strictObject({ items: z.array(limitResource) }),
      async handle(ctx, { params }) {
        const obligor = idFrom(params.id);
        await requireLimitReader(ctx, obligor);
        const names = await partyNames(ctx.db, [obligor], ctx.asOf);
        const exposures = await exposuresOf(ctx.db, obligor, ctx.asOf);
        return { items: exposures.map((exposure) => present(exposure, names)) };
      },
    }),
    readRoute({
      path: '/v1/parties/{id}/limits/{currency}',
      access: LIMIT_READERS,
      lookUp: null,
      refusals: [partyRefusals.PARTY_UNKNOWN],
      summary: 'Show how much an obligor may owe and owes in a currency',
      params: limitParams,
      response: limitResource,
      async handle(ctx, { params }) {
        await requireLimitReader(ctx, idFrom(params.id));
        return presentLimit(ctx, idFrom(params.id), params.currency);
      },
    }),
    readRoute({
      path: '/v1/holders/{party}/debtors',
      access: MEMBERS,
      lookUp: { one: 'holder' },
      refusals: [partyRefusals.PARTY_UNKNOWN],
      summary: 'Show the ultimate debtors behind what a party holds',
      description: 'Every live note of the holder, by the obligor that owes it.',
      params: z.strictObject({ party: partyId }),
      response: debtorsResource,
      async handle(ctx, { params }) {
        const holder = idFrom(params.party);
        if (!isShownTo(await visibilityOf(ctx), { parties: [holder] })) throw unknown(holder);
        await requireParty(ctx, holder);
        ctx.shows({ kind: 'holder', subject: holder.toString(), parties: [holder] });
        return presentDebtors(ctx, holder);
      },
    }),
  ];
}

async function requireParty({ db, asOf }: Context, id: PartyId): Promise<void> {
  if (!(await partyById(db, id, asOf))) throw unknown(id);
}

/** An obligor reads its own, and those of parties it succeeded. */
async function requireLimitReader(ctx: Context, obligor: PartyId): Promise<void> {
  const { partyRoles } = ctx.caller;
  const byOffice = partyRoles.includes('operator') || partyRoles.includes('regulator');
  if (!byOffice && !partiesOf(await visibilityOf(ctx)).has(obligor)) throw unknown(obligor);
  await requireParty(ctx, obligor);
}

async function presentLimit(ctx: Context, obligor: PartyId, code: string): Promise<z.input<typeof limitResource>> {
  const exposures = await exposuresOf(ctx.db, obligor, ctx.asOf);
  const exposure = exposures.find((one) => one.currency === code) ?? {
    obligor,
    currency: code,
    limit: 0n,
    outstanding: 0n,
  };
  return present(exposure, await partyNames(ctx.db, [obligor], ctx.asOf));
}

function present(
  { obligor, currency: code, limit, outstanding }: Exposure,
  names: ReadonlyMap<PartyId, string>,
): z.input<typeof limitResource> {
  return {
    obligor: referenceTo(obligor, names),
    currency: code,
    limit: limit.toString(),
    outstanding: outstanding.toString(),
    available: (limit > outstanding ? limit - outstanding : 0n).toString(),
  };
}

function unknown(party: PartyId): DeeptierError {
  return new DeeptierError(partyRefusals.PARTY_UNKNOWN, { party: party.toString() });
}
